// More people left at once than the guard expects: either all come back in one act, or they were meant to leave.
import { Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { DeprovisionAlert } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Note } from '../../ui/note.tsx'

const stale = [
  'getProvisioning',
  'listAlerts',
  'listUsers',
  'getUser',
  'listEvents',
  'listUnclaimed',
] as const

/** One alert with its two acts, which a set-up link is not offered. */
export function GuardAlert({ alert }: { readonly alert: DeprovisionAlert }): ReactNode {
  const { t, n, time } = useWords()
  const mayManagePeople = useMayManagePeople()
  return (
    <Note tone="bad" role="alert" title={n('guard.alert', alert.people)}>
      <Text size="sm">{t('guard.alertAbout', { from: time(alert.startedAt), to: time(alert.endedAt) })}</Text>
      {mayManagePeople && <Acts alert={alert} />}
    </Note>
  )
}

function Acts({ alert }: { readonly alert: DeprovisionAlert }): ReactNode {
  const { t, n } = useWords()
  const { params } = useOrganization()
  const restore = useChange('restoreAlert', stale)
  const dismiss = useChange('dismissAlert', stale)
  const at = { params: { ...params, id: alert.id } }
  return (
    <Group gap="xs" mt="xs">
      <ConfirmButton
        label={t('guard.restore')}
        size="sm"
        variant="filled"
        title={t('guard.restoreTitle')}
        body={n('guard.restoreBody', alert.people)}
        act={t('guard.restore')}
        run={async () => {
          const { restored, skipped } = await restore.mutateAsync(at)
          const rest = skipped === 0 ? '' : ` ${n('guard.skipped', skipped)}`
          notifications.show({ message: `${n('guard.restored', restored)}${rest}`, autoClose: false })
        }}
      />
      <ConfirmButton
        label={t('guard.dismiss')}
        size="sm"
        title={t('guard.dismissTitle')}
        body={t('guard.dismissBody')}
        act={t('guard.dismiss')}
        isDangerous
        run={() => dismiss.mutateAsync(at)}
      />
    </Group>
  )
}
