// The room `console/security/role-mapping`: the ordered rules from groups to roles, as a form. They are kept all together, or none of them.
//
// The form of all rules.
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { RoleMappings } from '@rollcall/api'
import { IconPlus } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { Empty } from '../../ui/page.tsx'
import { type Rule, RuleLine } from './rule-line.tsx'

const newRule = (): Rule => ({ key: crypto.randomUUID(), group: '', role: 'admin' })
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
