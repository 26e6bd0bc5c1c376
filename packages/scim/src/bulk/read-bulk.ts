// The body of a bulk request (RFC 7644 §3.7) to operations. What is wrong with one operation is a value beside it, so that the
// others are not lost; only a message that is none at all is thrown out whole.

import type { ScimError } from '../error.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { foldMembers, membersOf } from '../message.ts'
import { refuse } from '../refusals.ts'
import { namesMessage } from '../resource/schema-list.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { toNumber, toText } from '../schema/convert.ts'
import { groupResourceType, userResourceType } from '../schema/resource-types.ts'
import { mayTolerate, note, type Profile, type Reading, startReading } from '../tolerance.ts'
import { bulkRequestUrn, patchOpUrn } from '../urn.ts'
import { readBulkPath } from './bulk-path.ts'

/** RFC 7644 §3.7: the methods that an operation may have. */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation; `id` may be `bulkId:x` until it is resolved. With a `fault` nothing else of it counts but for the answer. */
export interface BulkOperation {
  readonly method: string
  /** First segment of the path, such as `Users`. */
  readonly endpoint: string
  /** Whose endpoint it is; undefined where nobody's. */
  readonly type: ResourceType | undefined
  readonly id: string | undefined
  readonly bulkId: string | undefined
  /** The bulkId as it was sent, so that its sender knows it again. */
  readonly sentBulkId: string | number | undefined
  readonly version: string | undefined
  readonly data: JsonValue | undefined
  readonly fault: ScimError | undefined
}

export interface BulkRequest {
  readonly operations: readonly BulkOperation[]
  /** After so many failures the rest is not tried; undefined tries all. */
  readonly failOnErrors: number | undefined
}

const methods: ReadonlySet<string> = new Set<BulkMethod>(['POST', 'PUT', 'PATCH', 'DELETE'])

function noteUnknown(message: JsonObject, known: ReadonlySet<string>, reading: Reading): void {
  for (const name of Object.keys(message))
    if (!known.has(name.toLowerCase())) note(reading, 'unknown-parameters', name)
}

/** Where the operations go, and what was read otherwise than the RFC has it. */
export interface BulkSurroundings {
  readonly types: readonly ResourceType[]
  /** With which a path may begin. */
  readonly baseUrl: string
  readonly reading: Reading
}

function toFilled(raw: JsonValue | undefined): string | undefined {
  return typeof raw === 'string' && raw !== '' ? raw : undefined
}

// A fault of one member, beside what was read of it.
interface Member<T> {
  readonly value: T
  readonly fault?: ScimError
}

function readBulkId(raw: JsonValue | undefined, reading: Reading): Member<string | undefined> {
  if (raw === undefined || raw === null || raw === '') return { value: undefined }
  const value = toText(raw, reading, 'bulkId')
  return value === undefined ? { value, fault: refuse('bulk_id_not_string') } : { value }
}

// What is not read as a version would change what somebody else has changed since.
function readVersion(raw: JsonValue | undefined): Member<string | undefined> {
  if (raw === undefined || raw === null || typeof raw === 'string') return { value: toFilled(raw) }
  return { value: undefined, fault: refuse('bulk_version_not_string') }
}

// RFC 7644 §3.7 shows the operations of a PATCH alone as its data.
function readData(method: string, raw: JsonValue | undefined, reading: Reading): JsonValue | undefined {
  if (!Array.isArray(raw)) return raw
  if (method === 'PATCH') return { schemas: [patchOpUrn], Operations: raw as readonly JsonValue[] }
  return raw.length === 1 && mayTolerate(reading, 'wrapped-values', 'data') ? (raw[0] as JsonValue) : raw
}

function findFault(
  method: string,
  segments: number,
  bulkId: string | undefined,
  data: JsonValue | undefined,
  reading: Reading,
): ScimError | undefined {
  if (!methods.has(method)) return refuse('bulk_method')
  const needsId = method !== 'POST'
  if (segments !== (needsId ? 2 : 1))
    return refuse('bulk_path', { method, example: needsId ? '/Users/{id}' : '/Users' })
  if (method === 'POST' && bulkId === undefined && !mayTolerate(reading, 'bulk-id-missing'))
    return refuse('bulk_lacks_id')
  if (method !== 'DELETE' && !isJsonObject(data)) return refuse('bulk_lacks_data', { method })
  if (method === 'DELETE' && data !== undefined && data !== null) note(reading, 'removal-values', 'data')
  return undefined
}

const memberNames: ReadonlySet<string> = new Set(['method', 'path', 'bulkid', 'version', 'data'])

function readOperation(raw: JsonValue, { types, baseUrl, reading }: BulkSurroundings): BulkOperation {
  const { members, fault } = foldMembers(isJsonObject(raw) ? raw : {})
  if (isJsonObject(raw)) noteUnknown(raw, memberNames, reading)
  const method = (toFilled(members.get('method')) ?? '').toUpperCase()
  const { endpoint, type, id, segments } = readBulkPath(
    toFilled(members.get('path')) ?? '',
    types,
    baseUrl,
    reading,
  )
  const sent = members.get('bulkid')
  const bulkId = readBulkId(sent, reading)
  const version = readVersion(members.get('version'))
  const data = readData(method, members.get('data'), reading)
  return {
    method,
    endpoint,
    type,
    id,
    bulkId: bulkId.value,
    sentBulkId: typeof sent === 'number' && bulkId.value !== undefined ? sent : bulkId.value,
    version: version.value,
    data,
    fault: fault ?? findFault(method, segments, bulkId.value, data, reading) ?? bulkId.fault ?? version.fault,
  }
}

// RFC 7644 §3.7 wants an integer; Webex and scimmy send 0 for no limit.
function readFailOnErrors(raw: JsonValue | undefined, reading: Reading): number | undefined {
  if (raw === undefined || raw === null) return undefined
  if (raw === '' && mayTolerate(reading, 'empty-string-clears', 'failOnErrors')) return undefined
  const number = toNumber(raw, reading, 'failOnErrors')
  if (number === undefined || !Number.isSafeInteger(number) || number < 0) throw refuse('bulk_fail_on_errors')
  return number === 0 ? undefined : number
}

const messageNames: ReadonlySet<string> = new Set(['schemas', 'operations', 'failonerrors'])

/** Throws ScimError 400 invalidSyntax or invalidValue for the message itself, 413 above `maxOperations`. */
export function readBulk(
  body: JsonValue,
  profile: Profile,
  maxOperations: number,
  around: Partial<BulkSurroundings> = {},
): BulkRequest {
  const { types = [userResourceType, groupResourceType], baseUrl = '' } = around
  const reading = around.reading ?? startReading(profile)
  if (!isJsonObject(body)) throw refuse('body_not_object')
  const members = membersOf(body)
  noteUnknown(body, messageNames, reading)
  if (!namesMessage(members.get('schemas'), bulkRequestUrn) && !mayTolerate(reading, 'schemas-missing'))
    throw refuse('schemas_lack_message', { urn: bulkRequestUrn })
  const sent = members.get('operations')
  const isAlone = isJsonObject(sent) && mayTolerate(reading, 'wrapped-values', 'Operations')
  const list = isAlone ? [sent] : sent
  if (!Array.isArray(list)) throw refuse('patch_lacks_operations')
  if (list.length > maxOperations) throw refuse('bulk_too_many', { most: maxOperations })
  return {
    operations: (list as readonly JsonValue[]).map((raw) => readOperation(raw, { types, baseUrl, reading })),
    failOnErrors: readFailOnErrors(members.get('failonerrors'), reading),
  }
}
