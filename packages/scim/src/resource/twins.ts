// When two values of a multi-valued attribute are the same one: RFC 7643 §2.4 wants each combination of `type` and
// `value` once, RFC 7644 §3.5.2.1 no value added twice. Found by keys, so that a long list costs no more per value.

import { isJsonEqual, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import { comparisonKey } from '../schema/comparison.ts'
import { subAttributesOf } from '../schema/registry.ts'

/** The first position of each key in a list of values. */
type TwinIndex = Map<string, number>

/** Kept between the operations of one patch; a list in it is never changed. */
export type TwinIndexes = WeakMap<readonly JsonValue[], TwinIndex>

// `any` names a value whatever its type, `exact` with it; both are the same for a value without a type.
interface TwinKeys {
  readonly any: string
  readonly exact: string
}

function toText(attribute: Attribute | undefined, value: JsonValue): string {
  return typeof value === 'string' && attribute !== undefined
    ? comparisonKey(attribute, value)
    : JSON.stringify(value)
}

// The primary mark moves between values and is no part of what they are.
function wholeText(element: JsonObject): string {
  const names = Object.keys(element)
    .filter((name) => name !== 'primary')
    .sort()
  return JSON.stringify(names.map((name) => [name, element[name]]))
}

function twinKeys(attribute: Attribute, element: JsonValue): TwinKeys {
  if (!isJsonObject(element)) {
    const any = toText(attribute, element)
    return { any, exact: any }
  }
  const names = subAttributesOf(attribute)
  const { value, type } = element
  const any =
    value === undefined || !names.has('value') ? wholeText(element) : `=${toText(names.get('value'), value)}`
  return { any, exact: type === undefined ? any : `${any}\0${toText(names.get('type'), type)}` }
}

function remember(index: TwinIndex, { any, exact }: TwinKeys, position: number): void {
  if (!index.has(any)) index.set(any, position)
  if (!index.has(exact)) index.set(exact, position)
}

function indexTwins(attribute: Attribute, elements: readonly JsonValue[]): TwinIndex {
  const index: TwinIndex = new Map()
  for (const [position, element] of elements.entries())
    remember(index, twinKeys(attribute, element), position)
  return index
}

// What identifies the existing value and what is immutable stays as it was.
function mergeTwin(attribute: Attribute, existing: JsonValue, added: JsonValue): JsonValue {
  if (!isJsonObject(existing) || !isJsonObject(added)) return existing
  const merged: Record<string, JsonValue> = { ...existing }
  for (const sub of attribute.subAttributes ?? []) {
    const value = added[sub.name]
    const isFixed = sub.name === 'value' || sub.mutability === 'immutable'
    if (value !== undefined && !(isFixed && existing[sub.name] !== undefined)) merged[sub.name] = value
  }
  return isJsonEqual(existing, merged) ? existing : merged
}

// The first of two that are one: the second completes it, and either's mark is its mark.
function uniteTwo(first: JsonValue, second: JsonValue): JsonValue {
  if (!isJsonObject(first) || !isJsonObject(second)) return first
  const isPrimary = first.primary === true || second.primary === true
  const united = { ...second, ...first, ...(isPrimary ? { primary: true } : {}) }
  return isJsonEqual(first, united) ? first : united
}

/** Each combination of `type` and `value` once (RFC 7643 §2.4), at its first place; the same list where none is there twice. */
export function unite(attribute: Attribute, elements: readonly JsonValue[]): readonly JsonValue[] {
  if (elements.length < 2) return elements
  const places = new Map<string, number>()
  const united: JsonValue[] = []
  for (const element of elements) {
    const { exact } = twinKeys(attribute, element)
    const place = places.get(exact)
    if (place === undefined) places.set(exact, united.push(element) - 1)
    else united[place] = uniteTwo(united[place]!, element)
  }
  return united.length === elements.length ? elements : united
}

/** `touched` are the values that are new or changed; `index` holds for `elements`, and for them with other primary marks. */
export interface Added {
  readonly elements: readonly JsonValue[]
  readonly touched: ReadonlySet<JsonValue>
  readonly index: TwinIndex
}

/** Appends what is not there and completes what is; an index of `elements` that it finds is used up. */
export function addTo(
  attribute: Attribute,
  elements: readonly JsonValue[],
  added: readonly JsonValue[],
  indexes: TwinIndexes,
): Added {
  const index = indexes.get(elements) ?? indexTwins(attribute, elements)
  const next = [...elements]
  const touched = new Set<JsonValue>()
  for (const element of added) {
    const keys = twinKeys(attribute, element)
    const position = index.get(keys.exact)
    const merged = position === undefined ? element : mergeTwin(attribute, next[position]!, element)
    if (position === undefined) remember(index, keys, next.push(element) - 1)
    else if (merged === next[position]) continue
    else next[position] = merged
    touched.add(merged)
  }
  const result = touched.size === 0 ? elements : next
  indexes.delete(elements)
  return { elements: result, touched, index }
}

/** Removes each value that the list names, by `value` and, if given, `type`; one without `value` by all that it is. */
export function removeFrom(
  attribute: Attribute,
  elements: readonly JsonValue[],
  listed: readonly JsonValue[],
): readonly JsonValue[] {
  const named = new Set(listed.map((item) => twinKeys(attribute, item).exact))
  const kept = elements.filter((element) => {
    const { any, exact } = twinKeys(attribute, element)
    return !named.has(any) && !named.has(exact)
  })
  return kept.length === elements.length ? elements : kept
}
