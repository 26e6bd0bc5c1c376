// The order of a list (RFC 7644 §3.4.2.3): one key for each resource, and how two keys compare.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { ResolvedPath } from '../schema/attribute.ts'
import { compareCodePoints, comparisonKey } from '../schema/comparison.ts'
import { findInstant } from '../schema/date-time.ts'

/** RFC 7644 §3.4.2.3; ascending is the default. */
export type SortOrder = 'ascending' | 'descending'

// RFC 7644 §3.4.2.3: of several values the primary one counts, else the first.
function toOne(value: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(value)) return value
  const list = value as readonly JsonValue[]
  return list.find((item) => isJsonObject(item) && item.primary === true) ?? list[0]
}

function nameUnder(container: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(container) ? container[name] : undefined
}

/** A comparisonKey, a number (milliseconds for dates, 0 and 1 for booleans), or undefined for no value. */
export function sortKey(sortBy: ResolvedPath, resource: JsonObject): string | number | undefined {
  const { attribute, parent, extension } = sortBy
  const container = extension === undefined ? resource : resource[extension]
  const holder = parent === undefined ? container : toOne(nameUnder(container, parent.name))
  const value = toOne(nameUnder(holder, attribute.name))
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string')
    return attribute.type === 'dateTime' ? findInstant(value) : comparisonKey(attribute, value)
  return typeof value === 'number' ? value : undefined
}

function compareKeys(left: string | number | undefined, right: string | number | undefined): number {
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return compareCodePoints(String(left), String(right))
}

/** Negative, zero or positive; no value comes last when ascending and first when descending. */
export function compareSortKeys(
  left: string | number | undefined,
  right: string | number | undefined,
  sortOrder: SortOrder,
): number {
  return sortOrder === 'ascending' ? compareKeys(left, right) : compareKeys(right, left)
}
