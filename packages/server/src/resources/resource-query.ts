// A query of resources: its order, its selection and what it counts.
import type { ListQuery, ResolvedFilter } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type Dialect, organizationQuery, type Statement } from '../store/statement.ts'
import { type Facts, readFacts, selectCounts } from '../users/counts.ts'
import type { Boundary } from './cursor.ts'
import { type CompiledFilter, type Condition, compileFilter } from './filter-sql.ts'
import type { FoundRow, StoredType } from './stored-type.ts'

/** Of a scan: a few milliseconds of matching, between which others are served. */
export const rowsPerSlice = 200

/** What every row of a listed resource has. */
export interface Rowlike {
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
  /** Whether there is any group, where that was read a moment ago. */
  readonly hasGroups?: boolean | undefined
}

/** What a list asks, with its cursor read; `boundary` undefined with `isCursor` is the first page. */
export type PageQuery = Pick<ListQuery, 'filter' | 'sortBy' | 'sortOrder' | 'startIndex' | 'count'> & {
  readonly isCursor: boolean
  readonly boundary: Boundary | undefined
}

/** The filter of a query as a condition, as far as columns answer it. */
export function compile<Row extends Rowlike>(
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

/** The pages that are asked for most, by prepared statements. */
export async function listFrequent<Row extends Rowlike>(
  listing: Listing<Row>,
  query: PageQuery,
): Promise<ResourcePage<Row> | undefined> {
  const { filter, count, startIndex } = query
  const { database, scope, stored } = listing
  if (startIndex !== 1 || count === 0 || query.sortBy !== undefined) return undefined
  if (listing.restriction !== undefined) return undefined
  const { matches } = stored.frequent
  if (filter === undefined) {
    return (await readFirstPage(listing, count)).page
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined
  const indexed = stored.index[filter.path]
  const statement = indexed === undefined ? undefined : matches.get(indexed.column)
  if (statement === undefined) return undefined
  const rows = await database.readOrganization(scope, statement, { key: String(filter.key), limit: count })
  const isUnique = stored.matched.some(({ column, isUnique: is }) => is && column === indexed?.column)
  return rows.length === count && !isUnique ? undefined : { rows, totalResults: rows.length }
}

/** Whether it is the beginning of everything in the order of ids, which says of itself what holds for the list. */
export function isFirstPage({ filter, count, startIndex, sortBy, isCursor }: PageQuery): boolean {
  return startIndex === 1 && count > 0 && filter === undefined && sortBy === undefined && !isCursor
}

/** Such a page, and what holds for the list. */
export async function readFirstPage<Row extends Rowlike>(
  listing: Listing<Row>,
  count: number,
): Promise<{ readonly page: ResourcePage<Row>; readonly facts: Facts }> {
  const { database, scope, stored } = listing
  const rows = await database.readOrganization(scope, stored.frequent.firstPage, { limit: count })
  const facts = readFacts(rows[0]?.facts)
  await fillPage({ ...listing, hasGroups: facts.groups > 0 }, rows)
  const total = stored.table === 'user' ? facts.users : facts.groups
  return { page: { rows, totalResults: Math.max(total, rows.length) }, facts }
}

/** Puts into the rows of a page of everything between two ids what is read at once for all of them. */
export async function fillPage<Row extends Rowlike>(
  { database, scope, stored, hasGroups }: Listing<Row>,
  rows: readonly FoundRow<Row>[],
): Promise<void> {
  if (hasGroups !== false) await stored.fillPage?.(database, scope, rows)
}

/** How many resources there are. */
export async function countAll<Row extends Rowlike>(listing: Listing<Row>): Promise<number> {
  const { database, scope, stored, restriction, total } = listing
  if (restriction !== undefined) return countWhere(listing, restriction)
  if (total !== undefined) return total
  const [row] = await database.readOrganization(scope, selectCounts, {})
  return Number((stored.table === 'user' ? row?.users : row?.groups) ?? 0)
}

/** An order that columns can keep. Absent values come last ascending and first descending (RFC 7644 §3.4.2.3); ids break ties. */
export interface Order {
  readonly column: string
  readonly isNullable: boolean
  readonly isDescending: boolean
}

/** The order of a query, forwards or back. */
export function orderBy(order: Order, isBackward = false): RawBuilder<unknown> {
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

/** Resources by conditions, in an order. */
export function select<Row>(
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

/** A condition as a list of none or one. */
export function toList(condition: Condition): readonly NonNullable<Condition>[] {
  return condition === undefined ? [] : [condition]
}

/** The order of ids, which is that of making. */
export const byId: Order = { column: 'id', isNullable: false, isDescending: false }

/** How many resources satisfy an exact condition. */
export async function countWhere<Row extends Rowlike>(
  listing: Listing<Row>,
  condition: Condition,
): Promise<number> {
  if (condition === undefined) return countAll(listing)
  const statement = select<{ total: number }>(listing.stored.table, {
    columns: () => sql`cast(count(*) AS bigint) AS total`,
    conditions: [condition],
    tail: sql``,
  })
  const [row] = await listing.database.readOrganization(listing.scope, statement, {})
  return Number(row?.total ?? 0)
}

/** Resources after an id, so many at most. */
export function readSlice<Row extends Rowlike>(
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
