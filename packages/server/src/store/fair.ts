// Fairness between organizations: a queue for each before the store, served by deficit round robin over the time that its units
// took. Alone an organization has the whole node; while another one waits it has at most half, and whoever asks little
// is served before whoever asks much. Inside an organization whoever stands above has more turns (waiting.ts). Decides when a unit begins
// and knows nothing of what it does.
import { placesFor, shareOfOne } from '../base/places.ts'
import { type Comer, readComer, withComer } from './comer.ts'
import type { Database, Line, ObserveWait, OrganizationScope } from './database.ts'
import { readPatience, withPatience } from './patience.ts'
import { createTurnsOfActs } from './turns-of-acts.ts'
import { createWaiting, type Waiting } from './waiting.ts'

/** A store without the queue. */
export type Store = Omit<Database, 'enter' | 'inTurn' | 'watchWrites'>

/** Time, and the next turn of the event loop: between two turns new requests come in. */
export interface Turns {
  now(): number
  next(run: () => void): void
}

/** How turns are taken. */
export interface FairLimits {
  /** Units that are in the store at once. Many share one COMMIT, or the connections. */
  readonly window: number
  /** Places of the window for whoever comes while one organization fills the rest. */
  readonly reserve: number
  /** Milliseconds of one turn, after which others are let in. */
  readonly turnMs: number
  /** Milliseconds that an organization gets in a round. */
  readonly quantumMs: number
  /** Whoever uses less than this part of the time asks little. */
  readonly littleShare: number
  /** Milliseconds that whoever used much is counted behind at most. */
  readonly debtMs: number
  /** Milliseconds of work that one organization has in the store while another one is there. */
  readonly aheadMs: number
  /** Requests in one line of an organization that are under way or wait. */
  readonly requests: number
}

/** What holds outside of tests. */
export const fairLimits: FairLimits = {
  window: 96,
  reserve: 24,
  turnMs: 5,
  quantumMs: 10,
  littleShare: 1 / 8,
  debtMs: 50,
  aheadMs: 20,
  requests: 500,
}

/** Requests that are under way, and how many of them are whose. */
interface Counted {
  all: number
  readonly by: Map<string, number>
}

/** An organization that did nothing for this long is not there any more. */
const presentMs = 200
const maxFlows = 10_000

interface Flow {
  readonly id: string
  readonly waiting: Waiting<() => void>
  inFlight: number
  /** Milliseconds of this round that are left; below zero it has used some of the next. */
  credit: number
  /** Milliseconds that it may use at once because it used little lately: a part of the time that passes, up to a round's worth. */
  spare: number
  spareAt: number
  /** What a unit costs, smoothed. */
  cost: number
  usedAt: number
}

/** The queues before the store. */
export interface FairQueue {
  run<T>(id: string, comer: Comer, work: () => Promise<T>): Promise<T>
  /** Counts a request in; undefined when there is no place for it. Call what is returned when it is answered. */
  enter(line: Line, comer?: Comer): (() => void) | undefined
  waiting(): number
}

/** Nobody waits yet. */
export function createFairQueue(limits: FairLimits, turns: Turns): FairQueue {
  const flows = new Map<string, Flow>()
  /** Of the lines in which somebody is. */
  const lines = new Map<string, Counted>()
  /** Those that wait, in the order of their next turn. */
  let ring: Flow[] = []
  let inFlight = 0
  let turn = 0
  let turnStart: number | undefined
  /** Whose unit began last in this turn: what runs on from it is its time. */
  let charged: { readonly flow: Flow; from: number } | undefined
  /** The last two organizations that used the store. */
  let [latest, earlier] = [undefined as Flow | undefined, undefined as Flow | undefined]

  const flowOf = (id: string): Flow => {
    let flow = flows.get(id)
    if (flow === undefined) {
      if (flows.size >= maxFlows) forgetIdle(flows)
      const now = turns.now()
      const spare = limits.quantumMs
      flow = {
        id,
        waiting: createWaiting(),
        inFlight: 0,
        credit: spare,
        spare,
        spareAt: now,
        cost: 0,
        usedAt: now,
      }
      flows.set(id, flow)
    }
    return flow
  }
  const charge = (flow: Flow, milliseconds: number): void => {
    flow.credit -= milliseconds
    flow.spare = Math.max(-limits.debtMs, flow.spare - milliseconds)
  }
  const isAlone = (flow: Flow, now: number): boolean => {
    if (inFlight > flow.inFlight || ring.some((one) => one !== flow)) return false
    const other = latest === flow ? earlier : latest
    return other === undefined || now - other.usedAt > presentMs
  }
  const allowance = (flow: Flow, now: number): number => {
    if (isAlone(flow, now)) return limits.window - limits.reserve
    const ahead = flow.cost === 0 ? limits.window : Math.floor(limits.aheadMs / flow.cost)
    return Math.max(1, Math.min(ahead, Math.floor(limits.window / 2)))
  }
  // Who asks little need not wait for its turn.
  const isFresh = (flow: Flow): boolean => {
    const now = turns.now()
    flow.spare = Math.min(limits.quantumMs, flow.spare + (now - flow.spareAt) * limits.littleShare)
    flow.spareAt = now
    return flow.inFlight === 0 && flow.spare > 0
  }
  const hasPlace = (flow: Flow): boolean =>
    inFlight < (isFresh(flow) ? limits.window : limits.window - limits.reserve)
  const isTurnOver = (now: number): boolean => turnStart !== undefined && now - turnStart >= limits.turnMs

  const accrue = (now: number): void => {
    if (charged === undefined) return
    charge(charged.flow, now - charged.from)
    charged.from = now
  }
  const beginTurn = (now: number): void => {
    if (turnStart !== undefined) return
    turnStart = now
    turns.next(() => {
      accrue(turns.now())
      charged = undefined
      turn += 1
      turnStart = undefined
      pump()
    })
  }
  const note = (flow: Flow, now: number): void => {
    flow.usedAt = now
    if (latest === flow) return
    earlier = latest
    latest = flow
  }

  const start = async <T>(flow: Flow, work: () => Promise<T>): Promise<T> => {
    const from = turns.now()
    accrue(from)
    beginTurn(from)
    charged = { flow, from }
    note(flow, from)
    flow.inFlight += 1
    inFlight += 1
    const [ownTurn, load] = [turn, inFlight]
    try {
      return await work()
    } finally {
      const now = turns.now()
      // Within its turn the time is charged with the turn; later it shared the store with all that were in it.
      const cost = ownTurn === turn ? now - from : (now - from) / load
      if (ownTurn !== turn) charge(flow, cost)
      flow.cost = flow.cost === 0 ? cost : flow.cost + (cost - flow.cost) / 8
      flow.inFlight -= 1
      inFlight -= 1
      note(flow, now)
      pump()
    }
  }

  // Who asks little, then the first with credit; when none has any, everybody who waits gets a round's worth.
  const pick = (now: number): Flow | undefined => {
    const able = ring.filter((flow) => flow.inFlight < allowance(flow, now) && hasPlace(flow))
    if (able.length === 0) return undefined
    const found = able.find(isFresh) ?? able.find((flow) => flow.credit > 0)
    if (found !== undefined) return found
    const best = Math.max(...able.map(({ credit }) => credit))
    const rounds = Math.floor(-best / limits.quantumMs) + 1
    for (const flow of ring) flow.credit = Math.min(limits.quantumMs, flow.credit + rounds * limits.quantumMs)
    return able.find((flow) => flow.credit > 0)
  }
  const pump = (): void => {
    while (ring.length > 0) {
      const now = turns.now()
      accrue(now)
      const flow = pick(now)
      if (flow === undefined) return
      if (isTurnOver(now) && !isFresh(flow)) return
      ring = ring.filter((one) => one !== flow)
      const begin = flow.waiting.take()
      if (flow.waiting.size() > 0) ring.push(flow)
      begin?.()
    }
  }

  return {
    run(id, comer, work) {
      const flow = flowOf(id)
      const now = turns.now()
      accrue(now)
      const isFree = ring.length === 0 && !isTurnOver(now) && flow.inFlight < allowance(flow, now)
      if (flow.waiting.size() === 0 && hasPlace(flow) && (isFresh(flow) || isFree)) return start(flow, work)
      return new Promise((resolve, reject) => {
        if (flow.waiting.size() === 0) ring.push(flow)
        flow.waiting.add(comer, () => void start(flow, work).then(resolve, reject))
        beginTurn(now)
      })
    },
    enter({ organizationId, name }, comer) {
      const id = `${name} ${organizationId}`
      const line = lines.get(id) ?? { all: 0, by: new Map() }
      if (!hasRoom(line, limits.requests, comer)) return undefined
      lines.set(id, line)
      countIn(line, comer, 1)
      let isInside = true
      return () => {
        if (!isInside) return
        isInside = false
        countIn(line, comer, -1)
        if (line.all === 0) lines.delete(id)
      }
    },
    waiting: () => ring.reduce((sum, { waiting }) => sum + waiting.size(), 0),
  }
}

function hasRoom({ all, by }: Counted, requests: number, comer: Comer | undefined): boolean {
  const places = comer === undefined ? requests : placesFor(comer.rung, requests)
  if (all >= places) return false
  return comer === undefined || (by.get(comer.by) ?? 0) < shareOfOne(places)
}

function countIn(line: Counted, comer: Comer | undefined, one: 1 | -1): void {
  line.all += one
  if (comer === undefined) return
  const own = (line.by.get(comer.by) ?? 0) + one
  if (own === 0) line.by.delete(comer.by)
  else line.by.set(comer.by, own)
}

function forgetIdle(flows: Map<string, Flow>): void {
  for (const [id, flow] of flows) if (flow.inFlight === 0 && flow.waiting.size() === 0) flows.delete(id)
}

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
  // Whoever lets a unit begin later is somebody else; and what was waited for until then counts.
  const inQueue = <T>(id: string, unit: () => Promise<T>): Promise<T> => {
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
  const turns = createTurnsOfActs()
  const listeners = new Set<() => void>()
  const toldOf = async <T>(unit: Promise<T>): Promise<T> => {
    const result = await unit
    for (const listen of listeners) listen()
    return result
  }
  const fair: Pick<
    Database,
    | 'inOrganization'
    | 'inInstallation'
    | 'readOrganization'
    | 'readInstallation'
    | 'enter'
    | 'inTurn'
    | 'watchWrites'
    | 'stats'
  > = {
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
