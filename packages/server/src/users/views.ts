// Users as the management API shows them: lists, searches, one with its identities. Reads only.

import type { Page, User, UserDetail } from '@rollcall/api'
import type { JsonObject } from '@rollcall/scim'
import { type SqlBool, sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { Problem } from '../http/problem.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import { toUserState } from '../mapping/user-state.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { selectIdentitiesOfUser } from './identities.ts'
import { selectGroups, type UserRow, userColumnNames } from './users.ts'

/** What a list of users is asked by. */
export interface UserQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly search?: string | undefined
  readonly active?: 'true' | 'false' | undefined
  readonly source?: UserTable['source'] | undefined
  readonly role?: UserTable['role'] | undefined
  /** Only people whom no provisioning client has claimed. */
  readonly isUnclaimed?: boolean
}

const selectFull = organizationStatement<{ id: string }>('user_full')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('user')
      .select([...userColumnNames, 'soft_key'])
      .select(selectGroups(dialect).as('groups'))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** Deactivated or blocked: in the words of the index that they alone are in. */
const isOut = sql<SqlBool>`(active = 0 OR blocked_at IS NOT NULL)`

/** After every text that begins with the same prefix, in the order of bytes. */
const last = '\u{10ffff}'

/** In the order of creation. A search looks at beginnings of names and addresses, by their indexes, and at whole external ids. */
export async function listUsers(
  database: Database,
  scope: OrganizationScope,
  query: UserQuery,
): Promise<Page<User>> {
  const statement = organizationQuery(({ db, organizationId }) => {
    let users = db
      .selectFrom('user')
      .select([...userColumnNames, 'soft_key'])
      .where('organization_id', '=', organizationId)
    if (query.cursor !== undefined) users = users.where('id', '>', query.cursor)
    if (query.active !== undefined) {
      users =
        query.active === 'true'
          ? users.where('active', '=', 1).where('blocked_at', 'is', null)
          : users.where(isOut)
    }
    if (query.source !== undefined) users = users.where('source', '=', query.source)
    if (query.role !== undefined) users = users.where('role', '=', query.role)
    if (query.isUnclaimed === true) users = users.where('managed_by', 'is', null)
    const search = query.search?.trim() ?? ''
    if (search !== '') {
      const name = toUserNameKey(search)
      const address = toEmailKey(search)
      const own = () => db.selectFrom('user').select('id').where('organization_id', '=', organizationId)
      const found = own()
        .where('user_name_key', '>=', name)
        .where('user_name_key', '<', name + last)
        .union(
          own()
            .where('display_name_key', '>=', address)
            .where('display_name_key', '<', address + last),
        )
        .union(own().where('external_id', '=', search))
        .union(
          db
            .selectFrom('user_email')
            .select('user_id as id')
            .where('organization_id', '=', organizationId)
            .where('value_key', '>=', address)
            .where('value_key', '<', address + last),
        )
      users = users.where('id', 'in', found)
    }
    return users.orderBy('id').limit(query.limit + 1)
  })
  const rows = await database.readOrganization(scope, statement, {})
  const items = await toUsers(rows.slice(0, query.limit))
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}

// Everything of a person is parsed for a few fields: others are served after each megabyte of it.
async function toUsers(rows: readonly ShownRow[]): Promise<User[]> {
  const users: User[] = []
  let parsed = 0
  for (const row of rows) {
    users.push(toUser(row))
    parsed += row.resource.length
    if (parsed < 1_048_576) continue
    parsed = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  return users
}

/** Throws 404. */
export async function findUserDetail(
  database: Database,
  scope: OrganizationScope,
  id: string,
): Promise<UserDetail | undefined> {
  const [[row], identities] = await Promise.all([
    database.readOrganization(scope, selectFull, { id }),
    database.readOrganization(scope, selectIdentitiesOfUser, { userId: id }),
  ])
  if (row === undefined) return undefined
  return {
    ...toUser(row),
    groups: readJson<[string, string][]>(row.groups ?? '[]').map(([groupId, displayName]) => ({
      id: groupId,
      displayName,
    })),
    extensions: toExtensions(row.resource),
    identities: identities.map((one) => ({
      connectionId: one.connection_id,
      identityProvider: one.idp_entity_id,
      stableId: one.stable_id,
      nameId: one.name_id,
      linkedAt: toTime(one.created_at),
      lastSignInAt: toTime(one.last_sign_in_at),
    })),
  }
}

/** The same; throws 404. */
export async function getUserDetail(
  database: Database,
  scope: OrganizationScope,
  id: string,
): Promise<UserDetail> {
  const user = await findUserDetail(database, scope, id)
  if (user === undefined) throw noUser()
  return user
}

/** 404: there is no such user. */
export function noUser(): Problem {
  return new Problem('not_found', 'There is no such user')
}

/** With the address that was only found, where the account was made of one. */
type ShownRow = UserRow & Partial<Pick<UserTable, 'soft_key'>>

// Until a directory claims the account: that is a word of its own.
function isOnlyFound(
  { soft_key: key, user_name, managed_by, provisional_key_id }: ShownRow,
  email: string | null,
) {
  const isClaimed = managed_by !== null && provisional_key_id === null
  return (
    key != null &&
    !isClaimed &&
    (toUserNameKey(user_name) === key || (email !== null && toEmailKey(email) === key))
  )
}

/** A user as lists show one. */
export function toUser(row: ShownRow): User {
  const resource = readJson(row.resource)
  const state = toUserState(resource, { role: row.role, isBlocked: row.blocked_at !== null })
  return {
    id: row.id,
    ...state,
    userName: row.user_name,
    externalId: row.external_id,
    role: row.role,
    roleOrigin: row.role_origin,
    active: row.active === 1 && row.blocked_at === null,
    blockedAt: toNullableTime(row.blocked_at),
    source: row.source,
    managedBy: row.managed_by,
    addressOnlyFound: isOnlyFound(row, state.email),
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
    deactivatedAt: toNullableTime(row.deactivated_at ?? row.blocked_at),
    lastSignInAt: toNullableTime(row.last_sign_in_at),
  }
}

function toExtensions(resource: string): UserDetail['extensions'] {
  const entries = Object.entries(readJson<JsonObject>(resource))
  return Object.fromEntries(entries.filter(([name]) => name.startsWith('urn:'))) as UserDetail['extensions']
}
