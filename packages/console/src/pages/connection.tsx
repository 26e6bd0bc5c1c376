// One connection: its set-up in steps, and what belongs to it afterwards.
import { Accordion, Button, Group, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Connection, ConnectionOptions } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useCall, useChange } from '../api.ts'
import { AnchorPanel } from '../connections/anchor-panel.tsx'
import { Certificates } from '../connections/certificates.tsx'
import { ConnectionBadge } from '../connections/connection-badge.tsx'
import { FollowsDirectory } from '../connections/follows-directory.tsx'
import { MetadataForm, type Source } from '../connections/metadata-form.tsx'
import { MetadataPreview } from '../connections/metadata-preview.tsx'
import { OidcSetUp } from '../connections/oidc-set-up.tsx'
import { providerName } from '../connections/providers.ts'
import { RecentSignIns } from '../connections/recent-sign-ins.tsx'
import { useRefusals } from '../connections/refusals.ts'
import { isStaged, tellIfStaged } from '../connections/staged.ts'
import { TestAndEnable } from '../connections/test-and-enable.tsx'
import { GuideView } from '../guide-view.tsx'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { useMayManagePeople, useOrganization } from '../session.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { ExplainedButton } from '../ui/explained-button.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { Step } from '../ui/step.tsx'
import { When } from '../ui/when.tsx'

const stale = ['listConnections', 'getConnection', 'getAnchor', 'listEvents', 'previewProvisioning'] as const

export function Screen(): ReactNode {
  const { id = '' } = useParams()
  const { params } = useOrganization()
  const query = useCall('getConnection', { params: { ...params, id } })
  return <Answer query={query}>{(connection) => <ConnectionScreen connection={connection} />}</Answer>
}

function ConnectionScreen({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const navigate = useNavigate()
  const mayManagePeople = useMayManagePeople()
  const remove = useChange('deleteConnection', stale)
  const refusals = useRefusals(connection.id)
  const at = { params: { ...params, id: connection.id } }
  const isOidc = connection.protocol === 'oidc'
  return (
    <Page
      title={connection.name}
      about={providerName(connection)}
      badge={<ConnectionBadge connection={connection} />}
    >
      {isOidc ? <OidcSetUp connection={connection} /> : <SetUp connection={connection} />}
      <AnchorPanel id={connection.id} />
      {!isOidc && <Certificates connection={connection} />}
      {mayManagePeople && <RecentSignIns connectionId={connection.id} />}
      <FollowsDirectory connection={connection} />
      <Options connection={connection} key={connection.updatedAt} />
      <Panel title={t('sso.delete')} about={t('sso.deleteHint')}>
        <ConfirmButton
          label={t('sso.delete')}
          title={t('sso.deleteTitle', { name: connection.name })}
          body={t('sso.deleteBody')}
          act={t('sso.delete')}
          typed={connection.name}
          isDangerous
          size="sm"
          reason={refusals.delete}
          run={async () => {
            await remove.mutateAsync(at)
            await navigate(links.singleSignOn(slug))
          }}
        />
      </Panel>
    </Page>
  )
}

function SetUp({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateConnection', stale)
  const refresh = useChange('refreshConnection', stale)
  const at = { params: { ...params, id: connection.id } }
  const metadata = connection.identityProviderMetadata
  const [isReplacing, setReplacing] = useState(false)
  const keep = async (source: Source): Promise<void> => {
    tellIfStaged(await change.mutateAsync({ ...at, body: source }), t('anchor.stagedNow'))
    setReplacing(false)
  }
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
      </Step>
      <Step number={2} title={t('sso.step2')} isDone={metadata !== null}>
        {metadata === null || isReplacing ? (
          <MetadataForm act={t('sso.keep')} keep={keep} />
        ) : (
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
        )}
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

function Options({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateConnection', stale)
  const refusals = useRefusals(connection.id)
  const [name, setName] = useState(connection.name)
  const [options, setOptions] = useState(connection.options)
  const { stableIdAttribute: _, ...rest } = options
  const isSaml = connection.protocol === 'saml'
  return (
    <Panel>
      <Accordion variant="default" chevronPosition="right">
        <Accordion.Item value="options" bd={0}>
          <Accordion.Control>{t('sso.options')}</Accordion.Control>
          <Accordion.Panel>
            <form
              onSubmit={(event) => {
                event.preventDefault()
                change.mutate(
                  {
                    params: { ...params, id: connection.id },
                    body: { name, ...(isSaml ? { options: rest } : {}) },
                  },
                  {
                    onSuccess: (done) =>
                      notifications.show({ message: t(isStaged(done) ? 'anchor.stagedNow' : 'saved') }),
                  },
                )
              }}
            >
              <Stack maw={560}>
                <TextInput
                  label={t('sso.name')}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  maxLength={200}
                />
                {isSaml && <SamlOptions options={options} change={setOptions} />}
                <Failure error={change.error} />
                <Group>
                  <ExplainedButton type="submit" loading={change.isPending} reason={refusals.change}>
                    {t('save')}
                  </ExplainedButton>
                </Group>
              </Stack>
            </form>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Panel>
  )
}

const toggles = [
  'signRequests',
  'wantEncryptedAssertions',
  'allowAesCbc',
  'forceAuthn',
  'allowUnsolicited',
  'ignoreNameIdCase',
] as const

function SamlOptions(props: {
  readonly options: ConnectionOptions
  readonly change: (options: ConnectionOptions) => void
}): ReactNode {
  const { t } = useWords()
  const { options, change } = props
  return (
    <>
      {toggles.map((toggle) => (
        <Switch
          key={toggle}
          label={t(`option.${toggle}`)}
          description={t(`option.${toggle}Hint`)}
          checked={options[toggle]}
          onChange={(event) => change({ ...options, [toggle]: event.currentTarget.checked })}
        />
      ))}
      <TextInput
        label={t('option.nameIdFormat')}
        description={t('option.nameIdFormatHint')}
        dir="ltr"
        value={options.nameIdFormat ?? ''}
        onChange={(event) =>
          change({
            ...options,
            nameIdFormat: event.currentTarget.value === '' ? null : event.currentTarget.value,
          })
        }
      />
      <NumberInput
        label={t('option.clockSkew')}
        min={0}
        max={300}
        value={options.clockSkewSeconds}
        onChange={(value) => change({ ...options, clockSkewSeconds: Number(value) })}
      />
      <Text size="sm" c="dimmed">
        {t('option.stableId', { attribute: options.stableIdAttribute ?? 'NameID' })}
      </Text>
    </>
  )
}
