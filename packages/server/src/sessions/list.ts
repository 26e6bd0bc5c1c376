// Where a person is signed in: our sessions, and what applications hold by them.
import type { UserSession } from '@rollcall/api'
import { type RawBuilder, sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import { isOfPresent } from '../holdings/generations.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { type SessionKind, sessionLimits } from './sessions.ts'

/** Of grants; a person has no more sessions than this, either. Whoever has more of them sees the newest. */
const maxListed = 200
/** Rows that are looked at, however many an earlier version let somebody gather. */
const lookedAt = 5_000

interface Row {
  readonly id: string
  /** Of ours; null for what an application holds. */
  readonly kind: SessionKind | null
  readonly application_id: string | null
  readonly connection_id: string | null
  readonly connection_name: string | null
  readonly ip: string | null
  readonly user_agent: string | null
  readonly created_at: number | null
  readonly last_seen_at: number | null
  readonly expires_at: number
}

// A grant stands for what an application holds: without it no code and no token is good for anything. Its key is a hash. Each kind has
// places of its own, so that none hides another.
const selectSessions = organizationStatement<{ userId: string; at: number }>('sessions_of_user')(
  ({ db, place, organizationId }) => {
    const some = (table: 'session' | 'oidc_record') =>
      sql`(SELECT * FROM ${sql.table(table)} WHERE organization_id = ${organizationId} AND user_id = ${place('userId')} LIMIT ${sql.lit(lookedAt)})`
    const newest = (table: 'session' | 'oidc_record', kind: RawBuilder<unknown>) =>
      sql`(SELECT * FROM ${some(table)} AS ${sql.ref(table)} WHERE ${sql.ref(`${table}.expires_at`)} > ${place('at')} AND ${kind} AND ${isOfPresent(table)}
        ORDER BY created_at DESC LIMIT ${sql.lit(maxListed)})`
    const connection = (table: string) =>
      sql`LEFT JOIN connection AS c ON c.organization_id = ${sql.ref(`${table}.organization_id`)} AND c.id = ${sql.ref(`${table}.connection_id`)}`
    const statement = sql<Row>`SELECT s.id, s.kind, NULL AS application_id, s.connection_id, c.name AS connection_name, s.ip, s.user_agent,
        s.created_at, s.last_seen_at, s.expires_at
      FROM ${newest('session', sql`1 = 1`)} AS s ${connection('s')}
      UNION ALL SELECT r.id, NULL, r.client_id, r.connection_id, c.name, s.ip, s.user_agent, r.created_at, NULL, r.expires_at
      FROM ${newest('oidc_record', sql`model = 'Grant'`)} AS r ${connection('r')} LEFT JOIN ${newest('session', sql`1 = 1`)} AS s ON s.id = r.session_id`
    return { compile: () => statement.compile(db) }
  },
)

/** A session before its application has a name. */
export type ListedSession = Omit<UserSession, 'application' | 'isCurrent'> & {
  readonly applicationId: string | null
}

/** The newest first; one that has been idle for too long is over. */
export async function listSessionsOfUser(
  database: Database,
  scope: OrganizationScope,
  userId: string,
  at: number,
): Promise<readonly ListedSession[]> {
  const rows = await database.readOrganization(scope, selectSessions, { userId, at })
  return rows
    .filter(
      ({ kind, last_seen_at: seenAt }) => kind === null || at - (seenAt ?? 0) <= sessionLimits[kind].idleMs,
    )
    .toSorted((one, other) => (other.created_at ?? 0) - (one.created_at ?? 0))
    .map((row) => ({
      id: row.kind === null ? (row.id.split(':')[1] ?? '').slice(0, 16) : row.id,
      kind: row.kind === null ? 'application' : 'rollcall',
      applicationId: row.application_id,
      connection:
        row.connection_id === null || row.connection_name === null
          ? null
          : { id: row.connection_id, name: row.connection_name },
      ip: row.ip,
      userAgent: row.user_agent,
      createdAt: toNullableTime(row.created_at),
      lastSeenAt: toNullableTime(row.last_seen_at),
      expiresAt: toTime(row.expires_at),
    }))
}
