// The delivery log of an endpoint: what was sent, what was answered, attempt by attempt; each can be sent again.
import { Button, Group, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Delivery } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { problemOf, useCall, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { Refusal } from '../../i18n/refusal.tsx'
import { EventName } from '../../record/events/event-name.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Answer, Empty, Panel } from '../../ui/page.tsx'
import { Pager, Table, usePages } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { DeliveryDetails } from './delivery-details.tsx'

const states = ['pending', 'delivered', 'failed'] as const
type State = (typeof states)[number]
const tones: Readonly<Record<State, Tone>> = { pending: 'info', delivered: 'good', failed: 'bad' }

/** The deliveries to one endpoint, the newest first, followed every five seconds. */
export function Deliveries({ endpointId }: { readonly endpointId: string }): ReactNode {
  const { t } = useWords()
  const [state, setState] = useState<State | ''>('')
  const pages = usePages()
  const query = useCall(
    'listDeliveries',
    { params: { id: endpointId }, query: { limit: 20, cursor: pages.cursor, state: state || undefined } },
    { refetchMs: 5_000 },
  )
  return (
    <Panel
      title={t('deliveries.title')}
      about={t('deliveries.about')}
      actions={
        <Select
          label={t('deliveries.state')}
          w={170}
          value={state}
          data={[
            { value: '', label: t('all') },
            ...states.map((value) => ({ value, label: t(`delivery.${value}`) })),
          ]}
          onChange={(value) => {
            setState((value ?? '') as State | '')
            pages.restart()
          }}
        />
      }
    >
      <Answer query={query}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title={t('deliveries.none')}>{state === '' && t('deliveries.noneHint')}</Empty>
          ) : (
            <>
              <DeliveryTable items={items} endpointId={endpointId} />
              <Pager pages={pages} nextCursor={nextCursor} />
            </>
          )
        }
      </Answer>
    </Panel>
  )
}

function DeliveryTable(props: {
  readonly items: readonly Delivery[]
  readonly endpointId: string
}): ReactNode {
  const { t, number } = useWords()
  const [opened, setOpened] = useState<string>()
  return (
    <Table
      label={t('deliveries.title')}
      rows={props.items}
      below={(delivery) => (delivery.id === opened ? <DeliveryDetails delivery={delivery} /> : undefined)}
      columns={[
        { head: t('deliveries.when'), cell: ({ createdAt }) => <When at={createdAt} /> },
        {
          head: t('deliveries.event'),
          cell: ({ eventType, eventId }) => (
            <>
              <EventName type={eventType} />
              <div className="rc-mono" style={{ fontSize: 12.5 }}>
                {eventId}
              </div>
            </>
          ),
        },
        { head: t('deliveries.organization'), cell: ({ organization }) => organization?.slug ?? '–' },
        {
          head: t('deliveries.state'),
          cell: ({ state }) => <Badge tone={tones[state]}>{t(`delivery.${state}`)}</Badge>,
        },
        { head: t('deliveries.attempts'), cell: ({ attempts }) => number(attempts) },
        { head: t('deliveries.answer'), cell: ({ log }) => <LastAnswer log={log} /> },
        {
          head: t('actions'),
          isActions: true,
          cell: ({ id, eventId }) => (
            <Group gap="xs" justify="flex-end">
              <Button
                size="xs"
                variant="default"
                aria-label={t('deliveries.detailsOf', { event: eventId })}
                aria-expanded={id === opened}
                onClick={() => setOpened(id === opened ? undefined : id)}
              >
                {t('deliveries.details')}
              </Button>
              <ResendButton endpointId={props.endpointId} eventId={eventId} />
            </Group>
          ),
        },
      ]}
    />
  )
}

function LastAnswer({ log }: { readonly log: Delivery['log'] }): ReactNode {
  const { t } = useWords()
  const [last] = log
  if (last === undefined) return t('deliveries.notYet')
  return <bdi>{last.status ?? last.error ?? '–'}</bdi>
}

function ResendButton(props: { readonly endpointId: string; readonly eventId: string }): ReactNode {
  const { t, n } = useWords()
  const { mutate, isPending } = useChange('resendDeliveries', ['listDeliveries'])
  return (
    <Button
      size="xs"
      variant="default"
      loading={isPending}
      aria-label={t('webhooks.resendOne', { event: props.eventId })}
      onClick={() =>
        mutate(
          { params: { id: props.endpointId }, body: { eventId: props.eventId } },
          {
            onSuccess: ({ queued }) => notifications.show({ message: n('webhooks.queued', queued) }),
            onError: (error) => {
              const problem = problemOf(error)
              const message =
                problem === undefined ? t('failure.unreachableHint') : <Refusal problem={problem} />
              notifications.show({ color: 'red', title: t('failure.refused'), message })
            },
          },
        )
      }
    >
      {t('webhooks.resend')}
    </Button>
  )
}
