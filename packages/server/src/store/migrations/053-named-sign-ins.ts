// Whose a sign-in is that was proven and is not finished, and in which session of the identity provider: by hashes of both, so that a logout
// finds them without what was said of them. What a version before proved has neither, and is looked through until it has ended.
import type { Migration } from './migration.ts'

export const namedSignIns: Migration = {
  number: 53,
  name: 'named-sign-ins',
  statements: ({ text }) => [
    ...['sign_in', 'pending_sign_in'].flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN name_hash ${text}`,
      `ALTER TABLE ${table} ADD COLUMN session_hash ${text}`,
      `CREATE INDEX ${table}_name ON ${table} (organization_id, connection_id, name_hash) WHERE name_hash IS NOT NULL`,
      `CREATE INDEX ${table}_session ON ${table} (organization_id, connection_id, session_hash) WHERE session_hash IS NOT NULL`,
    ]),
    `CREATE INDEX sign_in_waiting ON sign_in (organization_id, connection_id, proven_at, id)
      WHERE proven_at IS NOT NULL AND finished_at IS NULL`,
    `CREATE INDEX sign_in_unnamed ON sign_in (organization_id, connection_id)
      WHERE name_hash IS NULL AND proven_at IS NOT NULL AND finished_at IS NULL`,
    'CREATE INDEX pending_sign_in_waiting ON pending_sign_in (organization_id, connection_id, created_at, id)',
    'CREATE INDEX pending_sign_in_unnamed ON pending_sign_in (organization_id, connection_id) WHERE name_hash IS NULL',
  ],
}
