// The audit log: a reader of events.

import type { EventView, Page } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationQuery } from '../store/statement.ts'

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
  const items = rows.slice(0, query.limit).map(
    (row): EventView => ({
      id: row.id,
      type: row.type,
      occurredAt: toTime(row.occurred_at),
      actor: { kind: row.actor_kind as EventView['actor']['kind'], id: row.actor_id },
      subject: { type: row.subject_type as EventView['subject']['type'], id: row.subject_id },
      data: readJson<Record<string, unknown>>(row.data),
      requestId: row.request_id,
    }),
  )
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}
