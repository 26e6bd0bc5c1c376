// What keeping rules would do, said before and after: who gains and who loses, and when.
import { Anchor, List, Stack, Text } from '@mantine/core'
import type { ResultOf, RoleMappingsPreview } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Note } from '../../ui/note.tsx'

type Change = RoleMappingsPreview['changes'][number]

/** Whether there is anything that whoever keeps the rules should see first. */
export function isWorthAsking({ changes, withheld, unknownGroups }: RoleMappingsPreview): boolean {
  return changes.length > 0 || withheld > 0 || unknownGroups.length > 0
}

/** Gains first, those at once before those at the next sign-in. */
export function RulesPreview({ preview }: { readonly preview: RoleMappingsPreview }): ReactNode {
  const { t, n } = useWords()
  const { changes, withheld, unknownGroups } = preview
  const ordered = [...changes.filter(isGain), ...changes.filter((one) => !isGain(one))]
  return (
    <Stack gap="sm">
      {changes.length === 0 && <Text>{t('roles.nobody')}</Text>}
      {ordered.map((change) => (
        <ChangedPeople key={`${change.when} ${change.before} ${change.after}`} change={change} />
      ))}
      {withheld > 0 && <Text>{n('roles.withheld', withheld)}</Text>}
      {unknownGroups.length > 0 && (
        <Note tone="warn">{t('roles.unknownGroups', { groups: unknownGroups.join(', ') })}</Note>
      )}
    </Stack>
  )
}

function isGain({ after }: Change): boolean {
  return after === 'admin'
}

function ChangedPeople({ change }: { readonly change: Change }): ReactNode {
  const { t, n } = useWords()
  const { slug } = useOrganization().params
  const { when, before, after, count, people } = change
  const act = isGain(change) ? 'gain' : 'lose'
  const roles = { before: t(`role.${before}`), after: t(`role.${after}`) }
  return (
    <div>
      <Text fw={600}>{n(`roles.${act}.${when}`, count, roles)}</Text>
      <List size="sm" spacing={2}>
        {people.map(({ id, name }) => (
          <List.Item key={id}>
            <Anchor component={Link} to={links.user(slug, id)} target="_blank">
              <bdi>{name}</bdi>
            </Anchor>
          </List.Item>
        ))}
        {count > people.length && <List.Item>{n('roles.more', count - people.length)}</List.Item>}
      </List>
    </div>
  )
}

/** What has changed, once they are kept, and what is still to. */
export function SavedRules(props: {
  readonly saved: ResultOf<'putRoleMappings'>
  readonly preview: RoleMappingsPreview
}): ReactNode {
  const { t, n } = useWords()
  const { changed, waiting } = props.saved
  const later = props.preview.changes.filter(({ when }) => when === 'signed_in')
  const follow = later.reduce((sum, { count }) => sum + count, 0)
  const now =
    waiting > 0 ? n('roles.waiting', waiting) : changed > 0 ? n('roles.changed', changed) : t('roles.kept')
  if (waiting + changed + follow === 0) return t('saved')
  return <>{follow > 0 ? `${now} ${n('roles.later', follow)}` : now}</>
}
