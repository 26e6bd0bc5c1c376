// The last two steps of a connection, the same for both protocols: try a sign-in that changes nothing, then enable it.

import { Stack, Text } from '@mantine/core'
import type { Connection } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Failure } from '../../ui/note.tsx'
import { Step } from '../../ui/step.tsx'
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
      <Step number={3} title={t('sso.step3')} isDone={connection.isActive} state={t('sso.step3Hint')}>
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

function Turn(props: { readonly connection: Connection; readonly reason: string | undefined }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { connection, reason } = props
  const change = useChange('updateConnection', staleConnection)
  const refusals = useRefusals(connection.id)
  const at = { params: { ...params, id: connection.id } }
  return (
    <Stack gap="sm" align="flex-start">
      <Failure error={change.error} />
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
        <ExplainedButton
          reason={reason ?? refusals.switchOn}
          onClick={() => change.mutate({ ...at, body: { isActive: true } })}
          loading={change.isPending}
        >
          {t('sso.enable')}
        </ExplainedButton>
      )}
    </Stack>
  )
}
