// Where a person is signed in and since when: what began a session, when the identity provider asked the person last, and what
// applications hold by it.
import type { Migration } from './migration.ts'

export const sessions: Migration = {
  number: 11,
  name: 'sessions',
  statements: ({ text }) => [
    `ALTER TABLE session ADD COLUMN ip ${text}`,
    `ALTER TABLE session ADD COLUMN user_agent ${text}`,
    'ALTER TABLE session ADD COLUMN auth_at bigint',
    'ALTER TABLE session ADD COLUMN fresh_after bigint',
    `ALTER TABLE sign_in ADD COLUMN freshness ${text}`,
    `ALTER TABLE oidc_record ADD COLUMN session_id ${text}`,
    `ALTER TABLE oidc_record ADD COLUMN connection_id ${text}`,
    'ALTER TABLE oidc_record ADD COLUMN created_at bigint',
    'ALTER TABLE oidc_record ADD COLUMN anchor_number integer',
    `ALTER TABLE application_use ADD COLUMN connection_id ${text}`,
    'ALTER TABLE application_use ADD COLUMN anchor_number integer',
    'CREATE INDEX session_of_connection ON session (organization_id, connection_id)',
    'CREATE INDEX oidc_record_connection ON oidc_record (organization_id, connection_id)',
    'CREATE INDEX identity_name_id ON identity (organization_id, connection_id, name_id)',
  ],
}
