// What a migration is: numbered, forward only, and safe while the previous version still serves (only additions).

/** The words in which the dialects' DDL differs. */
export interface DdlWords {
  /** Text that compares by bytes: the same order in both dialects. */
  readonly text: string
  /** Suffix of a table whose rows live in its primary key. */
  readonly rowStore: string
}

export interface Migration {
  readonly number: number
  readonly name: string
  readonly statements: (words: DdlWords) => readonly string[]
}

export const sqliteWords: DdlWords = { text: 'text', rowStore: ' WITHOUT ROWID' }
export const postgresWords: DdlWords = { text: 'text COLLATE "C"', rowStore: '' }
