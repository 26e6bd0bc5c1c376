// The body of a bulk request (RFC 7644 §3.7) to operations. What is wrong with one operation is a value beside it, so that the
// others are not lost; only a message that is none at all is thrown out whole.

import { ScimError } from '../error.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { namesMessage } from '../resource/schema-list.ts'
import type { Profile } from '../tolerance.ts'
import { bulkRequestUrn } from '../urn.ts'

/** RFC 7644 §3.7: the methods that an operation may have. */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation; `id` may be `bulkId:x` until it is resolved. With a `fault` nothing else of it counts but for the answer. */
export interface BulkOperation {
  readonly method: string
  /** First segment of the path, such as `Users`. */
  readonly endpoint: string
  readonly id: string | undefined
  readonly bulkId: string | undefined
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

// Names of messages are attribute names too, and so in any case (RFC 7643 §2.1).
function membersOf(raw: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(Object.keys(raw).map((key) => [key.toLowerCase(), raw[key]!]))
}

function invalidSyntax(detail: string): ScimError {
  return new ScimError(400, 'invalidSyntax', detail)
}

function toText(raw: JsonValue | undefined): string | undefined {
  return typeof raw === 'string' && raw !== '' ? raw : undefined
}

function findFault(
  method: string,
  path: readonly string[],
  bulkId: string | undefined,
  data: JsonValue | undefined,
  profile: Profile,
): ScimError | undefined {
  if (!methods.has(method))
    return invalidSyntax('The "method" of a bulk operation must be POST, PUT, PATCH or DELETE.')
  const needsId = method !== 'POST'
  if (path.length !== (needsId ? 2 : 1))
    return new ScimError(
      400,
      'invalidPath',
      `A bulk ${method} needs a path like ${needsId ? '/Users/{id}' : '/Users'}.`,
    )
  if (method === 'POST' && bulkId === undefined && !profile.tolerances.has('bulk-id-missing'))
    return invalidSyntax('A bulk POST must have a "bulkId".')
  if (method !== 'DELETE' && !isJsonObject(data)) return invalidSyntax(`A bulk ${method} must have "data".`)
  return undefined
}

function readOperation(raw: JsonValue, profile: Profile): BulkOperation {
  const members = isJsonObject(raw) ? membersOf(raw) : new Map<string, JsonValue>()
  const method = (toText(members.get('method')) ?? '').toUpperCase()
  const path = (toText(members.get('path')) ?? '').split('/').filter((segment) => segment !== '')
  const bulkId = toText(members.get('bulkid'))
  const data = members.get('data')
  return {
    method,
    endpoint: path[0] ?? '',
    id: path[1],
    bulkId,
    version: toText(members.get('version')),
    data,
    fault: findFault(method, path, bulkId, data, profile),
  }
}

function readFailOnErrors(raw: JsonValue | undefined): number | undefined {
  if (raw === undefined || raw === null) return undefined
  if (!Number.isSafeInteger(raw) || (raw as number) < 1)
    throw new ScimError(400, 'invalidValue', '"failOnErrors" must be a positive integer.')
  return raw as number
}

/** Throws ScimError 400 invalidSyntax or invalidValue for the message itself, 413 above `maxOperations`. */
export function readBulk(body: JsonValue, profile: Profile, maxOperations: number): BulkRequest {
  if (!isJsonObject(body)) throw invalidSyntax('The body must be a JSON object.')
  const members = membersOf(body)
  if (
    !namesMessage(members.get('schemas'), bulkRequestUrn) &&
    !profile.tolerances.has('patch-schemas-missing')
  )
    throw invalidSyntax(`The list "schemas" must name ${bulkRequestUrn}.`)
  const list = members.get('operations')
  if (!Array.isArray(list)) throw invalidSyntax('The body must have a list "Operations".')
  if (list.length > maxOperations)
    throw new ScimError(413, undefined, `A bulk request may have at most ${maxOperations} operations.`)
  return {
    operations: (list as readonly JsonValue[]).map((raw) => readOperation(raw, profile)),
    failOnErrors: readFailOnErrors(members.get('failonerrors')),
  }
}
