// The sessions that people have in the product through us: they end in the transaction that takes somebody's access away, and
// every application that the person used is told, by a delivery that waits in the store. Whoever ends them calls
// sessions/end.ts, which ends ours with them.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createId } from '../base/id.ts'
import type { OrganizationTx } from '../store/database.ts'
import { isInList } from '../store/json-list.ts'
import { asBigint, asText, renderQueue } from '../store/queue-delivery.ts'
import { organizationStatement } from '../store/statement.ts'

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
  table: string,
  place: (name: keyof ThroughArguments) => unknown,
): RawBuilder<SqlBool> {
  const version = asBigint(place('anchorNumber'))
  return sql<SqlBool>`(${sql.ref(`${table}.connection_id`)} = ${asText(place('connectionId'))}
    AND (${version} IS NULL OR ${sql.ref(`${table}.anchor_number`)} = ${version}))`
}

/** Whose; `through`: only what came through that, or was made before that was kept. */
export interface ProductSessions {
  readonly userIds: readonly string[]
  readonly through?: Through | undefined
}

// Values of one statement: people as JSON, and the connection where one is named.
interface Whose extends ThroughArguments {
  readonly ids: string
}

// An application that wants to hear of sign-outs has a target of the kind `logout`.
function renderLogouts(
  place: (name: keyof Told) => unknown,
  organizationId: string,
  whose: RawBuilder<unknown>,
) {
  return renderQueue(
    {
      targetId: sql`t.id`,
      organizationId: sql`u.organization_id`,
      eventId: asText(place('eventId')),
      type: sql`'logout'`,
      subjectId: sql`u.user_id`,
      payload: sql`''`,
      at: asBigint(place('at')),
    },
    sql`FROM application_use AS u JOIN delivery_target AS t ON t.id = u.application_id AND t.kind = 'logout'
      WHERE u.organization_id = ${organizationId} AND ${whose}`,
  )
}

/** Each statement twice: for everything of these people, and for what came through one connection. */
function createStatements(name: '' | '_through') {
  const isMeant = (table: string, place: (name: keyof ThroughArguments) => unknown): RawBuilder<SqlBool> =>
    name === ''
      ? sql<SqlBool>`true`
      : sql<SqlBool>`(${isThrough(table, place)} OR ${sql.ref(`${table}.connection_id`)} IS NULL)`
  return {
    queueLogouts: organizationStatement<Whose & Told>(`queue_logouts${name}`)(
      ({ db, place, organizationId, dialect }) => {
        const isTheirs = isInList('u.user_id', place('ids'), dialect)
        const whose = sql`${isTheirs} AND ${isMeant('u', place as never)}`
        const statement = renderLogouts(place as never, organizationId, whose)
        return { compile: () => statement.compile(db) }
      },
    ),
    deleteUses: organizationStatement<Whose>(`delete_application_uses${name}`)(
      ({ db, place, organizationId, dialect }) =>
        db
          .deleteFrom('application_use')
          .where('organization_id', '=', organizationId)
          .where(isInList('user_id', place('ids'), dialect))
          .where(isMeant('application_use', place as never)),
    ),
    deleteRecords: organizationStatement<Whose>(`delete_oidc_records_of_users${name}`)(
      ({ db, place, organizationId, dialect }) =>
        db
          .deleteFrom('oidc_record')
          .where('organization_id', '=', organizationId)
          .where(isInList('user_id', place('ids'), dialect))
          .where(isMeant('oidc_record', place as never)),
    ),
  }
}

const everything = createStatements('')
const throughOne = createStatements('_through')

const queueAllLogouts = organizationStatement<Told>('queue_all_logouts')(({ db, place, organizationId }) => {
  const statement = renderLogouts(place as never, organizationId, sql`true`)
  return { compile: () => statement.compile(db) }
})

/** Codes, tokens, grants and sessions of these people are gone with COMMIT; applications are told at once (back-channel logout). */
export function endProductSessions(
  tx: OrganizationTx,
  { userIds, through }: ProductSessions,
  at: number,
): void {
  const statements = through === undefined ? everything : throughOne
  const whose = { ids: JSON.stringify(userIds), ...throughArguments(through ?? { connectionId: '' }) }
  tx.write(statements.queueLogouts, { ...whose, eventId: createId('evt', at), at })
  tx.write(statements.deleteUses, whose)
  tx.write(statements.deleteRecords, whose)
}

/** Everybody of an organization that is deleted; their codes, tokens and sessions are the caller's to delete. */
export function queueAllSignOuts(tx: OrganizationTx, at: number): void {
  tx.write(queueAllLogouts, { eventId: createId('evt', at), at })
}
