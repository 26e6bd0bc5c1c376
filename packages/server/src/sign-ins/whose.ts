// Whose a sign-in is that waits, as the store finds it: by the name, and the session, that the identity provider gave them.
import { createHash } from 'node:crypto'
import { readSessionId } from '../base/texts.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'

/** Of one connection and one name so many wait at most, and the newest stay. */
export const maxOfName = 100
/** As many as are looked for beyond the bound, so that a unit ends soon. */
export const surplusAtOnce = 50

/** A name and a session, as hashes. */
export interface Whose {
  readonly nameHash: string
  readonly sessionHash: string | null
}

/** Whose an assertion is. */
export function whoseOf({ nameId, sessionIndex }: Pick<VerifiedAssertion, 'nameId' | 'sessionIndex'>): Whose {
  const session = readSessionId(sessionIndex)
  return { nameHash: hashOf(nameId), sessionHash: session === null ? null : hashOf(session) }
}

/** A name, or a session, as it is looked for. */
export function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}
