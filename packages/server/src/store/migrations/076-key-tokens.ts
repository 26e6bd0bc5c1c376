// What each token of a key that was rotated is called, and when it was used: an administrator sees which one is still in use.
import type { Migration } from './migration.ts'

export const keyTokens: Migration = {
  number: 76,
  name: 'key-tokens',
  statements: ({ text }) => [
    `ALTER TABLE api_key_secret ADD COLUMN prefix ${text}`,
    'ALTER TABLE api_key_secret ADD COLUMN last_used_at bigint',
  ],
}
