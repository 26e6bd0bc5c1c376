// The room `scim/resource`: a body to a valid resource, and a resource to what is shown. It stores nothing.
//
// 1. `schema-list` reads which schemas a body names; `read-value` and `read-simple` read each attribute by its type.
// 2. `read` is a POST, `replace` a PUT over what is there.
// 3. `twins` finds values that stand twice; `bounds` says how large a resource may be.
// 4. `project` chooses what an answer shows; `version` is its entity tag.
//
// The body of a POST to a valid resource (RFC 7644 §3.3). PUT builds on the same draft; nothing is stored here.

import { maxVisits } from '../filter/cost.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { Attribute, ResolvedPath, ResourceType } from '../schema/attribute.ts'
import {
  type ExtensionIndex,
  findByName,
  findPlace,
  idAttribute,
  indexOf,
  schemasAttribute,
} from '../schema/registry.ts'
import {
  mayTolerate,
  note,
  type Profile,
  type Reading,
  startReading,
  type Tolerance,
  toName,
} from '../tolerance.ts'
import { assignFiltered, settleFiltered } from './filtered-key.ts'
import { assertListed, ignoreUnknown, isBlank, isNothing, namedTwice, readValue } from './read-value.ts'
import { readSchemaList } from './schema-list.ts'

/** A canonical resource without id, meta and read-only attributes, and the tolerances that it took, each once. */
export interface ReadResult {
  readonly resource: JsonObject
  readonly tolerated: readonly Tolerance[]
}

/** A resource under construction; `named` are the canonical paths that the body named, whatever their value. */
export interface Draft {
  readonly typeName: string
  readonly values: Record<string, JsonValue>
  readonly named: Set<string>
  /** What the body said of the read-only id. */
  id: JsonValue | undefined
  listedSchemas: ReadonlySet<string> | undefined
  /** Keys that choose values by a filter: they come after what they choose from. */
  readonly filtered: (readonly [string, JsonValue])[]
}

function containerOf(draft: Draft, extension: string | undefined): Record<string, JsonValue> {
  if (extension === undefined) return draft.values
  const existing = draft.values[extension] as Record<string, JsonValue> | undefined
  if (existing !== undefined) return existing
  const made: Record<string, JsonValue> = {}
  draft.values[extension] = made
  return made
}

// A lone sub-attribute of a multi-valued attribute, as in {"emails.value": "x"}, is that of one value.
function toWholeValue({ attribute, parent, extension, path }: ResolvedPath, raw: JsonValue) {
  const place = {
    attribute: parent!,
    parent: undefined,
    extension,
    path: path.slice(0, path.lastIndexOf('.')),
  }
  return { place, raw: [{ [attribute.name]: raw }] }
}

// Entra: every body says {"resourceType": "User"} in its meta.
function isEcho({ typeName }: Draft, { name }: Attribute, raw: JsonValue): boolean {
  if (isNothing(raw)) return true
  const isTypeAlone = name === 'meta' && isJsonObject(raw) && Object.keys(raw).join() === 'resourceType'
  return isTypeAlone && raw.resourceType === typeName
}

function assign(draft: Draft, place: ResolvedPath, raw: JsonValue, reading: Reading): void {
  const { attribute, parent, extension, path } = place
  if (parent?.multiValued === true) {
    const whole = toWholeValue(place, raw)
    assign(draft, whole.place, whole.raw, reading)
    return
  }
  if (attribute.mutability === 'readOnly' || parent?.mutability === 'readOnly') {
    if (attribute === idAttribute) draft.id = raw
    else if (!isEcho(draft, attribute, raw)) note(reading, 'read-only-left', path)
    return
  }
  assertListed(attribute, path, reading)
  if (draft.named.has(path)) throw namedTwice(path)
  draft.named.add(path)
  const value = readValue(attribute, path, raw, reading)
  if (attribute.isDropped === true && !isNothing(raw)) note(reading, 'not-kept', path)
  if (value === undefined || attribute.isDropped === true) return
  const container = containerOf(draft, extension)
  const top = parent ?? attribute
  const existing = container[top.name]
  const whole = parent === undefined ? value : { [attribute.name]: value }
  if (existing === undefined) {
    container[top.name] = whole
    return
  }
  // A path beside its own parent, as in {"name": {...}, "name.givenName": "x"}, adds to it.
  const isAddition = isJsonObject(existing) && isJsonObject(whole)
  if (!isAddition || Object.keys(whole).some((name) => Object.hasOwn(existing, name))) throw namedTwice(path)
  container[top.name] = { ...existing, ...whole }
}

// The attributes of a schema under its URN; undefined where there are none.
function readUnderUrn(
  key: string,
  isAlias: boolean,
  raw: JsonValue,
  reading: Reading,
): JsonObject | undefined {
  if (isAlias && !mayTolerate(reading, 'scim1-urns', key)) {
    ignoreUnknown(reading, key)
    return undefined
  }
  if (raw === null || (raw === '' && mayTolerate(reading, 'empty-string-clears', key))) return undefined
  const isList = Array.isArray(raw) && raw.length === 1 && mayTolerate(reading, 'wrapped-values', key)
  const object = isList ? (raw[0] as JsonValue) : raw
  if (!isJsonObject(object)) throw refuse('value_not_object', { path: key })
  return object
}

function assignExtension(
  type: ResourceType,
  draft: Draft,
  key: string,
  extension: ExtensionIndex,
  raw: JsonValue,
  reading: Reading,
): void {
  const values = readUnderUrn(key, extension.isAlias, raw, reading) ?? {}
  const urn = extension.schema.id
  for (const name of Object.keys(values)) {
    const attribute = findByName(extension.attributes, name)
    if (attribute === undefined) assignByPath(type, draft, `${urn}:${name}`, values[name]!, reading)
    else
      assign(
        draft,
        { attribute, parent: undefined, extension: urn, path: `${urn}:${attribute.name}` },
        values[name]!,
        reading,
      )
  }
}

// laravel-scim-server: writes and reads what is of the core schema under its URN too.
function assignCore(type: ResourceType, draft: Draft, key: string, raw: JsonValue, reading: Reading): void {
  if (!mayTolerate(reading, 'path-less-keys', key)) {
    ignoreUnknown(reading, key)
    return
  }
  const isAlias = findByName(indexOf(type).urns, key)?.isAlias === true
  const values = readUnderUrn(key, isAlias, raw, reading) ?? {}
  for (const name of Object.keys(values)) assignKey(type, draft, name, values[name]!, reading)
}

// Entra: with aadOptscim062020, and templates of others, name sub-attributes and extensions by path.
function assignByPath(type: ResourceType, draft: Draft, key: string, raw: JsonValue, reading: Reading): void {
  const exact = findByName(indexOf(type).paths, key)
  const place = exact ?? findPlace(type, key, reading)
  if (place !== undefined && (exact === undefined || mayTolerate(reading, 'path-less-keys', key)))
    assign(draft, place, raw, reading)
  else if (key.includes('[') && mayTolerate(reading, 'path-less-keys', key)) draft.filtered.push([key, raw])
  else ignoreUnknown(reading, key)
}

function assignKey(type: ResourceType, draft: Draft, key: string, raw: JsonValue, reading: Reading): void {
  const index = indexOf(type)
  const attribute: Attribute | undefined = findByName(index.attributes, key)
  if (attribute === schemasAttribute) {
    draft.listedSchemas = readSchemaList(type, raw, reading)
  } else if (attribute !== undefined) {
    assign(draft, { attribute, parent: undefined, extension: undefined, path: attribute.name }, raw, reading)
  } else {
    const extension = findByName(index.extensions, key)
    if (extension !== undefined) assignExtension(type, draft, key, extension, raw, reading)
    else if (findByName(index.urns, key) !== undefined) assignCore(type, draft, key, raw, reading)
    else assignByPath(type, draft, key, raw, reading)
  }
}

/** Each looks at every value of its attribute. */
const maxFiltered = 100

function assignEachFiltered(type: ResourceType, draft: Draft, reading: Reading): void {
  if (draft.filtered.length > maxFiltered) throw refuse('filters_too_many', { most: maxFiltered })
  const places = new Map<string, ResolvedPath>()
  const visits = { remaining: maxVisits }
  for (const [at, [key, raw]] of draft.filtered.entries()) {
    const place = assignFiltered(type, draft.values, key, raw, reading, visits)
    // So many are compared in time with as much text as this body has.
    if (visits.remaining < 0) throw refuse('filters_too_many', { most: at })
    if (place === undefined) ignoreUnknown(reading, key)
    else places.set(place.path, place)
  }
  for (const [path, place] of places) {
    draft.named.add(path)
    settleFiltered(draft.values, place, reading)
  }
}

/** `schemas` as RFC 7643 §3 wants it: the core schema, then each extension of which the resource has a value. */
export function listSchemas(type: ResourceType, values: JsonObject): readonly string[] {
  const present = type.extensions.map((each) => each.schema.id).filter((id) => isJsonObject(values[id]))
  return [type.schema.id, ...present]
}

function assertSchemas(draft: Draft, present: readonly string[], reading: Reading): void {
  const listed = draft.listedSchemas
  const missing = present.find((urn) => listed?.has(urn) !== true)
  if (missing === undefined) return
  if (!mayTolerate(reading, 'schemas-missing'))
    throw refuse('schemas_lack_extension', { urn: toName(missing) })
}

/** The body as a draft, its types checked, its `schemas` rebuilt; throws ScimError 400. */
export function readDraft(type: ResourceType, sent: JsonValue, reading: Reading): Draft {
  const isList = Array.isArray(sent) && sent.length === 1 && mayTolerate(reading, 'wrapped-values', type.name)
  const body = isList ? (sent[0] as JsonValue) : sent
  if (!isJsonObject(body)) throw refuse('body_not_object')
  const draft: Draft = {
    typeName: type.name,
    values: { [schemasAttribute.name]: [] },
    named: new Set(),
    id: undefined,
    listedSchemas: undefined,
    filtered: [],
  }
  for (const key of Object.keys(body)) assignKey(type, draft, key, body[key]!, reading)
  assignEachFiltered(type, draft, reading)
  const present = listSchemas(type, draft.values)
  draft.values[schemasAttribute.name] = present
  assertSchemas(draft, present, reading)
  return draft
}

function firstMissing(attributes: readonly Attribute[], values: JsonObject): Attribute | undefined {
  return attributes.find((each) => each.required && isBlank(values[each.name]))
}

/** Throws ScimError 400 invalidValue for the first required attribute that has no value or only white space. */
export function assertRequired(type: ResourceType, values: JsonObject): void {
  const missing = firstMissing(type.schema.attributes, values)
  if (missing !== undefined) throw refuse('value_required', { path: missing.name })
  for (const { schema, required } of type.extensions) {
    const own = values[schema.id]
    if (own === undefined && required) throw refuse('value_required', { path: schema.id })
    const missingInside = isJsonObject(own) ? firstMissing(schema.attributes, own) : undefined
    if (missingInside !== undefined)
      throw refuse('value_required', { path: `${schema.id}:${missingInside.name}` })
  }
}

/** POST (RFC 7644 §3.3); `schemas` comes first, the rest in the client's order. Of several primary values the first keeps
 * the mark, except in `strict`; throws ScimError 400 invalidSyntax or invalidValue. */
export function readResource(
  type: ResourceType,
  body: JsonValue,
  profile: Profile,
  reading: Reading = startReading(profile),
): ReadResult {
  const { values, id } = readDraft(type, body, reading)
  // RFC 7644 §3.3: the id is the service's own.
  if (!isNothing(id)) note(reading, 'read-only-left', idAttribute.name)
  for (const { name, defaultOnCreate } of type.schema.attributes)
    if (defaultOnCreate !== undefined && values[name] === undefined) values[name] = defaultOnCreate
  assertRequired(type, values)
  return { resource: values, tolerated: [...reading.used] }
}
