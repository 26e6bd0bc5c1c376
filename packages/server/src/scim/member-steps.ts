// PATCH operations on a group's members (RFC 7644 §3.5.2) as steps on a set of ids. What a step needs to know of the stored
// members (a filter other than by id) is asked of the store, a page at a time.
import {
  isJsonObject,
  type JsonValue,
  matchFilter,
  type PatchOperation,
  type Profile,
  type ResolvedFilter,
  ScimError,
} from '@rollcall/scim'
import { membersAttribute } from '../mapping/group-columns.ts'
import type { MemberStep } from '../provisioning/groups.ts'
import type { OrganizationTx } from '../store/database.ts'
import { type MemberRow, selectMembers } from '../users/members.ts'

const membersPerPage = 1_000

/** A step as asked; `filtered` is resolved to ids when the group is locked. */
export type MemberPlan =
  | MemberStep
  | {
      readonly kind: 'filtered'
      readonly op: PatchOperation['op']
      readonly filter: ResolvedFilter
      /** The one member that a "replace" puts in the place of the matching ones. */
      readonly value: JsonValue | undefined
    }

/** Throws ScimError 400 mutability for a sub-attribute: the store computes them from the member itself. */
export function planMemberSteps(
  operations: readonly PatchOperation[],
  profile: Profile,
): readonly MemberPlan[] {
  return operations.flatMap((operation) => planStep(operation, profile))
}

function planStep({ op, target, value }: PatchOperation, profile: Profile): readonly MemberPlan[] {
  const { sub, filter } = target
  if (sub !== undefined) {
    // What a member is shown as follows from the member; a client's own word for it is dropped where that is allowed.
    if (sub.name !== 'value' && profile.tolerances.has('ignore-read-only')) return []
    throw new ScimError(400, 'mutability', 'The sub-attributes of a member cannot be changed')
  }
  if (filter !== undefined) return [{ kind: 'filtered', op, filter, value }]
  if (op === 'remove' && value === undefined) return [{ kind: 'clear' }]
  return [{ kind: op, ids: toIds(value) }]
}

function toIds(value: JsonValue | undefined): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.flatMap((item) => (isJsonObject(item) && typeof item.value === 'string' ? [item.value] : []))
}

/** The group is locked. Throws ScimError 400 noTarget where a "replace" by filter finds nobody to replace. */
export async function resolveSteps(
  tx: OrganizationTx,
  groupId: string,
  plans: readonly MemberPlan[],
  profile: Profile,
): Promise<readonly MemberStep[]> {
  const steps: MemberStep[] = []
  for (const plan of plans) {
    if (plan.kind !== 'filtered') steps.push(plan)
    else steps.push(...(await resolveFiltered(tx, groupId, plan, profile)))
  }
  return steps
}

async function resolveFiltered(
  tx: OrganizationTx,
  groupId: string,
  plan: Extract<MemberPlan, { kind: 'filtered' }>,
  profile: Profile,
): Promise<readonly MemberStep[]> {
  const ids = listNamed(plan.filter) ?? (await findMatching(tx, groupId, plan.filter))
  const coming = toIds(plan.value)
  if (plan.op === 'remove') return [{ kind: 'remove', ids }]
  const found = listNamed(plan.filter) === undefined ? ids : await findMatching(tx, groupId, plan.filter)
  if (found.length === 0 && !profile.tolerances.has('create-missing-target'))
    throw new ScimError(400, 'noTarget', 'No member satisfies the filter of the path')
  const leaving = plan.op === 'replace' ? found.filter((id) => !coming.includes(id)) : []
  return [
    { kind: 'remove', ids: leaving },
    { kind: 'add', ids: coming },
  ]
}

// `value eq "a" or value eq "b"`, the form that vendors send, needs no look at the group.
function listNamed(filter: ResolvedFilter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const lists = filter.operands.map(listNamed)
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined
  }
  const isName =
    filter.kind === 'compare' && filter.operator === 'eq' && filter.path === `${membersAttribute}.value`
  return isName ? [String(filter.value)] : undefined
}

async function findMatching(
  tx: OrganizationTx,
  groupId: string,
  filter: ResolvedFilter,
): Promise<readonly string[]> {
  const ids: string[] = []
  for (let after = ''; ; ) {
    const rows = await tx.all(selectMembers, { groupId, after, limit: membersPerPage })
    // Each member alone as the only value: then "any value satisfies" is "this one does".
    for (const row of rows)
      if (matchFilter(filter, { [membersAttribute]: [toMember(row)] })) ids.push(row.member_id)
    if (rows.length < membersPerPage) return ids
    after = (rows.at(-1) as MemberRow).member_id
  }
}

function toMember({ member_id, display }: MemberRow): { value: string; display: string; type: string } {
  return { value: member_id, display, type: member_id.startsWith('usr_') ? 'User' : 'Group' }
}
