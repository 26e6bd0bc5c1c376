// Carries a sign-in out, in one transaction: gathers what is known of the person, lets decide judge, and writes the user,
// the identity and the events. Owns no HTTP and no session.

import type { JsonObject } from '@rollcall/scim'
import { isAbove, isAtLeast } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { writeAcceptedBySignIn } from '../invitations/open-invitations.ts'
import { toNewUser } from '../mapping/assertion-user.ts'
import type { MappedProfile } from '../mapping/attribute-rules.ts'
import { fitProfile } from '../mapping/bounds.ts'
import { plainRole } from '../mapping/roles.ts'
import { toEmailKey, toUserColumns } from '../mapping/user-columns.ts'
import { isProofOver } from '../sign-ins/standing.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  selectIdentitiesOfUser,
  touchIdentity,
  writeIdentity,
  writeMovedIdentity,
} from '../users/identities.ts'
import type { IdentityKey } from '../users/identity-row.ts'
import { liftKeptBlocks } from '../users/kept-lifts.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeSoftKey } from '../users/user-words.ts'
import { catchUpPerson, findConfirmation } from './confirmed-keys.ts'
import { createUser } from './create-user.ts'
import { decide } from './decide.ts'
import { answerable, type SignInDecision, type SignInFacts } from './decide-sign-in.ts'
import { findFreeName } from './free-name.ts'
import {
  ceilingOf,
  decideAtSignIn,
  giveRole,
  noDirectoryRules,
  noteWithheld,
  refresh,
  type Seen,
  saidBy,
  seenOf,
} from './refresh-person.ts'
import { findRespelled, gather, type Known } from './sign-in-facts.ts'
import { assertInTurn, lacksGroups, noteSignIn, type Outcome, type SignInResult } from './sign-in-result.ts'
import type { SignInVisit } from './sign-in-visit.ts'
import { noteYielded, takeBack, type Yielded } from './soft-names.ts'

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
      const isOwn = isOfOwnIdentity(known.facts)
      return { kind: 'denied', decision, email: known.email, person, isNew: false, knownAs, isOwn }
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
  const person = { user_name, role }
  return { kind: 'denied', decision, email, person, isNew: true, knownAs: undefined, isOwn: false }
}

// An identity provider that somebody set up says what it likes: of whom it may not sign in it hears nothing.
function isOfOwnIdentity({ identity, anchorRung }: SignInFacts): boolean {
  return identity !== undefined && (identity === 'deleted' || !isAbove(identity.rung, anchorRung))
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
  const role = decideAtSignIn(saidBy(visit), profile, first, noDirectoryRules)
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
