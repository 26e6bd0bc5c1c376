// The one writer of events, in the transaction of the change itself.
import { type Actor, type RequestContext, toActorId } from '../base/actor.ts'
import { createId } from '../base/id.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import type { NewEvent } from './catalog.ts'

/** Who acts, when, and as part of which request. */
export interface Act {
  readonly actor: Actor
  /** Milliseconds since 1970. */
  readonly at: number
  readonly context: RequestContext | null
}

interface EventRow {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly actorKind: string
  readonly actorId: string | null
  readonly subjectType: string
  readonly subjectId: string
  readonly data: string
  readonly context: string
  readonly requestId: string | null
}

const insertEvent = organizationStatement<EventRow>('insert_event')(({ db, place, organizationId }) =>
  db.insertInto('event').values({
    organization_id: organizationId,
    id: place('id'),
    type: place('type'),
    occurred_at: place('at'),
    actor_kind: place('actorKind'),
    actor_id: place('actorId'),
    subject_type: place('subjectType'),
    subject_id: place('subjectId'),
    data: place('data'),
    context: place('context'),
    request_id: place('requestId'),
  }),
)

/** Writes the event with `tx`: it is there exactly when the change is. `data` may leave the house, the context may not. */
export function record(tx: OrganizationTx, act: Act, event: NewEvent): void {
  const { actor, context } = act
  tx.write(insertEvent, {
    id: createId('evt', act.at),
    type: event.type,
    at: act.at,
    actorKind: actor.kind,
    actorId: toActorId(actor),
    subjectType: event.subject.type,
    subjectId: event.subject.id,
    data: JSON.stringify(event.data),
    context: context === null ? '{}' : JSON.stringify({ ip: context.ip, userAgent: context.userAgent }),
    requestId: context?.requestId ?? null,
  })
}
