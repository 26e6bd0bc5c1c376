// What a migration is: numbered, forward only, never changed once it is committed, and safe while the previous version still serves.

/** The words in which the dialects' DDL differs. */
export interface DdlWords {
  /** Statements of the embedded store alone. */
  readonly ifEmbedded: (statements: readonly string[]) => readonly string[]
  /** Statements of PostgreSQL alone. */
  readonly ifPostgres: (statements: readonly string[]) => readonly string[]
  /** Text that compares by bytes: the same order in both dialects. */
  readonly text: string
  /** Suffix of a table whose rows live in its primary key. */
  readonly rowStore: string
  /** Type of what is packed already. */
  readonly bytes: string
  /** Keeps the database from packing such a column once more. */
  readonly keepPacked: (table: string, column: string) => readonly string[]
  /** Type of a primary key that the store counts up in the order of inserts. */
  readonly counted: string
  /** Lets the rest of the migration touch every organization's rows of a table; its policy is put back with the migration. */
  readonly seeAllRows: (table: string) => readonly string[]
  /** Puts an index in the place of one of the same name, which may be missing; `create` writes its CREATE INDEX under the name it is given. */
  readonly replaceIndex: (name: string, create: (name: string) => string) => readonly string[]
}

/** What is there, as the database itself says. */
export interface Catalogue {
  /** The names of a table's columns; empty without such a table. */
  columns(table: string): ReadonlySet<string>
  /** The columns of an index, in order; undefined without such an index, or while it cannot be used. */
  index(name: string): readonly string[] | undefined
}

export interface Migration {
  readonly number: number
  readonly name: string
  /**
   * Expands: adds tables, columns and indexes, and fills small tables. Runs before this version serves, and while the version
   * before still does.
   */
  readonly statements: (words: DdlWords) => readonly string[]
  /**
   * Brings tables of the migrations in `applied` to today's form, in whatever form they are: the statements that are missing. Runs
   * before all other migrations that are missing, because those build upon today's form.
   */
  readonly repair?: (there: Catalogue, applied: ReadonlySet<number>, words: DdlWords) => readonly string[]
  /**
   * Fills large tables: each statement changes at most a thousand rows that are not filled yet, and runs until it changes none. Once
   * after `statements`, and again before `contract`, because the version before goes on writing rows as it knows them.
   */
  readonly fill?: (words: DdlWords) => readonly string[]
  /**
   * Contracts: takes away what only versions before this migration use. Runs once none of those was seen for a minute, so this
   * version serves before and after it. Until it runs, a version before starts on the store; from then on it refuses to.
   */
  readonly contract?: (words: DdlWords) => readonly string[]
}

export const sqliteWords: DdlWords = {
  ifEmbedded: (statements) => statements,
  ifPostgres: () => [],
  text: 'text',
  rowStore: ' WITHOUT ROWID',
  bytes: 'blob',
  keepPacked: () => [],
  counted: 'integer PRIMARY KEY AUTOINCREMENT',
  seeAllRows: () => [],
  replaceIndex: (name, create) => [`DROP INDEX IF EXISTS ${name}`, create(name)],
}
export const postgresWords: DdlWords = {
  ifEmbedded: () => [],
  ifPostgres: (statements) => statements,
  text: 'text COLLATE "C"',
  rowStore: '',
  bytes: 'bytea',
  keepPacked: (table, column) => [`ALTER TABLE "${table}" ALTER COLUMN ${column} SET STORAGE EXTERNAL`],
  counted: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  // The owner of a table is held to its policy too, unless it is a superuser; protectTables forces it again.
  seeAllRows: (table) => [`ALTER TABLE "${table}" NO FORCE ROW LEVEL SECURITY`],
  // The old one serves until the new one is whole.
  replaceIndex: (name, create) => [
    create(`${name}_new`),
    `DROP INDEX IF EXISTS ${name}`,
    `ALTER INDEX ${name}_new RENAME TO ${name}`,
  ],
}
