// A directory lets somebody in or out, by their id, whom an unconfirmed key made: the key changes nothing of them any more, and its names stay
// what nobody has confirmed. And whoever has signed in to an account that is blocked is found by the address that they proved there.
import type { Migration } from './migration.ts'

export const directoryDecides: Migration = {
  number: 48,
  name: 'directory-decides',
  statements: () => [
    ...['"user"', 'deleted_user'].map(
      (table) => `ALTER TABLE ${table} ADD COLUMN directory_decides integer NOT NULL DEFAULT 0`,
    ),
    'CREATE INDEX identity_proved ON identity (organization_id, proved_key)',
  ],
}
