// Clients that say who they are. A name is a hint and no proof: it may make an answer shorter, and decides nothing that matters.

import { type Profile, profiles } from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import { learnClient } from '../directory/keys.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { KnownClient } from '../store/schema.ts'

const names: readonly (readonly [RegExp, KnownClient])[] = [
  [/\bokta\b/i, 'okta'],
  [/\b(?:azure|entra|microsoft)/i, 'entra'],
]

/** By the User-Agent: `Okta SCIM Client 1.0.0`. */
export function findKnownClient(userAgent: string | null): KnownClient | undefined {
  return userAgent === null ? undefined : names.find(([pattern]) => pattern.test(userAgent))?.[1]
}

/** Of a key whose client is known, read by itself: as `auto` reads, and answered as that vendor wants it. Never stricter. */
export const learnedProfiles: Readonly<Record<KnownClient, Profile>> = {
  okta: { ...profiles.auto, isGroupPatchQuiet: true, keepsOmittedMembers: true },
  entra: { ...profiles.auto, isGroupPatchQuiet: true, isPatchQuiet: true },
}

export const clientNames: Readonly<Record<KnownClient, string>> = {
  okta: 'Okta',
  entra: 'Microsoft Entra ID',
}

const maxLearning = 1_000
const learning = new Set<string>()

/** Keeps for the key who its client says it is; several requests at once keep it once. A store that is away is asked another time. */
export function learn(
  database: Database,
  scope: OrganizationScope,
  keyId: string,
  client: KnownClient,
): void {
  if (learning.has(keyId)) return
  makeRoom(learning, maxLearning)
  learning.add(keyId)
  learnClient(database, scope, keyId, client).then(
    // Until the key is looked up anew.
    () => setTimeout(() => learning.delete(keyId), 2_000).unref(),
    () => learning.delete(keyId),
  )
}
