// Whether an endpoint gets its events, in one word, and why not in a sentence.
import type { WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'

/** Enabled, failing or disabled. */
export function EndpointBadge({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  if (endpoint.state === 'disabled')
    return (
      <Badge tone={endpoint.disabledReason === 'operator' ? 'off' : 'bad'}>{t('webhooks.disabled')}</Badge>
    )
  return endpoint.failingSince === null ? (
    <Badge tone="good">{t('webhooks.enabled')}</Badge>
  ) : (
    <Badge tone="warn">{t('webhooks.failing')}</Badge>
  )
}

/** Nothing where all is well. */
export function EndpointReason({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t, time } = useWords()
  const { state, disabledReason, failingSince } = endpoint
  if (state === 'disabled') return disabledReason === null ? null : t(`webhooks.reason.${disabledReason}`)
  return failingSince === null ? null : t('webhooks.failingSince', { since: time(failingSince) })
}
