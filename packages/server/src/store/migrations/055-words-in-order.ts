// Words are found in the order in which they decide, so that very many accounts of one name are not all read: the latest block and the latest
// one of an owner, and the latest role by hand, of each class of accounts that are judged alike (users/spoken.ts).
import type { Migration } from './migration.ts'

// Who made the account, and whether the word was passed on to it; whether a directory has given it an id.
const classOf = (said: 'blocked_as' | 'given_as') =>
  `(CASE WHEN provisional_key_id IS NULL THEN 0 WHEN coalesce(${said}, '') = '[]' THEN 4 ELSE 2 END
    + CASE WHEN external_id IS NULL THEN 0 ELSE 1 END)`

const indexesOf = (name: string, table: string, order: string) => [
  `CREATE INDEX ${name}_word_blocked ON ${table} (organization_id, ${classOf('blocked_as')}, blocked_at) WHERE blocked_at IS NOT NULL`,
  `CREATE INDEX ${name}_word_blocked_by_owner ON ${table} (organization_id, ${classOf('blocked_as')}, blocked_by_owner_at)
    WHERE blocked_by_owner_at IS NOT NULL`,
  `CREATE INDEX ${name}_word_given ON ${table} (organization_id, ${classOf('given_as')}, ${order})
    WHERE role_origin = 'hand' AND role NOT IN ('owner', 'admin')`,
  `CREATE INDEX ${name}_word_given_by_owner ON ${table} (organization_id, ${classOf('given_as')}, ${order}) WHERE role_by_owner IS NOT NULL`,
]

export const wordsInOrder: Migration = {
  number: 55,
  name: 'words-in-order',
  statements: () => [
    ...indexesOf('user', '"user"', 'id'),
    ...indexesOf('deleted_user', 'deleted_user', 'deleted_at'),
  ],
}
