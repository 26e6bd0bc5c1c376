// Whoever proves an address has it, and the name of it, from accounts that a sign-in made where it was only found. They go on under a name
// that is told apart, and lose nothing else.

import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { spellingsOf } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { type Act, record } from '../events/record.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { lockPeople } from '../users/lock-people.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import { type FoundUser, findByName, isBySoft, listHolders, lockMet } from '../users/met.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeProvisionalKey } from '../users/users.ts'
import { changeUser } from './apply.ts'
import { ordinary } from './decide.ts'
import { findFreeName } from './free-name.ts'

/** An account that gave its name up. */
export interface Yielded {
  readonly id: string
  readonly before: string
  readonly after: string
}

/**
 * Of somebody who was invited to an address and comes by its mailbox, or whom the operator names by it: accounts that were made of it where
 * it was only found give it up.
 */
export async function takeBackAll(tx: OrganizationTx, act: Act, email: string): Promise<readonly Yielded[]> {
  const address = toEmailKey(email)
  await lockMet(tx, { names: spellingsOf(toUserNameKey(email)), addresses: spellingsOf(address) })
  const named: FoundUser[] = []
  for (const name of new Set(spellingsOf(toUserNameKey(email)))) {
    const row = await findByName(tx, name)
    if (row !== undefined) named.push(row)
  }
  const met = [...(await listHolders(tx, address)), ...named].filter((row) => isBySoft(row, address))
  return takeBack(tx, act, { email, name: email }, [...new Set(met.map(({ id }) => id))])
}

/** `ids`: of accounts of which isBySoft holds for the address. Returns those that had the name. */
export async function takeBack(
  tx: OrganizationTx,
  act: Act,
  proved: { readonly email: string; readonly name: string },
  ids: readonly string[],
): Promise<readonly Yielded[]> {
  const lost = spellingsOf(toEmailKey(proved.email))
  const names = spellingsOf(toUserNameKey(proved.name))
  const yielded: Yielded[] = []
  await lockPeople(tx, ids)
  for (const id of ids) {
    const row = await lockUserToEnd(tx, id)
    if (row === undefined) continue
    const before = readJson(row.resource)
    const isNamed = names.includes(toUserNameKey(row.user_name))
    const after = isNamed ? await findFreeName(tx, row.user_name, act.at) : row.user_name
    const emails = Array.isArray(before.emails) ? before.emails.filter(isJsonObject) : []
    const left = emails.filter(({ value }) => typeof value !== 'string' || !lost.includes(toEmailKey(value)))
    const { emails: _, ...others } = released(tx, row, before)
    const resource = { ...others, userName: after, ...(left.length === 0 ? {} : { emails: left }) }
    await changeUser(tx, act, { kind: 'update', ...ordinary }, { row, before, resource, managedBy: null })
    if (isNamed) yielded.push({ id, before: row.user_name, after })
  }
  return yielded
}

// What an unconfirmed key claimed was whoever has the address: of the account that gives it up nothing is claimed any more, and the
// externalId was the address's holder's.
function released(tx: OrganizationTx, row: UserRow, before: JsonObject): JsonObject {
  if (row.managed_by === null) return before
  writeProvisionalKey(tx, row.id, null)
  const { externalId: _, ...others } = before
  return others
}

/** `to`: the account that has the name now. */
export function noteYielded(tx: OrganizationTx, act: Act, yielded: readonly Yielded[], to: string): void {
  for (const { id, ...names } of yielded)
    record(tx, act, {
      type: 'user.name_yielded',
      subject: { type: 'user', id },
      data: { ...names, restoredId: to },
    })
}
