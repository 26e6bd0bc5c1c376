// Brings the embedded store to this version, each migration in a transaction of its own. One process alone has the file, so nobody
// older is ever there: fills and contractions follow at once.
import type { DatabaseSync } from 'node:sqlite'
import {
  checksumOf,
  migrations as known,
  type LedgerRow,
  type Migration,
  type Plan,
  planUpgrade,
  sqliteWords as words,
} from './migrations/index.ts'
import type { Catalogue } from './migrations/migration.ts'

/** How the embedded store is brought up. */
export interface MigrateOptions {
  readonly isMigrating: boolean
  readonly now: () => number
  /** All of this version, unless a test says others. */
  readonly migrations?: readonly Migration[]
}

/** Throws StoreRefusal when the store is a newer version's, another build's, or may not be migrated. */
export function migrateSqlite(connection: DatabaseSync, options: MigrateOptions): void {
  const { isMigrating, now, migrations = known } = options
  ensureLedger(connection, isMigrating)
  const rows = readSqliteLedger(connection)
  const plan = planUpgrade(rows, words, migrations, { isMigrating })
  if (!isMigrating) return
  const apply = (migration: Migration): void =>
    inTransaction(connection, () => {
      if (migration.repair !== undefined) repair(connection, migration, plan, migrations)
      for (const statement of migration.statements(words)) connection.exec(statement)
      fill(connection, migration)
      connection
        .prepare('INSERT INTO migration (number, name, applied_at, checksum) VALUES (?, ?, ?, ?)')
        .run(migration.number, migration.name, now(), checksumOf(migration, words, migrations))
    })
  const contract = (migration: Migration): void =>
    inTransaction(connection, () => {
      fill(connection, migration)
      for (const statement of migration.contract?.(words) ?? []) connection.exec(statement)
      connection
        .prepare('UPDATE migration SET contracted_at = ? WHERE number = ?')
        .run(now(), migration.number)
    })
  for (const migration of plan.missing) apply(migration)
  for (const migration of [...plan.uncontracted, ...plan.missing])
    if (migration.contract !== undefined) contract(migration)
}

function ensureLedger(connection: DatabaseSync, isMigrating: boolean): void {
  connection.exec(
    'CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL, applied_at integer NOT NULL)',
  )
  if (!isMigrating) return
  const there = readCatalogue(connection).columns('migration')
  for (const column of ['checksum text', 'contracted_at integer'])
    if (!there.has(column.split(' ')[0]!)) connection.exec(`ALTER TABLE migration ADD COLUMN ${column}`)
}

function inTransaction(connection: DatabaseSync, work: () => void): void {
  connection.exec('BEGIN IMMEDIATE')
  work()
  connection.exec('COMMIT')
}

/** What had no checksum gets one: from here on its form is known. */
function repair(
  connection: DatabaseSync,
  migration: Migration,
  { applied, unsealed }: Plan,
  migrations: readonly Migration[],
): void {
  const statements = migration.repair?.(readCatalogue(connection), applied, words) ?? []
  for (const statement of statements) connection.exec(statement)
  const seal = connection.prepare('UPDATE migration SET checksum = ? WHERE number = ?')
  for (const one of unsealed) seal.run(checksumOf(one, words, migrations), one.number)
}

function fill(connection: DatabaseSync, migration: Migration): void {
  for (const statement of migration.fill?.(words) ?? []) {
    const slice = connection.prepare(statement)
    while (Number(slice.run().changes) > 0);
  }
}

/** The migrations that the file has had, as it says itself. */
export function readSqliteLedger(connection: DatabaseSync): readonly LedgerRow[] {
  const rows = connection.prepare('SELECT * FROM migration').all()
  return rows.map((row) => ({
    number: Number(row.number),
    name: String(row.name),
    checksum: toText(row.checksum),
    contracted_at: row.contracted_at == null ? null : Number(row.contracted_at),
  }))
}

const toText = (value: unknown): string | null => (value == null ? null : String(value))

function readCatalogue(connection: DatabaseSync): Catalogue {
  const read = (query: string, name: string): string[] =>
    connection
      .prepare(query)
      .all(name)
      .map((row) => String(row.name))
  return {
    columns: (table) => new Set(read('SELECT name FROM pragma_table_info(?)', table)),
    index(name) {
      const columns = read('SELECT name FROM pragma_index_info(?) ORDER BY seqno', name)
      return columns.length === 0 ? undefined : columns
    },
  }
}
