// What a request about a person comes to. Pure: facts and policy in, one decision out; both doors feed it.
import { decideSignIn, type SignInDecision, type SignInFacts } from './decide-sign-in.ts'

export interface KnownUser {
  readonly isActive: boolean
  readonly externalId: string | null
  /** `scim` once a provisioning client has claimed the user. */
  readonly managedBy: string | null
}

/** What is asked, and what is known. */
export type Facts =
  | { readonly asked: 'create'; readonly existing: KnownUser | undefined; readonly externalId: string | null }
  | {
      readonly asked: 'change'
      readonly existing: KnownUser
      readonly isActive: boolean
      readonly externalId: string | null
      readonly isSame: boolean
    }
  | { readonly asked: 'remove'; readonly existing: KnownUser }

export interface Policy {
  /** Whether a re-posted, deactivated user of the same directory is restored instead of refused. */
  readonly isRelinking: boolean
}

export type Decision =
  | { readonly kind: 'create' }
  | { readonly kind: 'link'; readonly reason: 'claimed' | 'restored' }
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'update' | 'deactivate' | 'reactivate'
      readonly isReassigned: boolean
      readonly isClaimed: boolean
    }
  | { readonly kind: 'deprovision' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'deny'; readonly reason: 'unclaimed' }

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
      return facts.existing.managedBy === null
        ? { kind: 'deny', reason: 'unclaimed' }
        : { kind: 'deprovision' }
  }
}

// Okta: a person who is assigned again is posted again, with the same externalId.
function decideCreate(facts: Extract<Facts, { asked: 'create' }>, isRelinking: boolean): Decision {
  const { existing, externalId } = facts
  if (existing === undefined) return { kind: 'create' }
  if (existing.managedBy === null) return { kind: 'link', reason: 'claimed' }
  const isSamePerson = existing.externalId === externalId
  return isRelinking && !existing.isActive && isSamePerson
    ? { kind: 'link', reason: 'restored' }
    : { kind: 'conflict' }
}

// A deactivated user whose externalId changes is another person under a recycled name.
function decideChange(facts: Extract<Facts, { asked: 'change' }>): Decision {
  const { existing } = facts
  const isClaimed = existing.managedBy === null
  if (facts.isSame && !isClaimed) return { kind: 'keep' }
  const isReassigned =
    !existing.isActive && existing.externalId !== null && existing.externalId !== facts.externalId
  if (existing.isActive === facts.isActive) return { kind: 'update', isReassigned, isClaimed }
  return { kind: facts.isActive ? 'reactivate' : 'deactivate', isReassigned, isClaimed }
}
