// The room `server/deliveries`: the queue of what goes out, and the loop that sends it. What a delivery says is rendered by the room whose
// it is.
//
// 1. A change queues a delivery in its own transaction (`enqueue`).
// 2. On every node the loop looks for what is due and takes a lease (`pace`, `queue`).
// 3. The sender of the kind makes the request: a webhook, a logout token, a mail.
// 4. `outbound` sends it, and the outcome is written under the lease that it was made with.
// 5. What failed waits longer each time (`retry`). Mails need a place in what may be sent (`allowance`, `mail`).
//
// Sends what waits: a loop on every node. Each target has its own few places, so that one that hangs delays no other.
import type { Log } from '../base/log.ts'
import { type News, readNews } from '../store/news.ts'
import { levelOf } from '../store/states.ts'
import { idleMs, tickMs, untilNextLook } from './pace.ts'
import {
  type Cursor,
  claimDeliveries,
  type DueTarget,
  findDueTargets,
  type LeasedDelivery,
  releaseDeliveries,
} from './queue.ts'
import { failuresBeforePause } from './retry.ts'
import { type AttemptOptions, attempt } from './settle.ts'
import { wakeTarget } from './targets.ts'

/** What one node has under way at one target. */
const placesPerTarget = 10
/** A look for less than half of the places is worth it no sooner than after so long. */
const refillMs = 100
/** A clock that is set back by more than this was put right; less is left to run out. */
const setBackMs = 2_000
/** Whatever began before that is written by then. */
const unsettledMs = 10_000

/** What the loop that sends is made of. */
export interface DelivererOptions extends AttemptOptions {
  readonly log: Log
  /** Gives the events that have no number in the feed their numbers. */
  readonly sequence: () => Promise<unknown>
  /** Told what each look found, for whoever else would have to ask. */
  readonly onNews?: (news: News) => void
}

/** The loop that sends, while it runs. */
export interface Deliverer {
  /** Takes nothing new and waits for the attempts under way, which the caller ends by closing the way out. */
  stop(): Promise<void>
}

/** Begins to send what is due; several nodes share the work by leases. */
export function startDeliverer(options: DelivererOptions): Deliverer {
  const { database, log } = options
  const loop = new Loop(options)
  const ready = database.isShared ? Promise.resolve() : releaseDeliveries(database)
  void ready
    .catch((error: unknown) => log.warn({ err: error }, 'old leases stay until they end'))
    .then(() => loop.run())
  return { stop: () => loop.stop() }
}

/** What this node does at one target. */
interface Served {
  readonly underWay: Set<Promise<void>>
  readonly cursor: Cursor
  /** When it last looked for more, by the process's own clock. */
  filledAt: number
}

/** The clocks that a look goes by. */
class Clocks {
  /**
   * Of the clock that all nodes share, from one that is never set: leases go by it, so that the nodes' own may differ, and be set between a
   * look and what it leads to.
   */
  #shared = 0
  /** Of the wall clock from one that is never set back. */
  #wall = Number.NEGATIVE_INFINITY
  #setBackAt = Number.NEGATIVE_INFINITY
  #wokenAt = Number.NEGATIVE_INFINITY

  /** What a look found: `wall` is this node's clock before it, `shared` the nodes' in it. */
  note(wall: number, shared: number): void {
    const moment = performance.now()
    this.#shared = shared - moment
    if (wall - moment < this.#wall - setBackMs) this.#setBackAt = moment
    this.#wall = wall - moment
  }

  /** By the clock that all nodes share. */
  now(): number {
    return Math.round(performance.now() + this.#shared)
  }

  /** Whether the clock was set back lately, and what it had put off is to be looked at now: once in a while. */
  isToWake(): boolean {
    const moment = performance.now()
    if (moment - this.#setBackAt >= unsettledMs || moment - this.#wokenAt <= idleMs) return false
    this.#wokenAt = moment
    return true
  }
}

/** The targets that this node sends to, each with its own few places. */
class Targets {
  readonly #options: DelivererOptions
  readonly #clocks: Clocks
  readonly #onSettled: () => void
  readonly #served = new Map<string, Served>()

  constructor(options: DelivererOptions, clocks: Clocks, onSettled: () => void) {
    this.#options = options
    this.#clocks = clocks
    this.#onSettled = onSettled
  }

  /** Takes as much as there are places for. */
  async fill(target: DueTarget): Promise<void> {
    const { database, clock, owner } = this.#options
    const own = this.#served.get(target.id) ?? { underWay: new Set(), cursor: { subjectId: '' }, filledAt: 0 }
    this.#served.set(target.id, own)
    const limit = placesPerTarget - own.underWay.size
    if (limit <= 0 || (target.failures >= failuresBeforePause && own.underWay.size > 0)) return
    const at = performance.now()
    if (limit < placesPerTarget / 2 && at - own.filledAt < refillMs) return
    own.filledAt = at
    const now = clock()
    if (target.isFarAhead) await wakeTarget(database, target.id, now)
    const wanted = { limit, owner, now, leaseNow: this.#clocks.now(), cursor: own.cursor }
    for (const delivery of await claimDeliveries(database, target, wanted)) this.#begin(target, delivery, own)
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#served.values()].flatMap(({ underWay }) => [...underWay]))
  }

  #begin(target: DueTarget, delivery: LeasedDelivery, { underWay }: Served): void {
    const { log } = this.#options
    const work = attempt(this.#options, target, delivery)
      .catch((error: unknown) =>
        log[levelOf(error)]({ err: error, target: target.id }, 'a delivery could not be settled'),
      )
      .finally(() => {
        underWay.delete(work)
        this.#onSettled()
      })
    underWay.add(work)
  }
}

/** One round at a time; whoever asks during one gets another right after it. */
class Loop {
  readonly #options: DelivererOptions
  readonly #clocks = new Clocks()
  readonly #targets: Targets
  readonly #endWatch: () => void
  #isStopping = false
  #isRunning = false
  #isWanted = false
  /** Whatever this node commits may be an event, or a delivery that is due again. */
  #isWritten = false
  #timer: NodeJS.Timeout | undefined
  #wakesAt = 0
  #idleUntil: number = tickMs
  #looksInVain = 0
  #round: Promise<void> = Promise.resolve()
  #numbering: Promise<unknown> | undefined

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#targets = new Targets(options, this.#clocks, () => this.#schedule(0))
    this.#endWatch = options.database.watchWrites(() => {
      this.#isWritten = true
      this.#looksInVain = 0
      if (!this.#isRunning && this.#wakesAt - performance.now() > tickMs) this.#schedule(tickMs)
    })
  }

  run(): void {
    if (this.#isRunning) {
      this.#isWanted = true
      return
    }
    this.#isRunning = true
    clearTimeout(this.#timer)
    this.#round = this.#tick().finally(() => {
      this.#isRunning = false
      const isAgain = this.#isWanted
      this.#isWanted = false
      this.#schedule(isAgain ? 0 : this.#isWritten ? tickMs : this.#idleUntil)
      this.#isWritten = false
    })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#endWatch()
    clearTimeout(this.#timer)
    await this.#round
    await this.#numbering
    await this.#targets.settled()
  }

  #schedule(ms: number): void {
    if (this.#isStopping) return
    clearTimeout(this.#timer)
    if (ms === 0) {
      this.run()
      return
    }
    this.#wakesAt = performance.now() + ms
    this.#timer = setTimeout(() => this.run(), ms)
    this.#timer.unref()
  }

  async #tick(): Promise<void> {
    this.#idleUntil = tickMs
    try {
      await this.#look()
    } catch (error) {
      this.#fail(error)
    }
  }

  async #look(): Promise<void> {
    const { database, clock, onNews } = this.#options
    const at = clock()
    const news = await readNews(database, at)
    this.#clocks.note(at, news.now)
    // What was put off by the clock of before is put off no longer than until now; some of it is still under way.
    if (this.#clocks.isToWake()) for (const { id } of news.targets) await wakeTarget(database, id, at)
    onNews?.(news)
    // What is sent needs no number: neither waits for the other.
    if (news.isFeedWaiting) this.#number()
    const { targets, nextAt } = findDueTargets(news.targets, clock())
    this.#looksInVain = targets.length === 0 && !news.isFeedWaiting ? this.#looksInVain + 1 : 0
    for (const target of targets) {
      if (this.#isStopping) return
      await this.#targets.fill(target)
    }
    if (targets.length === 0) this.#idleUntil = untilNextLook(this.#looksInVain, nextAt, clock())
  }

  #number(): void {
    this.#numbering ??= this.#options
      .sequence()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#numbering = undefined
      })
  }

  #fail(error: unknown): void {
    this.#options.log[levelOf(error)]({ err: error }, 'deliveries could not be looked for and will be again')
  }
}
