// What qualifies a NameID beside its format (SAML core §2.2.2): a logout names the person with all of it (§3.7.1).
import type { Migration } from './migration.ts'

export const nameQualifiers: Migration = {
  number: 35,
  name: 'name-qualifiers',
  statements: ({ text }) => [`ALTER TABLE session ADD COLUMN name_qualifiers ${text}`],
}
