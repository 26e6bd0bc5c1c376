// How far a logout reaches that an identity provider asks for. It is proven by the trust anchor in place, and so worth as much as whoever
// vouches for that: it ends what began under the same version, what began under one that nobody above vouches for, and whatever else people
// have who do not stand above it, as an administrator ends the sessions of all but owners.
import { type AnchorRung, isAbove, type Rung, rungOfRole } from '../base/rung.ts'
import { selectVersion } from '../connections/anchor-rows.ts'
import type { FoundConnection } from '../connections/find.ts'
import { selectConnection } from '../connections/rows.ts'
import { listHeldThrough } from '../sessions/end.ts'
import type { SessionOfProvider } from '../sessions/provider-sessions.ts'
import type { OrganizationTx } from '../store/database.ts'

/** A person of whom something may end, as they are in the transaction that ends it. */
export interface Meant {
  readonly id: string
  readonly role: string
}

/** Something to end: everything of these people by the connection, or by some versions of its anchor. */
export interface Reached {
  readonly userIds: readonly string[]
  readonly anchorNumbers: readonly number[] | undefined
  readonly sessionIds: readonly string[]
  /** Whether nothing of applications is reached. */
  readonly isOursAlone: boolean
}

/** Whom a logout reaches. */
export interface Reach {
  readonly reached: readonly Reached[]
  /** Of whom something goes on that was meant. */
  readonly spared: readonly string[]
}

/** `found` is the connection as it has proven the logout; `sessions` are those of ours that are meant. */
export async function findReach(
  tx: OrganizationTx,
  found: FoundConnection,
  people: readonly Meant[],
  sessions: readonly SessionOfProvider[],
  at: number,
): Promise<Reach> {
  const proof = { number: found.row.anchor_number, rung: found.row.anchor_rung }
  const above = people.filter(({ role }) => isAbove(rungOfRole(role), proof.rung)).map(({ id }) => id)
  const isOfAbove = ({ userId }: { readonly userId: string | null }): boolean =>
    userId !== null && above.includes(userId)
  const free: Reached = {
    userIds: people.map(({ id }) => id).filter((id) => !above.includes(id)),
    anchorNumbers: undefined,
    sessionIds: sessions.filter((session) => !isOfAbove(session)).map(({ id }) => id),
    isOursAlone: false,
  }
  if (above.length === 0) return { reached: [free], spared: [] }
  const own = sessions.filter(isOfAbove)
  const applications = await listHeldThrough(tx, { userIds: above, connectionId: found.row.id, at })
  const held = [...own, ...applications]
  const numbers = await listReached(tx, found.row.id, proof, held)
  const isReached = ({ anchorNumber }: { readonly anchorNumber: number | null }): boolean =>
    anchorNumber !== null && numbers.includes(anchorNumber)
  const spared = held.filter((one) => !isReached(one))
  // In one go: each application is told once.
  const reached = {
    userIds: above,
    anchorNumbers: numbers,
    sessionIds: own.filter(isReached).map(({ id }) => id),
    isOursAlone: !applications.some(isReached),
  }
  const names = spared.flatMap(({ userId }) => (userId === null ? [] : [userId]))
  return { reached: [free, reached], spared: [...new Set(names)] }
}

// Of the versions by which they have something, and the one that has proven the logout.
async function listReached(
  tx: OrganizationTx,
  connectionId: string,
  proof: { readonly number: number; readonly rung: AnchorRung },
  held: readonly { readonly anchorNumber: number | null }[],
): Promise<readonly number[]> {
  const others = new Set(held.flatMap(({ anchorNumber: number }) => (number === null ? [] : [number])))
  others.delete(proof.number)
  const reached = [proof.number]
  for (const number of others)
    if (!isAbove(await rungOfVersion(tx, connectionId, number), proof.rung)) reached.push(number)
  return reached
}

// One that is not known any more is taken for what an owner vouched for.
async function rungOfVersion(tx: OrganizationTx, connectionId: string, number: number): Promise<Rung> {
  const present = await tx.first(selectConnection, { id: connectionId })
  if (present?.anchor_number === number) return present.anchor_rung
  const version = await tx.first(selectVersion, { connectionId, number })
  return version?.state === 'withdrawn' ? version.rung : 'owner'
}
