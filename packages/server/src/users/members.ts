// Memberships, changed as sets: no operation ever loads the group. Repeats and absent members are no faults; large sets go
// in slices, so that others are served in between.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement, type Statement, type Words } from '../store/statement.ts'
import { lockGroups } from './groups.ts'
import { type MemberRow, membersWithNames, shownColumns } from './shown-names.ts'

const idsPerSlice = 1_000

const memberIdPattern = /^(?:usr|grp)_[0-9a-z]{26}$/

/** Whether a user or a group may have the id. */
export function isMemberId(id: string): boolean {
  return memberIdPattern.test(id)
}

/** What one set operation really changed. */
export interface MemberChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Ids that were to be added and are no user or group of the organization. */
  readonly unknown: readonly string[]
}

interface Slice {
  readonly groupId: string
  /** JSON list. */
  readonly ids: string
}

interface One {
  readonly groupId: string
  readonly id: string
}

/** A statement about a list of ids, and the same about one: that is what identity providers send, and it asks no planner. */
interface OfIds<Row> {
  readonly list: Statement<'organization', Slice, Row>
  readonly one: Statement<'organization', One, Row>
}

interface Member {
  readonly member_id: string
}

function insertStatements(type: 'user' | 'group'): OfIds<Member> {
  const insert = (words: Words<'organization', Pick<One, 'groupId'>>, from: RawBuilder<unknown>) => {
    const { db, place, dialect } = words
    const statement = sql<Member>`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
      SELECT one.organization_id, ${dialect.text(place('groupId'))}, one.id, ${sql.lit(type)} FROM ${from}
      ON CONFLICT DO NOTHING RETURNING member_id`
    return { compile: () => statement.compile(db) }
  }
  return {
    list: organizationStatement<Slice>(`insert_${type}_members`)((words) => {
      const isKey = sql<SqlBool>`one.organization_id = ${words.organizationId} AND one.id = wanted.value`
      // WHERE: without it SQLite takes what follows for a part of the join.
      return insert(words, sql`${words.dialect.lookUp(words.place('ids'), type, isKey)} WHERE true`)
    }),
    one: organizationStatement<One>(`insert_${type}_member`)((words) => {
      const own = sql`one.organization_id = ${words.organizationId} AND one.id = ${words.place('id')}`
      return insert(words, sql`${sql.table(type)} AS one WHERE ${own}`)
    }),
  }
}

const insertMembers = { user: insertStatements('user'), group: insertStatements('group') }

const present: OfIds<Member> = {
  list: organizationStatement<Slice>('present_members')(({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.group_id = ${place('groupId')}
      AND one.member_id = wanted.value`
    const statement = sql<Member>`SELECT one.member_id FROM ${dialect.lookUp(place('ids'), 'group_member', isKey)}`
    return { compile: () => statement.compile(db) }
  }),
  one: organizationStatement<One>('present_member')(({ db, place, organizationId }) =>
    db
      .selectFrom('group_member')
      .select('member_id')
      .where('organization_id', '=', organizationId)
      .where('group_id', '=', place('groupId'))
      .where('member_id', '=', place('id')),
  ),
}

const remove: OfIds<Member> = {
  list: organizationStatement<Slice>('delete_members')(({ db, place, organizationId, dialect }) => {
    const statement = sql<Member>`DELETE FROM group_member
      WHERE organization_id = ${organizationId} AND group_id = ${place('groupId')}
        AND ${dialect.isIn('member_id', place('ids'))} RETURNING member_id`
    return { compile: () => statement.compile(db) }
  }),
  one: organizationStatement<One>('delete_member')(({ db, place, organizationId }) =>
    db
      .deleteFrom('group_member')
      .where('organization_id', '=', organizationId)
      .where('group_id', '=', place('groupId'))
      .where('member_id', '=', place('id'))
      .returning('member_id'),
  ),
}

const askedAhead = new WeakMap<
  OrganizationTx,
  { readonly statement: unknown; readonly one: One; readonly answer: Promise<readonly Member[]> }
>()

/**
 * Puts one person into a group, or takes them out, right behind the lock of the group and without waiting for it, so that one answer has
 * both. `addMembers` or `removeMembers` of the same has its answer; where the group may not be changed, the unit of work fails, and
 * undoes it.
 */
export function changeMemberAhead(tx: OrganizationTx, kind: 'add' | 'remove', one: One): void {
  const statement = kind === 'add' ? insertMembers.user.one : remove.one
  const answer = tx.change(statement, one)
  // Whoever fails at the group asks for it no more.
  answer.catch(() => undefined)
  askedAhead.set(tx, { statement, one, answer })
}

function changeOne(
  tx: OrganizationTx,
  statement: OfIds<Member>['one'],
  one: One,
): Promise<readonly Member[]> {
  const ahead = askedAhead.get(tx)
  const isIt = ahead?.statement === statement && ahead.one.id === one.id && ahead.one.groupId === one.groupId
  if (!isIt) return tx.change(statement, one)
  askedAhead.delete(tx)
  return ahead.answer
}

/** For the test that asks how PostgreSQL carries them out. */
export const memberStatements = { insertMembers, present, remove }

function changeIds(
  tx: OrganizationTx,
  { list, one }: OfIds<Member>,
  groupId: string,
  ids: readonly string[],
): Promise<readonly Member[]> {
  const [id] = ids
  if (ids.length === 1 && id !== undefined) return changeOne(tx, one, { groupId, id })
  return tx.change(list, { groupId, ids: JSON.stringify(ids) })
}

/** A page of members after one, in the order of their ids, for `showMembers`. */
export const selectMembers = organizationStatement<{ groupId: string; after: string; limit: number }>(
  'members',
)(({ db, place, organizationId, dialect }) => {
  const statement = sql<MemberRow>`SELECT m.member_id, ${shownColumns} FROM ${membersWithNames(dialect, organizationId)}
    WHERE m.organization_id = ${organizationId} AND m.group_id = ${place('groupId')} AND m.member_id > ${place('after')}
      AND (u.id IS NOT NULL OR g.id IS NOT NULL)
    ORDER BY m.member_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

/** The same, with the userNames of users. */
export const selectNamedMembers = organizationStatement<{ groupId: string; after: string; limit: number }>(
  'named_members',
)(({ db, place, organizationId, dialect }) => {
  const statement = sql<
    MemberRow & { user_name: string | null }
  >`SELECT m.member_id, u.user_name, ${shownColumns}
    FROM ${membersWithNames(dialect, organizationId)}
    WHERE m.organization_id = ${organizationId} AND m.group_id = ${place('groupId')} AND m.member_id > ${place('after')}
      AND (u.id IS NOT NULL OR g.id IS NOT NULL)
    ORDER BY m.member_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

/** One row where the group has more members than `count`. */
export const hasMoreMembers = organizationStatement<{ groupId: string; count: number }>('more_members')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('group_member')
      .select('member_id')
      .where('organization_id', '=', organizationId)
      .where('group_id', '=', place('groupId'))
      .orderBy('member_id')
      .limit(1)
      .offset(place('count')),
)

const selectMemberIds = organizationStatement<{ groupId: string; after: string; limit: number }>(
  'member_ids',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('group_member')
    .select('member_id')
    .where('organization_id', '=', organizationId)
    .where('group_id', '=', place('groupId'))
    .where('member_id', '>', place('after'))
    .orderBy('member_id')
    .limit(place('limit')),
)

const touchGroupsOf = organizationStatement<{ memberId: string; at: number }>('touch_groups_of_member')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql`UPDATE "group" SET version = version + 1, updated_at = ${place('at')}
      WHERE organization_id = ${organizationId} AND id IN (
        SELECT g.id FROM "group" AS g JOIN group_member AS m ON m.organization_id = g.organization_id AND m.group_id = g.id
        WHERE g.organization_id = ${organizationId} AND m.member_id = ${place('memberId')}
        ORDER BY g.id${dialect.lockText('g')})`
    return { compile: () => statement.compile(db) }
  },
)

const deleteMembershipsOf = organizationStatement<{ memberId: string }>('delete_memberships')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('group_member')
      .where('organization_id', '=', organizationId)
      .where('member_id', '=', place('memberId')),
)

const selectGroupIds = organizationStatement<{ memberId: string }>('group_ids_of_member')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('group_member')
      .select('group_id')
      .where('organization_id', '=', organizationId)
      .where('member_id', '=', place('memberId')),
)

/**
 * The groups that somebody is in, and, of a group, itself: before they go, who are locked after the groups. Returns the former. Throws
 * StoreRestart.
 */
export async function lockGroupsAround(tx: OrganizationTx, memberId: string): Promise<readonly string[]> {
  const around = (await tx.all(selectGroupIds, { memberId })).map(({ group_id: id }) => id)
  await lockGroups(tx, memberId.startsWith('grp_') ? [...around, memberId] : around)
  return around
}

/** Of a user or a group that goes: out of every group, each of which gets a new version. Throws StoreRestart. */
export async function endMemberships(tx: OrganizationTx, memberId: string, at: number): Promise<void> {
  // Once more: whoever put them into another group meanwhile may be waiting for them.
  const around = await lockGroupsAround(tx, memberId)
  if (around.length > 0) tx.write(touchGroupsOf, { memberId, at })
  tx.write(deleteMembershipsOf, { memberId })
}

/** Adds whom it can; the others are in `unknown`. */
export async function addMembers(
  tx: OrganizationTx,
  groupId: string,
  ids: readonly string[],
): Promise<MemberChange> {
  const wanted = [...new Set(ids)]
  const known = wanted.filter((id) => memberIdPattern.test(id))
  const added: string[] = []
  const unknown = wanted.filter((id) => !memberIdPattern.test(id))
  for (const type of ['user', 'group'] as const) {
    const own = known.filter((id) => id.startsWith(type === 'user' ? 'usr' : 'grp'))
    for await (const slice of slicesOf(own)) {
      const rows = await changeIds(tx, insertMembers[type], groupId, slice)
      for (const row of rows) added.push(row.member_id)
      if (rows.length < slice.length) unknown.push(...(await findUnknown(tx, groupId, slice)))
    }
  }
  return { added, removed: [], unknown }
}

const insertIntoGroups = organizationStatement<{ userId: string; ids: string }>('insert_into_groups')(
  ({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
    const isThere = sql`EXISTS (SELECT 1 FROM "user" AS u WHERE u.organization_id = ${organizationId} AND u.id = ${place('userId')})`
    const statement = sql<{
      group_id: string
    }>`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
      SELECT one.organization_id, one.id, ${dialect.text(place('userId'))}, 'user' FROM ${dialect.lookUp(place('ids'), 'group', isKey)}
      WHERE ${isThere} ON CONFLICT DO NOTHING RETURNING group_id`
    return { compile: () => statement.compile(db) }
  },
)

/** One person into several groups, which are locked; returns those that are there, and that they were not in. */
export async function joinGroups(
  tx: OrganizationTx,
  userId: string,
  groupIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.change(insertIntoGroups, { userId, ids: JSON.stringify(groupIds) })
  return rows.map(({ group_id: id }) => id)
}

async function findUnknown(tx: OrganizationTx, groupId: string, ids: readonly string[]): Promise<string[]> {
  const [id] = ids
  const rows =
    ids.length === 1 && id !== undefined
      ? await tx.all(present.one, { groupId, id })
      : await tx.all(present.list, { groupId, ids: JSON.stringify(ids) })
  const known = new Set(rows.map((row) => row.member_id))
  return ids.filter((one) => !known.has(one))
}

/**
 * So many go one by one: where PostgreSQL has not counted the table it reads the whole group for a list, which is a matter of
 * thousands of rows for each of a few ids, and of little more than one for each of many.
 */
const maxFew = 32

// They are sent together, behind the first, which has the transaction begin.
async function removeEach(
  tx: OrganizationTx,
  groupId: string,
  ids: readonly string[],
): Promise<readonly Member[]> {
  const [first, ...others] = ids
  if (first === undefined) return []
  const found = [await changeOne(tx, remove.one, { groupId, id: first })]
  found.push(...(await Promise.all(others.map((id) => tx.change(remove.one, { groupId, id })))))
  return found.flat()
}

/** Removes whom it finds. */
export async function removeMembers(
  tx: OrganizationTx,
  groupId: string,
  ids: readonly string[],
): Promise<MemberChange> {
  const removed: string[] = []
  for await (const slice of slicesOf([...new Set(ids)])) {
    const rows =
      slice.length <= maxFew
        ? await removeEach(tx, groupId, slice)
        : await changeIds(tx, remove, groupId, slice)
    for (const row of rows) removed.push(row.member_id)
  }
  return { added: [], removed, unknown: [] }
}

/** The members become these: who is not among them goes, who is new comes, the others are left alone. */
export async function replaceMembers(
  tx: OrganizationTx,
  groupId: string,
  ids: readonly string[],
): Promise<MemberChange> {
  // What read them has had this turn.
  if (ids.length > idsPerSlice) await yieldTurn()
  const missing = new Set(ids)
  const leaving: string[] = []
  for await (const slice of listMemberIds(tx, groupId))
    for (const id of slice) if (!missing.delete(id)) leaving.push(id)
  const { removed } = await removeMembers(tx, groupId, leaving)
  const { added, unknown } = await addMembers(tx, groupId, [...missing])
  return { added, removed, unknown }
}

/** The ids of all members, in slices. */
export async function* listMemberIds(tx: OrganizationTx, groupId: string): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const rows = await tx.all(selectMemberIds, { groupId, after, limit: idsPerSlice })
    yield rows.map(({ member_id }) => member_id)
    if (rows.length < idsPerSlice) return
    after = rows.at(-1)?.member_id ?? after
    await yieldTurn()
  }
}

/** So many ids at a time; between two slices others have their turn. */
export async function* slicesOf(ids: readonly string[]): AsyncGenerator<readonly string[]> {
  for (let start = 0; start < ids.length; start += idsPerSlice) {
    if (start > 0) await yieldTurn()
    yield ids.slice(start, start + idsPerSlice)
  }
}

function yieldTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
