// How checks ask for bulk operations and read what became of each. Judges only that the answer is a bulk response.

import type { JsonObject, JsonValue } from '../json.ts'
import { bulkRequestUrn, bulkResponseUrn, userUrn } from '../urn.ts'
import { type Answer, pick, pickObjects, pickText } from './answer.ts'
import { expectThat, readObject } from './expectation.ts'
import { plainUser, userBody } from './samples.ts'
import type { Server } from './server.ts'

/** POST /Bulk with the message's schema (RFC 7644 §3.7). */
export async function ask(
  server: Server,
  Operations: readonly JsonObject[],
  more: JsonObject = {},
): Promise<Answer> {
  return server.post('/Bulk', { schemas: [bulkRequestUrn], ...more, Operations })
}

/** The operations of the answer, which must be a bulk response. */
export function outcomes(answer: Answer): readonly JsonObject[] {
  const { schemas } = readObject(answer)
  const isBulk = Array.isArray(schemas) && schemas.includes(bulkResponseUrn)
  expectThat(isBulk, `schemas that name ${bulkResponseUrn}`, schemas, answer)
  return pickObjects(answer.body, 'Operations')
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

/** The path of an operation's location below the base URL. */
export function pathOf(server: Server, outcome: JsonObject | undefined): string {
  const location = pickText(outcome, 'location')
  expectThat(location !== undefined, 'a location', outcome)
  return location.startsWith(server.baseUrl) ? location.slice(server.baseUrl.length) : location
}

/** A taken name, which is refused, between two users that can be made. */
export async function withFailure(server: Server): Promise<readonly JsonObject[]> {
  const taken = { schemas: [userUrn], userName: (await plainUser(server)).name }
  return [
    post('/Users', 'a', userBody(server)),
    post('/Users', 'b', taken),
    post('/Users', 'c', userBody(server)),
  ]
}

/** Bytes that the catalogue is ready to send to see them refused. */
export const largestPayload = 64 * 1_048_576
/** Operations that the catalogue is ready to send to see them refused. */
export const mostOperations = 20_000
