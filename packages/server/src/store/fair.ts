// Fairness between organizations: a queue for each before the store (fair-queue.ts). Alone an organization has the whole node; while
// another
// one waits it has at most half, and whoever asks little is served before whoever asks much. Inside an organization whoever stands above
// has more turns (waiting.ts).
import { readComer, withComer } from './comer.ts'
import type { Database, ObserveWait, OrganizationScope } from './database.ts'
import { createFairQueue, type FairLimits, type FairQueue, fairLimits } from './fair-queue.ts'
import { readPatience, withPatience } from './patience.ts'
import { createTurnsOfActs } from './turns-of-acts.ts'

/** A store without the queue. */
export type Store = Omit<Database, 'enter' | 'inTurn' | 'watchWrites'>

// Whoever lets a unit begin later is somebody else; and what was waited for until then counts.
function waitInQueue<T>(
  queue: FairQueue,
  id: string,
  unit: () => Promise<T>,
  observeWait: ObserveWait,
): Promise<T> {
  const patience = readPatience()
  const comer = readComer()
  const queuedAt = performance.now()
  let isQueued = false
  const run = queue.run(id, comer, () => {
    if (!isQueued) return unit()
    const waited = performance.now() - queuedAt
    observeWait('turn', waited)
    patience.spend(waited)
    return withPatience(patience, () => withComer(comer, unit))
  })
  isQueued = true
  return run
}

/** What the queue answers in the store's stead. */
type Fair = Pick<
  Database,
  | 'inOrganization'
  | 'inInstallation'
  | 'readOrganization'
  | 'readInstallation'
  | 'enter'
  | 'inTurn'
  | 'watchWrites'
  | 'stats'
>

/**
 * The store with a queue for each organization; what belongs to none goes straight on, but lets the event loop turn while
 * somebody waits: a read of an idle store is answered at once, and who reads on and on would keep the turn for ever.
 */
export function createFairDatabase<S extends Store>(
  store: S,
  limits: FairLimits = fairLimits,
  observeWait: ObserveWait = () => undefined,
): S & Pick<Database, 'enter' | 'inTurn' | 'watchWrites'> {
  const queue = createFairQueue(limits, {
    now: () => performance.now(),
    next: (run) => void setImmediate(run),
  })
  const inQueue = <T>(id: string, unit: () => Promise<T>): Promise<T> =>
    waitInQueue(queue, id, unit, observeWait)
  const turns = createTurnsOfActs()
  const listeners = new Set<() => void>()
  const toldOf = async <T>(unit: Promise<T>): Promise<T> => {
    const result = await unit
    for (const listen of listeners) listen()
    return result
  }
  const fair: Fair = {
    inOrganization: (scope, work) =>
      toldOf(inQueue(scope.organizationId, () => store.inOrganization(scope, work))),
    // What jobs keep for themselves is no news to anybody.
    inInstallation: (purpose, work) => {
      const unit = store.inInstallation(purpose, work)
      return purpose === 'jobs' ? unit : toldOf(unit)
    },
    readOrganization: (scope: OrganizationScope, statement, args) =>
      inQueue(scope.organizationId, () => store.readOrganization(scope, statement, args)),
    readInstallation: async (purpose, statement, args) => {
      if (queue.waiting() > 0) await new Promise(setImmediate)
      return store.readInstallation(purpose, statement, args)
    },
    enter: queue.enter,
    // With one writer units come one after another as it is.
    inTurn: (organizationId, unit) =>
      store.isShared ? turns.run(organizationId, readComer(), unit) : unit(),
    watchWrites(listen) {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
    stats: () => {
      const { waiting, connections } = store.stats()
      return { waiting: waiting + queue.waiting() + turns.waiting(), connections }
    },
  }
  return { ...store, ...fair }
}
