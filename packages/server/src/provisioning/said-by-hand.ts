// What an administrator or owner says of an account by hand: whether it is blocked, and which role it has. With it is kept who said so, and
// by which names the person is meant: whoever acts has seen what the page shows, and of an account that a key made which nobody has
// confirmed there is nothing else to go by.

import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { toEmailKey, toUserColumns, toUserNameKey, type UserColumns } from '../mapping/user-columns.ts'
import { toUserState } from '../mapping/user-state.ts'
import type { OrganizationTx } from '../store/database.ts'
import { selectIdentitiesOfUser } from '../users/identities.ts'
import { isOfUnconfirmedKey } from '../users/kept.ts'
import type { Comer } from '../users/kept-comers.ts'
import { forgetKeptRoles, liftKeptBlocks } from '../users/kept-lifts.ts'
import { toIdentityNames } from '../users/kept-names.ts'
import { selectRecoveryAddress } from '../users/recoverable.ts'
import { saidOf, writeSaid } from '../users/said.ts'
import type { UserRow } from '../users/user-row.ts'
import { isOwner } from './ownership.ts'

/** By an owner or the operator, who alone take back for owners what one of them said. */
export interface SaidBy {
  readonly isByOwner: boolean
}

const noBlock = { blocked_by_owner_at: null, blocked_as: null, is_block_passed_on: null } as const

/** Said once more, a block is of what the account is called then, and an owner's where an owner says it. Follows `writeBlock`. */
export async function sayBlock(tx: OrganizationTx, row: UserRow, at: number, by: SaidBy): Promise<void> {
  const blockedAt = by.isByOwner ? at : row.blocked_by_owner_at
  writeSaid(tx, row.id, {
    ...saidOf(row),
    blocked_by_owner_at: blockedAt,
    blocked_as: await namesSeen(tx, row),
    is_block_passed_on: null,
  })
}

/** The block of `row` is lifted, here and for other accounts of the person. Follows `writeBlock`. */
export async function sayLift(tx: OrganizationTx, row: UserRow, by: SaidBy): Promise<void> {
  if (by.isByOwner) writeSaid(tx, row.id, { ...saidOf(row), ...noBlock })
  await liftKeptBlocks(tx, await comerOf(tx, row), by)
}

/**
 * A role that is given to `row`, or said once more: of other accounts of the person nothing lower holds. What an administrator gives takes
 * back no role that an owner gave, for whoever was an owner. Whoever gives ownership takes back what owners said of the person before,
 * but for a block that stands on the account. Follows `writeRole`.
 */
export async function sayRole(tx: OrganizationTx, row: UserRow, role: Role, by: SaidBy): Promise<void> {
  const isLetIn = isOwner(role) && by.isByOwner && row.blocked_at === null
  const given = isPrivileged(role) ? null : role
  writeSaid(tx, row.id, {
    ...saidOf(row),
    ...(isLetIn ? noBlock : {}),
    role_by_owner: by.isByOwner ? given : row.role_by_owner,
    given_as: await namesSeen(tx, row),
  })
  const comer = await comerOf(tx, row)
  await forgetKeptRoles(tx, comer, by)
  if (isLetIn) await liftKeptBlocks(tx, comer, by)
}

// Of an account that an unconfirmed key may have made, which may write anybody's names on it: what the page shows, the address that was
// confirmed for whoever administered, and who has signed in to it.
async function namesSeen(tx: OrganizationTx, row: UserRow): Promise<string | null> {
  return (await isOfUnconfirmedKey(tx, row)) ? JSON.stringify(await listSeen(tx, row)) : null
}

async function listSeen(tx: OrganizationTx, row: UserRow): Promise<readonly string[]> {
  const { email } = toUserState(readJson(row.resource), { role: row.role, isBlocked: false })
  const recovery = await tx.first(selectRecoveryAddress, { id: row.id })
  const shown = [email, recovery?.recovery_address ?? null].flatMap((one) =>
    one === null ? [] : [toEmailKey(one)],
  )
  const identities = await tx.all(selectIdentitiesOfUser, { userId: row.id })
  return [...new Set([toUserNameKey(row.user_name), ...shown, ...toIdentityNames(identities)])]
}

// The name is an address, too, whatever addresses the account has: a sign-in with it means this name.
// Of whoever the account is: nobody else's invitations end by what an unconfirmed key wrote on it.
/** The addresses by which an account is found, as they are compared. */
export async function addressesOf(tx: OrganizationTx, row: UserRow): Promise<readonly string[]> {
  if (await isOfUnconfirmedKey(tx, row)) return listSeen(tx, row)
  return [...columnsOf(row).emailKeys, toEmailKey(row.user_name)]
}

function columnsOf(row: UserRow): UserColumns {
  return toUserColumns(readJson(row.resource))
}

// With what is kept of the names that the account had before. Of an account that an unconfirmed key made nothing is lifted that was said of
// others whose names the key wrote on it.
async function comerOf(tx: OrganizationTx, row: UserRow): Promise<Comer> {
  const columns = columnsOf(row)
  if (!(await isOfUnconfirmedKey(tx, row))) return { ...columns, id: row.id }
  return { ...columns, externalId: null, emailKeys: await listSeen(tx, row), id: row.id }
}
