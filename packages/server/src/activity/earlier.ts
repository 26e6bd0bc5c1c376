// Reads what versions before wrote, a row for each request with its bodies beside, until its time is over. Nodes of the version before
// may still write it.
import type { ActivityView } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { ActivityTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'

const searchedRows = 5_000

/** Which of the earlier rows: a page before a cursor, or what came after an id. */
export interface EarlierQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly after?: string | undefined
  readonly outcome?: ActivityTable['outcome'] | undefined
  readonly kind?: ActivityTable['kind'] | undefined
  /** Part of a path or of an explanation, or a whole reference or id of a credential; looked for in the newest 5,000 rows. */
  readonly search?: string | undefined
}

/** Finds nothing a month after the last node of a version before is gone. */
const selectAny = organizationStatement('activity_any')(({ db, organizationId }) =>
  db.selectFrom('activity').select('id').where('organization_id', '=', organizationId).limit(1),
)

/** Whether anything of an earlier version is still there. */
export async function hasEarlier(database: Database, scope: OrganizationScope): Promise<boolean> {
  return (await database.readOrganization(scope, selectAny, {})).length > 0
}

/** The newest first. */
export async function listEarlier(
  database: Database,
  scope: OrganizationScope,
  query: EarlierQuery,
): Promise<readonly ActivityView[]> {
  if (!(await hasEarlier(database, scope))) return []
  const statement = organizationQuery(({ db, organizationId, dialect }) => {
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
    const search = (query.search ?? '').trim().toLowerCase()
    if (search !== '') {
      const own = db.selectFrom('activity').select('id').where('organization_id', '=', organizationId)
      // Of one kind where one is asked for: a flood of the other does not push its rows out of the search.
      const newest = (query.kind === undefined ? own : own.where('kind', '=', query.kind))
        .orderBy('id', 'desc')
        .limit(searchedRows)
      activity = activity
        .where('activity.id', 'in', newest)
        .where((on) =>
          on.or([
            dialect.contains(on.fn<string>('lower', ['activity.explanation']), search),
            dialect.contains(on.fn<string>('lower', ['activity.path']), search),
            on(on.fn<string>('lower', ['activity.request_id']), '=', search),
            on('activity.key_id', '=', search),
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
    sentences: [],
  }))
}
