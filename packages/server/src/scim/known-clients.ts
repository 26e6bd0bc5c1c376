// Clients that say who they are, by name or by the form of their requests. Both are hints and no proof: they may make an answer shorter,
// and decide nothing that matters.

import { type Sentence, say } from '@rollcall/api/sentences'
import { type Profile, profiles } from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import { learnClient } from '../directory/key-use.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { KnownClient } from '../store/schema.ts'

// What the vendors, or those who log their requests, say that it is. PingFederate names the library that it is made with, as many do.
const names: readonly (readonly [RegExp, KnownClient])[] = [
  [/\bokta\b/i, 'okta'],
  // Not "Microsoft" alone: PowerShell names the system so that it runs on; nor "azure-…", which others of Microsoft's clients begin with.
  [/\b(?:azure ?ad|azure active directory|entra)\b/i, 'entra'],
  [/\bonelogin\b/i, 'onelogin'],
  [/^google-auto-provisioning\b/i, 'google'],
]

/** By the User-Agent: `Okta SCIM Client 1.0.0`. */
export function findKnownClient(userAgent: string | null): KnownClient | undefined {
  return userAgent === null ? undefined : names.find(([pattern]) => pattern.test(userAgent))?.[1]
}

/** Of a key whose client is known, read by itself: as `auto` reads, and answered as that vendor wants it. Never stricter. */
export const learnedProfiles: Readonly<Record<KnownClient, Profile>> = {
  okta: { ...profiles.auto, isGroupPatchQuiet: true, keepsOmittedMembers: true },
  entra: { ...profiles.auto, isGroupPatchQuiet: true, isPatchQuiet: true },
  onelogin: profiles.auto,
  google: profiles.auto,
}

const clientNames: Readonly<Record<KnownClient, string>> = {
  okta: 'Okta',
  entra: 'Microsoft Entra ID',
  onelogin: 'OneLogin',
  google: 'Google Workspace',
}

/** For activity: who it is, and what that changes. */
export function explainLearned(known: KnownClient, isByForm: boolean): Sentence {
  const client = clientNames[known]
  const isPlain = learnedProfiles[known] === profiles.auto
  if (isByForm) return say(isPlain ? 'client_formed_plain' : 'client_formed', { client })
  return say(isPlain ? 'client_named_plain' : 'client_named', { client })
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
