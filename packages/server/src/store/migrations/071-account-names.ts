// Whose the names are that an account had before is written as no userName and no address can be. What a version before wrote is rewritten
// where it can only be that version's own word: the names of one account say of one that they are its. Where they say so of several, one of
// them is what a directory called the account, and all of them stay names.
import type { Migration } from './migration.ts'

const isAccount = (table: string) =>
  `${table}.value_key >= 'account usr_' AND ${table}.value_key < 'account usr\`'`

export const accountNames: Migration = {
  number: 71,
  name: 'account-names',
  statements: () => [],
  fill: ({ seeAllRows }) => [
    ...seeAllRows('deleted_email'),
    ...seeAllRows('deleted_user'),
    `UPDATE deleted_email SET value_key = 'Account ' || substr(value_key, 9)
      WHERE (organization_id, value_key, user_id) IN (SELECT e.organization_id, e.value_key, e.user_id FROM deleted_email AS e
        JOIN deleted_user AS k ON k.organization_id = e.organization_id AND k.id = e.user_id AND k.resource = '{}'
        WHERE ${isAccount('e')} AND NOT EXISTS (SELECT 1 FROM deleted_email AS other
          WHERE other.organization_id = e.organization_id AND other.user_id = e.user_id AND other.value_key <> e.value_key
            AND ${isAccount('other')}) LIMIT 1000)`,
  ],
  // Filled once more when no node of a version before writes them any longer.
  contract: () => [],
}
