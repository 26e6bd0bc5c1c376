// How much activity an organization has, up to which row it was counted: so that pruning counts what is new and skips nothing over.
import type { Migration } from './migration.ts'

export const keptActivity: Migration = {
  number: 20,
  name: 'kept activity',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE activity_kept (
      organization_id ${text} NOT NULL, counted_to ${text} NOT NULL, counted_since bigint NOT NULL, row_count bigint NOT NULL,
      refused_count bigint NOT NULL, body_count bigint NOT NULL, body_from ${text} NOT NULL, PRIMARY KEY (organization_id))${rowStore}`,
  ],
}
