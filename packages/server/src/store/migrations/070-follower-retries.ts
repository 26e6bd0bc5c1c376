// Where what follows the feed fails for one organization, its events are put off, and those of all others go on.
import type { Migration } from './migration.ts'

export const followerRetries: Migration = {
  number: 70,
  name: 'follower-retries',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE follower_retry (
      name ${text} NOT NULL, organization_id ${text} NOT NULL, position bigint NOT NULL, attempts integer NOT NULL, due_at bigint NOT NULL,
      PRIMARY KEY (name, organization_id))${rowStore}`,
  ],
}
