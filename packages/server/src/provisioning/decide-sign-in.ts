// Whose sign-in it is: the linking rules, as one pure function. Facts were gathered before; nothing is asked here.
// Rules 1, 2, 6, 8 and 14 are in the facts themselves: they hold only exact matches inside one organization.
import { type AnchorRung, isAbove, isAtLeast, type rungOfRole } from '../base/rung.ts'

/** A user as a sign-in meets it. */
export interface KnownPerson {
  readonly id: string
  readonly isActive: boolean
  /** An administrator's block. */
  readonly isBlocked: boolean
  /** Where the person's role stands. */
  readonly rung: ReturnType<typeof rungOfRole>
  readonly managedBy: string | null
  /** Whether an identity of the same connection is linked already. */
  readonly holdsIdentity: boolean
  /** That identity is what came in other letters, upper or lower case alone, and the connection takes both for one name. */
  readonly isRespelled?: boolean
  /** All that is known of them is the word of a key that nobody has confirmed. */
  readonly isUnconfirmed: boolean
  /** Of those who are unconfirmed: blocked, and whoever said so saw the account by no name by which they come now, or have proved there. */
  readonly isBlockedUnseen?: boolean
  /**
   * Of one of those, not blocked: the key wrote the address beside the account's name, and nobody has proved it there. By what it wrote so
   * it keeps nobody out.
   */
  readonly isWrittenBeside?: boolean
  /**
   * False of an administrator by hand whom something finds that was written since the role was given: whoever comes with that is
   * nobody whom an administrator has meant.
   */
  readonly isAsGiven: boolean
  /** Of those who are found by an address: it is confirmed as theirs, an administrator's or owner's, by whoever gave the role. */
  readonly isRecoveredBy: boolean
  /** Of those who are found by an address: a sign-in made the account of it where it was only found, and nobody confirmed it since. */
  readonly isBySoft?: boolean
}

/** What is known when somebody signs in. */
export interface SignInFacts {
  readonly asked: 'sign-in'
  readonly isConnectionActive: boolean
  /** Who put in place, or confirmed, what the connection trusts: it speaks for nobody above. */
  readonly anchorRung: AnchorRung
  /** Whether the connection's people are the directory's. It acts only while an administrator vouches for the anchor. */
  readonly followsDirectory: boolean
  readonly mode: 'manual' | 'scim'
  readonly unknownSignIns: 'create' | 'refuse'
  /** The identity of exactly this key: its user, `deleted` when that one is gone, or none. */
  readonly identity: KnownPerson | 'deleted' | undefined
  /** Somebody whose identity this was is gone for good: nothing of them is left but this. */
  readonly wasPurged?: boolean
  /** By externalId equal to the stable id, by userName equal to the NameID, by address; two of a kind link nobody. */
  readonly byExternalId: readonly KnownPerson[]
  readonly byUserName: KnownPerson | undefined
  readonly byAddress: readonly KnownPerson[]
  /** The user who has the name that a new account would get. */
  readonly byNewName: KnownPerson | undefined
  /**
   * What the assertion names as address: whether this organization proved its domain, and tied it to this connection. Soft: found
   * where an address is likely, which is nothing to know anybody by. Governed: where the directory alone writes it, which is nothing to
   * know anybody by who is privileged.
   */
  readonly address:
    | {
        readonly isProved: boolean
        readonly isTied: boolean
        readonly isSoft?: boolean
        readonly isGoverned?: boolean
      }
    | undefined
  /** Of a soft address that nobody governs: an account, an open invitation or somebody who was removed has it, or is called so. */
  readonly isHeld?: boolean
  /** An open invitation of the address, by where its role stands. */
  readonly invitation:
    | { readonly rung: ReturnType<typeof rungOfRole>; readonly createdAt: number }
    | undefined
  /** Since when an administrator has kept out somebody of these names, whose account was removed or is still there. */
  readonly keptOutSince?: number | undefined
}

/** Why somebody is not signed in. */
export type SignInDenial =
  | 'connection_inactive'
  | 'user_deleted'
  | 'user_deactivated'
  | 'user_blocked'
  | 'anchor_unconfirmed'
  | 'identity_changed'
  | 'owner_must_link'
  | 'administrator_must_link'
  | 'not_followed'
  | 'address_ambiguous'
  | 'address_missing'
  | 'address_inexact'
  | 'domain_not_verified'
  | 'domain_not_tied'
  | 'user_name_taken'
  | 'not_provisioned'
  | 'proof_over'

/** What the person may answer: with a link in their own session, or with a confirmation. */
export const answerable: ReadonlySet<SignInDenial> = new Set([
  'owner_must_link',
  'administrator_must_link',
  'identity_changed',
  'anchor_unconfirmed',
  'address_inexact',
])

/** By what an account was found that a sign-in is linked to. */
export type LinkReason = 'external_id' | 'user_name' | 'address'

/** What a sign-in comes to. */
export type SignInDecision =
  | { readonly kind: 'sign-in'; readonly userId: string }
  | { readonly kind: 'link-identity'; readonly userId: string; readonly reason: LinkReason }
  /** The identity that is there goes on under the spelling that came. */
  | { readonly kind: 'respell-identity'; readonly userId: string }
  /**
   * `isRenamed`: somebody who counts for less has the name that the account would get. `isBlocked`: the account is made, so that an
   * administrator finds it, and lets nobody in. `takesFrom`: accounts that were made of the address where it was only found; they give it
   * up, and its name.
   */
  | {
      readonly kind: 'create-person'
      readonly isInvited: boolean
      readonly isRenamed: boolean
      readonly isBlocked: boolean
      readonly takesFrom?: readonly string[]
    }
  | { readonly kind: 'deny-sign-in'; readonly reason: SignInDenial; readonly userId: string | null }

/** Decides by the linking rules, the first that applies. */
export function decideSignIn(facts: SignInFacts): SignInDecision {
  // Rule 3: judged anew at the ACS, for unsolicited responses too.
  if (!facts.isConnectionActive) return deny('connection_inactive')
  // Rule 10: a deleted user's identity is kept and lets nobody in.
  if (facts.identity === 'deleted') return deny('user_deleted')
  if (facts.identity !== undefined)
    return admit(facts, facts.identity) ?? { kind: 'sign-in', userId: facts.identity.id }
  const linked = linkConfirmed(facts) ?? linkProvisioned(facts) ?? linkByAddress(facts)
  if (linked !== undefined) return linked
  // Rule 17: whoever is hired again has an account that the rules above find. A sign-in alone brings nobody back.
  return facts.wasPurged === true ? deny('user_deleted') : decideUnknown(facts)
}

interface Match {
  readonly person: KnownPerson
  readonly reason: LinkReason
}

// Rule 9: whom SCIM provisioned, by stable id, else by userName; exactly. What an unconfirmed key wrote counts where nobody else is meant.
function findProvisioned(facts: SignInFacts): Match | undefined {
  const [byId, another] = facts.byExternalId.filter((one) => isFollowed(facts, one))
  const byName = facts.byUserName
  const named: Match | undefined =
    byName !== undefined && isFollowed(facts, byName) ? { person: byName, reason: 'user_name' } : undefined
  if (byId === undefined || another !== undefined) return named
  const isOutranked =
    (byId.isUnconfirmed && named?.person.isUnconfirmed === false) ||
    (!byId.isAsGiven && named?.person.isAsGiven === true)
  return isOutranked ? named : { person: byId, reason: 'external_id' }
}

function isFollowed(facts: SignInFacts, person: KnownPerson): boolean {
  return person.managedBy === 'scim' && !isPassedOver(facts, person)
}

// An invitation is an administrator's word: an account that an unconfirmed key made of the same person keeps nobody from it. Nor does a
// block keep anybody out by names that such a key alone wrote on what was blocked; who is kept out anyway is shown that account.
function isPassedOver(facts: SignInFacts, person: KnownPerson): boolean {
  const isKeptOut = facts.keptOutSince !== undefined
  // Nor does one let anybody in who is kept out: every name of it is the key's, also one that they are called by.
  const isFree = isKeptOut ? !person.isBlocked : person.isBlockedUnseen === true
  return (person.isUnconfirmed && (facts.invitation !== undefined || isFree)) || givesUp(facts, person)
}

// The end of an account, and somebody else's identity, are said of that account, whosever addresses a key that nobody has confirmed wrote
// on it.
function keepsOthersOut(person: KnownPerson): boolean {
  return person.isWrittenBeside === true && (!person.isActive || person.holdsIdentity)
}

// What somebody only seemed to be called is whose it is who says it plainly.
function givesUp({ address }: SignInFacts, person: KnownPerson): boolean {
  return person.isBySoft === true && address?.isTied === true && address.isSoft !== true
}

// What a directory says of an id or a name keeps no administrator and no owner from the account whose address was confirmed as theirs; and
// what an unconfirmed key says of it keeps nobody from their own; nor does an administrator's account to which it was moved.
function linkConfirmed(facts: SignInFacts): SignInDecision | undefined {
  const [person, another] = facts.byAddress
  const provisioned = speaksForDirectory(facts) ? findProvisioned(facts)?.person : undefined
  if (person === undefined || another !== undefined || provisioned === undefined) return undefined
  if (facts.address?.isTied !== true || person.id === provisioned.id || person.isUnconfirmed) return undefined
  const isTheirs = person.isRecoveredBy && isAbove(person.rung, provisioned.rung)
  if (isSoftFor(facts, person.rung)) return undefined
  return isTheirs || provisioned.isUnconfirmed || !provisioned.isAsGiven
    ? link(facts, { person, reason: 'address' })
    : undefined
}

// They sign in whatever the domain, where the connection speaks for the directory; nowhere else does it match.
function linkProvisioned(facts: SignInFacts): SignInDecision | undefined {
  const found = findProvisioned(facts)
  return found !== undefined && speaksForDirectory(facts) ? link(facts, found) : undefined
}

function speaksForDirectory({ followsDirectory, anchorRung }: SignInFacts): boolean {
  return followsDirectory && isAtLeast(anchorRung, 'administrator')
}

// Rules 4, 5 and 9: by address only in a proved domain of this connection, and only one person.
function linkByAddress(facts: SignInFacts): SignInDecision | undefined {
  if (facts.address?.isTied !== true) return undefined
  const met = facts.byAddress.filter((one) => !isPassedOver(facts, one) && !keepsOthersOut(one))
  // Of several on which an unconfirmed key wrote it beside their names none is meant: whoever comes is new.
  const [person, another] = met.length > 1 ? met.filter((one) => one.isWrittenBeside !== true) : met
  if (another !== undefined) return deny('address_ambiguous')
  return person === undefined ? undefined : link(facts, { person, reason: 'address' })
}

// Rule 11: whoever has an identity of this connection and comes with another one is a stranger until an administrator says so.
// Rule 5: an owner is known by an identity alone, whatever names or addresses say.
function link(facts: SignInFacts, { person, reason }: Match): SignInDecision {
  const isInexact = reason === 'address' && isSoftFor(facts, person.rung)
  // By what anybody may write nobody is the person of another identity either.
  if (isInexact && isUngoverned(facts) && person.rung !== 'owner')
    return denyInactive(person) ?? deny('address_inexact', person.id)
  if (person.holdsIdentity)
    return isSameName(person, isInexact)
      ? (admit(facts, person) ?? { kind: 'respell-identity', userId: person.id })
      : deny('identity_changed', person.id)
  if (person.rung === 'owner') return denyInactive(person) ?? deny('owner_must_link', person.id)
  if (isInexact) return denyInactive(person) ?? deny('address_inexact', person.id)
  const denied = admit(facts, person)
  if (denied !== undefined) return denied
  // The directory names people, and makes nobody an administrator by calling them what an administrator was called.
  if (!person.isAsGiven) return deny('administrator_must_link', person.id)
  return { kind: 'link-identity', userId: person.id, reason }
}

// Whoever is privileged is known by the very name that was linked, whatever the connection takes for the same.
function isSameName(person: KnownPerson, isInexact: boolean): boolean {
  return person.isRespelled === true && person.rung === 'person' && !isInexact
}

// Nobody is taken for somebody by an address that was not said to be one, and that people may write themselves; nor for somebody
// privileged by one that a directory writes.
function isSoftFor(facts: SignInFacts, rung: KnownPerson['rung']): boolean {
  return facts.address?.isSoft === true && (rung !== 'person' || isUngoverned(facts))
}

function isUngoverned({ address }: SignInFacts): boolean {
  return address?.isSoft === true && address.isGoverned !== true
}

// Whom the connection may sign in: somebody who is there, and no higher than what vouches for it.
function admit(facts: SignInFacts, person: KnownPerson): SignInDecision | undefined {
  const denied = denyInactive(person)
  if (denied !== undefined) return denied
  return isAbove(person.rung, facts.anchorRung) ? deny('anchor_unconfirmed', person.id) : undefined
}

// Rule 10: a sign-in revives nobody.
function denyInactive(person: KnownPerson): SignInDecision | undefined {
  if (person.isBlocked) return deny('user_blocked', person.id)
  return person.isActive ? undefined : deny('user_deactivated', person.id)
}

// Rules 4, 7 and 9. Whom the directory names is told what keeps this connection from knowing them.
function decideUnknown(facts: SignInFacts): SignInDecision {
  const refused = refuseUnknown(facts)
  if (refused === undefined) return create(facts)
  const provisioned = findProvisioned(facts)?.person
  const isSomebodyElse = refused.userId !== null && refused.userId !== provisioned?.id
  return provisioned === undefined || isSomebodyElse ? refused : refuseProvisioned(facts, provisioned)
}

// Nobody comes back into an administrator's block by a new account, unless an administrator has invited them since.
function create(facts: SignInFacts): Extract<SignInDecision, { kind: 'create-person' }> {
  const { invitation, keptOutSince, byNewName } = facts
  const isInvited = mayAccept(facts)
  const since = isInvited ? invitation?.createdAt : undefined
  const isLetIn = keptOutSince !== undefined && since !== undefined && since > keptOutSince
  const takesFrom = listGivingUp(facts)
  return {
    kind: 'create-person',
    isInvited,
    isRenamed: byNewName !== undefined && !takesFrom.includes(byNewName.id),
    isBlocked: keptOutSince !== undefined && !isLetIn,
    ...(takesFrom.length === 0 ? {} : { takesFrom }),
  }
}

function listGivingUp(facts: SignInFacts): readonly string[] {
  const { byAddress, byNewName } = facts
  const met = byNewName === undefined ? byAddress : [...byAddress, byNewName]
  return [...new Set(met.filter((one) => givesUp(facts, one)).map(({ id }) => id))]
}

function refuseUnknown(facts: SignInFacts): Extract<SignInDecision, { kind: 'deny-sign-in' }> | undefined {
  const { address, byNewName } = facts
  const isUntied = address?.isProved === true && !address.isTied
  if (facts.mode === 'scim' && facts.unknownSignIns === 'refuse')
    return deny(isUntied && facts.byAddress.length > 0 ? 'domain_not_tied' : 'not_provisioned')
  if (address === undefined) return deny('address_missing')
  if (isUntied) return deny('domain_not_tied')
  if (!address.isProved) return deny('domain_not_verified')
  if (isUngoverned(facts) && facts.isHeld === true) return deny('address_inexact', byNewName?.id)
  if (byNewName === undefined || yieldsName(facts, byNewName)) return undefined
  return deny('user_name_taken', byNewName.id)
}

function mayAccept(facts: SignInFacts): boolean {
  const { invitation, anchorRung } = facts
  return (
    invitation !== undefined && !isAbove(invitation.rung, anchorRung) && !isSoftFor(facts, invitation.rung)
  )
}

// Whoever is invited to administer is kept out by no account below that which has their name, and nobody by an unconfirmed key's.
function yieldsName(facts: SignInFacts, person: KnownPerson): boolean {
  if (person.isUnconfirmed || givesUp(facts, person)) return true
  const { invitation } = facts
  return invitation !== undefined && isAbove(invitation.rung, person.rung) && mayAccept(facts)
}

function refuseProvisioned(facts: SignInFacts, person: KnownPerson): SignInDecision {
  const linked = link(facts, { person, reason: 'external_id' })
  if (linked.kind === 'deny-sign-in') return linked
  return deny(facts.followsDirectory ? 'anchor_unconfirmed' : 'not_followed', person.id)
}

function deny(
  reason: SignInDenial,
  userId: string | null = null,
): Extract<SignInDecision, { kind: 'deny-sign-in' }> {
  return { kind: 'deny-sign-in', reason, userId }
}
