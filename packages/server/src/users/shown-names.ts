// What members of groups are shown by: the displayName of a user, else the userName; the displayName of a group. It stands in columns, but
// for people whom a version from before migration 45 wrote last: theirs is read from the resource, so many bytes at once.

import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readJson } from '../base/json.ts'
import { toDisplayName } from '../mapping/user-columns.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'

/** So much is read and parsed in one go. */
const bytesPerSlice = 262_144
const usersPerSlice = 1_000

/** Memberships `m`, each with its user `u` or its group `g`, which are looked up by their keys: a page never reads everybody. */
export function membersWithNames(dialect: Dialect, organizationId: unknown): RawBuilder<unknown> {
  const named = (table: 'user' | 'group', as: string) => {
    const one = sql.ref(as)
    const isIt = sql<SqlBool>`m.member_type = ${sql.lit(table)} AND ${one}.organization_id = ${organizationId} AND ${one}.id = m.member_id`
    return dialect.besideOrNone(table, as, isIt)
  }
  return sql`group_member AS m ${named('user', 'u')} ${named('group', 'g')}`
}

/** Of user `u`: how long the resource is, where it alone has the displayName; else null. */
export const bytesUnread = sql<number | null>`CASE WHEN u.display_name_key IS NOT NULL
  AND (u.display_name_version IS NULL OR u.display_name_version <> u.version) THEN octet_length(u.resource) END`

/** What such a member is shown by, unless it is unread. */
export const shownColumns = sql`CASE WHEN u.display_name_version = u.version THEN coalesce(u.display_name, u.user_name)
  ELSE coalesce(u.user_name, g.display_name) END AS display, ${bytesUnread} AS unread`

interface Unread {
  readonly unread: number | null
}

/** A member as a page reads it. */
export interface MemberRow extends Unread {
  readonly member_id: string
  /** The userName of a user whose displayName is unread. */
  readonly display: string
}

/** Rows `one` of a list of ids, each by its key: without statistics PostgreSQL walks through all of an organization for a list of them. */
const byIds = (dialect: Dialect, organizationId: string, table: 'user' | 'group', ids: string) =>
  dialect.lookUp(ids, table, sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`)

const selectResources = organizationStatement<{ ids: string }>('resources_of_members')(
  ({ db, place, organizationId, dialect }) => {
    const rows = byIds(dialect, organizationId, 'user', place('ids'))
    const statement = sql<{ id: string; resource: string }>`SELECT one.id, one.resource FROM ${rows}`
    return { compile: () => statement.compile(db) }
  },
)

interface NamedRow {
  readonly id: string
  readonly name: string
}

/** What people of these ids are called in a record: by their userName, which nobody gives themselves, beside what they are shown by. */
export const selectUserNames = organizationStatement<{ ids: string }>('names_of_user')(
  ({ db, place, organizationId, dialect }) => {
    const rows = byIds(dialect, organizationId, 'user', place('ids'))
    const statement = sql<NamedRow>`SELECT one.id,
        CASE WHEN one.display_name_version = one.version AND one.display_name <> '' AND one.display_name <> one.user_name
          THEN one.display_name || ' (' || one.user_name || ')' ELSE one.user_name END AS name
      FROM ${rows}`
    return { compile: () => statement.compile(db) }
  },
)

/** What groups of these ids are called. */
export const selectGroupNames = organizationStatement<{ ids: string }>('names_of_group')(
  ({ db, place, organizationId, dialect }) => {
    const rows = byIds(dialect, organizationId, 'group', place('ids'))
    const statement = sql<NamedRow>`SELECT one.id, one.display_name AS name FROM ${rows}`
    return { compile: () => statement.compile(db) }
  },
)

type ReadResources = (
  statement: typeof selectResources,
  args: { readonly ids: string },
) => Promise<readonly { readonly id: string; readonly resource: string }[]>

/** The same rows, each by the name that it is shown by; `read` reads a statement of the organization. */
export async function showMembers<Row extends MemberRow>(
  rows: readonly Row[],
  read: ReadResources,
): Promise<readonly Row[]> {
  if (rows.every(({ unread }) => unread === null)) return rows
  const names = new Map<string, string | null>()
  const users = rows.map(({ member_id: id, unread }) => ({ id, unread }))
  for (const ids of slicesOfUnread(users))
    for (const { id, resource } of await read(selectResources, { ids: JSON.stringify(ids) }))
      names.set(id, toDisplayName(readJson<JsonObject>(resource)))
  return rows.map((row) => ({ ...row, display: names.get(row.member_id) ?? row.display }))
}

/** The ids of those that are unread, so many bytes at once. */
export function* slicesOfUnread(users: readonly ({ id: string } & Unread)[]): Generator<readonly string[]> {
  let slice = new Set<string>()
  let bytes = 0
  for (const { id, unread } of users) {
    if (unread === null) continue
    if (slice.size > 0 && (bytes + unread > bytesPerSlice || slice.size === usersPerSlice)) {
      yield [...slice]
      slice = new Set()
      bytes = 0
    }
    slice.add(id)
    bytes += unread
  }
  if (slice.size > 0) yield [...slice]
}
