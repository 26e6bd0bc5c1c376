// The body of a PUT against the resource as it is (RFC 7644 §3.5.1). Reading the body is shared with POST.

import { isJsonEqual, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import type { Attribute, ResourceType } from '../schema/attribute.ts'
import { idAttribute, indexOf, schemasAttribute } from '../schema/registry.ts'
import { mayTolerate, type Profile, type Reading, startReading } from '../tolerance.ts'
import { assertRequired, type Draft, listSchemas, type ReadResult, readDraft } from './read.ts'

/** The whole new resource; what `current` had of read-only attributes comes back untouched. */
export interface ReplaceResult extends ReadResult {
  readonly isChanged: boolean
}

/** Whether two resources have the same values; `schemas` follows from them and is not compared. */
export function isSameResource(left: JsonObject, right: JsonObject): boolean {
  const { [schemasAttribute.name]: _left, ...leftValues } = left
  const { [schemasAttribute.name]: _right, ...rightValues } = right
  return isJsonEqual(leftValues, rightValues)
}

/** Throws ScimError 400 mutability if an immutable attribute, or such a part of a single complex value, would change. */
export function assertImmutable(
  attribute: Attribute,
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  if (before === undefined) return
  if (attribute.mutability === 'immutable' && !isJsonEqual(before, after)) throw refuse('immutable', { path })
  if (!isJsonObject(before)) return
  const next = isJsonObject(after) ? after : {}
  for (const sub of attribute.subAttributes ?? [])
    if (sub.mutability === 'immutable')
      assertImmutable(sub, `${path}.${sub.name}`, before[sub.name], next[sub.name])
}

function isKept(attribute: Attribute, isNamed: boolean): boolean {
  if (attribute.mutability === 'readOnly' || attribute.mutability === 'immutable') return true
  return attribute.keepWhenUnsaid === true && (!isNamed || attribute.defaultOnCreate !== undefined)
}

// RFC 7644 §3.5.1: an immutable value that the body leaves out stays, inside a single complex value too.
function withImmutable(
  attribute: Attribute,
  before: JsonValue,
  after: JsonValue | undefined,
): JsonValue | undefined {
  const kept = (attribute.subAttributes ?? []).filter((sub) => sub.mutability === 'immutable')
  if (kept.length === 0 || !isJsonObject(before)) return after
  const own = kept.flatMap(({ name }) => (before[name] === undefined ? [] : [[name, before[name]] as const]))
  if (own.length === 0) return after
  return { ...Object.fromEntries(own), ...(after as JsonObject | undefined) }
}

function carryOver(
  attributes: Iterable<Attribute>,
  lead: string,
  current: JsonObject,
  next: Record<string, JsonValue>,
  draft: Draft,
): void {
  for (const attribute of attributes) {
    if (attribute === schemasAttribute) continue
    const path = lead + attribute.name
    const before = current[attribute.name]
    if (before === undefined) continue
    if (next[attribute.name] === undefined && isKept(attribute, draft.named.has(path)))
      next[attribute.name] = before
    const after = withImmutable(attribute, before, next[attribute.name])
    if (after !== undefined) next[attribute.name] = after
    assertImmutable(attribute, path, before, after)
  }
}

function carryOverExtensions(type: ResourceType, current: JsonObject, draft: Draft): void {
  for (const { schema } of type.extensions) {
    const before = current[schema.id]
    if (!isJsonObject(before)) continue
    const next = { ...(draft.values[schema.id] as JsonObject | undefined) }
    carryOver(schema.attributes, `${schema.id}:`, before, next, draft)
    if (Object.keys(next).length > 0) draft.values[schema.id] = next
  }
}

function assertSameId(current: JsonObject, draft: Draft, reading: Reading): void {
  const id = current[idAttribute.name]
  if (draft.id === undefined || draft.id === null || id === undefined || draft.id === id) return
  if (!mayTolerate(reading, 'ignore-read-only', idAttribute.name))
    throw refuse('unchangeable', { path: idAttribute.name })
}

/** PUT (RFC 7644 §3.5.1): what the body leaves out is unassigned, except what the schema keeps when unsaid, what is
 * read-only and what is immutable; throws ScimError 400 as readResource does, and mutability. */
export function replaceResource(
  type: ResourceType,
  current: JsonObject,
  body: JsonValue,
  profile: Profile,
  reading: Reading = startReading(profile),
): ReplaceResult {
  const draft = readDraft(type, body, reading)
  assertSameId(current, draft, reading)
  carryOver(new Set(indexOf(type).attributes.values()), '', current, draft.values, draft)
  carryOverExtensions(type, current, draft)
  assertRequired(type, draft.values)
  draft.values[schemasAttribute.name] = listSchemas(type, draft.values)
  return {
    resource: draft.values,
    tolerated: [...reading.used],
    isChanged: !isSameResource(current, draft.values),
  }
}
