// Lists users as SCIM asks: filter, order, page, total. Columns answer what they can; the rest is matched in memory over
// slices, so that no list ever loads the organization.
import {
  compareSortKeys,
  type ListQuery,
  matchFilter,
  type ResolvedFilter,
  type ResolvedPath,
  sortKey,
} from '@rollcall/scim'
import { type SelectQueryBuilder, sql } from 'kysely'
import { indexedColumns } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OrganizationTables } from '../store/schema.ts'
import { organizationQuery, organizationStatement, type Words } from '../store/statement.ts'
import { type RenderedRow, renderedColumnNames, selectUserCount } from '../users/users.ts'
import { compileFilter, type UserCondition } from './filter-sql.ts'
import { toResource } from './render-user.ts'

const rowsPerSlice = 500
/** From here on the page's ids are found first and its rows joined: skipping ids is far cheaper than skipping rows. */
const deepOffset = 1_000

export interface UserPage {
  readonly totalResults: number
  readonly rows: readonly RenderedRow[]
}

const selectFirstPage = organizationStatement<{ limit: number }>('users_first_page')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select(renderedColumnNames)
      .where('organization_id', '=', organizationId)
      .orderBy('id')
      .limit(place('limit')),
)

const selectByName = organizationStatement<{ key: string }>('users_by_name')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select(renderedColumnNames)
      .where('organization_id', '=', organizationId)
      .where('user_name_key', '=', place('key')),
)

const selectByExternalId = organizationStatement<{ key: string; limit: number }>('users_by_external_id')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select(renderedColumnNames)
      .where('organization_id', '=', organizationId)
      .where('external_id', '=', place('key'))
      .orderBy('id')
      .limit(place('limit')),
)

/** One page of the organization's users, in the order of their creation unless the query sorts. */
export async function listUsers(
  database: Database,
  scope: OrganizationScope,
  query: ListQuery,
  scimBaseUrl: string,
): Promise<UserPage> {
  const frequent = await listFrequent(database, scope, query)
  if (frequent !== undefined) return frequent
  const { condition, isExact } =
    query.filter === undefined ? { condition: undefined, isExact: true } : compileFilter(query.filter)
  const column = query.sortBy === undefined ? 'id' : sortColumn(query.sortBy)
  if (!isExact || column === undefined) return scanUsers(database, scope, query, condition, scimBaseUrl)
  return pageUsers(database, scope, query, condition, column)
}

// What identity providers ask all day runs as prepared statements: the match by userName or externalId, the first page.
async function listFrequent(
  database: Database,
  scope: OrganizationScope,
  query: ListQuery,
): Promise<UserPage | undefined> {
  const { filter, count, startIndex } = query
  if (startIndex !== 1 || count === 0 || query.sortBy !== undefined) return undefined
  if (filter === undefined) {
    const [rows, total] = await Promise.all([
      database.readOrganization(scope, selectFirstPage, { limit: count }),
      countUsers(database, scope),
    ])
    return { rows, totalResults: Math.max(total, rows.length) }
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined
  const rows = await selectEqual(database, scope, filter.path, String(filter.key), count)
  return rows === undefined || (rows.length === count && count > 1)
    ? undefined
    : { rows, totalResults: rows.length }
}

async function selectEqual(
  database: Database,
  scope: OrganizationScope,
  path: string,
  key: string,
  count: number,
): Promise<readonly RenderedRow[] | undefined> {
  const column = indexedColumns[path]?.column
  if (column === 'user_name_key') return database.readOrganization(scope, selectByName, { key })
  if (column === 'external_id' && count > 1)
    return database.readOrganization(scope, selectByExternalId, { key, limit: count })
  return undefined
}

async function countUsers(database: Database, scope: OrganizationScope): Promise<number> {
  const [row] = await database.readOrganization(scope, selectUserCount, {})
  return Number(row?.users ?? 0)
}

type SortColumn =
  | 'id'
  | 'user_name_key'
  | 'external_id'
  | 'display_name_key'
  | 'active'
  | 'updated_at'
  | 'created_at'

function sortColumn(sortBy: ResolvedPath): SortColumn | undefined {
  const indexed = indexedColumns[sortBy.path]
  return indexed === undefined || indexed.kind === 'rows' ? undefined : indexed.column
}

type UserSelect = SelectQueryBuilder<OrganizationTables, 'user', object>

function selectWhere(
  words: Words<'organization', Record<never, never>>,
  condition: UserCondition,
): UserSelect {
  const users = words.db.selectFrom('user').where('organization_id', '=', words.organizationId)
  return condition === undefined ? users : users.where((on) => condition(on, words))
}

// Absent values come last ascending and first descending (RFC 7644 §3.4.2.3), on both dialects; ids break ties.
function inOrder<T extends UserSelect>(users: T, column: SortColumn, query: ListQuery): T {
  const direction = query.sortOrder === 'descending' ? 'desc' : 'asc'
  if (column === 'id') return users.orderBy('id', direction) as T
  const isNullable = column === 'external_id' || column === 'display_name_key'
  const nulls = isNullable
    ? users.orderBy(sql`CASE WHEN ${sql.ref(column)} IS NULL THEN 1 ELSE 0 END`, direction)
    : users
  return nulls.orderBy(column, direction).orderBy('id') as T
}

async function pageUsers(
  database: Database,
  scope: OrganizationScope,
  query: ListQuery,
  condition: UserCondition,
  column: SortColumn,
): Promise<UserPage> {
  const offset = query.startIndex - 1
  const rows =
    query.count === 0
      ? []
      : await database.readOrganization(scope, pageStatement(query, condition, column, offset), {})
  const isWhole = rows.length < query.count && (rows.length > 0 || offset === 0)
  if (isWhole) return { rows, totalResults: offset + rows.length }
  return { rows, totalResults: await countWhere(database, scope, condition) }
}

function pageStatement(query: ListQuery, condition: UserCondition, column: SortColumn, offset: number) {
  return organizationQuery((words) => {
    if (offset < deepOffset) {
      return inOrder(selectWhere(words, condition).select(renderedColumnNames), column, query)
        .limit(query.count)
        .offset(offset)
    }
    const ids = inOrder(selectWhere(words, condition).select('id'), column, query)
      .limit(query.count)
      .offset(offset)
    const page = words.db
      .selectFrom('user')
      .select(renderedColumnNames)
      .where('organization_id', '=', words.organizationId)
    return inOrder(page.where('id', 'in', ids as never), column, query)
  })
}

async function countWhere(
  database: Database,
  scope: OrganizationScope,
  condition: UserCondition,
): Promise<number> {
  if (condition === undefined) return countUsers(database, scope)
  const statement = organizationQuery((words) =>
    selectWhere(words, condition).select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('total')),
  )
  const [row] = await database.readOrganization(scope, statement, {})
  return Number(row?.total ?? 0)
}

interface Hit {
  readonly id: string
  readonly key: string | number | undefined
}

// Keeps ids and sort keys of the hits, never their resources.
async function scanUsers(
  database: Database,
  scope: OrganizationScope,
  query: ListQuery,
  condition: UserCondition,
  scimBaseUrl: string,
): Promise<UserPage> {
  const hits: Hit[] = []
  for (let after = ''; ; ) {
    const rows = await database.readOrganization(scope, sliceStatement(condition, after), {})
    for (const row of rows) {
      const hit = toHit(row, query.filter, query.sortBy, scimBaseUrl)
      if (hit !== undefined) hits.push(hit)
    }
    if (rows.length < rowsPerSlice) break
    after = (rows.at(-1) as RenderedRow).id
  }
  if (query.sortBy !== undefined)
    hits.sort((left, right) => compareSortKeys(left.key, right.key, query.sortOrder))
  const ids = hits.slice(query.startIndex - 1, query.startIndex - 1 + query.count).map(({ id }) => id)
  return { totalResults: hits.length, rows: await selectInOrder(database, scope, ids) }
}

function sliceStatement(condition: UserCondition, after: string) {
  return organizationQuery((words) =>
    selectWhere(words, condition)
      .select(renderedColumnNames)
      .where('id', '>', after)
      .orderBy('id')
      .limit(rowsPerSlice),
  )
}

function toHit(
  row: RenderedRow,
  filter: ResolvedFilter | undefined,
  sortBy: ResolvedPath | undefined,
  scimBaseUrl: string,
): Hit | undefined {
  const resource = toResource(row, scimBaseUrl)
  if (filter !== undefined && !matchFilter(filter, resource)) return undefined
  return { id: row.id, key: sortBy === undefined ? undefined : sortKey(sortBy, resource) }
}

async function selectInOrder(
  database: Database,
  scope: OrganizationScope,
  ids: readonly string[],
): Promise<readonly RenderedRow[]> {
  if (ids.length === 0) return []
  const statement = organizationQuery(({ db, organizationId }) =>
    db
      .selectFrom('user')
      .select(renderedColumnNames)
      .where('organization_id', '=', organizationId)
      .where('id', 'in', ids),
  )
  const rows = await database.readOrganization(scope, statement, {})
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
