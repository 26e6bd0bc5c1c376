// After the first sync: who was claimed and who was not, and the confirmation that ends the connecting phase.
import { Group, Stack, Text } from '@mantine/core'
import type { Provisioning } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Note } from '../../ui/note.tsx'
import { Answer, Panel } from '../../ui/page.tsx'
import { People } from './people.tsx'

/** Who was claimed so far, and the button that ends the connecting phase; a contact is told who ends it. */
export function FirstSync({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t } = useWords()
  if (useMayManagePeople()) return <FirstSyncPanel provisioning={provisioning} />
  return provisioning.unknownSignIns === 'create' && <Note tone="info">{t('firstSync.byAdministrator')}</Note>
}

function FirstSyncPanel({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t, n } = useWords()
  const { params } = useOrganization()
  const isConfirmed = provisioning.unknownSignIns === 'refuse'
  const preview = useCall('previewProvisioning', { params, query: { mode: 'scim' } }, { refetchMs: 10_000 })
  const change = useChange('updateProvisioning', ['getProvisioning', 'listEvents'])
  const set = (unknownSignIns: 'create' | 'refuse') => () =>
    change.mutateAsync({ params, body: { unknownSignIns } })
  const hasUsers = provisioning.setup.userAt !== null
  return (
    <Panel
      title={t('firstSync.title')}
      about={t(isConfirmed ? 'firstSync.confirmedAbout' : 'firstSync.about')}
      actions={
        <Badge tone={isConfirmed ? 'good' : 'info'}>
          {t(isConfirmed ? 'firstSync.confirmed' : 'firstSync.open')}
        </Badge>
      }
    >
      <Answer query={preview}>
        {({ users, unclaimed }) => (
          <Stack gap="sm">
            <Text>
              {n('firstSync.claimed', users - unclaimed)} · {n('firstSync.unclaimed', unclaimed)}
            </Text>
            {unclaimed > 0 && (
              <>
                <Text size="sm" c="dimmed">
                  {t('firstSync.unclaimedHint')}
                </Text>
                <People label={t('firstSync.list')} />
              </>
            )}
            <Group>
              {isConfirmed ? (
                <ConfirmButton
                  label={t('firstSync.reopen')}
                  size="sm"
                  title={t('firstSync.reopen')}
                  body={t('firstSync.reopenBody')}
                  act={t('firstSync.reopen')}
                  run={set('create')}
                />
              ) : hasUsers ? (
                <ConfirmButton
                  label={t('firstSync.confirm')}
                  size="sm"
                  variant="filled"
                  title={t('firstSync.confirm')}
                  body={t('firstSync.confirmBody')}
                  act={t('firstSync.confirm')}
                  run={set('refuse')}
                />
              ) : (
                <ExplainedButton reason={t('firstSync.wait')}>{t('firstSync.confirm')}</ExplainedButton>
              )}
            </Group>
          </Stack>
        )}
      </Answer>
    </Panel>
  )
}
