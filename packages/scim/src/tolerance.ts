// Every departure from the RFCs that identity providers need, by name, what the interoperability profile demands beyond them,
// and the profiles that choose among them. How one is carried out stands where the value is read; whether it holds is decided here.

/** Name and meaning of each tolerance, one sentence each; shown to administrators as the explanation of a request. */
export const tolerances = {
  'op-any-case': 'The PATCH operation was written in another case, such as "Replace".',
  'boolean-strings': 'A boolean was sent as a string, such as "True".',
  'boolean-numbers': 'A boolean was sent as 1 or 0.',
  'numbers-as-strings': 'A number was sent where the schema has a string.',
  'number-strings': 'A number was sent as a string, such as "7".',
  'loose-dates': 'A date and time was sent in another form than that of XML Schema, such as a date alone.',
  'base64-line-breaks': 'A base64 value contained white space, which was taken out.',
  'path-less-keys': 'An object named an attribute by a path, such as "name.givenName" or a URN, as its key.',
  'dotted-urns': 'The URN of a schema was followed by a dot in place of a colon.',
  'unqualified-names': 'An attribute of an extension was named without the URN of its schema.',
  'query-names': 'A query parameter was written in another case, sent more than once or without a value.',
  'manager-as-string':
    'A plain string, or a number, was sent for a complex attribute and was read as its "value".',
  'wrapped-values':
    'A single value was sent inside a list or as an object with a "value", or a list as one value.',
  'simple-values-as-objects':
    'A simple value of a list was sent as an object with a "value", or chosen by "value" in brackets.',
  'json-in-string': 'A complex value was sent as JSON text inside a string.',
  'empty-string-clears': 'An empty string was read as no value.',
  'ignore-read-only': 'A read-only attribute was sent and ignored.',
  'ignore-unknown': 'An attribute that no schema has was sent and ignored.',
  'schemas-missing': 'The list "schemas" was missing, incomplete or named a schema that is unknown here.',
  'scim1-urns': 'A schema was named by its SCIM 1 URN.',
  'patch-schemas-missing': 'The PATCH body did not name the PatchOp message in "schemas".',
  'bulk-paths': 'A bulk operation named its resource with the base URL, or its endpoint in another case.',
  'bulk-id-missing': 'A bulk operation that creates did not name a bulkId.',
  'unquoted-filter-values': 'A filter compared with a value without quotation marks.',
  'create-missing-target':
    'A value filter of a PATCH path matched nothing, so the value it describes was made.',
  'many-primaries': 'More than one value was marked primary; the first one kept the mark.',
  'other-names':
    'A sub-attribute was sent by the name that a vendor gives it, such as "displayName" in a role.',
  'loose-references': 'A reference contained spaces.',
  'members-by-reference': 'A member was named by its address, as "$ref" or as "value", and not by its id.',
  'unnamed-members':
    'A member was sent with neither "value" nor "$ref" and was left out; the others were taken.',
  'unknown-members':
    'A member was named that is no user or group of the organization; the others were taken.',
  'circular-members':
    'A group was named as a member that this group is in, and was left out; the others were taken.',
  'relink-groups':
    'A create of a group that is there (same name and externalId, or none and the same client) changed it; its members stayed.',
  'loose-addresses':
    'The address was written in another way, such as "/users" or a schema\'s URN in lower case.',
  'loose-media-types': 'The Content-Type was another name of JSON, such as "text/json", or a list of names.',
  'delete-deactivates':
    'A delete of an account from before the directory, which had never written it, deactivated it.',
  'relink-deactivated': 'A create for a deactivated user of the same directory restored that user.',
} as const satisfies Record<string, string>

/** The name of one departure from the RFCs. */
export type Tolerance = keyof typeof tolerances

/** What the RFCs let a service leave aside, and is said all the same: nothing that was sent goes without a word. */
export const remarks = {
  'read-only-left': 'A read-only attribute was sent and left as it is.',
  'computed-left': 'What the service works out itself was sent and dropped.',
  'not-kept': 'An attribute was accepted and is not kept.',
  'empty-values': 'A value without content was left out.',
  'unknown-removals': 'Nobody has an id that was to be removed.',
  'unmatched-removals': 'What was to be removed was not there.',
  'removal-values': 'A removal came with a value that it has no use for.',
  'unknown-parameters': 'A parameter that means nothing here was ignored.',
} as const satisfies Record<string, string>

/** The name of one thing that was left aside. */
export type Remark = keyof typeof remarks

/** What the SCIM 2.0 interoperability profile (draft-zollner-scim-interop-profile) demands where the RFCs leave a choice; a sentence each. */
export const demands = {
  'path-required': 'A PATCH operation without a path is 400 `invalidSyntax`.',
  'attribute-paths': 'A PATCH path that names a whole schema, to add or replace, is 400 `invalidPath`.',
  'sub-attribute-paths':
    'A PATCH path that ends with a filter, to add or replace, is 400 `invalidPath`: a sub-attribute stands behind it.',
  'one-match': 'A filter of a PATCH path that chooses several values is 400 `invalidFilter`.',
  'whole-replace': 'A "replace" of a complex attribute takes away what the value does not name.',
  'listed-only':
    'An attribute that `/Schemas` does not list is 400 `invalidSyntax`, as a PATCH path too, and so is `password`.',
  'filters-of-reads': 'A filter in the URL of anything but GET is 400 `invalidFilter`.',
  'interop-claim':
    '`/ServiceProviderConfig` has `interopProfileConformant: true`, and `/Schemas` lists `externalId`.',
} as const satisfies Record<string, string>

/** The name of one demand of the interoperability profile. */
export type Demand = keyof typeof demands

/**
 * `auto` is for clients of any vendor; `strict` is the RFCs to the letter; `interop` is `strict` with what the interoperability profile
 * demands.
 */
export type ProfileName = 'auto' | 'okta' | 'entra' | 'onelogin' | 'jumpcloud' | 'ping' | 'strict' | 'interop'

/** What one API key's client is allowed, and how it wants its answers. */
export interface Profile {
  readonly name: ProfileName
  readonly tolerances: ReadonlySet<Tolerance>
  /** Of profile `interop` alone. */
  readonly demands: ReadonlySet<Demand>
  /** Entra: PATCH answers 204 unless attributes are asked for. */
  readonly isPatchQuiet: boolean
  /** Okta and Entra: PATCH of a group answers 204 unless attributes are asked for. A large group is answered so for everybody. */
  readonly isGroupPatchQuiet: boolean
  /** Entra: a group's displayName is unique in the organization. */
  readonly isGroupNameUnique: boolean
  /** Okta: a PUT of a group that does not name its members leaves them. */
  readonly keepsOmittedMembers: boolean
}

const everyTolerance = Object.keys(tolerances) as Tolerance[]
function profile(name: ProfileName, allowed: readonly Tolerance[], isPatchQuiet = false): Profile {
  return {
    name,
    tolerances: new Set(allowed),
    demands: new Set(name === 'interop' ? (Object.keys(demands) as Demand[]) : []),
    isPatchQuiet,
    isGroupPatchQuiet: name === 'okta' || name === 'entra',
    isGroupNameUnique: name === 'entra',
    keepsOmittedMembers: name === 'okta',
  }
}

/**
 * A vendor's profile takes what `auto` takes: its mappings and templates are written by hand and send anything. It says how answers look.
 */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  auto: profile('auto', everyTolerance),
  okta: profile('okta', everyTolerance),
  // A name that is taken is refused there, whoever sends it again.
  entra: profile(
    'entra',
    everyTolerance.filter((tolerance) => tolerance !== 'relink-groups'),
    true,
  ),
  onelogin: profile('onelogin', everyTolerance),
  jumpcloud: profile('jumpcloud', everyTolerance),
  ping: profile('ping', everyTolerance),
  strict: profile('strict', []),
  interop: profile('interop', []),
}

/** What each use of a tolerance, and each remark, was about: attributes, paths and parameters as they were sent. */
export type Notes = ReadonlyMap<Tolerance | Remark, ReadonlySet<string>>

/** One reading of one request: what is allowed, what was made use of so far, and of what. */
export interface Reading {
  readonly profile: Profile
  readonly used: Set<Tolerance>
  readonly notes: Map<Tolerance | Remark, Set<string>>
}

/** A reading that has used nothing yet. */
export function startReading(profile: Profile): Reading {
  return { profile, used: new Set(), notes: new Map() }
}

/** So many names of one kind are kept: a sentence holds no more, and a body may have a million. */
const maxNames = 20

/** Remembers what a request was read differently from, or without. */
export function note(reading: Reading, kind: Tolerance | Remark, name: string): void {
  const names = reading.notes.get(kind)
  if (names === undefined) reading.notes.set(kind, new Set([cut(name)]))
  else if (names.size < maxNames && !names.has(name)) names.add(cut(name))
}

/** Whether the departure is allowed; if it is, it counts as used, of what is named. */
export function mayTolerate(reading: Reading, tolerance: Tolerance, name?: string): boolean {
  if (!reading.profile.tolerances.has(tolerance)) return false
  reading.used.add(tolerance)
  if (name !== undefined) note(reading, tolerance, name)
  return true
}

/** Whether the profile demands it. */
export function isDemanded({ profile }: Reading, demand: Demand): boolean {
  return profile.demands.has(demand)
}

/** What one reading met, told as a part of another. */
export function addReading(whole: Reading, part: Reading): void {
  for (const tolerance of part.used) whole.used.add(tolerance)
  for (const [kind, names] of part.notes) for (const name of names) note(whole, kind, name)
}

const maxNameLength = 160

function cut(name: string): string {
  const text = name.toWellFormed()
  return text.length <= maxNameLength ? text : `${text.slice(0, maxNameLength).toWellFormed()}…`
}

/** A name or path as it was sent, for a message to its sender: what stands in brackets is a value, and stays out. */
export function toName(name: string): string {
  const open = name.indexOf('[')
  const close = name.lastIndexOf(']')
  const bare = open < 0 ? name : `${name.slice(0, open)}[…]${close < open ? '' : name.slice(close + 1)}`
  return cut(bare)
}
