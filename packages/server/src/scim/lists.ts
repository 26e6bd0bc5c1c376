// The handlers that list: GET of a resource type's endpoint and POST /.search on it (RFC 7644 §3.4.2, §3.4.3), by index or by
// cursor (RFC 9865). Finding is resource-store's, bytes are made here.
import {
  isJsonObject,
  type ListQuery,
  listResponseUrn,
  type ResourceType,
  readListQuery,
  readSearchRequest,
} from '@rollcall/scim'
import { type Boundary, type CursorQuery, readCursor, renderCursor } from '../resources/cursor.ts'
import type { Condition } from '../resources/filter-sql.ts'
import {
  isFirstPage,
  type Listing,
  type PageQuery,
  type ResourcePage,
  readFirstPage,
} from '../resources/resource-query.ts'
import { listResources } from '../resources/resource-store.ts'
import type { StoredType } from '../resources/stored-type.ts'
import { readWhole } from '../resources/whole-rows.ts'
import type { RenderedRow } from '../users/user-row.ts'
import { bodyOf } from './asked.ts'
import type { ProvisioningClient } from './authenticate.ts'
import type { ScimAnswer, ScimHandler, ScimRequest } from './exchange.ts'
import { explainList } from './explain.ts'
import { findFacts, hiddenFrom, isLookUp, provisionalKeyOf, restrictionOf } from './provisional.ts'
import { renderGroups } from './render-group.ts'
import { renderUser } from './render-user.ts'
import { storedGroups, storedUsersOf } from './stored-type.ts'

/** RFC 7644 §3.4.2.4: what is left unsaid, and what is clamped. */
export const listLimits = { defaultCount: 100, maxCount: 1_000 }

/** Characters that are gathered before an answer is streamed. */
const maxGathered = 262_144

/** GET /Users: nobody found is 200 with an empty list. */
export const listUsers: ScimHandler = (request) =>
  answerUsers(request, readParameters(request, request.client.types.user), request.parameters.get('filter'))

/** POST /Users/.search. */
export const searchUsers: ScimHandler = (request) =>
  answerUsers(request, readSearch(request, request.client.types.user), filterOf(request))

/** GET /Groups. */
export const listGroups: ScimHandler = (request) =>
  answerGroups(request, readParameters(request, request.client.types.group), request.parameters.get('filter'))

/** POST /Groups/.search. */
export const searchGroups: ScimHandler = (request) =>
  answerGroups(request, readSearch(request, request.client.types.group), filterOf(request))

function readParameters({ parameters, client, reading }: ScimRequest, type: ResourceType): ListQuery {
  return readListQuery(type, parameters, client.profile, listLimits, [], reading)
}

function readSearch(request: ScimRequest, type: ResourceType): ListQuery {
  const { client, reading } = request
  return readSearchRequest(type, bodyOf(request), client.profile, listLimits, [], reading)
}

/** The filter of a search, by its name in any case. */
export function filterOf({ body }: Pick<ScimRequest, 'body'>): string | null {
  const members = isJsonObject(body) ? Object.entries(body) : []
  const filter = members.find(([name]) => name.toLowerCase() === 'filter')?.[1]
  return typeof filter === 'string' && filter !== '' ? filter : null
}

async function answerUsers(
  request: ScimRequest,
  query: ListQuery,
  filterText: string | null,
): Promise<ScimAnswer> {
  const stored = storedUsersOf(provisionalKeyOf(request.client))
  const { page, head, listing } = await findPage(request, stored, query, filterText)
  const explanation = explainList('users', filterText, page.totalResults ?? page.rows.length)
  const { client, scimBaseUrl } = request
  const { selection } = query
  const provisionalKeyId = provisionalKeyOf(client)
  const renderedGroups = new Map<string, string>()
  const view = { scimBaseUrl, selection, type: client.types.user, provisionalKeyId, renderedGroups }
  const render = (rows: readonly RenderedRow[]) => rows.map((row) => renderUser(row, view)).join(',')
  return {
    status: 200,
    body: await gather(head, renderSlices(readWhole(listing, page.rows), render)),
    explanation,
  }
}

// What was removed since the page was found is missing between two commas, not an empty place between them.
async function* renderSlices(
  slices: AsyncIterable<readonly RenderedRow[]>,
  render: (rows: readonly RenderedRow[]) => string,
): AsyncGenerator<string> {
  let isFirst = true
  for await (const rows of slices) {
    if (rows.length === 0) continue
    yield `${isFirst ? '' : ','}${render(rows)}`
    isFirst = false
  }
}

async function answerGroups(
  request: ScimRequest,
  query: ListQuery,
  filterText: string | null,
): Promise<ScimAnswer> {
  const { page, head, listing } = await findPage(request, storedGroups, query, filterText)
  const explanation = explainList('groups', filterText, page.totalResults ?? page.rows.length)
  const { database, client, scimBaseUrl } = request
  const provisionalKeyId = provisionalKeyOf(client)
  const { selection } = query
  const view = { scimBaseUrl, selection, type: client.types.group, provisionalKeyId }
  const parts = renderGroups(database, client.scope, readWhole(listing, page.rows), view)
  return { status: 200, body: await gather(head, parts), explanation }
}

/** The page, and the answer up to its first resource. */
async function findPage<
  Row extends { readonly id: string; readonly resource: string; readonly provisional_key_id: string | null },
>(
  request: ScimRequest,
  stored: StoredType<Row>,
  query: ListQuery,
  filterText: string | null,
): Promise<{ page: ResourcePage<Row>; head: string; listing: Listing<Row> }> {
  const { database, client, scimBaseUrl, act } = request
  const bound: CursorQuery = {
    organizationId: client.scope.organizationId,
    table: stored.table,
    filterText,
    sortBy: query.sortBy?.path,
    sortOrder: query.sortOrder,
  }
  const { table } = stored
  const toCursor = (boundary: Boundary) => renderCursor(boundary, bound, act.at)
  const asked = toPageQuery(query, bound, act.at)
  const everything = { database, scope: client.scope, stored, scimBaseUrl, restriction: undefined }
  if (!client.isProvisional && isFirstPage(asked)) {
    const { page, facts } = await readFirstPage(everything, query.count)
    if (!facts.hasUnconfirmed) return { page, head: renderHead(page, query, toCursor), listing: everything }
  }
  const { hidden, total, hasGroups } = await findFacts(database, client, table, query.filter)
  const restriction = restrictionOf(client, table, query.filter) ?? hidden
  const pageQuery = toPageQuery(unordered(client, restriction, query), bound, act.at)
  let listing: Listing<Row> = { ...everything, restriction, total, hasGroups }
  let page = await listResources(listing, pageQuery)
  const isWhole = page.totalResults === page.rows.length
  const isDoubtful = !isWhole || page.rows.some((row) => row.provisional_key_id !== null)
  if (isDoubtful && !client.isProvisional && isLookUp(table, query.filter)) {
    listing = { ...listing, restriction: hiddenFrom(client, table) }
    page = await listResources(listing, pageQuery)
  }
  return { page, head: renderHead(page, query, toCursor), listing }
}

/** A match that shows others is in no order that would tell what they hold. */
export function unordered(client: ProvisioningClient, restriction: Condition, query: ListQuery): ListQuery {
  return client.isProvisional && restriction === undefined ? { ...query, sortBy: undefined } : query
}

function toPageQuery(query: ListQuery, bound: CursorQuery, nowMs: number): PageQuery {
  const { cursor } = query
  const boundary = cursor === undefined || cursor === '' ? undefined : readCursor(cursor, bound, nowMs)
  return { ...query, isCursor: cursor !== undefined, boundary }
}

function renderHead(
  page: ResourcePage<{ readonly id: string; readonly resource: string }>,
  query: ListQuery,
  toCursor: (boundary: Boundary) => string,
): string {
  const head = {
    schemas: [listResponseUrn],
    ...(page.totalResults === undefined ? {} : { totalResults: page.totalResults }),
    ...(query.cursor === undefined ? { startIndex: query.startIndex } : {}),
    itemsPerPage: page.rows.length,
    ...(page.next === undefined ? {} : { nextCursor: toCursor(page.next) }),
    ...(page.previous === undefined ? {} : { previousCursor: toCursor(page.previous) }),
  }
  return `${JSON.stringify(head).slice(0, -1)},"Resources":[`
}

/** The whole text where it is short; else a stream that begins with what was gathered. */
export async function gather(
  head: string,
  parts: AsyncIterable<string>,
): Promise<string | AsyncIterable<string>> {
  const rest = parts[Symbol.asyncIterator]()
  let text = head
  while (text.length <= maxGathered) {
    const next = await rest.next()
    if (next.done === true) return `${text}]}`
    text += next.value
  }
  return streamFrom(text, rest)
}

async function* streamFrom(text: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield text
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  yield ']}'
}
