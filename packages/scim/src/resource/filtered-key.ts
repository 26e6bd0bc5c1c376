// A key of a body that chooses values as a PATCH path does: {"emails[type eq \"work\"].value": "x"}. Templates of Entra's kind write them.

import { toBlueprint } from '../filter/blueprint.ts'
import { costOf, weigh } from '../filter/cost.ts'
import { matchValue } from '../filter/match.ts'
import { parsePath } from '../filter/parse.ts'
import { resolveInside } from '../filter/resolve.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { ResolvedPath, ResourceType } from '../schema/attribute.ts'
import { findPlace, withColon } from '../schema/registry.ts'
import { mayTolerate, note, type Reading } from '../tolerance.ts'
import { readElement, readValue, settlePrimaries } from './read-value.ts'
import { unite } from './twins.ts'

/**
 * Puts the value into those that the filter chooses, or into a new one that it describes, unless no visits remain for that. The attribute; undefined where no schema has
 * it; throws ScimError 400 invalidPath, invalidFilter or invalidValue.
 */
export function assignFiltered(
  type: ResourceType,
  values: Record<string, JsonValue>,
  key: string,
  raw: JsonValue,
  reading: Reading,
  visits: { remaining: number },
): ResolvedPath | undefined {
  const allowUnquoted = reading.profile.tolerances.has('unquoted-filter-values')
  const onUnquoted = () => void mayTolerate(reading, 'unquoted-filter-values', key)
  const { path, filter } = parsePath(withColon(type, key, reading), { allowUnquoted, onUnquoted })
  const lead = path.urn === undefined ? path.name : `${path.urn}:${path.name}`
  const place = findPlace(type, lead, reading)
  const sub = path.subName === undefined ? place : findPlace(type, `${lead}.${path.subName}`, reading)
  if (place === undefined || sub === undefined || filter === undefined) return undefined
  if (place.attribute.mutability === 'readOnly' || sub.attribute.mutability === 'readOnly') {
    note(reading, 'read-only-left', key)
    return place
  }
  const resolved = resolveInside(place, filter, reading)
  const value = readChosen(place, sub, raw, reading)
  if (value === undefined) return place
  const blueprint = toBlueprint(resolved)
  const container = containerOf(values, place.extension)
  const before = (container[place.attribute.name] ?? []) as readonly JsonValue[]
  visits.remaining -= 2 * weigh(before) * costOf(resolved)
  if (visits.remaining < 0) return place
  const isAny = before.some((one) => matchValue(resolved, one))
  if (!isAny && blueprint === undefined) throw refuse('key_without_value', { path: place.path })
  const next = isAny
    ? before.map((one) => (matchValue(resolved, one) ? complete(one, value) : one))
    : [...before, complete(toFirst(place, blueprint as JsonObject), value)]
  const isNameless = (one: JsonValue) => isJsonObject(one) && one.value === undefined
  if (place.attribute.namesResources === true && next.some(isNameless))
    throw refuse('value_lacks_value', { path: place.path })
  container[place.attribute.name] = next
  return place
}

/** Once all keys have said what they say of an attribute: each value once, and one of them the first. */
export function settleFiltered(
  values: Record<string, JsonValue>,
  { attribute, extension, path }: ResolvedPath,
  reading: Reading,
): void {
  if (extension !== undefined && values[extension] === undefined) return
  const container = containerOf(values, extension)
  const list = container[attribute.name]
  if (Array.isArray(list))
    container[attribute.name] = settlePrimaries(path, unite(attribute, list as readonly JsonValue[]), reading)
}

function readChosen(
  place: ResolvedPath,
  sub: ResolvedPath,
  raw: JsonValue,
  reading: Reading,
): JsonValue | undefined {
  if (sub.parent === undefined) return readElement(place.attribute, place.path, raw, reading)
  const value = readValue(sub.attribute, sub.path, raw, reading)
  return value === undefined ? undefined : { [sub.attribute.name]: value }
}

function toFirst({ attribute }: ResolvedPath, blueprint: JsonObject): JsonValue {
  return attribute.type === 'complex' ? blueprint : (blueprint.value ?? null)
}

function complete(before: JsonValue, value: JsonValue): JsonValue {
  return isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value
}

function containerOf(
  values: Record<string, JsonValue>,
  extension: string | undefined,
): Record<string, JsonValue> {
  if (extension === undefined) return values
  const container = { ...(values[extension] as JsonObject | undefined) }
  values[extension] = container
  return container
}
