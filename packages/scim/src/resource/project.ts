// Which attributes of a resource an answer shows (RFC 7644 §3.9, RFC 7643 §2.2 `returned`).

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { Attribute, ResourceType } from '../schema/attribute.ts'
import { type AttributeNames, findByName, findPlace, indexOf, subAttributesOf } from '../schema/registry.ts'
import { mayTolerate, type Profile, type Reading, startReading, toName } from '../tolerance.ts'

// Picked as a whole, or only these sub-attributes of it.
type Pick = 'whole' | ReadonlySet<string>

/** What `attributes` (only) or `excludedAttributes` (except) named, by canonical path of attribute or extension. */
export interface Selection {
  readonly kind: 'only' | 'except'
  readonly picks: ReadonlyMap<string, Pick>
}

type Names = string | readonly string[] | undefined

function toNames(names: Names): readonly string[] {
  const list = typeof names === 'string' ? names.split(',') : (names ?? [])
  return list.map((name) => name.trim()).filter((name) => name !== '')
}

function addPick(picks: Map<string, Pick>, path: string, subName: string | undefined): void {
  const existing = picks.get(path)
  if (existing === 'whole') return
  picks.set(path, subName === undefined ? 'whole' : new Set([...(existing ?? []), subName]))
}

// Entra: asks for emails[type eq "work"], of which only the attribute is used.
function withoutFilter(name: string, reading: Reading): string {
  const bracket = name.indexOf('[')
  return bracket < 0 || !mayTolerate(reading, 'ignore-unknown', name) ? name : name.slice(0, bracket)
}

function readPicks(
  type: ResourceType,
  names: readonly string[],
  reading: Reading,
): ReadonlyMap<string, Pick> {
  const { urns } = indexOf(type)
  const picks = new Map<string, Pick>()
  for (const raw of names) {
    const name = withoutFilter(raw, reading)
    const place = findPlace(type, name, reading)
    const urn = place === undefined ? findByName(urns, name) : undefined
    if (place?.parent !== undefined)
      addPick(picks, place.path.slice(0, place.path.lastIndexOf('.')), place.attribute.name)
    else if (place !== undefined) addPick(picks, place.path, undefined)
    else if (urn !== undefined) addPick(picks, urn.id, undefined)
    else if (!mayTolerate(reading, 'ignore-unknown', name)) {
      throw refuse('selection_unknown', { name: toName(name) })
    }
  }
  return picks
}

/** A comma-separated list or a list of names; undefined when neither is given. Throws ScimError 400 invalidValue for both
 * at once, and in `strict` for a name that no schema has (elsewhere such names select nothing). */
export function readSelection(
  type: ResourceType,
  attributes: Names,
  excludedAttributes: Names,
  profile: Profile,
  reading: Reading = startReading(profile),
): Selection | undefined {
  const only = toNames(attributes)
  const except = toNames(excludedAttributes)
  if (only.length > 0 && except.length > 0) throw refuse('selection_both')
  if (only.length > 0) return { kind: 'only', picks: readPicks(type, only, reading) }
  return except.length > 0 ? { kind: 'except', picks: readPicks(type, except, reading) } : undefined
}

type Kind = Selection['kind'] | 'default'

function isShown(attribute: Attribute, kind: Kind, pick: Pick | undefined): boolean {
  if (attribute.returned === 'never') return false
  if (attribute.returned === 'always') return true
  if (kind === 'only') return pick !== undefined
  return attribute.returned === 'default' && pick !== 'whole'
}

function isPlain(attribute: Attribute): boolean {
  return attribute.returned === 'default' || attribute.returned === 'always'
}

function projectMembers(
  attribute: Attribute,
  member: JsonValue,
  kind: Kind,
  picked: ReadonlySet<string>,
): JsonValue {
  if (!isJsonObject(member)) return member
  const names = subAttributesOf(attribute)
  const shown: Record<string, JsonValue> = {}
  for (const name of Object.keys(member)) {
    const sub = names.get(name)
    if (sub !== undefined && isShown(sub, kind, picked.has(name) ? 'whole' : undefined))
      shown[name] = member[name]!
  }
  return shown
}

const nothing: ReadonlySet<string> = new Set()

// A complex attribute picked as a whole shows what it shows by default.
function projectValue(attribute: Attribute, value: JsonValue, kind: Kind, pick: Pick | undefined): JsonValue {
  const isSplit = pick !== undefined && pick !== 'whole'
  if (attribute.subAttributes === undefined) return value
  if (!isSplit && attribute.subAttributes.every(isPlain)) return value
  const project = (member: JsonValue) =>
    projectMembers(attribute, member, isSplit ? kind : 'default', isSplit ? pick : nothing)
  return Array.isArray(value) ? value.map(project) : project(value)
}

function projectAttributes(
  names: AttributeNames,
  lead: string,
  values: JsonObject,
  kind: Kind,
  picks: ReadonlyMap<string, Pick>,
): Record<string, JsonValue> {
  const shown: Record<string, JsonValue> = {}
  for (const name of Object.keys(values)) {
    const attribute = names.get(name)
    const pick = picks.get(lead + name)
    if (attribute !== undefined && isShown(attribute, kind, pick))
      shown[name] = projectValue(attribute, values[name]!, kind, pick)
  }
  return shown
}

const noPicks: ReadonlyMap<string, Pick> = new Map()

function hasOnlyPlain(attributes: Iterable<Attribute>): boolean {
  for (const attribute of attributes)
    if (
      attribute.isDropped !== true &&
      !(isPlain(attribute) && (attribute.subAttributes ?? []).every(isPlain))
    )
      return false
  return true
}

const plainTypes = new WeakMap<ResourceType, boolean>()

function isPlainType(type: ResourceType): boolean {
  let isAllPlain = plainTypes.get(type)
  if (isAllPlain === undefined) {
    isAllPlain = hasOnlyPlain(
      [type.schema, ...type.extensions.map((each) => each.schema)].flatMap((each) => each.attributes),
    )
    plainTypes.set(type, isAllPlain)
  }
  return isAllPlain
}

/** The resource as the selection wants it; the very same object when there is no selection and nothing to hide. */
export function projectResource(
  type: ResourceType,
  resource: JsonObject,
  selection: Selection | undefined,
): JsonObject {
  if (selection === undefined && isPlainType(type)) return resource
  const kind = selection?.kind ?? 'default'
  const picks = selection?.picks ?? noPicks
  const index = indexOf(type)
  const isWholeCore = picks.get(type.schema.id) === 'whole' && kind === 'only'
  const shown = projectAttributes(index.attributes, '', resource, isWholeCore ? 'default' : kind, picks)
  for (const { schema } of type.extensions) {
    const values = resource[schema.id]
    const isWhole = picks.get(schema.id) === 'whole'
    if (!isJsonObject(values) || (isWhole && kind === 'except')) continue
    const { attributes } = index.extensions.get(schema.id)!
    const inside = projectAttributes(attributes, `${schema.id}:`, values, isWhole ? 'default' : kind, picks)
    if (Object.keys(inside).length > 0) shown[schema.id] = inside
  }
  return shown
}
