// Whose sign-in it is: the linking rules, as one pure function. Facts were gathered before; nothing is asked here.
// Rules 1, 2, 6, 8 and 14 are in the facts themselves: they hold only exact matches inside one organization.

/** A user as a sign-in meets it. */
export interface KnownPerson {
  readonly id: string
  readonly isActive: boolean
  /** An administrator's block. */
  readonly isBlocked: boolean
  readonly isOwner: boolean
  readonly managedBy: string | null
  /** Whether an identity of the same connection is linked already. */
  readonly holdsIdentity: boolean
}

export interface SignInFacts {
  readonly asked: 'sign-in'
  readonly isConnectionActive: boolean
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
  /** What the assertion names as address, and whether its domain was proved by this organization. */
  readonly address: { readonly isProved: boolean } | undefined
  readonly hasInvitation: boolean
}

export type SignInDenial =
  | 'connection_inactive'
  | 'user_deleted'
  | 'user_deactivated'
  | 'user_blocked'
  | 'identity_changed'
  | 'owner_must_link'
  | 'address_ambiguous'
  | 'address_missing'
  | 'domain_not_verified'
  | 'user_name_taken'
  | 'not_provisioned'

export type LinkReason = 'external_id' | 'user_name' | 'address'

export type SignInDecision =
  | { readonly kind: 'sign-in'; readonly userId: string }
  | { readonly kind: 'link-identity'; readonly userId: string; readonly reason: LinkReason }
  | { readonly kind: 'create-person'; readonly isInvited: boolean }
  | { readonly kind: 'deny-sign-in'; readonly reason: SignInDenial; readonly userId: string | null }

export function decideSignIn(facts: SignInFacts): SignInDecision {
  // Rule 3: judged anew at the ACS, for unsolicited responses too.
  if (!facts.isConnectionActive) return deny('connection_inactive')
  // Rule 10: a deleted user's identity is kept and lets nobody in.
  if (facts.identity === 'deleted') return deny('user_deleted')
  if (facts.identity !== undefined)
    return admit(facts.identity) ?? { kind: 'sign-in', userId: facts.identity.id }
  const linked = findProvisioned(facts) ?? findByAddress(facts)
  if (linked !== undefined) return linked
  // Rule 17: whoever is hired again has an account that the rules above find. A sign-in alone brings nobody back.
  return facts.wasPurged === true ? deny('user_deleted') : decideUnknown(facts)
}

// Rule 9: whom SCIM provisioned signs in whatever the domain, by stable id, else by userName; exactly.
function findProvisioned(facts: SignInFacts): SignInDecision | undefined {
  const [byId, another] = facts.byExternalId.filter(({ managedBy }) => managedBy === 'scim')
  if (byId !== undefined && another === undefined) return link(byId, 'external_id')
  const byName = facts.byUserName
  return byName?.managedBy === 'scim' ? link(byName, 'user_name') : undefined
}

// Rules 4, 5 and 9: by address only in a proved domain, only one person, never an owner.
function findByAddress(facts: SignInFacts): SignInDecision | undefined {
  if (facts.address?.isProved !== true) return undefined
  const [person, another] = facts.byAddress
  if (another !== undefined) return deny('address_ambiguous')
  if (person === undefined) return undefined
  if (person.isOwner && !person.holdsIdentity) return admit(person) ?? deny('owner_must_link', person.id)
  return link(person, 'address')
}

// Rule 11: whoever has an identity of this connection and comes with another one is a stranger until an administrator says so.
function link(person: KnownPerson, reason: LinkReason): SignInDecision {
  if (person.holdsIdentity) return deny('identity_changed', person.id)
  return admit(person) ?? { kind: 'link-identity', userId: person.id, reason }
}

// Rule 10: a sign-in revives nobody.
function admit(person: KnownPerson): SignInDecision | undefined {
  if (person.isBlocked) return deny('user_blocked', person.id)
  return person.isActive ? undefined : deny('user_deactivated', person.id)
}

// Rules 4, 7 and 9.
function decideUnknown(facts: SignInFacts): SignInDecision {
  if (facts.mode === 'scim' && facts.unknownSignIns === 'refuse') return deny('not_provisioned')
  if (facts.address === undefined) return deny('address_missing')
  if (!facts.address.isProved) return deny('domain_not_verified')
  if (facts.byNewName !== undefined) return deny('user_name_taken', facts.byNewName.id)
  return { kind: 'create-person', isInvited: facts.hasInvitation }
}

function deny(reason: SignInDenial, userId: string | null = null): SignInDecision {
  return { kind: 'deny-sign-in', reason, userId }
}
