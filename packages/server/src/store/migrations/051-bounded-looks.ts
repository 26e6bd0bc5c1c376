// What is looked for at a sign-in, a removal or a mailed link is found by an index of its own, however much the organization has besides.
import type { Migration } from './migration.ts'

export const boundedLooks: Migration = {
  number: 51,
  name: 'bounded-looks',
  statements: () => [
    'CREATE INDEX session_by_id ON session (organization_id, id)',
    'CREATE INDEX withdrawn_identity_user ON withdrawn_identity (organization_id, user_id)',
    `CREATE INDEX user_privileged ON "user" (organization_id, id) WHERE role IN ('owner', 'admin')`,
    'CREATE INDEX api_key_provisional ON api_key (organization_id, id) WHERE is_provisional = 1',
    'CREATE INDEX oauth_client_provisional ON oauth_client (organization_id, id) WHERE is_provisional = 1',
  ],
}
