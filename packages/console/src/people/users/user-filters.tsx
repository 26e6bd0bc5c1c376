// What narrows the list of users.
import { Group, Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

const sources = ['invited', 'sso', 'scim', 'imported'] as const
const roles = ['owner', 'admin', 'member'] as const

/** An empty string narrows nothing. */
export interface Chosen {
  readonly text: string
  readonly isActive: string
  readonly source: string
  readonly role: string
}

/** The search, and a choice each for state, source and role. */
export function UserFilters(props: {
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
}): ReactNode {
  const { t } = useWords()
  const { chosen, choose } = props
  const all = { value: '', label: t('all') }
  const filters = [
    {
      name: 'isActive',
      label: t('users.state'),
      data: [
        { value: 'true', label: t('users.active') },
        { value: 'false', label: t('users.deactivated') },
      ],
    },
    {
      name: 'source',
      label: t('users.source'),
      data: sources.map((value) => ({ value, label: t(`source.${value}`) })),
    },
    {
      name: 'role',
      label: t('users.role'),
      data: roles.map((value) => ({ value, label: t(`role.${value}`) })),
    },
  ] as const
  return (
    <Group mb="md" align="flex-end">
      <TextInput
        label={t('search')}
        placeholder={t('users.searchHint')}
        leftSection={<IconSearch size={18} />}
        value={chosen.text}
        onChange={(event) => choose({ ...chosen, text: event.currentTarget.value })}
        style={{ flex: '1 1 220px' }}
      />
      {filters.map(({ name, label, data }) => (
        <Select
          key={name}
          label={label}
          w={150}
          value={chosen[name]}
          onChange={(value) => choose({ ...chosen, [name]: value ?? '' })}
          data={[all, ...data]}
        />
      ))}
    </Group>
  )
}
