// Brings somebody back whom a batch had deleted, under their old id, as they were.
import type { JsonObject } from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { isAbove, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { isIndexable } from '../mapping/bounds.ts'
import { plainRole } from '../mapping/roles.ts'
import { toUserColumns, toUserNameKey, type UserColumns } from '../mapping/user-columns.ts'
import { toRecoveryAddress, toUserState } from '../mapping/user-state.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type DeletedUser, selectDeleted } from '../users/asked.ts'
import { selectIdentitiesOfUser } from '../users/identities.ts'
import { findWordsSince } from '../users/kept.ts'
import { forgetDeletedEmails, type readSpokenIdentities, toIdentityNames } from '../users/kept-names.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import { type FoundUser, findByName, isUnclaimed, isUnconfirmed } from '../users/met.ts'
import { removeDeleted } from '../users/purge-deleted.ts'
import { addSaid, type KeptWord, nothingSaid, saidOf, toPassedOn, writeSaid } from '../users/said.ts'
import { writeBlock, writeNamesAsGiven, writeRecoveryAddress, writeRole } from '../users/user-words.ts'
import { writeIdByClaim, writeNewUser, writeProvisionalKey } from '../users/users.ts'
import { changeUser } from './apply.ts'
import { listChanges } from './changes.ts'
import { ordinary } from './decide.ts'
import { findFreeName } from './free-name.ts'
import {
  findDefaultRole,
  isOwner,
  isRecentLeave,
  isWithinReturn,
  mayGiveOwnership,
  noteOwned,
  recordOwnershipWithheld,
} from './ownership.ts'
import { noteReturning } from './rejoin.ts'
import { takeIdentitiesBack } from './take-back.ts'

/** Between which moments whoever left is of the batch, and the alert that it raised. */
export interface Batch {
  readonly alertId: string
  readonly from: number
  readonly until: number
}

/** By what identity providers know those of whom an administrator has said something. */
export type Spoken = Awaited<ReturnType<typeof readSpokenIdentities>>

/** What became of one of a batch. `closed`: of nobody any more, for the alert is. */
export type Outcome = 'restored' | 'skipped' | 'unchanged' | 'closed'

/** Whether whoever is out was let go by something later than the batch. */
export function isSince({ until }: Batch, leftAt: number | null): boolean {
  return leftAt !== null && Number(leftAt) > until
}

// A removal is of the batch, or of whoever the batch had deactivated. Who was out before it was only cleared away by it: they are not let
// in. Since when is not known of those who were removed by an earlier version: they stay out until somebody says otherwise.
function wasInBefore({ from }: Batch, wasActive: boolean, leftAt: number | null): boolean {
  return wasActive || (leftAt !== null && Number(leftAt) >= from)
}

/** `skipped` where something later than the batch let them go, or their name is somebody else's by now. */
export async function restoreDeleted(
  tx: OrganizationTx,
  act: Act,
  id: string,
  batch: Batch,
  known: Spoken,
): Promise<Outcome> {
  const deleted = await tx.first(selectDeleted, { id })
  if (deleted === undefined) return 'skipped'
  const before = readJson(deleted.resource)
  const formerColumns = toUserColumns(before)
  const wasActive = formerColumns.isActive
  if (isSince(batch, wasActive ? deleted.deleted_at : deleted.deactivated_at)) return 'skipped'
  // Before the name is freed, by which the account may be known in which they came back meanwhile.
  const former = deleted.role_origin === 'hand' ? deleted.role : null
  const isOwnerAgain =
    former !== null && isOwner(former) && (await mayOwnAgain(tx, act, { ...deleted, id, wasActive }))
  const word = await findWordOn(tx, id, deleted, known, isOwnerAgain)
  const standing = deleted.role === 'owner' && !isOwnerAgain ? 'admin' : deleted.role
  if (!(await freeFormerName(tx, act, id, formerColumns, standing))) return 'skipped'
  const isIn = wasInBefore(batch, wasActive, deleted.deactivated_at)
  const resource: JsonObject = { ...before, active: isIn }
  const columns = toUserColumns(resource)
  const { alertId } = batch
  const returning = { id, alertId, deleted, before, resource, columns, text: JSON.stringify(resource), word }
  writeReturning(tx, act, returning)
  await writeStanding(tx, act, { ...returning, isIn, former, isOwnerAgain })
  return 'restored'
}

/** Somebody deleted who comes back under their old id. */
interface Returning {
  readonly id: string
  readonly alertId: string
  readonly deleted: DeletedUser
  readonly before: JsonObject
  readonly resource: JsonObject
  readonly columns: UserColumns
  readonly text: string
  /** What an administrator said of another account of theirs. */
  readonly word: KeptWord | undefined
}

/** The row as it was; a role that was given by hand is written behind it. */
function writeReturning(
  tx: OrganizationTx,
  act: Act,
  { id, alertId, deleted, resource, columns, text }: Returning,
): void {
  writeNewUser(tx, {
    id,
    columns,
    resource: text,
    at: act.at,
    deactivatedAt: deleted.deactivated_at,
    source: deleted.source ?? 'scim',
    managedBy: 'scim',
    recoveryAddress: toRecoveryAddress(resource),
    // A default role that was withheld from them is not given by bringing them back.
    mayGivePrivileges: deleted.role === null || isPrivileged(deleted.role),
  })
  // What an unconfirmed key made is still that.
  if (deleted.provisional_key_id !== null)
    writeProvisionalKey(tx, id, deleted.provisional_key_id, Number(deleted.directory_decides) === 1 ? 1 : 0)
  if (deleted.id_by_claim !== null) writeIdByClaim(tx, id, deleted.id_by_claim)
  noteReturning(tx, act, id, alertId)
  removeDeleted(tx, id)
  forgetDeletedEmails(tx, [id])
}

/** What they may here, and what was said of them; tells that they are back. */
async function writeStanding(
  tx: OrganizationTx,
  act: Act,
  returning: Returning & {
    readonly isIn: boolean
    /** That was given to them by hand. */
    readonly former: Role | null
    readonly isOwnerAgain: boolean
  },
): Promise<void> {
  const { id, deleted, before, resource, columns, word, isIn, former } = returning
  // A role that came from groups comes back with them.
  const lowered = word?.role ?? null
  const isKept = former === null || !isOwner(former) || (lowered === null && returning.isOwnerAgain)
  const role = lowered ?? (isKept ? former : null)
  await takeIdentitiesBack(tx, act, { id, role: role ?? plainRole })
  const blockedAt = deleted.blocked_at ?? word?.blockedAt ?? null
  writeRoleBack(tx, act, returning, role)
  if (role === 'owner' && isIn && blockedAt === null) noteOwned(tx)
  if (!isKept) {
    const given = lowered ?? (await findDefaultRole(tx))
    recordOwnershipWithheld(tx, act, { id, userName: columns.userName }, given, 'restored')
  }
  if (blockedAt !== null) writeBlock(tx, id, blockedAt, act.at)
  const passed = word === undefined ? nothingSaid : toPassedOn(word, columns.userNameKey)
  const isBlockedByWord = deleted.blocked_at === null && blockedAt !== null
  const takes = { takesBlock: isBlockedByWord, takesRole: lowered !== null }
  writeSaid(tx, id, addSaid(saidOf(deleted), { ...passed, ...takes }))
  const state = toUserState(resource, { role, isBlocked: blockedAt !== null })
  const changes = listChanges({ ...before, active: isIn }, resource)
  const subject = { type: 'user', id } as const
  record(tx, act, { type: 'user.linked', subject, data: { reason: 'restored', changes, state } })
  if (!isBlockedByWord) return
  const data = { userName: columns.userName, reason: 'came_back', state } as const
  record(tx, act, { type: 'user.blocked', subject, data })
}

/** What stands with a role that was given by hand: the address of recovery, and the names that it was given under. */
function writeRoleBack(
  tx: OrganizationTx,
  act: Act,
  { id, deleted, text }: Returning,
  role: Role | null,
): void {
  if (role !== null)
    writeRole(tx, { id, before: plainRole, role, origin: 'hand', resource: text, at: act.at })
  // Confirmed by whoever made them privileged, and not anew by a restoration: nor is there one where there was none.
  if (role !== null || deleted.recovery_address !== null)
    writeRecoveryAddress(tx, id, deleted.recovery_address)
  if (role === null) return
  const { given_external_id: externalId, given_name_key: userNameKey } = deleted
  writeNamesAsGiven(tx, id, { externalId, userNameKey })
}

// What was said of the account in which they came back, or of another one of theirs, holds for them.
async function findWordOn(
  tx: OrganizationTx,
  id: string,
  deleted: DeletedUser,
  known: Spoken,
  isOwnerAgain: boolean,
): Promise<KeptWord | undefined> {
  const columns = toUserColumns(readJson(deleted.resource))
  const identities = toIdentityNames(await tx.all(selectIdentitiesOfUser, { userId: id }))
  const names = { ...columns, emailKeys: [...columns.emailKeys, ...identities] }
  const called = [columns.externalId ?? '', columns.userNameKey, ...names.emailKeys]
  const knownBy = new Set(called.flatMap((one) => [...(known.get(one) ?? [])]))
  const own = deleted.role_origin === 'hand' ? deleted.role : null
  return findWordsSince(
    tx,
    { ...names, id, knownBy, isOwner: isOwnerAgain },
    { ...deleted, leftAt: Number(deleted.deleted_at), own },
  )
}

/**
 * The name may be somebody else's by now, perhaps the same person's new account: then it stays theirs. An account that says less yields
 * it, and goes on under a name that is told apart: whoever comes back is who they were.
 */
async function freeFormerName(
  tx: OrganizationTx,
  act: Act,
  id: string,
  { userName, userNameKey }: Pick<UserColumns, 'userName' | 'userNameKey'>,
  role: Role | null,
): Promise<boolean> {
  const namesake = await findByName(tx, userNameKey)
  if (namesake === undefined) return true
  if (!yieldsName(namesake, role ?? plainRole)) return false
  const freed = await findFreeName(tx, userName, act.at)
  const row = await lockUserToEnd(tx, namesake.id)
  if (row === undefined || !isIndexable(toUserNameKey(freed))) return false
  const before = readJson(row.resource)
  const decision = { kind: 'update', ...ordinary } as const
  const resource = { ...before, userName: freed }
  await changeUser(tx, act, decision, { row, before, resource, managedBy: row.managed_by })
  const data = { before: row.user_name, after: freed, restoredId: id }
  record(tx, act, { type: 'user.name_yielded', subject: { type: 'user', id: row.id }, data })
  return true
}

// What an unconfirmed key says yields, unless somebody came to it while nobody who administers is brought back. To whoever administered
// an account yields as well that a sign-in alone made, unless it stands as high by now: nobody above an identity provider has said that the
// name is theirs.
function yieldsName(namesake: FoundUser, role: Role): boolean {
  if (isUnconfirmed(namesake)) return namesake.last_sign_in_at === null || isPrivileged(role)
  const isBySignIn = namesake.source === 'sso' && isUnclaimed(namesake)
  return isBySignIn && isAbove(rungOfRole(role), rungOfRole(namesake.role))
}

// A removal is a deactivation: within the days of its return an owner comes back as one, later only an owner gives that. Whoever was out
// before it is counted from then on: what was removed later had gone already. Since when is not known of those who were removed by an
// earlier version: nothing is given back then.
async function mayOwnAgain(
  tx: OrganizationTx,
  act: Act,
  of: { id: string; wasActive: boolean; deleted_at: number; deactivated_at: number | null },
): Promise<boolean> {
  if (mayGiveOwnership(act)) return true
  if (of.wasActive) return isWithinReturn(of.deleted_at, act.at)
  return isRecentLeave(tx, { ...of, role: 'owner', active: 0 }, act.at)
}
