// Roles that follow groups: which people a change of groups touches, and what role each has afterwards. The rules are the
// organization's ordered list; mapping/roles.ts judges one person, never to owner and never over a role given by hand. Groups that a
// provisional key made give no privileged role and take none.

import type { RoleMappings } from '@rollcall/api'
import { type SqlBool, sql } from 'kysely'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import type { GroupColumns } from '../mapping/group-columns.ts'
import { type DecidedRole, decideRoleBeside, type RoleMapping } from '../mapping/roles.ts'
import { putRoleMappings } from '../organizations/mappings.ts'
import { selectDefaultRole, selectRoleRules } from '../organizations/own.ts'
import { endSessions } from '../sessions/end.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectAroundGroups, selectAroundPeople, selectNamedFirm } from '../users/around.ts'
import { selectResource, selectWithoutDefault } from '../users/asked.ts'
import { lockPeople } from '../users/lock-people.ts'
import type { UserRow } from '../users/user-row.ts'
import { becomesPrivileged, writeRole } from '../users/user-words.ts'
import { catchUpAtOnce, catchUpNext } from './confirmed-keys.ts'
import { leaveBehind } from './maker-leaves.ts'
import {
  type CatchUpKeys,
  carryOut,
  type JudgePeople,
  maxPeopleAtOnce,
  noteDefaultRole,
  noteRoleChange,
} from './role-changes.ts'
import {
  findSatisfied,
  listBelow,
  listMapped,
  maxMembersLookedAt,
  type Satisfied,
  toNamed,
  toSatisfied,
} from './satisfied-rules.ts'

const usersPerSlice = 100

/** How the rules lie on a group before it changes. */
export interface GroupBefore {
  readonly satisfied: Satisfied | undefined
  /** The group, and what is inside it; empty where no rule reaches it, neither before nor after. */
  readonly below: readonly string[]
}

/** A group that is not there yet. */
export const noGroupBefore: GroupBefore = { satisfied: undefined, below: [] }

/** `after` is what the group will be called; null where it goes. */
export async function findGroupBefore(
  tx: OrganizationTx,
  mappings: readonly RoleMapping[],
  groupId: string,
  after: Pick<GroupColumns, 'displayName' | 'externalId'> | null,
): Promise<GroupBefore> {
  if (mappings.length === 0) return noGroupBefore
  const satisfied = (await findSatisfied(tx, selectAroundGroups, mappings, [groupId])).of.get(groupId)
  const isNamedAfter = mappings.some(
    ({ group }) => after !== null && (group === after.displayName || group === after.externalId),
  )
  const below = satisfied !== undefined || isNamedAfter ? await listBelow(tx, [groupId]) : []
  return { satisfied, below }
}

/** What changed: one group whose direct members came or went, and how the rules lay before. */
export interface GroupChange {
  readonly groupId: string
  readonly memberIds: readonly string[]
  readonly before: GroupBefore
}

/**
 * Brings the roles of everybody whom the change touches up to date; one event for each changed role. Where they are many it is
 * noted, and the number of people who wait is returned: 0 means that all is done.
 */
export async function refreshRoles(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  change: GroupChange,
): Promise<number> {
  const { groupId, memberIds, before } = change
  if (mappings.length === 0) return 0
  const satisfied = (await findSatisfied(tx, selectAroundGroups, mappings, [groupId])).of.get(groupId)
  if (satisfied === undefined && before.satisfied === undefined) return 0
  const below = satisfied === undefined ? [] : await listBelow(tx, [groupId])
  const groupIds = isSameRule(before.satisfied, satisfied)
    ? difference(before.below, below)
    : [...new Set([...before.below, ...below])]
  const userIds = memberIds.filter((id) => id.startsWith('usr_'))
  return (await refreshTouched(tx, act, mappings, { groupIds, userIds })).waiting
}

/** A group into which people have come. */
export interface JoinedGroup {
  readonly groupId: string
  readonly userIds: readonly string[]
}

/** The same of people who came into several groups at once; the roles of `many` follow by the job. */
export async function refreshJoined(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  { groups, many }: { readonly groups: readonly JoinedGroup[]; readonly many: ReadonlySet<string> },
): Promise<void> {
  const ids = groups.map(({ groupId }) => groupId)
  const { of, isWhole } = await findSatisfied(tx, selectAroundGroups, mappings, ids)
  const named = groups.filter(({ groupId }) => !isWhole || of.has(groupId))
  const userIds = [...new Set(named.flatMap((one) => one.userIds))]
  const few = userIds.filter((id) => !many.has(id))
  if (few.length > 0) await refreshTouched(tx, act, mappings, { groupIds: [], userIds: few })
  if (few.length < userIds.length)
    await noteRoleChange(tx, act, { groupIds: [], userIds: userIds.filter((id) => many.has(id)) })
}

/** What is in one of the lists alone. */
function difference(one: readonly string[], other: readonly string[]): readonly string[] {
  const [left, right] = [new Set(one), new Set(other)]
  return [...one.filter((id) => !right.has(id)), ...other.filter((id) => !left.has(id))]
}

/** After the rules themselves changed: everybody in a group that the old or the new rules name. */
async function refreshAllRoles(
  tx: OrganizationTx,
  act: Act,
  before: readonly RoleMapping[],
  mappings: readonly RoleMapping[],
): Promise<Refreshed> {
  const groupIds = [...new Set([...(await listMapped(tx, before)), ...(await listMapped(tx, mappings))])]
  return refreshTouched(tx, act, mappings, { groupIds, userIds: [] })
}

/** What came of a change: how many people have another role by now, and how many wait for the job. */
export interface Refreshed {
  readonly changed: number
  readonly waiting: number
}

async function refreshTouched(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  touched: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<Refreshed> {
  const few = await listFew(tx, touched)
  const changed = few === undefined ? undefined : await refreshUsers(tx, act, mappings, few)
  if (changed !== undefined) return { changed, waiting: 0 }
  return { changed: 0, waiting: await noteRoleChange(tx, act, touched) }
}

const selectPeopleIn = organizationStatement<{ groups: string; limit: number }>('people_in_groups')(
  ({ db, place, organizationId, dialect }) => {
    const isPerson = sql<SqlBool>`m.organization_id = ${organizationId} AND m.group_id = wanted.value
      AND m.member_id >= 'usr_' AND m.member_id < 'usr\`'`
    const statement = sql<{ member_id: string }>`SELECT m.member_id FROM ${dialect.unfold(place('groups'))}
      ${dialect.beside('group_member', 'm', isPerson)} LIMIT ${place('limit')}`
    return { compile: () => statement.compile(db) }
  },
)

// Undefined where they are many.
async function listFew(
  tx: OrganizationTx,
  { groupIds, userIds }: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<readonly string[] | undefined> {
  const people = new Set(userIds)
  if (groupIds.length > 0) {
    const limit = maxMembersLookedAt
    const rows = await tx.all(selectPeopleIn, { groups: JSON.stringify(groupIds), limit })
    if (rows.length >= limit) return undefined
    for (const { member_id: id } of rows) people.add(id)
  }
  return people.size > maxPeopleAtOnce ? undefined : [...people].sort()
}

/** The job: carries out what was noted, a slice at a time. */
export function carryOutRoleChanges(
  database: Database,
  now: () => number,
  isStopping: () => boolean,
): Promise<void> {
  const judge: JudgePeople = async (tx, act, mappings, { userIds, defaulted }) =>
    (await refreshUsers(tx, act, mappings, userIds, defaulted)) !== undefined
  const catchUp: CatchUpKeys = (tx, at) => catchUpNext(tx, at, (act, keyId) => giveRolesOfKey(tx, act, keyId))
  return carryOut(database, { judge, catchUp }, now, isStopping)
}

/**
 * Replaces the ordered rules; they take effect at once for whom the directory's groups decide, in slices where they are many,
 * else at the next sign-in. Returns how many it has changed, and how many wait.
 */
export async function replaceRoleMappings(
  { database, scope, act }: OrganizationAct,
  mappings: RoleMappings['mappings'],
): Promise<Refreshed> {
  let refreshed: Refreshed = { changed: 0, waiting: 0 }
  await putRoleMappings({ database, scope, act }, mappings, async (tx, before) => {
    refreshed = await refreshAllRoles(tx, act, before, mappings)
  })
  return refreshed
}

/**
 * After an administrator confirmed a key: whom it made has the default role, whatever that is, and the groups that it made give roles
 * like all others. Everybody in a group that a rule names is looked at. In slices where they are many. Nor is anything of whoever was here
 * before under the names of those people held back from them.
 */
export async function catchUpKey(tx: OrganizationTx, act: Act, keyId: string): Promise<void> {
  if (await catchUpAtOnce(tx, act, keyId)) await giveRolesOfKey(tx, act, keyId)
}

async function giveRolesOfKey(tx: OrganizationTx, act: Act, keyId: string): Promise<void> {
  const own = await tx.first(selectRoleRules, {})
  if (own === undefined) return
  await giveDefaultRole(tx, act, keyId, own.default_role)
  const mappings = readJson(own.role_mappings)
  if (mappings.length > 0) await refreshAllRoles(tx, act, mappings, mappings)
}

/** The same of one account that a confirmed key took over. */
export async function catchUpUser(tx: OrganizationTx, act: Act, userId: string): Promise<void> {
  const own = await tx.first(selectRoleRules, {})
  if (own === undefined) return
  const mappings = readJson(own.role_mappings)
  await refreshUsers(tx, act, mappings, [userId], new Set([userId]))
}

// Withheld from those alone whom the key made, and only where it opens the console.
async function giveDefaultRole(tx: OrganizationTx, act: Act, keyId: string, role: Role): Promise<void> {
  if (!isPrivileged(role)) return
  const users = await tx.all(selectWithoutDefault, { keyId, role, limit: maxPeopleAtOnce + 1 })
  if (users.length > maxPeopleAtOnce) return noteDefaultRole(tx, act, { keyId, role })
  await lockPeople(
    tx,
    users.map(({ id }) => id),
  )
  const changes = users.map((user) => ({
    id: user.id,
    current: { role: user.role, origin: 'default' as const },
    next: { role, origin: 'default' as const },
  }))
  await changeRoles(tx, act, changes)
}

function isSameRule(left: Satisfied | undefined, right: Satisfied | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return isSameSet(left.firm, right.firm) && isSameSet(left.provisional, right.provisional)
}

function isSameSet(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((name) => right.has(name))
}

/** Who is judged: with the role that they have. */
export type Judged = Pick<UserRow, 'id' | 'role' | 'role_origin'>

/** What roles are given by, besides what is known of each person. */
export interface RoleRules {
  readonly mappings: readonly RoleMapping[]
  readonly defaultRole: Role
}

/** What the groups of the directory make of somebody. `isGiven`: the default role is theirs, whatever it was before. Pure. */
export function decideByGroups(
  { id, role, role_origin: origin }: Judged,
  { firm, provisional }: Satisfied,
  { mappings, defaultRole }: RoleRules,
  isGiven = false,
): RoleChange {
  const current = { role, origin }
  // What a connection may give is asked when somebody signs in by it.
  const ceiling = 'administrator' as const
  const said = { groups: [...firm], hasSentGroups: true, hasGroupsLink: false }
  const isDefault = isGiven && origin === 'default' && isPrivileged(defaultRole)
  const standing = isDefault ? { ...current, role: defaultRole } : current
  const facts = { current: standing, ...said, mappings, defaultRole, ceiling }
  return { id, current, next: decideRoleBeside(facts, [...provisional]) }
}

/**
 * Brings the roles of these people up to date, and returns how many have another one. Undefined where there is more around several of them
 * than one unit looks at: then nothing is done, and fewer are to come at once.
 */
async function refreshUsers(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  userIds: readonly string[],
  defaulted: ReadonlySet<string> = new Set(),
): Promise<number | undefined> {
  if (userIds.length === 0) return 0
  const defaultRole = (await tx.first(selectDefaultRole, {}))?.default_role ?? 'member'
  const users = (await lockPeople(tx, userIds)).toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const rules = new Map<string, Satisfied>()
  for (let start = 0; start < users.length; start += usersPerSlice) {
    const slice = users.slice(start, start + usersPerSlice).map(({ id }) => id)
    const { of, isWhole } = await findSatisfied(tx, selectAroundPeople, mappings, slice)
    if (!isWhole && userIds.length > 1) return undefined
    for (const [id, own] of of) rules.set(id, own)
  }
  const changes = users.map((user) =>
    decideByGroups(
      user,
      rules.get(user.id) ?? toSatisfied(),
      { mappings, defaultRole },
      defaulted.has(user.id),
    ),
  )
  return changeRoles(tx, act, changes)
}

/** Somebody's role as it is, and as it is to be. */
export interface RoleChange {
  readonly id: string
  readonly current: DecidedRole
  readonly next: DecidedRole
}

// A session carries the role it was begun with, here and in applications.
async function changeRoles(tx: OrganizationTx, act: Act, changes: readonly RoleChange[]): Promise<number> {
  const changed: string[] = []
  for (const { id, current, next } of changes)
    if (await changeRole(tx, act, id, current, next)) changed.push(id)
  await endSessions(tx, act, { userIds: changed, cause: 'role_changed' })
  return changed.length
}

/** Whether the role itself is another one now. */
async function changeRole(
  tx: OrganizationTx,
  act: Act,
  id: string,
  current: DecidedRole,
  { role, origin, withheld }: DecidedRole,
): Promise<boolean> {
  const subject = { type: 'user', id } as const
  if (withheld !== undefined) {
    const data = { ...withheld, given: role, connectionId: null, rung: act.rung }
    record(tx, act, { type: 'user.role_withheld', subject, data })
  }
  if (role === current.role && origin === current.origin) return false
  // Of those who become privileged alone: the address that they have now is theirs.
  const resource = becomesPrivileged(current.role, role)
    ? ((await tx.first(selectResource, { id }))?.resource ?? '{}')
    : '{}'
  writeRole(tx, { id, before: current.role, role, origin, resource, at: act.at })
  if (role === current.role) return false
  if (!isPrivileged(role)) await leaveBehind(tx, act, { id, role: current.role })
  const data = { before: current.role, after: role, origin }
  record(tx, act, { type: 'user.role_changed', subject, data })
  return true
}

/** What one person's groups of the directory say. */
export interface DirectoryRules {
  /** Names in rules; null where no group of the directory that counts whole is named by any rule. */
  readonly firm: readonly string[] | null
  readonly provisional: readonly string[]
}

/** The rules that apply to one person by their groups. */
export async function listRulesOfUser(
  tx: OrganizationTx,
  mappings: readonly RoleMapping[],
  userId: string,
): Promise<DirectoryRules> {
  if (mappings.length === 0) return { firm: null, provisional: [] }
  const { of } = await findSatisfied(tx, selectAroundPeople, mappings, [userId])
  const satisfied = of.get(userId) ?? toSatisfied()
  return toDirectoryRules(satisfied, satisfied.firm.size > 0 || (await isNamedFirm(tx, mappings)))
}

/** Whether any rule names a group of the directory that counts whole. */
export async function isNamedFirm(
  tx: Pick<OrganizationTx, 'all'>,
  mappings: readonly RoleMapping[],
): Promise<boolean> {
  return (await tx.all(selectNamedFirm, { ...toNamed(mappings), limit: 1 })).length > 0
}

/** `isFirm`: whether any rule names a group of the directory that counts whole. */
export function toDirectoryRules({ firm, provisional }: Satisfied, isFirm: boolean): DirectoryRules {
  return { firm: firm.size > 0 || isFirm ? [...firm] : null, provisional: [...provisional] }
}
