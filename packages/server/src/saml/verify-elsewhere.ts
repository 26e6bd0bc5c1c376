// Verifies large responses on a thread of its own, so that nobody else waits for them. Connections take turns: whoever sends many
// holds up nobody but themselves.
import { Worker } from 'node:worker_threads'
import type { Verification } from './signature-engine.ts'

/** Of one connection. */
const maxWaiting = 50
const memoryMb = 128

/** Thrown when a connection's own queue is full: nothing was looked at. */
export class VerifierBusy extends Error {
  readonly retryAfterSeconds = 5
  constructor() {
    super('Too many large responses wait to be verified')
    this.name = 'VerifierBusy'
  }
}

interface Job {
  readonly wanted: Verification
  readonly done: PromiseWithResolvers<string | undefined>
}

/** Takes jobs of many owners and gives them out in turn. */
export class TurnQueue<T> {
  readonly #waiting = new Map<string, T[]>()

  /** Whether there was room for it. */
  add(owner: string, job: T, max: number): boolean {
    const own = this.#waiting.get(owner) ?? []
    if (own.length >= max) return false
    own.push(job)
    this.#waiting.set(owner, own)
    return true
  }

  /** The next owner's oldest. */
  take(): T | undefined {
    const [first] = this.#waiting
    if (first === undefined) return undefined
    const [owner, own] = first
    const job = own.shift()
    this.#waiting.delete(owner)
    if (own.length > 0) this.#waiting.set(owner, own)
    return job
  }
}

const queue = new TurnQueue<Job>()
let worker: Worker | undefined
let current: Job | undefined

/** Resolves as verifySignatures does. Throws VerifierBusy. */
export function verifyElsewhere(owner: string, wanted: Verification): Promise<string | undefined> {
  const job = { wanted, done: Promise.withResolvers<string | undefined>() }
  if (!queue.add(owner, job, maxWaiting)) return Promise.reject(new VerifierBusy())
  goOn()
  return job.done.promise
}

function goOn(): void {
  if (current !== undefined) return
  current = queue.take()
  if (current === undefined) return
  worker ??= startWorker()
  worker.postMessage(current.wanted)
}

function finish(settle: (job: Job) => void): void {
  const job = current
  current = undefined
  if (job !== undefined) settle(job)
  goOn()
}

// It lives on: what it loaded is used by the next one. Without a job it keeps no process alive.
function startWorker(): Worker {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const started = new Worker(new URL(`./verify-worker.${ending}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  started.unref()
  started.on('message', (xml: string | undefined) => finish(({ done }) => done.resolve(xml)))
  started.on('error', (error) => {
    worker = undefined
    finish(({ done }) => done.reject(error))
  })
  return started
}
