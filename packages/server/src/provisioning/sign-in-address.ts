// The address of a sign-in: which one counts, and whether the organization has proved its domain.
import { domainOfAddress } from '../base/address.ts'
import { findStanding } from '../connections/ties.ts'
import type { MappedProfile } from '../mapping/attribute-rules.ts'
import { isIndexable } from '../mapping/bounds.ts'
import { isGoverned } from '../mapping/governed-names.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import type { SignInVisit } from './sign-in-visit.ts'

/** What an address is worth that this connection asserts. */
export interface ProvedAddress {
  /** Its domain was proved by this organization. */
  readonly isProved: boolean
  /** And this connection speaks for it. */
  readonly isTied: boolean
  /** Found where an address is likely, not where it was said to be: it speaks for nobody who is here, and is vouched for to nobody. */
  readonly isSoft?: boolean
  /** The directory alone writes it there: it speaks for whoever is not privileged. */
  readonly isGoverned?: boolean
}

// One that is longer than an address can be is none.
function toUsableAddress(value: string | undefined): string | null {
  return value !== undefined && isIndexable(toEmailKey(value)) && isIndexable(toUserNameKey(value))
    ? value
    : null
}

/**
 * Of several addresses the one that this connection speaks for; it may not be the first, and then it is none to know the privileged by.
 */
export async function chooseAddress(
  tx: OrganizationTx,
  { connection, assertion }: SignInVisit,
  profile: MappedProfile,
  now: number,
): Promise<{ readonly email: string | null; readonly address: ProvedAddress | undefined }> {
  const first = toUsableAddress(profile.values.email)
  if (first === null) return { email: null, address: undefined }
  const isSoft = profile.soft?.includes('email') === true
  const standing = await isProvedAddress(tx, connection, first, now)
  if (!standing.isTied) {
    for (const other of profile.addresses ?? []) {
      const found = other === first ? undefined : await isProvedAddress(tx, connection, other, now)
      const email = toUsableAddress(other)
      if (found?.isTied === true && email !== null) return { email, address: { ...found, isSoft: true } }
    }
  }
  const governed = isGoverned(assertion.identityProviderEntityId, profile.sources.email)
  const softly = isSoft ? { isSoft, ...(governed ? { isGoverned: governed } : {}) } : {}
  return { email: first, address: { ...standing, ...softly } }
}

/** The one place where an asserted address is held against the organization's domains and the connection's part of them. */
export async function isProvedAddress(
  tx: OrganizationTx,
  connection: ConnectionTable,
  address: string,
  now: number,
): Promise<ProvedAddress> {
  const name = domainOfAddress(address)
  const standing = name === undefined ? 'unknown' : await findStanding(tx, connection.id, name, now)
  return { isProved: standing !== 'unknown', isTied: standing === 'tied' }
}
