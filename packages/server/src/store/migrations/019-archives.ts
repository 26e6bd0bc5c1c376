// Up to which entry an organization's audit log was archived, and the chain's hash there: what stays goes on from it.
import type { Migration } from './migration.ts'

export const archives: Migration = {
  number: 19,
  name: 'archives',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE event_archive (
      organization_id ${text} NOT NULL, sequence bigint NOT NULL, hash ${text} NOT NULL, archived_at bigint NOT NULL,
      PRIMARY KEY (organization_id))${rowStore}`,
  ],
}
