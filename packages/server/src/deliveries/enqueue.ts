// How a delivery is queued: the one INSERT behind webhooks, logout tokens and mails, in the transaction of what it tells of.
import { type RawBuilder, sql } from 'kysely'
import { installationStatement } from '../store/statement.ts'

/** The columns of a new delivery, each an expression over `from`. */
export interface NewDelivery {
  readonly targetId: RawBuilder<unknown>
  readonly organizationId: RawBuilder<unknown>
  readonly eventId: RawBuilder<unknown>
  readonly type: RawBuilder<unknown>
  readonly subjectId: RawBuilder<unknown>
  /** What is sent; without it the event of the feed is. */
  readonly payload?: RawBuilder<unknown>
  /** The span that queues it, as a W3C traceparent. */
  readonly trace: RawBuilder<unknown>
  readonly at: RawBuilder<unknown>
}

/** Queues a delivery for each row of `from`, which begins with FROM; it may go out at once. */
export function renderQueue(
  delivery: NewDelivery,
  from: RawBuilder<unknown>,
): RawBuilder<{ readonly number: number }> {
  const {
    targetId,
    organizationId,
    eventId,
    type,
    subjectId,
    payload = sql`NULL`,
    trace = sql`NULL`,
    at,
  } = delivery
  return sql`INSERT INTO delivery (
      target_id, organization_id, event_id, event_type, subject_id, payload, state, attempts, created_at, next_at, fence, log, trace)
    SELECT ${targetId}, ${organizationId}, ${eventId}, ${type}, ${subjectId}, ${payload}, 'pending', 0, ${at}, ${at}, 0, '[]',
      ${trace} ${from}`
}

/** The word to one application that one session is over. */
export const queueLogoutOf = installationStatement<{
  targetId: string
  userId: string
  eventId: string
  sid: string
  at: number
  trace: string | null
}>('insert_logout_delivery')(({ db, place, dialect }) => {
  const statement = renderQueue(
    {
      targetId: sql`id`,
      organizationId: sql`''`,
      eventId: dialect.text(place('eventId')),
      type: sql`'logout'`,
      subjectId: dialect.text(place('userId')),
      payload: dialect.text(place('sid')),
      at: dialect.bigint(place('at')),
      trace: dialect.text(place('trace')),
    },
    sql`FROM delivery_target WHERE id = ${place('targetId')} AND kind = 'logout'`,
  )
  return { compile: () => statement.compile(db) }
})

/** An event to one endpoint by which it is tried. */
export const queueTestOf = installationStatement<{
  targetId: string
  eventId: string
  payload: string
  at: number
  trace: string | null
}>('insert_test_delivery')(({ db, place, dialect }) => {
  const statement = renderQueue(
    {
      targetId: sql`id`,
      organizationId: sql`''`,
      eventId: dialect.text(place('eventId')),
      type: sql`'webhook.test'`,
      subjectId: sql`id`,
      payload: dialect.text(place('payload')),
      at: dialect.bigint(place('at')),
      trace: dialect.text(place('trace')),
    },
    sql`FROM delivery_target WHERE id = ${place('targetId')}`,
  )
  return { compile: () => statement.compile(db) }
})
