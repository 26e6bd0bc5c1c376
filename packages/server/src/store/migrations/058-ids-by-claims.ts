// Which unconfirmed key gave an account that it claimed its externalId is kept with the account: it was looked for in all events of it, of
// which such a key makes as many as it likes.
import type { Migration } from './migration.ts'

export const idsByClaims: Migration = {
  number: 58,
  name: 'ids-by-claims',
  statements: ({ text, seeAllRows }) => [
    ...['"user"', 'deleted_user'].map((table) => `ALTER TABLE ${table} ADD COLUMN id_by_claim ${text}`),
    ...['user', 'deleted_user', 'event'].flatMap(seeAllRows),
    ...['"user"', 'deleted_user'].map(
      (table) => `UPDATE ${table} SET id_by_claim = provisional_key_id
        WHERE provisional_key_id IS NOT NULL AND source <> 'scim' AND external_id IS NOT NULL
          AND EXISTS (SELECT 1 FROM event AS e WHERE e.organization_id = ${table}.organization_id AND e.subject_id = ${table}.id
            AND e.type IN ('user.linked', 'user.updated') AND e.actor_id = ${table}.provisional_key_id
            AND e.data LIKE '%"attribute":"externalId"%')`,
    ),
  ],
}
