// A notice that is gathered is kept as codes, so that each of its readers is told in their own language.
import type { Migration } from './migration.ts'

export const gatheredWords: Migration = {
  number: 81,
  name: 'gathered-words',
  statements: ({ text }) => [`ALTER TABLE gathered_notice ADD COLUMN said ${text}`],
}
