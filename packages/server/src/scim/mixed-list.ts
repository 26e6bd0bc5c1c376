// Lists and searches across resource types, at the base URL (RFC 7644 §3.4.2.1, §3.4.3): users, then groups, or both in the
// order that is asked for. What a type has no attribute for selects nothing of that type.
import {
  compareSortKeys,
  isJsonObject,
  type JsonObject,
  type ListQuery,
  listResponseUrn,
  mayTolerate,
  note,
  type Profile,
  type Reading,
  type Remark,
  type ResourceType,
  readListQuery,
  readSearchRequest,
  refuse as refuseByEngine,
  remarks,
  startReading,
  type Tolerance,
  toName,
} from '@rollcall/scim'
import { refuse } from '../resources/refusals.ts'
import type { Listing, PageQuery } from '../resources/resource-query.ts'
import { findHits, listResources, readResources } from '../resources/resource-store.ts'
import { mergeHits } from '../resources/sorted-hits.ts'
import type { FoundRow, StoredType } from '../resources/stored-type.ts'
import { readWhole } from '../resources/whole-rows.ts'
import type { GroupRow } from '../users/groups.ts'
import type { RenderedRow } from '../users/user-row.ts'
import type { ScimAnswer, ScimHandler, ScimRequest } from './exchange.ts'
import { explainList } from './explain.ts'
import { filterOf, gather, listLimits, unordered } from './lists.ts'
import { hiddenFrom, provisionalKeyOf, restrictionOf } from './provisional.ts'
import { renderGroups } from './render-group.ts'
import { renderUser } from './render-user.ts'
import { storedGroups, storedUsers, storedUsersOf } from './stored-type.ts'

/** GET of the base URL. */
export const listAll: ScimHandler = (request) => {
  const { parameters } = request
  const read: Read = (type, reading, isSort) => {
    const get = (name: string) => ((name === 'sortBy') === isSort ? parameters.get(name) : null)
    return readListQuery(type, { get }, reading.profile, listLimits, othersOf(request, type), reading)
  }
  return answer(request, read, parameters.get('filter'))
}

/** POST /.search at the base URL. */
export const searchAll: ScimHandler = (request) => {
  const { body } = request
  if (!isJsonObject(body)) throw refuseByEngine('body_not_object')
  const { schemas, ...members } = body
  const pick = (isSort: boolean): JsonObject => ({
    ...(schemas === undefined ? {} : { schemas }),
    ...Object.fromEntries(
      Object.entries(members).filter(([name]) => (name.toLowerCase() === 'sortby') === isSort),
    ),
  })
  const read: Read = (type, reading, isSort) =>
    readSearchRequest(type, pick(isSort), reading.profile, listLimits, othersOf(request, type), reading)
  return answer(request, read, filterOf(request))
}

function othersOf({ client }: ScimRequest, type: ResourceType): readonly ResourceType[] {
  return [client.types.user, client.types.group].filter((other) => other !== type)
}

type Read = (type: ResourceType, reading: Reading, isSort: boolean) => ListQuery

interface Queries {
  readonly user: ListQuery
  readonly group: ListQuery
}

function readQueries({ client, reading }: ScimRequest, read: Read): Queries {
  // A name in `attributes` that one of the types has is no fault of the other.
  const profile: Profile = {
    ...client.profile,
    tolerances: new Set([...client.profile.tolerances, 'ignore-unknown' as const]),
  }
  const types = [client.types.user, client.types.group]
  const readings = types.map(() => startReading(profile))
  const sorts = readSorts(types, (type) => read(type, startReading(profile), true).sortBy)
  const [user, group] = types.map((type, at) => read(type, readings[at]!, false)) as [ListQuery, ListQuery]
  tellOf(reading, readings)
  if (user.cursor !== undefined) throw refuse('cursor_of_one_type')
  const orderOf = (table: 'user' | 'group', query: ListQuery): ListQuery =>
    unordered(client, restrictionOf(client, table, query.filter), query)
  return {
    user: orderOf('user', { ...user, sortBy: sorts[0] }),
    group: orderOf('group', { ...group, sortBy: sorts[1] }),
  }
}

// What neither type knows was ignored, or is refused by whom that is not allowed.
function tellOf(reading: Reading, readings: readonly Reading[]): void {
  const [first, ...others] = readings.map(({ notes }) => notes.get('ignore-unknown') ?? new Set<string>())
  for (const name of first ?? [])
    if (others.every((other) => other.has(name)) && !mayTolerate(reading, 'ignore-unknown', name))
      throw refuse('name_of_no_resource', { name: toName(name) })
  for (const { notes } of readings)
    for (const [kind, names] of notes)
      if (kind !== 'ignore-unknown') for (const name of names) tell(reading, kind, name)
}

const isRemark = (kind: Tolerance | Remark): kind is Remark => kind in remarks

function tell(reading: Reading, kind: Tolerance | Remark, name: string): void {
  if (isRemark(kind)) note(reading, kind, name)
  else mayTolerate(reading, kind, name)
}

// A type without the attribute has no values to sort by; throws what the first type says when none has it.
function readSorts<T>(
  types: readonly ResourceType[],
  read: (type: ResourceType) => T,
): readonly (T | undefined)[] {
  let fault: unknown
  let isUnderstood = false
  const found = types.map((type) => {
    try {
      const value = read(type)
      isUnderstood = true
      return value
    } catch (error) {
      fault ??= error
      return undefined
    }
  })
  if (!isUnderstood) throw fault
  return found
}

type Item =
  | { readonly kind: 'user'; readonly row: FoundRow<RenderedRow> }
  | { readonly kind: 'group'; readonly row: FoundRow<GroupRow> }

async function answer(request: ScimRequest, read: Read, filterText: string | null): Promise<ScimAnswer> {
  const queries = readQueries(request, read)
  const query = queries.user
  const isSorted = query.sortBy !== undefined || queries.group.sortBy !== undefined
  const { totalResults, items } = isSorted
    ? await findSorted(request, queries, query)
    : await findInTurn(request, queries, query)
  const head = JSON.stringify({
    schemas: [listResponseUrn],
    totalResults,
    startIndex: query.startIndex,
    itemsPerPage: items.length,
  })
  const body = await gather(`${head.slice(0, -1)},"Resources":[`, renderItems(request, items, queries))
  return { status: 200, body, explanation: explainList('resources', filterText, totalResults) }
}

function listingOf<Row extends { readonly id: string; readonly resource: string }>(
  { database, client, scimBaseUrl }: ScimRequest,
  stored: StoredType<Row>,
  { filter }: ListQuery,
): Listing<Row> {
  const restriction = restrictionOf(client, stored.table, filter) ?? hiddenFrom(client, stored.table)
  return { database, scope: client.scope, stored, scimBaseUrl, restriction }
}

function usersOf(request: ScimRequest, query: ListQuery): Listing<RenderedRow> {
  return listingOf(request, storedUsersOf(provisionalKeyOf(request.client)), query)
}

function toPageQuery(query: ListQuery, place: { startIndex: number; count: number }): PageQuery {
  return { ...query, ...place, isCursor: false, boundary: undefined }
}

async function findInTurn(
  request: ScimRequest,
  { user, group }: Queries,
  { startIndex, count }: ListQuery,
): Promise<{ totalResults: number; items: readonly Item[] }> {
  const users = await listResources(usersOf(request, user), toPageQuery(user, { startIndex, count }))
  const before = users.totalResults ?? 0
  const rest = { startIndex: Math.max(1, startIndex - before), count: count - users.rows.length }
  const groups = await listResources(listingOf(request, storedGroups, group), toPageQuery(group, rest))
  return {
    totalResults: before + (groups.totalResults ?? 0),
    items: [
      ...users.rows.map((row): Item => ({ kind: 'user', row })),
      ...groups.rows.map((row): Item => ({ kind: 'group', row })),
    ],
  }
}

// Everything is looked at: an order across two tables is in no index.
async function findSorted(
  request: ScimRequest,
  { user, group }: Queries,
  { startIndex, count, sortOrder }: ListQuery,
): Promise<{ totalResults: number; items: readonly Item[] }> {
  const place = { startIndex, count }
  const [users, groups] = [usersOf(request, user), listingOf(request, storedGroups, group)]
  const ofUsers = await findHits(users, toPageQuery(user, place))
  const ofGroups = await findHits(groups, toPageQuery(group, place))
  const hits = await mergeHits(
    ofUsers.hits,
    ofGroups.hits,
    (left, right) => compareSortKeys(left.key, right.key, sortOrder),
    startIndex - 1 + count,
  )
  const page = hits.slice(startIndex - 1, startIndex - 1 + count)
  const isUser = ({ id }: { readonly id: string }) => storedUsers.idPattern.test(id)
  const found = new Map<string, Item>()
  for (const row of await readResources(users, page.filter(isUser))) found.set(row.id, { kind: 'user', row })
  for (const row of await readResources(
    groups,
    page.filter((hit) => !isUser(hit)),
  ))
    found.set(row.id, { kind: 'group', row })
  return {
    totalResults: ofUsers.total + ofGroups.total,
    items: page.flatMap(({ id }) => found.get(id) ?? []),
  }
}

// Whole rows of each type come in the order of the items, so each item is the next of its type, or is gone.
async function* renderItems(
  request: ScimRequest,
  items: readonly Item[],
  { user, group }: Queries,
): AsyncGenerator<string> {
  const { database, client, scimBaseUrl } = request
  const provisionalKeyId = provisionalKeyOf(client)
  const view = { scimBaseUrl, selection: group.selection, type: client.types.group, provisionalKeyId }
  const ofUsers = { scimBaseUrl, selection: user.selection, type: client.types.user, provisionalKeyId }
  const userRows = items.flatMap((item) => (item.kind === 'user' ? [item.row] : []))
  const groupRows = items.flatMap((item) => (item.kind === 'group' ? [item.row] : []))
  const users = createTaker(usersOf(request, user), userRows)
  const groups = createTaker(listingOf(request, storedGroups, group), groupRows)
  let isFirst = true
  for (const { kind, row: found } of items) {
    const whole = kind === 'user' ? await users(found.id) : await groups(found.id)
    if (whole === undefined) continue
    if (!isFirst) yield ','
    isFirst = false
    if (kind === 'user') yield renderUser(whole as RenderedRow, ofUsers)
    else yield* renderGroups(database, client.scope, toSlices([whole as GroupRow]), view)
  }
}

function createTaker<Row extends { readonly id: string; readonly resource: string }>(
  listing: Listing<Row>,
  rows: readonly FoundRow<Row>[],
): (id: string) => Promise<Row | undefined> {
  const slices = readWhole(listing, rows)
  let waiting: Row[] = []
  return async (id) => {
    while (waiting.length === 0) {
      const next = await slices.next()
      if (next.done === true) return undefined
      waiting = [...next.value]
    }
    return waiting[0]?.id === id ? waiting.shift() : undefined
  }
}

async function* toSlices<T>(slice: readonly T[]): AsyncGenerator<readonly T[]> {
  yield slice
}
