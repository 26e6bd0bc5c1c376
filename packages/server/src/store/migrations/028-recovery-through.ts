// By which connection, and which version of its anchor, the session came in which a recovery address was asked for: it ends with what came
// through that.
import type { Migration } from './migration.ts'

export const recoveryThrough: Migration = {
  number: 28,
  name: 'recovery-through',
  statements: ({ text }) => [
    `ALTER TABLE recovery_change ADD COLUMN connection_id ${text}`,
    'ALTER TABLE recovery_change ADD COLUMN anchor_number bigint',
  ],
}
