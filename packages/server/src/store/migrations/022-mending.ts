// A mailed link also lets its person put another trust anchor in place: it knows the address that it went to, the anchor that was staged
// with it, and the test sign-in that was begun with it.
import type { Migration } from './migration.ts'

export const mending: Migration = {
  number: 22,
  name: 'mending',
  statements: ({ text }) => [
    `ALTER TABLE anchor_confirmation ADD COLUMN address_hash ${text}`,
    `ALTER TABLE anchor_confirmation ADD COLUMN staged_digest ${text}`,
    `ALTER TABLE anchor_confirmation ADD COLUMN test_id ${text}`,
  ],
}
