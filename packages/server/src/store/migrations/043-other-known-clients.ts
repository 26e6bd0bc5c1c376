// Clients beyond those of migration 36. In a column of their own: an earlier version that still serves has no answers for them.
import type { Migration } from './migration.ts'

export const otherKnownClients: Migration = {
  number: 43,
  name: 'other-known-clients',
  statements: ({ text }) => [
    `ALTER TABLE api_key ADD COLUMN other_client ${text}`,
    `ALTER TABLE api_key_secret ADD COLUMN other_client ${text}`,
  ],
}
