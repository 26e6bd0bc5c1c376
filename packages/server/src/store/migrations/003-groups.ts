// Groups, their members, and the schema extensions of an organization.
import type { Migration } from './migration.ts'

export const groups: Migration = {
  number: 3,
  name: 'groups',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE "group" (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, display_name ${text} NOT NULL, display_name_key ${text} NOT NULL,
      unique_name_key ${text}, external_id ${text}, resource ${text} NOT NULL, version integer NOT NULL,
      created_at bigint NOT NULL, updated_at bigint NOT NULL,
      PRIMARY KEY (organization_id, id))`,
    'CREATE UNIQUE INDEX group_unique_name ON "group" (organization_id, unique_name_key)',
    'CREATE INDEX group_display_name ON "group" (organization_id, display_name_key, id)',
    'CREATE INDEX group_external_id ON "group" (organization_id, external_id, id)',
    'CREATE INDEX group_updated_at ON "group" (organization_id, updated_at)',
    `CREATE TABLE group_member (
      organization_id ${text} NOT NULL, group_id ${text} NOT NULL, member_id ${text} NOT NULL, member_type ${text} NOT NULL,
      PRIMARY KEY (organization_id, group_id, member_id))${rowStore}`,
    'CREATE INDEX group_member_of ON group_member (organization_id, member_id, group_id)',
    'ALTER TABLE user_count ADD COLUMN groups bigint NOT NULL DEFAULT 0',
    `ALTER TABLE organization ADD COLUMN schema_extensions ${text} NOT NULL DEFAULT '[]'`,
  ],
}
