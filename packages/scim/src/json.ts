// JSON as this package sees it: its types, and the only parse of untrusted text.

import { ScimError } from './error.ts'

/** Any JSON value; never changed after it was made. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** A JSON object; names that clients chose are read only through a schema's own names. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const quote = 0x22
const backslash = 0x5c

/** One pass over the text before any parse; throws ScimError 400 invalidSyntax above `maxDepth` open brackets. */
export function assertJsonDepth(text: string, maxDepth: number): void {
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (isInString) {
      if (code === backslash) index += 1
      else if (code === quote) isInString = false
    } else if (code === quote) {
      isInString = true
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > maxDepth)
        throw new ScimError(400, 'invalidSyntax', `JSON may be nested at most ${maxDepth} levels deep.`)
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
    }
  }
}

/** Parses after the depth scan; throws ScimError 400 invalidSyntax without echoing any of the text. */
export function parseJson(text: string, maxDepth: number): JsonValue {
  assertJsonDepth(text, maxDepth)
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    throw new ScimError(400, 'invalidSyntax', 'The body is not valid JSON.')
  }
}

/** Deep equality in which the order of an object's names does not count and the order of an array does. */
export function isJsonEqual(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isJsonEqual(item, right[index]))
    )
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isJsonEqual(left[name], right[name]))
  )
}
