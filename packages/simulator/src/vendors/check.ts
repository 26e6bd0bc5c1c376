// What a vendor needs to find in an answer, as small checks that compose. Each returns the sentence that the vendor's
// log would show; none throws, whatever the server sent.

import { errorUrn, groupUrn, listResponseUrn, userUrn } from '../base/urn.ts'
import type { Answer, Check } from './vendor.ts'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The member of nested objects, or undefined where the way ends: `at(body, 'name', 'familyName')`. */
export function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), value)
}

/** The values of a multi-valued attribute, empty when it is absent. */
export function valuesOf(body: unknown, attribute: string): readonly unknown[] {
  const values = at(body, attribute)
  return Array.isArray(values) ? values : []
}

/** A value as a sentence shows it: its JSON, cut at 60 characters. */
export function show(value: unknown): string {
  const json = value === undefined ? 'nothing' : JSON.stringify(value)
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}

/** Passes when each of the checks does; else the sentence of the first that does not. */
export function all(...checks: readonly Check[]): Check {
  return (answer, known) => {
    for (const check of checks) {
      const sentence = check(answer, known)
      if (sentence !== undefined) return sentence
    }
    return undefined
  }
}

function lacksSchema(body: unknown, urn: string): string | undefined {
  return valuesOf(body, 'schemas').includes(urn)
    ? undefined
    : `"schemas" must contain ${urn}, got ${show(at(body, 'schemas'))}`
}

/** Entra and Okta: a JSON body labelled otherwise is refused. */
export const isScimJson: Check = (answer) => {
  const type = answer.headers.get('content-type') ?? ''
  if (type.toLowerCase().split(';')[0]!.trim() !== 'application/scim+json')
    return `Content-Type must be application/scim+json, got ${show(type)}`
  return isObject(answer.body) ? undefined : `the body must be a JSON object, got ${show(answer.text)}`
}

/** An Error body (RFC 7644 §3.12) of this status; Okta's SPEC test asserts that `status` is a string. */
export const isError = (status: number): Check =>
  all(isScimJson, ({ body }) => {
    const missing = lacksSchema(body, errorUrn)
    if (missing !== undefined) return missing
    if (at(body, 'status') !== String(status))
      return `"status" must be the string "${status}", got ${show(at(body, 'status'))}`
    return typeof at(body, 'detail') === 'string' ? undefined : '"detail" must be a string'
  })

/** A ListResponse (RFC 7644 §3.4.2) whose counts are JSON integers and agree with its Resources. */
export const isListResponse: Check = all(isScimJson, ({ body }) => {
  const missing = lacksSchema(body, listResponseUrn)
  if (missing !== undefined) return missing
  for (const name of ['totalResults', 'startIndex', 'itemsPerPage']) {
    if (!Number.isInteger(at(body, name))) return `"${name}" must be an integer, got ${show(at(body, name))}`
  }
  const resources = at(body, 'Resources')
  if (resources === undefined && at(body, 'totalResults') === 0) return undefined
  if (!Array.isArray(resources)) return `"Resources" must be an array, got ${show(resources)}`
  return resources.length === at(body, 'itemsPerPage')
    ? undefined
    : `"itemsPerPage" is ${show(at(body, 'itemsPerPage'))} but ${resources.length} Resources came`
})

/** A match that nobody answers to: 200 with totalResults 0, never a 404. */
export const findsNobody: Check = all(isListResponse, ({ body }) =>
  at(body, 'totalResults') === 0
    ? undefined
    : `"totalResults" must be 0 for a filter that matches nobody, got ${show(at(body, 'totalResults'))}`,
)

/** A match that finds exactly the person of this conversation, active or not. */
export const findsPerson: Check = all(isListResponse, ({ body }, known) => {
  if (at(body, 'totalResults') !== 1) return `"totalResults" must be 1, got ${show(at(body, 'totalResults'))}`
  const id = at(valuesOf(body, 'Resources')[0], 'id')
  return id === known.id ? undefined : `the filter must find ${show(known.id)}, found ${show(id)}`
})

/** A whole User: schemas, a string id (the known one, once known), and nothing secret. */
export const isUser: Check = all(isScimJson, ({ body }, known) => {
  const missing = lacksSchema(body, userUrn)
  if (missing !== undefined) return missing
  const id = at(body, 'id')
  if (typeof id !== 'string' || id === '') return `"id" must be a non-empty string, got ${show(id)}`
  if (known.id !== undefined && known.id !== id) return `"id" must stay ${show(known.id)}, got ${show(id)}`
  return at(body, 'password') === undefined ? undefined : '"password" must never be returned'
})

/** A whole Group: schemas, a string id (the known one, once known) and a name. */
export const isGroup: Check = all(isScimJson, ({ body }, known) => {
  const missing = lacksSchema(body, groupUrn)
  if (missing !== undefined) return missing
  const id = at(body, 'id')
  if (typeof id !== 'string' || id === '') return `"id" must be a non-empty string, got ${show(id)}`
  if (known.id !== undefined && known.id !== id) return `"id" must stay ${show(known.id)}, got ${show(id)}`
  return typeof at(body, 'displayName') === 'string' ? undefined : '"displayName" must be a string'
})

/** Passes when the members are exactly the ids that are known by these names. */
export const hasMembers = (...names: readonly string[]): Check => {
  return ({ body }, known) => {
    const found = valuesOf(body, 'members').map((member) => String(at(member, 'value')))
    const wanted = names.map((name) => String(known[name]))
    return [...found].sort().join() === [...wanted].sort().join()
      ? undefined
      : `"members" must be ${show(wanted)}, got ${show(found)}`
  }
}

/** Passes when the member at this way equals the value; only for scalars. */
export const has = (value: string | boolean, ...way: readonly string[]): Check => {
  const name = way.join('.')
  return ({ body }) =>
    at(body, ...way) === value ? undefined : `"${name}" must be ${show(value)}, got ${show(at(body, ...way))}`
}

/** Passes when the member at this way is absent, null or empty: the three ways to be unassigned. */
export const hasNo = (...way: readonly string[]): Check => {
  const name = way.join('.')
  return ({ body }) => {
    const value = at(body, ...way)
    return value === undefined || value === null || value === ''
      ? undefined
      : `"${name}" must be gone, got ${show(value)}`
  }
}

/** Passes when the multi-valued attribute has an element in which all these members are equal. */
export const hasValue = (attribute: string, members: Readonly<Record<string, unknown>>): Check => {
  const wanted = Object.entries(members)
  return ({ body }) =>
    valuesOf(body, attribute).some((element) => wanted.every(([name, value]) => at(element, name) === value))
      ? undefined
      : `"${attribute}" must have an element with ${show(members)}, got ${show(at(body, attribute))}`
}

/** Applies the check only when the server chose to answer with a body: PATCH may be 200 or 204 (RFC 7644 §3.5.2). */
export const whenAnswered = (check: Check): Check => {
  return (answer: Answer, known) => (answer.status === 204 ? undefined : check(answer, known))
}

/** Entra: its schema reader fails on a null anywhere in /Schemas. */
export const hasNoNulls: Check = ({ text }) =>
  /:\s*null\b/.test(text) || /[[,]\s*null\s*[,\]]/.test(text)
    ? 'there must be no null anywhere in the body'
    : undefined
