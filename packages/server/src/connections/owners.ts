// Owners who sign in by a connection. Taking it away unlinks them all at once, which is an owner's act, or the operator's. Whoever is out
// counts as well: who lets them in again, or brings them back, makes them an owner again, and may stand below one.
import { sql } from 'kysely'
import { isAtLeast } from '../base/rung.ts'
import type { Act } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

// From the few owners to their identities, never the other way round. What is parked of a removed one has its connection still.
const selectLinkedOwner = organizationStatement<{ id: string }>('owner_of_connection')(
  ({ db, place, organizationId, dialect }) => {
    const ownersOf = (table: string, index: string) => {
      const of = (column: string) => sql.ref(`${table}.${column}`)
      const isTheirs = sql<boolean>`linked.organization_id = ${organizationId} AND linked.user_id = ${of('id')}
        AND linked.connection_id = ${place('id')}`
      return sql`SELECT ${of('id')} AS id FROM ${dialect.byIndex(table, index)} ${dialect.beside('identity', 'linked', isTheirs)}
        WHERE ${of('organization_id')} = ${organizationId} AND ${of('role')} = 'owner'`
    }
    const statement = sql<{ id: string }>`${ownersOf('user', 'user_owner')}
      UNION ALL ${ownersOf('deleted_user', 'deleted_user_owner')} LIMIT 1`
    return { compile: () => statement.compile(db) }
  },
)

/** Whether an owner signs in by it, or would once they are let in again or brought back. */
export async function signsOwnersIn(tx: OrganizationTx, id: string): Promise<boolean> {
  return (await tx.first(selectLinkedOwner, { id })) !== undefined
}

/** `what`: the act, as the end of a sentence. Throws 403 `owner_required` where an owner would be without a way in by it. */
export async function assertTakesNoOwnersWayIn(
  tx: OrganizationTx,
  act: Act,
  id: string,
  what: string,
): Promise<void> {
  if (isAtLeast(act.rung, 'owner') || !(await signsOwnersIn(tx, id))) return
  throw new Problem(
    'owner_required',
    `An owner signs in by this connection, or would once they are back: only an owner, or the operator, ${what}`,
  )
}
