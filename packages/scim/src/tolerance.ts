// Every departure from the RFCs that identity providers need, by name, and the profiles that choose among them.
// How a departure is carried out stands where the value is read; that it may be used is decided only here.

/** Name and meaning of each tolerance, one sentence each; shown to administrators as the explanation of a request. */
export const tolerances = {
  'op-any-case': 'The PATCH operation was written in another case, such as "Replace".',
  'boolean-strings': 'A boolean was sent as a string, such as "True".',
  'numbers-as-strings': 'A number was sent where the schema has a string.',
  'path-less-keys': 'An object named an attribute by a path, such as "name.givenName" or a URN, as its key.',
  'manager-as-string': 'A plain string was sent for a complex attribute and was read as its "value".',
  'wrapped-values':
    'A single value was sent inside a list or as an object with a "value", or a list as one value.',
  'json-in-string': 'A complex value was sent as JSON text inside a string.',
  'empty-string-clears': 'An empty string was read as no value.',
  'ignore-read-only': 'A read-only attribute was sent and ignored.',
  'ignore-unknown': 'An attribute that no schema has was sent and ignored.',
  'schemas-missing': 'The list "schemas" was missing, incomplete or named a schema that is unknown here.',
  'scim1-urns': 'A schema was named by its SCIM 1 URN.',
  'patch-schemas-missing': 'The PATCH body did not name the PatchOp message in "schemas".',
  'bulk-id-missing': 'A bulk operation that creates did not name a bulkId.',
  'unquoted-filter-values': 'A filter compared with a value without quotation marks.',
  'create-missing-target':
    'A value filter of a PATCH path matched nothing, so the value it describes was made.',
  'many-primaries': 'More than one value was marked primary; the first one kept the mark.',
  'other-names':
    'A sub-attribute was sent by the name that a vendor gives it, such as "displayName" in a role.',
  'loose-references': 'A reference contained spaces.',
  'unknown-members':
    'A member was named that is no user or group of the organization; the others were taken.',
  'loose-addresses':
    'The address was written in another way, such as "/users" or a schema\'s URN in lower case.',
  'loose-media-types': 'The Content-Type was another name of JSON, such as "text/json", or a list of names.',
  'relink-deactivated': 'A create for a deactivated user of the same directory restored that user.',
} as const satisfies Record<string, string>

/** The name of one departure from the RFCs. */
export type Tolerance = keyof typeof tolerances

/** `auto` is for clients of any vendor; `strict` is the RFCs to the letter. */
export type ProfileName = 'auto' | 'okta' | 'entra' | 'onelogin' | 'jumpcloud' | 'ping' | 'strict'

/** What one API key's client is allowed, and how it wants its answers. */
export interface Profile {
  readonly name: ProfileName
  readonly tolerances: ReadonlySet<Tolerance>
  /** Entra: PATCH answers 204 unless attributes are asked for. */
  readonly isPatchQuiet: boolean
  /** PATCH of a group answers 204 unless attributes are asked for: no vendor reads ten thousand members back. */
  readonly isGroupPatchQuiet: boolean
  /** Entra: a group's displayName is unique in the organization. */
  readonly isGroupNameUnique: boolean
  /** Okta: a PUT of a group that does not name its members leaves them. */
  readonly keepsOmittedMembers: boolean
  /** The interoperability profile (draft-zollner-scim-interop-profile) wants a path in every PATCH operation. */
  readonly isPathRequired: boolean
}

const everyTolerance = Object.keys(tolerances) as Tolerance[]
const entraOnly: readonly Tolerance[] = [
  'op-any-case',
  'json-in-string',
  'create-missing-target',
  'unquoted-filter-values',
  'wrapped-values',
]

/** OneLogin: an administrator writes the JSON template by hand. */
const oneLoginOnly: readonly Tolerance[] = ['scim1-urns']

function without(all: readonly Tolerance[], left: readonly Tolerance[]): readonly Tolerance[] {
  return all.filter((tolerance) => !left.includes(tolerance))
}

function profile(name: ProfileName, allowed: readonly Tolerance[], isPatchQuiet = false): Profile {
  return {
    name,
    tolerances: new Set(allowed),
    isPatchQuiet,
    isGroupPatchQuiet: name !== 'strict',
    isGroupNameUnique: name === 'entra',
    keepsOmittedMembers: name === 'okta',
    isPathRequired: name === 'strict',
  }
}

/** Okta: goes without what only Entra sends; Entra: has everything, as `auto` has, and quiet PATCH answers. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  auto: profile('auto', everyTolerance),
  okta: profile('okta', without(everyTolerance, [...entraOnly, ...oneLoginOnly])),
  entra: profile('entra', everyTolerance, true),
  onelogin: profile('onelogin', without(everyTolerance, [...entraOnly, 'relink-deactivated'])),
  jumpcloud: profile('jumpcloud', without(everyTolerance, [...entraOnly, ...oneLoginOnly])),
  ping: profile('ping', without(everyTolerance, [...entraOnly, ...oneLoginOnly])),
  strict: profile('strict', []),
}

/** One reading of one request: what is allowed, and what was made use of so far. */
export interface Reading {
  readonly profile: Profile
  readonly used: Set<Tolerance>
}

/** A reading that has used nothing yet. */
export function startReading(profile: Profile): Reading {
  return { profile, used: new Set() }
}

/** Whether the departure is allowed; if it is, it counts as used. */
export function mayTolerate(reading: Reading, tolerance: Tolerance): boolean {
  if (!reading.profile.tolerances.has(tolerance)) return false
  reading.used.add(tolerance)
  return true
}
