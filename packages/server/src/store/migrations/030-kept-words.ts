// An administrator's word on somebody outlives a removal: the addresses of those who were blocked, or given a role by hand, when they
// were removed, so that it finds them when they are made anew. Of those removed before, it finds them by externalId and userName alone.
import type { Migration } from './migration.ts'

export const keptWords: Migration = {
  number: 30,
  name: 'kept-words',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE deleted_email (
      organization_id ${text} NOT NULL, value_key ${text} NOT NULL, user_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, value_key, user_id))${rowStore}`,
    'CREATE INDEX deleted_email_user ON deleted_email (organization_id, user_id)',
  ],
}
