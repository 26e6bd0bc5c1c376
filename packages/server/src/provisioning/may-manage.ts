// What may not be done to somebody, whoever asks: judged before it is done and, the same, where it is only to be said. Writes nothing.
import { readJson } from '../base/json.ts'
import { isAbove, type Role, rungOfRole } from '../base/rung.ts'
import { type Ask, findEvent } from '../events/look-through.ts'
import type { Act } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { UserRow } from '../users/user-row.ts'
import { isOwner, mayGiveOwnership } from './ownership.ts'

/** What is known of somebody to whom something is to be done. */
export type Managed = Pick<
  UserRow,
  'id' | 'user_name' | 'role' | 'role_origin' | 'active' | 'managed_by' | 'blocked_at'
>

/** `roles`: before and after. No administrator's act gives, takes or locks out who stands above them. Throws 403 `owner_required`. */
export function assertMayTouch(act: Act, roles: readonly Role[], doing: string): void {
  if (roles.some(isOwner) && !mayGiveOwnership(act))
    throw new Problem('owner_required', `Only an owner, or the operator, ${doing}`)
}

/** Throws 403 `owner_required`. */
export function assertMayGiveRole(act: Act, row: Managed, role: Role): void {
  assertMayTouch(act, [role, row.role], 'gives and takes ownership')
}

/** 409: somebody else is to be an owner first. */
export function lastOwner(): Problem {
  return new Problem('last_owner', 'This is the only active owner: name another one first')
}

/** Throws 403 `owner_required`, 409 `own_account`. */
export function assertMayDeactivate(act: Act, row: Managed): void {
  assertMayTouch(act, [row.role], 'deactivates an owner')
  if (act.actor.kind === 'user' && act.actor.userId === row.id)
    throw new Problem('own_account', 'Nobody deactivates their own account')
}

/** Throws 403 `owner_required` but for one's own. */
export function assertMayEndSessions(act: Act, row: Managed): void {
  // A session may speak for less than the person is, such as a frame of the product's page.
  const isOwn =
    act.actor.kind === 'user' && act.actor.userId === row.id && !isAbove(rungOfRole(row.role), act.rung)
  if (!isOwn) assertMayTouch(act, [row.role], "ends an owner's sessions")
}

/**
 * Of somebody who is out. A block that was said of another account takes no role from an owner by being lifted: whoever may give ownership
 * lifts it. Throws 409 `managed_by_scim`, 403 `owner_required`.
 */
export async function assertMayLetIn(ask: Ask, act: Act, row: Managed): Promise<void> {
  if (row.active === 0 && row.managed_by === 'scim' && row.blocked_at === null)
    throw new Problem('managed_by_scim', 'The directory deactivated this user: reactivate the person there')
  if (!isOwner(row.role) || row.blocked_at === null || mayGiveOwnership(act)) return
  const said = await findEvent(ask, { subject: row.id, types: ['user.blocked'], order: 'desc' })
  const { reason } = readJson<{ readonly reason?: string | null }>(said?.data ?? '{}')
  if (reason === 'came_back')
    assertMayTouch(act, [row.role], 'lifts a block of an owner that another account had')
}
