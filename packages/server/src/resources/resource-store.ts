// The room `server/resources`: how SCIM resources are found in the rows, by filter, order and page. It knows no HTTP, and no client of
// ours.
//
// 1. A filter becomes a condition on columns, as far as columns answer it (`filter-sql`).
// 2. `stored-type` says where a type lies, and has prepared what clients ask all day.
// 3. `resource-store` makes the page: by an index, from a boundary (`cursor`), or by a scan whose rows are matched in memory.
// 4. What keys made that nobody has confirmed is a condition more (`unconfirmed`).
//
// Lists resources as SCIM asks: filter, order, page, total. Columns answer what they can; the rest is matched in memory over
// slices, so that no list ever loads the organization. Pages are found by index or from a boundary (a cursor).
import { compareSortKeys, matchFilter, type ResolvedFilter, sortKey } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Statement } from '../store/statement.ts'
import { countOf } from '../users/counts.ts'
import type { Boundary } from './cursor.ts'
import type { Condition } from './filter-sql.ts'
import { refuse } from './refusals.ts'
import {
  compile,
  countAll,
  countWhere,
  fillPage,
  type Listing,
  listFrequent,
  type Order,
  orderBy,
  type PageQuery,
  type ResourcePage,
  type Rowlike,
  readSlice,
  rowsPerSlice,
  select,
  toList,
} from './resource-query.ts'
import { type Hit, SortedHits } from './sorted-hits.ts'
import { type FoundRow, hasId, type StoredType } from './stored-type.ts'
import { readByIds, readWhole } from './whole-rows.ts'

/** From here on the page's ids are found first and its rows joined: skipping ids is far cheaper than skipping rows. */
const deepOffset = 50

/** One page of the organization's resources, in the order of their creation unless the query sorts. */
export async function listResources<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
): Promise<ResourcePage<Row>> {
  const frequent = query.isCursor ? undefined : await listFrequent(listing, query)
  if (frequent !== undefined) return frequent
  const { condition, isExact } = compile(listing, query.filter)
  const order = toOrder(listing.stored, query)
  if (query.isCursor) return pageByCursor(listing, query, { condition, isExact, order })
  if (!isExact || order === undefined) return pageScanned(listing, query, condition)
  return pageByIndex(listing, query, condition, order)
}

// Undefined: the values are in no column.
function toOrder(
  stored: Pick<StoredType<never>, 'index'>,
  { sortBy, sortOrder }: Pick<PageQuery, 'sortBy' | 'sortOrder'>,
): Order | undefined {
  const isDescending = sortOrder === 'descending'
  if (sortBy === undefined) return { column: 'id', isNullable: false, isDescending: false }
  if (sortBy.path.startsWith('members')) throw refuse('sort_by_members')
  const indexed = stored.index[sortBy.path]
  if (indexed === undefined || indexed.kind === 'rows') return undefined
  const isNullable = indexed.kind === 'text' && indexed.isNullable === true
  return { column: indexed.column, isNullable, isDescending }
}

async function pageByIndex<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
  order: Order,
): Promise<ResourcePage<Row>> {
  const { database, scope } = listing
  const offset = query.startIndex - 1
  const isInOrderOfIds = order.column === 'id' && !order.isDescending
  if (condition === undefined && isInOrderOfIds && offset > 0) return pageInOrderOfIds(listing, query)
  const statement = indexStatement(listing.stored, query, condition, order)
  const rows = query.count === 0 ? [] : await database.readOrganization(scope, statement, {})
  const isWhole = rows.length < query.count && (rows.length > 0 || offset === 0)
  if (isWhole) return { rows, totalResults: offset + rows.length }
  return { rows, totalResults: await countWhere(listing, condition) }
}

// Everything in the order of ids, and how many that are is known: what is nearer to the end is counted from there. The statement asks for
// the number once more, since it may have changed.
async function pageInOrderOfIds<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
): Promise<ResourcePage<Row>> {
  const { database, scope, stored } = listing
  const offset = query.startIndex - 1
  const total = await countAll(listing)
  if (query.count === 0 || offset >= total) return { rows: [], totalResults: total }
  const isNearEnd = offset > total / 2
  const statement = isNearEnd ? fromEnd(stored, query) : fromStart(stored, query)
  const rows = await database.readOrganization(scope, statement, {})
  if (rows.length === 0) return { rows, totalResults: total }
  await fillPage(listing, rows)
  const end = offset + rows.length
  return { rows, totalResults: rows.length < query.count ? end : Math.max(total, end) }
}

function fromEnd<Row extends Rowlike>(
  { table, pageColumns: columns }: StoredType<Row>,
  { startIndex, count }: PageQuery,
): Statement<'organization', Record<never, never>, FoundRow<Row>> {
  const isInPage: NonNullable<Condition> = ({ dialect, organizationId }) => {
    const total = countOf(organizationId, table)
    const behind = sql`${total} - ${dialect.bigint(startIndex - 1 + count)}`
    // The last page has fewer, and where it has gone meanwhile there is none.
    const some = sql`${dialect.bigint(count)} + ${dialect.least(sql`${behind}`, sql`0`)}`
    const ids = sql`SELECT id FROM ${sql.table(table)} WHERE organization_id = ${organizationId} AND ${hasId} ORDER BY id DESC
      LIMIT ${dialect.bigint(dialect.greatest(some, sql`0`))} OFFSET ${dialect.bigint(dialect.greatest(behind, sql`0`))}`
    return dialect.isAmong('id', ids)
  }
  return select(table, { columns, conditions: [isInPage], tail: sql`ORDER BY id` })
}

function fromStart<Row extends Rowlike>(
  { table, pageColumns: columns }: StoredType<Row>,
  { startIndex, count }: PageQuery,
): Statement<'organization', Record<never, never>, FoundRow<Row>> {
  const isInPage: NonNullable<Condition> = ({ dialect, organizationId }) =>
    dialect.isAmong(
      'id',
      sql`SELECT id FROM ${sql.table(table)} WHERE organization_id = ${organizationId} AND ${hasId}
        ORDER BY id LIMIT ${count} OFFSET ${startIndex - 1}`,
    )
  return select(table, { columns, conditions: [isInPage], tail: sql`ORDER BY id` })
}

function indexStatement<Row extends Rowlike>(
  { table, foundColumns: columns }: StoredType<Row>,
  query: PageQuery,
  condition: Condition,
  order: Order,
): Statement<'organization', Record<never, never>, FoundRow<Row>> {
  const offset = query.startIndex - 1
  const tail = sql`ORDER BY ${orderBy(order)} LIMIT ${query.count} OFFSET ${offset}`
  if (offset < deepOffset) return select(table, { columns, conditions: toList(condition), tail })
  return select(table, {
    columns,
    conditions: [
      ({ dialect, organizationId }) => {
        const where = [
          sql<SqlBool>`organization_id = ${organizationId}`,
          ...toList(condition).map((one) => one({ dialect, organizationId })),
        ]
        const ids = sql`SELECT id FROM ${sql.table(table)} WHERE ${sql.join(where, sql` AND `)} ${tail}`
        return dialect.isAmong('id', ids)
      },
    ],
    tail: sql`ORDER BY ${orderBy(order)}`,
  })
}

interface Plan {
  readonly condition: Condition
  readonly isExact: boolean
  readonly order: Order | undefined
}

// One row more than asked says whether there is another page.
async function pageByCursor<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  plan: Plan,
): Promise<ResourcePage<Row>> {
  const found = await findFromBoundary(listing, query, plan)
  const isBackward = query.boundary?.direction === 'before'
  const page = found.slice(0, query.count)
  if (isBackward) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  const hasMore = found.length > query.count
  const hasNext = isBackward ? last !== undefined : hasMore && last !== undefined
  const hasPrevious = isBackward ? hasMore : query.boundary !== undefined && first !== undefined
  return {
    totalResults: query.filter === undefined ? await countAll(listing) : undefined,
    rows: page.map(({ row }) => row),
    ...(hasNext && last !== undefined
      ? { next: { direction: 'after', key: last.key, id: last.row.id } }
      : {}),
    ...(hasPrevious && first !== undefined
      ? { previous: { direction: 'before', key: first.key, id: first.row.id } }
      : {}),
  }
}

interface Placed<Row extends Rowlike> {
  readonly row: FoundRow<Row>
  readonly key: string | number | undefined
}

// In the direction of the boundary: the nearest first.
async function findFromBoundary<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  plan: Plan,
): Promise<Placed<Row>[]> {
  const { boundary } = query
  const wanted = query.count + 1
  if (plan.order === undefined) return findSorted(listing, query, plan.condition, wanted)
  const rows: Placed<Row>[] = []
  for (let from = boundary; ; ) {
    const slice = await readFrom(listing, plan, plan.order, from, query)
    rows.push(...(plan.isExact ? slice.rows : await keepMatches(listing, query.filter, slice.rows)))
    if (rows.length >= wanted || slice.isLast) return rows.slice(0, wanted)
    const { row, key } = slice.rows.at(-1)!
    from = { direction: boundary?.direction ?? 'after', key, id: row.id }
  }
}

async function readFrom<Row extends Rowlike>(
  listing: Listing<Row>,
  plan: Plan,
  order: Order,
  from: Boundary | undefined,
  query: PageQuery,
): Promise<{ readonly rows: readonly Placed<Row>[]; readonly isLast: boolean }> {
  const { database, scope, stored } = listing
  // Nobody is left out between the first and the last.
  const isEverything = plan.condition === undefined && order.column === 'id'
  const limit = plan.isExact ? query.count + 1 : rowsPerSlice
  const bound: Condition = from && (() => beyond(order, from))
  const key = order.column === 'id' ? sql`NULL` : sql.ref(order.column)
  const statement = select<FoundRow<Row> & { sort_key: string | number | null }>(stored.table, {
    columns: (dialect, organizationId) =>
      sql`${isEverything ? stored.pageColumns() : stored.foundColumns(dialect, organizationId)}, ${key} AS sort_key`,
    conditions: [...toList(plan.condition), ...toList(bound), ...(isEverything ? [() => hasId] : [])],
    tail: sql`ORDER BY ${orderBy(order, from?.direction === 'before')} LIMIT ${limit}`,
  })
  const rows = await database.readOrganization(scope, statement, {})
  if (isEverything) await fillPage(listing, rows)
  return { rows: rows.map((row) => ({ row, key: row.sort_key ?? undefined })), isLast: rows.length < limit }
}

/** The rows on the far side of the boundary, in the order's own direction or against it. */
function beyond(order: Order, { direction, key, id }: Boundary): RawBuilder<SqlBool> {
  const isBackward = direction === 'before'
  const further = sql.raw(order.isDescending !== isBackward ? '<' : '>')
  if (order.column === 'id') return sql<SqlBool>`id ${further} ${id}`
  const column = sql.ref(order.column)
  const beside = sql.raw(isBackward ? '<' : '>')
  // Absent values come behind all others when ascending, before them when descending.
  const areNullsFurther = order.isDescending === isBackward
  if (key === undefined) {
    const others = areNullsFurther ? sql`` : sql` OR ${column} IS NOT NULL`
    return sql<SqlBool>`((${column} IS NULL AND id ${beside} ${id})${others})`
  }
  const nulls = order.isNullable && areNullsFurther ? sql` OR ${column} IS NULL` : sql``
  return sql<SqlBool>`(${column} ${further} ${key} OR (${column} = ${key} AND id ${beside} ${id})${nulls})`
}

async function keepMatches<Row extends Rowlike>(
  listing: Listing<Row>,
  filter: ResolvedFilter | undefined,
  placed: readonly Placed<Row>[],
): Promise<readonly Placed<Row>[]> {
  if (filter === undefined) return placed
  const matching = new Set<string>()
  const rows = placed.map(({ row }) => row)
  for await (const slice of readWhole(listing, rows))
    for (const row of slice)
      if (matchFilter(filter, listing.stored.toResource(row, listing.scimBaseUrl))) matching.add(row.id)
  return placed.filter(({ row }) => matching.has(row.id))
}

// Gives ids and sort keys of the hits to `keep`, never their resources, in the order of ids; returns how many there are.
async function scan<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
  keep: (hits: readonly Hit[]) => Promise<void> | void,
): Promise<number> {
  const { stored, scimBaseUrl } = listing
  const { filter, sortBy } = query
  let total = 0
  for (let after = ''; ; ) {
    const rows = await readSlice(listing, condition, after)
    for await (const slice of readWhole(listing, rows)) {
      const hits: Hit[] = []
      for (const row of slice) {
        const resource = stored.toResource(row, scimBaseUrl)
        if (filter !== undefined && !matchFilter(filter, resource)) continue
        hits.push({ id: row.id, key: sortBy === undefined ? undefined : sortKey(sortBy, resource) })
      }
      total += hits.length
      await keep(hits)
    }
    if (rows.length < rowsPerSlice) return total
    after = rows.at(-1)!.id
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function pageScanned<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
): Promise<ResourcePage<Row>> {
  const start = query.startIndex - 1
  const end = start + query.count
  if (query.sortBy !== undefined) {
    const { total, hits } = await findFirst(listing, query, condition)
    return { totalResults: total, rows: await readInOrder(listing, hits.slice(start, end)) }
  }
  const page: Hit[] = []
  let passed = 0
  const total = await scan(listing, query, condition, (hits) => {
    page.push(...hits.slice(Math.max(0, start - passed), Math.max(0, end - passed)))
    passed += hits.length
  })
  return { totalResults: total, rows: await readInOrder(listing, page) }
}

/** The hits up to the end of a page, in its order, and how many there are in all. */
interface FirstHits {
  readonly total: number
  readonly hits: readonly Hit[]
}

async function findFirst<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
): Promise<FirstHits> {
  const most = query.count === 0 ? 0 : query.startIndex - 1 + query.count
  // Hits come in the order of ids, in which equal ones stay.
  const sorted = new SortedHits((left, right) => compareHits(left, right, query), most)
  const total = await scan(listing, query, condition, (hits) => sorted.add(hits))
  return { total, hits: await sorted.finish() }
}

function compareHits(left: Hit, right: Hit, { sortOrder }: Pick<PageQuery, 'sortOrder'>): number {
  return compareSortKeys(left.key, right.key, sortOrder)
}

// A cursor in an order that no column keeps: everything is looked at again for each page, and what is nearest to the boundary is kept.
async function findSorted<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
  wanted: number,
): Promise<Placed<Row>[]> {
  const { boundary } = query
  const sorted = new SortedHits(
    boundary?.direction === 'before'
      ? (left, right) => compareHits(right, left, query) || (left.id < right.id ? 1 : -1)
      : (left, right) => compareHits(left, right, query),
    wanted,
  )
  await scan(listing, query, condition, (hits) =>
    sorted.add(boundary === undefined ? hits : hits.filter((hit) => isBeyond(hit, boundary, query))),
  )
  const page = await sorted.finish()
  const keys = new Map(page.map(({ id, key }) => [id, key]))
  return (await readInOrder(listing, page)).map((row) => ({ row, key: keys.get(row.id) }))
}

function isBeyond(hit: Hit, boundary: Boundary, query: PageQuery): boolean {
  const order = compareSortKeys(hit.key, boundary.key, query.sortOrder)
  const side = order === 0 ? (hit.id > boundary.id ? 1 : hit.id < boundary.id ? -1 : 0) : order
  return boundary.direction === 'before' ? side < 0 : side > 0
}

async function readInOrder<Row extends Rowlike>(
  listing: Listing<Row>,
  hits: readonly Hit[],
): Promise<readonly FoundRow<Row>[]> {
  const rows = await readByIds(listing, hits, 'foundColumns')
  const byId = new Map(rows.map((row) => [row.id, row as FoundRow<Row>]))
  return hits.flatMap(({ id }) => byId.get(id) ?? [])
}

/** What a sort needs of a mixed list: the hits up to the end of the page. */
export async function findHits<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
): Promise<FirstHits> {
  return findFirst(listing, query, compile(listing, query.filter).condition)
}

export { readInOrder as readResources }
