// An answer of the server under test with the request that it answers, and how checks read JSON. Judges nothing.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'

/** A request as it is shown in a report: without headers, so never with the key. */
export interface Asked {
  readonly method: string
  /** Below the base URL, with its query. */
  readonly path: string
  readonly body: string | undefined
}

export interface Answer {
  readonly asked: Asked
  readonly status: number
  header(name: string): string | undefined
  readonly text: string
  /** Undefined: there was no body, or it is not JSON. */
  readonly body: JsonValue | undefined
}

/** The value at a path of names, in any case (RFC 7643 §2.1); undefined where there is none, or null. */
export function pick(value: JsonValue | undefined, ...names: readonly string[]): JsonValue | undefined {
  let found = value
  for (const name of names) {
    if (!isJsonObject(found)) return undefined
    const own: JsonObject = found
    const key = Object.hasOwn(own, name)
      ? name
      : Object.keys(own).find((one) => one.toLowerCase() === name.toLowerCase())
    found = key === undefined ? undefined : own[key]
  }
  return found ?? undefined
}

/** The text at a path; undefined where there is something else. */
export function pickText(value: JsonValue | undefined, ...names: readonly string[]): string | undefined {
  const found = pick(value, ...names)
  return typeof found === 'string' ? found : undefined
}

/** The objects in a list; empty where there is no list. */
export function pickObjects(
  value: JsonValue | undefined,
  ...names: readonly string[]
): readonly JsonObject[] {
  const found = pick(value, ...names)
  return Array.isArray(found) ? found.filter((one) => isJsonObject(one)) : []
}

/** The "value" of each object in a list, as members and addresses have it. */
export function pickValues(
  value: JsonValue | undefined,
  ...names: readonly string[]
): readonly (JsonValue | undefined)[] {
  return pickObjects(value, ...names).map((one) => one.value)
}

/** Whether an attribute is unassigned (RFC 7643 §2.5): absent, null or an empty list. */
export function isUnassigned(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}
