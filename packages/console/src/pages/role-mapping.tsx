// Ordered rules from groups to roles: the first that matches gives the role.
import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { RoleMappings } from '@rollcall/api'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useOrganization } from '../session.tsx'
import { Failure } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'

export function Screen(): ReactNode {
  const { t } = useWords()
  const { params, defaultRole } = useOrganization()
  const query = useCall('getRoleMappings', { params })
  const waiting = useCall('getProvisioning', { params }, { refetchMs: 5_000 }).data?.rolesUnderWay ?? 0
  return (
    <Page title={t('nav.roles')} about={t('roles.about')}>
      <Panel title={t('roles.rules')} about={t('roles.order')}>
        <Answer query={query}>{(data) => <Rules key={JSON.stringify(data)} initial={data} />}</Answer>
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

function Rules({ initial }: { readonly initial: RoleMappings }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [rules, setRules] = useState<readonly Rule[]>(() =>
    initial.mappings.map((rule) => ({ ...rule, key: crypto.randomUUID() })),
  )
  const groups = useCall('listGroups', { params, query: { limit: 200 } })
  const { mutate, error, isPending } = useChange('putRoleMappings', [
    'getRoleMappings',
    'getProvisioning',
    'listUsers',
    'getUser',
    'listEvents',
  ])
  const set = (at: number, change: Partial<Rule>): void =>
    setRules(rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule)))
  const move = (at: number, by: number): void => {
    const next = [...rules]
    const [moved] = next.splice(at, 1)
    if (moved !== undefined) next.splice(at + by, 0, moved)
    setRules(next)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        mutate(
          { params, body: { mappings: rules.map(({ group, role }) => ({ group: group.trim(), role })) } },
          { onSuccess: () => notifications.show({ message: t('saved') }) },
        )
      }}
    >
      <Stack>
        {rules.length === 0 && <Empty title={t('roles.none')}>{t('roles.noneHint')}</Empty>}
        <datalist id="group-names">
          {groups.data?.items.map(({ id, displayName }) => (
            <option key={id} value={displayName} />
          ))}
        </datalist>
        {rules.map((rule, at) => (
          <Group
            key={rule.key}
            align="flex-end"
            gap="xs"
            role="group"
            aria-label={t('roles.rule', { number: at + 1 })}
          >
            <TextInput
              label={t('roles.group')}
              list="group-names"
              value={rule.group}
              onChange={(event) => set(at, { group: event.currentTarget.value })}
              style={{ flex: '1 1 200px' }}
              maxLength={512}
            />
            <Select
              label={t('users.role')}
              w={150}
              value={rule.role}
              data={(['member', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
              onChange={(role) => set(at, { role: role as Rule['role'] })}
            />
            <ActionIcon
              size={36}
              variant="default"
              disabled={at === 0}
              onClick={() => move(at, -1)}
              aria-label={t('roles.up', { number: at + 1 })}
            >
              <IconArrowUp size={18} />
            </ActionIcon>
            <ActionIcon
              size={36}
              variant="default"
              disabled={at === rules.length - 1}
              onClick={() => move(at, 1)}
              aria-label={t('roles.down', { number: at + 1 })}
            >
              <IconArrowDown size={18} />
            </ActionIcon>
            <ActionIcon
              size={36}
              variant="default"
              onClick={() => setRules(rules.filter((_, index) => index !== at))}
              aria-label={t('roles.remove', { number: at + 1 })}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        ))}
        <Failure error={error} />
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={18} />}
            onClick={() => setRules([...rules, { key: crypto.randomUUID(), group: '', role: 'admin' }])}
          >
            {t('roles.add')}
          </Button>
          <Button type="submit" loading={isPending} disabled={rules.some(({ group }) => group.trim() === '')}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
