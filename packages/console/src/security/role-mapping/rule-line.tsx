// One rule: a group, the role that it gives, and its place among the others.
import { ActionIcon, Group, Select } from '@mantine/core'
import type { RoleMappings } from '@rollcall/api'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { GroupField } from './group-field.tsx'

const assignable = ['member', 'admin'] as const

/** A rule as it is typed; its key stays while it moves. */
export interface Rule {
  readonly key: string
  readonly group: string
  readonly role: RoleMappings['mappings'][number]['role']
}

/** The fields of a rule, and the buttons that move and remove it. */
export function RuleLine(props: {
  readonly rule: Rule
  readonly at: number
  readonly isLast: boolean
  readonly change: (change: Partial<Rule>) => void
  readonly move: (by: number) => void
  readonly remove: () => void
}): ReactNode {
  const { t } = useWords()
  const { rule, at, isLast, change, move, remove } = props
  const number = at + 1
  const acts = [
    { label: t('roles.up', { number }), icon: IconArrowUp, isOff: at === 0, run: () => move(-1) },
    { label: t('roles.down', { number }), icon: IconArrowDown, isOff: isLast, run: () => move(1) },
    { label: t('roles.remove', { number }), icon: IconTrash, isOff: false, run: remove },
  ]
  return (
    <Group align="flex-end" gap="xs" role="group" aria-label={t('roles.rule', { number })}>
      <GroupField value={rule.group} change={(group) => change({ group })} />
      <Select
        label={t('users.role')}
        w={150}
        value={rule.role}
        data={assignable.map((value) => ({ value, label: t(`role.${value}`) }))}
        onChange={(role) => change({ role: role as Rule['role'] })}
      />
      {acts.map(({ label, icon: Icon, isOff, run }) => (
        <ActionIcon key={label} size={36} variant="default" disabled={isOff} onClick={run} aria-label={label}>
          <Icon size={18} />
        </ActionIcon>
      ))}
    </Group>
  )
}
