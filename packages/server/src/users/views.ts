// Users as the management API shows them: lists, searches, one with its identities. Reads only.

import type { Page, User, UserDetail } from '@rollcall/api'
import type { JsonObject } from '@rollcall/scim'
import { type SqlBool, sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { Problem } from '../http/problem.ts'
import { toBeginning } from '../mapping/search-words.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import { toUserState } from '../mapping/user-state.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { selectIdentitiesOfUser } from './identities.ts'
import { afterEveryId, type Found, searchPeople, walkFound } from './search-people.ts'
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

/**
 * Of the people of an organization, in the order of their ids, one statement looks at so many where no index has those who are asked for.
 */
export const peoplePerSlice = 1_000
/** Of one page; where that was not all, the next goes on from there. */
const slicesPerPage = 100
/** The same where each row says itself whether it is found. */
const slicesOfUnfilled = 10

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

function selectSome(
  query: UserQuery,
  range: {
    after: string
    until: string
    ids?: readonly string[] | undefined
    words?: readonly string[]
    isUnfilled?: boolean
  },
  limit: number,
) {
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
    if (range.ids !== undefined) users = users.where(dialect.isIn('id', JSON.stringify(range.ids)))
    // Looked up for each: as a condition on rows it would be a join, for which all lists may be read.
    const words = sql<string | null>`(SELECT words FROM user_search
      WHERE user_search.organization_id = ${organizationId} AND user_search.user_id = "user".id)`
    if (range.words !== undefined)
      for (const word of range.words) users = users.where(dialect.contains(words, toBeginning(word)))
    const listed = users.orderBy('id').limit(limit)
    return range.isUnfilled === true ? listed.select(words.as('search_words')) : listed
  })
}

/** Whether everybody is asked for, or those alone whom one index has: who are out, owners, whom no client has claimed. */
function hasIndexOfItsOwn({ isActive, role, isUnclaimed, source }: UserQuery): boolean {
  const indexed = [isActive === 'false', role === 'owner', isUnclaimed === true]
  const isWalked = isActive === 'true' || source !== undefined || (role !== undefined && role !== 'owner')
  return !isWalked && indexed.filter(Boolean).length <= 1
}

/** Those of the next slice who are asked for; where the one after it begins, undefined where nobody is left. */
interface Slice {
  readonly rows: readonly ShownRow[]
  readonly next: string | undefined
}

type NextSlice = (after: string, limit: number) => Promise<Slice>

/** By which words all who are asked for are found in one statement, none where no search is; undefined where they are not. */
function chooseAtOnce(query: UserQuery, found: Found | undefined): readonly string[] | undefined {
  if (!hasIndexOfItsOwn(query)) return undefined
  if (found === undefined) return []
  const isNarrowed = query.isActive === 'false' || query.role === 'owner' || query.isUnclaimed === true
  return found.kind === 'many' && isNarrowed ? found.words : undefined
}

/** How the people who are asked for are looked for, a slice at a time. */
function chooseWalk(
  database: Database,
  scope: OrganizationScope,
  query: UserQuery,
  found: Found | undefined,
): { readonly next: NextSlice; readonly slices: number } {
  const select = (range: Parameters<typeof selectSome>[1], limit: number) =>
    database.readOrganization(scope, selectSome(query, range, limit), {})
  if (found?.kind === 'some')
    return {
      slices: slicesPerPage,
      async next(after, limit) {
        const left = found.ids.filter((id) => id > after)
        const ids = left.slice(0, peoplePerSlice)
        const until = left.length > ids.length ? ids.at(-1) : undefined
        const range = { after, until: until ?? afterEveryId, ids }
        return { rows: ids.length === 0 ? [] : await select(range, limit), next: until }
      },
    }
  const words = chooseAtOnce(query, found)
  if (words !== undefined) {
    const all = (after: string, limit: number) => select({ after, until: afterEveryId, words }, limit)
    return { slices: 1, next: async (after, limit) => ({ rows: await all(after, limit), next: undefined }) }
  }
  if (found?.kind === 'many') {
    const walk = walkFound(database, scope, found)
    return {
      slices: slicesPerPage,
      async next(after, limit) {
        const { ids, until } = await walk(after)
        const range = { after, until: until ?? afterEveryId, ids }
        return { rows: ids.length === 0 ? [] : await select(range, limit), next: until }
      },
    }
  }
  const isFound = found?.kind === 'unfilled' ? found.isFound : undefined
  return {
    slices: isFound === undefined ? slicesPerPage : slicesOfUnfilled,
    async next(after, limit) {
      const [end] = await database.readOrganization(scope, selectEnd, { after })
      const range = { after, until: end?.id ?? afterEveryId }
      if (isFound === undefined) return { rows: await select(range, limit), next: end?.id }
      const rows = await select({ ...range, isUnfilled: true }, peoplePerSlice)
      return { rows: await chooseFound(rows, isFound), next: end?.id }
    },
  }
}

/**
 * In the order of creation. A search finds people by the beginning of any word of their names, addresses and ids. A page may hold fewer
 * than there are and say where to go on.
 */
export async function listUsers(
  database: Database,
  scope: OrganizationScope,
  query: UserQuery,
): Promise<Page<User>> {
  const { limit, cursor = '' } = query
  const found = await searchPeople(database, scope, query.search)
  const walk = chooseWalk(database, scope, query, found)
  const rows: ShownRow[] = []
  let after = cursor
  for (let slice = 1; ; slice += 1) {
    const { rows: more, next } = await walk.next(after, limit + 1 - rows.length)
    rows.push(...more)
    if (rows.length > limit || next === undefined) break
    after = next
    if (slice === walk.slices) return { items: await toUsers(rows), nextCursor: after }
  }
  const items = await toUsers(rows.slice(0, limit))
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

async function toUsers(rows: readonly ShownRow[]): Promise<User[]> {
  const users: User[] = []
  for await (const row of inTurns(rows)) users.push(toUser(row))
  return users
}

async function chooseFound(
  rows: readonly ShownRow[],
  isFound: (row: ShownRow) => boolean,
): Promise<ShownRow[]> {
  const chosen: ShownRow[] = []
  for await (const row of inTurns(rows)) if (isFound(row)) chosen.push(row)
  return chosen
}

// Everything of a person is parsed for a few fields: others are served after each megabyte of it.
async function* inTurns(rows: readonly ShownRow[]): AsyncGenerator<ShownRow> {
  let parsed = 0
  for (const row of rows) {
    yield row
    parsed += row.resource.length
    if (parsed < 1_048_576) continue
    parsed = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
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
