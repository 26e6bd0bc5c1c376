// One endpoint: what it gets and signs with, what can be done with it, and what was delivered.
import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { OrganizationNames } from '../ui/organization-picker.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { RotateButton } from '../ui/rotate-button.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { When } from '../ui/when.tsx'
import { Deliveries } from './webhooks/deliveries.tsx'
import { EditEndpointDialog } from './webhooks/endpoint-form.tsx'
import { ResendRangeButton } from './webhooks/resend-dialog.tsx'
import { EndpointBadge, EndpointReason } from './webhooks/state-badge.tsx'

const stale = ['listWebhookEndpoints', 'getWebhookEndpoint', 'listDeliveries'] as const

/** The endpoint that the address names. */
export function WebhookScreen(): ReactNode {
  const { id = '' } = useParams()
  const query = useCall('getWebhookEndpoint', { params: { id } }, { refetchMs: 10_000 })
  return <Answer query={query}>{(endpoint) => <EndpointPage endpoint={endpoint} key={endpoint.id} />}</Answer>
}

function EndpointPage({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const navigate = useNavigate()
  const remove = useChange('deleteWebhookEndpoint', ['listWebhookEndpoints'])
  const isWell = endpoint.state === 'enabled' && endpoint.failingSince === null
  return (
    <Page
      title={endpoint.url}
      about={endpoint.description ?? undefined}
      badge={<EndpointBadge endpoint={endpoint} />}
    >
      {!isWell && (
        <Note tone={endpoint.state === 'disabled' ? 'bad' : 'warn'} role="status">
          <EndpointReason endpoint={endpoint} />
        </Note>
      )}
      <Panel title={t('webhooks.facts')} actions={<EditButton endpoint={endpoint} />}>
        <Facts endpoint={endpoint} />
        <Acts endpoint={endpoint} />
      </Panel>
      <Deliveries endpointId={endpoint.id} />
      <Panel title={t('webhooks.delete')} about={t('webhooks.deleteHint')}>
        <ConfirmButton
          label={t('webhooks.delete')}
          title={t('webhooks.deleteTitle', { url: endpoint.url })}
          body={t('webhooks.deleteBody')}
          act={t('webhooks.delete')}
          isDangerous
          size="sm"
          run={async () => {
            await remove.mutateAsync({ params: { id: endpoint.id } })
            await navigate(links.webhooks())
          }}
        />
      </Panel>
    </Page>
  )
}

function EditButton({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {t('webhooks.edit')}
      </Button>
      {dialog.isOpen && <EditEndpointDialog endpoint={endpoint} close={dialog.close} />}
    </>
  )
}

function Facts({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  return (
    <dl className="rc-dl">
      <dt>ID</dt>
      <dd className="rc-mono">{endpoint.id}</dd>
      <dt>{t('webhooks.types')}</dt>
      <dd>{endpoint.eventTypes.includes('*') ? t('webhooks.allTypes') : endpoint.eventTypes.join(', ')}</dd>
      <dt>{t('webhooks.organizations')}</dt>
      <dd>
        <OrganizationNames slugs={endpoint.organizations} />
      </dd>
      <dt>{t('webhooks.algorithm')}</dt>
      <dd>{t(`algorithm.${endpoint.algorithm}`)}</dd>
      <dt>{t('webhooks.lastDelivered')}</dt>
      <dd>
        <When at={endpoint.lastDeliveredAt} none={t('never')} />
      </dd>
      {endpoint.nextAttemptAt !== null && (
        <>
          <dt>{t('webhooks.nextAttempt')}</dt>
          <dd>
            <When at={endpoint.nextAttemptAt} />
          </dd>
        </>
      )}
      <dt>{t('webhooks.created')}</dt>
      <dd>
        <When at={endpoint.createdAt} isDay />
      </dd>
    </dl>
  )
}

function Acts({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const at = { params: { id: endpoint.id } }
  const test = useChange('testWebhookEndpoint', stale)
  return (
    <Stack gap="sm" mt="md">
      {endpoint.publicKey !== null && (
        <CopyValue label={t('webhooks.publicKey')} value={endpoint.publicKey} />
      )}
      <Failure error={test.error} />
      <Group gap="xs">
        <Button
          size="xs"
          loading={test.isPending}
          onClick={() =>
            test.mutate(at, { onSuccess: () => notifications.show({ message: t('webhooks.tested') }) })
          }
        >
          {t('webhooks.test')}
        </Button>
        <ResendRangeButton id={endpoint.id} />
        <RotateEndpoint endpoint={endpoint} />
        <Turn endpoint={endpoint} />
      </Group>
    </Stack>
  )
}

function RotateEndpoint({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const rotate = useChange('rotateWebhookSecret', stale)
  const isShared = endpoint.algorithm === 'hmac-sha256'
  const title = t(isShared ? 'webhooks.rotateTitle' : 'webhooks.rotateKeyTitle')
  return (
    <RotateButton
      title={title}
      label={title}
      body={t('webhooks.rotateBody')}
      once={{
        title: t('webhooks.secretOnce'),
        hint: t('webhooks.secretHint'),
        label: t('webhooks.secret'),
      }}
      run={async (overlapSeconds) => {
        const made = await rotate.mutateAsync({ params: { id: endpoint.id }, body: { overlapSeconds } })
        if (made.secret === null) notifications.show({ message: t('webhooks.rotated') })
        return made.secret
      }}
    />
  )
}

function Turn({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const { mutate, mutateAsync, isPending, error } = useChange('updateWebhookEndpoint', stale)
  const params = { id: endpoint.id }
  if (endpoint.state === 'enabled')
    return (
      <ConfirmButton
        label={t('webhooks.disable')}
        title={t('webhooks.disableTitle')}
        body={<Text>{t('webhooks.disableBody')}</Text>}
        act={t('webhooks.disable')}
        isDangerous
        run={() => mutateAsync({ params, body: { state: 'disabled' } })}
      />
    )
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={isPending}
        onClick={() => mutate({ params, body: { state: 'enabled' } })}
      >
        {t('webhooks.enable')}
      </Button>
      <Failure error={error} />
    </>
  )
}
