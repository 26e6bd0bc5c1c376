// The members of several small groups in one round trip, for a page of groups.
import { sql } from 'kysely'
import { organizationQuery } from '../store/statement.ts'
import { isOfKey } from './foreign-members.ts'
import { type MemberRow, membersWithNames, shownColumns } from './shown-names.ts'

/** Members of some groups, in the order of groups and then of members, no more than `limit`; with a key, those that are its own. */
export function membersOfGroups(groupIds: readonly string[], limit: number, keyId: string | undefined) {
  const isShown = keyId === undefined ? sql`(u.id IS NOT NULL OR g.id IS NOT NULL)` : isOfKey(keyId)
  return organizationQuery(({ db, organizationId, dialect }) => {
    const ids = sql.join(groupIds.map((id) => sql`${id}`))
    const query = sql<
      MemberRow & { group_id: string }
    >`SELECT m.group_id, m.member_id, ${shownColumns} FROM ${membersWithNames(dialect, organizationId)}
      WHERE m.organization_id = ${organizationId} AND m.group_id IN (${ids}) AND ${isShown}
      ORDER BY m.group_id, m.member_id LIMIT ${limit}`
    return { compile: () => query.compile(db) }
  })
}
