// The room `server/deliveries`: the queue of what goes out, and the loop that sends it. What a delivery says is rendered by the room whose
// it is.
//
// 1. A change queues a delivery in its own transaction (`enqueue`).
// 2. On every node the loop looks for what is due and takes a lease (`pace`, `queue`).
// 3. The sender of the kind makes the request: a webhook, a logout token, a mail.
// 4. `outbound` sends it, and the outcome is written under the lease that it was made with.
// 5. What failed waits longer each time (`retry`). Mails need a place in what may be sent (`allowance`, `mail`).
//
// Sends what waits: a loop on every node. Each target has its own few places, so that one that hangs delays no other. What an
// attempt became is written only under the lease that it was made with.
import { readJson } from '../base/json.ts'
import type { Log } from '../base/log.ts'
import type { OutboundAnswer, OutboundRequest } from '../outbound/outbound.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import type { Database, InstallationTx } from '../store/database.ts'
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
  type Standing,
  settleDelivery,
  wakeTarget,
  writePause,
  writeTargetFailure,
  writeTargetRefusal,
  writeTargetSuccess,
  writeTold,
} from './queue.ts'
import { failuresBeforePause, giveUpAfterMs, nextDelayMs, readRetryAfter, tellAfterMs } from './retry.ts'

/** What one node has under way at one target. */
const placesPerTarget = 10
/** A look for less than half of the places is worth it no sooner than after so long. */
const refillMs = 100
/** A clock that is set back by more than this was put right; less is left to run out. */
const setBackMs = 2_000
/** Whatever began before that is written by then. */
const unsettledMs = 10_000
const loggedAttempts = 10
const loggedCharacters = 1_000

/** What a delivery goes to. */
export type TargetKind = 'webhook' | 'logout' | 'mail'

/** What a kind of target knows: how a delivery becomes a request, and what it means that a target is lost. */
export interface Sender {
  /** Makes one attempt; undefined when there is nothing to send any more: the delivery is dropped as failed. */
  send(delivery: LeasedDelivery): Promise<Attempt | undefined>
  /** In the transaction that switches the target off. */
  switchOff(tx: InstallationTx, targetId: string, reason: 'gone' | 'failing', now: number): Promise<void>
  /** In the transaction of the attempt that showed it, once until something is accepted again. */
  tell?(tx: InstallationTx, targetId: string, trouble: Trouble): Promise<void>
}

/** Why nothing is accepted: the target refuses it (4xx), or fails. */
export interface Trouble {
  readonly reason: 'refused' | 'failing'
  /** Milliseconds since 1970. */
  readonly since: number
  readonly status: number | null
  readonly now: number
}

/** What the loop that sends is made of. */
export interface DelivererOptions {
  readonly database: Database
  readonly clock: () => number
  readonly log: Log
  /** Names this process; a lease is one process's. */
  readonly owner: string
  readonly senders: Readonly<Record<TargetKind, Sender>>
  /** Told after each attempt, for the metrics. */
  readonly observe: (kind: TargetKind, outcome: 'delivered' | 'pending' | 'failed') => void
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

/** `status` null: nobody answered, and `error` says why. */
export interface Attempt {
  readonly status: number | null
  readonly error: string | null
  readonly response: string | null
  readonly retryAfterMs: number | null
  /** Trying again cannot help, and the target is not at fault. */
  readonly isFinal?: boolean
}

/** Begins to send what is due; several nodes share the work by leases. */
export function startDeliverer(options: DelivererOptions): Deliverer {
  const { database, clock, log, owner } = options
  const served = new Map<string, Served>()
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()

  const fill = async (target: DueTarget): Promise<void> => {
    const own = served.get(target.id) ?? { underWay: new Set(), cursor: { subjectId: '' }, filledAt: 0 }
    served.set(target.id, own)
    const { underWay, cursor } = own
    const limit = placesPerTarget - underWay.size
    if (limit <= 0 || (target.failures >= failuresBeforePause && underWay.size > 0)) return
    const at = performance.now()
    if (limit < placesPerTarget / 2 && at - own.filledAt < refillMs) return
    own.filledAt = at
    const now = clock()
    if (target.isFarAhead) await wakeTarget(database, target.id, now)
    const wanted = { limit, owner, now, leaseNow: Math.round(performance.now() + shared), cursor }
    for (const delivery of await claimDeliveries(database, target, wanted)) {
      const work = attempt(options, target, delivery)
        .catch((error: unknown) =>
          log[levelOf(error)]({ err: error, target: target.id }, 'a delivery could not be settled'),
        )
        .finally(() => {
          underWay.delete(work)
          schedule(0)
        })
      underWay.add(work)
    }
  }
  let numbering: Promise<unknown> | undefined
  let idleUntil = tickMs
  let looksInVain = 0
  /**
   * Of the clock that all nodes share, from one that is never set: leases go by it, so that the nodes' own may differ, and be set between a
   * look and what it leads to.
   */
  let shared = 0
  /** Of the wall clock from one that is never set back. */
  let clockOffset = Number.NEGATIVE_INFINITY
  let setBackAt = Number.NEGATIVE_INFINITY
  let wokenAt = Number.NEGATIVE_INFINITY
  const fail = (error: unknown): void =>
    log[levelOf(error)]({ err: error }, 'deliveries could not be looked for and will be again')
  const tick = async (): Promise<void> => {
    idleUntil = tickMs
    try {
      const at = clock()
      const news = await readNews(database, at)
      const moment = performance.now()
      shared = news.now - moment
      if (at - moment < clockOffset - setBackMs) setBackAt = moment
      clockOffset = at - moment
      // What was put off by the clock of before is put off no longer than until now; some of it is still under way.
      if (moment - setBackAt < unsettledMs && moment - wokenAt > idleMs) {
        wokenAt = moment
        for (const { id } of news.targets) await wakeTarget(database, id, at)
      }
      options.onNews?.(news)
      // What is sent needs no number: neither waits for the other.
      if (news.isFeedWaiting)
        numbering ??= options
          .sequence()
          .catch(fail)
          .finally(() => {
            numbering = undefined
          })
      const { targets, nextAt } = findDueTargets(news.targets, clock())
      looksInVain = targets.length === 0 && !news.isFeedWaiting ? looksInVain + 1 : 0
      for (const target of targets) {
        if (isStopping) return
        await fill(target)
      }
      if (targets.length === 0) idleUntil = untilNextLook(looksInVain, nextAt, clock())
    } catch (error) {
      fail(error)
    }
  }
  let isRunning = false
  let isWanted = false
  // One round at a time; whoever asks during one gets another right after it.
  const run = (): void => {
    if (isRunning) {
      isWanted = true
      return
    }
    isRunning = true
    clearTimeout(timer)
    round = tick().finally(() => {
      isRunning = false
      const isAgain = isWanted
      isWanted = false
      schedule(isAgain ? 0 : isWritten ? tickMs : idleUntil)
      isWritten = false
    })
  }
  // Whatever this node commits may be an event, or a delivery that is due again.
  let isWritten = false
  let wakesAt = 0
  const endWatch = database.watchWrites(() => {
    isWritten = true
    looksInVain = 0
    if (!isRunning && wakesAt - performance.now() > tickMs) schedule(tickMs)
  })
  const schedule = (ms: number): void => {
    if (isStopping) return
    clearTimeout(timer)
    if (ms === 0) {
      run()
      return
    }
    wakesAt = performance.now() + ms
    timer = setTimeout(run, ms)
    timer.unref()
  }

  const ready = database.isShared ? Promise.resolve() : releaseDeliveries(database)
  void ready.catch((error: unknown) => log.warn({ err: error }, 'old leases stay until they end')).then(run)
  return {
    async stop() {
      isStopping = true
      endWatch()
      clearTimeout(timer)
      await round
      await numbering
      await Promise.allSettled([...served.values()].flatMap(({ underWay }) => [...underWay]))
    },
  }
}

/** What this node does at one target. */
interface Served {
  readonly underWay: Set<Promise<void>>
  readonly cursor: Cursor
  /** When it last looked for more, by the process's own clock. */
  filledAt: number
}

async function attempt(
  options: DelivererOptions,
  target: DueTarget,
  delivery: LeasedDelivery,
): Promise<void> {
  const startedAt = options.clock()
  const sender = options.senders[target.kind]
  const result = await sender.send(delivery)
  const now = options.clock()
  await options.database.inInstallation('deliveries', (tx) =>
    settle(tx, options, { target, delivery, sender, result, startedAt, now }),
  )
}

/** One attempt over HTTP: what came back, in the first 1,000 characters, or why nothing did. */
export async function attemptRequest(
  call: (request: OutboundRequest) => Promise<OutboundAnswer>,
  request: OutboundRequest,
  now: () => number,
): Promise<Attempt> {
  try {
    const { status, headers, text } = await call(request)
    const retryAfterMs =
      status === 429 || status === 503 ? readRetryAfter(headers['retry-after'], now()) : null
    return { status, error: null, response: text.slice(0, loggedCharacters), retryAfterMs }
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    return { status: null, error: error.message, response: null, retryAfterMs: null }
  }
}

interface Settling {
  readonly target: DueTarget
  readonly delivery: LeasedDelivery
  readonly sender: Sender
  readonly result: Attempt | undefined
  readonly startedAt: number
  readonly now: number
}

async function settle(tx: InstallationTx, options: DelivererOptions, work: Settling): Promise<void> {
  const { target, delivery, sender, result, startedAt, now } = work
  const isTaken =
    result?.status !== null && result !== undefined && result.status >= 200 && result.status < 300
  const attempts = delivery.attempts + 1
  const failingSince = isTaken ? null : Number(delivery.failing_since ?? now)
  const failingMs = now - (failingSince ?? now)
  const isOver =
    result === undefined || result.isFinal === true || result.status === 410 || failingMs >= giveUpAfterMs
  const state = isTaken ? 'delivered' : isOver ? 'failed' : 'pending'
  const isWritten = await settleDelivery(tx, {
    number: Number(delivery.number),
    owner: options.owner,
    fence: delivery.fence,
    state,
    attempts,
    nextAt: now + nextDelayMs(failingMs, attempts, Math.random(), result?.retryAfterMs ?? null),
    failingSince,
    deliveredAt: isTaken ? now : null,
    log: addToLog(delivery.log, result, startedAt, now),
  })
  if (isWritten) options.observe(target.kind, state)
  if (!isWritten || result === undefined || result.isFinal === true) return
  if (isTaken) return writeTargetSuccess(tx, target, now)
  if (result.status === 410) return sender.switchOff(tx, target.id, 'gone', now)
  const isOwnFault = result.status === null || result.status >= 500 || [408, 429].includes(result.status)
  if (isOwnFault) await noteTargetFailure(tx, work, result)
  else await noteTargetRefusal(tx, work, result)
}

// A target that refuses one delivery for what it is still takes others; one that refuses everything is announced and left in peace.
// It is not switched off for it: what it refuses is given up by itself.
async function noteTargetRefusal(tx: InstallationTx, work: Settling, result: Attempt): Promise<void> {
  const { target, now } = work
  const standing = await writeTargetRefusal(tx, target.id, now)
  if (standing === undefined) return
  const failingMs = now - standing.failingSince
  writePause(
    tx,
    target.id,
    now + nextDelayMs(failingMs, standing.failures, Math.random(), result.retryAfterMs),
  )
  await tellOnce(tx, work, standing, { reason: 'refused', status: result.status })
}

async function tellOnce(
  tx: InstallationTx,
  { target, sender, now }: Settling,
  standing: Standing,
  why: Pick<Trouble, 'reason' | 'status'>,
): Promise<void> {
  if (standing.isTold || sender.tell === undefined) return
  writeTold(tx, target.id, now)
  await sender.tell(tx, target.id, { ...why, since: standing.failingSince, now })
}

async function noteTargetFailure(tx: InstallationTx, work: Settling, result: Attempt): Promise<void> {
  const { target, sender, now } = work
  const standing = await writeTargetFailure(tx, target.id, now)
  if (standing === undefined) return
  const failingMs = now - standing.failingSince
  if (failingMs >= giveUpAfterMs) return sender.switchOff(tx, target.id, 'failing', now)
  if (failingMs >= tellAfterMs)
    await tellOnce(tx, work, standing, { reason: 'failing', status: result.status })
  if (standing.failures >= failuresBeforePause || result.retryAfterMs !== null)
    writePause(
      tx,
      target.id,
      now + nextDelayMs(failingMs, standing.failures, Math.random(), result.retryAfterMs),
    )
}

function addToLog(log: string, result: Attempt | undefined, startedAt: number, now: number): string {
  const entry = {
    at: startedAt,
    durationMs: now - startedAt,
    status: result?.status ?? null,
    error: result === undefined ? 'There was nothing to send any more.' : result.error,
    response: result?.response ?? null,
  }
  return JSON.stringify([entry, ...readJson<unknown[]>(log)].slice(0, loggedAttempts))
}
