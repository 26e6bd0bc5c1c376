// The room `server/events`: the record of what happened, written with the change itself. Audit log, feed and webhooks show the same rows.
//
// 1. A room calls `record(tx, act, event)` in the transaction of its change; `catalog` has the types.
// 2. The row is written, and a delivery for every endpoint that subscribed.
// 3. Behind the commit, `feed` gives the rows their numbers; readers go on from a number.
// 4. `seal` numbers the events of each organization and chains their hashes; `verify` checks the chain.
// 5. `query` and `csv` read the audit log; `archive` takes its old part away. `follow` lets jobs of ours read the feed.
//
// The one writer of events, in the transaction of the change itself: the audit log's row, the feed's row where that is another one, and a
// delivery for every endpoint that subscribed. Nothing is sent from here.
import { operatorEventTypes } from '@rollcall/api'
import { sql } from 'kysely'
import { type Actor, type RequestContext, toActorId } from '../base/actor.ts'
import { createId } from '../base/id.ts'
import type { Rung } from '../base/rung.ts'
import { currentTrace } from '../base/tracing.ts'
import { renderQueue } from '../deliveries/enqueue.ts'
import type { Database, InstallationTx, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { OperatorEventTable } from '../store/schema.ts'
import { type Dialect, installationStatement, organizationStatement } from '../store/statement.ts'
import type { NewEvent, NewInstallationEvent } from './catalog.ts'

/** Who acts, when, and as part of which request. */
export interface Act {
  readonly actor: Actor
  /** Where the actor stands on the ladder. */
  readonly rung: Rung
  /** Milliseconds since 1970. */
  readonly at: number
  readonly context: RequestContext | null
}

/** What a job of the service does by itself: nobody's word stands behind it. */
export const actOfJob = (job: string, at: number, context: RequestContext | null = null): Act => ({
  actor: { kind: 'system', job },
  rung: 'connection',
  at,
  context,
})

/** An act in one organization, with the store that it is done in: what a function that changes something there begins with. */
export interface OrganizationAct {
  readonly database: Database
  readonly scope: OrganizationScope
  readonly act: Act
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
  /** Of the feed, where that is apart. */
  readonly payload: string
}

const insertEvent = organizationStatement<EventRow>('insert_event')(
  ({ db, place, organizationId, dialect }) => {
    const event = db.insertInto('event').values({
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
    })
    if (!dialect.feed.isApart) return event
    return db
      .with('event_written', () => event)
      .insertInto('event_feed')
      .values({
        event_id: place('id'),
        organization_id: organizationId,
        type: place('type'),
        subject_id: place('subjectId'),
        occurred_at: place('at'),
        payload: place('payload'),
        position: null,
      })
  },
)

interface DeliveryRow {
  readonly id: string
  readonly type: string
  readonly subjectId: string
  readonly at: number
  readonly trace: string | null
}

/** `organizationId` is bound by the unit of work, or empty. */
function renderDeliveries(
  dialect: Dialect,
  place: (name: keyof DeliveryRow) => unknown,
  organizationId: string,
  isOwn: boolean,
): ReturnType<typeof sql> {
  const type = dialect.text(place('type'))
  const wanted = isOwn ? sql`organization_id IN ('*', ${organizationId})` : sql`organization_id = '*'`
  return renderQueue(
    {
      targetId: sql`endpoint_id`,
      organizationId: dialect.text(organizationId),
      eventId: dialect.text(place('id')),
      type,
      subjectId: dialect.text(place('subjectId')),
      at: dialect.bigint(place('at')),
      trace: dialect.text(place('trace')),
    },
    sql`FROM webhook_subscription WHERE ${wanted} AND (types = '*' OR types LIKE '%,' || ${type} || ',%')`,
  )
}

const insertDeliveries = organizationStatement<DeliveryRow>('insert_deliveries')(
  ({ db, place, organizationId, dialect }) => {
    const statement = renderDeliveries(dialect, place, organizationId, true)
    return { compile: () => statement.compile(db) }
  },
)

type LoggedRow = Omit<EventRow, 'context' | 'payload'>

// The operator's log, from a unit of an organization and from one of none.
const insertOwnLogged = organizationStatement<LoggedRow>('insert_operator_event_of_organization')(
  ({ db, place }) => db.insertInto('operator_event').values(toLogged(place)),
)
const insertLogged = installationStatement<LoggedRow>('insert_operator_event')(({ db, place }) =>
  db.insertInto('operator_event').values(toLogged(place)),
)

function toLogged(place: <N extends keyof LoggedRow>(name: N) => LoggedRow[N]): OperatorEventTable {
  return {
    id: place('id'),
    type: place('type'),
    occurred_at: place('at'),
    actor_kind: place('actorKind'),
    actor_id: place('actorId'),
    subject_type: place('subjectType'),
    subject_id: place('subjectId'),
    data: place('data'),
    request_id: place('requestId'),
  }
}

const loggedTypes: ReadonlySet<string> = new Set(operatorEventTypes)

/**
 * Writes the event with `tx`: it is there exactly when the change is, and so are its deliveries. What it is about is locked
 * before, so that numbers of one subject go up in the order of commits. `data` may leave the house, the context may not.
 */
export function record(tx: OrganizationTx, act: Act, event: NewEvent): void {
  const { actor, at, context } = act
  const { type, subject } = event
  const id = createId('evt', at)
  const data = JSON.stringify(event.data)
  const actorId = toActorId(actor)
  const requestId = context?.requestId ?? null
  const row = {
    id,
    type,
    at,
    actorKind: actor.kind,
    actorId,
    subjectType: subject.type,
    subjectId: subject.id,
    data,
    requestId,
  }
  if (loggedTypes.has(type)) tx.write(insertOwnLogged, row)
  tx.write(insertEvent, {
    ...row,
    context: context === null ? '{}' : JSON.stringify({ ip: context.ip, userAgent: context.userAgent }),
    // Asked for only where it is written.
    get payload() {
      return renderPayload(actor.kind, actorId, subject, requestId, data)
    },
  })
  tx.write(insertDeliveries, { id, type, subjectId: subject.id, at, trace: currentTrace() })
}

function renderPayload(
  kind: string,
  actorId: string | null,
  subject: { readonly type: string; readonly id: string },
  requestId: string | null,
  data: string,
): string {
  return `{"actor":${JSON.stringify({ kind, id: actorId })},"subject":${JSON.stringify(subject)},"requestId":${JSON.stringify(requestId)},"data":${data}}`
}

type InstallationEventRow = Omit<EventRow, 'context'>

const insertInstallationEvent = installationStatement<InstallationEventRow>('insert_installation_event')(
  ({ db, place, dialect }) => {
    if (!dialect.feed.isApart) {
      const statement = sql`INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, actor_id, subject_type, subject_id, data, context, request_id)
        VALUES ('', ${place('id')}, ${place('type')}, ${place('at')}, ${place('actorKind')}, ${place('actorId')}, ${place('subjectType')},
          ${place('subjectId')}, ${place('data')}, '{}', ${place('requestId')})`
      return { compile: () => statement.compile(db) }
    }
    return db.insertInto('event_feed').values({
      event_id: place('id'),
      organization_id: '',
      type: place('type'),
      subject_id: place('subjectId'),
      occurred_at: place('at'),
      payload: place('payload'),
      position: null,
    })
  },
)

const insertInstallationDeliveries = installationStatement<DeliveryRow>('insert_installation_deliveries')(
  ({ db, place, dialect }) => {
    const statement = renderDeliveries(dialect, place, '', false)
    return { compile: () => statement.compile(db) }
  },
)

/** What happened to the installation itself: no organization's audit log has it, the feed and the operator's log do. */
export function recordInstallation(
  tx: InstallationTx,
  act: Omit<Act, 'rung'>,
  event: NewInstallationEvent,
): void {
  const { actor, at } = act
  const { type, subject } = event
  const id = createId('evt', at)
  const requestId = act.context?.requestId ?? null
  const actorId = toActorId(actor)
  const data = JSON.stringify(event.data)
  const payload = renderPayload(actor.kind, actorId, subject, requestId, data)
  const [actorKind, subjectType, subjectId] = [actor.kind, subject.type, subject.id]
  const row = { id, type, at, actorKind, actorId, subjectType, subjectId, data, requestId }
  tx.write(insertLogged, row)
  tx.write(insertInstallationEvent, { ...row, payload })
  tx.write(insertInstallationDeliveries, { id, type, subjectId, at, trace: currentTrace() })
}
