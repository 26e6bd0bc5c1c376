// How much one resource may hold (RFC 7644 §3.12 leaves it to the service): a text, and everything together. Judged when a
// resource is written, never when it is read, so that what was stored before a bound stays readable and changeable.

import type { ScimError } from '../error.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { refuse } from '../refusals.ts'

/** Bytes of UTF-8: of one text value, and of a resource's JSON without `id`, `meta` and members. */
export const resourceBounds = { textBytes: 8_192, resourceBytes: 65_536 }

/** Bytes of the text in UTF-8; halves of surrogate pairs do not come this far. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x80) continue
    // A surrogate pair is two units and four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
  }
  return bytes
}

/** What is too large: the attribute's path, and whether a value of it is, the whole resource by it, or what a look-up finds it by. */
export interface Oversize {
  readonly path: string
  readonly what: 'value' | 'resource' | 'key'
  /** Bytes of UTF-8. */
  readonly most: number
}

/**
 * What is too large in the resource; undefined when nothing is. `text` is its JSON. What `before` held as well is no fault
 * of this change.
 */
export function findOversize(
  resource: JsonObject,
  text: string,
  before: JsonObject | undefined,
): Oversize | undefined {
  // The usual resource is far below both bounds, whatever its letters.
  if (text.length * 3 <= resourceBounds.textBytes) return undefined
  const attributes = listAttributes(resource)
  const old = new Map(before === undefined ? [] : listAttributes(before))
  for (const [name, value] of attributes) {
    const path = findLongText(name, value, old.get(name))
    if (path !== undefined) return { path, what: 'value', most: resourceBounds.textBytes }
  }
  return utf8Length(text) <= resourceBounds.resourceBytes ? undefined : findGrown(attributes, old, before)
}

/** Throws ScimError 400 invalidValue that names the attribute. */
export function assertFits(oversize: Oversize | undefined): void {
  if (oversize !== undefined) throw refuseOversize(oversize)
}

/** The refusal of what is too large. */
export function refuseOversize({ path, what, most }: Oversize): ScimError {
  if (what === 'key') return refuse('value_too_long', { path, bytes: most })
  const kilobytes = most / 1_024
  return refuse(what === 'value' ? 'value_too_large' : 'resource_too_large', { path, kilobytes })
}

/** Each attribute by its path: those of an extension are told apart. */
function listAttributes(resource: JsonObject): readonly (readonly [string, JsonValue])[] {
  return Object.entries(resource).flatMap(([name, value]) =>
    name.startsWith('urn:') && isJsonObject(value)
      ? Object.entries(value).map(([own, inner]) => [`${name}:${own}`, inner] as const)
      : [[name, value] as const],
  )
}

function findLongText(path: string, value: JsonValue, old: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') {
    if (value.length * 3 <= resourceBounds.textBytes || utf8Length(value) <= resourceBounds.textBytes)
      return undefined
    return old !== undefined && holdsText(old, value) ? undefined : path
  }
  if (Array.isArray(value)) return findFirst(value, (one) => findLongText(path, one, old))
  if (!isJsonObject(value)) return undefined
  return findFirst(Object.entries(value), ([name, one]) => findLongText(`${path}.${name}`, one, old))
}

function findFirst<T>(list: readonly T[], find: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

function holdsText(value: JsonValue, text: string): boolean {
  if (typeof value === 'string') return value === text
  if (Array.isArray(value)) return value.some((one) => holdsText(one, text))
  return isJsonObject(value) && Object.values(value).some((one) => holdsText(one, text))
}

// The largest attribute that grew is named. One that was too large before may still change: whatever grows in it has the
// room of one text.
function findGrown(
  attributes: readonly (readonly [string, JsonValue])[],
  old: ReadonlyMap<string, JsonValue>,
  before: JsonObject | undefined,
): Oversize | undefined {
  const wasLarge = before !== undefined && sizeOf(before) > resourceBounds.resourceBytes
  const room = wasLarge ? resourceBounds.textBytes : 0
  let largest: { readonly name: string; readonly bytes: number } | undefined
  for (const [name, value] of attributes) {
    const bytes = sizeOf(value)
    const former = old.get(name)
    if (bytes <= Math.max(room, former === undefined ? 0 : sizeOf(former))) continue
    if (largest === undefined || bytes > largest.bytes) largest = { name, bytes }
  }
  if (largest === undefined) return undefined
  return { path: largest.name, what: 'resource', most: resourceBounds.resourceBytes }
}

function sizeOf(value: JsonValue): number {
  return utf8Length(JSON.stringify(value))
}
