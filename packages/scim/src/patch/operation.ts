// One operation of a PATCH with its value to assignments of single targets, each value already of its
// attribute's type. Which resource they meet is not known here.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'
import {
  assertListed,
  hasOnlyLabels,
  ignoreUnknown,
  isNothing,
  namedTwice,
  readElements,
  readPart,
  readValue,
  unwrap,
} from '../resource/read-value.ts'
import type { Attribute, ResolvedPath, ResourceType } from '../schema/attribute.ts'
import {
  type ExtensionIndex,
  findByName,
  indexOf,
  schemasAttribute,
  subAttributesOf,
} from '../schema/registry.ts'
import { isDemanded, mayTolerate, note, type Reading } from '../tolerance.ts'
import { type PatchTarget, toTarget } from './target.ts'

/** RFC 7644 §3.5.2. */
export type PatchOp = 'add' | 'replace' | 'remove'

/** One assignment: a path-less or complex value has become several. `value` is canonical and undefined for none; with `remove`
 * of a multi-valued attribute it lists the only values to remove. */
export interface PatchOperation {
  readonly op: PatchOp
  readonly target: PatchTarget
  readonly value: JsonValue | undefined
  /** Of a "replace" of chosen values: the sub-attributes that were said to have none. */
  readonly cleared?: readonly string[]
}

/** Where operations gather; `isEcho` while reading an object's own names rather than a path that a client chose. */
export interface OperationReader {
  readonly op: PatchOp
  readonly reading: Reading
  readonly isEcho: boolean
  readonly operations: PatchOperation[]
  /** The canonical paths that keys of this operation's value have named. */
  readonly named: Set<string>
}

// Okta: repeats id, Entra: meta, others groups and schemas in objects; named by a path they are refused.
function isIgnored(target: PatchTarget, reader: OperationReader): boolean {
  const leaf = target.sub ?? target.attribute
  if (leaf.mutability !== 'readOnly' && target.attribute.mutability !== 'readOnly') return false
  const mayEcho = reader.isEcho || target.attribute === schemasAttribute
  if (mayEcho && mayTolerate(reader.reading, 'ignore-read-only', target.path)) return true
  throw refuse('read_only', { path: target.path })
}

// Okta and Entra: a removal may list what to remove; ignoring the list would empty the group.
function readListed(
  target: PatchTarget,
  raw: JsonValue | undefined,
  reading: Reading,
): JsonValue | undefined {
  const { attribute, filter, sub, path } = target
  if (raw === undefined || raw === null) return undefined
  if (!attribute.multiValued || filter !== undefined || sub !== undefined) {
    if (!isNothing(raw)) note(reading, 'removal-values', path)
    return undefined
  }
  // A list of nothing is no list of all.
  const sent = isNothing(raw) ? [] : Array.isArray(raw) ? (raw as readonly JsonValue[]) : [raw]
  // A type or a mark alone names no value.
  const listed = readElements(attribute, path, sent, reading).filter(
    (one) => !isJsonObject(one) || !hasOnlyLabels(one),
  )
  if (listed.length < sent.length) note(reading, 'empty-values', path)
  if (listed.length === 0) throw refuse('value_lacks_removals', { path })
  return listed
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
    if (sub === undefined) ignoreUnknown(reader.reading, `${target.path}.${key}`)
    else readNamed(withSub(target, sub), raw[key]!, { ...reader, isEcho: true })
  }
}

function readLeaf(target: PatchTarget, source: JsonValue, reading: Reading): JsonValue | undefined {
  const { attribute, sub, filter, path } = target
  if (sub !== undefined) return readValue(sub, path, source, reading)
  if (filter === undefined) return readValue(attribute, path, source, reading)
  const isPart = attribute.type === 'complex' && attribute.namesResources !== true
  if (isPart && isJsonObject(source) && Object.keys(source).length > 0)
    return readPart(attribute, path, source, reading)
  return source === null ? undefined : readElements(attribute, path, [source], reading)[0]
}

// RFC 7644 §3.5.2.3: the sub-attributes that an object names are replaced, the others stay.
function isMerge(target: PatchTarget, raw: JsonValue, { op, reading }: OperationReader): raw is JsonObject {
  if (op === 'replace' && isDemanded(reading, 'whole-replace')) return false
  const { attribute, sub } = target
  const isSingleComplex = attribute.type === 'complex' && !attribute.multiValued && sub === undefined
  return isSingleComplex && isJsonObject(raw) && Object.keys(raw).length > 0
}

// Adding nothing is no change; null and "" say that there is no value.
function addsNothing(op: PatchOp, target: PatchTarget, source: JsonValue, reading: Reading): boolean {
  const isEmptyList = Array.isArray(source) && source.length === 0
  const isEmptyObject = isJsonObject(source) && Object.keys(source).length === 0
  if (op !== 'add' || !(isEmptyList || (isEmptyObject && target.attribute.namesResources !== true)))
    return false
  note(reading, 'empty-values', target.path)
  return true
}

// RFC 7644 §3.5.2.3: what an object does not name of a chosen value stays; what it names without a value goes.
function listCleared(
  target: PatchTarget,
  source: JsonValue,
  value: JsonValue | undefined,
): readonly string[] {
  if (!isJsonObject(source) || !isJsonObject(value)) return []
  const names = subAttributesOf(target.attribute)
  return Object.keys(source).flatMap((key) => {
    const sub = findByName(names, key)
    return sub === undefined || sub.mutability === 'readOnly' || value[sub.name] !== undefined
      ? []
      : [sub.name]
  })
}

function readAssigned(target: PatchTarget, raw: JsonValue, reader: OperationReader): void {
  const { op, reading, operations } = reader
  const { attribute, sub, filter, path } = target
  if (filter !== undefined && sub === undefined && isDemanded(reading, 'sub-attribute-paths'))
    throw refuse('patch_path_lacks_sub', { path })
  const leaf = sub ?? attribute
  const source = leaf.multiValued && filter === undefined ? raw : unwrap(leaf, path, raw, reading)
  if (addsNothing(op, target, source, reading)) return
  if (isMerge(target, source, reader)) {
    readMembers(target, source, reader)
    return
  }
  const main = sub === undefined && filter !== undefined ? subAttributesOf(attribute).get('value') : undefined
  const isPlain = typeof source === 'string' && source !== '' && !source.startsWith('{')
  if (main !== undefined && isPlain && mayTolerate(reading, 'manager-as-string', path)) {
    readAssignment(withSub(target, main), source, reader)
    return
  }
  const value = readLeaf(target, source, reading)
  if (attribute.isDropped === true) {
    if (!isNothing(source)) note(reading, 'not-kept', path)
    return
  }
  if (op === 'add' && value === undefined && leaf.multiValued) note(reading, 'empty-values', path)
  const isChosen = op === 'replace' && filter !== undefined && sub === undefined
  const cleared = isChosen ? listCleared(target, source, value) : []
  operations.push({ op, target, value, ...(cleared.length === 0 ? {} : { cleared }) })
}

/** Reads one value for one target; throws ScimError 400 invalidValue or mutability. */
export function readAssignment(
  target: PatchTarget,
  raw: JsonValue | undefined,
  reader: OperationReader,
): void {
  const { op, reading, operations } = reader
  if (isIgnored(target, reader)) return
  assertListed(target.attribute, target.path, reading)
  if (op !== 'remove') {
    readAssigned(target, raw ?? null, reader)
    return
  }
  if (target.attribute.isDropped === true) {
    note(reading, 'not-kept', target.path)
    return
  }
  operations.push({ op, target, value: readListed(target, raw, reading) })
}

/**
 * Reads the value of one key of an object. As in a POST, throws ScimError 400 invalidSyntax where two keys mean the same attribute, such as
 * "active" and "Active": the latter would undo the former without a word.
 */
export function readNamed(target: PatchTarget, raw: JsonValue, reader: OperationReader): void {
  if (isIgnored(target, reader)) return
  if (target.filter === undefined) {
    if (reader.named.has(target.path)) throw namedTwice(target.path)
    reader.named.add(target.path)
  }
  readAssignment(target, raw, reader)
}

/** Unassigns all that a client may change of one extension. */
export function clearExtension({ schema }: ExtensionIndex, reader: OperationReader): void {
  for (const attribute of schema.attributes)
    if (attribute.mutability !== 'readOnly')
      readAssignment(toTarget(inExtension(schema.id, attribute)), null, reader)
}

/** Reads an object of an extension's attributes; null and an empty object replace the extension by nothing. */
export function readExtension(
  type: ResourceType,
  extension: ExtensionIndex,
  raw: JsonValue,
  reader: OperationReader,
): void {
  const { schema, attributes } = extension
  const { op, reading } = reader
  const isList = Array.isArray(raw) && raw.length === 1 && mayTolerate(reading, 'wrapped-values', schema.id)
  const source = isList ? (raw[0] as JsonValue) : raw
  const isEmptyText = source === '' && mayTolerate(reading, 'empty-string-clears', schema.id)
  if (source === null || isEmptyText || (isJsonObject(source) && Object.keys(source).length === 0)) {
    if (op === 'replace') clearExtension(extension, reader)
    else note(reading, 'empty-values', schema.id)
    return
  }
  if (!isJsonObject(source)) throw refuse('value_not_object', { path: schema.id })
  for (const key of Object.keys(source)) {
    const attribute = findByName(attributes, key)
    const path = `${schema.id}:${key}`
    const deeper = attribute === undefined ? findByName(indexOf(type).paths, path) : undefined
    if (attribute !== undefined) readNamed(toTarget(inExtension(schema.id, attribute)), source[key]!, reader)
    else if (deeper !== undefined && mayTolerate(reading, 'path-less-keys', path))
      readNamed(toTarget(deeper), source[key]!, reader)
    else ignoreUnknown(reading, path)
  }
}
