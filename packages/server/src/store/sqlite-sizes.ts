// What the embedded store's planner believes of its tables. Without a count it takes an organization for ten rows: an index by the
// organization alone is then as good as one that finds the row, and a statement reads all that an organization has. It is told that every
// table is large and that each further column of an index finds few rows. Nothing is counted: plans are the same in every store.
import type { DatabaseSync } from 'node:sqlite'

const rowsOfTable = 10_000_000
/** Where an index has a condition: far fewer. */
const rowsOfPart = 100_000
/** Of one organization, or of whatever else an index begins with. */
const rowsOfFirst = 100_000
const rowsOfFirstInPart = 1_000
const rowsOfSecond = 50
const rowsOfThird = 5
/** Of what belongs to no organization. */
const rowsOfInstallation = 10_000

interface Index {
  readonly table: string
  readonly name: string
  readonly isUnique: boolean
  readonly isPart: boolean
  readonly isOfOrganization: boolean
  readonly columns: number
}

/** Before the first statement is prepared. */
export function tellSizes(connection: DatabaseSync): void {
  // It makes the table; one row is looked at.
  connection.exec('PRAGMA analysis_limit = 1; ANALYZE migration')
  const wanted = listIndexes(connection).map((index) => [index.table, index.name, describe(index)])
  const there = connection.prepare('SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx').all()
  const isTold = JSON.stringify(there.map((row) => Object.values(row))) === JSON.stringify(wanted)
  if (!isTold) {
    connection.exec('BEGIN IMMEDIATE; DELETE FROM sqlite_stat1')
    const insert = connection.prepare('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)')
    for (const row of wanted) insert.run(...row)
    connection.exec('COMMIT')
  }
  // Reads it again.
  connection.exec('ANALYZE sqlite_master')
}

function listIndexes(connection: DatabaseSync): readonly Index[] {
  // The key of a table without row ids is called as the table.
  const rows = connection
    .prepare(
      `SELECT t.name AS tbl, CASE WHEN t.wr = 1 AND i.origin = 'pk' THEN t.name ELSE i.name END AS idx, i."unique" AS uniq, i.partial,
        EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'organization_id') AS is_own,
        (SELECT count(*) FROM pragma_index_info(i.name)) AS columns
      FROM pragma_table_list AS t, pragma_index_list(t.name) AS i
      WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND t.name <> 'migration'
      ORDER BY 1, 2`,
    )
    .all()
  return rows.map((row) => ({
    table: String(row.tbl),
    name: String(row.idx),
    isUnique: row.uniq === 1,
    isPart: row.partial === 1,
    isOfOrganization: row.is_own === 1,
    columns: Number(row.columns),
  }))
}

// The rows of all, then how many have the same first column, the same first two, and so on.
function describe({ isUnique, isPart, isOfOrganization, columns }: Index): string {
  const isFew = isPart || !isOfOrganization
  const counts = [isFew ? rowsOfFirstInPart : rowsOfFirst, rowsOfSecond]
  while (counts.length < columns) counts.push(rowsOfThird)
  counts.length = columns
  if (isUnique) counts[columns - 1] = 1
  const rows = isPart ? rowsOfPart : rowsOfTable
  return [isOfOrganization ? rows : rowsOfInstallation, ...counts].join(' ')
}
