// Roles that follow groups: which people a change of groups touches, and what role each has afterwards. The rules are the
// organization's ordered list; mapping/roles.ts judges one person, never to owner and never over a role given by hand. Groups that a
// provisional key made give no privileged role and take none.

import type { RoleMappings } from '@rollcall/api'
import { sql } from 'kysely'
import { isPrivileged, type Role } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { type DecidedRole, decideRoleBeside, type RoleMapping, type RoleOrigin } from '../mapping/roles.ts'
import { putRoleMappings } from '../organizations/mappings.ts'
import { endSessions } from '../sessions/end.ts'
import { lockPeople } from '../sessions/lock-people.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { isByUnconfirmed, releaseIdentitiesOfKey } from '../users/identities.ts'
import { listMemberIds } from '../users/members.ts'
import { becomesPrivileged, writeRole } from '../users/users.ts'
import { dropUnprovedOfKey } from './claim.ts'
import { leaveBehind } from './maker-leaves.ts'
import {
  carryOut,
  type JudgePeople,
  maxPeopleAtOnce,
  noteDefaultRole,
  noteRoleChange,
} from './role-changes.ts'

const usersPerSlice = 500

/** Names in rules that somebody satisfies: by groups that count whole, and by groups that a provisional key made. */
interface Satisfied {
  readonly firm: Set<string>
  readonly provisional: Set<string>
}

/** Group id -> the names in rules that being in this group, or in one around it, satisfies. */
export type MappedGroups = ReadonlyMap<string, Satisfied>

const selectMapped = organizationStatement<{ names: string }>('mapped_groups')(
  ({ db, place, organizationId, dialect }) => {
    const isNamed = sql`(${dialect.isIn('display_name', place('names'))} OR ${dialect.isIn('external_id', place('names'))})`
    const isProvisional = (
      group: string,
    ) => sql`CASE WHEN ${sql.ref(`${group}.provisional_key_id`)} IS NULL THEN 0
        WHEN EXISTS (SELECT 1 FROM api_key AS k WHERE k.organization_id = ${organizationId}
          AND k.id = ${sql.ref(`${group}.provisional_key_id`)} AND k.is_provisional = 1) THEN 1
        WHEN EXISTS (SELECT 1 FROM oauth_client AS k WHERE k.organization_id = ${organizationId}
          AND k.id = ${sql.ref(`${group}.provisional_key_id`)} AND k.is_provisional = 1) THEN 1 ELSE 0 END`
    // Whatever lies on the way from the named group and was made by a provisional key makes what is below it so.
    const statement = sql<{
      id: string
      display_name: string
      external_id: string | null
      is_provisional: number
    }>`WITH RECURSIVE below(root, id, is_provisional) AS (
        SELECT named.id, named.id, ${isProvisional('named')} FROM "group" AS named WHERE named.organization_id = ${organizationId}
          AND ${isNamed}
        UNION
        SELECT below.root, m.member_id, CASE WHEN below.is_provisional = 1 THEN 1 ELSE ${isProvisional('inner_group')} END
          FROM below JOIN group_member AS m ON m.organization_id = ${organizationId}
          AND m.group_id = below.id AND m.member_id >= 'grp_' AND m.member_id < 'grp\`'
          JOIN "group" AS inner_group ON inner_group.organization_id = ${organizationId} AND inner_group.id = m.member_id
      ) SELECT below.id, below.is_provisional, g.display_name, g.external_id FROM below
        JOIN "group" AS g ON g.organization_id = ${organizationId} AND g.id = below.root`
    return { compile: () => statement.compile(db) }
  },
)

/** The groups that the rules name by display name or external id, and every group inside them. */
export async function findMappedGroups(
  tx: OrganizationTx,
  mappings: readonly RoleMapping[],
): Promise<MappedGroups> {
  const named = new Set(mappings.map(({ group }) => group))
  const found = new Map<string, Satisfied>()
  if (named.size === 0) return found
  for (const row of await tx.all(selectMapped, { names: JSON.stringify([...named]) })) {
    const rules = found.get(row.id) ?? toSatisfied()
    const names = Number(row.is_provisional) === 1 ? rules.provisional : rules.firm
    for (const name of [row.display_name, row.external_id])
      if (name !== null && named.has(name)) names.add(name)
    found.set(row.id, rules)
  }
  return found
}

function toSatisfied(): Satisfied {
  return { firm: new Set(), provisional: new Set() }
}

/** What changed: one group whose direct members came or went, and how the rules lay before. */
export interface GroupChange {
  readonly groupId: string
  readonly memberIds: readonly string[]
  readonly before: MappedGroups
}

const selectRules = organizationStatement('rules_of_roles')(({ db, organizationId }) =>
  db.selectFrom('organization').select(['role_mappings', 'default_role']).where('id', '=', organizationId),
)

const selectWithoutDefault = organizationStatement<{
  keyId: string
  role: Role
  limit: number
}>('users_without_default_role')(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select(['id', 'role'])
    .where('organization_id', '=', organizationId)
    .where('provisional_key_id', '=', place('keyId'))
    .where('source', '=', 'scim')
    .where('role_origin', '=', 'default')
    .where('role', '<>', place('role'))
    .orderBy('id')
    .limit(place('limit')),
)

const selectDefault = organizationStatement('role_rules')(({ db, organizationId }) =>
  db.selectFrom('organization').select('default_role').where('id', '=', organizationId),
)

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
  const after = await findMappedGroups(tx, mappings)
  const isMapped = change.before.has(change.groupId) || after.has(change.groupId)
  const userIds = isMapped ? change.memberIds.filter((id) => id.startsWith('usr_')) : []
  const groupIds = [...new Set([...change.before.keys(), ...after.keys()])].filter(
    (groupId) => !isSameRule(change.before.get(groupId), after.get(groupId)),
  )
  return refreshTouched(tx, act, mappings, after, { groupIds, userIds })
}

/** After the rules themselves changed: everybody in a group that the old or the new rules name. */
async function refreshAllRoles(
  tx: OrganizationTx,
  act: Act,
  before: readonly RoleMapping[],
  mappings: readonly RoleMapping[],
): Promise<number> {
  const after = await findMappedGroups(tx, mappings)
  const groupIds = [...new Set([...(await findMappedGroups(tx, before)).keys(), ...after.keys()])]
  return refreshTouched(tx, act, mappings, after, { groupIds, userIds: [] })
}

async function refreshTouched(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  mapped: MappedGroups,
  touched: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<number> {
  const few = await listFew(tx, touched)
  if (few === undefined) return noteRoleChange(tx, act, touched)
  await refreshUsers(tx, act, mappings, mapped, few)
  return 0
}

// Undefined where they are many.
async function listFew(
  tx: OrganizationTx,
  { groupIds, userIds }: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<readonly string[] | undefined> {
  const people = new Set(userIds)
  for (const groupId of groupIds) {
    for await (const slice of listMemberIds(tx, groupId)) {
      for (const id of slice) if (id.startsWith('usr_')) people.add(id)
      if (people.size > maxPeopleAtOnce) return undefined
    }
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
    refreshUsers(tx, act, mappings, await findMappedGroups(tx, mappings), userIds, defaulted)
  return carryOut(database, judge, now, isStopping)
}

/**
 * Replaces the ordered rules; they take effect at once for whom the directory's groups decide, in slices where they are many,
 * else at the next sign-in. Returns how many people wait.
 */
export async function replaceRoleMappings(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  mappings: RoleMappings['mappings'],
): Promise<number> {
  let waiting = 0
  await putRoleMappings(database, scope, act, mappings, async (tx, before) => {
    waiting = await refreshAllRoles(tx, act, before, mappings)
  })
  return waiting
}

/**
 * After an administrator confirmed a key: whom it made has the default role, whatever that is, and the groups that it made give roles
 * like all others. Everybody in a group that a rule names is looked at. In slices where they are many. Nor is anything of whoever was here
 * before under the names of those people held back from them.
 */
export async function catchUpKey(tx: OrganizationTx, act: Act, keyId: string): Promise<void> {
  releaseIdentitiesOfKey(tx, keyId)
  // Before any role is given: whoever the directory means has the account.
  await dropUnprovedOfKey(tx, act, keyId)
  const own = await tx.first(selectRules, {})
  if (own === undefined) return
  await giveDefaultRole(tx, act, keyId, own.default_role)
  const mappings = JSON.parse(own.role_mappings) as RoleMapping[]
  if (mappings.length > 0) await refreshAllRoles(tx, act, mappings, mappings)
}

/** The same of one account that a confirmed key took over. */
export async function catchUpUser(tx: OrganizationTx, act: Act, userId: string): Promise<void> {
  const own = await tx.first(selectRules, {})
  if (own === undefined) return
  const mappings = JSON.parse(own.role_mappings) as RoleMapping[]
  await refreshUsers(tx, act, mappings, await findMappedGroups(tx, mappings), [userId], new Set([userId]))
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

const selectMemberships = organizationStatement<{ ids: string; groups: string }>('memberships')(
  ({ db, place, organizationId, dialect }) => {
    // Whoever is known by an unconfirmed key's word alone has no role by it that opens the console, whose groups they ever are in.
    const isUnconfirmed = sql`(SELECT ${isByUnconfirmed(organizationId)} FROM "user"
      WHERE "user".organization_id = ${organizationId} AND "user".id = group_member.member_id AND "user".source = 'scim')`
    const statement = sql<{
      member_id: string
      group_id: string
      is_unconfirmed: number | null
    }>`SELECT member_id, group_id, ${isUnconfirmed} AS is_unconfirmed FROM group_member
      WHERE organization_id = ${organizationId} AND ${dialect.isIn('member_id', place('ids'))} AND ${dialect.isIn('group_id', place('groups'))}`
    return { compile: () => statement.compile(db) }
  },
)

async function refreshUsers(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  mapped: MappedGroups,
  userIds: readonly string[],
  defaulted: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (userIds.length === 0) return
  const defaultRole = (await tx.first(selectDefault, {}))?.default_role ?? 'member'
  for (let start = 0; start < userIds.length; start += usersPerSlice) {
    const slice = userIds.slice(start, start + usersPerSlice)
    const ids = JSON.stringify(slice)
    const users = await lockPeople(tx, slice)
    const rules = await listRules(tx, ids, mapped)
    const changes = users.map(({ id, role, role_origin }) => {
      const current = { role, origin: role_origin as RoleOrigin }
      const { firm, provisional } = rules.get(id) ?? toSatisfied()
      const groups = [...firm]
      // What a connection may give is asked when somebody signs in by it.
      const ceiling = 'administrator' as const
      const said = { groups, hasSentGroups: true, hasGroupsLink: false }
      const isGiven = defaulted.has(id) && current.origin === 'default' && isPrivileged(defaultRole)
      const standing = isGiven ? { ...current, role: defaultRole } : current
      const facts = { current: standing, ...said, mappings, defaultRole, ceiling }
      return { id, current, next: decideRoleBeside(facts, [...provisional]) }
    })
    await changeRoles(tx, act, changes)
  }
}

async function listRules(
  tx: OrganizationTx,
  ids: string,
  mapped: MappedGroups,
): Promise<ReadonlyMap<string, Satisfied>> {
  const rules = new Map<string, Satisfied>()
  if (mapped.size === 0) return rules
  const groups = JSON.stringify([...mapped.keys()])
  for (const { member_id, group_id, is_unconfirmed } of await tx.all(selectMemberships, { ids, groups })) {
    const own = rules.get(member_id) ?? toSatisfied()
    const { firm, provisional } = mapped.get(group_id) ?? toSatisfied()
    const counted = Number(is_unconfirmed) === 1 ? own.provisional : own.firm
    for (const name of firm) counted.add(name)
    for (const name of provisional) own.provisional.add(name)
    rules.set(member_id, own)
  }
  return rules
}

const selectResource = organizationStatement<{ id: string }>('resource_of_user')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('resource')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

interface RoleChange {
  readonly id: string
  readonly current: DecidedRole
  readonly next: DecidedRole
}

// A session carries the role it was begun with, here and in applications.
async function changeRoles(tx: OrganizationTx, act: Act, changes: readonly RoleChange[]): Promise<void> {
  const changed: string[] = []
  for (const { id, current, next } of changes)
    if (await changeRole(tx, act, id, current, next)) changed.push(id)
  await endSessions(tx, act, { userIds: changed, cause: 'role_changed' })
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

export async function listRulesOfUser(
  tx: OrganizationTx,
  mappings: readonly RoleMapping[],
  userId: string,
): Promise<DirectoryRules> {
  const mapped = await findMappedGroups(tx, mappings)
  if (mapped.size === 0) return { firm: null, provisional: [] }
  const rules = await listRules(tx, JSON.stringify([userId]), mapped)
  const { firm, provisional } = rules.get(userId) ?? toSatisfied()
  const isFirm = [...mapped.values()].some((one) => one.firm.size > 0)
  return { firm: isFirm ? [...firm] : null, provisional: [...provisional] }
}
