// Acts of one organization come one after another (sessions/standing.ts). On PostgreSQL that is a lock, which is waited for on a connection:
// so whoever waits for an act of this node waits here, and at most one act of an organization is in the store. Who stands above has more
// turns, and makers of one rung take turns (waiting.ts).
import type { Comer } from './comer.ts'
import { StoreUnavailable } from './errors.ts'
import { readPatience } from './patience.ts'
import { createWaiting, type Waiting } from './waiting.ts'

/** The turns of acts, by organization. */
export interface TurnsOfActs {
  /** Runs the unit when it is its turn; rejects, and never runs it, when whoever asks has waited as long as they do for the database. */
  run<T>(organizationId: string, comer: Comer, unit: () => Promise<T>): Promise<T>
  waiting(): number
}

/** Nobody acts yet. */
export function createTurnsOfActs(): TurnsOfActs {
  /** Of those of whom an act is in the store: who waits for it. */
  const organizations = new Map<string, Waiting<() => void>>()

  const passOn = (organizationId: string, waiting: Waiting<() => void>): void => {
    const begin = waiting.take()
    if (begin === undefined) organizations.delete(organizationId)
    else begin()
  }

  const wait = (waiting: Waiting<() => void>, comer: Comer): Promise<void> => {
    const patience = readPatience()
    const since = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => {
        leave()
        patience.spend(performance.now() - since, true)
        reject(new StoreUnavailable('other acts of the organization took too long', undefined))
      },
      Math.max(0, patience.left()),
    )
    const leave = waiting.add(comer, () => {
      clearTimeout(timer)
      patience.spend(performance.now() - since)
      resolve()
    })
    return promise
  }

  return {
    async run(organizationId, comer, unit) {
      let waiting = organizations.get(organizationId)
      if (waiting === undefined) {
        waiting = createWaiting()
        organizations.set(organizationId, waiting)
      } else await wait(waiting, comer)
      try {
        return await unit()
      } finally {
        passOn(organizationId, waiting)
      }
    },
    waiting: () => [...organizations.values()].reduce((sum, waiting) => sum + waiting.size(), 0),
  }
}
