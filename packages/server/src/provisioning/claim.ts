// The directory claims an account that came by sign-in: whoever signs in to it from here on is the person of the directory, so
// what proves neither the claimed name nor the claimed id is no longer linked.

import { spellingsOf } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { isAtLeast, isPrivileged } from '../base/rung.ts'
import { selectConnection } from '../connections/rows.ts'
import { type Act, record } from '../events/record.ts'
import { toEmailKey, toUserColumns, toUserNameKey, type UserColumns } from '../mapping/user-columns.ts'
import { endSessions } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type PeopleOfKey, selectClaimed } from '../users/asked.ts'
import {
  forgetOtherWithdrawnIdentities,
  removeIdentity,
  selectIdentitiesOfUser,
} from '../users/identities.ts'
import type { IdentityRow } from '../users/identity-row.ts'
import { keepLostIdentities } from '../users/kept-names.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import type { UserRow } from '../users/user-row.ts'

/** Returns whether an identity was dropped. A privileged person's are never: what they hold rests on more than a claim. */
export async function dropUnprovedIdentities(
  tx: OrganizationTx,
  act: Act,
  row: UserRow,
  before: UserColumns,
  claimed: UserColumns,
): Promise<boolean> {
  // Of those whom a directory made: an unconfirmed key did, and a confirmed one takes the account over.
  if ((row.source !== 'sso' && row.source !== 'scim') || isPrivileged(row.role)) return false
  const kept: string[] = []
  let isDropped = false
  for (const identity of await tx.all(selectIdentitiesOfUser, { userId: row.id })) {
    if (await isProved(tx, identity, before, claimed)) {
      kept.push(identity.connection_id)
      continue
    }
    const { connection_id: connectionId, idp_entity_id: idpEntityId, stable_id: stableId } = identity
    removeIdentity(tx, { connectionId, idpEntityId, stableId })
    const data = { connectionId, stableId, provedAddress: identity.proved_key || null, rung: act.rung }
    record(tx, act, { type: 'user.identity_dropped', subject: { type: 'user', id: row.id }, data })
    isDropped = true
  }
  // Nor does a withdrawn anchor bring one back.
  forgetOtherWithdrawnIdentities(tx, row.id, kept)
  return isDropped
}

/**
 * An administrator confirmed a key: those of a slice whom it claimed are the directory's people from now on, as if it had claimed them now.
 * In the order of their ids.
 */
export async function dropUnprovedOf(tx: OrganizationTx, act: Act, people: PeopleOfKey): Promise<void> {
  const dropped: string[] = []
  for (const { id } of await tx.all(selectClaimed, people)) {
    const row = await lockUserToEnd(tx, id)
    if (row !== undefined && (await dropOf(tx, act, row))) dropped.push(id)
  }
  await endSessions(tx, act, { userIds: dropped, cause: 'unlinked' })
}

/** The same of one of them, whose row is locked; returns whether an identity was dropped. */
export async function dropUnprovedOfRow(tx: OrganizationTx, act: Act, row: UserRow): Promise<boolean> {
  if (!(await dropOf(tx, act, row))) return false
  await endSessions(tx, act, { userIds: [row.id], cause: 'unlinked' })
  return true
}

async function dropOf(tx: OrganizationTx, act: Act, row: UserRow): Promise<boolean> {
  const columns = toUserColumns(readJson(row.resource))
  if (row.blocked_at !== null)
    keepLostIdentities(tx, row, await tx.all(selectIdentitiesOfUser, { userId: row.id }), act.at)
  return dropUnprovedIdentities(tx, act, row, columns, columns)
}

async function isProved(
  tx: OrganizationTx,
  identity: IdentityRow,
  before: UserColumns,
  claimed: UserColumns,
): Promise<boolean> {
  // From before addresses were kept: those that the account has.
  const proved = identity.proved_key === null ? before.emailKeys : [identity.proved_key]
  const names = [claimed.userName, ...(claimed.externalId === null ? [] : [claimed.externalId])]
  if (names.some((name) => spellingsOf(toEmailKey(name)).some((one) => proved.includes(one)))) return true
  return isStableId(identity, claimed) && (await speaksForDirectory(tx, identity.connection_id))
}

// Rule 9: exactly the externalId, or the userName as it is compared.
function isStableId({ stable_id: stableId }: IdentityRow, claimed: UserColumns): boolean {
  return stableId === claimed.externalId || toUserNameKey(stableId) === claimed.userNameKey
}

// Elsewhere an identity provider chooses its ids as it likes.
async function speaksForDirectory(tx: OrganizationTx, id: string): Promise<boolean> {
  const connection = await tx.first(selectConnection, { id })
  return connection?.follows_directory === 1 && isAtLeast(connection.anchor_rung, 'administrator')
}
