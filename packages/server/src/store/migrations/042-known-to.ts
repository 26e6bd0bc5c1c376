// Who else has seen the secret of a key or of a client: whoever rotated it. What was rotated before this says nothing of it.
import type { Migration } from './migration.ts'

export const knownTo: Migration = {
  number: 42,
  name: 'known-to',
  statements: ({ text }) => [
    `ALTER TABLE api_key ADD COLUMN known_to ${text}`,
    `ALTER TABLE oauth_client ADD COLUMN known_to ${text}`,
  ],
}
