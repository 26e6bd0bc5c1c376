// What becomes of a sign-in, and the turn that it waits for.
import type { Role } from '../base/rung.ts'
import { noteGroups } from '../connections/rows.ts'
import { type Act, record } from '../events/record.ts'
import { areGroupsElsewhere, type MappedProfile } from '../mapping/attribute-rules.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeSignIn } from '../users/user-words.ts'
import type { SignInDecision } from './decide-sign-in.ts'
import { type Known, provedKeyOf } from './sign-in-facts.ts'
import type { SignInVisit } from './sign-in-visit.ts'

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
      /** Met by an identity that is linked to it, by a connection that may sign it in: the person may be told of it. */
      readonly isOwn: boolean
    }

/** Who signed in, and what was not kept. */
export type Outcome = Pick<Extract<SignInResult, { kind: 'signed-in' }>, 'user' | 'withheld'>

/** Who signed in. */
export interface SignedInUser {
  readonly id: string
  readonly userName: string
  readonly role: Role
}

/** Thrown before anything is waited for: the sign-in ends sessions, or takes a name from somebody, and has not its turn among acts. */
export class TurnWanted extends Error {}

/** Throws TurnWanted for what is done only in turn. */
export function assertInTurn({ isInTurn }: SignInVisit): void {
  if (isInTurn !== true) throw new TurnWanted('the sign-in has to wait for its turn among acts')
}

/** In SCIM mode the directory says who is in which group. */
export function lacksGroups({ organization, assertion }: SignInVisit, { groups }: MappedProfile): boolean {
  const isAsked = organization.provisioning_mode === 'manual' && organization.role_mappings !== '[]'
  return isAsked && groups === null && !areGroupsElsewhere(assertion.attributes)
}

/** Records that somebody signed in. */
export function noteSignIn(
  tx: OrganizationTx,
  act: Act,
  visit: SignInVisit,
  known: Known,
  isFirst: boolean,
): void {
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
