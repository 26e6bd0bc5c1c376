// Carries a sign-in out, in one transaction: gathers what is known of the person, lets decide judge, and writes the user,
// the identity and the events. Owns no HTTP and no session.

import { isJsonEqual, type JsonObject } from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { type AnchorRung, isAtLeast, isPrivileged, type Role, rungOfRole } from '../base/rung.ts'
import { noteGroups } from '../connections/rows.ts'
import { type Act, record } from '../events/record.ts'
import { writeAcceptedBySignIn } from '../invitations/invitations.ts'
import { layOver, toNewUser } from '../mapping/assertion-user.ts'
import { areGroupsElsewhere, type MappedProfile } from '../mapping/attribute-rules.ts'
import { fitProfile } from '../mapping/bounds.ts'
import { toKeptAttributes } from '../mapping/kept-attributes.ts'
import { type DecidedRole, decideRoleBeside, plainRole, type RoleOrigin } from '../mapping/roles.ts'
import { toEmailKey, toUserColumns } from '../mapping/user-columns.ts'
import { toAttributeRules } from '../organizations/mappings.ts'
import { noteNeed } from '../organizations/needs.ts'
import { endSessions } from '../sessions/end.ts'
import { isProofOver } from '../sign-ins/sign-ins.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  findByAddress,
  type IdentityKey,
  isBySoft,
  selectIdentitiesOfUser,
  touchIdentity,
  writeIdentity,
  writeMovedIdentity,
} from '../users/identities.ts'
import { findGained, liftKeptBlocks } from '../users/kept.ts'
import { type UserRow, writeRole, writeSignIn, writeSoftKey } from '../users/users.ts'
import { changeUser } from './apply.ts'
import { catchUpPerson, findConfirmation } from './confirmed-keys.ts'
import { createUser } from './create-user.ts'
import { decide, ordinary } from './decide.ts'
import { answerable, type SignInDecision } from './decide-sign-in.ts'
import { findFreeName } from './free-name.ts'
import { type DirectoryRules, listRulesOfUser } from './group-roles.ts'
import { leaveBehind } from './maker-leaves.ts'
import { findRespelled, gather, type Known, provedKeyOf, type SignInVisit } from './sign-in-facts.ts'
import { noteYielded, takeBack, type Yielded } from './soft-names.ts'

/** What became of a sign-in. */
export type SignInResult =
  | {
      readonly kind: 'signed-in'
      readonly user: SignedInUser
      readonly isNew: boolean
      /** Attributes that were said and are too large to be kept. */
      readonly withheld: readonly string[]
      /** At a first sign-in: accounts that have the person's address too, and were not meant. */
      readonly outranked: readonly string[]
      /** At a first sign-in: the name under which an address was found that only seems to be one. */
      readonly softAddress: string | undefined
      /** The spelling by which they were known, where a NameID came in another one that is taken for the same. */
      readonly respelled?: string
      /** Rules for roles name groups, and nothing was said of any. */
      readonly lacksGroups: boolean
    }
  | {
      readonly kind: 'denied'
      readonly decision: Extract<SignInDecision, { kind: 'deny-sign-in' }>
      readonly email: string | null
      /** Whom it met. */
      readonly person: Pick<UserRow, 'user_name' | 'role'> | undefined
      /** The account was made by this sign-in, blocked from its beginning. */
      readonly isNew: boolean
      /** The stable id by which this connection knows whom it met, where it is another one. */
      readonly knownAs: string | undefined
    }

type Outcome = Pick<Extract<SignInResult, { kind: 'signed-in' }>, 'user' | 'withheld'>

/** Who signed in. */
export interface SignedInUser {
  readonly id: string
  readonly userName: string
  readonly role: Role
}

/** Thrown before anything is waited for: the sign-in ends sessions, or takes a name from somebody, and has not its turn among acts. */
export class TurnWanted extends Error {}

function assertInTurn({ isInTurn }: SignInVisit): void {
  if (isInTurn !== true) throw new TurnWanted('the sign-in has to wait for its turn among acts')
}

/**
 * The store's conflicts (somebody was first) pass through: the caller runs it once more and then finds them. So does TurnWanted: most
 * sign-ins need no turn.
 */
export async function applySignIn(tx: OrganizationTx, act: Act, visit: SignInVisit): Promise<SignInResult> {
  const known = await gatherCaughtUp(tx, act, visit)
  const decision = heldAgainstEnds(visit, known, decide(known.facts))
  const first = {
    outranked: known.outranked,
    softAddress: known.facts.address?.isSoft === true ? known.profile.sources.email : undefined,
    lacksGroups: lacksGroups(visit, known.profile),
  }
  switch (decision.kind) {
    case 'deny-sign-in': {
      const person = decision.userId === null ? undefined : known.rows.get(decision.userId)
      const knownAs = await findOtherId(tx, visit, decision)
      return { kind: 'denied', decision, email: known.email, person, isNew: false, knownAs }
    }
    case 'create-person': {
      if (decision.isBlocked) return createBlocked(tx, act, visit, known, decision)
      const outcome = await createPerson(tx, act, visit, known, decision)
      return { kind: 'signed-in', isNew: true, ...first, ...outcome }
    }
    case 'link-identity': {
      const row = rowOf(known, decision.userId)
      const own = asUser(act, row.id)
      linkIdentity(tx, own, visit, known, row.id, decision.reason)
      const outcome = await refresh(tx, own, visit, known, row, true)
      return { kind: 'signed-in', isNew: false, ...first, ...outcome }
    }
    case 'respell-identity': {
      const row = rowOf(known, decision.userId)
      const own = asUser(act, row.id)
      const respelled = await respell(tx, own, visit, known, row.id)
      const outcome = await refresh(tx, own, visit, known, row, false)
      const said = { outranked: [], softAddress: undefined, respelled }
      return { kind: 'signed-in', isNew: false, ...first, ...said, ...outcome }
    }
    case 'sign-in': {
      const row = rowOf(known, decision.userId)
      touchIdentity(tx, known.key, { ...seenOf(visit, known), at: act.at })
      const outcome = await refresh(tx, asUser(act, row.id), visit, known, row, false)
      return { kind: 'signed-in', isNew: false, ...first, outranked: [], softAddress: undefined, ...outcome }
    }
  }
}

// Whom a key claimed that was confirmed just now: what proves nothing of the claimed names lets nobody in, also before their turn has come.
async function gatherCaughtUp(tx: OrganizationTx, act: Act, visit: SignInVisit): Promise<Known> {
  const known = await gather(tx, visit, act.at)
  const row = known.identity === undefined ? undefined : known.rows.get(known.identity.user_id)
  const confirmed = row === undefined ? undefined : await findConfirmation(tx, row)
  if (row === undefined || confirmed === undefined) return known
  assertInTurn(visit)
  const isUnlinked = await catchUpPerson(tx, { ...confirmed, at: act.at }, row)
  return isUnlinked ? gather(tx, visit, act.at) : known
}

// Everything of the person ended after this was proven: it opens nothing, and asks nothing.
function heldAgainstEnds({ provenAt }: SignInVisit, known: Known, decision: SignInDecision): SignInDecision {
  if (decision.kind === 'create-person' || decision.userId === null) return decision
  if (decision.kind === 'deny-sign-in' && !answerable.has(decision.reason)) return decision
  const { userId } = decision
  return isProofOver(provenAt, known.rows.get(userId)) || isProofOver(provenAt, known.identity)
    ? { kind: 'deny-sign-in', reason: 'proof_over', userId }
    : decision
}

// In SCIM mode the directory says who is in which group.
function lacksGroups({ organization, assertion }: SignInVisit, { groups }: MappedProfile): boolean {
  const isAsked = organization.provisioning_mode === 'manual' && organization.role_mappings !== '[]'
  return isAsked && groups === null && !areGroupsElsewhere(assertion.attributes)
}

async function findOtherId(
  tx: OrganizationTx,
  { connection }: SignInVisit,
  { reason, userId }: Extract<SignInDecision, { kind: 'deny-sign-in' }>,
): Promise<string | undefined> {
  if (reason !== 'identity_changed' || userId === null) return undefined
  const all = await tx.all(selectIdentitiesOfUser, { userId })
  return all.find((one) => one.connection_id === connection.id)?.stable_id
}

function rowOf(known: Known, id: string): UserRow {
  return known.rows.get(id)!
}

// Whoever signs in is the one who acts.
function asUser(act: Act, userId: string): Act {
  return { ...act, actor: { kind: 'user', userId } }
}

interface NewPerson {
  readonly email: string
  readonly resource: JsonObject
  readonly withheld: readonly string[]
}

async function buildPerson(
  tx: OrganizationTx,
  { at }: Act,
  { profile, email: address, newName }: Known,
  isRenamed: boolean,
): Promise<NewPerson> {
  const email = address as string
  const wanted = newName ?? email
  const userName = isRenamed ? await findFreeName(tx, wanted, at) : wanted
  const build = (one: MappedProfile) => toNewUser(one, userName, email)
  const { resource = build({ ...profile, values: {} }), withheld } = fitProfile(profile, build)
  return { email, resource, withheld }
}

// An administrator had blocked them before they were removed: the account is there, to be unblocked, and nobody is in it.
async function createBlocked(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  { isRenamed, takesFrom }: Extract<SignInDecision, { kind: 'create-person' }>,
): Promise<SignInResult> {
  if (takesFrom !== undefined) assertInTurn(visit)
  const { resource, email } = await buildPerson(tx, act, known, isRenamed)
  const given = { mayGivePrivileges: false, kept: known.kept } as const
  const yielded = await takeBack(tx, act, provedOf(known), takesFrom ?? [])
  const { id, user_name } = createUser(tx, act, resource, 'sso', given)
  noteSoftly(tx, act, known, id, yielded)
  linkIdentity(tx, act, visit, known, id, 'created')
  const decision = { kind: 'deny-sign-in', reason: 'user_blocked', userId: id } as const
  const role = known.kept?.role ?? visit.organization.default_role
  return { kind: 'denied', decision, email, person: { user_name, role }, isNew: true, knownAs: undefined }
}

async function createPerson(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  { isInvited, isRenamed, takesFrom }: Extract<SignInDecision, { kind: 'create-person' }>,
): Promise<Outcome> {
  if (takesFrom !== undefined) assertInTurn(visit)
  const { profile } = known
  const invitation = isInvited ? known.invitation : undefined
  const { resource, withheld } = await buildPerson(tx, act, known, isRenamed)
  const ceiling = ceilingOf(visit)
  const mayGivePrivileges = isAtLeast(ceiling, 'administrator')
  // Whoever was blocked is here only because an administrator has invited them since.
  if (known.kept?.blockedAt != null) await liftKeptBlocks(tx, toUserColumns(resource), { isByOwner: false })
  const keptRole = invitation === undefined ? (known.kept?.role ?? null) : null
  const kept = { ...known.kept, role: keptRole, blockedAt: null, blockedByOwnerAt: null, blockedAs: [] }
  const yielded = await takeBack(tx, act, provedOf(known), takesFrom ?? [])
  const created = createUser(tx, act, resource, 'sso', { mayGivePrivileges, kept })
  noteSoftly(tx, act, known, created.id, yielded)
  const own = asUser(act, created.id)
  linkIdentity(tx, own, visit, known, created.id, 'created')
  if (invitation !== undefined) {
    writeAcceptedBySignIn(tx, invitation.id, created.id, act.at)
    const data = { email: invitation.email, userId: created.id }
    record(tx, own, { type: 'invitation.accepted', subject: { type: 'invitation', id: invitation.id }, data })
  }
  const first =
    invitation !== undefined
      ? { role: invitation.role, origin: 'hand' as const }
      : keptRole === null
        ? { role: visit.organization.default_role, origin: 'default' as const }
        : { role: keptRole, origin: 'hand' as const }
  const role = decideRoleBeside(roleFacts(visit, profile, first, null), softGroups(profile))
  if (role.role !== visit.organization.default_role || role.origin !== 'default') {
    // As it was inserted: a default role that is withheld was never given.
    const inserted = mayGivePrivileges && keptRole === null ? visit.organization.default_role : plainRole
    giveRole(tx, own, { id: created.id, before: inserted, resource: created.resource }, role)
  }
  const isHeldBack = known.invitation !== undefined && !isInvited
  noteWithheld(tx, own, visit, created.id, role, isHeldBack ? known.invitation?.role : undefined)
  noteSignIn(tx, own, visit, known, true)
  const user = { id: created.id, userName: created.user_name, role: role.role }
  return { user, withheld: [...(profile.tooLong ?? []), ...withheld] }
}

function provedOf({ email, newName }: Known): Parameters<typeof takeBack>[2] {
  return { email: email ?? '', name: newName ?? email ?? '' }
}

/** Who gave the name up, and that the address of the new account was only found. */
function noteSoftly(
  tx: OrganizationTx,
  act: Act,
  { email, facts }: Known,
  id: string,
  yielded: readonly Yielded[],
): void {
  noteYielded(tx, act, yielded, id)
  if (email !== null && facts.address?.isSoft === true && facts.address.isGoverned !== true)
    writeSoftKey(tx, id, toEmailKey(email))
}

function linkIdentity(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  userId: string,
  reason: string,
): void {
  writeNewIdentity(tx, act, known.key, userId, seenOf(visit, known))
  record(tx, act, {
    type: 'user.identity_linked',
    subject: { type: 'user', id: userId },
    data: { connectionId: visit.connection.id, reason, stableId: known.key.stableId },
  })
}

// The same identity under another key, and the event of a link that says so.
async function respell(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  userId: string,
): Promise<string> {
  const { key } = known
  const before = (await findRespelled(tx, visit, userId)) ?? key.stableId
  writeMovedIdentity(
    tx,
    { ...key, stableId: before },
    { toEntityId: key.idpEntityId, toStableId: key.stableId },
  )
  touchIdentity(tx, key, { ...seenOf(visit, known), at: act.at })
  record(tx, act, {
    type: 'user.identity_linked',
    subject: { type: 'user', id: userId },
    data: { connectionId: visit.connection.id, reason: 'other_case', stableId: key.stableId },
  })
  return before
}

function writeNewIdentity(
  tx: OrganizationTx,
  act: Act,
  key: IdentityKey,
  userId: string,
  { nameId, format, attributes, provedKey }: Seen,
): void {
  writeIdentity(tx, {
    connection_id: key.connectionId,
    idp_entity_id: key.idpEntityId,
    stable_id: key.stableId,
    user_id: userId,
    name_id: nameId,
    name_id_format: format,
    attributes,
    proved_key: provedKey,
    created_at: act.at,
    last_sign_in_at: act.at,
  })
}

/** The identity that its holder confirmed. What may be linked, and what it replaces, was decided before. */
export async function linkConfirmed(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  userId: string,
): Promise<void> {
  const known = await gather(tx, visit, act.at)
  linkIdentity(tx, act, visit, known, userId, 'confirmed')
}

interface Seen {
  readonly nameId: string
  readonly format: string | null
  readonly attributes: string
  readonly provedKey: string
}

/** What an identity keeps of its latest sign-in. */
function seenOf({ assertion, organization }: SignInVisit, known: Known): Seen {
  return {
    nameId: assertion.nameId,
    format: assertion.nameIdFormat,
    attributes: toKeptAttributes(assertion.attributes, toAttributeRules(organization)),
    provedKey: provedKeyOf(known),
  }
}

// In manual mode the assertion is the newest word on a person; in SCIM mode the directory's attributes win.
async function refresh(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  row: UserRow,
  isFirst: boolean,
): Promise<Outcome> {
  const isTaken = visit.organization.provisioning_mode === 'manual'
  const withheld = isTaken
    ? [...(known.profile.tooLong ?? []), ...(await updateProfile(tx, act, visit, known, row))]
    : []
  const current = { role: row.role, origin: row.role_origin }
  const { firm, provisional } = await directoryRules(tx, visit, row.id)
  const beside = [...provisional, ...softGroups(known.profile)]
  const role = decideRoleBeside(roleFacts(visit, known.profile, current, firm), beside)
  if (role.role !== current.role) assertInTurn(visit)
  if (role.role !== current.role || role.origin !== current.origin) {
    giveRole(tx, act, { id: row.id, before: current.role, resource: row.resource }, role)
    const data = { before: current.role, after: role.role, origin: role.origin }
    if (!isPrivileged(role.role)) await leaveBehind(tx, act, row)
    if (role.role !== current.role) {
      record(tx, act, { type: 'user.role_changed', subject: { type: 'user', id: row.id }, data })
      // The sessions of before carry the role of before; the one that this sign-in opens comes after.
      await endSessions(tx, act, { userIds: [row.id], cause: 'role_changed' })
    }
  }
  noteWithheld(tx, act, visit, row.id, role)
  noteSignIn(tx, act, visit, known, isFirst)
  return { user: { id: row.id, userName: row.user_name, role: role.role }, withheld }
}

function giveRole(
  tx: OrganizationTx,
  { at }: Act,
  user: { readonly id: string; readonly before: string; readonly resource: string },
  { role, origin }: DecidedRole,
): void {
  writeRole(tx, { ...user, role, origin, at })
}

// A connection gives nobody a role above whoever vouches for what it trusts.
function ceilingOf({ connection }: SignInVisit): AnchorRung {
  return connection.anchor_rung
}

/** `invited`: the role of an invitation that was not consumed. */
function noteWithheld(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  userId: string,
  { role: given, withheld }: DecidedRole,
  invited?: string,
): void {
  const subject = { type: 'user', id: userId } as const
  const common = { given, connectionId: visit.connection.id, rung: ceilingOf(visit) }
  if (withheld !== undefined)
    record(tx, act, { type: 'user.role_withheld', subject, data: { ...common, ...withheld } })
  const asked = withheld?.role ?? invited
  if (asked !== undefined) {
    const { id: connectionId, name } = visit.connection
    const detail = { connectionId, connection: name, role: asked }
    noteNeed(tx, { kind: 'role_withheld', subjectId: userId }, detail, act.at)
  }
  if (invited === undefined) return
  const data = { ...common, role: invited, reason: 'invitation' } as const
  record(tx, act, { type: 'user.role_withheld', subject, data })
}

// What does not fit is left as it was: nobody is kept out for it.
async function updateProfile(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  row: UserRow,
): Promise<readonly string[]> {
  const before = readJson(row.resource)
  const email = await findNewAddress(tx, act, visit, known, row, before)
  const { resource, withheld } = fitProfile(known.profile, (one) => layOver(before, one, email), before)
  if (resource === undefined || isJsonEqual(before, resource)) return withheld
  await changeUser(
    tx,
    act,
    { kind: 'update', ...ordinary },
    { row, before, resource, managedBy: row.managed_by },
  )
  return withheld
}

// Linking rule 12: inside proved domains, not somebody else's, never an owner's.
async function findNewAddress(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  row: UserRow,
  before: JsonObject,
): Promise<string | null> {
  const { email, facts } = known
  const rung = rungOfRole(row.role)
  if (email === null || facts.address?.isTied !== true || rung === 'owner') return null
  const { emailKeys } = toUserColumns(before)
  // What only seems to be an address takes the place of none, and none at all where people may write it themselves.
  const { isSoft, isGoverned } = facts.address
  if (isSoft === true && (isGoverned !== true || rung !== 'person' || emailKeys.length > 0)) return null
  const emailKey = toEmailKey(email)
  if (emailKeys.includes(emailKey)) return null
  const holders = (await findByAddress(tx, emailKey)).filter(({ id }) => id !== row.id)
  // Where it was only found it is whose it is who says it plainly.
  const soft = isSoft === true ? [] : holders.filter((one) => isBySoft(one, emailKey))
  if (soft.length < holders.length) return null
  // Nor is anybody called by it as whom an administrator has kept out, or given a lower role.
  const columns = toUserColumns(before)
  const after = { ...columns, emailKeys: [...emailKeys, emailKey] }
  if ((await findGained(tx, { row, before: columns, after })) !== undefined) return null
  const ids = soft.map(({ id }) => id)
  if (ids.length > 0) assertInTurn(visit)
  await takeBack(tx, act, { email, name: '' }, ids)
  return email
}

// Groups under a name that only looks like theirs give no privileged role, and take none away.
function softGroups({ soft, groups }: MappedProfile): readonly string[] {
  return soft?.includes('groups') === true ? (groups ?? []) : []
}

function roleFacts(
  visit: SignInVisit,
  profile: MappedProfile,
  current: { readonly role: Role; readonly origin: RoleOrigin },
  directory: readonly string[] | null,
): Parameters<typeof decideRoleBeside>[0] {
  const sent = profile.soft?.includes('groups') === true ? null : profile.groups
  return {
    current,
    groups: directory === null ? sent : [...(sent ?? []), ...directory],
    ceiling: ceilingOf(visit),
    hasSentGroups: visit.connection.has_sent_groups === 1,
    hasGroupsLink: areGroupsElsewhere(visit.assertion.attributes),
    mappings: readJson(visit.organization.role_mappings),
    defaultRole: visit.organization.default_role,
  }
}

// In SCIM mode a person is in the groups of the directory too, whatever the assertion says or leaves out.
async function directoryRules(
  tx: OrganizationTx,
  { organization }: SignInVisit,
  userId: string,
): Promise<DirectoryRules> {
  if (organization.provisioning_mode !== 'scim') return { firm: null, provisional: [] }
  return listRulesOfUser(tx, readJson(organization.role_mappings), userId)
}

function noteSignIn(tx: OrganizationTx, act: Act, visit: SignInVisit, known: Known, isFirst: boolean): void {
  const { profile } = known
  const userId = act.actor.kind === 'user' ? act.actor.userId : ''
  writeSignIn(tx, userId, provedKeyOf(known), act.at)
  if (profile.groups !== null && visit.connection.has_sent_groups === 0) noteGroups(tx, visit.connection.id)
  record(tx, act, {
    type: 'user.signed_in',
    subject: { type: 'user', id: userId },
    data: { connectionId: visit.connection.id, isFirst },
  })
}
