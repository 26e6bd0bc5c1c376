// What a request about a person comes to. Pure: facts and policy in, one decision out; both doors feed it.
import type { rungOfRole } from '../base/rung.ts'
import { decideSignIn, type SignInDecision, type SignInFacts } from './decide-sign-in.ts'

/** An account that is there already. */
export interface KnownUser {
  readonly isActive: boolean
  readonly externalId: string | null
  /** `scim` once a provisioning client has claimed the user. */
  readonly managedBy: string | null
  /** Where the person's role stands. */
  readonly rung: ReturnType<typeof rungOfRole>
  /** It was the directory itself that deactivated them, within the days in which it may take that back. */
  readonly isRecentLeave: boolean
}

/** What is asked, and what is known. */
export type Facts =
  | {
      readonly asked: 'create'
      readonly existing: KnownUser | undefined
      readonly isActive: boolean
      readonly externalId: string | null
    }
  | {
      readonly asked: 'change'
      readonly existing: KnownUser
      readonly isActive: boolean
      readonly externalId: string | null
      readonly isSame: boolean
    }
  | { readonly asked: 'remove'; readonly existing: KnownUser }

/** A change that is not the directory's: nothing of rule 17 applies. */
export const ordinary = { isReassigned: false, isClaimed: false, losesOwnership: false } as const

/** What the organization has chosen. */
export interface Policy {
  /** Whether a re-posted, deactivated user of the same directory is restored instead of refused. */
  readonly isRelinking: boolean
  /** Whether a DELETE of somebody whom no client has claimed puts them out, or is refused. */
  readonly isDeactivatingUnclaimed?: boolean
}

/** What a request comes to. */
export type Decision =
  | { readonly kind: 'create' }
  | { readonly kind: 'link'; readonly reason: 'claimed' | 'restored'; readonly losesOwnership: boolean }
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'update' | 'deactivate' | 'reactivate'
      readonly isReassigned: boolean
      readonly isClaimed: boolean
      /** An owner comes back, and not by whom may give ownership. */
      readonly losesOwnership: boolean
    }
  | { readonly kind: 'deprovision' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'deny'; readonly reason: 'unclaimed' | 'name_recycled' }

/** One decision for the facts; the shape of the facts says which question is asked. */
export function decide(facts: SignInFacts): SignInDecision
export function decide(facts: Facts, policy: Policy): Decision
export function decide(facts: Facts | SignInFacts, policy?: Policy): Decision | SignInDecision {
  switch (facts.asked) {
    case 'sign-in':
      return decideSignIn(facts)
    case 'create':
      return decideCreate(facts, policy?.isRelinking === true)
    case 'change':
      return decideChange(facts)
    case 'remove':
      return decideRemove(facts.existing, policy?.isDeactivatingUnclaimed === true)
  }
}

// Whom the directory never wrote it may have matched: a DELETE is how it says that they left, and the account is its own from then on.
function decideRemove(existing: KnownUser, isDeactivating: boolean): Decision {
  if (existing.managedBy !== null) return { kind: 'deprovision' }
  if (!isDeactivating) return { kind: 'deny', reason: 'unclaimed' }
  return {
    kind: existing.isActive ? 'deactivate' : 'update',
    isReassigned: false,
    isClaimed: true,
    losesOwnership: false,
  }
}

// Okta: a person who is assigned again is posted again, with the same externalId.
function decideCreate(facts: Extract<Facts, { asked: 'create' }>, isRelinking: boolean): Decision {
  const { existing, externalId } = facts
  if (existing === undefined) return { kind: 'create' }
  const losesOwnership = comesBackWithout(existing, facts.isActive)
  if (existing.managedBy === null)
    return isRecycled(existing, externalId) && existing.rung !== 'person'
      ? { kind: 'deny', reason: 'name_recycled' }
      : { kind: 'link', reason: 'claimed', losesOwnership }
  // Nothing on both sides says of nobody privileged that it is they, and neither does a first externalId.
  const isSamePerson =
    existing.externalId === externalId
      ? externalId !== null || existing.rung === 'person'
      : existing.externalId === null && existing.rung === 'person'
  return isRelinking && !existing.isActive && isSamePerson
    ? { kind: 'link', reason: 'restored', losesOwnership }
    : { kind: 'conflict' }
}

// Giving ownership back is giving it: the directory may take back what it did itself, and only for some days.
function comesBackWithout(existing: KnownUser, isActive: boolean): boolean {
  if (existing.rung !== 'owner' || existing.isActive || !isActive) return false
  return existing.managedBy === null || !existing.isRecentLeave
}

// Of somebody privileged a first externalId counts as another one.
function isRecycled(existing: KnownUser, externalId: string | null): boolean {
  if (existing.isActive || existing.externalId === externalId) return false
  return existing.externalId !== null || existing.rung !== 'person'
}

// A deactivated user whose externalId changes is another person under a recycled name. Nobody gets a privileged person's
// account that way: the role is taken away first, by whoever may.
function decideChange(facts: Extract<Facts, { asked: 'change' }>): Decision {
  const { existing } = facts
  const isClaimed = existing.managedBy === null
  if (facts.isSame && !isClaimed) return { kind: 'keep' }
  const isReassigned = isRecycled(existing, facts.externalId)
  if (isReassigned && existing.rung !== 'person') return { kind: 'deny', reason: 'name_recycled' }
  const losesOwnership = comesBackWithout(existing, facts.isActive)
  const more = { isReassigned, isClaimed, losesOwnership }
  if (existing.isActive === facts.isActive) return { kind: 'update', ...more }
  return { kind: facts.isActive ? 'reactivate' : 'deactivate', ...more }
}
