// What the lists must know of a resource type that is stored: its table, its columns, and what its clients match by.
import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { indexedGroupColumns } from '../mapping/group-columns.ts'
import type { RowTable } from '../mapping/indexed-column.ts'
import { emails, indexedUserColumns } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type Dialect, organizationStatement, type Statement } from '../store/statement.ts'
import { factsOf } from '../users/counts.ts'
import { type GroupRow, groupColumnNames } from '../users/groups.ts'
import {
  createGroupTexts,
  groupIdLength,
  maxFewCharacters,
  maxFewGroups,
  readGroupIds,
  selectFewGroupIds,
  selectFewGroups,
  selectGroups,
} from '../users/user-groups.ts'
import { type RenderedRow, renderedColumnNames } from '../users/user-row.ts'
import type { ColumnIndex } from './filter-sql.ts'

/** A row as it is found: `resource` is null where it is to be read by its own. In a list it has the ids of a user's groups, and no more. */
export type FoundRow<Row> = Row extends { readonly resource: string }
  ? Omit<Row, 'resource'> & {
      readonly resource: string | null
      readonly bytes: number
      /** Comes with the row, or is put into it by `fillPage`. */
      group_ids?: string | null
    }
  : never

/** A found row that renders to more than this is read by its own: a page of ordinary ones is one statement. */
const maxFoundBytes = 4_096

function refs(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)))
}

/** What is large stays in the store. */
function found(names: readonly string[]): RawBuilder<unknown> {
  const small = sql.raw(String(maxFoundBytes))
  return sql`${refs(names.filter((name) => name !== 'resource'))}, ${measure} AS bytes,
    CASE WHEN ${measure} <= ${small} THEN resource END AS resource`
}

const measure = sql<number>`octet_length(resource)`

/** Whether a found row is there as a whole. */
export function isWhole(row: FoundRow<StoredRow>): boolean {
  return row.resource !== null && hasFewGroups(row)
}

/** Text that is in memory at once of rows that are read for an answer, about. */
export const bytesPerSlice = 262_144

/**
 * About how many bytes a found row renders to: a group is shown with an address. In how many groups somebody is who is in many is not known
 * before they are read: nobody is read beside them.
 */
export function bytesOf(row: FoundRow<StoredRow>): number {
  if (!hasFewGroups(row)) return row.bytes + bytesPerSlice
  return row.bytes + (row.group_ids == null ? 3 * (row.groups?.length ?? 0) : 150 * countGroups(row))
}

function hasFewGroups(row: FoundRow<StoredRow>): boolean {
  if (row.group_ids != null) return countGroups(row) <= maxFewGroups
  return (row.groups?.length ?? 0) <= maxFewCharacters
}

interface StoredRow {
  readonly resource: string
  readonly groups?: string | null
}

function countGroups({ group_ids: ids }: FoundRow<StoredRow>): number {
  return (ids?.length ?? 0) / groupIdLength
}

interface Matched {
  readonly column: string
  readonly isUnique: boolean
  /** Where it is a column of rows beside the resource's own. */
  readonly rows?: RowTable
}

/** How a resource type is stored. */
interface StoredColumns<Row extends { readonly id: string }> {
  readonly table: 'user' | 'group'
  readonly idPattern: RegExp
  readonly index: ColumnIndex
  /** What clients match by all day: these run as prepared statements. */
  readonly matched: readonly Matched[]
  /** Of a row that is whole. */
  readonly columns: (dialect: Dialect) => RawBuilder<unknown>
  /** The same for one that is found by a name: what is large stays in the store until its turn comes to be rendered. */
  readonly matchedColumns: (dialect: Dialect, organizationId: string) => RawBuilder<unknown>
  /** The same for a page that is found: what is large stays in the store until its turn comes to be rendered. */
  readonly foundColumns: (dialect: Dialect, organizationId: string) => RawBuilder<unknown>
  /** The same for a page of everything between two ids: what such pages read at once for all of their rows is put in by `fillPage`. */
  readonly pageColumns: () => RawBuilder<unknown>
  readonly fillPage?: (
    database: Database,
    scope: OrganizationScope,
    rows: readonly FoundRow<Row>[],
  ) => Promise<void>
  /** Makes what puts into whole rows that were found, in their place, what a row of another table says; absent where nothing is missing. */
  readonly createCompletion?: (
    database: Database,
    scope: OrganizationScope,
  ) => (rows: readonly FoundRow<Row>[]) => Promise<void>
}

/** The same with what is prepared for it. */
export interface StoredRows<Row extends { readonly id: string }> extends StoredColumns<Row> {
  readonly frequent: Frequent<Row>
}

/** A stored type that can be listed. */
export interface StoredType<Row extends { readonly id: string }> extends StoredRows<Row> {
  /** For the matcher in memory; a group comes without its members, which only columns are asked about. */
  readonly toResource: (row: Row, scimBaseUrl: string) => JsonObject
}

// What identity providers ask all day runs as prepared statements: the match by name or externalId, the first page.
interface Frequent<Row> {
  readonly firstPage: Statement<'organization', { limit: number }, FoundRow<Row> & { readonly facts: string }>
  readonly matches: ReadonlyMap<
    string,
    Statement<'organization', { key: string; limit: number }, FoundRow<Row>>
  >
}

/**
 * So of every row. PostgreSQL takes a table that nobody has counted for a few rows, and finds those of an organization by whichever index
 * is the smallest, to read and sort all of them for one page: by their ids and the organization it finds them in the order of the key.
 */
export const hasId = sql<SqlBool>`id > ''`

function prepareFrequent<Row extends { readonly id: string }>({
  table,
  pageColumns,
  matchedColumns,
  matched,
}: StoredColumns<Row>): Frequent<Row> {
  const firstPage = organizationStatement<{ limit: number }>(`${table}s_first_page`)(
    ({ db, place, organizationId }) => {
      const query = sql<
        FoundRow<Row> & { readonly facts: string }
      >`SELECT ${pageColumns()}, ${factsOf(organizationId)} AS facts FROM ${sql.table(table)}
        WHERE organization_id = ${organizationId} AND ${hasId} ORDER BY id LIMIT ${place('limit')}`
      return { compile: () => query.compile(db) }
    },
  )
  const matches = matched.map(({ column, isUnique, rows }) => {
    const statement = organizationStatement<{ key: string; limit: number }>(`${table}s_by_${column}`)(
      ({ db, place, organizationId, dialect }) => {
        const isSame = sql`${sql.ref(column)} = ${place('key')}`
        const isFound =
          rows === undefined
            ? isSame
            : dialect.isAmong(
                'id',
                sql`SELECT ${sql.ref(rows.owner)} FROM ${sql.table(rows.table)} WHERE organization_id = ${organizationId} AND ${isSame}`,
              )
        const query = sql<
          FoundRow<Row>
        >`SELECT ${matchedColumns(dialect, organizationId)} FROM ${sql.table(table)}
          WHERE organization_id = ${organizationId} AND ${isFound}
          ${isUnique ? sql`` : sql`ORDER BY id LIMIT ${place('limit')}`}`
        return { compile: () => query.compile(db) }
      },
    )
    return [column, statement] as const
  })
  return { firstPage, matches: new Map(matches) }
}

function withFrequent<Row extends { readonly id: string }>(columns: StoredColumns<Row>): StoredRows<Row> {
  return { ...columns, frequent: prepareFrequent(columns) }
}

function createCompletion(database: Database, scope: OrganizationScope) {
  const read = createGroupTexts(database, scope)
  return async (rows: readonly FoundRow<RenderedRow>[]): Promise<void> => {
    const toText = await read(rows.flatMap(({ group_ids: ids }) => (ids == null ? [] : [ids])))
    for (const row of rows as (FoundRow<RenderedRow> & { groups?: string })[])
      if (row.group_ids != null) row.groups = toText(row.group_ids)
  }
}

async function fillPage(
  database: Database,
  scope: OrganizationScope,
  rows: readonly FoundRow<RenderedRow>[],
): Promise<void> {
  if (rows.length === 0) return
  const groupIds = await readGroupIds(database, scope, rows)
  for (const row of rows) row.group_ids = groupIds.get(row.id) ?? null
}

/** Users. */
export const userRows: StoredRows<RenderedRow> = withFrequent<RenderedRow>({
  table: 'user',
  idPattern: /^usr_[0-9a-z]{26}$/,
  index: indexedUserColumns,
  matched: [
    { column: 'user_name_key', isUnique: true },
    { column: 'external_id', isUnique: false },
    { column: 'value_key', isUnique: false, rows: emails },
  ],
  columns: (dialect) => sql`${refs(renderedColumnNames)}, ${selectGroups(dialect)} AS groups`,
  matchedColumns: (dialect, organizationId) => sql`${found(renderedColumnNames)},
    ${selectFewGroups(dialect, organizationId)} AS groups`,
  foundColumns: (dialect, organizationId) => sql`${found(renderedColumnNames)},
    ${selectFewGroupIds(dialect, organizationId)} AS group_ids`,
  pageColumns: () => found(renderedColumnNames),
  fillPage,
  createCompletion,
})

/** Groups. */
export const groupRows: StoredRows<GroupRow> = withFrequent<GroupRow>({
  table: 'group',
  idPattern: /^grp_[0-9a-z]{26}$/,
  index: indexedGroupColumns,
  matched: [
    { column: 'display_name_key', isUnique: false },
    { column: 'external_id', isUnique: false },
  ],
  columns: () => refs(groupColumnNames),
  matchedColumns: () => found(groupColumnNames),
  foundColumns: () => found(groupColumnNames),
  pageColumns: () => found(groupColumnNames),
})
