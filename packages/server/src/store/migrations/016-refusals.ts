// A receiver that refuses everything is failing too: how often in a row, since when, and whether somebody was told.
import type { Migration } from './migration.ts'

export const refusals: Migration = {
  number: 16,
  name: 'refusals',
  statements: () => [
    'ALTER TABLE delivery_target ADD COLUMN refusals integer NOT NULL DEFAULT 0',
    'ALTER TABLE delivery_target ADD COLUMN refused_since bigint',
    'ALTER TABLE delivery_target ADD COLUMN told_at bigint',
  ],
}
