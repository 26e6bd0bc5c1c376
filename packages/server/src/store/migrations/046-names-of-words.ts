// The block and the role by hand of one account may have been said when it was called differently, or one of them of another account: each
// has its own list of what the page showed then. Null is what the account is called now, which is what a version of before leaves.
import type { Migration } from './migration.ts'

const tables = ['"user"', 'deleted_user']

export const namesOfWords: Migration = {
  number: 46,
  name: 'names-of-words',
  statements: ({ text }) =>
    tables.flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN blocked_as ${text}`,
      `ALTER TABLE ${table} ADD COLUMN given_as ${text}`,
    ]),
  // One name for both, of migration 44.
  contract: () => tables.map((table) => `ALTER TABLE ${table} DROP COLUMN said_name_key`),
}
