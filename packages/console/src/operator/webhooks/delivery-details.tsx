// One delivery opened: the body as it was sent, and each attempt. All of it comes from elsewhere and is shown as text.
import { Stack, Text } from '@mantine/core'
import type { Delivery } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

/** What was sent and what came back, attempt by attempt. */
export function DeliveryDetails({ delivery }: { readonly delivery: Delivery }): ReactNode {
  const { t } = useWords()
  const { request, log, nextAttemptAt, state } = delivery
  return (
    <Stack gap="sm">
      {request === null ? (
        <Text size="sm">{t('deliveries.bodyGone')}</Text>
      ) : (
        <CodeBlock label={t('deliveries.body')} code={indent(request)} />
      )}
      {state === 'pending' && nextAttemptAt !== null && (
        <Text size="sm">
          {t('webhooks.nextAttempt')}: <When at={nextAttemptAt} />
        </Text>
      )}
      <Text size="sm" fw={600}>
        {t('deliveries.log')}
      </Text>
      {log.length === 0 ? <Text size="sm">{t('deliveries.logNone')}</Text> : <Attempts log={log} />}
    </Stack>
  )
}

function Attempts({ log }: { readonly log: Delivery['log'] }): ReactNode {
  const { t, time } = useWords()
  return (
    <Table
      label={t('deliveries.log')}
      rows={log.map((attempt) => ({ ...attempt, id: attempt.at }))}
      columns={[
        { head: t('deliveries.when'), cell: ({ at }) => <time dateTime={at}>{time(at)}</time> },
        {
          head: t('deliveries.status'),
          cell: ({ status }) => (
            <Badge tone={status !== null && status >= 200 && status < 300 ? 'good' : 'bad'}>
              {status ?? t('delivery.failed')}
            </Badge>
          ),
        },
        { head: t('deliveries.duration'), cell: ({ durationMs }) => t('deliveries.ms', { ms: durationMs }) },
        { head: t('deliveries.error'), cell: ({ error }) => <bdi>{error ?? '–'}</bdi> },
        {
          head: t('deliveries.response'),
          cell: ({ response }) => (
            <bdi className="rc-mono">{response === null || response === '' ? '–' : response}</bdi>
          ),
        },
      ]}
    />
  )
}

function indent(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
