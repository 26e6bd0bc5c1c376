// Makes one attempt, and writes what it became under the lease that it was made with.
import { readJson } from '../base/json.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import { type DueTarget, type LeasedDelivery, settleDelivery } from './queue.ts'
import { failuresBeforePause, giveUpAfterMs, nextDelayMs, tellAfterMs } from './retry.ts'
import type { Attempt, Sender, TargetKind, Trouble } from './sender.ts'
import {
  type Standing,
  writePause,
  writeTargetFailure,
  writeTargetRefusal,
  writeTargetSuccess,
  writeTold,
} from './targets.ts'

const loggedAttempts = 10

/** What an attempt is made with. */
export interface AttemptOptions {
  readonly database: Database
  readonly clock: () => number
  /** Names this process; a lease is one process's. */
  readonly owner: string
  readonly senders: Readonly<Record<TargetKind, Sender>>
  /** Told after each attempt; the organization is empty where it was about none. */
  readonly observe: (
    kind: TargetKind,
    outcome: 'delivered' | 'pending' | 'failed',
    organizationId: string,
  ) => void
}

/** Sends one delivery, and writes what came of it. */
export async function attempt(
  options: AttemptOptions,
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

interface Settling {
  readonly target: DueTarget
  readonly delivery: LeasedDelivery
  readonly sender: Sender
  readonly result: Attempt | undefined
  readonly startedAt: number
  readonly now: number
}

async function settle(tx: InstallationTx, options: AttemptOptions, work: Settling): Promise<void> {
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
  if (isWritten) options.observe(target.kind, state, delivery.organization_id)
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
