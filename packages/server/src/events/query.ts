// The audit log, and the operator's own: readers of events.
import type { EventView, Page } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { EventTable, OperatorEventTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { lookThrough, readsOf } from './look-through.ts'

/** An event as the log has it, before anybody looked what those in it are called. */
export type LoggedEvent = Omit<EventView, 'names'>

/** Which events are asked for; what is not said narrows nothing. */
export interface EventFilter {
  readonly type?: string | undefined
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  readonly actorKind?: string | undefined
  /** RFC 3339: at that time or after it. */
  readonly since?: string | undefined
  /** RFC 3339: before that time. */
  readonly until?: string | undefined
}

/** The newest first; `cursor` is the id after which to go on. */
export interface EventQuery extends EventFilter {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** With a type or an actor one page looks at so many slices; where that was not all, the next page goes on from there. */
const slicesPerPage = 20

interface PageRange {
  readonly from: string
  readonly before: string
  readonly limit: number
}

const selectPage = organizationStatement<PageRange>('event_page')(({ db, place, organizationId }) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '>=', place('from'))
    .where('id', '<', place('before'))
    .orderBy('id', 'desc')
    .limit(place('limit')),
)
const selectPageOfSubject = organizationStatement<PageRange & { subject: string }>('event_page_of_subject')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('subject_id', '=', place('subject'))
      .where('id', '>=', place('from'))
      .where('id', '<', place('before'))
      .orderBy('id', 'desc')
      .limit(place('limit')),
)

/** One page of an organization's events. With a type or an actor it may hold fewer than there are, or none, and say where to go on. */
export async function listEvents(
  database: Database,
  scope: OrganizationScope,
  query: EventQuery,
): Promise<Page<LoggedEvent>> {
  const ask = readsOf(database, scope)
  const { limit, subject = '', type, actor = '', actorKind = '' } = query
  const range = rangeOf(query)
  if (type === undefined && actor === '' && actorKind === '') {
    const page = { ...range, limit: limit + 1 }
    const rows = await (subject === ''
      ? ask(selectPage, page)
      : ask(selectPageOfSubject, { ...page, subject }))
    return toPage(rows, limit)
  }
  const found: EventTable[] = []
  let slices = 0
  const types = type === undefined ? [] : [type]
  const wanted = { ...range, types, subject, actor, actorKind, order: 'desc', limit: limit + 1 } as const
  for await (const { rows, next } of lookThrough(ask, wanted)) {
    found.push(...rows)
    slices += 1
    if (found.length > limit) break
    if (slices === slicesPerPage && next !== undefined)
      return { items: toPage(found, limit).items, nextCursor: next }
  }
  return toPage(found, limit)
}

/** Ids sort by time, so that a time is a bound of the index. */
function rangeOf({ since, until, cursor }: EventQuery): { readonly from: string; readonly before: string } {
  const end = until === undefined ? afterEveryId : firstIdAt('evt', Date.parse(until))
  return {
    from: since === undefined ? '' : firstIdAt('evt', Date.parse(since)),
    before: cursor === undefined || cursor > end ? end : cursor,
  }
}

interface Logged extends PageRange {
  readonly type: string
  readonly subject: string
  readonly actor: string
  readonly actorKind: string
}

const selectLogged = installationStatement<Logged>('operator_events')(({ db, place, dialect }) =>
  db
    .selectFrom('operator_event')
    .selectAll()
    .where('id', '>=', place('from'))
    .where('id', '<', place('before'))
    .where((is) => is.or([is(dialect.text(place('type')), '=', ''), is('type', '=', place('type'))]))
    .where((is) =>
      is.or([is(dialect.text(place('subject')), '=', ''), is('subject_id', '=', place('subject'))]),
    )
    .where((is) => is.or([is(dialect.text(place('actor')), '=', ''), is('actor_id', '=', place('actor'))]))
    .where((is) =>
      is.or([is(dialect.text(place('actorKind')), '=', ''), is('actor_kind', '=', place('actorKind'))]),
    )
    .orderBy('id', 'desc')
    .limit(place('limit')),
)

/** One page of the operator's log. */
export async function listOperatorEvents(database: Database, query: EventQuery): Promise<Page<LoggedEvent>> {
  const { limit, type = '', subject = '', actor = '', actorKind = '' } = query
  const args = { ...rangeOf(query), type, subject, actor, actorKind, limit: limit + 1 }
  return toPage(await database.readInstallation('operator', selectLogged, args), limit)
}

/** Ids begin with letters and sort by time. */
const afterEveryId = '~'

function toPage(rows: readonly OperatorEventTable[], limit: number): Page<LoggedEvent> {
  const items = rows.slice(0, limit).map(
    (row): LoggedEvent => ({
      id: row.id,
      type: row.type,
      occurredAt: toTime(Number(row.occurred_at)),
      actor: { kind: row.actor_kind as EventView['actor']['kind'], id: row.actor_id },
      subject: { type: row.subject_type, id: row.subject_id },
      data: readJson<Record<string, unknown>>(row.data),
      requestId: row.request_id,
    }),
  )
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
