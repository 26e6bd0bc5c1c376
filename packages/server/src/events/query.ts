// The audit log, and the operator's own: readers of events.
import type { EventView, Page } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OperatorEventTable } from '../store/schema.ts'
import { installationStatement, organizationQuery } from '../store/statement.ts'

/** The newest first; `cursor` is the id after which to go on. */
export interface EventQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly type?: string | undefined
  readonly subject?: string | undefined
}

/** One page of an organization's events. */
export async function listEvents(
  database: Database,
  scope: OrganizationScope,
  query: EventQuery,
): Promise<Page<EventView>> {
  const statement = organizationQuery(({ db, organizationId }) => {
    let events = db.selectFrom('event').selectAll().where('organization_id', '=', organizationId)
    if (query.type !== undefined) events = events.where('type', '=', query.type)
    if (query.subject !== undefined) events = events.where('subject_id', '=', query.subject)
    if (query.cursor !== undefined) events = events.where('id', '<', query.cursor)
    return events.orderBy('id', 'desc').limit(query.limit + 1)
  })
  const rows = await database.readOrganization(scope, statement, {})
  return toPage(rows, query.limit)
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
