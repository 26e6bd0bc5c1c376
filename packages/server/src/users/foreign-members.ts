// Members whom a key did not make, and members above an administrator's rung: what an unconfirmed key may not touch.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { slicesOf } from './members.ts'
import { type MemberRow, membersWithNames, shownColumns } from './shown-names.ts'

/** Of a member, as `u` or `g`: the key made or claimed it, and no directory has let them in or out. */
export function isOfKey(keyId: unknown): RawBuilder<SqlBool> {
  return sql<SqlBool>`(coalesce(u.provisional_key_id, g.provisional_key_id) = ${keyId} AND coalesce(u.directory_decides, 0) = 0)`
}

/** The same of members that one provisional key made or claimed, without userNames. */
export const selectOwnMembers = organizationStatement<{
  groupId: string
  after: string
  limit: number
  keyId: string
}>('own_members')(({ db, place, organizationId, dialect }) => {
  const statement = sql<MemberRow>`SELECT m.member_id, ${shownColumns} FROM ${membersWithNames(dialect, organizationId)}
    WHERE m.organization_id = ${organizationId} AND m.group_id = ${place('groupId')} AND m.member_id > ${place('after')}
      AND ${isOfKey(place('keyId'))}
    ORDER BY m.member_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

function foreignStatement(table: 'user' | 'group') {
  return organizationStatement<{ ids: string; keyId: string }>(`foreign_${table}_members`)(
    ({ db, place, organizationId, dialect }) => {
      // Whoever runs the settings is nobody's own, also whom the key made before they did; nor is whom a directory let in or out.
      const isAbove = table === 'user' ? sql`OR role IN ('owner', 'admin') OR directory_decides <> 0` : sql``
      const statement = sql<{ id: string }>`SELECT id FROM ${sql.table(table)}
        WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))}
          AND (provisional_key_id IS NULL OR provisional_key_id <> ${place('keyId')} ${isAbove}) LIMIT 1`
      return { compile: () => statement.compile(db) }
    },
  )
}

const selectForeign = [foreignStatement('user'), foreignStatement('group')]

/** Whether any of these is an owner or administrator, or somebody or a group that this provisional key neither made nor claimed. */
export async function findForeignMembers(
  tx: OrganizationTx,
  ids: readonly string[],
  keyId: string,
): Promise<boolean> {
  for await (const slice of slicesOf([...new Set(ids)]))
    for (const statement of selectForeign)
      if ((await tx.first(statement, { ids: JSON.stringify(slice), keyId })) !== undefined) return true
  return false
}

const selectPrivileged = organizationStatement<{ groupId: string }>('privileged_members')(
  ({ db, place, organizationId }) => {
    const statement = sql<{ id: string }>`SELECT u.id FROM group_member AS m JOIN "user" AS u
      ON u.organization_id = m.organization_id AND u.id = m.member_id
      WHERE m.organization_id = ${organizationId} AND m.group_id = ${place('groupId')} AND m.member_type = 'user'
        AND u.role IN ('owner', 'admin')`
    return { compile: () => statement.compile(db) }
  },
)

/** The owners and administrators who are directly in a group. */
export async function listPrivilegedMembers(
  tx: OrganizationTx,
  groupId: string,
): Promise<ReadonlySet<string>> {
  return new Set((await tx.all(selectPrivileged, { groupId })).map(({ id }) => id))
}
