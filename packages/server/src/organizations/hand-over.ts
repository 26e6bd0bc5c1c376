// After hand-over (an anchor of the organization was put in place or confirmed by an administrator or above) whoever holds a
// set-up link changes only what nobody above them has put in place.
import { isAtLeast } from '../base/rung.ts'
import type { Act } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

const selectHandOver = organizationStatement('handed_over_at')(({ db, organizationId }) =>
  db.selectFrom('organization').select('handed_over_at').where('id', '=', organizationId),
)

const markHandedOver = organizationStatement<{ at: number }>('organization_handed_over')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('organization')
      .set({ handed_over_at: place('at') })
      .where('id', '=', organizationId)
      .where('handed_over_at', 'is', null),
)

/** In the transaction that puts an anchor of administrator rung in place, or confirms one; only the first counts. */
export function noteHandOver(tx: OrganizationTx, at: number): void {
  tx.write(markHandedOver, { at })
}

/** Whether the organization was handed over. */
export async function isHandedOver(tx: OrganizationTx): Promise<boolean> {
  return (await tx.first(selectHandOver, {}))?.handed_over_at != null
}

/** `what`: the act, as the end of a sentence. The same for every door. */
export function administratorRequired(what: string): Problem {
  return new Problem(
    'administrator_required',
    `Only an administrator of the organization, or the operator, may ${what}: a set-up link no longer may, since an administrator has taken over`,
  )
}

/** Throws 403 `administrator_required` for a contact after hand-over. `row` spares the read where it is at hand. */
export async function assertBeforeHandOver(
  tx: OrganizationTx,
  act: Act,
  what: string,
  row?: Pick<OrganizationTable, 'handed_over_at'>,
): Promise<void> {
  if (isAtLeast(act.rung, 'administrator')) return
  const organization = row ?? (await tx.first(selectHandOver, {}))
  if (organization?.handed_over_at != null) throw administratorRequired(what)
}
