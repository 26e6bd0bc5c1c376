// What a kind of target knows of its deliveries, and how an attempt over HTTP is made.
import type { OutboundAnswer, OutboundRequest } from '../outbound/outbound.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import type { InstallationTx } from '../store/database.ts'
import type { LeasedDelivery } from './queue.ts'
import { readRetryAfter } from './retry.ts'

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

/** `status` null: nobody answered, and `error` says why. */
export interface Attempt {
  readonly status: number | null
  readonly error: string | null
  readonly response: string | null
  readonly retryAfterMs: number | null
  /** Trying again cannot help, and the target is not at fault. */
  readonly isFinal?: boolean
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
