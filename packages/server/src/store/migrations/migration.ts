// What a migration is: numbered, forward only, and safe while the previous version still serves (only additions).

/** The words in which the dialects' DDL differs. */
export interface DdlWords {
  /** Text that compares by bytes: the same order in both dialects. */
  readonly text: string
  /** Suffix of a table whose rows live in its primary key. */
  readonly rowStore: string
  /** Type of a primary key that the store counts up in the order of inserts. */
  readonly counted: string
  /** Lets the rest of the migration touch every organization's rows of a table; its policy is put back with the migration. */
  readonly seeAllRows: (table: string) => readonly string[]
}

export interface Migration {
  readonly number: number
  readonly name: string
  readonly statements: (words: DdlWords) => readonly string[]
}

export const sqliteWords: DdlWords = {
  text: 'text',
  rowStore: ' WITHOUT ROWID',
  counted: 'integer PRIMARY KEY AUTOINCREMENT',
  seeAllRows: () => [],
}
export const postgresWords: DdlWords = {
  text: 'text COLLATE "C"',
  rowStore: '',
  counted: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  // The owner of a table is held to its policy too, unless it is a superuser; protectTables forces it again.
  seeAllRows: (table) => [`ALTER TABLE "${table}" NO FORCE ROW LEVEL SECURITY`],
}
