// A connection keeps who made it; and what a relink would do to its people, as it was counted last, with when whom it was counted for.
import type { Migration } from './migration.ts'

export const connectionMakers: Migration = {
  number: 65,
  name: 'connection-makers',
  statements: ({ text }) => [
    `ALTER TABLE connection ADD COLUMN maker_id ${text}`,
    `ALTER TABLE connection ADD COLUMN relink_preview ${text}`,
  ],
}
