// A mapped profile as a SCIM user: made anew, or laid over what is stored. Pure.
import { enterpriseUserUrn, isJsonObject, type JsonObject, type JsonValue, userUrn } from '@rollcall/scim'
import type { MappedProfile, MappingTarget } from './attribute-rules.ts'

/** Where each target lies in a resource. A target without a row does not compile. */
const places = {
  userName: 'decided',
  email: 'decided',
  groups: 'roles',
  givenName: 'name',
  familyName: 'name',
  displayName: 'core',
  title: 'core',
  nickName: 'core',
  preferredLanguage: 'core',
  locale: 'core',
  timezone: 'core',
  employeeNumber: 'enterprise',
  department: 'enterprise',
  division: 'enterprise',
  organization: 'enterprise',
  costCenter: 'enterprise',
} as const satisfies Readonly<Record<MappingTarget, Place>>

/** `decided`: what the caller says in its stead. `roles`: it gives roles and is not kept with the user. Else a part of the resource. */
type Place = 'decided' | 'roles' | 'name' | 'core' | 'enterprise'

/** A new user's resource. `userName` and `email` were decided by the caller. */
export function toNewUser(profile: MappedProfile, userName: string, email: string): JsonObject {
  return layOver({ schemas: [userUrn], userName, active: true }, profile, email)
}

/** The stored resource with what the assertion says; what it does not say stays. `email` null leaves the addresses. */
export function layOver(stored: JsonObject, profile: MappedProfile, email: string | null): JsonObject {
  const { values } = profile
  const name = { ...toObject(stored.name), ...pick(values, 'name') }
  const more = { ...toObject(stored[enterpriseUserUrn]), ...pick(values, 'enterprise') }
  const resource: JsonObject = {
    ...stored,
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...pick(values, 'core'),
    ...(email === null ? {} : { emails: withPrimary(stored.emails, email) }),
  }
  if (Object.keys(more).length === 0) return resource
  const schemas = Array.isArray(stored.schemas) ? stored.schemas : [userUrn]
  return {
    ...resource,
    schemas: schemas.includes(enterpriseUserUrn) ? schemas : [...schemas, enterpriseUserUrn],
    [enterpriseUserUrn]: more,
  }
}

// What was sent of the targets that lie there.
function pick(values: MappedProfile['values'], place: Place): Record<string, string> {
  const sent = Object.entries(values) as [keyof MappedProfile['values'], string | undefined][]
  const found = sent.filter(([name, value]) => places[name] === place && value !== undefined)
  return Object.fromEntries(found) as Record<string, string>
}

// The address that the identity provider names replaces the primary one; others stay.
function withPrimary(stored: unknown, email: string): JsonObject[] {
  const emails = Array.isArray(stored) ? stored.filter(isJsonObject) : []
  const isKnown = emails.some((one) => one.primary === true && one.value === email)
  if (isKnown) return emails
  const others = emails.filter((one) => one.primary !== true && one.value !== email)
  return [{ value: email, type: 'work', primary: true }, ...others]
}

function toObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
