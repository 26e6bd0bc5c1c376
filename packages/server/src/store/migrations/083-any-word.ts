// Whether anything was said of anybody is one look at an index that holds those alone, in the place of a look at each of four: every
// account that is made asks for it.
import type { Migration } from './migration.ts'

// In the words of `isAnySaid` (users/spoken.ts). As a CASE it follows from nothing else that is asked: PostgreSQL would take the index for
// a look at one kind of word, too, and sort what the index of that kind has in order.
const isSaid = `CASE WHEN blocked_at IS NOT NULL OR blocked_by_owner_at IS NOT NULL
  OR (role_origin = 'hand' AND role NOT IN ('owner', 'admin')) OR role_by_owner IS NOT NULL THEN 1 ELSE 0 END = 1`

export const anyWord: Migration = {
  number: 83,
  name: 'any-word',
  statements: () => [
    `CREATE INDEX user_word ON "user" (organization_id) WHERE ${isSaid}`,
    `CREATE INDEX deleted_user_word ON deleted_user (organization_id) WHERE ${isSaid}`,
  ],
}
