// The room `scim/testing`: bodies that several tests of the engine begin with, random ones, and a count of steps. Nothing of it is packed.
//
// The users, groups and patches that several tests begin with.

import type { JsonObject, JsonValue } from '../json.ts'
import { applyPatch, type PatchResult } from '../patch/apply-patch.ts'
import { readPatch } from '../patch/read-patch.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { userResourceType } from '../schema/resource-types.ts'
import { type Profile, profiles } from '../tolerance.ts'
import { enterpriseUserUrn, patchOpUrn, userUrn } from '../urn.ts'

/** A stored user with two e-mail addresses and an extension. */
export const barbara: JsonObject = {
  schemas: [userUrn, enterpriseUserUrn],
  id: '2819c223',
  externalId: '00u1',
  userName: 'bjensen@example.com',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  displayName: 'Barbara Jensen',
  active: true,
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  [enterpriseUserUrn]: { department: 'Tour Operations', manager: { value: '26118915' } },
  meta: { resourceType: 'User', created: '2010-01-23T04:56:22Z', version: 'W/"3"' },
}

/** Accepts what may be stored and nothing else: a reference with spaces stays as it was accepted. */
export const canonical: Profile = { ...profiles.strict, tolerances: new Set(['loose-references']) }

/** Reads and applies operations; `schemas` is added. */
export function patched(
  current: JsonObject,
  operations: JsonValue,
  profile: keyof typeof profiles = 'auto',
  type: ResourceType = userResourceType,
): PatchResult {
  const patch = readPatch(type, { schemas: [patchOpUrn], Operations: operations }, profiles[profile])
  return applyPatch(type, current, patch, profiles[profile])
}

/** What a refusal says: status and scimType, or undefined if nothing was thrown. */
export function refusal(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    const { name, status, scimType } = error as { name: string; status?: number; scimType?: string }
    return name === 'ScimError' ? `${status} ${scimType}` : `${String(error)}`
  }
}
