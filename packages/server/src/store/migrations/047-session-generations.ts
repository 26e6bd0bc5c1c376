// How often all that one person has by signing in has ended at once: a session, or what applications hold, is of the generation in which it
// was made. What is of an earlier one is over, however many rows there are of it, and is removed in slices.
import type { Migration } from './migration.ts'

export const sessionGenerations: Migration = {
  number: 47,
  name: 'session-generations',
  statements: ({ text, rowStore }) => [
    'ALTER TABLE session ADD COLUMN generation integer',
    'ALTER TABLE oidc_record ADD COLUMN generation integer',
    `CREATE TABLE session_generation (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, sessions integer NOT NULL, records integer NOT NULL, is_waiting integer NOT NULL,
      PRIMARY KEY (organization_id, user_id))${rowStore}`,
    'CREATE INDEX session_generation_waiting ON session_generation (organization_id, user_id) WHERE is_waiting = 1',
  ],
}
