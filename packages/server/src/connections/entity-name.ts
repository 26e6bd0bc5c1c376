// Under which name of an identity provider people are known: the entity ID of SAML (core §8.3.6: a URI; some vendors use a plain word), the
// issuer of OpenID Connect. Keys of people that nobody may assert are kept under names of our own, and no connection may be called so.

import { hasAnyUnseen } from '@rollcall/api/unseen'
import { Problem } from '../http/problem.ts'
import { withdrawnEntityPrefix } from '../users/linked-people.ts'
import { removedEntityPrefix } from '../users/parked.ts'
import { type Anchor, toEntityId } from './anchor.ts'

const ownPrefixes = [withdrawnEntityPrefix, removedEntityPrefix]

/** Whether keys of people are kept under a name of this form. A connection from before this was asked may be called so. */
export function isOwnName(entityId: string): boolean {
  return ownPrefixes.some((prefix) => entityId.startsWith(prefix))
}

type Named = Pick<Anchor, 'metadata' | 'oidc'>

// No URI has white space or characters that are not seen, and what is shown of the name would be another one.
const isUnsound = (name: string): boolean => /\s/.test(name) || hasAnyUnseen(name)

/**
 * Throws 400 `metadata_invalid`, `issuer_invalid` where a connection may not be called so. `before`: what is in place, whose name was taken
 * in before this was asked; it stays, unless it is one of our own.
 */
export function assertEntityName(before: Named | null, after: Named): void {
  const name = toEntityId(after)
  const isKept = before !== null && toEntityId(before) === name && !isOwnName(name)
  if (!isKept && isUnsound(name))
    throw new Problem(
      after.oidc === null ? 'metadata_invalid' : 'issuer_invalid',
      'The entity ID (issuer) must be a URI, or a plain word: without white space and characters that are not seen',
    )
}
