// An identity is linked because its holder said so: on a page that names both sides, in a session of the account. Whose account
// that may be, and what linking it does.

import { readJson } from '../base/json.ts'
import { isAbove, isAtLeast, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { toNewUser } from '../mapping/assertion-user.ts'
import { plainRole } from '../mapping/roles.ts'
import { toEmailKey, toUserColumns, toUserNameKey } from '../mapping/user-columns.ts'
import { clearUnlinked } from '../organizations/needs.ts'
import { endSessions } from '../sessions/end.ts'
import type { Session } from '../sessions/sessions.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  findIdentity,
  forgetOtherWithdrawnIdentities,
  isPurged,
  removeIdentity,
  selectIdentitiesOfUser,
} from '../users/identities.ts'
import type { IdentityKey } from '../users/identity-row.ts'
import { lockUser } from '../users/lock-users.ts'
import { type FoundUser, findByName, isBySoft, isUnconfirmed, leaveBest, listHolders } from '../users/met.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeRecoveryAddress, writeRole } from '../users/user-words.ts'
import { createUser } from './create-user.ts'
import type { KnownPerson } from './decide-sign-in.ts'
import { findFreeName } from './free-name.ts'
import { noteOwned } from './ownership.ts'
import { sayRole } from './said-by-hand.ts'
import { linkConfirmed } from './sign-in.ts'
import { keyOf } from './sign-in-facts.ts'
import type { SignInVisit } from './sign-in-visit.ts'
import { noteYielded, takeBackAll } from './soft-names.ts'

/** Who a session may link an identity to. */
export type Holder =
  /** The account of the session itself, or the one that the operator's link names. `becomesOwner`: the link gives it ownership. */
  | {
      readonly kind: 'account'
      readonly userId: string
      readonly name: string
      readonly becomesOwner: boolean
      /** The address that the operator's link names: where whoever becomes an owner by it is recovered. */
      readonly address?: string
    }
  /** Nobody has the address of an owner's link yet. */
  | { readonly kind: 'new-owner'; readonly email: string }

/**
 * A person's own session holds their account. A portal link that names an address holds the one account of that address whose role
 * does not stand above the link's: the operator vouches. With role owner it makes that account where there is none, or where nobody can
 * say which it is: what a directory, an import or a sign-in says of others keeps no owner from an account of their own.
 */
export async function findHolder(tx: OrganizationTx, session: Session): Promise<Holder | undefined> {
  if (session.userId !== null) {
    const row = await lockUser(tx, session.userId)
    return row === undefined || !isIn(row) ? undefined : toAccount(row, false)
  }
  if (session.kind !== 'administrator' || !session.label.includes('@')) return undefined
  const isOwners = session.role === 'owner'
  const address = toEmailKey(session.label)
  // Whoever was only found to have the address is not whom the operator means by it.
  const holders = (await listHolders(tx, address)).filter((row) => !isBySoft(row, address))
  const found = findMeant(holders, address, session.role)
  if (found === 'out') return undefined
  const row = found ?? (isOwners ? await findNamed(tx, holders, session.label) : undefined)
  if (row === undefined) return isOwners ? { kind: 'new-owner', email: session.label } : undefined
  return { ...toAccount(row, isOwners && row.role !== 'owner'), address: session.label }
}

// Whoever has the link's role comes first, then whoever administers. `out`: it is the account of somebody of that role, and they are out.
function findMeant(
  holders: readonly FoundUser[],
  address: string,
  role: Role,
): FoundUser | 'out' | undefined {
  const equal = leaveBest(
    holders.filter((one) => one.role === role),
    address,
  )
  if (equal[0] !== undefined && equal.length === 1) return isIn(equal[0]) ? equal[0] : 'out'
  const below = holders.filter((one) => isIn(one) && !isAbove(rungOfRole(one.role), rungOfRole(role)))
  for (const some of [below.filter((one) => isPrivileged(one.role)), below]) {
    const [row, another] = leaveBest(some, address)
    if (row !== undefined && another === undefined) return row
  }
  return undefined
}

// An account without any address whose name is this one is the account of it; of several that have the address, the one that is named so.
async function findNamed(
  tx: OrganizationTx,
  holders: readonly FoundUser[],
  address: string,
): Promise<FoundUser | undefined> {
  const row = await findByName(tx, toUserNameKey(address))
  if (row === undefined || !isIn(row) || isUnconfirmed(row) || isBySoft(row, toEmailKey(address)))
    return undefined
  const hasNone = toUserColumns(readJson(row.resource)).emailKeys.length === 0
  return hasNone || holders.some(({ id }) => id === row.id) ? row : undefined
}

function isIn(row: UserRow): boolean {
  return row.active === 1 && row.blocked_at === null
}

function toAccount(row: UserRow, becomesOwner: boolean): Extract<Holder, { kind: 'account' }> {
  return { kind: 'account', userId: row.id, name: row.user_name, becomesOwner }
}

/** What came of the holder's word. */
export type LinkOutcome =
  | {
      readonly kind: 'linked'
      readonly userId: string
      readonly userName: string
      readonly role: Role
      /** Whether an identity of the same connection made place, with what came through it. */
      readonly isReplaced: boolean
    }
  /** The identity is somebody else's here. */
  | { readonly kind: 'taken' }

/** Links in the caller's transaction. What the person had by this connection before is replaced; nobody else's is touched. */
export async function confirmLink(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  holder: Holder,
): Promise<LinkOutcome> {
  const key = keyOf(visit.connection, visit.assertion)
  const known = await findTaken(tx, act, key, holder)
  if (known === 'taken') return { kind: 'taken' }
  if (holder.kind === 'new-owner') {
    const yielded = await takeBackAll(tx, act, holder.email)
    const userName = await findFreeName(tx, holder.email, act.at)
    const resource = toNewUser({ values: {}, groups: null, sources: {} }, userName, holder.email)
    // The operator lets them in, whatever was said of an account of before.
    const kept = undefined
    const made = createUser(tx, act, resource, 'invited', { mayGivePrivileges: false, kept })
    noteYielded(tx, act, yielded, made.id)
    await giveOwnership(tx, act, { ...made, role: plainRole })
    await linkConfirmed(tx, act, visit, made.id)
    return { kind: 'linked', userId: made.id, userName: made.user_name, role: 'owner', isReplaced: false }
  }
  const row = (await lockUser(tx, holder.userId)) as UserRow
  const isReplaced = await dropOthers(tx, act, visit, row, holder.becomesOwner)
  if (holder.becomesOwner) {
    await giveOwnership(tx, act, row)
    // The operator vouches for the address of the link, and nobody for what a directory or an import says beside it.
    writeRecoveryAddress(tx, row.id, holder.address ?? null)
    // Whoever was signed in here by what others said of the account is no owner.
    await endSessions(tx, act, { userIds: [row.id], cause: 'role_changed' })
  } else if (isReplaced) {
    // Whoever came by the identity that it replaces is not who comes by this one.
    const through = { connectionId: visit.connection.id }
    await endSessions(tx, act, { userIds: [row.id], cause: 'unlinked', through })
  }
  if (known !== 'own') await linkConfirmed(tx, act, visit, row.id)
  clearUnlinked(tx, row.id)
  return {
    kind: 'linked',
    userId: row.id,
    userName: row.user_name,
    role: holder.becomesOwner ? 'owner' : row.role,
    isReplaced,
  }
}

/** Whether confirming takes the identity from whoever has it: the operator vouches for the owner, and nobody for whoever is below. */
export function takesIdentity(
  holder: Holder,
  identity: 'deleted' | Pick<KnownPerson, 'rung'> | undefined,
): boolean {
  const isGiven = holder.kind === 'new-owner' || holder.becomesOwner
  return isGiven && (identity === 'deleted' || identity?.rung === 'person')
}

async function findTaken(
  tx: OrganizationTx,
  act: Act,
  key: IdentityKey,
  holder: Holder,
): Promise<'own' | 'free' | 'taken'> {
  const known = await findIdentity(tx, key)
  if (known === undefined) return 'free'
  const userId = known.user_id
  if (holder.kind === 'account' && userId === holder.userId) return 'own'
  const row = await lockUser(tx, userId)
  // Of somebody who is gone for good it is nobody's.
  if (row === undefined && (await isPurged(tx, userId))) return 'free'
  const standing = row === undefined ? 'deleted' : { rung: rungOfRole(row.role) }
  if (!takesIdentity(holder, standing)) return 'taken'
  removeIdentity(tx, key)
  const data = {
    connectionId: key.connectionId,
    stableId: key.stableId,
    provedAddress: known.proved_key || null,
    rung: act.rung,
  }
  record(tx, act, { type: 'user.identity_dropped', subject: { type: 'user', id: userId }, data })
  await endSessions(tx, act, { userIds: [userId], cause: 'unlinked' })
  return 'free'
}

// A new owner has no identity but the one that they confirm: what others said of the account before speaks for nobody's ownership.
async function dropOthers(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  row: UserRow,
  areAllDropped: boolean,
): Promise<boolean> {
  let isReplaced = false
  const own = keyOf(visit.connection, visit.assertion)
  for (const one of await tx.all(selectIdentitiesOfUser, { userId: row.id })) {
    const key = {
      connectionId: one.connection_id,
      idpEntityId: one.idp_entity_id,
      stableId: one.stable_id,
    }
    const isOwn =
      key.connectionId === own.connectionId &&
      key.idpEntityId === own.idpEntityId &&
      key.stableId === own.stableId
    if (isOwn || (!areAllDropped && key.connectionId !== own.connectionId)) continue
    removeIdentity(tx, key)
    isReplaced ||= key.connectionId === own.connectionId
    const data = {
      connectionId: key.connectionId,
      stableId: key.stableId,
      provedAddress: one.proved_key || null,
      rung: act.rung,
    }
    record(tx, act, { type: 'user.identity_dropped', subject: { type: 'user', id: row.id }, data })
  }
  // Nor does an anchor that is brought back bring one of them back.
  if (areAllDropped) forgetOtherWithdrawnIdentities(tx, row.id, [])
  return isReplaced
}

async function giveOwnership(tx: OrganizationTx, act: Act, row: UserRow): Promise<void> {
  writeRole(tx, {
    id: row.id,
    before: row.role,
    role: 'owner',
    origin: 'hand',
    resource: row.resource,
    at: act.at,
  })
  await sayRole(tx, row, 'owner', { isByOwner: true })
  noteOwned(tx)
  const data = { before: row.role, after: 'owner', origin: 'hand' } as const
  record(tx, act, { type: 'user.role_changed', subject: { type: 'user', id: row.id }, data })
}

/** Whether linking this account speaks for a rung that nobody of it has confirmed: then the link is that confirmation. */
export function isConfirmation(
  holder: Holder,
  role: Role,
  anchorRung: 'contact' | 'administrator' | 'owner',
): boolean {
  const wanted = holder.kind === 'new-owner' || holder.becomesOwner ? 'owner' : rungOfRole(role)
  return !isAtLeast(anchorRung, wanted)
}
