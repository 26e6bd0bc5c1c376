// The room `console/people/groups`: the members of a group and the role that it gives, as the rules say. The rules themselves are on a
// screen of Security.
//
// Which role a group gives, by the rules.
import type { Group } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'

/** The role of the first rule that names this group, in its very letters as roles are given; else that it gives none. */
export function GroupRole({
  group: { displayName, externalId },
}: {
  readonly group: Pick<Group, 'displayName' | 'externalId'>
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const rules = useCall('getRoleMappings', { params })
  const rule = rules.data?.mappings.find(({ group }) => group === displayName || group === externalId)
  if (rules.data === undefined) return null
  return rule === undefined ? (
    <span>{t('groups.noRole')}</span>
  ) : (
    <Badge tone="info">{t(`role.${rule.role}`)}</Badge>
  )
}
