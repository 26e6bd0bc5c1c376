// Whether an owner was removed who would sign in by a connection is asked at each look at one: they are found without all who were removed.
import type { Migration } from './migration.ts'

export const removedOwners: Migration = {
  number: 57,
  name: 'removed-owners',
  statements: () => [
    `CREATE INDEX deleted_user_owner ON deleted_user (organization_id, id) WHERE role = 'owner'`,
  ],
}
