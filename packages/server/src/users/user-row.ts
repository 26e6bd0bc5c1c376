// The columns of a user, as other rooms read them.
import type { UserTable } from '../store/schema.ts'

/** The columns of a user that are read. */
export const userColumnNames = [
  'id',
  'user_name',
  'external_id',
  'active',
  'role',
  'role_origin',
  'source',
  'managed_by',
  'blocked_at',
  'blocked_by_owner_at',
  'role_by_owner',
  'blocked_as',
  'is_block_passed_on',
  'given_as',
  'resource',
  'version',
  'created_at',
  'updated_at',
  'deactivated_at',
  'last_sign_in_at',
  'provisional_key_id',
  'directory_decides',
  'sessions_ended_at',
] as const

/** What a user is to SCIM and to decisions. Times are milliseconds since 1970. */
export type UserRow = Readonly<Pick<UserTable, (typeof userColumnNames)[number]>> & {
  /** JSON of `[id, displayName, provisional key]` of each group; absent where nobody asked. */
  readonly groups?: string | null
}

/** What rendering needs: lists and reads fetch no more. */
export const renderedColumnNames = [
  'id',
  'user_name',
  'resource',
  'version',
  'created_at',
  'updated_at',
  'provisional_key_id',
  'directory_decides',
] as const

/** A user as SCIM renders one. */
export type RenderedRow = Pick<UserRow, (typeof renderedColumnNames)[number] | 'groups'>
