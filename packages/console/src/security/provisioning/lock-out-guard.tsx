// Tells an administrator whether the switch could lock them out, before it does.
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Note } from '../../ui/note.tsx'

/** Nothing for the operator, for a set-up link, and for somebody whom the directory manages. */
export function LockOutGuard(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { userId, kind } = useSession()
  const own = useCall('getUser', { params: { ...params, id: userId ?? '' } }, { isIdle: userId === null })
  if (kind === 'operator' || kind === 'setup') return null
  if (userId === null)
    return (
      <Note tone="info">
        <Text size="sm">{t('lockOut.link')}</Text>
      </Note>
    )
  if (own.data === undefined || own.data.managedBy === 'scim') return null
  return (
    <Note tone="warn" title={t('lockOut.title')}>
      <Text size="sm">{t('lockOut.self', { name: own.data.userName })}</Text>
    </Note>
  )
}
