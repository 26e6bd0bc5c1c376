// The audit log, and the operator's own: readers of events.
import type { EventView, Page } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { EventTable, OperatorEventTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { lookThrough, readsOf } from './look-through.ts'

/** The newest first; `cursor` is the id after which to go on. */
export interface EventQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly type?: string | undefined
  readonly subject?: string | undefined
}

/** With a type one page looks at so many slices; where that was not all, the next page goes on from there. */
const slicesPerPage = 20

const selectPage = organizationStatement<{ before: string; limit: number }>('event_page')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '<', place('before'))
      .orderBy('id', 'desc')
      .limit(place('limit')),
)
const selectPageOfSubject = organizationStatement<{ before: string; limit: number; subject: string }>(
  'event_page_of_subject',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('subject_id', '=', place('subject'))
    .where('id', '<', place('before'))
    .orderBy('id', 'desc')
    .limit(place('limit')),
)

/** One page of an organization's events. With a type it may hold fewer than there are, or none, and say where to go on. */
export async function listEvents(
  database: Database,
  scope: OrganizationScope,
  query: EventQuery,
): Promise<Page<EventView>> {
  const ask = readsOf(database, scope)
  const { limit, cursor: before = afterEveryId, subject = '', type } = query
  if (type === undefined) {
    const page = { before, limit: limit + 1 }
    const rows = await (subject === ''
      ? ask(selectPage, page)
      : ask(selectPageOfSubject, { ...page, subject }))
    return toPage(rows, limit)
  }
  const found: EventTable[] = []
  let slices = 0
  const wanted = { types: [type], subject, before, order: 'desc', limit: limit + 1 } as const
  for await (const { rows, next } of lookThrough(ask, wanted)) {
    found.push(...rows)
    slices += 1
    if (found.length > limit) break
    if (slices === slicesPerPage && next !== undefined)
      return { items: toPage(found, limit).items, nextCursor: next }
  }
  return toPage(found, limit)
}

const selectLogged = installationStatement<{ type: string; subject: string; before: string; limit: number }>(
  'operator_events',
)(({ db, place, dialect }) =>
  db
    .selectFrom('operator_event')
    .selectAll()
    .where('id', '<', place('before'))
    .where((is) => is.or([is(dialect.text(place('type')), '=', ''), is('type', '=', place('type'))]))
    .where((is) =>
      is.or([is(dialect.text(place('subject')), '=', ''), is('subject_id', '=', place('subject'))]),
    )
    .orderBy('id', 'desc')
    .limit(place('limit')),
)

/** One page of the operator's log. */
export async function listOperatorEvents(database: Database, query: EventQuery): Promise<Page<EventView>> {
  const { limit, cursor = afterEveryId, type = '', subject = '' } = query
  const args = { type, subject, before: cursor, limit: limit + 1 }
  return toPage(await database.readInstallation('operator', selectLogged, args), limit)
}

/** Ids begin with letters and sort by time. */
const afterEveryId = '~'

function toPage(rows: readonly OperatorEventTable[], limit: number): Page<EventView> {
  const items = rows.slice(0, limit).map(
    (row): EventView => ({
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
