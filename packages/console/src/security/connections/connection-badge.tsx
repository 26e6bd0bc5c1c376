// Where a connection stands.
import type { Connection } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'

/** Active, ready to be enabled, or not set up yet. */
export function ConnectionBadge({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  if (connection.isActive) return <Badge tone="good">{t('sso.active')}</Badge>
  return connection.isSetupComplete ? (
    <Badge tone="info">{t('sso.ready')}</Badge>
  ) : (
    <Badge tone="warn">{t('sso.incomplete')}</Badge>
  )
}
