// The room `console/security/role-mapping`: the ordered rules from groups to roles, as a form. They are kept all together, or none of them.
//
// The form of all rules.
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { RoleMappings, RoleMappingsPreview } from '@rollcall/api'
import { IconPlus } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmDialog } from '../../ui/confirm.tsx'
import { Form } from '../../ui/form.tsx'
import { Empty } from '../../ui/page.tsx'
import { type Rule, RuleLine } from './rule-line.tsx'
import { isWorthAsking, RulesPreview, SavedRules } from './rules-preview.tsx'

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
  const [asked, setAsked] = useState<RoleMappingsPreview>()
  const previewing = useChange('previewRoleMappings', [])
  const saving = useChange('putRoleMappings', stale)
  const mappings = rules.map(({ group, role }) => ({ group: group.trim(), role }))
  const save = async (preview: RoleMappingsPreview): Promise<void> => {
    const saved = await saving.mutateAsync({ params, body: { mappings } })
    notifications.show({ message: <SavedRules saved={saved} preview={preview} /> })
  }
  const ask = async (): Promise<void> => {
    const preview = await previewing.mutateAsync({ params, body: { mappings } })
    if (isWorthAsking(preview)) setAsked(preview)
    else await save(preview)
  }
  return (
    <>
      <Form
        submit={() => void ask().catch(() => undefined)}
        act={t('save')}
        isReady={rules.every(({ group }) => group.trim() !== '')}
        isBusy={previewing.isPending || saving.isPending}
        error={asked === undefined ? (previewing.error ?? saving.error) : null}
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
      {asked !== undefined && (
        <ConfirmDialog
          isOpen
          close={() => setAsked(undefined)}
          title={t('roles.askTitle')}
          body={<RulesPreview preview={asked} />}
          act={t('save')}
          run={() => save(asked)}
        />
      )}
    </>
  )
}

function Lines(props: {
  readonly rules: readonly Rule[]
  readonly set: (rules: readonly Rule[]) => void
}): ReactNode {
  const { rules, set } = props
  return rules.map((rule, at) => (
    <RuleLine
      key={rule.key}
      rule={rule}
      at={at}
      isLast={at === rules.length - 1}
      change={(change) => set(rules.with(at, { ...rule, ...change }))}
      move={(by) => set(moved(rules, at, by))}
      remove={() => set(rules.toSpliced(at, 1))}
    />
  ))
}
