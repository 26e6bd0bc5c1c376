// Whom an open alert has brought back is kept until it is closed, so that it brings nobody back twice, and says how many it did. And an
// account keeps whether its block was said of itself.
import type { Migration } from './migration.ts'

export const restoredOnce: Migration = {
  number: 67,
  name: 'restored-once',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE restored_user (
      organization_id ${text} NOT NULL, alert_id ${text} NOT NULL, user_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, alert_id, user_id))${rowStore}`,
    'ALTER TABLE "user" ADD COLUMN is_block_passed_on integer',
    'ALTER TABLE deleted_user ADD COLUMN is_block_passed_on integer',
  ],
}
