// Roles that follow groups: which people a change of groups touches, and what role each has afterwards. The rules are the
// organization's ordered list; mapping/roles.ts judges one person, never to owner and never over a role given by hand.
import type { RoleMappings } from '@rollcall/api'
import { sql } from 'kysely'
import { type Act, record } from '../events/record.ts'
import { decideRole, type RoleMapping, type RoleOrigin } from '../mapping/roles.ts'
import { putRoleMappings } from '../organizations/mappings.ts'
import { endSessionsOfUser } from '../sessions/sessions.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { isInList } from '../store/json-list.ts'
import { organizationStatement } from '../store/statement.ts'
import { listMemberIds } from '../users/members.ts'
import { writeRole } from '../users/users.ts'

const usersPerSlice = 500

/** Group id -> the names in rules that being in this group, or in one around it, satisfies. */
export type MappedGroups = ReadonlyMap<string, ReadonlySet<string>>

const selectMapped = organizationStatement<{ names: string }>('mapped_groups')(
  ({ db, place, organizationId, dialect }) => {
    const isNamed = sql`(${isInList('display_name', place('names'), dialect)} OR ${isInList('external_id', place('names'), dialect)})`
    const statement = sql<{
      id: string
      display_name: string
      external_id: string | null
    }>`WITH RECURSIVE below(root, id) AS (
        SELECT id, id FROM "group" WHERE organization_id = ${organizationId}
          AND ${isNamed}
        UNION
        SELECT below.root, m.member_id FROM below JOIN group_member AS m ON m.organization_id = ${organizationId}
          AND m.group_id = below.id AND m.member_id >= 'grp_' AND m.member_id < 'grp\`'
      ) SELECT below.id, g.display_name, g.external_id FROM below
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
  const found = new Map<string, Set<string>>()
  if (named.size === 0) return found
  for (const row of await tx.all(selectMapped, { names: JSON.stringify([...named]) })) {
    const rules = found.get(row.id) ?? new Set<string>()
    for (const name of [row.display_name, row.external_id])
      if (name !== null && named.has(name)) rules.add(name)
    found.set(row.id, rules)
  }
  return found
}

/** What changed: one group whose direct members came or went, and how the rules lay before. */
export interface GroupChange {
  readonly groupId: string
  readonly memberIds: readonly string[]
  readonly before: MappedGroups
}

const selectDefault = organizationStatement('role_rules')(({ db, organizationId }) =>
  db.selectFrom('organization').select('default_role').where('id', '=', organizationId),
)

/** Brings the roles of everybody whom the change touches up to date; one event for each changed role. */
export async function refreshRoles(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  change: GroupChange,
): Promise<void> {
  const after = await findMappedGroups(tx, mappings)
  const isMapped = change.before.has(change.groupId) || after.has(change.groupId)
  const touched = new Set(isMapped ? change.memberIds.filter((id) => id.startsWith('usr_')) : [])
  for (const groupId of new Set([...change.before.keys(), ...after.keys()])) {
    if (isSameSet(change.before.get(groupId), after.get(groupId))) continue
    for await (const id of listMemberIds(tx, groupId)) if (id.startsWith('usr_')) touched.add(id)
  }
  await refreshUsers(tx, act, mappings, after, [...touched].sort())
}

/** After the rules themselves changed: everybody in a group that the old or the new rules name. */
async function refreshAllRoles(
  tx: OrganizationTx,
  act: Act,
  before: readonly RoleMapping[],
  mappings: readonly RoleMapping[],
): Promise<void> {
  const groups = new Set([
    ...(await findMappedGroups(tx, before)).keys(),
    ...(await findMappedGroups(tx, mappings)).keys(),
  ])
  const touched = new Set<string>()
  for (const groupId of groups)
    for await (const id of listMemberIds(tx, groupId)) if (id.startsWith('usr_')) touched.add(id)
  await refreshUsers(tx, act, mappings, await findMappedGroups(tx, mappings), [...touched].sort())
}

/** Replaces the ordered rules; they take effect at once for whom the directory's groups decide, else at the next sign-in. */
export function replaceRoleMappings(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  mappings: RoleMappings['mappings'],
): Promise<void> {
  return putRoleMappings(database, scope, act, mappings, (tx, before) =>
    refreshAllRoles(tx, act, before, mappings),
  )
}

function isSameSet(left: ReadonlySet<string> | undefined, right: ReadonlySet<string> | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return left.size === right.size && [...left].every((name) => right.has(name))
}

const selectRoles = organizationStatement<{ ids: string }>('roles_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{
      id: string
      role: string
      role_origin: string
    }>`SELECT id, role, role_origin FROM "user"
      WHERE organization_id = ${organizationId} AND ${isInList('id', place('ids'), dialect)}
      ORDER BY id${sql.raw(dialect === 'postgres' ? ' FOR UPDATE' : '')}`
    return { compile: () => statement.compile(db) }
  },
)

const selectMemberships = organizationStatement<{ ids: string; groups: string }>('memberships')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{
      member_id: string
      group_id: string
    }>`SELECT member_id, group_id FROM group_member
      WHERE organization_id = ${organizationId} AND ${isInList('member_id', place('ids'), dialect)} AND ${isInList('group_id', place('groups'), dialect)}`
    return { compile: () => statement.compile(db) }
  },
)

async function refreshUsers(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  mapped: MappedGroups,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return
  const defaultRole = (await tx.first(selectDefault, {}))?.default_role ?? 'member'
  for (let start = 0; start < userIds.length; start += usersPerSlice) {
    const ids = JSON.stringify(userIds.slice(start, start + usersPerSlice))
    const users = await tx.all(selectRoles, { ids })
    const rules = await listRules(tx, ids, mapped)
    for (const { id, role, role_origin } of users) {
      const current = { role, origin: role_origin as RoleOrigin }
      const groups = [...(rules.get(id) ?? [])]
      const next = decideRole({
        current,
        groups,
        hasSentGroups: true,
        hasGroupsLink: false,
        mappings,
        defaultRole,
      })
      changeRole(tx, act, id, current, next)
    }
  }
}

async function listRules(
  tx: OrganizationTx,
  ids: string,
  mapped: MappedGroups,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rules = new Map<string, Set<string>>()
  if (mapped.size === 0) return rules
  const groups = JSON.stringify([...mapped.keys()])
  for (const { member_id, group_id } of await tx.all(selectMemberships, { ids, groups })) {
    const own = rules.get(member_id) ?? new Set<string>()
    for (const name of mapped.get(group_id) ?? []) own.add(name)
    rules.set(member_id, own)
  }
  return rules
}

type Role = ReturnType<typeof decideRole>

function changeRole(tx: OrganizationTx, act: Act, id: string, current: Role, next: Role): void {
  if (next.role === current.role && next.origin === current.origin) return
  writeRole(tx, { id, role: next.role, origin: next.origin, at: act.at })
  if (next.role === current.role) return
  // A session carries the role it was begun with.
  endSessionsOfUser(tx, id)
  const data = { before: current.role, after: next.role, origin: next.origin }
  record(tx, act, { type: 'user.role_changed', subject: { type: 'user', id }, data })
}

/** The names in rules that one person's groups satisfy; null where no group of the directory is named by any rule. */
export async function listRulesOfUser(
  tx: OrganizationTx,
  mappings: readonly RoleMapping[],
  userId: string,
): Promise<readonly string[] | null> {
  const mapped = await findMappedGroups(tx, mappings)
  if (mapped.size === 0) return null
  const rules = await listRules(tx, JSON.stringify([userId]), mapped)
  return [...(rules.get(userId) ?? [])]
}
