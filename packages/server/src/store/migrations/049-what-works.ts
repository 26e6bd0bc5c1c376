// What works is found without all that has ended: keys, clients and links that somebody makes and revokes over and over hide nothing and cost
// nobody anything.
import type { Migration } from './migration.ts'

export const whatWorks: Migration = {
  number: 49,
  name: 'what-works',
  statements: () => [
    'CREATE INDEX api_key_working ON api_key (organization_id, expires_at, id) WHERE revoked_at IS NULL',
    'CREATE INDEX oauth_client_working ON oauth_client (organization_id, expires_at, id) WHERE revoked_at IS NULL',
    'CREATE INDEX portal_link_open ON portal_link (organization_id, expires_at, id) WHERE revoked_at IS NULL AND ended_at IS NULL',
  ],
}
