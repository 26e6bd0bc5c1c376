// The threads of one process that answer requests, as its main thread sees them: started, replaced when one dies, told to stop.
// Each is what a node of its own would be, but for what a process has once: limits, jobs, the control socket and metrics.

import { createServer } from 'node:http'
import { Worker } from 'node:worker_threads'
import type { Log } from './base/log.ts'
import { codeOf } from './base/unknown.ts'
import { type Config, ConfigError } from './config.ts'
import {
  countedOf,
  keepCounted,
  type Metrics,
  type MetricsSnapshot,
  mergeSnapshots,
  type RenderedMetrics,
} from './http/metrics.ts'
import { createSharedLimits, releaseSharedLimits } from './http/shared-amounts.ts'
import { sendAddress } from './store/postgres-url.ts'
import type { FromWorker, SharedStart, ToWorker, WorkerStart } from './worker-messages.ts'

/** The workers of a process. */
export interface Workers {
  /** Those of the main thread, which show what the workers have counted as well. */
  readonly metrics: Metrics
  /** Resolves with the port once all serve; throws where they cannot. */
  start(operatorKeyHash: string): Promise<number>
  /** Calls `listen` after a worker has committed something, until what is returned is called. */
  watchWrites(listen: () => void): () => void
  /** Resolves when every worker says that it is not ready. */
  announce(): Promise<void>
  /** Resolves when all have ended, at the latest after eight and a half seconds. */
  close(): Promise<void>
}

/** What workers are started with. */
export interface WorkersOptions {
  readonly config: Config
  readonly version: string
  readonly isTerminal: boolean
  readonly log: Log
  readonly metrics: Metrics
}

const countWithinMs = 1_000
const announceWithinMs = 1_000
const closeWithinMs = 8_600
/** A worker that served for less than this has died of something that its successor will meet, too. */
const soundMs = 10_000
const longestRestMs = 30_000

interface Place {
  readonly name: number
  worker: Worker | undefined
  threadId: number
  startedAt: number
  isServing: boolean
  /** Deaths in a row, each soon after its start. */
  failures: number
  timer: NodeJS.Timeout | undefined
  snapshot: MetricsSnapshot | undefined
}

/** Makes none until they are started. */
export function createWorkers(options: WorkersOptions): Workers {
  const threads = new Threads(options)
  return {
    metrics: threads.metrics,
    start: (operatorKeyHash) => threads.start(operatorKeyHash),
    watchWrites: (listen) => threads.watchWrites(listen),
    announce: () => threads.announce(),
    close: () => threads.close(),
  }
}

const createPlace = (name: number): Place => ({
  name,
  worker: undefined,
  threadId: -1,
  startedAt: 0,
  isServing: false,
  failures: 0,
  timer: undefined,
  snapshot: undefined,
})

/** What the workers have counted, gathered from them when somebody asks. */
class Counts {
  /** The main thread's own. */
  readonly #own: Metrics
  readonly #places: readonly Place[]
  /** What dead ones had counted. */
  #past: MetricsSnapshot[] = []
  #asked = 0
  readonly #waiting = new Map<number, () => void>()
  /** Those who ask at once share one answer. */
  #collecting: Promise<RenderedMetrics> | undefined

  constructor(own: Metrics, places: readonly Place[]) {
    this.#own = own
    this.#places = places
  }

  render(): Promise<RenderedMetrics> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined
    })
    return this.#collecting
  }

  /** The same as values. */
  async snapshot(): Promise<MetricsSnapshot> {
    return keepCounted(await this.#gather())
  }

  /** An answer of a worker that was asked. */
  take(place: Place, id: number, snapshot: MetricsSnapshot): void {
    place.snapshot = snapshot
    this.#waiting.get(id)?.()
  }

  /** The worker at this place is gone. */
  keep(place: Place): void {
    if (place.snapshot !== undefined) this.#past.push(countedOf(place.snapshot))
    place.snapshot = undefined
  }

  async #collect(): Promise<RenderedMetrics> {
    return mergeSnapshots(await this.#gather())
  }

  /** Of each thread; a worker that does not answer is shown as it was. */
  async #gather(): Promise<readonly MetricsSnapshot[]> {
    await Promise.all(this.#places.map((place) => this.#count(place)))
    if (this.#past.length > 1) {
      const merged = this.#past.length
      const kept = await keepCounted(this.#past)
      this.#past = [kept, ...this.#past.slice(merged)]
    }
    const theirs = this.#places.flatMap(({ snapshot }) => (snapshot === undefined ? [] : [snapshot]))
    return [await this.#own.snapshot(), ...this.#past, ...theirs]
  }

  async #count({ worker, isServing }: Place): Promise<void> {
    if (worker === undefined || !isServing) return
    this.#asked += 1
    const id = this.#asked
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.set(id, resolve)
    send(worker, { kind: 'count', id })
    await within(countWithinMs, promise)
    this.#waiting.delete(id)
  }
}

class Threads {
  readonly metrics: Metrics
  readonly #options: WorkersOptions
  readonly #limits = createSharedLimits()
  readonly #places: readonly Place[]
  readonly #counts: Counts
  readonly #listeners = new Set<() => void>()
  #died = 0
  #isStarted = false
  #isClosing = false
  #port: number

  constructor(options: WorkersOptions) {
    const { metrics, config } = options
    this.#options = options
    this.#port = config.port
    this.#places = Array.from({ length: config.workers }, (_, at) => createPlace(at + 1))
    this.#counts = new Counts(metrics, this.#places)
    metrics.watchWorkers(() => ({
      serving: this.#places.filter(({ isServing }) => isServing).length,
      died: this.#died,
    }))
    this.metrics = {
      ...metrics,
      render: () => this.#counts.render(),
      snapshot: () => this.#counts.snapshot(),
    }
  }

  async start(operatorKeyHash: string): Promise<number> {
    const { config, version, isTerminal } = this.#options
    await assertShareable(config)
    const shared = { config: toSendable(config), version, isTerminal, limits: this.#limits, operatorKeyHash }
    try {
      await Promise.all(this.#places.map((place) => this.#open(place, shared)))
      // With port 0 the system chooses one for the first, and the others take the same.
      for (const place of this.#places.slice(0, 1)) this.#port = await this.#listen(place)
      await Promise.all(this.#places.slice(1).map((place) => this.#listen(place)))
      this.#isStarted = true
      return this.#port
    } catch (error) {
      this.#isClosing = true
      await Promise.all(this.#places.map(({ worker }) => worker?.terminate()))
      throw error
    }
  }

  watchWrites(listen: () => void): () => void {
    this.#listeners.add(listen)
    return () => void this.#listeners.delete(listen)
  }

  async announce(): Promise<void> {
    await Promise.all(this.#places.map(announceTo))
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#places.map(closeAt))
  }

  /** Resolves once it could serve; rejects when it ends before that. */
  #open(place: Place, shared: SharedStart): Promise<void> {
    const { log } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const worker = startThread({ ...shared, name: place.name })
    let fault: Error = new Error(`worker ${place.name} ended before it served`)
    Object.assign(place, { worker, threadId: worker.threadId, startedAt: performance.now() })
    worker.on('message', (said: FromWorker) => {
      this.#hear(place, worker, said)
      if (said.kind === 'prepared') resolve()
    })
    worker.on('error', (error: Error) => {
      fault = error
      log.error({ err: error, worker: place.name }, 'a worker failed')
    })
    worker.once('exit', (code) => {
      this.#end(place)
      reject(fault)
      if (!this.#isClosing && this.#isStarted) this.#replace(place, code, shared)
    })
    return promise
  }

  /** Resolves with its port; with port 0 the system chooses one. */
  #listen({ worker, name }: Place): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    if (worker === undefined) reject(new Error(`worker ${name} ended before it served`))
    else {
      worker.on('message', (said: FromWorker) => {
        if (said.kind === 'serving') resolve(said.port)
        if (said.kind !== 'refused') return
        reject(Object.assign(new Error(said.message), said.facts))
        void worker.terminate()
      })
      worker.once('exit', () => reject(new Error(`worker ${name} ended before it served`)))
      send(worker, { kind: 'listen', port: this.#port })
    }
    return promise
  }

  #hear(place: Place, worker: Worker, said: FromWorker): void {
    switch (said.kind) {
      case 'serving':
        place.isServing = true
        return
      case 'prepared':
      case 'refused':
      case 'left':
        return
      case 'wrote':
        for (const listen of this.#listeners) listen()
        return
      case 'counted':
        this.#counts.take(place, said.id, said.snapshot)
        return
      case 'render':
        void this.#counts.render().then(
          (rendered) => send(worker, { kind: 'rendered', id: said.id, rendered }),
          () => send(worker, { kind: 'rendered', id: said.id, rendered: undefined }),
        )
    }
  }

  #end(place: Place): void {
    releaseSharedLimits(this.#limits, place.threadId)
    place.worker = undefined
    place.isServing = false
    this.#counts.keep(place)
  }

  #replace(place: Place, code: number, shared: SharedStart): void {
    this.#died += 1
    const isSound = performance.now() - place.startedAt > soundMs
    place.failures = isSound ? 1 : place.failures + 1
    const restMs = place.failures === 1 ? 0 : Math.min(longestRestMs, 1_000 * 2 ** (place.failures - 2))
    this.#options.log.error({ worker: place.name, code, restMs }, 'a worker has died and is replaced')
    place.timer = setTimeout(() => {
      if (this.#isClosing) return
      // Where it ends again, it is replaced again.
      this.#open(place, shared)
        .then(() => this.#listen(place))
        .catch(() => undefined)
    }, restMs)
  }
}

async function announceTo({ worker, isServing }: Place): Promise<void> {
  if (worker === undefined || !isServing) return
  const left = new Promise<void>((resolve) => {
    worker.on('message', (said: FromWorker) => said.kind === 'left' && resolve())
    worker.once('exit', () => resolve())
  })
  send(worker, { kind: 'leave' })
  await within(announceWithinMs, left)
}

async function closeAt({ worker, isServing, timer }: Place): Promise<void> {
  clearTimeout(timer)
  if (worker === undefined) return
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  // Nobody knows yet of one that does not serve.
  if (isServing) {
    send(worker, { kind: 'close' })
    await within(closeWithinMs, ended)
  }
  await worker.terminate()
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message)
}

function startThread(start: WorkerStart): Worker {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Worker(new URL(`./worker.${ending}`, import.meta.url), { workerData: start })
}

function toSendable(config: Config): Config {
  if (config.postgres === undefined) return config
  const { serve, migrate } = config.postgres
  return {
    ...config,
    postgres: {
      serve: sendAddress(serve),
      migrate: migrate === undefined ? undefined : sendAddress(migrate),
    },
  }
}

/**
 * Threads that share a port would share it with a stranger, too: so it is taken alone for a moment first. Throws the system's error
 * where somebody has it, and ConfigError where the system lets nobody share.
 */
async function assertShareable({ port, host }: Config): Promise<void> {
  await listenOnce({ port, host })
  try {
    await listenOnce({ port, host, reusePort: true })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EADDRINUSE' || code === 'EACCES') throw error
    throw new ConfigError([explainNoSharing(code)])
  }
}

/** Why several workers cannot listen here. */
export function explainNoSharing(code: string | undefined): string {
  return `ROLLCALL_WORKERS (--workers) above 1 needs a system that lets threads share a port (SO_REUSEPORT with balancing: Linux, FreeBSD); ${process.platform} says ${code ?? 'no'}. Start several nodes on ports of their own behind a proxy instead`
}

async function listenOnce(where: {
  readonly port: number
  readonly host: string
  readonly reusePort?: boolean
}): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => resolve())
  })
  await new Promise((resolve) => server.close(resolve))
}

/** Waits for it, but not for longer. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work, promise])
  clearTimeout(timer)
}
