// The one order in which units of work lock rows (decision 042). Who waits for a row waits in this order, so that nobody waits for somebody
// who waits for them: groups by their ids, then people by theirs. What comes against the order is locked only where it is free; where it is
// not, the unit gives way, and begins once more (StoreRestart).
import type { OrganizationTx } from './database.ts'

type Rank = 'connection' | 'group' | 'person'

const ranks: Readonly<Record<Rank, number>> = { connection: 0, group: 1, person: 2 }

/** The last that a unit of work has locked, in the order. A unit that begins once more is another one. */
const reached = new WeakMap<OrganizationTx, string>()

/** Whom it has locked. */
const locked = new WeakMap<OrganizationTx, Set<string>>()

const placeOf = (rank: Rank, id: string): string => `${ranks[rank]} ${id}`

/** Whether the unit holds nothing yet that has a place in the order. */
export function holdsNothing(tx: OrganizationTx): boolean {
  return !reached.has(tx)
}

/** Whether the unit may wait for it; for several, the first of which is not known yet, without an id. */
export function mayWaitFor(tx: OrganizationTx, rank: Rank, id = ''): boolean {
  return placeOf(rank, id) >= (reached.get(tx) ?? '') || isLocked(tx, id)
}

/** Notes which rows a unit has locked, so that a later lock in the wrong order is seen. */
export function noteLocked(tx: OrganizationTx, rank: Rank, ids: readonly (string | undefined)[]): void {
  const held = locked.get(tx) ?? new Set()
  locked.set(tx, held)
  for (const id of ids) {
    if (id === undefined) continue
    held.add(id)
    if (mayWaitFor(tx, rank, id)) reached.set(tx, placeOf(rank, id))
  }
}

/** Whether what the unit reads of it is as it will be until COMMIT. */
export function isLocked(tx: OrganizationTx, id: string): boolean {
  return locked.get(tx)?.has(id) === true
}
