// One endpoint: what it gets and signs with, what can be done with it, and what was delivered.
import type { WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { Note } from '../ui/note.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { RemovalPanel } from '../ui/removal.tsx'
import { Deliveries } from './webhooks/deliveries.tsx'
import { EndpointActs } from './webhooks/endpoint-acts.tsx'
import { EndpointFacts } from './webhooks/endpoint-facts.tsx'
import { EditEndpointDialog } from './webhooks/endpoint-form.tsx'
import { EndpointBadge, EndpointReason } from './webhooks/state-badge.tsx'

/** The endpoint that the address names. */
export function WebhookScreen(): ReactNode {
  const { id = '' } = useParams()
  const query = useCall('getWebhookEndpoint', { params: { id } }, { refetchMs: 10_000 })
  return <Answer query={query}>{(endpoint) => <EndpointPage endpoint={endpoint} key={endpoint.id} />}</Answer>
}

function EndpointPage({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const remove = useChange('deleteWebhookEndpoint', ['listWebhookEndpoints'])
  const isWell = endpoint.state === 'enabled' && endpoint.failingSince === null
  const edit = (
    <DialogButton label={t('webhooks.edit')}>
      {(close) => <EditEndpointDialog endpoint={endpoint} close={close} />}
    </DialogButton>
  )
  return (
    <Page
      title={endpoint.url}
      back={{ to: links.webhooks(), label: t('nav.webhooks') }}
      about={endpoint.description ?? undefined}
      badge={<EndpointBadge endpoint={endpoint} />}
    >
      {!isWell && (
        <Note tone={endpoint.state === 'disabled' ? 'bad' : 'warn'} role="status">
          <EndpointReason endpoint={endpoint} />
        </Note>
      )}
      <Panel title={t('webhooks.facts')} actions={edit}>
        <EndpointFacts endpoint={endpoint} />
        <EndpointActs endpoint={endpoint} />
      </Panel>
      <Deliveries endpointId={endpoint.id} />
      <RemovalPanel
        act={t('webhooks.delete')}
        about={t('webhooks.deleteHint')}
        title={t('webhooks.deleteTitle', { url: endpoint.url })}
        body={t('webhooks.deleteBody')}
        run={() => remove.mutateAsync({ params: { id: endpoint.id } })}
        back={links.webhooks()}
      />
    </Page>
  )
}
