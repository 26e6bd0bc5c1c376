// Where events are sent: every endpoint, and whether it gets them.
import type { CreatedWebhookEndpoint } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { CreateButton } from '../ui/dialog-button.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { useEndpointColumns } from './webhooks/columns.tsx'
import { CreateEndpointDialog } from './webhooks/endpoint-form.tsx'
import { PublicKeyDialog } from './webhooks/public-key.tsx'
import { WebhookAlert } from './webhooks/webhook-alert.tsx'

/** Every endpoint, and whether it gets its events. */
export function WebhooksScreen(): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  const [made, setMade] = useState<CreatedWebhookEndpoint>()
  const query = useCall('listWebhookEndpoints', {}, { refetchMs: 15_000 })
  const columns = useEndpointColumns()
  return (
    <Page
      title={t('nav.webhooks')}
      about={t('webhooks.about')}
      actions={<CreateButton label={t('webhooks.create')} open={dialog.open} />}
    >
      <WebhookAlert />
      <Panel>
        <Listing
          query={query}
          label={t('nav.webhooks')}
          columns={columns}
          empty={<Empty title={t('webhooks.none')}>{t('webhooks.noneHint')}</Empty>}
        />
      </Panel>
      {dialog.isOpen && made === undefined && <CreateEndpointDialog close={dialog.close} made={setMade} />}
      {made !== undefined && <Made endpoint={made} />}
    </Page>
  )
}

/** What it signs with, then the endpoint's own page. */
function Made({ endpoint }: { readonly endpoint: CreatedWebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const navigate = useNavigate()
  const close = (): void => void navigate(links.webhook(endpoint.id))
  if (endpoint.secret === null) return <PublicKeyDialog publicKey={endpoint.publicKey ?? ''} close={close} />
  return (
    <ShownOnce
      title={t('webhooks.secretOnce')}
      hint={t('webhooks.secretHint')}
      label={t('webhooks.secret')}
      value={endpoint.secret}
      close={close}
    />
  )
}
