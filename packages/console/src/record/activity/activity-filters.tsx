// What narrows the list of requests and sign-ins, and what is said where nothing is left.
import { Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useWords } from '../../i18n/language.tsx'
import { Empty } from '../../ui/page.tsx'

const outcomes = ['ok', 'refused', 'failed'] as const

/** An empty string narrows nothing. */
export interface Chosen {
  readonly text: string
  readonly kind: string
  readonly outcome: string
}

const kinds = ['scim', 'sign_in'] as const

const oneOf = (values: readonly string[], value: string | null): string =>
  value !== null && values.includes(value) ? value : ''

/** What an address narrows the list to. */
export function readChosen(address: URLSearchParams): Chosen {
  return {
    text: address.get('search') ?? '',
    kind: oneOf(kinds, address.get('kind')),
    outcome: oneOf(outcomes, address.get('outcome')),
  }
}

/** The state of an address that the filters wrote themselves. */
export const ownAddress = 'chosen'

/** The search and the choices of outcome and kind, all of which stand in the address too. */
export function ActivityFilters(props: {
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
  readonly children: ReactNode
}): ReactNode {
  const { t } = useWords()
  const { chosen } = props
  const [, setAddress] = useSearchParams()
  const choose = (next: Chosen): void => {
    props.choose(next)
    const { text: search, kind, outcome } = next
    const said = Object.entries({ search, kind, outcome }).filter(([, value]) => value !== '')
    setAddress(Object.fromEntries(said), { replace: true, state: ownAddress })
  }
  return (
    <Group mb="md" align="flex-end">
      <TextInput
        label={t('activity.search')}
        description={t('activity.searchHint')}
        leftSection={<IconSearch size={18} />}
        value={chosen.text}
        onChange={(event) => choose({ ...chosen, text: event.currentTarget.value })}
        style={{ flex: '1 1 240px' }}
      />
      <Select
        label={t('activity.outcome')}
        w={150}
        value={chosen.outcome}
        onChange={(value) => choose({ ...chosen, outcome: value ?? '' })}
        data={[
          { value: '', label: t('all') },
          ...outcomes.map((value) => ({ value, label: t(`outcome.${value}`) })),
        ]}
      />
      <SegmentedControl
        aria-label={t('activity.kind')}
        value={chosen.kind}
        onChange={(kind) => choose({ ...chosen, kind })}
        data={[
          { value: '', label: t('all') },
          { value: 'scim', label: 'SCIM' },
          { value: 'sign_in', label: t('activity.signIns') },
        ]}
      />
      {props.children}
    </Group>
  )
}

/** That nothing came in yet, or nothing that is searched. */
export function NothingFound(props: { readonly isFiltered: boolean; readonly search: string }): ReactNode {
  const { t } = useWords()
  const { isFiltered, search } = props
  if (!isFiltered) return <Empty title={t('activity.none')}>{t('activity.noneHint')}</Empty>
  return (
    <Empty title={t('nothingFound')}>{search === '' ? undefined : t('activity.notSeen', { search })}</Empty>
  )
}
