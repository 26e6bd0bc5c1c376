// One operation of a PATCH with its value to assignments of single targets, each value already of its
// attribute's type. Which resource they meet is not known here.

import type { ResolvedPath } from '../filter/syntax.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { invalidValue } from '../resource/read-simple.ts'
import { ignoreUnknown, readElement, readValue } from '../resource/read-value.ts'
import { mutabilityError } from '../resource/replace.ts'
import type { Attribute } from '../schema/attribute.ts'
import { type ExtensionIndex, findByName, schemasAttribute, subAttributesOf } from '../schema/registry.ts'
import { mayTolerate, type Reading } from '../tolerance.ts'
import { type PatchTarget, toTarget } from './target.ts'

/** RFC 7644 §3.5.2. */
export type PatchOp = 'add' | 'replace' | 'remove'

/** One assignment: a path-less or complex value has become several. `value` is canonical and undefined for none; with `remove`
 * of a multi-valued attribute it lists the only values to remove. */
export interface PatchOperation {
  readonly op: PatchOp
  readonly target: PatchTarget
  readonly value: JsonValue | undefined
}

/** Where operations gather; `isEcho` while reading an object's own names rather than a path that a client chose. */
export interface OperationReader {
  readonly op: PatchOp
  readonly reading: Reading
  readonly isEcho: boolean
  readonly operations: PatchOperation[]
}

// Okta: repeats id, Entra: meta, others groups and schemas in objects; named by a path they are refused.
function isIgnored(target: PatchTarget, reader: OperationReader): boolean {
  const leaf = target.sub ?? target.attribute
  if (leaf.mutability !== 'readOnly' && target.attribute.mutability !== 'readOnly') return false
  const mayEcho = reader.isEcho || target.attribute === schemasAttribute
  if (mayEcho && mayTolerate(reader.reading, 'ignore-read-only')) return true
  throw mutabilityError(target.path, 'is read-only')
}

// Older Entra: [{"value": "x"}] for a single "x".
function unwrap(leaf: Attribute, raw: JsonValue, reading: Reading): JsonValue {
  const isWrappedList = Array.isArray(raw) && raw.length === 1
  const inner = isWrappedList ? (raw[0] as JsonValue) : raw
  const isWrappedObject = leaf.type !== 'complex' && isJsonObject(inner) && Object.hasOwn(inner, 'value')
  if (!isWrappedList && !isWrappedObject) return raw
  if (!mayTolerate(reading, 'wrapped-values')) return raw
  return isWrappedObject ? (inner as JsonObject).value! : inner
}

// Okta and Entra: a removal may list what to remove; ignoring the list would empty the group.
function readListed(
  target: PatchTarget,
  raw: JsonValue | undefined,
  reading: Reading,
): JsonValue | undefined {
  const { attribute, filter, sub, path } = target
  if (
    raw === undefined ||
    raw === null ||
    !attribute.multiValued ||
    filter !== undefined ||
    sub !== undefined
  )
    return undefined
  const list: readonly JsonValue[] = Array.isArray(raw) ? raw : [raw]
  return list.flatMap((item) => readElement(attribute, path, item, reading) ?? [])
}

function inExtension(urn: string, attribute: Attribute): ResolvedPath {
  return { attribute, parent: undefined, extension: urn, path: `${urn}:${attribute.name}` }
}

function withSub(target: PatchTarget, sub: Attribute): PatchTarget {
  return { ...target, sub, path: `${target.path}.${sub.name}` }
}

function readMembers(target: PatchTarget, raw: JsonObject, reader: OperationReader): void {
  const names = subAttributesOf(target.attribute)
  for (const key of Object.keys(raw)) {
    const sub = findByName(names, key)
    if (sub === undefined) ignoreUnknown(reader.reading)
    else readAssignment(withSub(target, sub), raw[key]!, { ...reader, isEcho: true })
  }
}

function readLeaf(target: PatchTarget, source: JsonValue, reading: Reading): JsonValue | undefined {
  const { attribute, sub, filter, path } = target
  if (sub !== undefined) return readValue(sub, path, source, reading)
  return filter === undefined
    ? readValue(attribute, path, source, reading)
    : readElement(attribute, path, source, reading)
}

// RFC 7644 §3.5.2.3: the sub-attributes that an object names are replaced, the others stay.
function isMerge(target: PatchTarget, raw: JsonValue): raw is JsonObject {
  const { attribute, sub } = target
  const isSingleComplex = attribute.type === 'complex' && !attribute.multiValued && sub === undefined
  return isSingleComplex && isJsonObject(raw) && Object.keys(raw).length > 0
}

// Adding nothing is no change; null and "" say that there is no value.
function addsNothing(op: PatchOp, source: JsonValue): boolean {
  return op === 'add' && typeof source === 'object' && source !== null && Object.keys(source).length === 0
}

function readAssigned(target: PatchTarget, raw: JsonValue, reader: OperationReader): void {
  const { op, reading, operations } = reader
  const { attribute, sub, filter } = target
  const leaf = sub ?? attribute
  const source = leaf.multiValued && filter === undefined ? raw : unwrap(leaf, raw, reading)
  if (addsNothing(op, source)) return
  if (isMerge(target, source)) {
    readMembers(target, source, reader)
    return
  }
  const main = sub === undefined && filter !== undefined ? subAttributesOf(attribute).get('value') : undefined
  const isPlain = typeof source === 'string' && source !== '' && !source.startsWith('{')
  if (main !== undefined && isPlain && mayTolerate(reading, 'manager-as-string')) {
    readAssignment(withSub(target, main), source, reader)
    return
  }
  const value = readLeaf(target, source, reading)
  if (attribute.isDropped !== true) operations.push({ op, target, value })
}

/** Reads one value for one target; throws ScimError 400 invalidValue or mutability. */
export function readAssignment(
  target: PatchTarget,
  raw: JsonValue | undefined,
  reader: OperationReader,
): void {
  const { op, reading, operations } = reader
  if (isIgnored(target, reader)) return
  if (op !== 'remove') {
    readAssigned(target, raw ?? null, reader)
    return
  }
  if (target.attribute.isDropped === true) return
  operations.push({ op, target, value: readListed(target, raw, reading) })
}

/** Unassigns all that a client may change of one extension. */
export function clearExtension({ schema }: ExtensionIndex, reader: OperationReader): void {
  for (const attribute of schema.attributes)
    if (attribute.mutability !== 'readOnly')
      readAssignment(toTarget(inExtension(schema.id, attribute)), null, reader)
}

/** Reads an object of an extension's attributes; null and an empty object replace the extension by nothing. */
export function readExtension(extension: ExtensionIndex, raw: JsonValue, reader: OperationReader): void {
  const { schema, attributes } = extension
  const isEmpty = raw === null || (isJsonObject(raw) && Object.keys(raw).length === 0)
  if (isEmpty) {
    if (reader.op === 'replace') clearExtension(extension, reader)
    return
  }
  if (!isJsonObject(raw)) throw invalidValue(schema.id, 'must be an object')
  for (const key of Object.keys(raw)) {
    const attribute = findByName(attributes, key)
    if (attribute === undefined) ignoreUnknown(reader.reading)
    else readAssignment(toTarget(inExtension(schema.id, attribute)), raw[key]!, reader)
  }
}
