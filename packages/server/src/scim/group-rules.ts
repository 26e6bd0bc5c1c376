// What a group may be called and whom it may hold, judged in the transaction that changes it.
import { say } from '@rollcall/api/sentences'
import { type JsonObject, mayTolerate, type ScimError } from '@rollcall/scim'
import { toGroupColumns } from '../mapping/group-columns.ts'
import type { GroupOutcome, MemberStep } from '../provisioning/groups.ts'
import { refuse, refuseWith } from '../resources/refusals.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { findCircular, isTooManyNested, maxNested } from '../users/circles.ts'
import { type GroupRow, type LockedGroup, selectNamesake } from '../users/groups.ts'
import type { ScimRequest } from './exchange.ts'
import { toShownIds } from './explain.ts'
import { provisionalKeyOf } from './provisional.ts'
import { assertFewMemberships } from './unconfirmed-bounds.ts'

const listComing = (steps: readonly MemberStep[]): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'add' || step.kind === 'replace' ? step.ids : []))

/** Sign-ins and role rules walk over groups in groups. */
export async function assertFewNested(
  tx: OrganizationTx,
  { client }: ScimRequest,
  { members }: GroupOutcome,
): Promise<void> {
  if (client.isProvisional) return assertFewMemberships(tx, client, members)
  if (!(await isTooManyNested(tx, members, undefined))) return
  const most = maxNested
  throw refuseWith([say('nested_counted', { most })], 'nested_too_many', { most })
}

/** One impossible group does not lose the other members, unless the profile holds to the letter, or there is no other. */
export async function leaveOutCircular(
  { reading }: ScimRequest,
  tx: OrganizationTx,
  row: LockedGroup,
  steps: readonly MemberStep[],
): Promise<readonly MemberStep[]> {
  const coming = listComing(steps)
  const circular = new Set(await findCircular(tx, row.id, coming))
  if (circular.size === 0) return steps
  const isAlone = coming.every((id) => circular.has(id))
  if (isAlone || ![...circular].every((id) => mayTolerate(reading, 'circular-members', id))) {
    const ids = [...circular].slice(0, 3).join(', ')
    throw refuseWith([say('group_inside', { ...toNamed(row), id: row.id, ids })], 'group_in_itself')
  }
  return steps.map((step) =>
    step.kind === 'add' || step.kind === 'replace'
      ? { ...step, ids: step.ids.filter((id) => !circular.has(id)) }
      : step,
  )
}

/** Runs a change of a group; a name that was taken meanwhile is 409. */
export async function inTransaction<T>(
  request: ScimRequest,
  work: (tx: OrganizationTx) => Promise<T>,
): Promise<T> {
  try {
    return await request.database.inOrganization(request.client.scope, work)
  } catch (error) {
    throw error instanceof StoreConflict && error.constraint === 'group_name' ? nameTaken() : error
  }
}

/** Entra: one group a name; other clients' directories may hold two of a name. */
export async function assertName(
  tx: OrganizationTx,
  request: ScimRequest,
  resource: JsonObject,
  id: string,
): Promise<void> {
  if (!request.client.profile.isGroupNameUnique) return
  const { displayNameKey: key, uniqueNameKey: unique } = toGroupColumns(resource)
  const keyId = provisionalKeyOf(request.client) ?? null
  const holder = await tx.first(selectNamesake, { key, unique, id, keyId })
  if (holder !== undefined) throw nameTaken(holder)
}

/** What nobody has confirmed keeps a name from nobody. */
export function holdsNames({ client }: ScimRequest): boolean {
  return client.profile.isGroupNameUnique && !client.isProvisional
}

/** One unknown member does not lose the others, unless the profile holds to the letter; then nothing is changed. */
export function judgeUnknown(request: ScimRequest, { members: { unknown } }: GroupOutcome): void {
  if (unknown.length === 0 || request.client.profile.tolerances.has('unknown-members')) return
  const hint = say('members_unknown_are', { ids: toShownIds(unknown) })
  throw refuseWith([hint], 'members_unknown', { count: unknown.length })
}

/** As sentences are filled in. */
export const toNamed = (row: GroupRow): { readonly name: string } => ({ name: row.display_name })

function nameTaken(holder?: Pick<GroupRow, 'id' | 'display_name' | 'external_id'>): ScimError {
  if (holder === undefined) return refuse('group_name_held')
  const { display_name: name, id, external_id: externalId } = holder
  const hint =
    externalId === null
      ? say('group_holder_bare', { name, id })
      : say('group_holder', { name, id, externalId })
  return refuseWith([hint], 'group_name_held')
}
