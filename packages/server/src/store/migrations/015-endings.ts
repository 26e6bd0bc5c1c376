// What one act does to many people and is carried out in slices: sessions that ended, whose events are still to be written; and the
// default role, which somebody has once the key that made them is confirmed.
import type { Migration } from './migration.ts'

export const endings: Migration = {
  number: 15,
  name: 'endings',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE session_end (
      id ${text} NOT NULL, organization_id ${text} NOT NULL, act ${text} NOT NULL, cause ${text} NOT NULL, created_at bigint NOT NULL,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    `CREATE TABLE session_end_user (
      organization_id ${text} NOT NULL, end_id ${text} NOT NULL, user_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, end_id, user_id))${rowStore}`,
    'ALTER TABLE role_change_user ADD COLUMN gives_default integer NOT NULL DEFAULT 0',
  ],
}
