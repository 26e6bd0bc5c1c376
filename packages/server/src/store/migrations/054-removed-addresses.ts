// The addresses of all removed people are kept beside them, not those alone of whom something was said: whether somebody had one is a look by
// an index. Of whom a version before removed they are in the resource, until they are written beside it, a slice at a time.
import type { Migration } from './migration.ts'

export const removedAddresses: Migration = {
  number: 54,
  name: 'removed-addresses',
  statements: () => [
    'ALTER TABLE deleted_user ADD COLUMN is_addressed integer',
    `CREATE INDEX deleted_user_unaddressed ON deleted_user (organization_id, id) WHERE is_addressed IS NULL AND resource <> '{}'`,
  ],
}
