// What a list or a search asks for (RFC 7644 §3.4.2, §3.4.3), from a query string or a body. Nothing is looked up here.

import { ScimError } from '../error.ts'
import { parseFilter } from '../filter/parse.ts'
import { resolveFilter } from '../filter/resolve.ts'
import type { ResolvedFilter, ResolvedPath } from '../filter/syntax.ts'
import { isJsonObject, type JsonValue } from '../json.ts'
import { readSelection, type Selection } from '../resource/project.ts'
import { namesMessage } from '../resource/schema-list.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { findByName, indexOf, subAttributesOf } from '../schema/registry.ts'
import type { Profile } from '../tolerance.ts'
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

function invalidValue(name: string, reason: string): ScimError {
  return new ScimError(400, 'invalidValue', `The parameter "${name}" ${reason}.`)
}

function readInteger(name: string, raw: JsonValue | undefined): number | undefined {
  if (raw === undefined || raw === null) return undefined
  const isDigits = typeof raw === 'string' && raw.length <= 32 && /^[+-]?[0-9]+$/.test(raw)
  const number = isDigits ? Number(raw) : raw
  if (!Number.isSafeInteger(number)) throw invalidValue(name, 'must be an integer below 2^53')
  return number as number
}

// RFC 9865 §3: with a cursor a bad count has a scimType of its own.
function readCount(raw: JsonValue | undefined, cursor: string | undefined): number | undefined {
  try {
    return readInteger('count', raw)
  } catch (error) {
    if (cursor === undefined || !(error instanceof ScimError)) throw error
    throw new ScimError(400, 'invalidCount', error.detail)
  }
}

function readSortOrder(raw: string | undefined): SortOrder {
  const order = raw?.toLowerCase() ?? 'ascending'
  if (order !== 'ascending' && order !== 'descending')
    throw invalidValue('sortOrder', 'must be "ascending" or "descending"')
  return order
}

// RFC 7643 §2.4: a complex attribute stands for its `value`.
function readSortBy(type: ResourceType, raw: string | undefined): ResolvedPath | undefined {
  if (raw === undefined) return undefined
  const place = findByName(indexOf(type).paths, raw.trim())
  const value =
    place?.attribute.type === 'complex' ? subAttributesOf(place.attribute).get('value') : undefined
  if (place !== undefined && value !== undefined)
    return { ...place, attribute: value, parent: place.attribute, path: `${place.path}.${value.name}` }
  const isSortable =
    place !== undefined && place.attribute.type !== 'complex' && place.attribute.returned !== 'never'
  if (isSortable) return place
  throw invalidValue('sortBy', 'names no attribute that can be sorted by')
}

function readFilter(
  type: ResourceType,
  text: string | undefined,
  profile: Profile,
  others: readonly ResourceType[],
): ResolvedFilter | undefined {
  if (text === undefined) return undefined
  const allowUnquoted = profile.tolerances.has('unquoted-filter-values')
  return resolveFilter(type, parseFilter(text, { allowUnquoted }), profile, others)
}

function toQuery(
  type: ResourceType,
  raw: RawQuery,
  profile: Profile,
  limits: ListLimits,
  others: readonly ResourceType[],
): ListQuery {
  if (raw.cursor !== undefined && raw.startIndex !== undefined && !profile.tolerances.has('ignore-unknown'))
    throw invalidValue('startIndex', 'does not go with a cursor')
  return {
    filter: readFilter(type, raw.filter, profile, others),
    sortBy: readSortBy(type, raw.sortBy),
    sortOrder: readSortOrder(raw.sortOrder),
    startIndex: Math.max(raw.startIndex ?? 1, 1),
    count: Math.min(Math.max(raw.count ?? limits.defaultCount, 0), limits.maxCount),
    cursor: raw.cursor,
    selection: readSelection(type, raw.attributes, raw.excludedAttributes, profile),
  }
}

/** GET (RFC 7644 §3.4.2), of several types where `others` are listed beside this one; throws ScimError 400 invalidFilter or invalidValue. An empty filter is refused, not ignored. */
export function readListQuery(
  type: ResourceType,
  parameters: { get(name: string): string | null },
  profile: Profile,
  limits: ListLimits,
  others: readonly ResourceType[] = [],
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
  return toQuery(type, raw, profile, limits, others)
}

function readText(name: string, raw: JsonValue | undefined): string | undefined {
  if (raw === undefined || raw === null) return undefined
  if (typeof raw !== 'string') throw invalidValue(name, 'must be a string')
  return raw
}

function readTexts(name: string, raw: JsonValue | undefined): string | readonly string[] | undefined {
  if (!Array.isArray(raw)) return readText(name, raw)
  if (!raw.every((item) => typeof item === 'string')) throw invalidValue(name, 'must hold strings')
  return raw
}

/** POST /.search (RFC 7644 §3.4.3); throws ScimError 400 as readListQuery does. */
export function readSearchRequest(
  type: ResourceType,
  body: JsonValue,
  profile: Profile,
  limits: ListLimits,
  others: readonly ResourceType[] = [],
): ListQuery {
  if (!isJsonObject(body)) throw new ScimError(400, 'invalidSyntax', 'The body must be a JSON object.')
  const members = new Map(Object.keys(body).map((key) => [key.toLowerCase(), body[key]!]))
  if (!namesMessage(members.get('schemas'), searchRequestUrn) && !profile.tolerances.has('schemas-missing'))
    throw new ScimError(400, 'invalidSyntax', `The list "schemas" must name ${searchRequestUrn}.`)
  const cursor = readText('cursor', members.get('cursor'))
  const raw = {
    filter: readText('filter', members.get('filter')),
    sortBy: readText('sortBy', members.get('sortby')),
    sortOrder: readText('sortOrder', members.get('sortorder')),
    startIndex: readInteger('startIndex', members.get('startindex')),
    count: readCount(members.get('count'), cursor),
    cursor,
    attributes: readTexts('attributes', members.get('attributes')),
    excludedAttributes: readTexts('excludedAttributes', members.get('excludedattributes')),
  }
  return toQuery(type, raw, profile, limits, others)
}
