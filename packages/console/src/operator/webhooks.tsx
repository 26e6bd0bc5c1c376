// Where events are sent: every endpoint, and whether it gets them.
import { Button } from '@mantine/core'
import type { CreatedWebhookEndpoint, WebhookEndpoint } from '@rollcall/api'
import { IconPlus } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { OrganizationNames } from '../ui/organization-picker.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { Table } from '../ui/table.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { When } from '../ui/when.tsx'
import { CreateEndpointDialog } from './webhooks/endpoint-form.tsx'
import { TypeCount } from './webhooks/event-types.tsx'
import { PublicKeyDialog } from './webhooks/public-key.tsx'
import { EndpointBadge, EndpointReason } from './webhooks/state-badge.tsx'
import { WebhookAlert } from './webhooks/webhook-alert.tsx'

/** Every endpoint, and whether it gets its events. */
export function WebhooksScreen(): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  const [made, setMade] = useState<CreatedWebhookEndpoint>()
  const query = useCall('listWebhookEndpoints', {}, { refetchMs: 15_000 })
  const create = (
    <Button leftSection={<IconPlus size={18} />} onClick={dialog.open}>
      {t('webhooks.create')}
    </Button>
  )
  return (
    <Page title={t('nav.webhooks')} about={t('webhooks.about')} actions={create}>
      <WebhookAlert />
      <Panel>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('webhooks.none')}>{t('webhooks.noneHint')}</Empty>
            ) : (
              <EndpointTable items={items} />
            )
          }
        </Answer>
      </Panel>
      {dialog.isOpen && made === undefined && <CreateEndpointDialog close={dialog.close} made={setMade} />}
      {made !== undefined && <Made endpoint={made} />}
    </Page>
  )
}

function EndpointTable({ items }: { readonly items: readonly WebhookEndpoint[] }): ReactNode {
  const { t } = useWords()
  return (
    <Table
      label={t('nav.webhooks')}
      rows={items}
      columns={[
        {
          head: t('webhooks.url'),
          cell: ({ id, url, description }) => (
            <>
              <Link to={links.webhook(id)}>{url}</Link>
              {description !== null && <div>{description}</div>}
            </>
          ),
        },
        { head: t('webhooks.types'), cell: ({ eventTypes }) => <TypeCount types={eventTypes} /> },
        {
          head: t('webhooks.organizations'),
          cell: ({ organizations }) => <OrganizationNames slugs={organizations} />,
        },
        {
          head: t('webhooks.state'),
          cell: (endpoint) => (
            <>
              <EndpointBadge endpoint={endpoint} />
              <div style={{ fontSize: 13, color: 'var(--mantine-color-dimmed)' }}>
                <EndpointReason endpoint={endpoint} />
              </div>
            </>
          ),
        },
        {
          head: t('webhooks.lastDelivered'),
          cell: ({ lastDeliveredAt }) => <When at={lastDeliveredAt} none={t('never')} />,
        },
      ]}
    />
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
