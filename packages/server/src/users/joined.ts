// What rooms above join to their own rows, for one round trip: people, those who were deleted, and who is in which group.
import { sql } from 'kysely'
import type { Dialect } from '../store/dialect.ts'
import type { WithdrawnIdentityTable } from '../store/schema.ts'

/** Identities that were taken from people with a version of an anchor, as `old`. */
export const withdrawnIdentityRows = sql<WithdrawnIdentityTable>`withdrawn_identity`.as('old')

/** `organization_id` and `member_id` of `m`: everybody who is in one of the groups of a list. */
export const fromMembersOf = (dialect: Dialect, organizationId: unknown, groups: unknown) =>
  sql`FROM ${dialect.unfold(groups)} CROSS JOIN group_member AS m
      WHERE m.organization_id = ${organizationId} AND m.group_id = wanted.value
        AND m.member_id >= 'usr_' AND m.member_id < 'usr\`'`

/** `organization_id` and `id` of `u`: those of a list who are there. */
export const fromPeople = (dialect: Dialect, organizationId: unknown, ids: unknown) =>
  sql`FROM ${dialect.unfold(ids)} CROSS JOIN "user" AS u
      WHERE u.organization_id = ${organizationId} AND u.id = wanted.value`

/** `organization_id` and `id` of `u`: whom a key made, and who has a default role that is not this one. */
export const fromPeopleOfKey = (organizationId: unknown, keyId: unknown, role: unknown) =>
  sql`FROM "user" AS u WHERE u.organization_id = ${organizationId} AND u.provisional_key_id = ${keyId} AND u.source = 'scim'
        AND u.role_origin = 'default' AND u.role <> ${role}`

/** JSON: the groups that somebody was in who is deleted. */
export const groupsOfDeleted = (organizationId: unknown, userId: unknown) =>
  sql`(SELECT coalesce(group_ids, '[]') FROM deleted_user WHERE organization_id = ${organizationId} AND id = ${userId})`

/** The keys by whose word alone people were known who are deleted. */
export const keysOfDeleted = (organizationId: unknown) =>
  sql`SELECT provisional_key_id FROM deleted_user WHERE organization_id = ${organizationId} AND provisional_key_id IS NOT NULL`
