// Links, keys and sessions know why they hold: who made them, from which link, under which operator key. Keys that a contact made
// are provisional until an administrator confirms them, and users and groups know the provisional key that made or claimed them.
// Keys that are there already count as confirmed; sessions and links of the operator name no key, and so end once.
import type { Migration } from './migration.ts'

export const links: Migration = {
  number: 10,
  name: 'links',
  statements: ({ text }) => [
    `ALTER TABLE operator_secret ADD COLUMN id ${text}`,
    `ALTER TABLE operator_secret ADD COLUMN name ${text}`,
    `ALTER TABLE operator_secret ADD COLUMN key_hash ${text}`,
    `ALTER TABLE operator_secret ADD COLUMN ip ${text}`,
    `ALTER TABLE operator_secret ADD COLUMN user_agent ${text}`,
    `ALTER TABLE portal_link ADD COLUMN created_rung ${text}`,
    `ALTER TABLE portal_link ADD COLUMN created_name ${text}`,
    `ALTER TABLE portal_link ADD COLUMN parent_id ${text}`,
    `ALTER TABLE portal_link ADD COLUMN key_hash ${text}`,
    'ALTER TABLE portal_link ADD COLUMN ended_at bigint',
    `ALTER TABLE portal_link ADD COLUMN ended_reason ${text}`,
    `ALTER TABLE session ADD COLUMN key_hash ${text}`,
    ...['api_key', 'oauth_client'].flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN maker_id ${text}`,
      `ALTER TABLE ${table} ADD COLUMN maker_name ${text}`,
      `ALTER TABLE ${table} ADD COLUMN created_rung ${text}`,
      `ALTER TABLE ${table} ADD COLUMN is_provisional integer NOT NULL DEFAULT 0`,
      `ALTER TABLE ${table} ADD COLUMN confirmed_at bigint`,
      `ALTER TABLE ${table} ADD COLUMN confirmed_by ${text}`,
    ]),
    'ALTER TABLE api_key_secret ADD COLUMN is_provisional integer NOT NULL DEFAULT 0',
    ...['user', 'group'].flatMap((table) => [
      `ALTER TABLE "${table}" ADD COLUMN provisional_key_id ${text}`,
      `CREATE INDEX ${table}_provisional_key ON "${table}" (organization_id, provisional_key_id, id) WHERE provisional_key_id IS NOT NULL`,
    ]),
  ],
}
