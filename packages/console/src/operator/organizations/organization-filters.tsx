// What narrows the list of organizations, and its order.
import { Group, NativeSelect, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import type { Filters } from '../../ui/filters.tsx'

const states = ['off', 'connecting', 'active', 'failing'] as const
const orders = ['createdAt', 'name', 'lastRequestAt'] as const

/** An empty `status` is any; an empty `sort` is the order of creation. */
export function OrganizationFilters(props: {
  readonly filters: Filters<{ readonly text: string; readonly status: string; readonly sort: string }>
}): ReactNode {
  const { t } = useWords()
  const { chosen, choose } = props.filters
  return (
    <Group mb="md" align="flex-end">
      <TextInput
        aria-label={t('organizations.search')}
        placeholder={t('organizations.search')}
        leftSection={<IconSearch size={18} />}
        value={chosen.text}
        onChange={(event) => choose({ ...chosen, text: event.currentTarget.value })}
        style={{ flex: '1 1 240px' }}
      />
      <NativeSelect
        label={t('organizations.status')}
        value={chosen.status}
        onChange={(event) => choose({ ...chosen, status: event.currentTarget.value })}
        data={[
          { value: '', label: t('organizations.allStates') },
          ...states.map((value) => ({ value, label: t(`status.${value}`) })),
        ]}
      />
      <NativeSelect
        label={t('organizations.sort')}
        value={chosen.sort}
        onChange={(event) => choose({ ...chosen, sort: event.currentTarget.value })}
        data={orders.map((order, at) => ({
          value: at === 0 ? '' : order,
          label: t(`organizations.sort.${order}`),
        }))}
      />
    </Group>
  )
}
