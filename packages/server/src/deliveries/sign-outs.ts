// The sessions that people have in the product through us: they end in the transaction that takes somebody's access away, and
// every application that the person used is told, by a delivery that waits in the store. Whoever ends them calls
// sessions/end.ts, which ends ours with them.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createId } from '../base/id.ts'
import type { OrganizationTx } from '../store/database.ts'
import { renderQueue } from '../store/queue-delivery.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'

interface Told {
  readonly eventId: string
  readonly at: number
}

/** A connection, or one version of its anchor. */
export interface Through {
  readonly connectionId: string
  readonly anchorNumber?: number | undefined
}

export interface ThroughArguments {
  readonly connectionId: string
  readonly anchorNumber: number | null
}

export function throughArguments({ connectionId, anchorNumber }: Through): ThroughArguments {
  return { connectionId, anchorNumber: anchorNumber ?? null }
}

/** Whether a row came through it. */
export function isThrough(
  dialect: Dialect,
  table: string,
  place: (name: keyof ThroughArguments) => unknown,
): RawBuilder<SqlBool> {
  const version = dialect.bigint(place('anchorNumber'))
  return sql<SqlBool>`(${sql.ref(`${table}.connection_id`)} = ${dialect.text(place('connectionId'))}
    AND (${version} IS NULL OR ${sql.ref(`${table}.anchor_number`)} = ${version}))`
}

/** Whose; `through`: only what came through that, or was made before that was kept. */
export type ProductSessions =
  | {
      readonly userIds: readonly string[]
      readonly through?: Through | undefined
      /** Of these the records are left: they are over by their generation. */
      readonly leftIds?: readonly string[]
    }
  /** Of everybody who is noted under this id (`session_end_user`). */
  | { readonly endId: string; readonly through: Through }

// Values of one statement: people as JSON, or the id under which they are noted, and the connection where one is named.
interface Whose extends ThroughArguments {
  readonly ids: string
}

// An application that wants to hear of sign-outs has a target of the kind `logout`.
function renderLogouts(
  dialect: Dialect,
  place: (name: keyof Told) => unknown,
  organizationId: string,
  whose: RawBuilder<unknown>,
) {
  return renderQueue(
    {
      targetId: sql`t.id`,
      organizationId: sql`u.organization_id`,
      eventId: dialect.text(place('eventId')),
      type: sql`'logout'`,
      subjectId: sql`u.user_id`,
      payload: sql`''`,
      at: dialect.bigint(place('at')),
    },
    sql`FROM application_use AS u JOIN delivery_target AS t ON t.id = u.application_id AND t.kind = 'logout'
      WHERE u.organization_id = ${organizationId} AND ${whose}`,
  )
}

/** Each statement three times: for everything of these people, for what came through one connection, and that of noted people. */
function createStatements(name: '' | '_through' | '_noted') {
  const isMeant = (
    dialect: Dialect,
    table: string,
    place: (name: keyof ThroughArguments) => unknown,
  ): RawBuilder<SqlBool> =>
    name === ''
      ? sql<SqlBool>`true`
      : sql<SqlBool>`(${isThrough(dialect, table, place)} OR ${sql.ref(`${table}.connection_id`)} IS NULL)`
  const isTheirs = (
    column: string,
    { place, organizationId, dialect }: { place: unknown; organizationId: string; dialect: Dialect },
  ): RawBuilder<SqlBool> => {
    const people = (place as (name: 'ids') => unknown)('ids')
    return name === '_noted'
      ? sql<SqlBool>`${sql.ref(column)} IN (SELECT noted.user_id FROM session_end_user AS noted
          WHERE noted.organization_id = ${organizationId} AND noted.end_id = ${dialect.text(people)})`
      : dialect.isIn(column, people)
  }
  return {
    queueLogouts: organizationStatement<Whose & Told>(`queue_logouts${name}`)(
      ({ db, place, organizationId, dialect }) => {
        const theirs = isTheirs('u.user_id', { place, organizationId, dialect })
        const whose = sql`${theirs} AND ${isMeant(dialect, 'u', place as never)}`
        const statement = renderLogouts(dialect, place as never, organizationId, whose)
        return { compile: () => statement.compile(db) }
      },
    ),
    deleteUses: organizationStatement<Whose>(`delete_application_uses${name}`)(
      ({ db, place, organizationId, dialect }) =>
        db
          .deleteFrom('application_use')
          .where('organization_id', '=', organizationId)
          .where(isTheirs('user_id', { place, organizationId, dialect }))
          .where(isMeant(dialect, 'application_use', place as never)),
    ),
    deleteRecords: organizationStatement<Whose>(`delete_oidc_records_of_users${name}`)(
      ({ db, place, organizationId, dialect }) =>
        db
          .deleteFrom('oidc_record')
          .where('organization_id', '=', organizationId)
          .where(isTheirs('user_id', { place, organizationId, dialect }))
          .where(isMeant(dialect, 'oidc_record', place as never)),
    ),
  }
}

const everything = createStatements('')
const throughOne = createStatements('_through')
const ofNoted = createStatements('_noted')

const queueAllLogouts = organizationStatement<Told>('queue_all_logouts')(
  ({ db, place, organizationId, dialect }) => {
    const statement = renderLogouts(dialect, place as never, organizationId, sql`true`)
    return { compile: () => statement.compile(db) }
  },
)

/** Codes, tokens, grants and sessions of these people are gone with COMMIT; applications are told at once (back-channel logout). */
export function endProductSessions(tx: OrganizationTx, sessions: ProductSessions, at: number): void {
  const { through } = sessions
  const isNoted = 'endId' in sessions
  const statements = isNoted ? ofNoted : through === undefined ? everything : throughOne
  const ids = isNoted ? sessions.endId : JSON.stringify(sessions.userIds)
  const whose = { ids, ...throughArguments(through ?? { connectionId: '' }) }
  tx.write(statements.queueLogouts, { ...whose, eventId: createId('evt', at), at })
  tx.write(statements.deleteUses, whose)
  const isLeft = new Set('leftIds' in sessions ? sessions.leftIds : [])
  const removed = isNoted || isLeft.size === 0 ? ids : toList(sessions.userIds, isLeft)
  tx.write(statements.deleteRecords, { ...whose, ids: removed })
}

function toList(userIds: readonly string[], isLeft: ReadonlySet<string>): string {
  return JSON.stringify(userIds.filter((id) => !isLeft.has(id)))
}

/** Everybody of an organization that is deleted; their codes, tokens and sessions are the caller's to delete. */
export function queueAllSignOuts(tx: OrganizationTx, at: number): void {
  tx.write(queueAllLogouts, { eventId: createId('evt', at), at })
}
