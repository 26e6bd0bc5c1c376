// The room `console/mapping`: the role that a group gives, as the rules say. The rules themselves are on a screen.
//
// Which role a group gives, by the rules.
import type { ReactNode } from 'react'
import { useCall } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useOrganization } from '../session.tsx'
import { Badge } from '../ui/badge.tsx'

export function GroupRole({ name }: { readonly name: string }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const rules = useCall('getRoleMappings', { params })
  const rule = rules.data?.mappings.find(({ group }) => group.toLowerCase() === name.toLowerCase())
  return rule === undefined ? (
    <span>{t('groups.noRole')}</span>
  ) : (
    <Badge tone="info">{t(`role.${rule.role}`)}</Badge>
  )
}
