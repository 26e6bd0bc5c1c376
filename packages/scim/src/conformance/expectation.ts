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

/**
 * What this requirement is asked with does not work, which is the finding of another one. The runner counts it as not tried,
 * and sees to it that the other one has the finding: one cause, one finding.
 */
export class Blocked extends Error {
  /** The id of the requirement whose finding it is. */
  readonly because: string
  readonly mismatch: Mismatch | undefined

  constructor(because: string, mismatch?: Mismatch) {
    super(`waits for ${because}`)
    this.name = 'Blocked'
    this.because = because
    this.mismatch = mismatch
  }
}

/** What is done before a check judges: a mismatch in it is the finding of the requirement with this id. */
export async function restingOn<T>(id: string, step: () => Promise<T> | T): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw error instanceof Mismatch ? new Blocked(id, error) : error
  }
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

/** Whether the server did what was asked: 2xx. Which of these codes it must be is the matter of one requirement each. */
export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

/** A success of any kind. */
export function expectSuccess(answer: Answer, why: string): Answer {
  expectThat(isSuccess(answer), `a success (2xx): ${why}`, answer.status, answer)
  return answer
}

/** A refusal of any kind: the status is 4xx or 501. */
export function expectRefusal(answer: Answer, why: string): Answer {
  const isRefused = (answer.status >= 400 && answer.status < 500) || answer.status === 501
  expectThat(isRefused, `a refusal (4xx): ${why}`, answer.status, answer)
  return answer
}

/** No success, whatever it is instead: what was sent has not become true. */
export function expectUnchanged(answer: Answer, why: string): void {
  expectThat(!isSuccess(answer), `no success (2xx): ${why}`, answer.status, answer)
}

/** An error with this status and, where given, one of these scimTypes; that it has a body at all is RFC 7644 §3.12's to ask. */
export function expectError(answer: Answer, status: number, ...scimTypes: readonly string[]): Answer {
  expectStatus(answer, status)
  if (scimTypes.length === 0) return answer
  requireErrorBody(answer)
  const came = pick(answer.body, 'scimType')
  const wanted = scimTypes.map((one) => JSON.stringify(one)).join(' or ')
  expectThat(scimTypes.includes(String(came)), `scimType ${wanted}`, came, answer)
  return answer
}

/** As `expectError`; a scimType is not required (RFC 7644 §3.12), but where there is one it is one of these. */
export function expectErrorAs(answer: Answer, status: number, ...scimTypes: readonly string[]): void {
  expectStatus(answer, status)
  requireErrorBody(answer)
  if (pick(answer.body, 'scimType') !== undefined) expectError(answer, status, ...scimTypes)
}

/** An error with its body, as what the check is about needs it. */
export function requireErrorBody(answer: Answer): void {
  try {
    expectErrorBody(answer)
  } catch (error) {
    throw error instanceof Mismatch ? new Blocked('RFC7644-3.12-body', error) : error
  }
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

/** The resources of a list (RFC 7644 §3.4.2), whatever its "schemas" say: that is the matter of one requirement. */
export function readList(answer: Answer): readonly JsonObject[] {
  const body = readObject(answer)
  const isList = Array.isArray(pick(body, 'Resources')) || pick(body, 'totalResults') === 0
  expectThat(isList, 'a list with "Resources"', answer.text.slice(0, 80), answer)
  return pickObjects(body, 'Resources')
}

/** The message of a list. */
export function expectListMessage(answer: Answer): void {
  const schemas = pick(readObject(answer), 'schemas')
  const isList = Array.isArray(schemas) && schemas.includes(listResponseUrn)
  expectThat(isList, `schemas that name ${listResponseUrn}`, schemas, answer)
}

/** Of the resources of a list, in its order. */
export function pickListIds(answer: Answer): readonly string[] {
  return readList(answer).map((one) => String(one.id))
}
