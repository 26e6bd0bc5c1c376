// People who were there before the directory wrote them: who holds a name, who has the same address or externalId as somebody new, and
// what the administrator can do about it. Its words are for activity alone: a client learns of nobody by them.

import { ScimError } from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import type { Holder, Likeness } from '../users/asked.ts'
import { maxAlike, selectAlike, selectByName, selectUnclaimed } from '../users/asked.ts'
import type { UserRow } from '../users/users.ts'
import { HintedError } from './explain.ts'

const origins: Readonly<Record<UserRow['source'], string>> = {
  invited: 'was invited',
  sso: 'came by signing in',
  imported: 'was imported',
  scim: 'was made by a directory',
}

/** Who it is, in which state, and where the account came from. */
export function describeHolder(holder: Holder): string {
  const state =
    holder.blocked_at !== null
      ? 'blocked by an administrator'
      : holder.active === 1
        ? 'active'
        : 'deactivated'
  const owner = holder.managed_by === 'scim' ? 'managed by the directory' : 'claimed by no directory yet'
  return `${JSON.stringify(holder.user_name)} (${holder.id}), which is ${state}, ${origins[holder.source]} and is ${owner}`
}

function adviseOn(holder: Holder, isRename: boolean): string {
  if (holder.managed_by === null && isRename)
    return 'If both are one person, have the directory remove the account that it made and create the person anew: that takes the earlier account over. If they are two people, give one of them another userName'
  if (holder.active === 0)
    return 'To bring that person back, send the externalId that the account has. If it is another person, have the directory remove the deactivated account, which frees its name, or give one of them another userName'
  return 'If both are one person, remove one of them in the directory; if they are two, give one of them another userName'
}

/** The refusal of a name that somebody holds; `holder` undefined where it is not to be told. */
export function nameTaken(holder: Holder | undefined, isRename = false): ScimError {
  const detail = 'Another user of this organization has this userName'
  if (holder === undefined) return new ScimError(409, 'uniqueness', detail)
  const hint = `It is ${describeHolder(holder)}. ${adviseOn(holder, isRename)}.`
  return new HintedError(409, 'uniqueness', detail, hint)
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
export function explainAlike(alike: readonly Likeness[], externalId: string | null): string {
  return alike
    .slice(0, maxAlike)
    .map((one) => {
      const what = externalId !== null && one.external_id === externalId ? 'externalId' : 'e-mail address'
      const advice =
        one.managed_by === null
          ? ' If both are one person, have the directory send the userName of the earlier account, or let equal addresses link (User Provisioning, "People from before")'
          : ' If both are one person, remove one of them in the directory'
      return ` Another account has the same ${what}: ${describeHolder(one)}.${advice}.`
    })
    .join('')
}

/** What the administrator has chosen about earlier people. */
export type EarlierSettings = Pick<OrganizationTable, 'unclaimed_delete' | 'same_address'>
