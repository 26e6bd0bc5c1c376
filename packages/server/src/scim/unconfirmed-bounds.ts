// What keys that nobody has confirmed may hold. Whatever they make is there for sign-ins, for what administrators said of somebody and for
// whoever is brought back, and very much of it would hide people, keep them out and hold everybody up; so it has bounds, which end when an
// administrator confirms the key. Judged in the unit that writes, and only where a number would go up: what is there from before stays.

import { unconfirmedBounds } from '@rollcall/api'
import { say } from '@rollcall/api/sentences'
import { spellingsOf } from '../base/address.ts'
import { makeRoom } from '../base/bounded.ts'
import type { UserColumns } from '../mapping/user-columns.ts'
import { refuseWith } from '../resources/refusals.ts'
import type { OrganizationTx } from '../store/database.ts'
import { isTooManyNested } from '../users/circles.ts'
import type { MemberChange } from '../users/members.ts'
import {
  counted,
  countGroups,
  countPeople,
  crowded,
  holdNames,
  type Kind,
  mostLookedAt,
  selectHolder,
  selectTooOften,
  shares,
} from '../users/unconfirmed-counts.ts'
import type { ProvisioningClient } from './authenticate.ts'
import { provisionalKeyOf } from './provisional.ts'

const namesAtOnce = 20
/** Characters of a name. */
const maxTold = 200
const idsAtOnce = 1_000

const hints = [say('advise_confirm_key')]

async function assertFewOf(
  tx: OrganizationTx,
  kind: Kind,
  values: readonly string[],
  keyId: string,
): Promise<void> {
  if (values.length === 0) return
  const some = (await tx.all(crowded[kind], { values: JSON.stringify(values) })).map(({ value }) => value)
  for (let start = 0; start < some.length; start += namesAtOnce) {
    const slice = JSON.stringify(some.slice(start, start + namesAtOnce))
    const most = unconfirmedBounds.ofOneName
    for (const found of await tx.all(counted[kind], { values: slice, keyId })) {
      const isFull = Number(found.own) >= most || Number(found.in_all) >= shares * most
      if (!isFull && Number(found.looked) < mostLookedAt) continue
      const what = kind === 'names' ? 'name' : 'id'
      const value = found.value.slice(0, maxTold)
      throw refuseWith(hints, 'provisional_limit_names', { most, what, value })
    }
  }
}

async function assertFew(
  tx: OrganizationTx,
  names: readonly string[],
  externalIds: readonly string[],
  keyId: string,
): Promise<void> {
  // In one order, so that no two wait for each other.
  const held = [...names.map((name) => `name ${name}`), ...externalIds.map((id) => `id ${id}`)].toSorted()
  if (held.length === 0) return
  await tx.all(holdNames, { names: JSON.stringify(held) })
  await assertFewOf(tx, 'names', names, keyId)
  await assertFewOf(tx, 'externalIds', externalIds, keyId)
}

/** By what somebody is found. */
type Names = Pick<UserColumns, 'userNameKey' | 'emailKeys' | 'externalId'>

const spell = ({ userNameKey, emailKeys }: Names): ReadonlySet<string> =>
  new Set([userNameKey, ...emailKeys].flatMap((one) => [one, ...spellingsOf(one)]))

// Each name is looked up by each way in which somebody may have it.
function assertFewAddresses({ emailKeys }: Names, known: number): void {
  const most = unconfirmedBounds.addresses
  if (emailKeys.length > most && emailKeys.length > known)
    throw refuseWith(hints, 'provisional_limit_addresses', { most })
}

/** So many nodes together pass no bound where each of them counts anew after its part of what was left. */
const nodes = 20
const maxRemembered = 10_000
/** Key -> whoever made it, which stays so. */
const makers = new Map<string, string>()
/** By maker: how many more their keys make here before all are counted again, which are very many. */
const countedAgainAfter = new Map<string, number>()

async function assertRoomForOne(tx: OrganizationTx, keyId: string): Promise<void> {
  const known = makers.get(keyId)
  const left = known === undefined ? 0 : (countedAgainAfter.get(known) ?? 0)
  if (known !== undefined && left > 0) {
    countedAgainAfter.set(known, left - 1)
    return
  }
  const most = unconfirmedBounds.people
  let room: number = most
  let maker = keyId
  for (const statement of countPeople) {
    const found = await tx.first(statement, { keyId })
    const rest = [most - Number(found?.own), shares * most - Number(found?.in_all)]
    room = Math.min(room, ...rest)
    maker = found?.maker ?? maker
  }
  makeRoom(makers, maxRemembered)
  makers.set(keyId, maker)
  makeRoom(countedAgainAfter, maxRemembered)
  countedAgainAfter.set(maker, Math.max(0, Math.floor((room - 1) / nodes)))
  if (room <= 0) throw refuseWith(hints, 'provisional_limit_people', { most })
}

/** Of an account that an unconfirmed key is about to make. Throws 403. */
export async function assertRoomForUser(
  tx: OrganizationTx,
  client: ProvisioningClient,
  columns: Names,
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  // No account more: whoever has the name is claimed, or it is refused.
  if ((await tx.first(selectHolder, { key: columns.userNameKey })) !== undefined) return
  assertFewAddresses(columns, 0)
  await assertRoomForOne(tx, keyId)
  await assertFew(tx, [...spell(columns)], columns.externalId === null ? [] : [columns.externalId], keyId)
}

/** Of one that it claims, or calls otherwise. Throws 403. */
export async function assertRoomForChange(
  tx: OrganizationTx,
  client: ProvisioningClient,
  row: { readonly provisional_key_id: string | null },
  before: Names,
  after: Names,
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  assertFewAddresses(after, before.emailKeys.length)
  if (row.provisional_key_id !== keyId) await assertRoomForOne(tx, keyId)
  const known = spell(before)
  const gained = [...spell(after)].filter((name) => !known.has(name))
  const { externalId } = after
  const isGained = externalId !== null && externalId !== before.externalId
  await assertFew(tx, gained, isGained ? [externalId] : [], keyId)
}

/** Of a group that an unconfirmed key is about to make. Throws 403. */
export async function assertRoomForGroup(tx: OrganizationTx, client: ProvisioningClient): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined) return
  const found = await tx.first(countGroups, { keyId })
  const most = unconfirmedBounds.groups
  if (Number(found?.own) >= most || Number(found?.in_all) >= shares * most)
    throw refuseWith(hints, 'provisional_limit_groups', { most })
}

/** After members came into a group of an unconfirmed key. Throws 403. */
export async function assertFewMemberships(
  tx: OrganizationTx,
  client: ProvisioningClient,
  { added, removed }: Pick<MemberChange, 'added' | 'removed'>,
): Promise<void> {
  const keyId = provisionalKeyOf(client)
  if (keyId === undefined || added.length === 0) return
  if (await isTooManyNested(tx, { added, removed }, keyId))
    throw refuseWith(hints, 'provisional_limit_nested', { most: unconfirmedBounds.nested })
  // Nobody is in more groups than there are.
  const most = unconfirmedBounds.groupsOfOne
  if (Number((await tx.first(countGroups, { keyId }))?.in_all) <= most) return
  for (let start = 0; start < added.length; start += idsAtOnce) {
    const ids = JSON.stringify(added.slice(start, start + idsAtOnce))
    if ((await tx.first(selectTooOften, { ids })) !== undefined)
      throw refuseWith(hints, 'provisional_limit_memberships', { most })
    await new Promise((resolve) => setImmediate(resolve))
  }
}
