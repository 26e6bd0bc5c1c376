// How a delivery is queued: the one INSERT behind webhooks, logout tokens and mails, in the transaction of what it tells of.
import { type RawBuilder, sql } from 'kysely'

/** The columns of a new delivery, each an expression over `from`. */
export interface NewDelivery {
  readonly targetId: RawBuilder<unknown>
  readonly organizationId: RawBuilder<unknown>
  readonly eventId: RawBuilder<unknown>
  readonly type: RawBuilder<unknown>
  readonly subjectId: RawBuilder<unknown>
  /** What is sent; without it the event of the feed is. */
  readonly payload?: RawBuilder<unknown>
  readonly at: RawBuilder<unknown>
}

/** Queues a delivery for each row of `from`, which begins with FROM; it may go out at once. */
export function renderQueue(
  delivery: NewDelivery,
  from: RawBuilder<unknown>,
): RawBuilder<{ readonly number: number }> {
  const { targetId, organizationId, eventId, type, subjectId, payload = sql`NULL`, at } = delivery
  return sql`INSERT INTO delivery (target_id, organization_id, event_id, event_type, subject_id, payload, state, attempts, created_at, next_at, fence, log)
    SELECT ${targetId}, ${organizationId}, ${eventId}, ${type}, ${subjectId}, ${payload}, 'pending', 0, ${at}, ${at}, 0, '[]' ${from}`
}
