// One connection: its set-up in steps, and what belongs to it afterwards.
import { Accordion, Button, Group, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Connection } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useCall, useChange } from '../api.ts'
import { Certificates } from '../connections/certificates.tsx'
import { ConnectionBadge } from '../connections/connection-badge.tsx'
import { MetadataForm, type Source } from '../connections/metadata-form.tsx'
import { MetadataPreview } from '../connections/metadata-preview.tsx'
import { providerNames } from '../connections/providers.ts'
import { RecentSignIns } from '../connections/recent-sign-ins.tsx'
import { TestButton } from '../connections/test-button.tsx'
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

const stale = ['listConnections', 'getConnection', 'listEvents', 'previewProvisioning'] as const

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
  const at = { params: { ...params, id: connection.id } }
  return (
    <Page
      title={connection.name}
      about={providerNames[connection.identityProvider]}
      badge={<ConnectionBadge connection={connection} />}
    >
      <SetUp connection={connection} />
      <Certificates connection={connection} />
      {mayManagePeople && <RecentSignIns connectionId={connection.id} />}
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
    await change.mutateAsync({ ...at, body: source })
    setReplacing(false)
  }
  const turn = (active: boolean): void => change.mutate({ ...at, body: { active } })
  return (
    <Panel title={t('sso.setUp')}>
      <Step
        number={1}
        title={t('sso.step1')}
        isDone={metadata !== null}
        state={t('sso.step1Hint', {
          provider:
            connection.identityProvider === 'generic'
              ? t('sso.yourProvider')
              : providerNames[connection.identityProvider],
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
                  onClick={() => refresh.mutate(at)}
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
      <Step number={3} title={t('sso.step3')} isDone={connection.active} state={t('sso.step3Hint')}>
        {metadata === null ? <Text size="sm">{t('sso.step3Wait')}</Text> : <TestButton id={connection.id} />}
      </Step>
      <Step
        number={4}
        title={t('sso.step4')}
        isDone={connection.active}
        state={t(connection.active ? 'sso.step4Done' : 'sso.step4Hint')}
      >
        <Stack gap="sm">
          <Failure error={change.error} />
          {connection.active ? (
            <ConfirmButton
              label={t('sso.disable')}
              size="sm"
              title={t('sso.disableTitle', { name: connection.name })}
              body={t('sso.disableBody')}
              act={t('sso.disable')}
              isDangerous
              run={() => change.mutateAsync({ ...at, body: { active: false } })}
            />
          ) : (
            <ExplainedButton
              reason={metadata === null ? t('sso.enableWait') : undefined}
              onClick={() => turn(true)}
              loading={change.isPending}
            >
              {t('sso.enable')}
            </ExplainedButton>
          )}
        </Stack>
      </Step>
    </Panel>
  )
}

function Options({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateConnection', stale)
  const [name, setName] = useState(connection.name)
  const [options, setOptions] = useState(connection.options)
  const toggles = [
    'signRequests',
    'wantEncryptedAssertions',
    'allowAesCbc',
    'forceAuthn',
    'allowUnsolicited',
  ] as const
  const { stableIdAttribute, ...rest } = options
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
                  { params: { ...params, id: connection.id }, body: { name, options: rest } },
                  { onSuccess: () => notifications.show({ message: t('saved') }) },
                )
              }}
            >
              <Stack maw={560}>
                <TextInput
                  label={t('sso.name')}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  maxLength={40}
                />
                {toggles.map((toggle) => (
                  <Switch
                    key={toggle}
                    label={t(`option.${toggle}`)}
                    description={t(`option.${toggle}Hint`)}
                    checked={options[toggle]}
                    onChange={(event) => setOptions({ ...options, [toggle]: event.currentTarget.checked })}
                  />
                ))}
                <TextInput
                  label={t('option.nameIdFormat')}
                  description={t('option.nameIdFormatHint')}
                  dir="ltr"
                  value={options.nameIdFormat ?? ''}
                  onChange={(event) =>
                    setOptions({
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
                  onChange={(value) => setOptions({ ...options, clockSkewSeconds: Number(value) })}
                />
                <Text size="sm" c="dimmed">
                  {t('option.stableId', { attribute: stableIdAttribute ?? 'NameID' })}
                </Text>
                <Failure error={change.error} />
                <Group>
                  <Button type="submit" loading={change.isPending}>
                    {t('save')}
                  </Button>
                </Group>
              </Stack>
            </form>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Panel>
  )
}
