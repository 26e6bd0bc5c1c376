// Work on a thread of its own, so that nobody else waits for it. Organizations take turns: whoever sends much holds up nobody but
// themselves.
import { Worker } from 'node:worker_threads'

const memoryMb = 128

/** Whose a job is: organizations take turns, and inside one its parts, so that no part holds up another, nor many the neighbours. */
export interface Owner {
  readonly organizationId: string
  /** Of the organization: a connection, or a rung. */
  readonly part: string
}

/** Takes jobs of many owners and gives them out in turn. */
export class TurnQueue<T> {
  readonly #waiting = new Map<string, Map<string, T[]>>()

  /** Whether there was room for it: `max` of one part wait. */
  add({ organizationId, part }: Owner, job: T, max: number): boolean {
    const parts = this.#waiting.get(organizationId) ?? new Map<string, T[]>()
    const own = parts.get(part) ?? []
    if (own.length >= max) return false
    own.push(job)
    parts.set(part, own)
    this.#waiting.set(organizationId, parts)
    return true
  }

  /** The oldest of the next organization's next part. */
  take(): T | undefined {
    return takeTurn(this.#waiting, (parts) => takeTurn(parts, (own) => own.shift(), isNone), isEmpty)
  }
}

const isNone = (own: readonly unknown[]): boolean => own.length === 0
const isEmpty = (parts: ReadonlyMap<string, unknown>): boolean => parts.size === 0

// The first one's, which then stands behind all others, if anything of it is left.
function takeTurn<One, T>(
  line: Map<string, One>,
  take: (one: One) => T | undefined,
  isDone: (one: One) => boolean,
): T | undefined {
  const [first] = line
  if (first === undefined) return undefined
  const [name, one] = first
  const job = take(one)
  line.delete(name)
  if (!isDone(one)) line.set(name, one)
  return job
}

interface Job<Wanted, Answer> {
  readonly wanted: Wanted
  readonly done: PromiseWithResolvers<Answer>
}

/**
 * What `file`, beside this one and without its ending, does with each message that it is sent. Throws what `toBusy` makes where
 * `max` of one part wait.
 */
export function createElsewhere<Wanted, Answer>(
  file: string,
  max: number,
  toBusy: () => Error,
): (owner: Owner, wanted: Wanted) => Promise<Answer> {
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
