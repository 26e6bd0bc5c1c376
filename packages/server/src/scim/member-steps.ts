// PATCH operations on a group's members (RFC 7644 §3.5.2) as steps on a set of ids. What a step needs to know of the stored
// members (a filter other than by id) is asked of the store, a page at a time.
import {
  choosesSeveral,
  findReferencedId,
  isDemanded,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  matchFilter,
  mayTolerate,
  note,
  type Patch,
  type PatchOperation,
  type Reading,
  type ResolvedFilter,
} from '@rollcall/scim'
import { membersAttribute } from '../mapping/group-columns.ts'
import type { MemberStep } from '../provisioning/groups.ts'
import { refuse } from '../resources/refusals.ts'
import type { OrganizationTx } from '../store/database.ts'
import { isMemberId, selectMembers } from '../users/members.ts'
import { type MemberRow, showMembers } from '../users/shown-names.ts'
import type { ScimRequest } from './exchange.ts'
import { groupLocation } from './render-group.ts'
import { userLocation } from './render-user.ts'

const membersPerPage = 1_000

/** A step as asked; `filtered` is resolved to ids when the group is locked. */
export type MemberPlan =
  | MemberStep
  | {
      readonly kind: 'filtered'
      readonly operation: PatchOperation
      readonly op: PatchOperation['op']
      readonly filter: ResolvedFilter
      /** The one member that a "replace" puts in the place of the matching ones. */
      readonly value: JsonValue | undefined
    }

/** Throws ScimError 400 mutability for a sub-attribute: the store computes them from the member itself. */
export function planMemberSteps(
  operations: readonly PatchOperation[],
  { blame }: Pick<Patch, 'blame'>,
  reading: Reading,
): readonly MemberPlan[] {
  return operations.flatMap((operation) => {
    try {
      return planStep(operation, reading)
    } catch (error) {
      throw blame(operation, error)
    }
  })
}

function planStep(operation: PatchOperation, reading: Reading): readonly MemberPlan[] {
  const { op, target, value } = operation
  const { sub, filter } = target
  if (sub !== undefined) {
    // What a member is shown as follows from the member; a client's own word for it is dropped where that is allowed.
    if (sub.name !== 'value' && mayTolerate(reading, 'ignore-read-only', target.path)) return []
    throw refuse('member_sub_attributes')
  }
  if (filter !== undefined) return [{ kind: 'filtered', operation, op, filter, value }]
  if (op === 'remove' && value === undefined) return [{ kind: 'clear' }]
  const ids = toIds(value)
  if (op === 'remove') noteNobody(ids, reading)
  return [{ kind: op, ids }]
}

// Whoever is to go and was never there is gone already; but an id that nobody can have is told of.
function noteNobody(ids: readonly string[], reading: Reading): void {
  for (const id of ids) if (!isMemberId(id)) note(reading, 'unknown-removals', id)
}

function toIds(value: JsonValue | undefined): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.flatMap((item) => (isJsonObject(item) && typeof item.value === 'string' ? [item.value] : []))
}

/**
 * The one person whom a request only puts into a group, or takes out of it: what that changes hangs on nothing that is stored. Undefined
 * of everything else.
 */
export function findOneMember(
  plans: readonly MemberPlan[],
): { readonly kind: 'add' | 'remove'; readonly id: string } | undefined {
  const [plan, ...others] = plans
  if (plan === undefined || others.length > 0 || plan.kind === 'replace' || plan.kind === 'clear')
    return undefined
  const isFiltered = plan.kind === 'filtered'
  if (isFiltered && plan.op !== 'remove') return undefined
  const [id, ...further] = isFiltered ? (listNamed(plan.filter) ?? []) : plan.ids
  if (id === undefined || further.length > 0 || !isMemberId(id) || !id.startsWith('usr_')) return undefined
  return { kind: isFiltered ? 'remove' : plan.kind, id }
}

/** The group is locked. Throws ScimError 400 noTarget where a "replace" by filter finds nobody to replace. */
export async function resolveSteps(
  tx: OrganizationTx,
  groupId: string,
  plans: readonly MemberPlan[],
  { blame }: Pick<Patch, 'blame'>,
  request: Pick<ScimRequest, 'reading' | 'scimBaseUrl'>,
): Promise<readonly MemberStep[]> {
  const steps: MemberStep[] = []
  for (const plan of plans) {
    if (plan.kind !== 'filtered') {
      steps.push(plan)
      continue
    }
    try {
      steps.push(...(await resolveFiltered(tx, groupId, plan, request)))
    } catch (error) {
      throw blame(plan.operation, error)
    }
  }
  return steps
}

async function resolveFiltered(
  tx: OrganizationTx,
  groupId: string,
  plan: Extract<MemberPlan, { kind: 'filtered' }>,
  { reading, scimBaseUrl }: Pick<ScimRequest, 'reading' | 'scimBaseUrl'>,
): Promise<readonly MemberStep[]> {
  const named = listNamed(plan.filter)
  const coming = toIds(plan.value)
  const isOneAtMost = isDemanded(reading, 'one-match')
  if (plan.op === 'remove' && named !== undefined && !(isOneAtMost && named.length > 1)) {
    noteNobody(named, reading)
    return [{ kind: 'remove', ids: named }]
  }
  const found = await findMatching(tx, groupId, plan.filter, named, scimBaseUrl)
  if (isOneAtMost && found.length > 1) throw choosesSeveral(membersAttribute)
  if (plan.op === 'remove') {
    if (found.length === 0) note(reading, 'unmatched-removals', membersAttribute)
    return [{ kind: 'remove', ids: found }]
  }
  if (found.length === 0 && !mayTolerate(reading, 'create-missing-target', membersAttribute))
    throw refuse('members_not_chosen')
  const leaving = plan.op === 'replace' ? found.filter((id) => !coming.includes(id)) : []
  return [
    { kind: 'remove', ids: leaving },
    { kind: 'add', ids: coming },
  ]
}

// `value eq "a" or $ref eq "…/b"`, the forms that vendors send, need no look at the group.
function listNamed(filter: ResolvedFilter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const lists = filter.operands.map(listNamed)
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined
  const text = String(filter.value)
  if (filter.path === `${membersAttribute}.value`) return [text]
  return filter.path === `${membersAttribute}.$ref` ? [findReferencedId(text) ?? text] : undefined
}

async function findMatching(
  tx: OrganizationTx,
  groupId: string,
  filter: ResolvedFilter,
  named: readonly string[] | undefined,
  scimBaseUrl: string,
): Promise<readonly string[]> {
  const ids: string[] = []
  const isMeant = (row: MemberRow): boolean =>
    named === undefined
      ? // Each member alone as the only value: then "any value satisfies" is "this one does".
        matchFilter(filter, { [membersAttribute]: [toMember(row, scimBaseUrl)] })
      : named.includes(row.member_id)
  for (let after = ''; ; ) {
    const rows = await tx.all(selectMembers, { groupId, after, limit: membersPerPage })
    for (const row of await showMembers(rows, (...asked) => tx.all(...asked)))
      if (isMeant(row)) ids.push(row.member_id)
    if (rows.length < membersPerPage) return ids
    after = rows.at(-1)!.member_id
  }
}

function toMember({ member_id, display }: MemberRow, scimBaseUrl: string): JsonObject {
  const isUser = member_id.startsWith('usr_')
  const $ref = isUser ? userLocation(member_id, scimBaseUrl) : groupLocation(member_id, scimBaseUrl)
  return { value: member_id, $ref, display, type: isUser ? 'User' : 'Group' }
}
