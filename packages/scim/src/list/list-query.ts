// The room `scim/list`: what a list or a search asks for, and the frame of its answer. Which resources are in it is decided elsewhere.
//
// What a list or a search asks for (RFC 7644 §3.4.2, §3.4.3), from a query string or a body. Nothing is looked up here.

import { ScimError } from '../error.ts'
import { parseFilter } from '../filter/parse.ts'
import { resolveFilter } from '../filter/resolve.ts'
import type { ResolvedFilter } from '../filter/syntax.ts'
import { isJsonObject, type JsonValue, NumberLiteral } from '../json.ts'
import { membersOf } from '../message.ts'
import { refuse } from '../refusals.ts'
import { readSelection, type Selection } from '../resource/project.ts'
import { namesMessage } from '../resource/schema-list.ts'
import type { ResolvedPath, ResourceType } from '../schema/attribute.ts'
import { findPlace, subAttributesOf } from '../schema/registry.ts'
import { mayTolerate, note, type Profile, type Reading, startReading, toName } from '../tolerance.ts'
import { searchRequestUrn } from '../urn.ts'
import type { SortOrder } from './sort.ts'

/** A page: `startIndex` from 1, `count` from 0 to the server's limit. */
export interface ListQuery {
  readonly filter: ResolvedFilter | undefined
  readonly sortBy: ResolvedPath | undefined
  readonly sortOrder: SortOrder
  readonly startIndex: number
  readonly count: number
  /** RFC 9865: empty for the first page; undefined where pages go by index. */
  readonly cursor: string | undefined
  readonly selection: Selection | undefined
}

/** `count` when the client gives none, and the most that it gets. */
export interface ListLimits {
  readonly defaultCount: number
  readonly maxCount: number
}

// Both forms of a query, before anything in them was understood.
interface RawQuery {
  readonly filter: string | undefined
  readonly sortBy: string | undefined
  readonly sortOrder: string | undefined
  readonly startIndex: number | undefined
  readonly count: number | undefined
  readonly cursor: string | undefined
  readonly attributes: string | readonly string[] | undefined
  readonly excludedAttributes: string | readonly string[] | undefined
}

function readInteger(name: string, value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined
  const raw = value instanceof NumberLiteral ? value.value : value
  const isDigits = typeof raw === 'string' && raw.length <= 32 && /^[+-]?[0-9]+$/.test(raw)
  const number = isDigits ? Number(raw) : raw
  if (!Number.isSafeInteger(number)) throw refuse('parameter_not_integer', { name })
  return number as number
}

// RFC 9865 §3: with a cursor a bad count has a scimType of its own.
function readCount(raw: JsonValue | undefined, cursor: string | undefined): number | undefined {
  try {
    return readInteger('count', raw)
  } catch (error) {
    if (cursor === undefined || !(error instanceof ScimError)) throw error
    throw error.withType('invalidCount')
  }
}

function readSortOrder(raw: string | undefined): SortOrder {
  const order = raw?.toLowerCase() ?? 'ascending'
  if (order !== 'ascending' && order !== 'descending') throw refuse('sort_order')
  return order
}

// RFC 7643 §2.4: a complex attribute stands for its `value`.
function readSortBy(type: ResourceType, raw: string | undefined, reading: Reading): ResolvedPath | undefined {
  if (raw === undefined) return undefined
  const place = findPlace(type, raw.trim(), reading)
  const value =
    place?.attribute.type === 'complex' ? subAttributesOf(place.attribute).get('value') : undefined
  if (place !== undefined && value !== undefined)
    return { ...place, attribute: value, parent: place.attribute, path: `${place.path}.${value.name}` }
  const isSortable =
    place !== undefined && place.attribute.type !== 'complex' && place.attribute.returned !== 'never'
  if (isSortable) return place
  throw refuse('sort_by', { name: toName(raw) })
}

function readFilter(
  type: ResourceType,
  text: string | undefined,
  reading: Reading,
  others: readonly ResourceType[],
): ResolvedFilter | undefined {
  if (text === undefined) return undefined
  const { profile } = reading
  const allowUnquoted = profile.tolerances.has('unquoted-filter-values')
  const onUnquoted = () => void mayTolerate(reading, 'unquoted-filter-values')
  return resolveFilter(type, parseFilter(text, { allowUnquoted, onUnquoted }), profile, others, reading)
}

function toQuery(
  type: ResourceType,
  raw: RawQuery,
  reading: Reading,
  limits: ListLimits,
  others: readonly ResourceType[],
): ListQuery {
  const isTwice = raw.cursor !== undefined && raw.startIndex !== undefined
  if (isTwice) {
    if (!reading.profile.tolerances.has('ignore-unknown')) throw refuse('start_with_cursor')
    note(reading, 'unknown-parameters', 'startIndex')
  }
  return {
    filter: readFilter(type, raw.filter, reading, others),
    sortBy: readSortBy(type, raw.sortBy, reading),
    sortOrder: readSortOrder(raw.sortOrder),
    startIndex: Math.max(raw.startIndex ?? 1, 1),
    count: Math.min(Math.max(raw.count ?? limits.defaultCount, 0), limits.maxCount),
    cursor: raw.cursor,
    selection: readSelection(type, raw.attributes, raw.excludedAttributes, reading.profile, reading),
  }
}

/** GET (RFC 7644 §3.4.2), of several types where `others` are listed beside this one; throws ScimError 400 invalidFilter or invalidValue. An empty filter is refused, not ignored. */
export function readListQuery(
  type: ResourceType,
  parameters: { get(name: string): string | null },
  profile: Profile,
  limits: ListLimits,
  others: readonly ResourceType[] = [],
  reading: Reading = startReading(profile),
): ListQuery {
  const get = (name: string) => parameters.get(name) ?? undefined
  const raw = {
    filter: get('filter'),
    sortBy: get('sortBy'),
    sortOrder: get('sortOrder'),
    startIndex: readInteger('startIndex', get('startIndex')),
    count: readCount(get('count'), get('cursor')),
    cursor: get('cursor'),
    attributes: get('attributes'),
    excludedAttributes: get('excludedAttributes'),
  }
  return toQuery(type, raw, reading, limits, others)
}

// An empty text asks for nothing, but for a cursor: that asks for the first page.
function withoutEmpty(name: string, raw: JsonValue | undefined, reading: Reading): JsonValue | undefined {
  return raw === '' && name !== 'cursor' && mayTolerate(reading, 'query-names', name) ? undefined : raw
}

function readText(name: string, value: JsonValue | undefined, reading: Reading): string | undefined {
  const raw = withoutEmpty(name, value, reading)
  if (raw === undefined || raw === null) return undefined
  if (typeof raw !== 'string') throw refuse('parameter_not_string', { name })
  return raw
}

function readTexts(
  name: string,
  raw: JsonValue | undefined,
  reading: Reading,
): string | readonly string[] | undefined {
  if (!Array.isArray(raw)) return readText(name, raw, reading)
  if (!raw.every((item) => typeof item === 'string')) throw refuse('parameter_not_strings', { name })
  return raw
}

const searchNames: ReadonlySet<string> = new Set([
  'schemas',
  'filter',
  'sortby',
  'sortorder',
  'startindex',
  'count',
  'cursor',
  'attributes',
  'excludedattributes',
])

function readSearchMembers(body: JsonValue, reading: Reading): ReadonlyMap<string, JsonValue> {
  if (!isJsonObject(body)) throw refuse('body_not_object')
  const members = membersOf(body)
  for (const key of Object.keys(body))
    if (!searchNames.has(key.toLowerCase())) note(reading, 'unknown-parameters', key)
  if (!namesMessage(members.get('schemas'), searchRequestUrn) && !mayTolerate(reading, 'schemas-missing'))
    throw refuse('schemas_lack_message', { urn: searchRequestUrn })
  return members
}

/** POST /.search (RFC 7644 §3.4.3); throws ScimError 400 as readListQuery does. */
export function readSearchRequest(
  type: ResourceType,
  body: JsonValue,
  profile: Profile,
  limits: ListLimits,
  others: readonly ResourceType[] = [],
  reading: Reading = startReading(profile),
): ListQuery {
  const members = readSearchMembers(body, reading)
  const text = (name: string) => readText(name, members.get(name.toLowerCase()), reading)
  const texts = (name: string) => readTexts(name, members.get(name.toLowerCase()), reading)
  const cursor = text('cursor')
  const raw = {
    filter: text('filter'),
    sortBy: text('sortBy'),
    sortOrder: text('sortOrder'),
    startIndex: readInteger('startIndex', withoutEmpty('startIndex', members.get('startindex'), reading)),
    count: readCount(withoutEmpty('count', members.get('count'), reading), cursor),
    cursor,
    attributes: texts('attributes'),
    excludedAttributes: texts('excludedAttributes'),
  }
  return toQuery(type, raw, reading, limits, others)
}
