// Work on a thread of its own, so that nobody else waits for it. Owners take turns: whoever sends much holds up nobody but themselves.
import { Worker } from 'node:worker_threads'

const memoryMb = 128

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

interface Job<Wanted, Answer> {
  readonly wanted: Wanted
  readonly done: PromiseWithResolvers<Answer>
}

/**
 * What `file`, beside this one and without its ending, does with each message that it is sent. Throws what `toBusy` makes where
 * `max` of one owner wait.
 */
export function createElsewhere<Wanted, Answer>(
  file: string,
  max: number,
  toBusy: () => Error,
): (owner: string, wanted: Wanted) => Promise<Answer> {
  const queue = new TurnQueue<Job<Wanted, Answer>>()
  let worker: Worker | undefined
  let current: Job<Wanted, Answer> | undefined

  const goOn = (): void => {
    if (current !== undefined) return
    current = queue.take()
    if (current === undefined) return
    worker ??= start()
    worker.postMessage(current.wanted)
  }
  const finish = (settle: (job: Job<Wanted, Answer>) => void): void => {
    const job = current
    current = undefined
    if (job !== undefined) settle(job)
    goOn()
  }
  // It lives on: what it loaded is used by the next one. Without a job it keeps no process alive.
  const start = (): Worker => {
    const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const started = new Worker(new URL(`./${file}.${ending}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    })
    started.unref()
    started.on('message', (answer: Answer) => finish(({ done }) => done.resolve(answer)))
    started.on('error', (error) => {
      worker = undefined
      finish(({ done }) => done.reject(error))
    })
    return started
  }
  return (owner, wanted) => {
    const job = { wanted, done: Promise.withResolvers<Answer>() }
    if (!queue.add(owner, job, max)) return Promise.reject(toBusy())
    goOn()
    return job.done.promise
  }
}
