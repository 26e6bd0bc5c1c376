// How a check says what it expects: these functions return when it is so and throw what the report shows when it is not.

import { isJsonEqual, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { errorUrn, listResponseUrn } from '../urn.ts'
import { type Answer, pick, pickObjects } from './answer.ts'

/** The server does something else than the requirement says. */
export class Mismatch extends Error {
  readonly expected: string
  readonly came: string
  readonly answer: Answer | undefined

  constructor(expected: string, came: string, answer?: Answer) {
    super(`expected ${expected}, came ${came}`)
    this.name = 'Mismatch'
    this.expected = expected
    this.came = came
    this.answer = answer
  }
}

/** The requirement cannot be asked of this server; the message says why. */
export class Inapplicable extends Error {
  override readonly name = 'Inapplicable'
}

/** `came` is shown as JSON. */
export function expectThat(isSo: boolean, expected: string, came: unknown, answer?: Answer): asserts isSo {
  if (!isSo) throw new Mismatch(expected, came === undefined ? 'nothing' : JSON.stringify(came), answer)
}

/** One of the wanted status codes. */
export function expectStatus(answer: Answer, ...wanted: readonly number[]): Answer {
  expectThat(wanted.includes(answer.status), `status ${wanted.join(' or ')}`, answer.status, answer)
  return answer
}

/** A refusal of any kind: the status is 4xx or 501. */
export function expectRefusal(answer: Answer, why: string): Answer {
  const isRefused = (answer.status >= 400 && answer.status < 500) || answer.status === 501
  expectThat(isRefused, `a refusal (4xx): ${why}`, answer.status, answer)
  return answer
}

/** An error with its body (RFC 7644 §3.12) and, where given, its scimType. */
export function expectError(answer: Answer, status: number, scimType?: string): Answer {
  expectStatus(answer, status)
  expectErrorBody(answer)
  if (scimType !== undefined) expectSame(pick(answer.body, 'scimType'), scimType, 'scimType', answer)
  return answer
}

/** The body of RFC 7644 §3.12, whatever the status is. */
export function expectErrorBody(answer: Answer): void {
  const schemas = pick(answer.body, 'schemas')
  expectThat(
    Array.isArray(schemas) && schemas.includes(errorUrn),
    `a JSON body whose schemas name ${errorUrn}`,
    schemas,
    answer,
  )
}

/** Equal as JSON; `what` names the value. */
export function expectSame(
  came: JsonValue | undefined,
  wanted: JsonValue | undefined,
  what: string,
  answer?: Answer,
): void {
  expectThat(isJsonEqual(came, wanted), `${what} ${JSON.stringify(wanted) ?? 'absent'}`, came, answer)
}

/** The same values in any order. */
export function expectSet(
  came: readonly (JsonValue | undefined)[],
  wanted: readonly string[],
  what: string,
  answer?: Answer,
): void {
  const isSame = isJsonEqual([...came].map(String).sort(), [...wanted].sort())
  expectThat(isSame, `${what} ${JSON.stringify([...wanted].sort())}`, [...came].map(String).sort(), answer)
}

/** The answer's body, which must be a JSON object, with one of the wanted status codes (200 where none is named). */
export function readObject(answer: Answer, ...wanted: readonly number[]): JsonObject {
  expectStatus(answer, ...(wanted.length === 0 ? [200] : wanted))
  const { body } = answer
  expectThat(isJsonObject(body), 'a JSON object as the body', answer.text.slice(0, 80), answer)
  return body
}

/** The resources of a list (RFC 7644 §3.4.2), which must be one. */
export function readList(answer: Answer): readonly JsonObject[] {
  const body = readObject(answer)
  const schemas = pick(body, 'schemas')
  const isList = Array.isArray(schemas) && schemas.includes(listResponseUrn)
  expectThat(isList, `schemas that name ${listResponseUrn}`, schemas, answer)
  return pickObjects(body, 'Resources')
}
