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
import { isPrivileged, type Role } from '../base/rung.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { findUserOversize } from '../mapping/bounds.ts'
import { plainRole } from '../mapping/roles.ts'
import { toUserColumns, type UserColumns } from '../mapping/user-columns.ts'
import { toRecoveryAddress, toUserState } from '../mapping/user-state.ts'
import { noteOwnerless } from '../organizations/marks.ts'
import { clearRefusedLeave } from '../organizations/needs.ts'
import { lockOwners } from '../organizations/own.ts'
import { endSessions, holdsAnything } from '../sessions/end.ts'
import type { OrganizationTx } from '../store/database.ts'
import { removeIdentitiesOfUser, selectIdentitiesOfUser } from '../users/identities.ts'
import { hasKeptWord } from '../users/kept-conditions.ts'
import { keepLostNames, toIdentityNames } from '../users/kept-names.ts'
import { endMemberships } from '../users/members.ts'
import { addSaid, type KeptWord, type Said, saidOf, toPassedOn, writeSaid } from '../users/said.ts'
import type { UserRow } from '../users/user-row.ts'
import {
  becomesPrivileged,
  hasOtherOwner,
  writeBlock,
  writeRecoveryAddress,
  writeRecoveryByRule,
  writeSoftKey,
} from '../users/user-words.ts'
import { writeDeletedUser, writeUser } from '../users/users.ts'
import { listChanges } from './changes.ts'
import { dropUnprovedIdentities } from './claim.ts'
import type { Decision } from './decide.ts'
import { leaveBehind } from './maker-leaves.ts'
import { findDefaultRole, isOwner, noteOwned, recordOwnershipWithheld } from './ownership.ts'
import { forgetReturningUser } from './rejoin.ts'

// What a key made that nobody had confirmed yet becomes nothing more by being given to somebody else.
async function findOwnDefault(tx: OrganizationTx, row: UserRow): Promise<Role> {
  const role = await findDefaultRole(tx)
  return row.provisional_key_id !== null && isPrivileged(role) ? plainRole : role
}

type Changing = Extract<Decision, { kind: 'update' | 'deactivate' | 'reactivate' | 'link' }>

/** The user that is changed, and what it becomes. */
interface ChangedUser {
  readonly row: UserRow
  readonly before: JsonObject
  readonly resource: JsonObject
  /** Unsaid: a provisioning client changes the user, and so manages it from now on. */
  readonly managedBy?: UserRow['managed_by']
  /** By a key that nobody has confirmed: its claim takes no identity from anybody. */
  readonly isUnconfirmed?: boolean
  /** What an administrator said of another account, and holds for this one from here on. */
  readonly word?: KeptWord | undefined
}

/** `row` is locked; `before` is its resource. Returns the row as it will be after COMMIT. Throws ScimError 400 for what is too large. */
export async function changeUser(
  tx: OrganizationTx,
  act: Act,
  decision: Changing,
  user: ChangedUser,
): Promise<UserRow> {
  // Read before the writes, so that all of them fit the last round trip.
  const change = await weighChange(tx, decision, user)
  const { row, role, given } = change
  const isDropped = await settleNames(tx, act, change)
  // Whoever was out before has had everything ended then, and gets nothing new.
  const isEnded = change.isReassigned || isDropped || change.isGoing
  const isHolding = isEnded && (await holdsAnything(tx, row.id))
  const said = writeChange(tx, act, change, isEnded)
  const isLowered = role !== given && !isPrivileged(role)
  if (isEnded || isLowered) await leaveBehind(tx, act, row)
  recordChange(tx, act, change)
  if (isEnded)
    await endSessions(tx, act, { userIds: [row.id], cause: causeOf(change), isNoted: true, isHolding })
  else if (role !== given) await endSessions(tx, act, { userIds: [row.id], cause: 'role_changed' })
  return toChangedRow(change, said, act.at)
}

/** What a change makes of a user, as it is known before anything is written. */
interface Change extends ChangedUser {
  readonly decision: Changing
  readonly text: string
  readonly formerColumns: UserColumns
  readonly columns: UserColumns
  readonly manager: UserRow['managed_by']
  readonly isReassigned: boolean
  /** The role without the word on another account, and with it. */
  readonly given: Role
  readonly role: Role
  readonly roleOrigin: UserRow['role_origin']
  /** The word gives the role. */
  readonly isByWord: boolean
  /** By the word; null where it blocks nobody, or who is blocked already. */
  readonly blockedSince: number | null
  readonly isBlocked: boolean
  readonly isGoing: boolean
  readonly isLastOwner: boolean
  /** It says whose the addresses are. */
  readonly isProving: boolean
}

async function weighChange(tx: OrganizationTx, decision: Changing, user: ChangedUser): Promise<Change> {
  const { row, before, resource, word } = user
  const text = JSON.stringify(resource)
  assertFits(findUserOversize(resource, text, before))
  const isReassigned = decision.kind !== 'link' && decision.isReassigned
  const isGivenAnew = isReassigned || decision.losesOwnership
  const given = isGivenAnew ? await findOwnDefault(tx, row) : row.role
  const givenOrigin = isGivenAnew ? 'default' : row.role_origin
  // What was given to this account by hand is the nearer word.
  const lowered = givenOrigin === 'hand' ? null : (word?.role ?? null)
  const blockedSince = row.blocked_at === null ? (word?.blockedAt ?? null) : null
  const columns = toUserColumns(resource)
  const isGoing = row.active === 1 && (!columns.isActive || blockedSince !== null)
  return {
    ...user,
    decision,
    text,
    formerColumns: toUserColumns(before),
    columns,
    manager: user.managedBy === undefined ? 'scim' : user.managedBy,
    isReassigned,
    given,
    role: lowered ?? given,
    roleOrigin: lowered === null ? givenOrigin : 'hand',
    isByWord: lowered !== null,
    blockedSince,
    isBlocked: row.blocked_at !== null || blockedSince !== null,
    isGoing,
    isLastOwner: isGoing && (await isLastActiveOwner(tx, row)),
    isProving: isClaim(decision) && user.isUnconfirmed !== true,
  }
}

/** Keeps the names that are lost, as those of a word; whether identities were dropped that nobody had proved. */
async function settleNames(tx: OrganizationTx, act: Act, change: Change): Promise<boolean> {
  const { row, decision, isReassigned, formerColumns, columns } = change
  // Only a provisioning client gives names away: a restoration that takes one has told whose it is.
  const isKept = hasKeptWord(row) && change.managedBy === undefined
  const identities =
    isKept && (isReassigned || isClaim(decision))
      ? await tx.all(selectIdentitiesOfUser, { userId: row.id })
      : []
  const isDropped = change.isProving && (await dropUnprovedIdentities(tx, act, row, formerColumns, columns))
  if (isKept) keepLostNames(tx, { id: row.id, before: formerColumns, after: columns, identities }, act.at)
  return isDropped
}

/** Writes the user; returns what was said of them from now on. */
function writeChange(tx: OrganizationTx, act: Act, change: Change, isEnded: boolean): Said {
  const { row, columns, role, isReassigned, blockedSince } = change
  writeUser(tx, {
    row,
    before: change.formerColumns,
    columns,
    resource: change.text,
    role,
    roleOrigin: change.roleOrigin,
    managedBy: change.manager,
    isEnded,
    at: act.at,
  })
  // Whose address it is has been said, by whoever may.
  if (change.isProving) writeSoftKey(tx, row.id, null)
  if (blockedSince !== null) writeBlock(tx, row.id, blockedSince, act.at)
  const takes = { takesBlock: blockedSince !== null, takesRole: change.isByWord, isReassigned }
  const said = toSaidOf(row, { word: change.word, ...takes, userNameKey: columns.userNameKey })
  if (blockedSince !== null || change.isByWord || isReassigned) writeSaid(tx, row.id, said)
  // Linking rule 17: under a recycled name nothing of the earlier person is left.
  if (isReassigned) removeIdentitiesOfUser(tx, row.id)
  if (isReassigned) writeRecoveryAddress(tx, row.id, null)
  if (becomesPrivileged(row.role, role)) writeRecoveryByRule(tx, row.id, toRecoveryAddress(change.resource))
  return said
}

/** Tells of the change, and of what it means for the organization's owners. */
function recordChange(tx: OrganizationTx, act: Act, change: Change): void {
  const { row, decision, columns, given, role, isBlocked, blockedSince } = change
  if (row.active === 1 && !columns.isActive) clearRefusedLeave(tx, row.id)
  if (change.isLastOwner) recordOwnerless(tx, act, row)
  if (row.active === 0 && columns.isActive && isOwner(role) && !isBlocked) noteOwned(tx)
  if (decision.losesOwnership) {
    const isDirectory = act.actor.kind === 'api_key' || act.actor.kind === 'oauth_client'
    const reason = isClaim(decision) ? 'claimed' : isDirectory ? 'reactivated' : 'restored'
    recordOwnershipWithheld(tx, act, { id: row.id, userName: columns.userName }, given, reason)
  }
  const state = toUserState(change.resource, { role, isBlocked })
  const changes = listChanges(change.before, change.resource)
  for (const event of listEvents(decision, row, changes, state)) record(tx, act, event)
  recordWord(tx, act, row.id, { state, before: given, role, isLowered: change.isByWord, blockedSince })
}

function causeOf({ isReassigned, blockedSince, columns }: Change) {
  if (isReassigned) return 'reassigned'
  if (blockedSince !== null) return 'blocked'
  return columns.isActive ? 'unlinked' : 'deactivated'
}

function toChangedRow(change: Change, said: Said, at: number): UserRow {
  const { row, columns } = change
  return {
    ...row,
    user_name: columns.userName,
    external_id: columns.externalId,
    active: columns.isActive ? 1 : 0,
    role: change.role,
    role_origin: change.roleOrigin,
    blocked_at: row.blocked_at ?? change.blockedSince,
    ...said,
    managed_by: change.manager,
    resource: change.text,
    version: row.version + 1,
    updated_at: at,
    deactivated_at: columns.isActive ? null : (row.deactivated_at ?? at),
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
  forgetReturningUser(tx, row.id)
  await endMemberships(tx, row.id, act.at)
  if (isLastOwner) recordOwnerless(tx, act, row)
  const data = { userName: row.user_name, externalId: row.external_id }
  record(tx, act, { type: 'user.deprovisioned', subject: { type: 'user', id: row.id }, data })
  await endSessions(tx, act, { userIds: [row.id], cause: 'deprovisioned' })
}
