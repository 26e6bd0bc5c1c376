// When what a person has by signing in ended last, all of it, by one identity, or through a connection: what was proven before opens
// nothing after.
import type { Migration } from './migration.ts'

export const proofs: Migration = {
  number: 26,
  name: 'proofs',
  statements: () => [
    'ALTER TABLE "user" ADD COLUMN sessions_ended_at bigint',
    'ALTER TABLE identity ADD COLUMN sessions_ended_at bigint',
    'ALTER TABLE connection ADD COLUMN sessions_ended_at bigint',
  ],
}
