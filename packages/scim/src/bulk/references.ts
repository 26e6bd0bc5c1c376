// `bulkId:x` in the data of an operation: which operations it refers to, and the ids put in their place (RFC 7644 §3.7.2).

import { isJsonObject, type JsonValue } from '../json.ts'

const whole = /^bulkId:(.+)$/s
// In the path of a PATCH operation: members[value eq "bulkId:x"].
const quoted = /"bulkId:([^"]+)"/g

function visitText(key: string, text: string, found: Set<string>): void {
  const name = whole.exec(text)?.[1]
  if (name !== undefined) found.add(name)
  else if (key.toLowerCase() === 'path') for (const match of text.matchAll(quoted)) found.add(match[1]!)
}

function visit(key: string, value: JsonValue, found: Set<string>): void {
  if (typeof value === 'string') visitText(key, value, found)
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) visit(key, item, found)
  else if (isJsonObject(value)) for (const name of Object.keys(value)) visit(name, value[name]!, found)
}

/** The bulkIds that the data names; its depth is bounded where it was parsed. */
export function listReferences(data: JsonValue | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  if (data !== undefined) visit('', data, found)
  return found
}

function replaceText(key: string, text: string, ids: ReadonlyMap<string, string>): string {
  const name = whole.exec(text)?.[1]
  if (name !== undefined) return ids.get(name) ?? text
  if (key.toLowerCase() !== 'path' || !text.includes('"bulkId:')) return text
  return text.replaceAll(quoted, (all, one: string) => (ids.has(one) ? `"${ids.get(one)}"` : all))
}

function replace(key: string, value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') return replaceText(key, value, ids)
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => replace(key, item, ids))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.keys(value).map((name) => [name, replace(name, value[name]!, ids)]))
}

/** The data with every bulkId of the map replaced by its id; what the map lacks stays as it is. */
export function resolveReferences(data: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  return ids.size === 0 ? data : replace('', data, ids)
}

/** The bulkId that stands in the place of an id in a path. */
export function findBulkId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : whole.exec(id)?.[1]
}
