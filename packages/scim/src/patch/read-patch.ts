// The body of a PATCH (RFC 7644 §3.5.2) to typed operations: all syntax, names, paths, filters and value types
// are judged here, before anything is loaded.

import { type RefusalSentence, ScimError } from '../error.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { membersOf } from '../message.ts'
import { refuse, toRefusalSentence } from '../refusals.ts'
import { ignoreUnknown, isNothing } from '../resource/read-value.ts'
import { namesMessage } from '../resource/schema-list.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { findByName, indexOf } from '../schema/registry.ts'
import {
  isDemanded,
  mayTolerate,
  note,
  type Profile,
  type Reading,
  startReading,
  type Tolerance,
  toName,
} from '../tolerance.ts'
import { patchOpUrn } from '../urn.ts'
import {
  clearExtension,
  type OperationReader,
  type PatchOp,
  type PatchOperation,
  readAssignment,
  readExtension,
  readNamed,
} from './operation.ts'
import { findPathTarget, type PathTarget, readPathTarget, toTarget } from './target.ts'

export type { PatchOperation } from './operation.ts'

/** A PATCH that can be applied to any resource of its type; `tolerated` as in a ReadResult. */
export interface Patch {
  readonly operations: readonly PatchOperation[]
  readonly tolerated: readonly Tolerance[]
  /** Of what one of the operations came to: a refusal says which of several it was. */
  readonly blame: (operation: PatchOperation, error: unknown) => unknown
}

/** `Operation 2 of 3 (replace "name.givenName"):`, as it was sent. */
function nameSent(raw: JsonValue, at: number, count: number): RefusalSentence {
  const members = isJsonObject(raw) ? membersOf(raw) : undefined
  const [op, path] = [members?.get('op'), members?.get('path')]
  const what = typeof op === 'string' && ops.has(op.toLowerCase()) ? op.toLowerCase() : undefined
  const place = { number: at + 1, count }
  if (what === undefined) return toRefusalSentence('patch_operation', place)
  return typeof path === 'string' && path !== ''
    ? toRefusalSentence('patch_operation_at', { ...place, op: what, path: toName(path) })
    : toRefusalSentence('patch_operation_bare', { ...place, op: what })
}

function blame(list: readonly JsonValue[], at: number, error: unknown): unknown {
  if (list.length < 2 || !(error instanceof ScimError)) return error
  const sentences = [nameSent(list[at]!, at, list.length), ...error.sentences]
  return new ScimError(error.status, error.scimType, sentences, { cause: error })
}

const ops: ReadonlyMap<string, PatchOp> = new Map([
  ['add', 'add'],
  ['replace', 'replace'],
  ['remove', 'remove'],
])

const operationNames: ReadonlySet<string> = new Set(['op', 'path', 'value'])
const messageNames: ReadonlySet<string> = new Set(['schemas', 'operations'])

function noteUnknown(message: JsonObject, known: ReadonlySet<string>, reading: Reading): void {
  for (const name of Object.keys(message))
    if (!known.has(name.toLowerCase())) note(reading, 'unknown-parameters', name)
}

function readOp(raw: JsonValue | undefined, reading: Reading): PatchOp {
  const exact = typeof raw === 'string' ? ops.get(raw) : undefined
  if (exact !== undefined) return exact
  const folded = typeof raw === 'string' ? ops.get(raw.toLowerCase()) : undefined
  if (folded === undefined || !mayTolerate(reading, 'op-any-case', String(raw))) throw refuse('patch_op')
  return folded
}

function findKeyTarget(type: ResourceType, key: string, reading: Reading): PathTarget | undefined {
  const index = indexOf(type)
  const attribute = findByName(index.attributes, key)
  if (attribute !== undefined)
    return {
      kind: 'attribute',
      target: toTarget({ attribute, parent: undefined, extension: undefined, path: attribute.name }),
    }
  const extension = findByName(index.extensions, key)
  if (extension !== undefined && (!extension.isAlias || mayTolerate(reading, 'scim1-urns', key)))
    return { kind: 'extension', extension }
  // A lone name of an extension is read by the tolerance of such names.
  const isLoose = findByName(index.loosePaths, key) !== undefined
  if (isLoose) return findPathTarget(type, key, reading)
  const isPath = key.includes('[') || findByName(index.paths, key) !== undefined
  const isCore = extension === undefined && findByName(index.urns, key) !== undefined
  const mayBeKey = (isPath || isCore) && mayTolerate(reading, 'path-less-keys', key)
  return mayBeKey ? findPathTarget(type, key, reading) : undefined
}

// SCIM-SDK: a list of one object.
function toObject(raw: JsonValue, reading: Reading): JsonObject {
  const isList = Array.isArray(raw) && raw.length === 1 && mayTolerate(reading, 'wrapped-values', 'value')
  const source = isList ? (raw[0] as JsonValue) : raw
  if (isJsonObject(source)) return source
  throw refuse('patch_value_not_object')
}

function readPathLess(type: ResourceType, raw: JsonValue, reader: OperationReader): void {
  const source = toObject(raw, reader.reading)
  for (const key of Object.keys(source)) {
    const found = findKeyTarget(type, key, reader.reading)
    if (found?.kind === 'attribute') readNamed(found.target, source[key]!, reader)
    else if (found?.kind === 'extension') readExtension(type, found.extension, source[key]!, reader)
    else if (found?.kind === 'resource') readCore(type, key, source[key]!, reader)
    else ignoreUnknown(reader.reading, key)
  }
}

// laravel-scim-server: what is of the core schema stands under its URN.
function readCore(type: ResourceType, key: string, raw: JsonValue, reader: OperationReader): void {
  if (isNothing(raw)) note(reader.reading, 'empty-values', key)
  else readPathLess(type, raw, reader)
}

function readWithPath(
  type: ResourceType,
  path: string,
  raw: JsonValue | undefined,
  reader: OperationReader,
): void {
  const found = readPathTarget(type, path, reader.reading)
  if (found === undefined) return
  if (found.kind === 'attribute') {
    readAssignment(found.target, raw, reader)
    return
  }
  if (reader.op !== 'remove' && isDemanded(reader.reading, 'attribute-paths')) {
    throw refuse('patch_path_of_schema', { path: toName(path) })
  }
  if (found.kind === 'resource') {
    if (reader.op === 'remove') throw refuse('patch_schema_removed')
    readPathLess(type, raw ?? null, { ...reader, isEcho: true })
    return
  }
  if (reader.op === 'remove') {
    if (!isNothing(raw)) note(reader.reading, 'removal-values', path)
    clearExtension(found.extension, reader)
  } else readExtension(type, found.extension, raw ?? null, { ...reader, isEcho: true })
}

function readPath(raw: JsonValue | undefined, reading: Reading): string | undefined {
  if (raw === undefined || raw === null) return undefined
  if (raw === '' && mayTolerate(reading, 'empty-string-clears', 'path')) return undefined
  if (typeof raw !== 'string') throw refuse('patch_path_not_string')
  return raw
}

function readOperation(
  type: ResourceType,
  raw: JsonValue,
  reading: Reading,
  operations: PatchOperation[],
): void {
  if (!isJsonObject(raw)) throw refuse('patch_operation_not_object')
  const members = membersOf(raw)
  noteUnknown(raw, operationNames, reading)
  const op = readOp(members.get('op'), reading)
  const path = readPath(members.get('path'), reading)
  const value = members.get('value')
  if (op === 'remove' && path === undefined) throw refuse('patch_remove_lacks_path')
  if (op !== 'remove' && value === undefined) throw refuse('patch_lacks_value', { op })
  const reader: OperationReader = { op, reading, operations, isEcho: path === undefined, named: new Set() }
  if (path === undefined) {
    if (isDemanded(reading, 'path-required')) throw refuse('patch_lacks_path')
    readPathLess(type, value!, reader)
  } else readWithPath(type, path, value, reader)
}

// RFC 7644 §3.7 shows the operations alone as the data of a bulk PATCH; others send one that is no list.
function readMessage(body: JsonValue, reading: Reading): readonly JsonValue[] {
  if (Array.isArray(body) && body.length > 0 && mayTolerate(reading, 'patch-schemas-missing'))
    return body as readonly JsonValue[]
  if (!isJsonObject(body)) throw refuse('body_not_object')
  const members = membersOf(body)
  const isAlone = members.has('op') && !members.has('operations')
  if (isAlone && mayTolerate(reading, 'wrapped-values', 'Operations')) return [body]
  noteUnknown(body, messageNames, reading)
  if (!namesMessage(members.get('schemas'), patchOpUrn) && !mayTolerate(reading, 'patch-schemas-missing'))
    throw refuse('schemas_lack_message', { urn: patchOpUrn })
  const list = members.get('operations')
  if (isJsonObject(list) && mayTolerate(reading, 'wrapped-values', 'Operations')) return [list]
  if (!Array.isArray(list)) throw refuse('patch_lacks_operations')
  return list as readonly JsonValue[]
}

/** Throws ScimError 400 (413 above `maxOperations`); Entra: its validator sends no operations at all, which changes nothing. */
export function readPatch(
  type: ResourceType,
  body: JsonValue,
  profile: Profile,
  maxOperations = 1000,
  reading: Reading = startReading(profile),
): Patch {
  const list = readMessage(body, reading)
  if (list.length > maxOperations) throw refuse('patch_too_many', { most: maxOperations })
  const operations: PatchOperation[] = []
  /** How many there were behind each that was sent: one may have become several. */
  const ends: number[] = []
  for (const [at, raw] of list.entries()) {
    try {
      readOperation(type, raw, reading, operations)
    } catch (error) {
      throw blame(list, at, error)
    }
    ends.push(operations.length)
  }
  return {
    operations,
    tolerated: [...reading.used],
    blame: (operation, error) => {
      const place = operations.indexOf(operation)
      return blame(
        list,
        ends.findIndex((end) => place < end),
        error,
      )
    },
  }
}
