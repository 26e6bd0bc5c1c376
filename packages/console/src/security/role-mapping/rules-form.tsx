// The room `console/security/role-mapping`: the ordered rules from groups to roles, as a form. They are kept all together, or none of them.
//
// The form of all rules.
import { Button, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { RoleMappings } from '@rollcall/api'
import { IconPlus } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmDialog } from '../../ui/confirm.tsx'
import { Form } from '../../ui/form.tsx'
import { Empty } from '../../ui/page.tsx'
import { type Rule, RuleLine } from './rule-line.tsx'

const stale = ['getRoleMappings', 'getProvisioning', 'listUsers', 'getUser', 'listEvents'] as const
const newRule = (): Rule => ({ key: crypto.randomUUID(), group: '', role: 'member' })
function moved(rules: readonly Rule[], at: number, by: number): readonly Rule[] {
  const next = [...rules]
  const [taken] = next.splice(at, 1)
  if (taken !== undefined) next.splice(at + by, 0, taken)
  return next
}

/** Adds, moves and removes rules, and keeps them. */
export function RulesForm({ initial }: { readonly initial: RoleMappings }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [rules, setRules] = useState<readonly Rule[]>(() =>
    initial.mappings.map((rule) => ({ ...newRule(), ...rule })),
  )
  const [isAsking, setAsking] = useState(false)
  const { mutateAsync, error, isPending } = useChange('putRoleMappings', stale)
  const mappings = rules.map(({ group, role }) => ({ group: group.trim(), role }))
  const save = async (): Promise<void> => {
    await mutateAsync({ params, body: { mappings } })
    notifications.show({ message: t('saved') })
  }
  const change = compareAdministrators(initial.mappings, mappings)
  return (
    <>
      <Form
        submit={() => {
          if (change.gain.length + change.lose.length > 0) setAsking(true)
          else void save().catch(() => undefined)
        }}
        act={t('save')}
        isReady={rules.every(({ group }) => group.trim() !== '')}
        isBusy={isPending}
        error={isAsking ? null : error}
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
        <Lines rules={rules} set={setRules} />
      </Form>
      <ConfirmDialog
        isOpen={isAsking}
        close={() => setAsking(false)}
        title={t('roles.askTitle')}
        body={<AdministratorsOf {...change} />}
        act={t('save')}
        run={save}
      />
    </>
  )
}

function Lines(props: {
  readonly rules: readonly Rule[]
  readonly set: (rules: readonly Rule[]) => void
}): ReactNode {
  const { rules, set } = props
  const groups = useGroupNames()
  return rules.map((rule, at) => (
    <RuleLine
      key={rule.key}
      rule={rule}
      at={at}
      isLast={at === rules.length - 1}
      groups={groups}
      change={(change) => set(rules.with(at, { ...rule, ...change }))}
      move={(by) => set(moved(rules, at, by))}
      remove={() => set(rules.toSpliced(at, 1))}
    />
  ))
}

// All of them, or undefined while they are not known, or are too many for one page.
function useGroupNames(): readonly string[] | undefined {
  const { params } = useOrganization()
  const { data } = useCall('listGroups', { params, query: { limit: 200 } })
  if (data === undefined || data.nextCursor !== null) return undefined
  return [...new Set(data.items.map(({ displayName }) => displayName))]
}

interface Compared {
  readonly gain: readonly string[]
  readonly lose: readonly string[]
}

/** Of which groups the members become administrators by a rule, and of which they are it by none any more. */
function compareAdministrators(before: RoleMappings['mappings'], after: RoleMappings['mappings']): Compared {
  const listed = (mappings: RoleMappings['mappings']): readonly string[] => [
    ...new Set(mappings.filter(({ role }) => role === 'admin').map(({ group }) => group)),
  ]
  const [old, fresh] = [listed(before), listed(after)]
  return {
    gain: fresh.filter((one) => !old.includes(one)),
    lose: old.filter((one) => !fresh.includes(one)),
  }
}

function AdministratorsOf({ gain, lose }: Compared): ReactNode {
  const { t } = useWords()
  return (
    <Stack gap="xs">
      {gain.length > 0 && <Text>{t('roles.gain', { groups: gain.join(', ') })}</Text>}
      {lose.length > 0 && <Text>{t('roles.lose', { groups: lose.join(', ') })}</Text>}
    </Stack>
  )
}
