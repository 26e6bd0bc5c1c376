// An account that a sign-in made of an address that was only found: whoever proves the address has it, and its name.
import type { Migration } from './migration.ts'

export const softNames: Migration = {
  number: 37,
  name: 'soft-names',
  statements: ({ text }) => [`ALTER TABLE "user" ADD COLUMN soft_key ${text}`],
}
