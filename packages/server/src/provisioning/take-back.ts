// Whoever administered here and is brought back signs in as before: what was parked when somebody else was called as they were is theirs again.
import { isPrivileged } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { endSessions } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  findIdentity,
  type IdentityKey,
  keyBeforeParking,
  removeIdentity,
  selectIdentitiesOfUser,
  writeUnparked,
} from '../users/identities.ts'
import { lockUserToEnd } from '../users/users.ts'

/** In the transaction that brings the account back. One that somebody has who administers here by now stays theirs. */
export async function takeIdentitiesBack(tx: OrganizationTx, act: Act, id: string): Promise<void> {
  for (const row of await tx.all(selectIdentitiesOfUser, { userId: id })) {
    const key = keyBeforeParking(row)
    if (key !== undefined && (await isFreed(tx, act, key))) writeUnparked(tx, id, row.connection_id)
  }
}

// The account that has it since was made under the name, or the externalId, of whoever comes back.
async function isFreed(tx: OrganizationTx, act: Act, key: IdentityKey): Promise<boolean> {
  const found = await findIdentity(tx, key)
  if (found === undefined) return true
  const holder = await lockUserToEnd(tx, found.user_id)
  if (holder !== undefined && isPrivileged(holder.role)) return false
  removeIdentity(tx, key)
  if (holder === undefined) return true
  const { connectionId, stableId } = key
  const data = { connectionId, stableId, provedAddress: found.proved_key || null, rung: act.rung }
  record(tx, act, { type: 'user.identity_dropped', subject: { type: 'user', id: holder.id }, data })
  await endSessions(tx, act, { userIds: [holder.id], cause: 'unlinked', through: { connectionId } })
  return true
}
