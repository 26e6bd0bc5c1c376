// A key that is confirmed may have made or claimed very many people: what follows for each of them is done a slice at a time, and how far it
// has come is kept.
import type { Migration } from './migration.ts'

export const confirmedKeys: Migration = {
  number: 60,
  name: 'confirmed-keys',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE key_confirmation (
      organization_id ${text} NOT NULL, key_id ${text} NOT NULL, act ${text} NOT NULL, done_to ${text} NOT NULL,
      PRIMARY KEY (organization_id, key_id))${rowStore}`,
  ],
}
