// The room `scim/patch`: PATCH, first read and then applied. Everything that can be wrong without a resource is refused before one is
// loaded.
//
// 1. `read-patch` reads the body; `target` resolves each path in the schema.
// 2. `operation` makes assignments of single targets of each operation.
// 3. `apply-patch` carries them out on a copy, in order, all or nothing.
// 4. `values` does it inside a multi-valued attribute.
//
// A read PATCH against one resource (RFC 7644 §3.5.2): on a copy, in order, all or nothing.

import { maxVisits } from '../filter/cost.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import { listSchemas } from '../resource/read.ts'
import { isBlank } from '../resource/read-value.ts'
import { assertImmutable, isSameResource } from '../resource/replace.ts'
import type { Attribute, ResourceType } from '../schema/attribute.ts'
import { schemasAttribute } from '../schema/registry.ts'
import { type Profile, type Reading, startReading, type Tolerance } from '../tolerance.ts'
import type { Patch, PatchOperation } from './read-patch.ts'
import { type Application, changeValues } from './values.ts'

/** The whole resource with `schemas` rebuilt; it is `current` itself when nothing changed. `tolerated` includes the patch's own. */
export interface PatchResult {
  readonly resource: JsonObject
  readonly isChanged: boolean
  readonly tolerated: readonly Tolerance[]
}

function changeSingle(operation: PatchOperation, before: JsonValue | undefined): JsonValue | undefined {
  const { op, target, value } = operation
  const next = op === 'remove' ? undefined : value
  if (target.sub === undefined) return next
  const members: Record<string, JsonValue> = isJsonObject(before) ? { ...before } : {}
  if (next === undefined) delete members[target.sub.name]
  else members[target.sub.name] = next
  return Object.keys(members).length === 0 ? undefined : members
}

function changeMany(
  operation: PatchOperation,
  before: JsonValue | undefined,
  application: Application,
): JsonValue | undefined {
  const elements = Array.isArray(before) ? (before as readonly JsonValue[]) : []
  const next = changeValues(operation, elements, application)
  return next.length === 0 ? undefined : next
}

function change(
  operation: PatchOperation,
  before: JsonValue | undefined,
  application: Application,
): JsonValue | undefined {
  const { attribute, path } = operation.target
  const next = attribute.multiValued
    ? changeMany(operation, before, application)
    : changeSingle(operation, before)
  assertImmutable(attribute, path, before, next)
  if (next === undefined && before !== undefined && attribute.defaultOnCreate !== undefined)
    throw refuse('not_removable', { path })
  return next
}

function assignTo(values: Record<string, JsonValue>, name: string, value: JsonValue | undefined): void {
  if (value === undefined) delete values[name]
  else values[name] = value
}

function applyOperation(
  values: Record<string, JsonValue>,
  operation: PatchOperation,
  application: Application,
): void {
  const { attribute, extension } = operation.target
  if (extension === undefined) {
    assignTo(values, attribute.name, change(operation, values[attribute.name], application))
    return
  }
  const inside = { ...(values[extension] as JsonObject | undefined) }
  assignTo(inside, attribute.name, change(operation, inside[attribute.name], application))
  assignTo(values, extension, Object.keys(inside).length === 0 ? undefined : inside)
}

// RFC 7644 §3.5.2.2: a required attribute may not become unassigned.
function assertStillThere(
  attributes: readonly Attribute[],
  lead: string,
  before: JsonObject,
  after: JsonObject,
): void {
  for (const { name, required } of attributes) {
    if (!required || !isBlank(after[name]) || isBlank(before[name])) continue
    if (after[name] === undefined) throw refuse('required_not_removable', { path: lead + name })
    throw refuse('value_required', { path: lead + name })
  }
}

function assertRequiredStay(type: ResourceType, before: JsonObject, after: JsonObject): void {
  assertStillThere(type.schema.attributes, '', before, after)
  for (const { schema } of type.extensions) {
    const [old, next] = [before[schema.id], after[schema.id]]
    if (isJsonObject(old) && isJsonObject(next))
      assertStillThere(schema.attributes, `${schema.id}:`, old, next)
  }
}

// A reference to whom a value named before is no reference to whom it names now.
function dropStale(type: ResourceType, before: JsonObject, values: Record<string, JsonValue>): void {
  for (const { schema } of type.extensions) {
    const [old, next] = [before[schema.id], values[schema.id]]
    if (old === next || !isJsonObject(old) || !isJsonObject(next)) continue
    const kept = dropStaleOf(schema.attributes, old, next)
    assignTo(values, schema.id, Object.keys(kept).length === 0 ? undefined : kept)
  }
}

function dropStaleOf(attributes: readonly Attribute[], old: JsonObject, next: JsonObject): JsonObject {
  const kept: Record<string, JsonValue> = { ...next }
  for (const { name, multiValued } of attributes) {
    const [was, is] = [old[name], next[name]]
    const isSame = was === is || multiValued || !isJsonObject(was) || !isJsonObject(is)
    if (isSame || is.$ref === undefined || is.$ref !== was.$ref || is.value === was.value) continue
    const { $ref, ...rest } = is
    const isNew = typeof $ref === 'string' && typeof is.value === 'string' && $ref.endsWith(is.value)
    if (!isNew) assignTo(kept, name, Object.keys(rest).length === 0 ? undefined : rest)
  }
  return kept
}

/** `current` is never changed; throws ScimError 400 noTarget, mutability, invalidValue or tooMany, and then nothing was applied. */
export function applyPatch(
  type: ResourceType,
  current: JsonObject,
  patch: Patch,
  profile: Profile,
  reading: Reading = startReading(profile),
): PatchResult {
  const { used } = reading
  for (const tolerance of patch.tolerated) used.add(tolerance)
  const application: Application = { reading, twins: new WeakMap(), remaining: maxVisits }
  const values: Record<string, JsonValue> = { [schemasAttribute.name]: [], ...current }
  for (const operation of patch.operations) {
    try {
      applyOperation(values, operation, application)
    } catch (error) {
      throw patch.blame(operation, error)
    }
  }
  dropStale(type, current, values)
  assertRequiredStay(type, current, values)
  const isChanged = !isSameResource(current, values)
  if (!isChanged) return { resource: current, isChanged, tolerated: [...used] }
  values[schemasAttribute.name] = listSchemas(type, values)
  return { resource: values, isChanged, tolerated: [...used] }
}
