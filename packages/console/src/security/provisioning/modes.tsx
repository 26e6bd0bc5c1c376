// The two modes as cards, and the switch between them: first what it would change, then the act.

import { Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Provisioning, ProvisioningMode, ResultOf } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useHandOverRefusal, useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Failure, Note } from '../../ui/note.tsx'
import { Answer, Panel } from '../../ui/page.tsx'
import { LockOutGuard } from './lock-out-guard.tsx'
import { People } from './people.tsx'

type Preview = ResultOf<'previewProvisioning'>

/** Both modes side by side, and the way from one to the other. */
export function Modes({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [isOpen, { open, close }] = useDisclosure(false)
  const other: ProvisioningMode = provisioning.mode === 'scim' ? 'manual' : 'scim'
  const preview = useCall('previewProvisioning', { params, query: { mode: other } })
  const [missing] = preview.data?.missing ?? []
  const handOver = useHandOverRefusal()
  // The first switch to SCIM is part of a set-up.
  const refusal = provisioning.setup.startedAt !== null || other === 'manual' ? handOver : undefined
  return (
    <Panel title={t('modes.title')} about={t('modes.about')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {(['manual', 'scim'] as const).map((mode) => {
          const isChosen = provisioning.mode === mode
          return (
            <div className="rc-card" data-chosen={isChosen} data-mode={mode} key={mode}>
              <Stack gap="xs" h="100%">
                <Group justify="space-between">
                  <Text fw={650}>{t(`mode.${mode}`)}</Text>
                  {isChosen && <Badge tone="info">{t('modes.chosen')}</Badge>}
                </Group>
                <ul style={{ margin: 0, paddingInlineStart: '1.1rem', flex: 1 }}>
                  <li>{t(`modes.${mode}Create`)}</li>
                  <li>{t(`modes.${mode}Update`)}</li>
                  <li>{t(`modes.${mode}Leave`)}</li>
                </ul>
                {!isChosen && (
                  <ExplainedButton
                    variant={mode === 'scim' ? 'filled' : 'default'}
                    reason={refusal ?? (missing === undefined ? undefined : t(`missing.${missing}`))}
                    onClick={open}
                  >
                    {t(mode === 'scim' ? 'modes.toScim' : 'modes.toManual')}
                  </ExplainedButton>
                )}
              </Stack>
            </div>
          )
        })}
      </SimpleGrid>
      <SwitchDialog mode={other} isOpen={isOpen} close={close} />
    </Panel>
  )
}

function SwitchDialog(props: {
  readonly mode: ProvisioningMode
  readonly isOpen: boolean
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  const preview = useCall(
    'previewProvisioning',
    { params, query: { mode: props.mode } },
    { isIdle: !props.isOpen },
  )
  const { mutate, error, isPending, reset } = useChange('updateProvisioning', [
    'getProvisioning',
    'previewProvisioning',
    'getOrganization',
    'listEvents',
    'listOrganizations',
  ])
  const [hasStopped, setStopped] = useState(false)
  const close = (): void => {
    reset()
    setStopped(false)
    props.close()
  }
  const isScim = props.mode === 'scim'
  const isLocked = ({ keysThatStop }: Preview): boolean => !isScim && keysThatStop > 0 && !hasStopped
  return (
    <Dialog
      isOpen={props.isOpen}
      close={close}
      size="lg"
      title={t(isScim ? 'switch.toScim' : 'switch.toManual')}
    >
      <Answer query={preview}>
        {(data) => (
          <Stack>
            <Text>{t(isScim ? 'switch.scimSignIns' : 'switch.manualSignIns')}</Text>
            <PreviewCounts found={data} isScim={isScim} />
            {isScim && mayManagePeople && data.unclaimed > 0 && <People label={t('switch.people')} />}
            {isScim && <LockOutGuard />}
            {!isScim && (
              <StopFirst hasKeys={data.keysThatStop > 0} hasStopped={hasStopped} change={setStopped} />
            )}
            <Failure error={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <ExplainedButton
                loading={isPending}
                reason={isLocked(data) ? t('switch.confirmFirst') : undefined}
                onClick={() => mutate({ params, body: { mode: props.mode } }, { onSuccess: close })}
              >
                {t(isScim ? 'switch.doScim' : 'switch.doManual')}
              </ExplainedButton>
            </Group>
          </Stack>
        )}
      </Answer>
    </Dialog>
  )
}

/** Before the directory is switched off here it stops sending there. */
function StopFirst(props: {
  readonly hasKeys: boolean
  readonly hasStopped: boolean
  readonly change: (hasStopped: boolean) => void
}): ReactNode {
  const { t } = useWords()
  return (
    <>
      <Note tone="warn" title={t('switch.stopFirst')}>
        <Text size="sm">{t('switch.stopFirstHint')}</Text>
      </Note>
      {props.hasKeys && (
        <Checkbox
          label={t('switch.stopped')}
          checked={props.hasStopped}
          onChange={(event) => props.change(event.currentTarget.checked)}
        />
      )}
    </>
  )
}

function PreviewCounts({ found, isScim }: { readonly found: Preview; readonly isScim: boolean }): ReactNode {
  const { n } = useWords()
  return (
    <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
      <li>{n('switch.stay', found.users)}</li>
      {isScim ? (
        <li>{n('switch.unclaimed', found.unclaimed)}</li>
      ) : (
        <li>{n('switch.keys', found.keysThatStop)}</li>
      )}
    </ul>
  )
}
