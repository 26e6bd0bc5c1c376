// Ordered rules from groups to roles: the first that matches gives the role.

import { ActionIcon, Button, Group, Select, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { RoleMappings } from '@rollcall/api'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Form } from '../ui/form.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'

/** Which groups give which roles. */
export function RoleMappingScreen(): ReactNode {
  const { t } = useWords()
  const { params, defaultRole } = useOrganization()
  const query = useCall('getRoleMappings', { params })
  const waiting = useCall('getProvisioning', { params }, { refetchMs: 5_000 }).data?.rolesUnderWay ?? 0
  return (
    <Page title={t('nav.roles')} about={t('roles.about')}>
      <Panel title={t('roles.rules')} about={t('roles.order')}>
        <Answer query={query}>{(data) => <RulesForm key={JSON.stringify(data)} initial={data} />}</Answer>
      </Panel>
      {waiting > 0 && <Text role="status">{t('roles.underWay', { count: waiting })}</Text>}
      <Text c="dimmed">{t('roles.default', { role: t(`role.${defaultRole}`) })}</Text>
    </Page>
  )
}

interface Rule {
  readonly key: string
  readonly group: string
  readonly role: RoleMappings['mappings'][number]['role']
}

const newRule = (): Rule => ({ key: crypto.randomUUID(), group: '', role: 'admin' })
const assignable = ['member', 'admin'] as const

function moved(rules: readonly Rule[], at: number, by: number): readonly Rule[] {
  const next = [...rules]
  const [taken] = next.splice(at, 1)
  if (taken !== undefined) next.splice(at + by, 0, taken)
  return next
}

function RulesForm({ initial }: { readonly initial: RoleMappings }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [rules, setRules] = useState<readonly Rule[]>(() =>
    initial.mappings.map((rule) => ({ ...newRule(), ...rule })),
  )
  const { mutate, error, isPending } = useChange('putRoleMappings', [
    'getRoleMappings',
    'getProvisioning',
    'listUsers',
    'getUser',
    'listEvents',
  ])
  return (
    <Form
      submit={() =>
        mutate(
          { params, body: { mappings: rules.map(({ group, role }) => ({ group: group.trim(), role })) } },
          { onSuccess: () => notifications.show({ message: t('saved') }) },
        )
      }
      act={t('save')}
      isReady={rules.every(({ group }) => group.trim() !== '')}
      isBusy={isPending}
      error={error}
      buttons={
        <Button
          variant="default"
          leftSection={<IconPlus size={18} />}
          onClick={() => setRules([...rules, newRule()])}
        >
          {t('roles.add')}
        </Button>
      }
    >
      {rules.length === 0 && <Empty title={t('roles.none')}>{t('roles.noneHint')}</Empty>}
      <GroupNames />
      {rules.map((rule, at) => (
        <RuleLine
          key={rule.key}
          rule={rule}
          at={at}
          isLast={at === rules.length - 1}
          change={(change) => setRules(rules.with(at, { ...rule, ...change }))}
          move={(by) => setRules(moved(rules, at, by))}
          remove={() => setRules(rules.toSpliced(at, 1))}
        />
      ))}
    </Form>
  )
}

/** The names of the organization's groups, offered while one is typed. */
function GroupNames(): ReactNode {
  const { params } = useOrganization()
  const groups = useCall('listGroups', { params, query: { limit: 200 } })
  return (
    <datalist id="group-names">
      {groups.data?.items.map(({ id, displayName }) => (
        <option key={id} value={displayName} />
      ))}
    </datalist>
  )
}

function RuleLine(props: {
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
      <TextInput
        label={t('roles.group')}
        list="group-names"
        value={rule.group}
        onChange={(event) => change({ group: event.currentTarget.value })}
        style={{ flex: '1 1 200px' }}
        maxLength={512}
      />
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
