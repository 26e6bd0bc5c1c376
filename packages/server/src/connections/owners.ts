// Owners who sign in by a connection. Taking it away unlinks them all at once, which is an owner's act, or the operator's.
import { isAtLeast } from '../base/rung.ts'
import type { Act } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

const selectLinkedOwner = organizationStatement<{ id: string }>('owner_of_connection')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .innerJoin('user', (join) =>
        join
          .onRef('user.organization_id', '=', 'identity.organization_id')
          .onRef('user.id', '=', 'identity.user_id'),
      )
      .select('user.id')
      .where('identity.organization_id', '=', organizationId)
      .where('identity.connection_id', '=', place('id'))
      .where('user.role', '=', 'owner')
      .where('user.active', '=', 1)
      .where('user.blocked_at', 'is', null)
      .limit(1),
)

/** Whether an active owner signs in by it. */
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
    `An owner signs in by this connection: only an owner, or the operator, ${what}`,
  )
}
