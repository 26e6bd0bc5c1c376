// Whoever is brought back is in their groups again. Which these are is noted with the account, in parts of a few groups, and carried out a
// few parts at a time, of all who came back together: so many groups as somebody may have been in make nobody else wait, and no unit takes
// longer than the store gives it. What a failure left is carried out by the next restoration.

import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { type Act, record } from '../events/record.ts'
import type { RoleMapping } from '../mapping/roles.ts'
import { selectRoleMappings } from '../organizations/own.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { lockGroups, writeGroupTouches } from '../users/groups.ts'
import { groupsOfDeleted } from '../users/joined.ts'
import { joinGroups } from '../users/members.ts'
import { type JoinedGroup, refreshJoined } from './group-roles.ts'

const groupsPerPart = 20
/** Of one unit of work; the same parts of several people are mostly of the same groups. */
const partsAtOnce = 12
/** From here on somebody is in so many groups that looking at them for a role takes longer than such a unit. */
const firstOfMany = 50

const insertReturning = organizationStatement<{ id: string; userId: string }>('insert_returning_user')(
  ({ db, place, organizationId, dialect }) => {
    const groups = dialect.unfold(groupsOfDeleted(organizationId, dialect.text(place('userId'))))
    const statement = sql`INSERT INTO returning_user (organization_id, part, id, user_id, group_ids)
      SELECT ${dialect.text(organizationId)}, part, ${dialect.text(place('id'))}, ${dialect.text(place('userId'))},
        ${dialect.gather('group_id')}
      FROM (SELECT wanted.value AS group_id, (row_number() OVER (ORDER BY wanted.value) - 1) / ${sql.lit(groupsPerPart)} AS part
        FROM ${groups}) AS numbered GROUP BY part`
    return { compile: () => statement.compile(db) }
  },
)

const selectParts = organizationStatement('returning_users')(({ db, organizationId, dialect }) =>
  dialect.lock(
    db
      .selectFrom('returning_user')
      .select(['part', 'id', 'user_id', 'group_ids'])
      .where('organization_id', '=', organizationId)
      .orderBy('part')
      .orderBy('id')
      .limit(sql.lit(partsAtOnce)),
  ),
)

const selectAny = organizationStatement('some_returning_user')(({ db, organizationId }) =>
  db.selectFrom('returning_user').select('id').where('organization_id', '=', organizationId).limit(1),
)

const deletePart = organizationStatement<{ part: number; id: string }>('delete_returned_user')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('returning_user')
      .where('organization_id', '=', organizationId)
      .where('part', '=', place('part'))
      .where('id', '=', place('id')),
)

/** In the unit that brings a removed account back, before the row goes that says in which groups they were. */
export function noteReturning(tx: OrganizationTx, act: Act, userId: string): void {
  tx.write(insertReturning, { id: createId('ret', act.at), userId })
}

/** Everybody of the organization who was brought back is in their groups again. */
export async function rejoinGroups(database: Database, scope: OrganizationScope, act: Act): Promise<void> {
  while ((await database.readOrganization(scope, selectAny, {})).length > 0)
    await database.inOrganization(scope, (tx) => rejoinSome(tx, act))
}

// Somebody else may restore the same people: of whom they have locked a part, it is done afterwards.
async function rejoinSome(tx: OrganizationTx, act: Act): Promise<void> {
  const parts = (await tx.all(selectParts, {})).map((row) => ({
    ...row,
    groupIds: readJson(row.group_ids),
  }))
  if (parts.length === 0) return
  await lockGroups(tx, [...new Set(parts.flatMap(({ groupIds }) => groupIds))])
  const joined = new Map<string, string[]>()
  for (const { user_id: userId, groupIds } of parts)
    for (const groupId of await joinGroups(tx, userId, groupIds)) {
      const there = joined.get(groupId)
      if (there === undefined) joined.set(groupId, [userId])
      else there.push(userId)
    }
  for (const { part, id } of parts) tx.write(deletePart, { part: Number(part), id })
  if (joined.size === 0) return
  writeGroupTouches(tx, [...joined.keys()], act.at)
  for (const [id, added] of joined) {
    const data = { added, removed: [] }
    record(tx, act, { type: 'group.members_changed', subject: { type: 'group', id }, data })
  }
  const many = parts.filter(({ part }) => Number(part) >= firstOfMany).map((one) => one.user_id)
  await giveRoles(tx, act, joined, new Set(many))
}

async function giveRoles(
  tx: OrganizationTx,
  act: Act,
  joined: ReadonlyMap<string, readonly string[]>,
  many: ReadonlySet<string>,
): Promise<void> {
  const mappings = readJson<RoleMapping[]>((await tx.first(selectRoleMappings, {}))?.role_mappings ?? '[]')
  const groups: JoinedGroup[] = [...joined].map(([groupId, userIds]) => ({ groupId, userIds }))
  if (mappings.length > 0) await refreshJoined(tx, act, mappings, { groups, many })
}
