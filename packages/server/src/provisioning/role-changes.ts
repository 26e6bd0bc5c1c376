// Role changes that touch many people: noted in the transaction of their cause, one statement for all of them, and carried out in
// slices by a job. Each person is judged by what holds when their turn comes, so a later change of the same people, a
// crash in between and a second node all come to the same end.

import { type SqlBool, sql } from 'kysely'
import { createFailures } from '../base/few.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import type { Role } from '../base/rung.ts'
import type { Act } from '../events/record.ts'
import type { RoleMapping } from '../mapping/roles.ts'
import { selectLivingRoleMappings } from '../organizations/own.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { fromMembersOf, fromPeople, fromPeopleOfKey } from '../users/joined.ts'
import { lockPeople } from '../users/lock-people.ts'
import { selectConfirming } from './confirmed-keys.ts'

/** How many people's roles are still to follow a change of groups or rules, or a key that was confirmed. */
export const countRoleChanges = organizationStatement('role_changes_waiting')(
  ({ db, organizationId, dialect }) => {
    const isTheirs = sql<SqlBool>`u.organization_id = ${organizationId} AND u.provisional_key_id = k.key_id AND u.id > k.done_to`
    const statement = sql<{ people: number }>`SELECT cast(
        (SELECT count(*) FROM role_change_user WHERE organization_id = ${organizationId})
        + (SELECT count(*) FROM key_confirmation AS k ${dialect.beside('user', 'u', isTheirs)} WHERE k.organization_id = ${organizationId})
      AS bigint) AS people`
    return { compile: () => statement.compile(db) }
  },
)

/** Of an answer: how many people's roles are still to follow. */
export const rolesUnderWayHeader = 'rollcall-roles-under-way'
/** More than this many people are not carried out with their cause. */
export const maxPeopleAtOnce = 500
/** Of one unit of work: some 15 ms on the embedded store, where nobody else writes meanwhile. */
const peoplePerSlice = 100
const idsPerStatement = 5_000

const insertChange = organizationStatement<{ id: string; act: string; at: number }>('insert_role_change')(
  ({ db, place, organizationId }) =>
    db.insertInto('role_change').values({
      id: place('id'),
      organization_id: organizationId,
      act: place('act'),
      created_at: place('at'),
    }),
)
// In the order of ids, so that two changes of the same people do not wait for each other in a circle.
const insertMembers = organizationStatement<{ groups: string; changeId: string }>(
  'insert_role_change_members',
)(({ db, place, organizationId, dialect }) => {
  const statement = sql`INSERT INTO role_change_user (organization_id, user_id, change_id)
      SELECT DISTINCT m.organization_id, m.member_id, ${dialect.text(place('changeId'))}
      ${fromMembersOf(dialect, organizationId, place('groups'))} ORDER BY m.member_id
      ON CONFLICT (organization_id, user_id) DO UPDATE SET change_id = excluded.change_id`
  return { compile: () => statement.compile(db) }
})
const insertPeople = organizationStatement<{ ids: string; changeId: string }>('insert_role_change_people')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql`INSERT INTO role_change_user (organization_id, user_id, change_id)
      SELECT u.organization_id, u.id, ${dialect.text(place('changeId'))}
      ${fromPeople(dialect, organizationId, place('ids'))} ORDER BY u.id
      ON CONFLICT (organization_id, user_id) DO UPDATE SET change_id = excluded.change_id`
    return { compile: () => statement.compile(db) }
  },
)
const insertPeopleOfKey = organizationStatement<{ keyId: string; role: Role; changeId: string }>(
  'insert_role_change_of_key',
)(({ db, place, organizationId, dialect }) => {
  const statement = sql`INSERT INTO role_change_user (organization_id, user_id, change_id, gives_default)
      SELECT u.organization_id, u.id, ${dialect.text(place('changeId'))}, 1
      ${fromPeopleOfKey(organizationId, place('keyId'), place('role'))} ORDER BY u.id
      ON CONFLICT (organization_id, user_id) DO UPDATE SET change_id = excluded.change_id, gives_default = 1`
  return { compile: () => statement.compile(db) }
})

/** Notes everybody whom a key made, from whom `role`, the default, was withheld: it is theirs from now on. */
export function noteDefaultRole(tx: OrganizationTx, act: Act, given: { keyId: string; role: Role }): void {
  const changeId = createId('rch', act.at)
  tx.write(insertChange, { id: changeId, act: JSON.stringify(act), at: act.at })
  tx.write(insertPeopleOfKey, { ...given, changeId })
}

/** Notes everybody who is in one of the groups, and these people; returns how many of the organization wait now. */
export async function noteRoleChange(
  tx: OrganizationTx,
  act: Act,
  touched: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<number> {
  const id = createId('rch', act.at)
  tx.write(insertChange, { id, act: JSON.stringify(act), at: act.at })
  if (touched.groupIds.length > 0)
    tx.write(insertMembers, { groups: JSON.stringify(touched.groupIds), changeId: id })
  const ids = touched.userIds.toSorted()
  for (let start = 0; start < ids.length; start += idsPerStatement)
    tx.write(insertPeople, { ids: JSON.stringify(ids.slice(start, start + idsPerStatement)), changeId: id })
  return Number((await tx.first(countRoleChanges, {}))?.people ?? 0)
}

const selectOrganizations = installationStatement('organizations_with_role_changes')(({ db }) =>
  db.selectFrom('role_change').select('organization_id').distinct().orderBy('organization_id').limit(1_000),
)
const selectSlice = organizationStatement<{ limit: number }>('role_change_slice')(
  ({ db, place, organizationId, dialect }) => {
    const slice = db
      .selectFrom('role_change_user')
      .select(['user_id', 'change_id', 'gives_default'])
      .where('organization_id', '=', organizationId)
      .orderBy('user_id')
      .limit(place('limit'))
    // Another node has the others.
    return dialect.lockFree(slice)
  },
)
const selectChanges = organizationStatement('role_changes')(({ db, organizationId }) =>
  db
    .selectFrom('role_change')
    .select(['id', 'act'])
    .where('organization_id', '=', organizationId)
    .orderBy('id'),
)
const deletePerson = organizationStatement<{ userId: string; changeId: string }>('delete_role_change_user')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('role_change_user')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId'))
      .where('change_id', '=', place('changeId')),
)
const deleteDone = organizationStatement('delete_role_changes')(({ db, organizationId }) =>
  db
    .deleteFrom('role_change')
    .where('organization_id', '=', organizationId)
    .where('id', 'not in', (on) =>
      on.selectFrom('role_change_user').select('change_id').where('organization_id', '=', organizationId),
    ),
)

/**
 * Judges these people by the rules as they are now, in the transaction; `defaulted`: whose the default role is, too. False where they are
 * too many for one unit, which one person never is: nothing is done then.
 */
export type JudgePeople = (
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  people: { readonly userIds: readonly string[]; readonly defaulted: ReadonlySet<string> },
) => Promise<boolean>

/** Whether any organization has role changes to carry out. */
/** A slice of what follows from the confirmation of a key, in the transaction; whether there was any. */
export type CatchUpKeys = (tx: OrganizationTx, at: number) => Promise<boolean>

interface Work {
  readonly judge: JudgePeople
  readonly catchUp: CatchUpKeys
}

export async function hasRoleChanges(database: Database): Promise<boolean> {
  return (await listWaiting(database)).length > 0
}

async function listWaiting(database: Database): Promise<readonly { readonly organization_id: string }[]> {
  const changing = await database.readInstallation('jobs', selectOrganizations, {})
  const confirming = await database.readInstallation('jobs', selectConfirming, {})
  const known = new Set(changing.map((one) => one.organization_id))
  return [...changing, ...confirming.filter((one) => !known.has(one.organization_id))]
}

/**
 * A slice of each organization in turn, until nothing waits or `isStopping`. What one organization cannot have holds up nobody else: its
 * turn comes at the next run, and the first failure is thrown when the others are done.
 */
export async function carryOut(
  database: Database,
  work: Work,
  now: () => number,
  isStopping: () => boolean,
): Promise<void> {
  const failures = createFailures()
  let waiting = await listWaiting(database)
  while (waiting.length > 0) {
    const rest: { readonly organization_id: string }[] = []
    for (const one of waiting) {
      if (isStopping()) return
      const scope = createScope(one.organization_id)
      if (await failures.note(carryOutSlice(database, scope, work, now()), false)) rest.push(one)
      await new Promise((resolve) => setImmediate(resolve))
    }
    waiting = rest
  }
  failures.throwFirst()
}

/** Whether there may be more. */
function carryOutSlice(
  database: Database,
  scope: OrganizationScope,
  { judge, catchUp }: Work,
  at: number,
): Promise<boolean> {
  return database.inOrganization(scope, async (tx) => {
    if (await catchUp(tx, at)) return true
    const rules = await tx.first(selectLivingRoleMappings, {})
    const slice = rules === undefined ? [] : await tx.all(selectSlice, { limit: peoplePerSlice })
    if (rules === undefined || slice.length === 0) {
      tx.write(deleteDone, {})
      return false
    }
    const acts = new Map((await tx.all(selectChanges, {})).map(({ id, act }) => [id, act]))
    const mappings = readJson(rules.role_mappings)
    // Of all changes of the slice at once, so that none of them comes back to an id that another one has passed.
    await lockPeople(
      tx,
      slice.map((one) => one.user_id),
    )
    for (const [changeId, people] of Map.groupBy(slice, ({ change_id }) => change_id)) {
      const act = { ...readJson<Act>(acts.get(changeId)!), at }
      const judged = await judgeFitting(people, (some) => {
        const defaulted = some.filter((one) => one.gives_default === 1).map(({ user_id }) => user_id)
        const userIds = some.map(({ user_id }) => user_id)
        return judge(tx, act, mappings, { userIds, defaulted: new Set(defaulted) })
      })
      for (const { user_id: userId } of judged) tx.write(deletePerson, { userId, changeId })
      if (judged.length < people.length) break
    }
    return true
  })
}

// As many as one unit takes; the others' turn comes with the next.
async function judgeFitting<P>(
  people: readonly P[],
  judge: (some: readonly P[]) => Promise<boolean>,
): Promise<readonly P[]> {
  for (let some = people; ; some = some.slice(0, Math.ceil(some.length / 10)))
    if (await judge(some)) return some
}
