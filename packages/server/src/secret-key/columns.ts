// What a column that holds a sealed text must say, so that a rotation seals it anew: the room of its table says it (sealed.ts there), and
// sealed-columns.ts lists them all. One that is missing there would be lost with the old key, so that test/security/secret-rotation.test.ts
// looks for sealed texts in the whole store.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Keyring, readKeyId, sealedPrefix } from '../base/envelope.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import {
  installationStatement,
  organizationStatement,
  type Reach,
  type Statement,
} from '../store/statement.ts'

export interface SliceArgs {
  /** LIKE pattern of what needs nothing. */
  readonly done: string
  readonly after: string
  readonly afterNumber: number
}
export interface SwapArgs {
  readonly id: string
  readonly number: number
  readonly before: string
  readonly sealed: string
}
interface SealedRow {
  readonly id: string
  readonly number: number
  readonly sealed: string | null
}
interface KeyCount {
  readonly key: string | null
  readonly rows: number | string | bigint
}

/** One column. A swap writes only where the row still holds what was read, so that nobody's change is lost. */
export interface SealedColumn<R extends Reach> {
  readonly name: string
  readonly slice: Statement<R, SliceArgs, SealedRow>
  readonly swap: Statement<R, SwapArgs, unknown>
  readonly counts: Statement<R, Record<never, never>, KeyCount>
  readonly placeOf: (organizationId: string, id: string) => string
}

/** Of one unit of work. */
export const sliceRows = 100
/** Which key sealed a column's text. */
export const keyOf = (column: string) => sql<string | null>`substr(${sql.ref(column)}, 4, 8)`
/** How many rows. */
export const rowsOf = sql<number>`count(*)`

/** What is the same of most columns: the row has an id, and the text is sealed to a place that names it. */
interface Plain {
  readonly table: string
  readonly column: string
  readonly placeOf: SealedColumn<Reach>['placeOf']
}

const toParts = ({ table, column }: Plain, own: RawBuilder<SqlBool>) => {
  const [rows, sealed] = [sql.table(table), sql.ref(column)]
  return {
    slice: (
      after: unknown,
      done: unknown,
    ) => sql<SealedRow>`SELECT id, 0 AS number, ${sealed} AS sealed FROM ${rows}
      WHERE ${own} AND id > ${after} AND ${sealed} NOT LIKE ${done} ORDER BY id LIMIT ${sql.lit(sliceRows)}`,
    swap: (
      id: unknown,
      before: unknown,
      after: unknown,
    ) => sql<unknown>`UPDATE ${rows} SET ${sql.ref(column)} = ${after}
      WHERE ${own} AND id = ${id} AND ${sealed} = ${before}`,
    counts: sql<KeyCount>`SELECT ${keyOf(column)} AS key, ${rowsOf} AS rows FROM ${rows}
      WHERE ${own} AND ${sealed} IS NOT NULL GROUP BY key`,
  }
}

/** A column of rows that belong to no organization. */
export function sealedOfInstallation(plain: Plain): SealedColumn<'installation'> {
  const { slice, swap, counts } = toParts(plain, sql<SqlBool>`1 = 1`)
  const { table, column, placeOf } = plain
  return {
    name: `${table}.${column}`,
    placeOf,
    slice: installationStatement<SliceArgs>(`sealed ${table}`)(({ db, place }) => {
      const statement = slice(place('after'), place('done'))
      return { compile: () => statement.compile(db) }
    }),
    swap: installationStatement<SwapArgs>(`reseal ${table}`)(({ db, place }) => {
      const statement = swap(place('id'), place('before'), place('sealed'))
      return { compile: () => statement.compile(db) }
    }),
    counts: installationStatement(`count_sealed ${table}`)(({ db }) => ({
      compile: () => counts.compile(db),
    })),
  }
}

/** A column of rows that belong to an organization each. */
export function sealedOfOrganization(plain: Plain): SealedColumn<'organization'> {
  const { table, column, placeOf } = plain
  const of = (organizationId: unknown) => toParts(plain, sql<SqlBool>`organization_id = ${organizationId}`)
  return {
    name: `${table}.${column}`,
    placeOf,
    slice: organizationStatement<SliceArgs>(`sealed ${table}`)(({ db, place, organizationId }) => {
      const statement = of(organizationId).slice(place('after'), place('done'))
      return { compile: () => statement.compile(db) }
    }),
    swap: organizationStatement<SwapArgs>(`reseal ${table}`)(({ db, place, organizationId }) => {
      const statement = of(organizationId).swap(place('id'), place('before'), place('sealed'))
      return { compile: () => statement.compile(db) }
    }),
    counts: organizationStatement(`count_sealed ${table}`)(({ db, organizationId }) => {
      const { counts } = of(organizationId)
      return { compile: () => counts.compile(db) }
    }),
  }
}

/** Every column that holds a sealed text, by whether its rows are of one organization. */
export interface SealedColumns {
  readonly installation: readonly SealedColumn<'installation'>[]
  readonly organization: readonly SealedColumn<'organization'>[]
}

/** After which row a slice begins. */
export interface From {
  readonly after: string
  readonly afterNumber: number
}

/** Some rows of a column, sealed anew. */
export interface Slice {
  /** What is to be written; each only where the row still holds what was read. */
  readonly swaps: readonly SwapArgs[]
  /** Neither this process's keys nor its place open them: they stay as they are. */
  readonly unreadable: number
  /** Where the next slice begins; undefined after the last. */
  readonly next: From | undefined
}

/** Opens the rows of a slice and seals them with the key that seals now. */
export function resealRows(
  rows: readonly SealedRow[],
  placeOf: SealedColumn<Reach>['placeOf'],
  ring: Keyring,
  organizationId: string,
): Slice {
  const swaps = rows.flatMap((row): SwapArgs[] => {
    const before = row.sealed ?? ''
    const place = placeOf(organizationId, row.id)
    const plain = ring.knows(readKeyId(before)) ? tryOpen(ring, before, place) : undefined
    if (plain === undefined) return []
    return [{ id: row.id, number: Number(row.number), before, sealed: ring.seal(plain, place) }]
  })
  const last = rows.length < sliceRows ? undefined : rows.at(-1)
  const next = last === undefined ? undefined : { after: last.id, afterNumber: Number(last.number) }
  return { swaps, unreadable: rows.length - swaps.length, next }
}

/** What a slice is asked with: rows behind `from` that another key sealed than the one that seals now. */
export function sliceArgs(ring: Keyring, from: From): SliceArgs {
  return { ...from, done: `${sealedPrefix(ring.keyIds[0]!)}%` }
}

function tryOpen(ring: Keyring, sealed: string, place: string): string | undefined {
  try {
    return ring.open(sealed, place)
  } catch {
    return undefined
  }
}

/** Adds to `counts` how many texts of the installation each key seals. */
export async function countInstallation(
  database: Database,
  { installation }: SealedColumns,
  counts: Map<string, number>,
): Promise<void> {
  for (const column of installation)
    addCounts(counts, await database.readInstallation('settings', column.counts, {}))
}

/** Adds to `counts` how many texts of an organization each key seals. */
export async function countOrganization(
  database: Database,
  scope: OrganizationScope,
  { organization }: SealedColumns,
  counts: Map<string, number>,
): Promise<void> {
  for (const column of organization)
    addCounts(counts, await database.readOrganization(scope, column.counts, {}))
}

function addCounts(counts: Map<string, number>, rows: readonly KeyCount[]): void {
  for (const { key, rows: count } of rows) counts.set(key ?? '', (counts.get(key ?? '') ?? 0) + Number(count))
}
