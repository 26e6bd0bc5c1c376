// Whoever is out (deactivated or blocked) is found by an index of their own, which nobody else is in: what an index of everybody's state
// cost with each new person and each deactivation, it does not.
import type { Migration } from './migration.ts'

export const fewerIndexes: Migration = {
  number: 23,
  name: 'fewer indexes',
  statements: () => [
    'CREATE INDEX user_out ON "user" (organization_id, id) WHERE active = 0 OR blocked_at IS NOT NULL',
  ],
  // The version before finds deactivated people by it.
  contract: () => ['DROP INDEX IF EXISTS user_active'],
}
