// What was said of an account is kept with who said it, and with the name by which they saw it: neither is to be read from events, whose
// actor may be lowered or removed since, and a name may be another one since.
import type { Migration } from './migration.ts'

const byOwner = (
  organization: string,
) => `(e.actor_kind = 'operator' OR (e.actor_kind = 'user' AND e.actor_id IN (SELECT o.id
  FROM "user" AS o WHERE o.organization_id = ${organization} AND o.role = 'owner')))`

const saidOf = (table: string, types: string) => `EXISTS (SELECT 1 FROM event AS e
  WHERE e.organization_id = ${table}.organization_id AND e.subject_id = ${table}.id AND ${types}
  AND ${byOwner(`${table}.organization_id`)})`

const ofRole = (
  table: string,
) => `((e.type = 'user.role_changed' AND e.data LIKE '%"after":"' || ${table}.role || '"%')
  OR (e.type = 'user.role_confirmed' AND e.data LIKE '%"role":"' || ${table}.role || '"%'))`

const ofBlock = (table: string) => `(e.type = 'user.blocked' AND e.occurred_at = ${table}.blocked_at
  AND e.data NOT LIKE '%"reason":"came_back"%')`

export const wordsAsSaid: Migration = {
  number: 44,
  name: 'words-as-said',
  statements: ({ text, seeAllRows }) => [
    ...['"user"', 'deleted_user'].flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN blocked_by_owner_at bigint`,
      `ALTER TABLE ${table} ADD COLUMN role_by_owner ${text}`,
      `ALTER TABLE ${table} ADD COLUMN said_name_key ${text}`,
    ]),
    ...['user', 'deleted_user', 'event'].flatMap(seeAllRows),
    ...['"user"', 'deleted_user'].flatMap((table) => [
      `UPDATE ${table} SET said_name_key = user_name_key WHERE provisional_key_id IS NOT NULL
        AND (blocked_at IS NOT NULL OR role_origin = 'hand')`,
      `UPDATE ${table} SET blocked_by_owner_at = blocked_at
        WHERE blocked_at IS NOT NULL AND (role = 'owner' OR ${saidOf(table, ofBlock(table))})`,
      `UPDATE ${table} SET role_by_owner = role
        WHERE role_origin = 'hand' AND role NOT IN ('owner', 'admin') AND ${saidOf(table, ofRole(table))}`,
    ]),
  ],
}
