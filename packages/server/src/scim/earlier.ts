// People who were there before the directory wrote them: who holds a name, who has the same address or externalId as somebody new, and
// what the administrator can do about it. Its words are for activity alone: a client learns of nobody by them.

import { type Sentence, say } from '@rollcall/api/sentences'
import type { ScimError } from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import { refuseWith } from '../resources/refusals.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import type { Holder, Likeness } from '../users/asked.ts'
import { maxAlike, selectAlike, selectByName, selectUnclaimed } from '../users/asked.ts'

/** Who it is, in which state, and where the account came from: what the sentences of holders are filled in with. */
export function describeHolder(holder: Holder) {
  return {
    name: holder.user_name,
    id: holder.id,
    state: toState(holder),
    origin: holder.source,
    owner: holder.managed_by === 'scim' ? 'directory' : 'none',
  } as const
}

function toState(holder: Holder): 'blocked' | 'active' | 'deactivated' {
  if (holder.blocked_at !== null) return 'blocked'
  return holder.active === 1 ? 'active' : 'deactivated'
}

function adviseOn(holder: Holder, isRename: boolean): Sentence {
  if (holder.managed_by === null && isRename) return say('advise_take_over')
  return say(holder.active === 0 ? 'advise_bring_back' : 'advise_one_person')
}

/** The refusal of a name that somebody holds; `holder` undefined where it is not to be told. */
export function nameTaken(holder: Holder | undefined, isRename = false): ScimError {
  const hints =
    holder === undefined ? [] : [say('holder', describeHolder(holder)), adviseOn(holder, isRename)]
  return refuseWith(hints, 'user_name_held')
}

/** Who has a userName; undefined where nobody has. */
export async function findHolder(
  database: Database,
  scope: OrganizationScope,
  userNameKey: string,
): Promise<Holder | undefined> {
  return (await database.readOrganization(scope, selectByName, { userNameKey }))[0]
}

const rememberMs = 500
const maxRemembered = 10_000
const remembered = new WeakMap<Database, Map<string, { readonly at: number; readonly hasSome: boolean }>>()

/**
 * Whether anybody of the organization is claimed by no directory. Where nobody is, which is how organizations are once they have been
 * synced, nothing more is looked at: that is remembered for half a second.
 */
async function hasUnclaimed(database: Database, scope: OrganizationScope, at: number): Promise<boolean> {
  const own = remembered.get(database) ?? new Map()
  remembered.set(database, own)
  const known = own.get(scope.organizationId)
  if (known !== undefined && Math.abs(at - known.at) < rememberMs) return known.hasSome
  const hasSome = (await database.readOrganization(scope, selectUnclaimed, {})).length > 0
  makeRoom(own, maxRemembered)
  own.set(scope.organizationId, { at, hasSome })
  return hasSome
}

/** Those who have an address or the externalId of somebody who is about to be made; empty where everybody is claimed. */
export async function findAlike(
  database: Database,
  scope: OrganizationScope,
  { emailKeys, externalId, userNameKey }: UserColumns,
  at: number,
): Promise<readonly Likeness[]> {
  if (emailKeys.length === 0 && externalId === null) return []
  if (!(await hasUnclaimed(database, scope, at))) return []
  const args = { emails: JSON.stringify(emailKeys), externalId, userNameKey }
  return database.readOrganization(scope, selectAlike, args)
}

/** For activity: that somebody else looks like the one who was made. */
export function explainAlike(alike: readonly Likeness[], externalId: string | null): readonly Sentence[] {
  return alike
    .slice(0, maxAlike)
    .flatMap((one) => [
      say('alike', { same: toSame(one, externalId), ...describeHolder(one) }),
      say(one.managed_by === null ? 'alike_unclaimed' : 'alike_claimed'),
    ])
}

/** What both accounts have. */
export function toSame(one: Likeness, externalId: string | null): 'id' | 'address' {
  return externalId !== null && one.external_id === externalId ? 'id' : 'address'
}

/** What the administrator has chosen about earlier people. */
export type EarlierSettings = Pick<OrganizationTable, 'unclaimed_delete' | 'same_address'>
