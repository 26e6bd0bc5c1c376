// The room `server/provisioning`: every change of a person or a group passes here, whichever door it came by. It knows no HTTP.
//
// 1. Facts are gathered inside the transaction, by exact matches (`sign-in-facts`, `claim`).
// 2. `decide` and `decide-sign-in` are pure: facts in, one decision out.
// 3. `apply` and `groups` carry the decision out: the row, its addresses, the event, what ends by it.
// 4. Groups give roles: `group-roles` for a few people at once, `role-changes` in slices for many.
// 5. What administrators do to people is in `manage-user`, `import-users`, `ownership`, `recovery` and `restore-batch`.
//
// Carries a decision out: the user's row and the event, in one transaction. Every change of a user passes here.

import type { UserState } from '@rollcall/api'
import { assertFits, type JsonObject } from '@rollcall/scim'
import { createId } from '../base/id.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { findUserOversize } from '../mapping/bounds.ts'
import { plainRole } from '../mapping/roles.ts'
import { toUserColumns } from '../mapping/user-columns.ts'
import { toRecoveryAddress, toUserState } from '../mapping/user-state.ts'
import { noteOwnerless } from '../organizations/marks.ts'
import { clearRefusedLeave } from '../organizations/needs.ts'
import { lockOwners } from '../organizations/own.ts'
import { endSessions, holdsAnything } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import { releaseIdentities, removeIdentitiesOfUser, selectIdentitiesOfUser } from '../users/identities.ts'
import { hasKeptWord, keepLostNames, refuseKept, toIdentityNames, type Unread } from '../users/kept.ts'
import { endMemberships } from '../users/members.ts'
import {
  addSaid,
  type KeptWord,
  nothingSaid,
  type Said,
  saidOf,
  toPassedOn,
  writeSaid,
} from '../users/said.ts'
import {
  becomesPrivileged,
  hasOtherOwner,
  type UserRow,
  writeBlock,
  writeDeletedUser,
  writeNewUser,
  writeRecoveryAddress,
  writeRecoveryByRule,
  writeRole,
  writeSoftKey,
  writeUser,
} from '../users/users.ts'
import { listChanges } from './changes.ts'
import { dropUnprovedIdentities } from './claim.ts'
import type { Decision } from './decide.ts'
import { leaveBehind } from './maker-leaves.ts'
import { findDefaultRole, isOwner, noteOwned, recordOwnershipWithheld } from './ownership.ts'

/**
 * Writes only, so that it fits one round trip and the role is not known; the store refuses a name that is taken. Throws ScimError 400
 * for what is too large.
 */
export function createUser(
  tx: OrganizationTx,
  act: Act,
  resource: JsonObject,
  source: 'scim' | 'sso' | 'invited' | 'imported',
  given: {
    /** What an administrator said of another account of the person; where it was not read, the store refuses the unit (`kept_word`). */
    readonly kept: KeptWord | undefined | Unread
    /** Unsaid: the default role is an administrator's word. False: it is given only where it opens nothing. */
    readonly mayGivePrivileges?: boolean
    /** Of a provisional key that makes the user. */
    readonly provisionalKeyId?: string | undefined
  },
): Omit<UserRow, 'role'> {
  const id = createId('usr', act.at)
  const text = JSON.stringify(resource)
  assertFits(findUserOversize(resource, text))
  const columns = toUserColumns(resource)
  const managedBy = source === 'scim' ? 'scim' : null
  const { kept, mayGivePrivileges, provisionalKeyId } = given
  const unread = typeof kept === 'string' ? kept : undefined
  const isNew = unread !== undefined
  // What an identity provider says of a newcomer takes as little from whoever administered here as what an unconfirmed key says.
  const ofKey = provisionalKeyId === undefined ? undefined : { unconfirmedKeyId: provisionalKeyId }
  if (!isNew) releaseIdentities(tx, columns, ofKey ?? (source === 'sso' ? 'sign-in' : 'confirmed'))
  const recoveryAddress = toRecoveryAddress(resource)
  const word = typeof kept === 'string' ? undefined : kept
  const keptRole = word?.role ?? null
  writeNewUser(tx, {
    id,
    columns,
    resource: text,
    at: act.at,
    source,
    managedBy,
    recoveryAddress,
    provisionalKeyId,
    isNew,
    mayGivePrivileges: mayGivePrivileges !== false && keptRole === null,
  })
  // Behind the name, so that one that is taken is said first.
  if (unread !== undefined) refuseKept(tx, columns, unread)
  const blockedAt = word?.blockedAt ?? null
  const state = toUserState(resource, { role: keptRole, isBlocked: blockedAt !== null })
  const subject = { type: 'user', id } as const
  record(tx, act, { type: 'user.provisioned', subject, data: { source, user: resource, state } })
  if (keptRole !== null)
    writeRole(tx, { id, before: plainRole, role: keptRole, origin: 'hand', resource: text, at: act.at })
  if (blockedAt !== null) {
    writeBlock(tx, id, blockedAt, act.at)
    const data = { userName: columns.userName, reason: 'came_back', state } as const
    record(tx, act, { type: 'user.blocked', subject, data })
  }
  const said = word === undefined ? nothingSaid : toPassedOn(word, columns.userNameKey)
  if (word !== undefined) writeSaid(tx, id, said)
  return {
    id,
    user_name: columns.userName,
    external_id: columns.externalId,
    active: columns.isActive ? 1 : 0,
    role_origin: keptRole === null ? 'default' : 'hand',
    source,
    managed_by: managedBy,
    blocked_at: blockedAt,
    ...said,
    resource: text,
    version: 1,
    created_at: act.at,
    updated_at: act.at,
    deactivated_at: columns.isActive ? null : act.at,
    last_sign_in_at: null,
    provisional_key_id: given.provisionalKeyId ?? null,
    directory_decides: 0,
    sessions_ended_at: null,
  }
}

// What a key made that nobody had confirmed yet becomes nothing more by being given to somebody else.
async function findOwnDefault(tx: OrganizationTx, row: UserRow): Promise<Role> {
  const role = await findDefaultRole(tx)
  return row.provisional_key_id !== null && isPrivileged(role) ? plainRole : role
}

type Changing = Extract<Decision, { kind: 'update' | 'deactivate' | 'reactivate' | 'link' }>

/** `row` is locked; `before` is its resource. Returns the row as it will be after COMMIT. Throws ScimError 400 for what is too large. */
export async function changeUser(
  tx: OrganizationTx,
  act: Act,
  decision: Changing,
  user: {
    readonly row: UserRow
    readonly before: JsonObject
    readonly resource: JsonObject
    /** Unsaid: a provisioning client changes the user, and so manages it from now on. */
    readonly managedBy?: UserRow['managed_by']
    /** By a key that nobody has confirmed: its claim takes no identity from anybody. */
    readonly isUnconfirmed?: boolean
    /** What an administrator said of another account, and holds for this one from here on. */
    readonly word?: KeptWord | undefined
  },
): Promise<UserRow> {
  const { row, before, resource } = user
  const text = JSON.stringify(resource)
  assertFits(findUserOversize(resource, text, before))
  const isReassigned = decision.kind !== 'link' && decision.isReassigned
  const isGivenAnew = isReassigned || decision.losesOwnership
  const given = isGivenAnew ? await findOwnDefault(tx, row) : row.role
  const givenOrigin = isGivenAnew ? 'default' : row.role_origin
  // What was given to this account by hand is the nearer word.
  const lowered = givenOrigin === 'hand' ? null : (user.word?.role ?? null)
  const [role, roleOrigin] = lowered === null ? [given, givenOrigin] : [lowered, 'hand' as const]
  const blockedSince = row.blocked_at === null ? (user.word?.blockedAt ?? null) : null
  const isBlocked = row.blocked_at !== null || blockedSince !== null
  const managedBy = user.managedBy === undefined ? 'scim' : user.managedBy
  const columns = toUserColumns(resource)
  // Read before the writes, so that all of them fit the last round trip.
  const isGoing = row.active === 1 && (!columns.isActive || blockedSince !== null)
  const isLastOwner = isGoing && (await isLastActiveOwner(tx, row))
  // Only a provisioning client gives names away: a restoration that takes one has told whose it is.
  const isKept = hasKeptWord(row) && user.managedBy === undefined
  const identities =
    isKept && (isReassigned || isClaim(decision))
      ? await tx.all(selectIdentitiesOfUser, { userId: row.id })
      : []
  const isProving = isClaim(decision) && user.isUnconfirmed !== true
  const isDropped = isProving && (await dropUnprovedIdentities(tx, act, row, toUserColumns(before), columns))
  if (isKept)
    keepLostNames(tx, { id: row.id, before: toUserColumns(before), after: columns, identities }, act.at)
  // Whoever was out before has had everything ended then, and gets nothing new.
  const isEnded = isReassigned || isDropped || isGoing
  const isHolding = isEnded && (await holdsAnything(tx, row.id))
  writeUser(tx, {
    row,
    before: toUserColumns(before),
    columns,
    resource: text,
    role,
    roleOrigin,
    managedBy,
    isEnded,
    at: act.at,
  })
  // Whose address it is has been said, by whoever may.
  if (isProving) writeSoftKey(tx, row.id, null)
  if (blockedSince !== null) writeBlock(tx, row.id, blockedSince, act.at)
  const takes = { takesBlock: blockedSince !== null, takesRole: lowered !== null, isReassigned }
  const said = toSaidOf(row, { word: user.word, ...takes, userNameKey: columns.userNameKey })
  if (blockedSince !== null || lowered !== null || isReassigned) writeSaid(tx, row.id, said)
  // Linking rule 17: under a recycled name nothing of the earlier person is left.
  if (isReassigned) removeIdentitiesOfUser(tx, row.id)
  if (isReassigned) writeRecoveryAddress(tx, row.id, null)
  if (becomesPrivileged(row.role, role)) writeRecoveryByRule(tx, row.id, toRecoveryAddress(resource))
  const isLowered = role !== given && !isPrivileged(role)
  if (isEnded || isLowered) await leaveBehind(tx, act, row)
  if (row.active === 1 && !columns.isActive) clearRefusedLeave(tx, row.id)
  if (isLastOwner) recordOwnerless(tx, act, row)
  if (row.active === 0 && columns.isActive && isOwner(role) && !isBlocked) noteOwned(tx)
  if (decision.losesOwnership) {
    const isDirectory = act.actor.kind === 'api_key' || act.actor.kind === 'oauth_client'
    const reason = isClaim(decision) ? 'claimed' : isDirectory ? 'reactivated' : 'restored'
    recordOwnershipWithheld(tx, act, { id: row.id, userName: columns.userName }, given, reason)
  }
  const state = toUserState(resource, { role, isBlocked })
  for (const event of listEvents(decision, row, listChanges(before, resource), state)) record(tx, act, event)
  recordWord(tx, act, row.id, { state, before: given, role, isLowered: lowered !== null, blockedSince })
  const ending = columns.isActive ? 'unlinked' : 'deactivated'
  const cause = isReassigned ? 'reassigned' : blockedSince !== null ? 'blocked' : ending
  if (isEnded) await endSessions(tx, act, { userIds: [row.id], cause, isNoted: true, isHolding })
  else if (role !== given) await endSessions(tx, act, { userIds: [row.id], cause: 'role_changed' })
  return {
    ...row,
    user_name: columns.userName,
    external_id: columns.externalId,
    active: columns.isActive ? 1 : 0,
    role,
    role_origin: roleOrigin,
    blocked_at: row.blocked_at ?? blockedSince,
    ...said,
    managed_by: managedBy,
    resource: text,
    version: row.version + 1,
    updated_at: act.at,
    deactivated_at: columns.isActive ? null : (row.deactivated_at ?? act.at),
  }
}

// What is passed on stands beside what was said of this very account. Of whoever has the account from now on nobody gave a role.
function toSaidOf(
  row: UserRow,
  of: {
    readonly word: KeptWord | undefined
    readonly takesBlock: boolean
    readonly takesRole: boolean
    readonly isReassigned: boolean
    readonly userNameKey: string
  },
): Said {
  const own = of.isReassigned ? { ...saidOf(row), role_by_owner: null, given_as: null } : saidOf(row)
  if (of.word === undefined) return own
  const passed = toPassedOn(of.word, of.userNameKey)
  return addSaid(own, { ...passed, ...of })
}

// What an administrator said of another account, as of this one.
function recordWord(
  tx: OrganizationTx,
  act: Act,
  id: string,
  word: {
    readonly state: UserState
    readonly before: Role
    readonly role: Role
    readonly isLowered: boolean
    readonly blockedSince: number | null
  },
): void {
  const { state, before, role, blockedSince } = word
  const subject = { type: 'user', id } as const
  if (word.isLowered && role !== before)
    record(tx, act, { type: 'user.role_changed', subject, data: { before, after: role, origin: 'hand' } })
  if (blockedSince === null) return
  const data = { userName: state.userName, reason: 'came_back', state } as const
  record(tx, act, { type: 'user.blocked', subject, data })
}

function isClaim(decision: Changing): boolean {
  return decision.kind === 'link' ? decision.reason === 'claimed' : decision.isClaimed
}

function listEvents(
  decision: Changing,
  row: UserRow,
  changes: ReturnType<typeof listChanges>,
  state: UserState,
): NewEvent[] {
  const subject = { type: 'user', id: row.id } as const
  if (decision.kind === 'link') {
    const linked = {
      type: 'user.linked',
      subject,
      data: { reason: decision.reason, changes, state },
    } as const
    // Whoever ends what a person has ends it on one event, by whatever way they went out.
    const isOut = row.active === 1 && !state.active
    const change = changes.filter(({ attribute }) => attribute === 'active')
    return isOut
      ? [linked, { type: 'user.deactivated', subject, data: { changes: change, state } }]
      : [linked]
  }
  const events: NewEvent[] = []
  if (decision.isClaimed)
    events.push({ type: 'user.linked', subject, data: { reason: 'claimed', changes: [], state } })
  if (decision.isReassigned) {
    const data = { before: row.external_id, after: state.externalId, state }
    events.push({ type: 'user.reassigned', subject, data })
  }
  const type =
    decision.kind === 'update'
      ? 'user.updated'
      : decision.kind === 'deactivate'
        ? 'user.deactivated'
        : 'user.reactivated'
  if (changes.length > 0) events.push({ type, subject, data: { changes, state } })
  return events
}

/** Whether nobody else who can sign in is an owner, and this one was. Owners who leave at once leave one after another. */
export async function isLastActiveOwner(tx: OrganizationTx, row: UserRow): Promise<boolean> {
  if (row.role !== 'owner' || row.blocked_at !== null) return false
  await tx.first(lockOwners, {})
  return !(await hasOtherOwner(tx, row.id))
}

/** An owner's deactivation is never held back; the organization is marked and the operator names the next one. */
export function recordOwnerless(tx: OrganizationTx, act: Act, row: UserRow): void {
  noteOwnerless(tx, act.at)
  const subject = { type: 'organization', id: tx.organizationId } as const
  record(tx, act, { type: 'organization.ownerless', subject, data: { lastOwner: row.user_name } })
}

/** `row` is locked. Its identities are kept, so that they are known as a deleted person's; its sessions end. */
export async function deprovisionUser(
  tx: OrganizationTx,
  act: Act,
  row: UserRow,
  resource: JsonObject,
): Promise<void> {
  const isLastOwner = row.active === 1 && (await isLastActiveOwner(tx, row))
  await leaveBehind(tx, act, row)
  clearRefusedLeave(tx, row.id)
  const identities = hasKeptWord(row) ? await tx.all(selectIdentitiesOfUser, { userId: row.id }) : []
  // In this order: the deleted row remembers the memberships.
  writeDeletedUser(tx, row, toUserColumns(resource), toIdentityNames(identities), act.at)
  await endMemberships(tx, row.id, act.at)
  if (isLastOwner) recordOwnerless(tx, act, row)
  const data = { userName: row.user_name, externalId: row.external_id }
  record(tx, act, { type: 'user.deprovisioned', subject: { type: 'user', id: row.id }, data })
  await endSessions(tx, act, { userIds: [row.id], cause: 'deprovisioned' })
}
