// What a sign-in under way stands for: what it was asked for, how fresh it is, and whether its proof still counts.
import type { VerifiedAssertion } from '../saml/verify-response.ts'

/** `tile`: begun because an unsolicited response came. `mend`: the test of an anchor that a mailed link staged. */
export type Purpose = 'sign-in' | 'test' | 'tile' | 'unsolicited' | 'mend'

/** The person is to be asked again, whatever session the identity provider has. Times are milliseconds since 1970. */
export interface Freshness {
  /** They must have been asked no earlier than this. */
  readonly after: number
  /** When this browser's session says that they were asked last: an answer that repeats it is no new one. */
  readonly previous: number | null
}

/** Why a sign-in does not go on. */
export type Refusal =
  | 'request_unknown'
  | 'request_expired'
  | 'request_spent'
  | 'replayed'
  | 'other_browser'
  | 'anchor_changed'
  | 'not_asked_again'
  | 'answer_before_request'
  | 'proof_over'

/** A request that tests a staged anchor says so in its id, so that no other answer needs a look. */
export const stagedTest = '_s'

/** Of a request; `digest` of the staged anchor that it tests. */
export function createRequestId(random: string, digest: string | null): string {
  return `${digest === null ? '_' : stagedTest}${random}`
}

/** Which anchor was asked; the number is null of a request from before there were versions. */
export interface Asked {
  readonly anchorNumber: number | null
  readonly anchorDigest: string | null
}

/** A proven sign-in, finished by this transaction. */
export interface FinishedSignIn extends Asked {
  readonly assertion: VerifiedAssertion
  readonly purpose: Purpose
  readonly returnTo: string | null
  readonly sessionId: string | null
  readonly freshness: Freshness | null
  /** Both by the clock that all nodes share. */
  readonly begunAt: number
  readonly provenAt: number
}

/**
 * Whether the identity provider asked the person again. Clocks may differ by `skewMs`; an instant that is older than wanted by the
 * second and no later than the one of before is that one again, whatever the clocks say.
 */
export function isFresh(
  { after, previous }: Freshness,
  authnInstant: number | null,
  skewMs: number,
): boolean {
  if (authnInstant === null || authnInstant + skewMs < after) return false
  const isOlder = authnInstant < Math.floor(after / 1_000) * 1_000
  return !isOlder || previous === null || authnInstant > previous
}

/**
 * When a sign-in counts as proven. An answer may have been held back on its way here: of what was begun before an end, only the
 * identity provider can say that it answered after it. SAML does (`saysWhen`); the ID token is made when we ask for it.
 */
export function proofTimeOf(
  { begunAt, provenAt, purpose, assertion }: FinishedSignIn,
  saysWhen: boolean,
): number {
  const saidAt = saysWhen ? Math.min(provenAt, assertion.issueInstant) : 0
  return purpose === 'unsolicited' ? saidAt : Math.max(begunAt, saidAt)
}

/**
 * Whether something was proven before the sessions of whom it is about, or of its connection, ended last. Both are by one clock; what
 * cannot be told apart counts as before.
 */
export function isProofOver(
  provenAt: number | null,
  ended: { readonly sessions_ended_at: number | null } | undefined,
): boolean {
  const endedAt = ended?.sessions_ended_at ?? null
  return provenAt !== null && endedAt !== null && provenAt <= endedAt
}
