// Which group a rule is for: one of the directory, or one that a last sign-in has sent; another may be typed, and waits.
import { Autocomplete } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'

/** Searches while it is typed, and says where there is no group of that name. */
export function GroupField(props: {
  readonly value: string
  readonly change: (group: string) => void
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const group = props.value.trim()
  const [search] = useDebouncedValue(group.slice(0, 100), 150)
  const found = useCall('listGroupNames', { params, query: { search } })
  const items = found.data?.items ?? []
  const isKnown = items.some(({ name }) => name === group)
  const isAnswered = found.data !== undefined && !found.isPlaceholderData && search === group.slice(0, 100)
  const from = (source: 'directory' | 'sign_ins') => ({
    group: t(`roles.source.${source}`),
    items: items.filter(({ sources }) => sources[0] === source).map(({ name }) => name),
  })
  return (
    <Autocomplete
      label={t('roles.group')}
      data={[from('directory'), from('sign_ins')].filter((one) => one.items.length > 0)}
      value={props.value}
      onChange={props.change}
      filter={({ options }) => options}
      description={group !== '' && isAnswered && !isKnown ? t('roles.unknownGroup') : undefined}
      style={{ flex: '1 1 200px' }}
      maxLength={512}
    />
  )
}
