// The room `server/resources`: how SCIM resources are found in the rows, by filter, order and page. It knows no HTTP, and no client of ours.
//
// 1. A filter becomes a condition on columns, as far as columns answer it (`filter-sql`).
// 2. `stored-type` says where a type lies, and has prepared what clients ask all day.
// 3. `resource-store` makes the page: by an index, from a boundary (`cursor`), or by a scan whose rows are matched in memory.
// 4. What keys made that nobody has confirmed is a condition more (`unconfirmed`).
//
// Lists resources as SCIM asks: filter, order, page, total. Columns answer what they can; the rest is matched in memory over
// slices, so that no list ever loads the organization. Pages are found by index or from a boundary (a cursor).
import { compareSortKeys, type ListQuery, matchFilter, type ResolvedFilter, sortKey } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type Dialect, organizationQuery, type Statement } from '../store/statement.ts'
import { countOf, selectCounts } from '../users/counts.ts'
import type { Boundary } from './cursor.ts'
import { type CompiledFilter, type Condition, compileFilter } from './filter-sql.ts'
import { refuse } from './refusals.ts'
import { bytesOf, bytesPerSlice, type FoundRow, isWhole, type StoredType } from './stored-type.ts'

/** Of a scan: a few milliseconds of matching, between which others are served. */
const rowsPerSlice = 200
/** From here on the page's ids are found first and its rows joined: skipping ids is far cheaper than skipping rows. */
const deepOffset = 50

interface Rowlike {
  readonly id: string
  readonly resource: string
}

/** A page of a list. */
export interface ResourcePage<Row extends Rowlike> {
  /** Undefined where only a count would tell, and a cursor asked. */
  readonly totalResults: number | undefined
  readonly rows: readonly FoundRow<Row>[]
  readonly next?: Boundary
  readonly previous?: Boundary
}

/** What is listed, and where: one organization's resources of one type. */
export interface Listing<Row extends Rowlike> {
  readonly database: Database
  readonly scope: OrganizationScope
  readonly stored: StoredType<Row>
  readonly scimBaseUrl: string
  /** What the caller is held to, whatever they ask; undefined: everything of the organization. */
  readonly restriction: Condition
  /** How many there are without any condition, where that was read a moment ago. */
  readonly total?: number | undefined
}

/** What a list asks, with its cursor read; `boundary` undefined with `isCursor` is the first page. */
export type PageQuery = Pick<ListQuery, 'filter' | 'sortBy' | 'sortOrder' | 'startIndex' | 'count'> & {
  readonly isCursor: boolean
  readonly boundary: Boundary | undefined
}

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

function compile<Row extends Rowlike>(
  { stored, restriction }: Listing<Row>,
  filter: ResolvedFilter | undefined,
): CompiledFilter {
  const { condition, isExact } =
    filter === undefined ? { condition: undefined, isExact: true } : compileFilter(filter, stored.index)
  const all = [...toList(restriction), ...toList(condition)]
  if (all.length < 2) return { condition: all[0], isExact }
  const join: Condition = (words) =>
    sql<SqlBool>`(${sql.join(
      all.map((one) => one(words)),
      sql` AND `,
    )})`
  return { condition: join, isExact }
}

async function listFrequent<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
): Promise<ResourcePage<Row> | undefined> {
  const { filter, count, startIndex } = query
  const { database, scope, stored } = listing
  if (startIndex !== 1 || count === 0 || query.sortBy !== undefined) return undefined
  if (listing.restriction !== undefined) return undefined
  const { firstPage, matches } = stored.frequent
  if (filter === undefined) {
    const [rows, total] = await Promise.all([
      database.readOrganization(scope, firstPage, { limit: count }),
      countAll(listing),
    ])
    return { rows, totalResults: Math.max(total, rows.length) }
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined
  const indexed = stored.index[filter.path]
  const statement = indexed === undefined ? undefined : matches.get(indexed.column)
  if (statement === undefined) return undefined
  const rows = await database.readOrganization(scope, statement, { key: String(filter.key), limit: count })
  const isUnique = stored.matched.some(({ column, isUnique: is }) => is && column === indexed?.column)
  return rows.length === count && !isUnique ? undefined : { rows, totalResults: rows.length }
}

async function countAll<Row extends Rowlike>(listing: Listing<Row>): Promise<number> {
  const { database, scope, stored, restriction, total } = listing
  if (restriction !== undefined) return countWhere(listing, restriction)
  if (total !== undefined) return total
  const [row] = await database.readOrganization(scope, selectCounts, {})
  return Number((stored.table === 'user' ? row?.users : row?.groups) ?? 0)
}

/** An order that columns can keep. Absent values come last ascending and first descending (RFC 7644 §3.4.2.3); ids break ties. */
interface Order {
  readonly column: string
  readonly isNullable: boolean
  readonly isDescending: boolean
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

function orderBy(order: Order, isBackward = false): RawBuilder<unknown> {
  const column = sql.ref(order.column)
  const direction = sql.raw(order.isDescending !== isBackward ? 'DESC' : 'ASC')
  if (order.column === 'id') return sql`id ${direction}`
  const ids = sql.raw(isBackward ? 'DESC' : 'ASC')
  const nulls = sql`CASE WHEN ${column} IS NULL THEN 1 ELSE 0 END ${direction}, `
  return sql`${order.isNullable ? nulls : sql``}${column} ${direction}, id ${ids}`
}

interface SelectParts {
  readonly columns: (dialect: Dialect, organizationId: string) => RawBuilder<unknown>
  readonly conditions: readonly NonNullable<Condition>[]
  readonly tail: RawBuilder<unknown>
}

function select<Row>(
  table: string,
  parts: SelectParts,
): Statement<'organization', Record<never, never>, Row> {
  return organizationQuery(({ db, organizationId, dialect }) => {
    const own = sql<SqlBool>`organization_id = ${organizationId}`
    const where = [own, ...parts.conditions.map((condition) => condition({ dialect, organizationId }))]
    const query = sql<Row>`SELECT ${parts.columns(dialect, organizationId)} FROM ${sql.table(table)}
      WHERE ${sql.join(where, sql` AND `)} ${parts.tail}`
    return { compile: () => query.compile(db) }
  })
}

function toList(condition: Condition): readonly NonNullable<Condition>[] {
  return condition === undefined ? [] : [condition]
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
  const statement = isNearEnd ? fromEnd(stored, query) : indexStatement(stored, query, undefined, byId)
  const rows = await database.readOrganization(scope, statement, {})
  if (rows.length === 0) return { rows, totalResults: total }
  const end = offset + rows.length
  return { rows, totalResults: rows.length < query.count ? end : Math.max(total, end) }
}

const byId: Order = { column: 'id', isNullable: false, isDescending: false }

function fromEnd<Row extends Rowlike>(
  { table, foundColumns: columns }: StoredType<Row>,
  { startIndex, count }: PageQuery,
): Statement<'organization', Record<never, never>, FoundRow<Row>> {
  const isInPage: NonNullable<Condition> = ({ dialect, organizationId }) => {
    const total = countOf(organizationId, table)
    const behind = sql`${total} - ${dialect.bigint(startIndex - 1 + count)}`
    // The last page has fewer, and where it has gone meanwhile there is none.
    const some = sql`${dialect.bigint(count)} + ${dialect.least(sql`${behind}`, sql`0`)}`
    const ids = sql`SELECT id FROM ${sql.table(table)} WHERE organization_id = ${organizationId} ORDER BY id DESC
      LIMIT ${dialect.bigint(dialect.greatest(some, sql`0`))} OFFSET ${dialect.bigint(dialect.greatest(behind, sql`0`))}`
    return dialect.isAmong('id', ids)
  }
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

/** How many resources satisfy an exact condition. */
async function countWhere<Row extends Rowlike>(listing: Listing<Row>, condition: Condition): Promise<number> {
  if (condition === undefined) return countAll(listing)
  const statement = select<{ total: number }>(listing.stored.table, {
    columns: () => sql`cast(count(*) AS bigint) AS total`,
    conditions: [condition],
    tail: sql``,
  })
  const [row] = await listing.database.readOrganization(listing.scope, statement, {})
  return Number(row?.total ?? 0)
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
  { database, scope, stored }: Listing<Row>,
  plan: Plan,
  order: Order,
  from: Boundary | undefined,
  query: PageQuery,
): Promise<{ readonly rows: readonly Placed<Row>[]; readonly isLast: boolean }> {
  const limit = plan.isExact ? query.count + 1 : rowsPerSlice
  const bound: Condition = from && (() => beyond(order, from))
  const key = order.column === 'id' ? sql`NULL` : sql.ref(order.column)
  const statement = select<FoundRow<Row> & { sort_key: string | number | null }>(stored.table, {
    columns: (dialect, organizationId) =>
      sql`${stored.foundColumns(dialect, organizationId)}, ${key} AS sort_key`,
    conditions: [...toList(plan.condition), ...toList(bound)],
    tail: sql`ORDER BY ${orderBy(order, from?.direction === 'before')} LIMIT ${limit}`,
  })
  const rows = await database.readOrganization(scope, statement, {})
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

/**
 * The rows whole, in their order, a slice at a time: each is read by its ids when it is asked for, so that a slow reader holds
 * neither a connection nor more than one slice. A row that was removed meanwhile is left out.
 */
export async function* readWhole<Row extends Rowlike>(
  listing: Listing<Row>,
  found: readonly FoundRow<Row>[],
): AsyncGenerator<readonly Row[]> {
  const complete = listing.stored.createCompletion?.(listing.database, listing.scope)
  for (let start = 0; start < found.length; ) {
    let end = start
    for (let bytes = 0; end < found.length && (end === start || bytes < bytesPerSlice); end += 1)
      bytes += bytesOf(found[end]!)
    const slice = found.slice(start, end)
    const missing = slice.filter((row) => !isWhole(row))
    await complete?.(missing.length === 0 ? slice : slice.filter(isWhole))
    const read = new Map((await readByIds(listing, missing, 'columns')).map((row) => [row.id, row as Row]))
    yield slice.flatMap((row) => (isWhole(row) ? (row as unknown as Row) : (read.get(row.id) ?? [])))
    start = end
    // Others are served between two slices.
    if (start < found.length) await new Promise((resolve) => setImmediate(resolve))
  }
}

interface Hit {
  readonly id: string
  readonly key: string | number | undefined
}

// Keeps ids and sort keys of the hits, never their resources.
async function scan<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
): Promise<Hit[]> {
  const { stored, scimBaseUrl } = listing
  const hits: Hit[] = []
  for (let after = ''; ; ) {
    const rows = await readSlice(listing, condition, after)
    for await (const slice of readWhole(listing, rows)) {
      for (const row of slice) {
        const resource = stored.toResource(row, scimBaseUrl)
        if (query.filter !== undefined && !matchFilter(query.filter, resource)) continue
        hits.push({
          id: row.id,
          key: query.sortBy === undefined ? undefined : sortKey(query.sortBy, resource),
        })
      }
    }
    if (rows.length < rowsPerSlice) break
    after = rows.at(-1)!.id
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (query.sortBy !== undefined) hits.sort((left, right) => compareHits(left, right, query))
  return hits
}

// Sorting is stable, and slices come in the order of ids: ties are in that order already.
function compareHits(left: Hit, right: Hit, query: PageQuery): number {
  return compareSortKeys(left.key, right.key, query.sortOrder)
}

function readSlice<Row extends Rowlike>(
  { database, scope, stored }: Listing<Row>,
  condition: Condition,
  after: string,
): Promise<readonly FoundRow<Row>[]> {
  const statement = select<FoundRow<Row>>(stored.table, {
    columns: stored.foundColumns,
    conditions: [...toList(condition), () => sql<SqlBool>`id > ${after}`],
    tail: sql`ORDER BY id LIMIT ${rowsPerSlice}`,
  })
  return database.readOrganization(scope, statement, {})
}

async function pageScanned<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
): Promise<ResourcePage<Row>> {
  const hits = await scan(listing, query, condition)
  const page = hits.slice(query.startIndex - 1, query.startIndex - 1 + query.count)
  return { totalResults: hits.length, rows: await readInOrder(listing, page) }
}

// A cursor in an order that no column keeps: everything is looked at again for each page.
async function findSorted<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
  condition: Condition,
  wanted: number,
): Promise<Placed<Row>[]> {
  const hits = await scan(listing, query, condition)
  const { boundary } = query
  const isBackward = boundary?.direction === 'before'
  if (isBackward) hits.reverse()
  const start = boundary === undefined ? 0 : hits.findIndex((hit) => isBeyond(hit, boundary, query))
  const page = start < 0 ? [] : hits.slice(start, start + wanted)
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

async function readByIds<Row extends Rowlike>(
  { database, scope, stored }: Listing<Row>,
  wanted: readonly { readonly id: string }[],
  columns: 'columns' | 'foundColumns',
): Promise<readonly (Row | FoundRow<Row>)[]> {
  if (wanted.length === 0) return []
  const ids = JSON.stringify(wanted.map(({ id }) => id))
  const statement = select<Row | FoundRow<Row>>(stored.table, {
    columns: stored[columns],
    conditions: [({ dialect }) => dialect.isIn('id', ids)],
    tail: sql``,
  })
  return database.readOrganization(scope, statement, {})
}

/** What a sort needs of a mixed list: every hit with its key. */
export async function findHits<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
): Promise<readonly { readonly id: string; readonly key: string | number | undefined }[]> {
  return scan(listing, query, compile(listing, query.filter).condition)
}

export { readInOrder as readResources }
