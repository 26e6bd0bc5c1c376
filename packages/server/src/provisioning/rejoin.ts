// Whoever is brought back is in their groups again. Which these are is noted with the account, in parts of a few groups, and carried out a
// slice at a time, of all who came back together: so many groups as somebody may have been in make nobody else wait, and no unit takes
// longer than the store gives it. What a failure left belongs to its alert: it is carried out when that is restored again, and gone when it
// is dismissed. From when they are back, what the directory says of their being in a group wins over what was kept.

import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import type { RoleMapping } from '../mapping/roles.ts'
import { selectRoleMappings } from '../organizations/own.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { lockGroups, writeGroupTouches } from '../users/groups.ts'
import { groupsOfDeleted } from '../users/joined.ts'
import { joinGroups } from '../users/members.ts'
import { type JoinedGroup, refreshJoined } from './group-roles.ts'

const groupsPerPart = 20
/** Of one unit of work; the same parts of several people are mostly of the same groups. */
const groupsAtOnce = 240
/** From here on somebody is in so many groups that looking at them for a role takes longer than such a unit. */
const firstOfMany = 50

const insertReturning = organizationStatement<{ id: string; userId: string; alertId: string }>(
  'insert_returning_user',
)(({ db, place, organizationId, dialect }) => {
  const groups = dialect.unfold(groupsOfDeleted(organizationId, dialect.text(place('userId'))))
  const statement = sql`INSERT INTO returning_user (organization_id, part, id, user_id, group_ids, group_id, alert_id)
      SELECT ${dialect.text(organizationId)}, (row_number() OVER (ORDER BY wanted.value) - 1) / ${sql.lit(groupsPerPart)},
        ${dialect.text(place('id'))} || ' ' || wanted.value, ${dialect.text(place('userId'))},
        '["' || wanted.value || '"]', wanted.value, ${dialect.text(place('alertId'))}
      FROM ${groups}`
  return { compile: () => statement.compile(db) }
})

const selectNext = organizationStatement<{ alertId: string }>('returning_users')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('returning_user')
      .select(['id', 'group_id'])
      .where('organization_id', '=', organizationId)
      .where('alert_id', '=', place('alertId'))
      .orderBy('part')
      .orderBy('id')
      .limit(sql.lit(groupsAtOnce)),
)

const takeNext = organizationStatement<{ ids: string; alertId: string }>('take_returning_users')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('returning_user')
      .where('organization_id', '=', organizationId)
      .where('alert_id', '=', place('alertId'))
      .where(dialect.isIn('id', place('ids')))
      .returning(['part', 'user_id', 'group_id']),
)

const deleteOfAlert = organizationStatement<{ alertId: string }>('delete_returning_of_alert')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('returning_user')
      .where('organization_id', '=', organizationId)
      .where('alert_id', '=', place('alertId')),
)

const deleteOfGroup = organizationStatement<{ groupId: string }>('delete_returning_of_group')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('returning_user')
      .where('organization_id', '=', organizationId)
      .where('group_id', '=', place('groupId')),
)

const deleteOfUser = organizationStatement<{ userId: string }>('delete_returning_of_user')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('returning_user')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

const deleteMembers = organizationStatement<{ groupId: string; ids: string }>('delete_returning_members')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('returning_user')
      .where('organization_id', '=', organizationId)
      .where('group_id', '=', place('groupId'))
      .where(dialect.isIn('user_id', place('ids'))),
)

/** Somebody goes, and their row remembers where they were to be. */
export function forgetReturningUser(tx: OrganizationTx, userId: string): void {
  tx.write(deleteOfUser, { userId })
}

/** Nobody is in groups any more by this alert, in whose transaction it is. */
export function forgetReturningOf(tx: OrganizationTx, alertId: string): void {
  tx.write(deleteOfAlert, { alertId })
}

/** The directory has said who is in the group, which is locked, or that these are not; whoever was to come into it again does not. */
export function forgetReturning(tx: OrganizationTx, groupId: string, ids?: readonly string[]): void {
  if (ids === undefined) tx.write(deleteOfGroup, { groupId })
  else tx.write(deleteMembers, { groupId, ids: JSON.stringify(ids) })
}

/** In the unit that brings a removed account back, before the row goes that says in which groups they were. */
export function noteReturning(tx: OrganizationTx, act: Act, userId: string, alertId: string): void {
  tx.write(insertReturning, { id: createId('ret', act.at), userId, alertId })
}

/** Everybody of the organization whom the alert has brought back is in their groups again. */
export async function rejoinGroups(
  { database, scope, act }: OrganizationAct,
  alertId: string,
): Promise<void> {
  for (;;) {
    const next = await database.readOrganization(scope, selectNext, { alertId })
    if (next.length === 0) return
    await database.inOrganization(scope, (tx) => rejoinSome(tx, act, alertId, next))
  }
}

interface Next {
  readonly id: string
  readonly group_id: string | null
}

// The groups are locked first, as by whoever changes their members: what is still there then, nobody has said otherwise of.
async function rejoinSome(
  tx: OrganizationTx,
  act: Act,
  alertId: string,
  next: readonly Next[],
): Promise<void> {
  await lockGroups(tx, [...new Set(next.flatMap(({ group_id: id }) => id ?? []))])
  const taken = await tx.change(takeNext, { ids: JSON.stringify(next.map(({ id }) => id)), alertId })
  const joined = new Map<string, string[]>()
  for (const [userId, own] of Map.groupBy(taken, (one) => one.user_id))
    for (const groupId of await joinGroups(
      tx,
      userId,
      own.flatMap((one) => one.group_id ?? []),
    )) {
      const there = joined.get(groupId)
      if (there === undefined) joined.set(groupId, [userId])
      else there.push(userId)
    }
  if (joined.size === 0) return
  writeGroupTouches(tx, [...joined.keys()], act.at)
  for (const [id, added] of joined) {
    const data = { added, removed: [] }
    record(tx, act, { type: 'group.members_changed', subject: { type: 'group', id }, data })
  }
  const many = taken.filter(({ part }) => Number(part) >= firstOfMany).map((one) => one.user_id)
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
