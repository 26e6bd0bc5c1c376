// Ownership that comes back. Giving it back is giving it: an owner or the operator does, and the directory only where it takes
// back its own deactivation within a week. Whoever comes back otherwise has the default role, and it is told.

import { dayMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { isAtLeast, type Role, rungOfRole } from '../base/rung.ts'
import { selectOwnLeave } from '../events/asked.ts'
import { type Act, record } from '../events/record.ts'
import { clearOwnerlessMark } from '../organizations/marks.ts'
import { selectDefaultRole } from '../organizations/own.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserRow } from '../users/user-row.ts'

const returnMs = 7 * dayMs

/** The role of somebody to whom nobody gave one. */
export async function findDefaultRole(tx: OrganizationTx): Promise<Role> {
  return (await tx.first(selectDefaultRole, {}))?.default_role ?? 'member'
}

/** Of a user, or of a deleted one. */
export type Left = Pick<UserRow, 'id' | 'role' | 'active' | 'deactivated_at'>

/** Whether it was the directory that deactivated this owner, and not longer than a week ago. Asked of nobody else. */
export async function isRecentLeave(tx: OrganizationTx, row: Left, at: number): Promise<boolean> {
  const leftAt = row.deactivated_at
  if (row.role !== 'owner' || row.active === 1 || leftAt === null || !isWithinReturn(leftAt, at)) return false
  const range = { from: firstIdAt('evt', leftAt), until: firstIdAt('evt', leftAt + 1) }
  return (await tx.first(selectOwnLeave, { id: row.id, ...range })) !== undefined
}

/** Whether what the directory did `since` may be taken back with everything that the person was. */
export function isWithinReturn(since: number, at: number): boolean {
  return at - since <= returnMs
}

/** An owner is there who can sign in: the organization is not marked as without one any more. */
export function noteOwned(tx: OrganizationTx): void {
  clearOwnerlessMark(tx)
}

/** Whether the one who acts may give ownership. */
export function mayGiveOwnership(act: Act): boolean {
  return isAtLeast(act.rung, 'owner')
}

/** Says where an owner's role goes when they come back without it. */
export function recordOwnershipWithheld(
  tx: OrganizationTx,
  act: Act,
  user: { readonly id: string; readonly userName: string },
  role: Role,
  reason: 'claimed' | 'reactivated' | 'unblocked' | 'restored',
): void {
  const subject = { type: 'user', id: user.id } as const
  const changed = { before: 'owner', after: role, origin: 'default' } as const
  record(tx, act, { type: 'user.role_changed', subject, data: changed })
  const data = { userName: user.userName, role, reason }
  record(tx, act, { type: 'user.ownership_withheld', subject, data })
}

/** Whether a role is that of an owner. */
export function isOwner(role: Role): boolean {
  return rungOfRole(role) === 'owner'
}
