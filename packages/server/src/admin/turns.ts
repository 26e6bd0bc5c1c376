// Acts of one organization come one after another (sessions/standing.ts). On PostgreSQL that is a lock, which is waited for on a connection:
// so whoever waits for an act of this node waits here, and at most one act of an organization is in the store. Makers take turns, so that
// many acts of one keep nobody waiting for more than one of them.

import { StoreUnavailable } from '../store/errors.ts'
import { readPatience } from '../store/patience.ts'

export interface Turns {
  /** Runs the unit when it is its turn; rejects, and never runs it, when whoever asks has waited as long as they do for the database. */
  run<T>(organizationId: string, maker: string, unit: () => Promise<T>): Promise<T>
}

/** Of one organization: who waits, by maker, the next maker first. */
type Waiting = Map<string, (() => void)[]>

export function createTurns(): Turns {
  /** Of those of whom an act is in the store. */
  const organizations = new Map<string, Waiting>()

  const passOn = (organizationId: string, waiting: Waiting): void => {
    const [next] = waiting
    if (next === undefined) {
      organizations.delete(organizationId)
      return
    }
    const [maker, [begin, ...rest]] = next
    waiting.delete(maker)
    // Behind the others.
    if (rest.length > 0) waiting.set(maker, rest)
    begin?.()
  }

  const wait = (waiting: Waiting, maker: string): Promise<void> => {
    const patience = readPatience()
    const since = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const queue = waiting.get(maker) ?? []
    const timer = setTimeout(
      () => {
        const left = (waiting.get(maker) ?? []).filter((one) => one !== begin)
        if (left.length > 0) waiting.set(maker, left)
        else waiting.delete(maker)
        patience.spend(performance.now() - since, true)
        reject(new StoreUnavailable('other acts of the organization took too long', undefined))
      },
      Math.max(0, patience.left()),
    )
    const begin = (): void => {
      clearTimeout(timer)
      patience.spend(performance.now() - since)
      resolve()
    }
    waiting.set(maker, [...queue, begin])
    return promise
  }

  return {
    async run(organizationId, maker, unit) {
      let waiting = organizations.get(organizationId)
      if (waiting === undefined) {
        waiting = new Map()
        organizations.set(organizationId, waiting)
      } else await wait(waiting, maker)
      try {
        return await unit()
      } finally {
        passOn(organizationId, waiting)
      }
    },
  }
}
