// An administrator is known by what whoever gave the role saw: the externalId and the userName that the account had then. Of those who are
// there already it is what they have now.
import type { Migration } from './migration.ts'

export const asGiven: Migration = {
  number: 34,
  name: 'as-given',
  statements: ({ text, seeAllRows }) => [
    ...['"user"', 'deleted_user'].flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN given_external_id ${text}`,
      `ALTER TABLE ${table} ADD COLUMN given_name_key ${text}`,
    ]),
    ...['user', 'deleted_user'].flatMap(seeAllRows),
    ...['"user"', 'deleted_user'].map(
      (table) => `UPDATE ${table} SET given_external_id = external_id, given_name_key = user_name_key
        WHERE role IN ('owner', 'admin') AND role_origin = 'hand'`,
    ),
  ],
}
