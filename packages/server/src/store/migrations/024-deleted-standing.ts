// A deleted person keeps since when they were out, who made them and by which key: brought back, they are no more than they were.
// Of those deleted before it is not known.
import type { Migration } from './migration.ts'

export const deletedStanding: Migration = {
  number: 24,
  name: 'deleted standing',
  statements: ({ text }) => [
    'ALTER TABLE deleted_user ADD COLUMN deactivated_at bigint',
    `ALTER TABLE deleted_user ADD COLUMN source ${text}`,
    `ALTER TABLE deleted_user ADD COLUMN provisional_key_id ${text}`,
  ],
}
