// Locks several people of one organization, in the order of their ids: every unit of work that changes people beside each other does it
// by this.
import type { OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { mayWaitFor, noteLocked } from '../store/lock-order.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

const lockByIds = (isFree: boolean) =>
  organizationStatement<{ ids: string }>(`people_to_change${isFree ? '_if_free' : ''}`)(
    ({ db, place, organizationId, dialect }) => {
      const people = db
        .selectFrom('user')
        .select(['id', 'role', 'role_origin'])
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids')))
        .orderBy('id')
      return isFree ? dialect.lockFree(people, 'to change') : dialect.lock(people)
    },
  )
const selectAllToChange = lockByIds(false)
const selectAllToChangeIfFree = lockByIds(true)

const countThere = organizationStatement<{ ids: string }>('people_there')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('people'))
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

/** People whom a unit changes beside each other, in the order of their ids; returns those who are there. Throws StoreRestart. */
export async function lockPeople(
  tx: OrganizationTx,
  ids: readonly string[],
): Promise<readonly Pick<UserTable, 'id' | 'role' | 'role_origin'>[]> {
  const wanted = [...new Set(ids)].sort()
  const [first] = wanted
  if (first === undefined) return []
  const args = { ids: JSON.stringify(wanted) }
  const mayWait = mayWaitFor(tx, 'person', first)
  const rows = await tx.all(mayWait ? selectAllToChange : selectAllToChangeIfFree, args)
  if (!mayWait && rows.length < Number((await tx.first(countThere, args))?.people)) throw new StoreRestart()
  noteLocked(
    tx,
    'person',
    rows.map(({ id }) => id),
  )
  return rows
}
