// Whether a resource in memory satisfies a filter (RFC 7644 §3.4.2.2). The SQL that a filter compiles to must agree with this.
// The reading: a comparison holds if any value satisfies it; `ne` is the negation of `eq` and `not` of its operand,
// so both hold for an attribute without a value.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { ResolvedPath } from '../schema/attribute.ts'
import { compareCodePoints, comparisonKey } from '../schema/comparison.ts'
import { findInstant } from '../schema/date-time.ts'
import type { ResolvedCompare, ResolvedFilter } from './syntax.ts'

function isPresent(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return false
  if (Array.isArray(value)) return value.some(isPresent)
  if (isJsonObject(value)) return Object.values(value).some(isPresent)
  return true
}

function toStoredKey(compare: ResolvedCompare, value: JsonValue): string | number | boolean | undefined {
  if (typeof value !== 'string')
    return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
  return compare.attribute.type === 'dateTime' ? findInstant(value) : comparisonKey(compare.attribute, value)
}

function order(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return Number.NaN
}

function holds(compare: ResolvedCompare, value: JsonValue): boolean {
  const stored = toStoredKey(compare, value)
  const { key } = compare
  if (stored === undefined) return false
  switch (compare.operator) {
    case 'eq':
    case 'ne':
      return stored === key
    case 'co':
      return String(stored).includes(String(key))
    case 'sw':
      return String(stored).startsWith(String(key))
    case 'ew':
      return String(stored).endsWith(String(key))
    case 'gt':
      return order(stored, key) > 0
    case 'ge':
      return order(stored, key) >= 0
    case 'lt':
      return order(stored, key) < 0
    case 'le':
      return order(stored, key) <= 0
  }
}

function some(value: JsonValue | undefined, test: (value: JsonValue) => boolean): boolean {
  if (value === undefined) return false
  return Array.isArray(value) ? value.some(test) : test(value as JsonValue)
}

function nameUnder(container: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(container) ? container[name] : undefined
}

// `element` is the single value under test while the filter stands in brackets.
function someValue(
  place: ResolvedPath,
  resource: JsonObject,
  element: JsonValue | undefined,
  test: (value: JsonValue) => boolean,
): boolean {
  const { attribute, parent, extension } = place
  // A simple value is all that brackets can be about.
  if (element !== undefined)
    return isJsonObject(element) ? some(nameUnder(element, attribute.name), test) : test(element)
  const container = extension === undefined ? resource : resource[extension]
  if (parent === undefined) return some(nameUnder(container, attribute.name), test)
  return some(nameUnder(container, parent.name), (each) => some(nameUnder(each, attribute.name), test))
}

function matches(filter: ResolvedFilter, resource: JsonObject, element: JsonValue | undefined): boolean {
  switch (filter.kind) {
    case 'compare': {
      const hasOne = someValue(filter, resource, element, (value) => holds(filter, value))
      return filter.operator === 'ne' ? !hasOne : hasOne
    }
    case 'present':
      return someValue(filter, resource, element, isPresent)
    case 'and':
      return filter.operands.every((operand) => matches(operand, resource, element))
    case 'or':
      return filter.operands.some((operand) => matches(operand, resource, element))
    case 'not':
      return !matches(filter.operand, resource, element)
    case 'valuePath':
      return someValue(filter, resource, undefined, (each) => matches(filter.filter, resource, each))
  }
}

/** `resource` is as rendered, with id and meta; strings compare by comparisonKey and in code point order, dates as instants. */
export function matchFilter(filter: ResolvedFilter, resource: JsonObject): boolean {
  return matches(filter, resource, undefined)
}

/** Whether one value of a multi-valued attribute satisfies the filter that stood in brackets after it. */
export function matchValue(filter: ResolvedFilter, value: JsonValue): boolean {
  return matches(filter, {}, value)
}
