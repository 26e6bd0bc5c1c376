// Chooses organizations by searching them; none stands for all.
import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'

/** Chooses organizations by their names or slugs. */
export function OrganizationPicker(props: {
  /** Slugs. */
  readonly value?: string[]
  readonly onChange: (slugs: string[]) => void
  readonly error?: ReactNode
}): ReactNode {
  const { t } = useWords()
  const { value = [] } = props
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 150)
  const { data } = useCall('listOrganizations', { query: { search: search || undefined, limit: 20 } })
  const found = (data?.items ?? []).map(({ slug }) => slug)
  return (
    <MultiSelect
      label={t('webhooks.organizations')}
      description={t('organizationsOf.hint')}
      placeholder={value.length === 0 ? t('organizationsOf.all') : undefined}
      data={[...new Set([...value, ...found])]}
      value={value}
      onChange={props.onChange}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // The service has searched already, by names too.
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const name = data?.items.find(({ slug }) => slug === option.value)?.name
        return name === undefined ? option.value : `${name} (${option.value})`
      }}
      nothingFoundMessage={t('organizationsOf.none')}
      hidePickedOptions
      error={props.error}
    />
  )
}

/** As a list shows it. */
export function OrganizationNames({ slugs }: { readonly slugs: readonly string[] | null }): ReactNode {
  const { t } = useWords()
  return slugs === null ? t('organizationsOf.all') : slugs.join(', ')
}
