// The columns of the list of endpoints.
import type { WebhookEndpoint } from '@rollcall/api'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { OrganizationNames } from '../../ui/organization-picker.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { TypeCount } from './event-types.tsx'
import { EndpointBadge, EndpointReason } from './state-badge.tsx'

/** What stands in the row of an endpoint. */
export function useEndpointColumns(): readonly Column<WebhookEndpoint>[] {
  const { t } = useWords()
  return [
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
  ]
}
