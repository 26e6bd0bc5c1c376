// Which client a key's requests come from, where it says so: learned once from what it calls itself, and kept with the key and its secrets.
import type { Migration } from './migration.ts'

export const knownClients: Migration = {
  number: 36,
  name: 'known-clients',
  statements: ({ text }) => [
    `ALTER TABLE api_key ADD COLUMN known_client ${text}`,
    `ALTER TABLE api_key_secret ADD COLUMN known_client ${text}`,
  ],
}
