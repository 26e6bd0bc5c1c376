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
import { selectGroups } from './user-groups.ts'
import { type UserRow, userColumnNames } from './user-row.ts'

/** What a list of users is asked by. */
export interface UserQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly search?: string | undefined
  readonly isActive?: 'true' | 'false' | undefined
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
/** Ids are ASCII. */
const afterEveryId = '~'

/**
 * Of the people of an organization, in the order of their ids, one statement looks at so many where no index has those who are asked for.
 */
export const peoplePerSlice = 1_000
/** Of one page; where that was not all, the next goes on from there. */
const slicesPerPage = 100
/** So many who are found by a search are looked at one by one. */
const fewFound = 1_000

const selectEnd = organizationStatement<{ after: string }>('end_of_people_slice')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .orderBy('id')
      .limit(1)
      .offset(peoplePerSlice - 1),
)

/** What a search compares: beginnings of names and addresses as they are kept, and whole external ids. */
interface Search {
  readonly name: string
  readonly address: string
  readonly externalId: string
}

function toSearch({ search }: UserQuery): Search | undefined {
  const text = search?.trim() ?? ''
  if (text === '') return undefined
  return { name: toUserNameKey(text), address: toEmailKey(text), externalId: text }
}

/** Those who are found, by each index alone; more than `fewFound` where they are many. */
function selectFound({ name, address, externalId }: Search) {
  return organizationQuery(({ db, organizationId }) => {
    const own = () =>
      db
        .selectFrom('user')
        .select('id')
        .where('organization_id', '=', organizationId)
        .limit(fewFound + 1)
    const byName = own()
      .where('user_name_key', '>=', name)
      .where('user_name_key', '<', name + last)
    const byDisplayName = own()
      .where('display_name_key', '>=', address)
      .where('display_name_key', '<', address + last)
    const byAddress = db
      .selectFrom('user_email')
      .select('user_id as id')
      .where('organization_id', '=', organizationId)
      .where('value_key', '>=', address)
      .where('value_key', '<', address + last)
      .limit(fewFound + 1)
    const byExternalId = own().where('external_id', '=', externalId)
    return db
      .selectFrom(byName.as('by_name'))
      .select('id')
      .unionAll(db.selectFrom(byDisplayName.as('by_display_name')).select('id'))
      .unionAll(db.selectFrom(byAddress.as('by_address')).select('id'))
      .unionAll(db.selectFrom(byExternalId.as('by_external_id')).select('id'))
  })
}

/** Whom a page is of: a list of ids, those whom the search finds, or all whom the other words leave. */
interface Asked {
  readonly query: UserQuery
  readonly ids: readonly string[] | undefined
  readonly search: Search | undefined
}

function selectSome({ query, ids, search }: Asked, range: { after: string; until: string }, limit: number) {
  return organizationQuery(({ db, organizationId, dialect }) => {
    let users = db
      .selectFrom('user')
      .select([...userColumnNames, 'soft_key'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', range.after)
      .where('id', '<=', range.until)
    if (query.isActive === 'true') users = users.where('active', '=', 1).where('blocked_at', 'is', null)
    if (query.isActive === 'false') users = users.where(isOut)
    if (query.source !== undefined) users = users.where('source', '=', query.source)
    if (query.role !== undefined) users = users.where('role', '=', query.role)
    if (query.isUnclaimed === true) users = users.where('managed_by', 'is', null)
    if (ids !== undefined) users = users.where(dialect.isIn('id', JSON.stringify(ids)))
    if (search !== undefined) {
      const { name, address, externalId } = search
      users = users.where((is) =>
        is.or([
          is.and([is('user_name_key', '>=', name), is('user_name_key', '<', name + last)]),
          is.and([is('display_name_key', '>=', address), is('display_name_key', '<', address + last)]),
          is('external_id', '=', externalId),
          is.exists(
            is
              .selectFrom('user_email')
              .select('user_email.user_id')
              .where('user_email.organization_id', '=', organizationId)
              .whereRef('user_email.user_id', '=', 'user.id')
              .where('user_email.value_key', '>=', address)
              .where('user_email.value_key', '<', address + last),
          ),
        ]),
      )
    }
    return users.orderBy('id').limit(limit)
  })
}

/** Whether everybody is asked for, or those alone whom one index has: who are out, owners, whom no client has claimed. */
function hasIndexOfItsOwn({ isActive, role, isUnclaimed, source }: UserQuery): boolean {
  const indexed = [isActive === 'false', role === 'owner', isUnclaimed === true]
  const isWalked = isActive === 'true' || source !== undefined || (role !== undefined && role !== 'owner')
  return !isWalked && indexed.filter(Boolean).length <= 1
}

/**
 * In the order of creation. A search looks at beginnings of names and addresses, by their indexes, and at whole external ids. A page may
 * hold fewer than there are and say where to go on.
 */
export async function listUsers(
  database: Database,
  scope: OrganizationScope,
  query: UserQuery,
): Promise<Page<User>> {
  const { limit, cursor = '' } = query
  const search = toSearch(query)
  const found =
    search === undefined ? undefined : await database.readOrganization(scope, selectFound(search), {})
  const isFew = found !== undefined && found.length <= fewFound
  const asked: Asked = isFew
    ? { query, ids: [...new Set(found.map(({ id }) => id))], search: undefined }
    : { query, ids: undefined, search }
  const isAtOnce = isFew || (search === undefined && hasIndexOfItsOwn(query))
  const rows: ShownRow[] = []
  let after = cursor
  for (let slices = 1; ; slices += 1) {
    const [end] = isAtOnce ? [] : await database.readOrganization(scope, selectEnd, { after })
    const range = { after, until: end?.id ?? afterEveryId }
    rows.push(
      ...(await database.readOrganization(scope, selectSome(asked, range, limit + 1 - rows.length), {})),
    )
    if (rows.length > limit || end === undefined) break
    after = end.id
    if (slices === slicesPerPage) return { items: await toUsers(rows), nextCursor: after }
  }
  const items = await toUsers(rows.slice(0, limit))
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
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
    isActive: row.active === 1 && row.blocked_at === null,
    blockedAt: toNullableTime(row.blocked_at),
    source: row.source,
    managedBy: row.managed_by,
    isAddressOnlyFound: isOnlyFound(row, state.email),
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
