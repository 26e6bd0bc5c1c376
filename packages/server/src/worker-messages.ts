// What the main thread and its workers say to each other.
import type { Config } from './config.ts'
import type { MetricsSnapshot, RenderedMetrics } from './http/metrics.ts'
import type { SharedLimits } from './http/shared-amounts.ts'

/** What a worker is started with. */
export interface WorkerStart {
  readonly name: number
  readonly config: Config
  readonly version: string
  readonly isTerminal: boolean
  readonly limits: SharedLimits
  /** SHA-256 of the operator key in force. */
  readonly operatorKeyHash: string
}

/** The same for each of them. */
export type SharedStart = Omit<WorkerStart, 'name'>

/** What the main thread says to a worker. */
export type ToWorker =
  | { readonly kind: 'listen'; readonly port: number }
  /** From now on it says that it is not ready. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'close' }
  /** What it has counted is wanted. */
  | { readonly kind: 'count'; readonly id: number }
  /** What all have counted, as it asked for it; undefined where that failed. */
  | { readonly kind: 'rendered'; readonly id: number; readonly rendered: RenderedMetrics | undefined }

/** What a worker says to the main thread. */
export type FromWorker =
  /** It can serve as soon as it listens. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'serving'; readonly port: number }
  /** It cannot listen: the system's own words, and what it names. */
  | { readonly kind: 'refused'; readonly message: string; readonly facts: object }
  | { readonly kind: 'left' }
  /** Something was committed, which may be an event or a delivery. */
  | { readonly kind: 'wrote' }
  | { readonly kind: 'counted'; readonly id: number; readonly snapshot: MetricsSnapshot }
  | { readonly kind: 'render'; readonly id: number }
