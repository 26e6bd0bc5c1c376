// A user's row, locked: to change it, or to end the person's access.
import type { OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { holdsNothing, mayWaitFor, noteLocked } from '../store/lock-order.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectGroups } from './user-groups.ts'
import { renderedColumnNames, type UserRow, userColumnNames } from './user-row.ts'

/** One user by id, for reading. */
export const selectUser = organizationStatement<{ id: string }>('user')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select(renderedColumnNames)
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

type Locking = 'to change' | 'to change if free' | 'to end'

const lockOne = (how: Locking, name: string) =>
  organizationStatement<{ id: string }>(name)(({ db, place, organizationId, dialect }) => {
    const user = db
      .selectFrom('user')
      .select(userColumnNames)
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return how === 'to change if free' ? dialect.lockFree(user, 'to change') : dialect.lock(user, how)
  })

const selectToEnd = lockOne('to end', 'user_to_end')

const selectToChange = lockOne('to change', 'user_to_change')

const selectToChangeIfFree = lockOne('to change if free', 'user_to_change_if_free')

const selectThere = organizationStatement<{ id: string }>('user_there')(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/**
 * One user by id, locked until COMMIT. An act of theirs that is under way is not waited for: it may wait for what the unit holds. Whose
 * sessions end by it ends them only where no act has one of them (endSessions), and an act keeps its session. Throws StoreRestart.
 */
export async function lockUser(tx: OrganizationTx, id: string): Promise<UserRow | undefined> {
  const mayWait = mayWaitFor(tx, 'person', id)
  const row = await tx.first(mayWait ? selectToChange : selectToChangeIfFree, { id })
  if (row === undefined && !mayWait && (await tx.first(selectThere, { id })) !== undefined)
    throw new StoreRestart()
  noteLocked(tx, 'person', [row?.id])
  return row
}

/**
 * The same for whoever lets them go, or ends what they have: an act of theirs that is under way is waited for. Where the unit holds
 * something already, that the act may wait for, it gives way to it. Throws StoreRestart.
 */
export async function lockUserToEnd(tx: OrganizationTx, id: string): Promise<UserRow | undefined> {
  if (!holdsNothing(tx)) {
    const [row, free] = await Promise.all([lockUser(tx, id), tx.first(selectIfFree, { id })])
    if (row !== undefined && free === undefined) throw new StoreRestart()
    return row
  }
  const row = await tx.first(selectToEnd, { id })
  noteLocked(tx, 'person', [row?.id])
  return row
}

const selectByNameToEnd = organizationStatement<{ userNameKey: string }>('user_by_name_to_end')(
  ({ db, place, organizationId, dialect }) => {
    const user = db
      .selectFrom('user')
      .select(userColumnNames)
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('user_name_key', '=', place('userNameKey'))
    return dialect.lock(user, 'to end')
  },
)

/** The same by userName as compared: the first that a unit locks. */
export async function lockUserByNameToEnd(
  tx: OrganizationTx,
  userNameKey: string,
): Promise<UserRow | undefined> {
  const row = await tx.first(selectByNameToEnd, { userNameKey })
  noteLocked(tx, 'person', [row?.id])
  return row
}

const selectIfFree = organizationStatement<{ id: string }>('user_to_end_if_free')(
  ({ db, place, organizationId, dialect }) =>
    dialect.lockFree(
      db
        .selectFrom('user')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('id', '=', place('id')),
    ),
)
