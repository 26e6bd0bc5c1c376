// How checks ask for bulk operations and read what became of each. Judges only that the answer is a bulk response.

import type { JsonObject, JsonValue } from '../json.ts'
import { bulkRequestUrn } from '../urn.ts'
import { type Answer, pick, pickObjects, pickText } from './answer.ts'
import { Blocked, expectThat, Mismatch, readObject } from './expectation.ts'
import { toPath } from './reference.ts'
import { userBody, userWithout } from './samples.ts'
import type { Server } from './server.ts'

/** POST /Bulk with the message's schema (RFC 7644 §3.7). */
export async function ask(
  server: Server,
  Operations: readonly JsonObject[],
  more: JsonObject = {},
): Promise<Answer> {
  return server.post('/Bulk', { schemas: [bulkRequestUrn], ...more, Operations })
}

/** The operations of the answer, which must have some; what its "schemas" say is the matter of one requirement. */
export function outcomes(answer: Answer): readonly JsonObject[] {
  const body = readObject(answer)
  expectThat(Array.isArray(pick(body, 'Operations')), 'a list "Operations"', answer.text.slice(0, 80), answer)
  return pickObjects(body, 'Operations')
}

/** A create as an operation. */
export const post = (path: string, bulkId: string, data: JsonValue): JsonObject => ({
  method: 'POST',
  path,
  bulkId,
  data,
})

/** A status is text; RFC 7644 §3.7.2 has an example with an object and a code in it. */
export const statusOf = (one: JsonObject | undefined): string =>
  String(pick(one, 'status', 'code') ?? one?.status)

/** The path of an operation's location below the base URL; blocks where there is none. */
export function pathOf(server: Server, outcome: JsonObject | undefined): string {
  const location = pickText(outcome, 'location')
  if (location === undefined)
    throw new Blocked(
      'RFC7644-3.7.3-location',
      new Mismatch('a location', JSON.stringify(outcome) ?? 'nothing'),
    )
  return toPath(server.baseUrl, location)
}

/** A user without a name, which is refused, between two users that can be made. */
export async function withFailure(server: Server): Promise<readonly JsonObject[]> {
  return [
    post('/Users', 'a', await userBody(server)),
    post('/Users', 'b', await userWithout(server, 'userName')),
    post('/Users', 'c', await userBody(server)),
  ]
}

/** The first figures of the statuses of operations. */
export const classesOf = (operations: readonly JsonObject[]): readonly string[] =>
  operations.map((one) => statusOf(one).slice(0, 1))

/** Bytes that the catalogue is ready to send to see them refused. */
export const largestPayload = 64 * 1_048_576
/** Operations that the catalogue is ready to send to see them refused. */
export const mostOperations = 20_000
