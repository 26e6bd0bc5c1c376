// OAuth 2.0 clients of directories. Their access tokens lie beside the API keys' secrets: one look-up serves both.
import type { Migration } from './migration.ts'

export const oauth: Migration = {
  number: 4,
  name: 'oauth',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE oauth_client (
      id ${text} PRIMARY KEY, organization_id ${text} NOT NULL, name ${text} NOT NULL, profile ${text} NOT NULL, method ${text} NOT NULL,
      secret_hash ${text}, previous_secret_hash ${text}, previous_ends_at bigint, trust ${text} NOT NULL,
      created_at bigint NOT NULL, created_by ${text} NOT NULL, expires_at bigint, last_used_at bigint, revoked_at bigint)${rowStore}`,
    'CREATE INDEX oauth_client_organization ON oauth_client (organization_id, id)',
    'CREATE INDEX api_key_secret_expires_at ON api_key_secret (expires_at)',
  ],
}
