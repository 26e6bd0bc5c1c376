// Says on top of the operator's screens that an endpoint gets no events: nobody notices otherwise what does not arrive.
import { Text } from '@mantine/core'
import type { WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { Note } from '../../ui/note.tsx'
import { EndpointReason } from './state-badge.tsx'

/** Nothing where every endpoint gets its events; with `isOnlyDisabled` those that only fail are left out. */
export function WebhookAlert({ isOnlyDisabled }: { readonly isOnlyDisabled?: boolean }): ReactNode {
  const { n } = useWords()
  const { data } = useCall('listWebhookEndpoints', {}, { refetchMs: 15_000 })
  const items = data?.items ?? []
  const disabled = items.filter(({ state }) => state === 'disabled')
  const failing = items.filter(({ state, failingSince }) => state === 'enabled' && failingSince !== null)
  return (
    <>
      {disabled.length > 0 && (
        <Note tone="bad" role="status" title={n('webhooks.disabledCount', disabled.length)}>
          <Endpoints items={disabled} />
        </Note>
      )}
      {failing.length > 0 && isOnlyDisabled !== true && (
        <Note tone="warn" role="status" title={n('webhooks.failingCount', failing.length)}>
          <Endpoints items={failing} />
        </Note>
      )}
    </>
  )
}

function Endpoints({ items }: { readonly items: readonly WebhookEndpoint[] }): ReactNode {
  const { t } = useWords()
  return (
    <>
      {items[0]?.state === 'disabled' && <Text size="sm">{t('webhooks.alertHint')}</Text>}
      <ul style={{ margin: 0, paddingInlineStart: '1.1rem' }}>
        {items.map((endpoint) => (
          <li key={endpoint.id}>
            <Link to={links.webhook(endpoint.id)}>{endpoint.url}</Link> <EndpointReason endpoint={endpoint} />
          </li>
        ))}
      </ul>
    </>
  )
}
