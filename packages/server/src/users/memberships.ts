// Who is in which group, over all groups: by the key of memberships, so many at a time.
import type { Member } from '@rollcall/api'
import { sql } from 'kysely'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { type MemberRow, membersWithNames, showMembers, shownColumns } from './shown-names.ts'

const selectMemberships = organizationStatement<{
  groupId: string
  memberId: string
  until: string
  limit: number
}>('memberships_in_order')(({ db, place, organizationId, dialect }) => {
  const statement = sql<
    MemberRow & { group_id: string; user_name: string | null }
  >`SELECT m.group_id, m.member_id, u.user_name, ${shownColumns}
    FROM ${membersWithNames(dialect, organizationId)}
    WHERE m.organization_id = ${organizationId} AND (m.group_id, m.member_id) > (${place('groupId')}, ${place('memberId')})
      AND m.group_id <= ${place('until')} AND (u.id IS NOT NULL OR g.id IS NOT NULL)
    ORDER BY m.group_id, m.member_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

/** In the order of groups and then of members, behind one of them, up to the end of the group `until`. */
export async function listMemberships(
  database: Database,
  scope: OrganizationScope,
  asked: {
    readonly from: { readonly groupId: string; readonly memberId: string }
    readonly until: string
    readonly limit: number
  },
): Promise<readonly { readonly groupId: string; readonly member: Member }[]> {
  const { from, until, limit } = asked
  const found = await database.readOrganization(scope, selectMemberships, { ...from, until, limit })
  const rows = await showMembers(found, (...wanted) => database.readOrganization(scope, ...wanted))
  return rows.map(({ group_id: groupId, member_id: id, display, user_name: userName }) => ({
    groupId,
    member: { id, type: id.startsWith('usr_') ? 'user' : 'group', display, userName },
  }))
}
