// Whoever administered here and is brought back signs in as before: what was parked when somebody else was called as they were is theirs
// again.
import { isAbove, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { endSessions } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import { findIdentity, removeIdentity, selectIdentitiesOfUser } from '../users/identities.ts'
import type { IdentityKey } from '../users/identity-row.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import {
  keyBeforeParking,
  listKeptHolders,
  removeKept,
  writeKeptUnparked,
  writeUnparked,
} from '../users/parked.ts'
import type { UserRow } from '../users/user-row.ts'

/**
 * In the transaction that brings the account back, `role`: what it comes back as. What somebody has who administers here by now stays
 * theirs, unless whoever comes back stands above them: nobody else's making them an administrator takes an owner's sign-in.
 */
export async function takeIdentitiesBack(
  tx: OrganizationTx,
  act: Act,
  { id, role }: { readonly id: string; readonly role: Role },
): Promise<void> {
  for (const row of await tx.all(selectIdentitiesOfUser, { userId: id })) {
    const key = keyBeforeParking(row)
    if (key !== undefined && (await isFreed(tx, act, key, role))) writeUnparked(tx, id, row.connection_id)
  }
  // The same of what an earlier anchor would bring back; whatever stays somebody else's is parked on.
  for (const kept of await listKeptHolders(tx, id)) {
    const holder = await lockUserToEnd(tx, kept.user_id)
    if (!yieldsTo(holder, role)) continue
    removeKept(tx, kept)
    if (holder !== undefined) recordDropped(tx, act, holder, kept.connection_id, kept)
  }
  writeKeptUnparked(tx, id)
}

// The account that has it since was made under the name, or the externalId, of whoever comes back.
async function isFreed(tx: OrganizationTx, act: Act, key: IdentityKey, role: Role): Promise<boolean> {
  const found = await findIdentity(tx, key)
  if (found === undefined) return true
  const holder = await lockUserToEnd(tx, found.user_id)
  if (!yieldsTo(holder, role)) return false
  removeIdentity(tx, key)
  if (holder === undefined) return true
  const { connectionId } = key
  recordDropped(tx, act, holder, connectionId, found)
  await endSessions(tx, act, { userIds: [holder.id], cause: 'unlinked', through: { connectionId } })
  return true
}

function yieldsTo(holder: UserRow | undefined, role: Role): boolean {
  if (holder === undefined || !isPrivileged(holder.role)) return true
  return isAbove(rungOfRole(role), rungOfRole(holder.role))
}

function recordDropped(
  tx: OrganizationTx,
  act: Act,
  holder: UserRow,
  connectionId: string,
  dropped: { readonly stable_id: string; readonly proved_key: string | null },
): void {
  const { stable_id: stableId, proved_key: provedKey } = dropped
  const data = { connectionId, stableId, provedAddress: provedKey || null, rung: act.rung }
  record(tx, act, { type: 'user.identity_dropped', subject: { type: 'user', id: holder.id }, data })
}
