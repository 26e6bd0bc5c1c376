// Whoever is brought back has their groups again a slice at a time, however many these are: which are still to come is kept beside the
// people. And how many were removed whom a key made is counted by an index.
import type { Migration } from './migration.ts'

export const returningPeople: Migration = {
  number: 56,
  name: 'returning-people',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE returning_user (
      organization_id ${text} NOT NULL, part integer NOT NULL, id ${text} NOT NULL, user_id ${text} NOT NULL, group_ids ${text} NOT NULL,
      PRIMARY KEY (organization_id, part, id))${rowStore}`,
    `CREATE INDEX deleted_user_provisional_key ON deleted_user (organization_id, provisional_key_id, id)
      WHERE provisional_key_id IS NOT NULL`,
  ],
}
