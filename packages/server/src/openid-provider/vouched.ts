// Whether we vouch for an address to applications (`email_verified`): they may take whoever has it for whoever they know by it.

import { domainOfAddress, isPlainAddress, readAddress, spellingsOf } from '../base/address.ts'
import { findStanding } from '../connections/ties.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { selectOtherHolder } from '../users/asked.ts'
import { selectIdentitiesOfUser } from '../users/identities.ts'

/**
 * True only of an address that nobody could take for another one, asserted at this person's latest sign-in by a connection that
 * speaks for its domain, and held by no other active person.
 */
export async function isVouchedFor(
  tx: OrganizationTx,
  userId: string,
  email: string,
  now: number,
): Promise<boolean> {
  const read = readAddress(email)
  if (read === undefined || !isPlainAddress(email)) return false
  const emailKey = toEmailKey(read.address)
  if (!(await isAsserted(tx, userId, emailKey, now))) return false
  const [, otherKey] = spellingsOf(emailKey)
  return (await tx.first(selectOtherHolder, { userId, emailKey, otherKey })) === undefined
}

async function isAsserted(
  tx: OrganizationTx,
  userId: string,
  emailKey: string,
  now: number,
): Promise<boolean> {
  const domain = domainOfAddress(emailKey) ?? ''
  for (const identity of await tx.all(selectIdentitiesOfUser, { userId })) {
    // Null: signed in before this was kept. Then it counts for the address that the person has.
    const isSaid = identity.proved_key === null || identity.proved_key === emailKey
    if (isSaid && (await findStanding(tx, identity.connection_id, domain, now)) === 'tied') return true
  }
  return false
}
