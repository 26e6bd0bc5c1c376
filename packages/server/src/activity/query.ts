// Reads activity: pages, the newest first, and a stream of what comes in.

import type { ActivityView, Page } from '@rollcall/api'
import { type Clock, toTime } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { pause } from '../base/pause.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { ActivityTable } from '../store/schema.ts'
import { organizationQuery } from '../store/statement.ts'

/** A row of another node may arrive this much after its time. */
const lateMs = 5_000
const pollMs = 500
const rowsPerPoll = 200
const searchedRows = 5_000

export interface ActivityQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly outcome?: ActivityTable['outcome'] | undefined
  readonly kind?: ActivityTable['kind'] | undefined
  /** Part of a path or of an explanation; looked for in the newest 5,000 rows. */
  readonly search?: string | undefined
}

/** One page, the newest first. */
export async function listActivity(
  database: Database,
  scope: OrganizationScope,
  query: ActivityQuery,
): Promise<Page<ActivityView>> {
  const rows = await select(database, scope, { ...query, limit: query.limit + 1 })
  const items = rows.slice(0, query.limit)
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}

async function select(
  database: Database,
  scope: OrganizationScope,
  query: ActivityQuery & { readonly after?: string },
): Promise<ActivityView[]> {
  const statement = organizationQuery(({ db, organizationId }) => {
    let activity = db
      .selectFrom('activity')
      .leftJoin('activity_body', (join) =>
        join
          .onRef('activity_body.organization_id', '=', 'activity.organization_id')
          .onRef('activity_body.activity_id', '=', 'activity.id'),
      )
      .selectAll('activity')
      .select(['activity_body.request_body', 'activity_body.response_body'])
      .where('activity.organization_id', '=', organizationId)
    if (query.outcome !== undefined) activity = activity.where('activity.outcome', '=', query.outcome)
    if (query.kind !== undefined) activity = activity.where('activity.kind', '=', query.kind)
    const search = (query.search ?? '')
      .trim()
      .toLowerCase()
      .replace(/[%_\\]/g, '')
    if (search !== '') {
      const own = db.selectFrom('activity').select('id').where('organization_id', '=', organizationId)
      // Of one kind where one is asked for: a flood of the other does not push its rows out of the search.
      const newest = (query.kind === undefined ? own : own.where('kind', '=', query.kind))
        .orderBy('id', 'desc')
        .limit(searchedRows)
      const pattern = `%${search}%`
      activity = activity
        .where('activity.id', 'in', newest)
        .where((on) =>
          on.or([
            on(on.fn<string>('lower', ['activity.explanation']), 'like', pattern),
            on(on.fn<string>('lower', ['activity.path']), 'like', pattern),
          ]),
        )
    }
    if (query.cursor !== undefined) activity = activity.where('activity.id', '<', query.cursor)
    if (query.after !== undefined) activity = activity.where('activity.id', '>', query.after)
    return activity.orderBy('activity.id', 'desc').limit(query.limit)
  })
  const rows = await database.readOrganization(scope, statement, {})
  return rows.map((row) => ({
    id: row.id,
    occurredAt: toTime(row.occurred_at),
    method: row.method,
    path: row.path,
    status: row.status,
    durationMs: row.duration_us / 1_000,
    outcome: row.outcome,
    explanation: row.explanation,
    requestId: row.request_id,
    keyId: row.key_id,
    ip: row.ip,
    userAgent: row.user_agent,
    kind: row.kind,
    code: row.code,
    connectionId: row.connection_id,
    requestBody: row.request_body,
    responseBody: row.response_body,
  }))
}

/** Yields each row that is written from now on, the oldest first, until `signal` aborts. */
export async function* followActivity(
  database: Database,
  scope: OrganizationScope,
  options: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly outcome?: ActivityTable['outcome'] | undefined
    readonly kind?: ActivityTable['kind'] | undefined
  },
): AsyncGenerator<ActivityView | 'idle'> {
  const seen = new Map<string, number>()
  const poll = (from: number): Promise<ActivityView[]> =>
    select(database, scope, {
      limit: rowsPerPoll,
      outcome: options.outcome,
      kind: options.kind,
      after: firstIdAt('act', from),
    })
  // What is there already was read by whoever opens the stream; what was answered just before and is written just after was not.
  for (const row of await poll(options.clock() - lateMs)) seen.set(row.id, Date.parse(row.occurredAt))
  while (!options.signal.aborted) {
    const from = options.clock() - lateMs
    const rows = await poll(from)
    const fresh = rows.reverse().filter((row) => !seen.has(row.id))
    for (const row of fresh) {
      seen.set(row.id, Date.parse(row.occurredAt))
      yield row
    }
    for (const [id, at] of seen) if (at < from) seen.delete(id)
    if (fresh.length === 0) yield 'idle'
    await pause(pollMs, options.signal)
  }
}
