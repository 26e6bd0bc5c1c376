// Words that are taken back: a block that is lifted, and a role that is given anew.
import { type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import type { RoleOrigin } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { leaveOwn, readSpoken, type Spoken, toAsked } from './kept.ts'
import type { Comer } from './kept-comers.ts'
import { isBelow, toAccountName } from './kept-conditions.ts'
import { lockPeople } from './lock-people.ts'
import { isLowered } from './said.ts'
import { listWhole } from './spoken.ts'

const createLift = (isByOwner: boolean) =>
  organizationStatement<{ ids: string }>(isByOwner ? 'lift_kept_blocks' : 'lift_kept_blocks_below')(
    ({ db, place, organizationId, dialect }) => {
      const lift = db
        .updateTable('deleted_user')
        .set({ blocked_at: null, ...(isByOwner ? { blocked_by_owner_at: null } : {}) })
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids')))
      return isByOwner ? lift : lift.where(sql<SqlBool>`(role IS NULL OR role <> 'owner')`)
    },
  )

const liftBelow = createLift(false)

const liftAll = createLift(true)

// Of whom something is said to be over: as at a sign-in, an account that an unconfirmed key made is they by what the page showed of it.
async function listOver(
  tx: OrganizationTx,
  of: Comer,
): Promise<{ readonly removed: readonly Spoken[]; readonly there: readonly Spoken[] }> {
  const comer = { ...of, isKnownByName: true }
  const spoken = await readSpoken(tx, listWhole(toAsked([comer])))
  const before = of.id === undefined ? undefined : toAccountName(of.id)
  // With the names that the very account had before.
  const own = spoken.filter(({ called }) => before !== undefined && called.includes(before))
  const others = leaveOwn(
    comer,
    spoken.filter((one) => !own.includes(one)),
  )
  const there: Spoken[] = []
  const removed: Spoken[] = []
  for (const one of [...own, ...others]) (Number(one.removed_at) === 0 ? there : removed).push(one)
  return { removed, there }
}

// What an owner said of other accounts that are there, and an administrator has taken back for those, holds for owners until an owner does.
async function takeBack(
  tx: OrganizationTx,
  there: readonly Spoken[],
  statement: typeof takeBackBlocks,
): Promise<void> {
  if (there.length === 0) return
  const ids = there.map(({ id }) => id)
  await lockPeople(tx, ids)
  tx.write(statement, { ids: JSON.stringify(ids) })
}

const takeBackBlocks = organizationStatement<{ ids: string }>('take_back_blocks')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({ blocked_by_owner_at: null })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .where('blocked_at', 'is', null),
)

const takeBackRoles = organizationStatement<{ ids: string }>('take_back_roles')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({ role_by_owner: null })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids')))
      .where(sql<SqlBool>`NOT (role_origin = 'hand' AND role = role_by_owner)`),
)

/**
 * A block is lifted for the person: the accounts of before that were removed with it keep nobody out any more. An owner's stays blocked
 * where neither an owner nor the operator lifts it: brought back, they would be an owner. Nor does an administrator's lift end for owners
 * what an owner said.
 */
export async function liftKeptBlocks(
  tx: OrganizationTx,
  of: Comer,
  by: { readonly isByOwner: boolean },
): Promise<void> {
  const { removed, there } = await listOver(tx, of)
  const over = removed.filter((one) => one.blocked_at !== null || one.blocked_by_owner_at !== null)
  if (over.length > 0)
    tx.write(by.isByOwner ? liftAll : liftBelow, { ids: JSON.stringify(over.map(({ id }) => id)) })
  const isLifted = (one: Spoken) => one.blocked_at === null && one.blocked_by_owner_at !== null
  if (by.isByOwner) await takeBack(tx, there.filter(isLifted), takeBackBlocks)
}

const createForget = (isByOwner: boolean) =>
  organizationStatement<{ ids: string }>(isByOwner ? 'forget_kept_roles' : 'forget_kept_roles_below')(
    ({ db, place, organizationId, dialect }) =>
      db
        .updateTable('deleted_user')
        .set({
          role_origin: sql<RoleOrigin>`CASE WHEN ${isBelow} THEN 'default' ELSE role_origin END`,
          ...(isByOwner ? { role_by_owner: null } : {}),
        })
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids'))),
  )

const forgetBelow = createForget(false)

const forgetAll = createForget(true)

/**
 * An administrator gave the person a role: what was said of accounts of before is over, but for what an owner said and holds for owners.
 */
export async function forgetKeptRoles(
  tx: OrganizationTx,
  of: Comer,
  by: { readonly isByOwner: boolean },
): Promise<void> {
  const { removed, there } = await listOver(tx, of)
  const over = removed.filter((one) => isLowered(one) || one.role_by_owner !== null)
  if (over.length > 0)
    tx.write(by.isByOwner ? forgetAll : forgetBelow, { ids: JSON.stringify(over.map(({ id }) => id)) })
  const isTakenBack = (one: Spoken) =>
    one.role_by_owner !== null && !(isLowered(one) && one.role === one.role_by_owner)
  if (by.isByOwner) await takeBack(tx, there.filter(isTakenBack), takeBackRoles)
}
