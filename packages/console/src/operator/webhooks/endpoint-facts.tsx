// What is known of an endpoint.
import type { WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { OrganizationNames } from '../../ui/organization-picker.tsx'
import { When } from '../../ui/when.tsx'

/** What it gets, what it signs with, and when it last got something. */
export function EndpointFacts({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  return (
    <Facts>
      <Fact name={t('user.id')} isMono>
        {endpoint.id}
      </Fact>
      <Fact name={t('webhooks.types')}>
        {endpoint.eventTypes.includes('*') ? t('webhooks.allTypes') : endpoint.eventTypes.join(', ')}
      </Fact>
      <Fact name={t('webhooks.organizations')}>
        <OrganizationNames slugs={endpoint.organizations} />
      </Fact>
      <Fact name={t('webhooks.algorithm')}>{t(`algorithm.${endpoint.algorithm}`)}</Fact>
      <Fact name={t('webhooks.lastDelivered')}>
        <When at={endpoint.lastDeliveredAt} none={t('never')} />
      </Fact>
      {endpoint.nextAttemptAt !== null && (
        <Fact name={t('webhooks.nextAttempt')}>
          <When at={endpoint.nextAttemptAt} />
        </Fact>
      )}
      <Fact name={t('webhooks.created')}>
        <When at={endpoint.createdAt} isDay />
      </Fact>
    </Facts>
  )
}
