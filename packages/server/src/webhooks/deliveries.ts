// Deliveries of webhooks: as they are sent, as the log shows them, and sent again. The queue itself is deliveries/'s.

import type { Delivery, Page, Resend } from '@rollcall/api'
import { sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { currentTrace } from '../base/tracing.ts'
import { queueTestOf, renderQueue } from '../deliveries/enqueue.ts'
import { type LeasedDelivery, selectDeliveryPage } from '../deliveries/queue.ts'
import { toFeedEvent } from '../events/feed.ts'
import { Problem } from '../http/problem.ts'
import type { OutboundRequest } from '../outbound/outbound.ts'
import type { Database } from '../store/database.ts'
import type { DeliveryTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import { getRow, isSubscribed, openSecrets, type WebhookRules } from './endpoints.ts'
import { signWebhook } from './sign.ts'

/** What of a row becomes the body. */
type Sendable = Pick<
  LeasedDelivery,
  'event_id' | 'event_type' | 'organization_id' | 'payload' | 'event' | 'occurred_at' | 'slug'
>

/** The body: the event as the events API has it, under the names of the Standard Webhooks specification. */
export function renderBody(row: Sendable): string | null {
  if (row.payload !== null) return row.payload
  if (row.event === null || row.occurred_at === null) return null
  const event = toFeedEvent({
    event_id: row.event_id,
    type: row.event_type,
    occurred_at: Number(row.occurred_at),
    organization_id: row.organization_id,
    slug: row.slug,
    payload: row.event,
  })
  return JSON.stringify({ ...event, timestamp: event.occurredAt })
}

/** Undefined when the event is older than what is kept, or the endpoint is not subscribed to it any more. */
export async function renderDelivery(
  rules: WebhookRules,
  delivery: LeasedDelivery,
  now: number,
): Promise<OutboundRequest | undefined> {
  const body = renderBody(delivery)
  if (body === null) return undefined
  const row = await getRow(rules.database, delivery.target_id)
  // What tries the endpoint is no event.
  if (delivery.payload === null && !isSubscribed(row, delivery)) return undefined
  const signed = signWebhook({ id: delivery.event_id, at: now, body }, openSecrets(rules.envelope, row))
  return {
    method: 'POST',
    url: row.url,
    headers: { 'content-type': 'application/json', accept: '*/*', ...signed },
    body,
  }
}

/** The newest first. Throws 404. */
export async function listDeliveries(
  database: Database,
  id: string,
  query: {
    readonly limit: number
    readonly cursor?: string | undefined
    readonly state?: DeliveryTable['state'] | undefined
    readonly eventId?: string | undefined
  },
): Promise<Page<Delivery>> {
  await getRow(database, id)
  const cursor = Number(query.cursor ?? Number.MAX_SAFE_INTEGER)
  if (!Number.isSafeInteger(cursor)) throw new Problem('invalid_request', 'cursor: not one of ours')
  const rows = await database.readInstallation('deliveries', selectDeliveryPage, {
    targetId: id,
    before: cursor,
    limit: query.limit + 1,
    state: query.state ?? '',
    eventId: query.eventId ?? '',
  })
  const items = rows.slice(0, query.limit).map(toDelivery)
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}

function toDelivery(row: Sendable & Omit<LeasedDelivery, keyof Sendable>): Delivery {
  const log = readJson<(Omit<Delivery['log'][number], 'at'> & { at: number })[]>(row.log)
  return {
    id: String(row.number),
    eventId: row.event_id,
    eventType: row.event_type,
    organization: row.organization_id === '' ? null : { id: row.organization_id, slug: row.slug ?? '' },
    subjectId: row.subject_id,
    state: row.state,
    attempts: row.attempts,
    createdAt: toTime(row.created_at),
    nextAttemptAt: row.state === 'pending' ? toTime(row.next_at) : null,
    deliveredAt: toNullableTime(row.delivered_at),
    request: renderBody(row),
    log: log.map((one) => ({ ...one, at: toTime(one.at) })),
  }
}

/** Queues an event of the type `webhook.test` for one endpoint. Throws 409 where it is switched off. */
export async function queueTest(database: Database, id: string, at: number): Promise<{ queued: number }> {
  await getEnabled(database, id)
  const eventId = createId('evt', at)
  const occurredAt = toTime(at)
  const payload = JSON.stringify({
    id: eventId,
    type: 'webhook.test',
    occurredAt,
    timestamp: occurredAt,
    organization: null,
    actor: { kind: 'operator', id: null },
    subject: { type: 'webhook_endpoint', id },
    data: {},
    requestId: null,
  })
  await database.inInstallation('deliveries', async (tx) =>
    tx.write(queueTestOf, { targetId: id, eventId, payload, at, trace: currentTrace() }),
  )
  return { queued: 1 }
}

async function getEnabled(database: Database, id: string): Promise<void> {
  const row = await getRow(database, id)
  if (row.is_enabled !== 1)
    throw new Problem('endpoint_disabled', 'The endpoint is switched off: switch it on first')
}

const insertAgain = installationStatement<{
  targetId: string
  eventId: string
  from: number
  to: number
  at: number
  trace: string | null
}>('insert_resent_deliveries')(({ db, place, dialect }) => {
  const one = dialect.text(place('eventId'))
  const statement = renderQueue(
    {
      targetId: sql`s.endpoint_id`,
      organizationId: sql`f.organization_id`,
      eventId: sql`f.event_id`,
      type: sql`f.type`,
      subjectId: sql`f.subject_id`,
      at: dialect.bigint(place('at')),
      trace: dialect.text(place('trace')),
    },
    sql`FROM ${dialect.feed.rows} AS f JOIN webhook_subscription AS s ON s.endpoint_id = ${place('targetId')} AND s.organization_id IN ('*', f.organization_id)
    WHERE (f.event_id = ${one} OR (${one} = '' AND f.occurred_at >= ${place('from')} AND f.occurred_at < ${place('to')}))
      AND (s.types = '*' OR s.types LIKE '%,' || f.type || ',%')
    ORDER BY f.number LIMIT 100000 RETURNING number`,
  )
  return { compile: () => statement.compile(db) }
})

/** The same ids and bodies again, in the same order. Throws 404 for an event that is not in the feed or not subscribed. */
export async function queueAgain(
  database: Database,
  id: string,
  input: Resend,
  at: number,
): Promise<{ queued: number }> {
  const { eventId, from, to } = input
  if ((eventId === undefined) === (from === undefined || to === undefined))
    throw new Problem('invalid_request', 'Send eventId, or from and to')
  await getEnabled(database, id)
  const range = { from: Date.parse(from ?? '') || 0, to: Date.parse(to ?? '') || 0 }
  const args = { targetId: id, eventId: eventId ?? '', at, trace: currentTrace(), ...range }
  const rows = await database.inInstallation('deliveries', (tx) => tx.change(insertAgain, args))
  if (rows.length === 0 && eventId !== undefined)
    throw new Problem('not_found', 'There is no such event, or the endpoint is not subscribed to it')
  return { queued: rows.length }
}
