// What an administrator does to one user: role, names, block, identities. Each act is one transaction with its event, and
// ends sessions where it takes something away.

import type { UserChange, UserState } from '@rollcall/api'
import { isJsonEqual, isJsonObject, type JsonObject } from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { isAbove, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { revokeInvitationsOf } from '../invitations/invitations.ts'
import { toUserState } from '../mapping/user-state.ts'
import { clearRefusedLeave } from '../organizations/needs.ts'
import { type Ended, endSessions } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import { forgetWithdrawnIdentity, removeIdentity, selectIdentitiesOfUser } from '../users/identities.ts'
import { keepLostIdentities } from '../users/kept-names.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeBlock, writeRole, writeRoleByHand } from '../users/user-words.ts'
import { noUser } from '../users/views.ts'
import { changeUser, isLastActiveOwner, recordOwnerless } from './apply.ts'
import { ordinary } from './decide.ts'
import { leaveBehind } from './maker-leaves.ts'
import {
  assertMayDeactivate,
  assertMayEndSessions,
  assertMayGiveRole,
  assertMayLetIn,
  assertMayTouch,
  lastOwner,
} from './may-manage.ts'
import {
  findDefaultRole,
  isOwner,
  mayGiveOwnership,
  noteOwned,
  recordOwnershipWithheld,
} from './ownership.ts'
import { addressesOf, type SaidBy, sayBlock, sayLift, sayRole } from './said-by-hand.ts'

/** What whoever does it to many people says of it; nothing where it is left out. */
export interface Noted {
  readonly note?: string | undefined
}

function noteOf({ note }: Noted): { readonly note?: string } {
  return note === undefined ? {} : { note }
}

/** Throws 403 `owner_required`, 409 `managed_by_scim` for names of the directory, 409 `last_owner`. */
export async function updateUser(
  { database, scope, act }: OrganizationAct,
  id: string,
  change: UserChange & Noted,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await lock(tx, id)
    const { role, note, ...names } = change
    if (Object.values(names).some((value) => value !== undefined)) await changeNames(tx, act, row, names)
    if (role === undefined) return
    if (role !== row.role) await changeRole(tx, act, row, { role, note })
    else if (row.role_origin !== 'hand') await confirmRole(tx, act, row, { before: row.role_origin, note })
    // Said once more, it is said of this very account, and an owner's word where an owner says it.
    else if (!isOwner(role) || mayGiveOwnership(act)) await sayRole(tx, row, role, byOf(act))
  })
}

async function changeRole(
  tx: OrganizationTx,
  act: Act,
  row: UserRow,
  { role, note }: { readonly role: Role } & Noted,
): Promise<void> {
  assertMayGiveRole(act, row, role)
  if (row.active === 1 && (await isLastActiveOwner(tx, row))) throw lastOwner()
  const { id, role: before, resource } = row
  writeRole(tx, { id, before, role, origin: 'hand', resource, at: act.at })
  await sayRole(tx, row, role, byOf(act))
  if (isAbove(rungOfRole(before), rungOfRole(role)))
    await revokeInvitationsOf(tx, act, await addressesOf(tx, row), { reason: 'role_changed', role })
  if (!isPrivileged(role)) await leaveBehind(tx, act, row)
  if (role === 'owner') noteOwned(tx)
  const data = { before: row.role, after: role, origin: 'hand', ...noteOf({ note }) } as const
  record(tx, act, { type: 'user.role_changed', subject: { type: 'user', id: row.id }, data })
  // A session carries the role it was begun with, here and in applications.
  await endSessions(tx, act, { userIds: [row.id], cause: 'role_changed' })
}

// The role that a rule, or nobody, gave is an administrator's word from here on: no rule for groups changes it, and what was offered above
// it before is over.
async function confirmRole(
  tx: OrganizationTx,
  act: Act,
  row: UserRow,
  { before, note }: { readonly before: 'default' | 'group' } & Noted,
): Promise<void> {
  const { id, role, resource } = row
  assertMayGiveRole(act, row, role)
  writeRoleByHand(tx, { id, role, resource, at: act.at })
  await sayRole(tx, row, role, byOf(act))
  await revokeInvitationsOf(tx, act, await addressesOf(tx, row), { reason: 'role_changed', role })
  record(tx, act, {
    type: 'user.role_confirmed',
    subject: { type: 'user', id },
    data: { role, before, ...noteOf({ note }) },
  })
}

async function changeNames(
  tx: OrganizationTx,
  act: Act,
  row: UserRow,
  names: Omit<UserChange, 'role'>,
): Promise<void> {
  if (row.managed_by === 'scim')
    throw new Problem('managed_by_scim', 'SCIM owns this user: change the person in the directory')
  const before = readJson(row.resource)
  const { displayName, givenName, familyName } = names
  const name = {
    ...(isJsonObject(before.name) ? before.name : {}),
    ...(givenName === undefined ? {} : { givenName }),
    ...(familyName === undefined ? {} : { familyName }),
  }
  const resource: JsonObject = {
    ...before,
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(displayName === undefined ? {} : { displayName }),
  }
  if (isJsonEqual(before, resource)) return
  const decision = { kind: 'update', ...ordinary } as const
  await changeUser(tx, act, decision, { row, before, resource, managedBy: row.managed_by })
}

/** Out at once and everywhere, until an administrator lifts it: no sign-in and no provisioning client does. */
export async function deactivateUser(
  { database, scope, act }: OrganizationAct,
  id: string,
  noted: Noted = {},
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await lock(tx, id)
    assertMayDeactivate(act, row)
    // Said once more, it ends what was offered since.
    if (row.blocked_at !== null) {
      await sayBlock(tx, row, Number(row.blocked_at), byOf(act))
      return revokeInvitationsOf(tx, act, await addressesOf(tx, row), { reason: 'blocked' })
    }
    const isLastOwner = row.active === 1 && (await isLastActiveOwner(tx, row))
    writeBlock(tx, id, act.at, act.at)
    await sayBlock(tx, row, act.at, byOf(act))
    if (row.active === 1) await leaveBehind(tx, act, row)
    await revokeInvitationsOf(tx, act, await addressesOf(tx, row), { reason: 'blocked' })
    clearRefusedLeave(tx, row.id)
    const data = { userName: row.user_name, reason: null, state: stateOf(row, true), ...noteOf(noted) }
    record(tx, act, { type: 'user.blocked', subject: { type: 'user', id }, data })
    await endSessions(tx, act, { userIds: [id], cause: 'blocked' })
    if (isLastOwner) recordOwnerless(tx, act, row)
  })
}

/** Everything that the person has by signing in; they may sign in again. Owners' only by an owner, the operator, or themselves. */
export async function endUserSessions(
  { database, scope, act }: OrganizationAct,
  id: string,
  reason: string | undefined,
): Promise<Ended> {
  return database.inOrganization(scope, async (tx) => {
    const row = await lock(tx, id)
    assertMayEndSessions(act, row)
    return endSessions(tx, act, { userIds: [id], cause: 'requested', reason })
  })
}

/**
 * Lifts the block. An owner comes back as one only where an owner or the operator lifts it. Throws 403 `owner_required` where an owner's
 * block was said of another account, 409 `managed_by_scim` when it is the directory that deactivated.
 */
export async function reactivateUser(
  { database, scope, act }: OrganizationAct,
  id: string,
  noted: Noted = {},
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const found = await lock(tx, id)
    if (found.active === 1 && found.blocked_at === null) return
    await assertMayLetIn(tx.all, act, found)
    const row = await withdrawOwnership(tx, act, found)
    if (row.blocked_at !== null) {
      writeBlock(tx, id, null, act.at)
      await sayLift(tx, row, byOf(act))
      const data = { userName: row.user_name, state: stateOf(row, false), ...noteOf(noted) }
      record(tx, act, { type: 'user.unblocked', subject: { type: 'user', id }, data })
    }
    if (row.active === 1 && isOwner(row.role)) noteOwned(tx)
    if (row.active === 1 || row.managed_by === 'scim') return
    const before = readJson(row.resource)
    const decision = { kind: 'reactivate', ...ordinary } as const
    await changeUser(tx, act, decision, {
      row,
      before,
      resource: { ...before, active: true },
      managedBy: null,
    })
  })
}

// Letting an owner in again is giving ownership.
async function withdrawOwnership(tx: OrganizationTx, act: Act, row: UserRow): Promise<UserRow> {
  if (!isOwner(row.role) || mayGiveOwnership(act)) return row
  const role = await findDefaultRole(tx)
  const { id, role: before, resource } = row
  writeRole(tx, { id, before, role, origin: 'default', resource, at: act.at })
  recordOwnershipWithheld(tx, act, { id, userName: row.user_name }, role, 'unblocked')
  return { ...row, role, role_origin: 'default' }
}

/** Linking rule 11: from here on the connection's next sign-in is a first one. Its sessions end. Throws 403 `owner_required`. */
export async function unlinkUser(
  { database, scope, act }: OrganizationAct,
  id: string,
  connectionId: string,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await lock(tx, id)
    assertMayTouch(act, [row.role], 'unlinks an owner')
    const found = (await tx.all(selectIdentitiesOfUser, { userId: id })).find(
      (one) => one.connection_id === connectionId,
    )
    if (found === undefined) throw new Problem('not_found', 'This user has no identity of this connection')
    const { idp_entity_id: idpEntityId, stable_id: stableId } = found
    // Whoever came by it is still who is kept out.
    if (row.blocked_at !== null) keepLostIdentities(tx, row, [found], act.at)
    removeIdentity(tx, { connectionId, idpEntityId, stableId })
    forgetWithdrawnIdentity(tx, id, connectionId)
    record(tx, act, {
      type: 'user.identity_unlinked',
      subject: { type: 'user', id },
      data: { connectionId, stableId },
    })
    await endSessions(tx, act, { userIds: [id], cause: 'unlinked' })
  })
}

function byOf(act: Act): SaidBy {
  return { isByOwner: mayGiveOwnership(act) }
}

function stateOf(row: UserRow, isBlocked: boolean): UserState {
  return toUserState(readJson(row.resource), { role: row.role, isBlocked })
}

async function lock(tx: OrganizationTx, id: string): Promise<UserRow> {
  const row = await lockUserToEnd(tx, id)
  if (row === undefined) throw noUser()
  return row
}
