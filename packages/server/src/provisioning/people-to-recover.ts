// Whom an address recovers: people who run the settings, by the recovery address that they have.
import type { LanguageCode } from '@rollcall/api'
import { readAddress, spellingsOf } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Role } from '../base/rung.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import { listOfRecord, toMailLanguage } from '../pages/language.ts'
import type { OrganizationTx } from '../store/database.ts'
import { noteLocked } from '../store/lock-order.ts'
import type { UserTable } from '../store/schema.ts'
import { selectResource } from '../users/asked.ts'
import { isRecoveredBy } from '../users/met.ts'
import {
  lockToRecover,
  maxRecovered,
  type recoverable,
  recoverableAtOnce,
  selectBeyondAscii,
  selectPeopleToRecover,
} from '../users/recoverable.ts'

type Recoverable = Pick<UserTable, (typeof recoverable)[number]>

// Owners first, and by the address: nobody is hidden behind many who have another one, or who stand below.
/** Who may be recovered by an address. */

async function listBeyondAscii(tx: OrganizationTx, role: Role, addressKey: string): Promise<Recoverable[]> {
  const found: Recoverable[] = []
  for (let after = ''; found.length < maxRecovered; ) {
    const slice = await tx.all(selectBeyondAscii, { role, after })
    found.push(...slice.filter((one) => isRecoveredBy(one, addressKey)))
    const last = slice.at(-1)
    if (last === undefined || slice.length < recoverableAtOnce) break
    after = last.id
  }
  return found
}

/** Those of the highest rung who have this recovery address. */
export async function listPeopleToRecover(
  tx: OrganizationTx,
  addressKey: string,
): Promise<readonly string[]> {
  const [asciiKey, otherKey] = spellingsOf(addressKey)
  const held = await tx.all(selectPeopleToRecover, { addressKey: asciiKey, otherKey })
  const isFolded = Buffer.byteLength(otherKey) === otherKey.length
  for (const role of ['owner', 'admin'] as const) {
    const beyond = isFolded ? [] : await listBeyondAscii(tx, role, addressKey)
    const ids = new Set([...held.filter((one) => one.role === role), ...beyond].map(({ id }) => id))
    if (ids.size > 0) return [...ids].slice(0, maxRecovered)
  }
  return []
}

/** One mailbox has one spelling. */
export function toAddressKey(text: string): string {
  return toEmailKey(readAddress(text)?.address ?? text)
}

/** In which language somebody is written to: what their record says, else what whoever asks reads. */
export async function findOwnLanguage(
  tx: OrganizationTx,
  userId: string,
  wanted: readonly string[] = [],
): Promise<LanguageCode> {
  const person = await tx.first(selectResource, { id: userId })
  return toMailLanguage([...(person === undefined ? [] : listOfRecord(readJson(person.resource))), ...wanted])
}

/** Somebody for whom a link holds; undefined where none does: they are out, or privileged no more, or mailed links are off. */
export async function findRecoverable(
  tx: OrganizationTx,
  userId: string,
  own: { readonly owner_recovery: string } | undefined,
): Promise<Recoverable | undefined> {
  const person = await tx.first(lockToRecover, { id: userId })
  noteLocked(tx, 'person', [person?.id])
  const isIn = person?.active === 1 && person.blocked_at === null && isPrivileged(person.role)
  return isIn && own?.owner_recovery === 'mail' ? person : undefined
}
