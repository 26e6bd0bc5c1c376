// Where a person is signed in: our sessions, and what applications hold by them.
import type { UserSession } from '@rollcall/api'
import { sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { type SessionKind, sessionLimits } from './sessions.ts'

/** A person has a handful; whoever has more sees the newest. */
const maxListed = 200

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

// A grant stands for what an application holds: without it no code and no token is good for anything. Its key is a hash.
const selectSessions = organizationStatement<{ userId: string; at: number }>('sessions_of_user')(
  ({ db, place, organizationId }) => {
    const isTheirs = (table: string) =>
      sql`${sql.ref(`${table}.organization_id`)} = ${organizationId} AND ${sql.ref(`${table}.user_id`)} = ${place('userId')}
        AND ${sql.ref(`${table}.expires_at`)} > ${place('at')}`
    const connection = (table: string) =>
      sql`LEFT JOIN connection AS c ON c.organization_id = ${sql.ref(`${table}.organization_id`)} AND c.id = ${sql.ref(`${table}.connection_id`)}`
    const statement = sql<Row>`SELECT s.id, s.kind, NULL AS application_id, s.connection_id, c.name AS connection_name, s.ip, s.user_agent,
        s.created_at, s.last_seen_at, s.expires_at
      FROM session AS s ${connection('s')} WHERE ${isTheirs('s')}
      UNION ALL SELECT r.id, NULL, r.client_id, r.connection_id, c.name, s.ip, s.user_agent, r.created_at, NULL, r.expires_at
      FROM oidc_record AS r ${connection('r')} LEFT JOIN session AS s ON s.organization_id = r.organization_id AND s.user_id = r.user_id
        AND s.id = r.session_id
      WHERE ${isTheirs('r')} AND r.model = 'Grant'
      ORDER BY expires_at DESC LIMIT ${sql.lit(maxListed)}`
    return { compile: () => statement.compile(db) }
  },
)

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
