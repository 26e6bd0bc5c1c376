// The set-up of a SAML connection in steps: what the identity provider needs of us, what we need of it, then a test.
import { Button, Group, Stack, Text } from '@mantine/core'
import type { Connection } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { GuideView } from '../../guides/guide-view.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Failure, Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'
import { Step } from '../../ui/step.tsx'
import { When } from '../../ui/when.tsx'
import { MetadataForm, type Source } from './metadata-form.tsx'
import { MetadataPreview } from './metadata-preview.tsx'
import { providerName } from './providers.ts'
import { staleConnection, tellIfStaged } from './staged.ts'
import { TestAndEnable } from './test-and-enable.tsx'

/** The four steps of a connection that speaks SAML 2.0. */
export function SamlSetUp({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const metadata = connection.identityProviderMetadata
  return (
    <Panel title={t('sso.setUp')}>
      <Step
        number={1}
        title={t('sso.step1')}
        isDone={metadata !== null}
        state={t('sso.step1Hint', {
          provider:
            connection.identityProvider === 'generic' ? t('sso.yourProvider') : providerName(connection),
        })}
      >
        <OurValues connection={connection} />
      </Step>
      <Step number={2} title={t('sso.step2')} isDone={metadata !== null}>
        <TheirMetadata connection={connection} />
      </Step>
      <TestAndEnable
        connection={connection}
        isReady={metadata !== null}
        wait={t('sso.step3Wait')}
        enableWait={t('sso.enableWait')}
      />
    </Panel>
  )
}

function OurValues({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  return (
    <Stack gap="sm">
      <CopyValue label={t('sso.acsUrl')} value={connection.acsUrl} />
      <CopyValue label={t('sso.entityId')} value={connection.entityId} />
      <CopyValue label={t('sso.ourMetadata')} value={connection.metadataUrl} />
      <GuideView
        kind="sso"
        provider={connection.identityProvider}
        values={{
          acsUrl: connection.acsUrl,
          entityId: connection.entityId,
          // Beside our metadata, whatever path an imported connection has for its ACS.
          sloUrl: connection.metadataUrl.replace(/metadata$/, 'slo'),
          sloSoapUrl: connection.metadataUrl.replace(/metadata$/, 'slo-soap'),
          spMetadataUrl: connection.metadataUrl,
          loginUrl: connection.acsUrl.replace(/acs$/, 'login'),
        }}
      />
    </Stack>
  )
}

function TheirMetadata({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateConnection', staleConnection)
  const refresh = useChange('refreshConnection', staleConnection)
  const at = { params: { ...params, id: connection.id } }
  const metadata = connection.identityProviderMetadata
  const [isReplacing, setReplacing] = useState(false)
  const keep = async (source: Source): Promise<void> => {
    tellIfStaged(await change.mutateAsync({ ...at, body: source }), t('anchor.stagedNow'))
    setReplacing(false)
  }
  if (metadata === null || isReplacing) return <MetadataForm act={t('sso.keep')} keep={keep} />
  return (
    <Stack gap="sm">
      <MetadataPreview metadata={metadata} />
      {connection.metadataError !== null && (
        <Note tone="warn">{t('sso.metadataFailed', { reason: connection.metadataError })}</Note>
      )}
      <Failure error={refresh.error} />
      <Group>
        <Button variant="default" size="xs" onClick={() => setReplacing(true)}>
          {t('sso.replace')}
        </Button>
        {connection.identityProviderMetadataUrl !== null && (
          <Button
            variant="default"
            size="xs"
            onClick={() =>
              refresh.mutate(at, { onSuccess: (done) => tellIfStaged(done, t('anchor.stagedNow')) })
            }
            loading={refresh.isPending}
          >
            {t('sso.refresh')}
          </Button>
        )}
        {connection.metadataFetchedAt !== null && (
          <Text size="sm" c="dimmed">
            {t('sso.fetched')} <When at={connection.metadataFetchedAt} />
          </Text>
        )}
      </Group>
    </Stack>
  )
}
