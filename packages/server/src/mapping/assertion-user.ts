// A mapped profile as a SCIM user: made anew, or laid over what is stored. Pure.
import type { JsonObject } from '@rollcall/scim'
import type { MappedProfile, MappingTarget } from './attribute-rules.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const plain = ['displayName', 'title', 'nickName', 'preferredLanguage', 'locale', 'timezone'] as const
const extended = ['employeeNumber', 'department', 'division', 'organization', 'costCenter'] as const

/** A new user's resource. `userName` and `email` were decided by the caller. */
export function toNewUser(profile: MappedProfile, userName: string, email: string): JsonObject {
  return layOver({ schemas: [core], userName, active: true }, profile, email)
}

/** The stored resource with what the assertion says; what it does not say stays. `email` null leaves the addresses. */
export function layOver(stored: JsonObject, profile: MappedProfile, email: string | null): JsonObject {
  const { values } = profile
  const name = { ...toObject(stored.name), ...pick(values, ['givenName', 'familyName'] as const) }
  const more = { ...toObject(stored[enterprise]), ...pick(values, extended) }
  const resource: JsonObject = {
    ...stored,
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...pick(values, plain),
    ...(email === null ? {} : { emails: withPrimary(stored.emails, email) }),
  }
  if (Object.keys(more).length === 0) return resource
  const schemas = Array.isArray(stored.schemas) ? stored.schemas : [core]
  return {
    ...resource,
    schemas: schemas.includes(enterprise) ? schemas : [...schemas, enterprise],
    [enterprise]: more,
  }
}

function pick<T extends MappingTarget>(
  values: MappedProfile['values'],
  names: readonly Exclude<T, 'groups'>[],
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = (values as Record<string, string | undefined>)[name]
    if (value !== undefined) found[name] = value
  }
  return found
}

// The address that the identity provider names replaces the primary one; others stay.
function withPrimary(stored: unknown, email: string): JsonObject[] {
  const emails = Array.isArray(stored) ? (stored as JsonObject[]) : []
  const isKnown = emails.some((one) => one.primary === true && one.value === email)
  if (isKnown) return emails
  const others = emails.filter((one) => one.primary !== true && one.value !== email)
  return [{ value: email, type: 'work', primary: true }, ...others]
}

function toObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}
