// Carries changes of groups out: the group's row, its memberships as sets, the roles that follow from them, and the events,
// in one transaction. Never loads a group's members.

import { assertFits, type JsonObject } from '@rollcall/scim'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { type Act, record } from '../events/record.ts'
import { findGroupOversize } from '../mapping/bounds.ts'
import { toGroupColumns } from '../mapping/group-columns.ts'
import type { RoleMapping } from '../mapping/roles.ts'
import { selectRoleMappings } from '../organizations/own.ts'
import type { OrganizationTx } from '../store/database.ts'
import {
  type GroupRow,
  type LockedGroup,
  writeDeletedGroup,
  writeGroup,
  writeGroupTouch,
  writeNewGroup,
} from '../users/groups.ts'
import {
  addMembers,
  endMemberships,
  type MemberChange,
  removeMembers,
  replaceMembers,
} from '../users/members.ts'
import { listChanges } from './changes.ts'
import { findGroupBefore, type GroupBefore, noGroupBefore, refreshRoles } from './group-roles.ts'
import { forgetReturning } from './rejoin.ts'

const idsPerEvent = 1_000

/** One step of what becomes of the members, in the order of the request. */
export type MemberStep =
  | { readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] }
  | { readonly kind: 'clear' }

/** What a change of a group did. */
export interface GroupOutcome {
  readonly row: GroupRow
  readonly isChanged: boolean
  /** Who came and who went, and the ids that were to be added and are nobody's. */
  readonly members: MemberChange
  /** People of the organization whose roles are still to follow; 0 when all is done. */
  readonly waiting: number
}

/** `resource` is without members. The store refuses a name that must be unique and is not. */
export async function createGroup(
  tx: OrganizationTx,
  act: Act,
  group: {
    readonly resource: JsonObject
    readonly memberIds: readonly string[]
    readonly isNameUnique: boolean
    /** Of a provisional key that makes the group. */
    readonly provisionalKeyId?: string | undefined
    /** The key or client that makes the group. */
    readonly makerId: string
  },
): Promise<GroupOutcome> {
  const provisionalKeyId = group.provisionalKeyId ?? null
  const id = createId('grp', act.at)
  const text = JSON.stringify(group.resource)
  assertFits(findGroupOversize(group.resource, text))
  const columns = toGroupColumns(group.resource)
  const mappings = toMappings((await tx.first(selectRoleMappings, {}))?.role_mappings ?? null)
  writeNewGroup(tx, {
    id,
    columns,
    resource: text,
    at: act.at,
    isNameUnique: group.isNameUnique,
    provisionalKeyId,
    makerId: group.makerId,
  })
  const { displayName, externalId } = columns
  record(tx, act, {
    type: 'group.created',
    subject: { type: 'group', id },
    data: { displayName, externalId },
  })
  const change = await addMembers(tx, id, group.memberIds)
  recordMembers(tx, act, id, change.added, [])
  const waiting = await refresh(tx, act, mappings, {
    groupId: id,
    memberIds: change.added,
    before: noGroupBefore,
  })
  const row = {
    id,
    display_name: displayName,
    external_id: externalId,
    resource: text,
    version: 1,
    created_at: act.at,
    updated_at: act.at,
    provisional_key_id: provisionalKeyId,
  }
  return { row, isChanged: true, members: change, waiting }
}

/** `row` is locked; `before` and `resource` are without members. */
export async function changeGroup(
  tx: OrganizationTx,
  act: Act,
  group: {
    readonly row: LockedGroup
    readonly before: JsonObject
    readonly resource: JsonObject
    readonly isSame: boolean
    readonly steps: readonly MemberStep[]
    readonly isNameUnique: boolean
  },
): Promise<GroupOutcome> {
  const { row, before, resource, isSame, steps } = group
  const text = JSON.stringify(resource)
  if (!isSame) assertFits(findGroupOversize(resource, text, before))
  const mappings = toMappings(row.role_mappings)
  const columns = toGroupColumns(resource)
  const mapped = await findGroupBefore(tx, mappings, row.id, columns)
  const members = await takeSteps(tx, row.id, steps)
  const { added, removed } = members
  const hasMembers = added.length + removed.length > 0
  if (isSame && !hasMembers) return { row, isChanged: false, members, waiting: 0 }
  if (isSame) writeGroupTouch(tx, row.id, act.at)
  else {
    const written = { id: row.id, columns, resource: text, at: act.at, isNameUnique: group.isNameUnique }
    writeGroup(tx, written, before.displayName !== resource.displayName)
    const changes = listChanges(before, resource)
    if (changes.length > 0)
      record(tx, act, { type: 'group.updated', subject: { type: 'group', id: row.id }, data: { changes } })
  }
  recordMembers(tx, act, row.id, added, removed)
  const memberIds = [...added, ...removed]
  const waiting = await refresh(tx, act, mappings, { groupId: row.id, memberIds, before: mapped })
  return {
    row: {
      ...row,
      display_name: columns.displayName,
      external_id: columns.externalId,
      resource: text,
      version: row.version + 1,
      updated_at: act.at,
    },
    isChanged: true,
    members,
    waiting,
  }
}

/** `row` is locked. Its members stay as they are, but for roles that came from it; returns how many people wait for theirs. */
export async function removeGroup(tx: OrganizationTx, act: Act, row: LockedGroup): Promise<number> {
  const mappings = toMappings(row.role_mappings)
  const before = await findGroupBefore(tx, mappings, row.id, null)
  const { removed } = await takeSteps(tx, row.id, [{ kind: 'clear' }])
  await endMemberships(tx, row.id, act.at)
  writeDeletedGroup(tx, row.id)
  const data = { displayName: row.display_name, externalId: row.external_id }
  record(tx, act, { type: 'group.deleted', subject: { type: 'group', id: row.id }, data })
  return refresh(tx, act, mappings, { groupId: row.id, memberIds: removed, before })
}

async function takeSteps(
  tx: OrganizationTx,
  groupId: string,
  steps: readonly MemberStep[],
): Promise<MemberChange> {
  const added = new Set<string>()
  const removed = new Set<string>()
  const unknown: string[] = []
  for (const step of steps) {
    const change = await takeStep(tx, groupId, step)
    // Who leaves and comes back within one request has not moved.
    for (const id of change.removed) if (!added.delete(id)) removed.add(id)
    for (const id of change.added) if (!removed.delete(id)) added.add(id)
    unknown.push(...change.unknown)
  }
  return { added: [...added], removed: [...removed], unknown }
}

async function takeStep(tx: OrganizationTx, groupId: string, step: MemberStep): Promise<MemberChange> {
  switch (step.kind) {
    case 'add':
      return addMembers(tx, groupId, step.ids)
    case 'remove':
      forgetReturning(tx, groupId, step.ids)
      return removeMembers(tx, groupId, step.ids)
    case 'replace':
      forgetReturning(tx, groupId)
      return replaceMembers(tx, groupId, step.ids)
    case 'clear':
      forgetReturning(tx, groupId)
      return replaceMembers(tx, groupId, [])
  }
}

function recordMembers(
  tx: OrganizationTx,
  act: Act,
  id: string,
  added: readonly string[],
  removed: readonly string[],
): void {
  const subject = { type: 'group', id } as const
  for (let start = 0; start < Math.max(added.length, removed.length); start += idsPerEvent) {
    const data = {
      added: added.slice(start, start + idsPerEvent),
      removed: removed.slice(start, start + idsPerEvent),
    }
    record(tx, act, { type: 'group.members_changed', subject, data })
  }
}

function toMappings(text: string | null): readonly RoleMapping[] {
  return text === null || text === '[]' ? [] : readJson<RoleMapping[]>(text)
}

async function refresh(
  tx: OrganizationTx,
  act: Act,
  mappings: readonly RoleMapping[],
  change: { readonly groupId: string; readonly memberIds: readonly string[]; readonly before: GroupBefore },
): Promise<number> {
  return mappings.length > 0 ? refreshRoles(tx, act, mappings, change) : 0
}
