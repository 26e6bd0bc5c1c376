// The last two steps of a connection, the same for both protocols: try a sign-in that changes nothing, then enable it.

import { Stack, Text } from '@mantine/core'
import type { Connection, Domain } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton, ConfirmDialog } from '../../ui/confirm.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Failure } from '../../ui/note.tsx'
import { Step } from '../../ui/step.tsx'
import { When } from '../../ui/when.tsx'
import { useRefusals } from './refusals.ts'
import { staleConnection } from './staged.ts'
import { TestButton } from './test-button.tsx'

/** Steps three and four. */
export function TestAndEnable(props: {
  readonly connection: Connection
  /** Whether the identity provider is known. */
  readonly isReady: boolean
  /** What is to be done before the test, and before it can be enabled. */
  readonly wait: string
  readonly enableWait: string
}): ReactNode {
  const { t } = useWords()
  const { connection, isReady } = props
  return (
    <>
      <Step
        number={3}
        title={t('sso.step3')}
        isDone={connection.lastTest !== null}
        state={<Tested connection={connection} />}
      >
        {isReady ? <TestButton id={connection.id} /> : <Text size="sm">{props.wait}</Text>}
      </Step>
      <Step
        number={4}
        title={t('sso.step4')}
        isDone={connection.isActive}
        state={t(connection.isActive ? 'sso.step4Done' : 'sso.step4Hint')}
      >
        <Turn connection={connection} reason={isReady ? undefined : props.enableWait} />
      </Step>
    </>
  )
}

// What is known of the newest test; a test ends in another window.
function Tested({ connection: { id, lastTest } }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  useCall('getConnection', { params: { ...params, id } }, { refetchMs: 10_000 })
  return (
    <>
      {lastTest !== null && (
        <>
          {t(lastTest.mayEnter ? 'sso.tested' : 'sso.testedRefused')} <When at={lastTest.at} />.{' '}
        </>
      )}
      {t('sso.step3Hint')}
    </>
  )
}

// Where it is likely that nobody could sign in, it is asked first; what is so now is looked up when the button is pressed.
function Enable(props: { readonly connection: Connection; readonly reason: string | undefined }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { connection, reason } = props
  const { id, name } = connection
  const change = useChange('updateConnection', staleConnection)
  const own = useCall('getConnection', { params: { ...params, id } })
  const domains = useCall('listDomains', { params })
  const [doubts, setDoubts] = useState<readonly Doubt[]>([])
  const [isLooking, setLooking] = useState(false)
  const enabled = { params: { ...params, id }, body: { isActive: true } }
  const enable = async (): Promise<void> => {
    setLooking(true)
    const [now, proved] = await Promise.all([own.refetch(), domains.refetch()])
    setLooking(false)
    const found = listDoubts(now.data ?? connection, proved.data?.items ?? [])
    if (found.length === 0) change.mutate(enabled)
    else setDoubts(found)
  }
  return (
    <>
      <Failure error={change.error} />
      <ExplainedButton reason={reason} onClick={() => void enable()} loading={change.isPending || isLooking}>
        {t('sso.enable')}
      </ExplainedButton>
      <ConfirmDialog
        isOpen={doubts.length > 0}
        close={() => setDoubts([])}
        title={t('sso.enableTitle', { name })}
        body={
          <Stack gap="xs">
            {doubts.map((doubt) => (
              <Text key={doubt}>{t(`sso.doubt.${doubt}`)}</Text>
            ))}
          </Stack>
        }
        act={t('sso.enableAnyway')}
        run={() => change.mutateAsync(enabled)}
      />
    </>
  )
}

type Doubt = 'untested' | 'refused' | 'noDomain'

function listDoubts({ lastTest }: Connection, domains: readonly Domain[]): readonly Doubt[] {
  const doubts: Doubt[] = lastTest === null ? ['untested'] : lastTest.mayEnter ? [] : ['refused']
  return domains.some(({ verifiedAt }) => verifiedAt !== null) ? doubts : [...doubts, 'noDomain']
}

function Turn(props: { readonly connection: Connection; readonly reason: string | undefined }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { connection, reason } = props
  const change = useChange('updateConnection', staleConnection)
  const refusals = useRefusals(connection.id)
  const at = { params: { ...params, id: connection.id } }
  return (
    <Stack gap="sm" align="flex-start">
      {connection.isActive ? (
        <ConfirmButton
          label={t('sso.disable')}
          size="sm"
          title={t('sso.disableTitle', { name: connection.name })}
          body={t('sso.disableBody')}
          act={t('sso.disable')}
          isDangerous
          reason={refusals.switchOff}
          run={() => change.mutateAsync({ ...at, body: { isActive: false } })}
        />
      ) : (
        <Enable connection={connection} reason={reason ?? refusals.switchOn} />
      )}
    </Stack>
  )
}
