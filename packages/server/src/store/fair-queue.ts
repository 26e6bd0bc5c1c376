// The queues of organizations, served by deficit round robin over the time that their units took, and the lines in which requests are
// counted. It decides when a unit begins and knows nothing of what it does.
import { placesFor, shareOfOne } from '../base/places.ts'
import type { Comer } from './comer.ts'
import type { Line } from './database.ts'
import { createWaiting, type Waiting } from './waiting.ts'

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
  const queue = new QueueOfFlows(limits, turns)
  const lines = new Lines(limits.requests)
  return {
    run: (id, comer, work) => queue.run(id, comer, work),
    enter: (line, comer) => lines.enter(line, comer),
    waiting: () => queue.waiting(),
  }
}

/** The lines in which somebody is. */
class Lines {
  readonly #counted = new Map<string, Counted>()
  readonly #requests: number

  constructor(requests: number) {
    this.#requests = requests
  }

  enter({ organizationId, name }: Line, comer: Comer | undefined): (() => void) | undefined {
    const id = `${name} ${organizationId}`
    const line = this.#counted.get(id) ?? { all: 0, by: new Map() }
    if (!hasRoom(line, this.#requests, comer)) return undefined
    this.#counted.set(id, line)
    countIn(line, comer, 1)
    let isInside = true
    return () => {
      if (!isInside) return
      isInside = false
      countIn(line, comer, -1)
      if (line.all === 0) this.#counted.delete(id)
    }
  }
}

/** Who used the store last, and how lately. */
class LastUsers {
  #latest: Flow | undefined
  #earlier: Flow | undefined

  note(flow: Flow, now: number): void {
    flow.usedAt = now
    if (this.#latest === flow) return
    this.#earlier = this.#latest
    this.#latest = flow
  }

  /** Whether somebody else was there a moment ago. */
  isAnotherPresent(flow: Flow, now: number): boolean {
    const other = this.#latest === flow ? this.#earlier : this.#latest
    return other !== undefined && now - other.usedAt <= presentMs
  }
}

class QueueOfFlows {
  readonly #limits: FairLimits
  readonly #turns: Turns
  readonly #flows = new Map<string, Flow>()
  readonly #last = new LastUsers()
  /** Those that wait, in the order of their next turn. */
  #ring: Flow[] = []
  #inFlight = 0
  #turn = 0
  #turnStart: number | undefined
  /** Whose unit began last in this turn: what runs on from it is its time. */
  #charged: { readonly flow: Flow; from: number } | undefined

  constructor(limits: FairLimits, turns: Turns) {
    this.#limits = limits
    this.#turns = turns
  }

  run<T>(id: string, comer: Comer, work: () => Promise<T>): Promise<T> {
    const flow = this.#flowOf(id)
    const now = this.#turns.now()
    this.#accrue(now)
    const isFree =
      this.#ring.length === 0 && !this.#isTurnOver(now) && flow.inFlight < this.#allowance(flow, now)
    if (flow.waiting.size() === 0 && this.#hasPlace(flow) && (this.#isFresh(flow) || isFree))
      return this.#start(flow, work)
    return new Promise((resolve, reject) => {
      if (flow.waiting.size() === 0) this.#ring.push(flow)
      flow.waiting.add(comer, () => void this.#start(flow, work).then(resolve, reject))
      this.#beginTurn(now)
    })
  }

  waiting(): number {
    return this.#ring.reduce((sum, { waiting }) => sum + waiting.size(), 0)
  }

  #flowOf(id: string): Flow {
    let flow = this.#flows.get(id)
    if (flow === undefined) {
      if (this.#flows.size >= maxFlows) forgetIdle(this.#flows)
      flow = createFlow(id, this.#limits.quantumMs, this.#turns.now())
      this.#flows.set(id, flow)
    }
    return flow
  }

  #charge(flow: Flow, milliseconds: number): void {
    flow.credit -= milliseconds
    flow.spare = Math.max(-this.#limits.debtMs, flow.spare - milliseconds)
  }

  #isAlone(flow: Flow, now: number): boolean {
    if (this.#inFlight > flow.inFlight || this.#ring.some((one) => one !== flow)) return false
    return !this.#last.isAnotherPresent(flow, now)
  }

  #allowance(flow: Flow, now: number): number {
    const { window, reserve, aheadMs } = this.#limits
    if (this.#isAlone(flow, now)) return window - reserve
    const ahead = flow.cost === 0 ? window : Math.floor(aheadMs / flow.cost)
    return Math.max(1, Math.min(ahead, Math.floor(window / 2)))
  }

  // Who asks little need not wait for its turn.
  #isFresh(flow: Flow): boolean {
    const { quantumMs, littleShare } = this.#limits
    const now = this.#turns.now()
    flow.spare = Math.min(quantumMs, flow.spare + (now - flow.spareAt) * littleShare)
    flow.spareAt = now
    return flow.inFlight === 0 && flow.spare > 0
  }

  #hasPlace(flow: Flow): boolean {
    const { window, reserve } = this.#limits
    return this.#inFlight < (this.#isFresh(flow) ? window : window - reserve)
  }

  #isTurnOver(now: number): boolean {
    return this.#turnStart !== undefined && now - this.#turnStart >= this.#limits.turnMs
  }

  #accrue(now: number): void {
    if (this.#charged === undefined) return
    this.#charge(this.#charged.flow, now - this.#charged.from)
    this.#charged.from = now
  }

  #beginTurn(now: number): void {
    if (this.#turnStart !== undefined) return
    this.#turnStart = now
    this.#turns.next(() => {
      this.#accrue(this.#turns.now())
      this.#charged = undefined
      this.#turn += 1
      this.#turnStart = undefined
      this.#pump()
    })
  }

  async #start<T>(flow: Flow, work: () => Promise<T>): Promise<T> {
    const from = this.#turns.now()
    this.#accrue(from)
    this.#beginTurn(from)
    this.#charged = { flow, from }
    this.#last.note(flow, from)
    flow.inFlight += 1
    this.#inFlight += 1
    const [ownTurn, load] = [this.#turn, this.#inFlight]
    try {
      return await work()
    } finally {
      const now = this.#turns.now()
      // Within its turn the time is charged with the turn; later it shared the store with all that were in it.
      const cost = ownTurn === this.#turn ? now - from : (now - from) / load
      if (ownTurn !== this.#turn) this.#charge(flow, cost)
      flow.cost = flow.cost === 0 ? cost : flow.cost + (cost - flow.cost) / 8
      flow.inFlight -= 1
      this.#inFlight -= 1
      this.#last.note(flow, now)
      this.#pump()
    }
  }

  // Who asks little, then the first with credit; when none has any, everybody who waits gets a round's worth.
  #pick(now: number): Flow | undefined {
    const able = this.#ring.filter(
      (flow) => flow.inFlight < this.#allowance(flow, now) && this.#hasPlace(flow),
    )
    if (able.length === 0) return undefined
    const found = able.find((flow) => this.#isFresh(flow)) ?? able.find((flow) => flow.credit > 0)
    if (found !== undefined) return found
    const { quantumMs } = this.#limits
    const best = Math.max(...able.map(({ credit }) => credit))
    const rounds = Math.floor(-best / quantumMs) + 1
    for (const flow of this.#ring) flow.credit = Math.min(quantumMs, flow.credit + rounds * quantumMs)
    return able.find((flow) => flow.credit > 0)
  }

  #pump(): void {
    while (this.#ring.length > 0) {
      const now = this.#turns.now()
      this.#accrue(now)
      const flow = this.#pick(now)
      if (flow === undefined) return
      if (this.#isTurnOver(now) && !this.#isFresh(flow)) return
      this.#ring = this.#ring.filter((one) => one !== flow)
      const begin = flow.waiting.take()
      if (flow.waiting.size() > 0) this.#ring.push(flow)
      begin?.()
    }
  }
}

function createFlow(id: string, quantumMs: number, now: number): Flow {
  return {
    id,
    waiting: createWaiting(),
    inFlight: 0,
    credit: quantumMs,
    spare: quantumMs,
    spareAt: now,
    cost: 0,
    usedAt: now,
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
