// A recovery address that its owner wants, until it has confirmed.
import type { Migration } from './migration.ts'

export const recovery: Migration = {
  number: 12,
  name: 'recovery',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE recovery_change (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, address ${text} NOT NULL, created_at bigint NOT NULL,
      expires_at bigint NOT NULL, PRIMARY KEY (organization_id, user_id))${rowStore}`,
  ],
}
