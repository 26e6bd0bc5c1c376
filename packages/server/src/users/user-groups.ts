// The groups of a user as a text that an answer shows: few with the row, many beside it.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type Dialect, organizationStatement } from '../store/statement.ts'

/** The groups that the user is directly in, in the order of their ids; null or `[]` without any. */
export function selectGroups(dialect: Dialect): RawBuilder<string | null> {
  return sql<string | null>`(${selectTexts(dialect, sql``)})`
}

// `limit`: of as many of them.
function selectTexts(dialect: Dialect, limit: RawBuilder<unknown>): RawBuilder<unknown> {
  const list = dialect.gatherRows(['one.id', 'one.display_name', 'one.provisional_key_id'])
  const theirs = sql`SELECT m.group_id AS id FROM group_member AS m
    WHERE m.organization_id = "user".organization_id AND m.member_id = "user".id ${limit}`
  return sql`SELECT ${list} FROM ${dialect.byIds('group', sql.ref('user.organization_id'), theirs)}`
}

/**
 * So many groups of one user come with a row that is found, in about so many characters; whoever is in more of them is as good as large.
 */
export const maxFewGroups = 96

/** The most characters of a resource that is sent along with others. */
export const maxFewCharacters = 4_096

/** Of a group. */
export const groupIdLength = 30

const fewGroups = sql`ORDER BY m.group_id LIMIT ${sql.raw(String(maxFewGroups + 1))}`

// Null without a look at the row where nobody of the organization is in a group.
function whereSome(organizationId: string, groups: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql<
    string | null
  >`CASE WHEN EXISTS (SELECT 1 FROM group_member WHERE organization_id = ${organizationId}) THEN ${groups} END`
}

/**
 * The same for a row that is looked for by its name, cut behind `maxFewCharacters`: nobody gathers all groups of somebody who is in very
 * many.
 */
export function selectFewGroups(dialect: Dialect, organizationId: string): RawBuilder<string | null> {
  const most = sql.raw(String(maxFewCharacters + 1))
  return whereSome(organizationId, sql`substr((${selectTexts(dialect, fewGroups)}), 1, ${most})`)
}

/**
 * The ids of the same groups for a row of a list, one behind the other: most people of a page are in the same groups, whose names are
 * read once for all of them (`createGroupTexts`). Cut behind one more than `maxFewGroups`.
 */
export function selectFewGroupIds(dialect: Dialect, organizationId: string): RawBuilder<string | null> {
  const theirs = sql`SELECT m.group_id FROM group_member AS m
    WHERE m.organization_id = "user".organization_id AND m.member_id = "user".id ${fewGroups}`
  return whereSome(organizationId, sql`(SELECT ${dialect.joinTexts('few.group_id')} FROM (${theirs}) AS few)`)
}

const selectMemberships = organizationStatement<{ first: string; last: string; limit: number }>(
  'memberships_of_page',
)(({ db, place, organizationId, dialect }) => {
  const theirs = sql`SELECT m.member_id, m.group_id FROM group_member AS m
    WHERE m.organization_id = ${organizationId} AND m.member_id >= ${place('first')} AND m.member_id <= ${place('last')}
    ORDER BY m.member_id, m.group_id LIMIT ${place('limit')}`
  const statement = sql<{ member_id: string; group_ids: string }>`SELECT few.member_id,
    ${dialect.joinTexts('few.group_id')} AS group_ids FROM (${theirs}) AS few GROUP BY few.member_id`
  return { compile: () => statement.compile(db) }
})

const selectEachFew = organizationStatement<{ ids: string }>('memberships_of_each')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ member_id: string; group_ids: string | null }>`SELECT id AS member_id,
      ${selectFewGroupIds(dialect, organizationId)} AS group_ids FROM "user"
      WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))}`
    return { compile: () => statement.compile(db) }
  },
)

/**
 * What `selectFewGroupIds` says of each, for a page of everybody between two ids: one way through an index, where each person alone would
 * be one. By id; nothing of whoever is in no group.
 */
export async function readGroupIds(
  database: Database,
  scope: OrganizationScope,
  page: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, string | null>> {
  const ids = page.map(({ id }) => id)
  const [one = '', other = ''] = [ids[0], ids.at(-1)]
  const limit = (maxFewGroups + 1) * ids.length
  const [first, last] = one < other ? [one, other] : [other, one]
  const rows = await database.readOrganization(scope, selectMemberships, { first, last, limit })
  const found = rows.reduce((sum, row) => sum + row.group_ids.length / groupIdLength, 0)
  // Whoever is in very many groups has taken the place of those behind them.
  const all =
    found < limit ? rows : await database.readOrganization(scope, selectEachFew, { ids: JSON.stringify(ids) })
  return new Map(all.map((row) => [row.member_id, row.group_ids]))
}

const selectGroupNames = organizationStatement<{ ids: string }>('group_names')(
  ({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
    const statement = sql<{
      id: string
      display_name: string
      provisional_key_id: string | null
    }>`SELECT one.id, one.display_name, one.provisional_key_id FROM ${dialect.lookUp(place('ids'), 'group', isKey)}`
    return { compile: () => statement.compile(db) }
  },
)

/** The `groups` of users by what `selectFewGroupIds` has of them; a group that was removed since is left out. */
export function createGroupTexts(
  database: Database,
  scope: OrganizationScope,
): (all: readonly string[]) => Promise<(ids: string) => string> {
  /** JSON by id; empty of one that is not there. */
  const known = new Map<string, string>()
  const texts = new Map<string, string>()
  const toText = (ids: string): string => {
    let text = texts.get(ids)
    if (text === undefined) {
      const shown = splitIds(ids).map((id) => known.get(id) ?? '')
      text = `[${shown.filter((one) => one !== '').join(',')}]`
      texts.set(ids, text)
    }
    return text
  }
  return async (all) => {
    const fresh = new Set(all.filter((one) => !texts.has(one)))
    const unknown = [...new Set([...fresh].flatMap(splitIds))].filter((id) => !known.has(id))
    if (unknown.length > 0) {
      for (const id of unknown) known.set(id, '')
      for (const one of await database.readOrganization(scope, selectGroupNames, {
        ids: JSON.stringify(unknown),
      }))
        known.set(one.id, JSON.stringify([one.id, one.display_name, one.provisional_key_id]))
    }
    return toText
  }
}

function splitIds(ids: string): readonly string[] {
  return Array.from({ length: ids.length / groupIdLength }, (_, at) =>
    ids.slice(at * groupIdLength, (at + 1) * groupIdLength),
  )
}
