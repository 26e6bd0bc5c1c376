// Rows by their ids, with all that a resource is made of: a list knows its hits first and reads them when it is sent.
import { sql } from 'kysely'
import { type Listing, type Rowlike, select } from './resource-query.ts'
import { bytesOf, bytesPerSlice, type FoundRow, isWhole } from './stored-type.ts'

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

/** In no order. */
export async function readByIds<Row extends Rowlike>(
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
