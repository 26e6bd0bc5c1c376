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
    <Note tone={alert.out === 0 ? 'warn' : 'bad'} role="alert" title={n('guard.alert', alert.people)}>
      <Text size="sm">
        {t('guard.alertAbout', { from: time(alert.startedAt), to: time(alert.endedAt) })}{' '}
        <Out alert={alert} />
      </Text>
      {mayManagePeople && <Acts alert={alert} />}
    </Note>
  )
}

// Counted when it is shown: people come back by themselves, too.
function Out({ alert: { out } }: { readonly alert: DeprovisionAlert }): ReactNode {
  const { t, n } = useWords()
  if (typeof out !== 'number') return t('guard.outUncounted')
  return out === 0 ? t('guard.outNone') : n('guard.out', out)
}

function Acts({ alert }: { readonly alert: DeprovisionAlert }): ReactNode {
  const { t, n } = useWords()
  const { params } = useOrganization()
  const restore = useChange('restoreAlert', stale)
  const dismiss = useChange('dismissAlert', stale)
  const at = { params: { ...params, id: alert.id } }
  const isOver = alert.out === 0
  return (
    <Group gap="xs" mt="xs">
      {alert.out !== 0 && (
        <ConfirmButton
          label={t('guard.restore')}
          size="sm"
          variant="filled"
          title={t('guard.restoreTitle')}
          body={
            typeof alert.out === 'number' ? n('guard.restoreBody', alert.out) : t('guard.restoreUncounted')
          }
          act={t('guard.restore')}
          run={async () => {
            const { restored, skipped } = await restore.mutateAsync(at)
            const rest = skipped === 0 ? '' : ` ${n('guard.skipped', skipped)}`
            notifications.show({ message: `${n('guard.restored', restored)}${rest}`, autoClose: false })
          }}
        />
      )}
      <ConfirmButton
        label={t(isOver ? 'guard.close' : 'guard.dismiss')}
        size="sm"
        title={t(isOver ? 'guard.close' : 'guard.dismissTitle')}
        body={t(isOver ? 'guard.closeBody' : 'guard.dismissBody')}
        act={t(isOver ? 'guard.close' : 'guard.dismiss')}
        isDangerous={!isOver}
        run={() => dismiss.mutateAsync(at)}
      />
    </Group>
  )
}
