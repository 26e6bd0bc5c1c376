// The room `server/holdings`: what people hold in applications by signing in through us. Whoever ends it calls `sessions`.
//
// 1. `records` writes what the provider gives out: codes, tokens, grants, sessions, and who signed in to which application.
// 2. `bounds` makes room: one person has so many of each.
// 3. `sign-outs` removes what ends, and queues the word to each application; `of-application` does so where an application goes.
// 4. `generations` ends at once what is too much to be removed at once, sessions of ours too, and removes it later.
// 5. `sealed` says what a new secret key has to seal anew.
//
// The sessions that people have in the product through us: they end in the transaction that takes somebody's access away, and
// every application that the person used is told, by a delivery that waits in the store. Whoever ends them calls
// sessions/end.ts, which ends ours with them.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createId } from '../base/id.ts'
import { currentTrace } from '../base/tracing.ts'
import { renderQueue } from '../deliveries/enqueue.ts'
import { joinLogoutTarget } from '../deliveries/joined.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'

interface Told {
  readonly eventId: string
  readonly at: number
  readonly trace: string | null
}

/** A connection, or some versions of its anchor. */
export interface Through {
  readonly connectionId: string
  readonly anchorNumbers?: readonly number[] | undefined
}

/** The connection, and versions of its anchor, that sign-ins came through, as a statement takes them. */
export interface ThroughArguments {
  readonly connectionId: string
  /** JSON; null: all. */
  readonly anchorNumbers: string | null
}

/** Those arguments of a way that sign-ins came through. */
export function throughArguments({ connectionId, anchorNumbers }: Through): ThroughArguments {
  return { connectionId, anchorNumbers: anchorNumbers === undefined ? null : JSON.stringify(anchorNumbers) }
}

/** Whether a row came through it; `isFoundByPerson`: the rows are looked up by whose they are, never by the connection, which has many. */
export function isThrough(
  dialect: Dialect,
  table: string,
  place: (name: keyof ThroughArguments) => unknown,
  isFoundByPerson = false,
): RawBuilder<SqlBool> {
  const versions = dialect.text(place('anchorNumbers'))
  const column = sql.ref(`${table}.connection_id`)
  return sql<SqlBool>`(${isFoundByPerson ? sql`coalesce(${column}, '')` : column} = ${dialect.text(place('connectionId'))}
    AND (${versions} IS NULL OR ${dialect.isInNumbers(`${table}.anchor_number`, versions)}))`
}

/** Whose; `through`: only what came through that, or was made before that was kept. */
export interface ProductSessions {
  readonly userIds: readonly string[]
  readonly through?: Through | undefined
  /** Of these the records are left: they are over by their generation. */
  readonly leftIds?: readonly string[]
}

// Values of one statement: people as JSON, and the connection where one is named.
interface Whose extends ThroughArguments {
  readonly ids: string
}

/** Where it is kept what people have begun in applications: all of it, and, from versions of before, by which they came last. */
export const beginnings = ['application_sign_in', 'application_use'] as const

/** Who has begun what, of both tables, each once; `where` bounds the rows of each. */
export function renderBegun(where: RawBuilder<SqlBool>): RawBuilder<unknown> {
  const rows = beginnings.map(
    (table) => sql`SELECT organization_id, user_id, application_id FROM ${sql.table(table)} WHERE ${where}`,
  )
  return sql`(${sql.join(rows, sql` UNION `)})`
}

/**
 * An application that wants to hear of sign-outs has a target of the kind `logout`. `begun` has its sessions' ids where only some are
 * over.
 */
export function renderLogouts(
  dialect: Dialect,
  place: (name: keyof Told) => unknown,
  begun: RawBuilder<unknown>,
  sid: RawBuilder<unknown> = sql`''`,
): ReturnType<typeof renderQueue> {
  return renderQueue(
    {
      targetId: sql`t.id`,
      organizationId: sql`u.organization_id`,
      eventId: dialect.text(place('eventId')),
      type: sql`'logout'`,
      subjectId: sql`u.user_id`,
      payload: sid,
      at: dialect.bigint(place('at')),
      trace: dialect.text(place('trace')),
    },
    sql`FROM ${begun} AS u ${joinLogoutTarget('u.application_id')}`,
  )
}

/**
 * Of what is over, with the sessions' ids where something else of the person goes on in the application: a logout token without one says
 * that everything is over. Where one of the ids is not known it is said all the same, for a session that should be over goes on otherwise.
 */
function renderOver(
  own: RawBuilder<SqlBool>,
  isOver: (table: string) => RawBuilder<SqlBool>,
): RawBuilder<unknown> {
  const over = (table: string) => sql`CASE WHEN ${isOver(table)} THEN 1 ELSE 0 END`
  // What both tables have is the same, and the first knows its sessions.
  const isAlone = sql`NOT EXISTS (SELECT 1 FROM application_sign_in AS s WHERE s.organization_id = application_use.organization_id
    AND s.user_id = application_use.user_id AND s.application_id = application_use.application_id
    AND s.connection_id = coalesce(application_use.connection_id, '') AND s.anchor_number = coalesce(application_use.anchor_number, 0))`
  const of = sql`PARTITION BY organization_id, user_id, application_id`
  return sql`(SELECT DISTINCT organization_id, user_id, application_id, CASE WHEN is_part = 1 AND is_unknown = 0 THEN sid ELSE '' END AS sid
    FROM (SELECT organization_id, user_id, application_id, sid, is_over, max(1 - is_over) OVER (${of}) AS is_part,
        max(CASE WHEN sid = '' THEN is_over ELSE 0 END) OVER (${of}) AS is_unknown
      FROM (SELECT organization_id, user_id, application_id, sid, ${over('application_sign_in')} AS is_over
          FROM application_sign_in WHERE ${own}
        UNION ALL SELECT organization_id, user_id, application_id, '', ${over('application_use')}
          FROM application_use WHERE ${own} AND ${isAlone}) AS begun) AS counted
    WHERE is_over = 1)`
}

/** Whether a row of `table` is of no connection, or of before connections were kept. */
export function isOfNone(table: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`coalesce(${sql.ref(`${table}.connection_id`)}, '') = ''`
}

/** Each statement twice: for everything of these people, and for what came through one connection. */
function createStatements(name: '' | '_through') {
  const isMeant = (
    dialect: Dialect,
    table: string,
    place: (name: keyof ThroughArguments) => unknown,
  ): RawBuilder<SqlBool> =>
    name === ''
      ? sql<SqlBool>`true`
      : sql<SqlBool>`(${isThrough(dialect, table, place, true)} OR ${isOfNone(table)})`
  return {
    queueLogouts: organizationStatement<Whose & Told>(`queue_logouts${name}`)(
      ({ db, place, organizationId, dialect }) => {
        const theirs = dialect.isIn('user_id', place('ids'))
        const own = sql<SqlBool>`organization_id = ${organizationId} AND ${theirs}`
        const statement =
          name === ''
            ? renderLogouts(dialect, place, renderBegun(own))
            : renderLogouts(
                dialect,
                place,
                renderOver(own, (table) => isMeant(dialect, table, place)),
                sql`u.sid`,
              )
        return { compile: () => statement.compile(db) }
      },
    ),
    deleteBegun: beginnings.map((table) =>
      organizationStatement<Whose>(`delete_${table}s${name}`)(({ db, place, organizationId, dialect }) =>
        db
          .deleteFrom(table)
          .where('organization_id', '=', organizationId)
          .where(dialect.isIn('user_id', place('ids')))
          .where(isMeant(dialect, table, place)),
      ),
    ),
    deleteRecords: organizationStatement<Whose>(`delete_oidc_records_of_users${name}`)(
      ({ db, place, organizationId, dialect }) =>
        db
          .deleteFrom('oidc_record')
          .where('organization_id', '=', organizationId)
          .where(dialect.isIn('user_id', place('ids')))
          .where(isMeant(dialect, 'oidc_record', place)),
    ),
  }
}

const everything = createStatements('')
const throughOne = createStatements('_through')

const queueAllLogouts = organizationStatement<Told>('queue_all_logouts')(
  ({ db, place, organizationId, dialect }) => {
    const own = sql<SqlBool>`organization_id = ${organizationId}`
    const statement = renderLogouts(dialect, place, renderBegun(own))
    return { compile: () => statement.compile(db) }
  },
)

/** Codes, tokens, grants and sessions of these people are gone with COMMIT; applications are told at once (back-channel logout). */
export function endProductSessions(tx: OrganizationTx, sessions: ProductSessions, at: number): void {
  const { through, userIds, leftIds } = sessions
  const statements = through === undefined ? everything : throughOne
  const ids = JSON.stringify(userIds)
  const whose = { ids, ...throughArguments(through ?? { connectionId: '' }) }
  tx.write(statements.queueLogouts, { ...whose, eventId: createId('evt', at), at, trace: currentTrace() })
  for (const remove of statements.deleteBegun) tx.write(remove, whose)
  const isLeft = new Set(leftIds)
  const removed = isLeft.size === 0 ? ids : toList(userIds, isLeft)
  tx.write(statements.deleteRecords, { ...whose, ids: removed })
}

function toList(userIds: readonly string[], isLeft: ReadonlySet<string>): string {
  return JSON.stringify(userIds.filter((id) => !isLeft.has(id)))
}

/** Everybody of an organization that is deleted; their codes, tokens and sessions are the caller's to delete. */
export function queueAllSignOuts(tx: OrganizationTx, at: number): void {
  tx.write(queueAllLogouts, { eventId: createId('evt', at), at, trace: currentTrace() })
}

/** What applications hold of people, by the columns in which sessions are counted beside it. `records`: which of what was given out. */
export function renderHeld(records: RawBuilder<unknown>, begun: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`SELECT user_id, 'application', client_id, connection_id, anchor_number, 0, 0 FROM oidc_record
      WHERE ${records} AND client_id IS NOT NULL
      UNION SELECT user_id, 'application', application_id, nullif(connection_id, ''), nullif(anchor_number, 0), 0, 0
      FROM application_sign_in WHERE ${begun}
      UNION SELECT user_id, 'application', application_id, connection_id, anchor_number, 0, 0 FROM application_use WHERE ${begun}`
}
