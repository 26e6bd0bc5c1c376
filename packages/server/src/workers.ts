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
import { createSharedLimits, releaseSharedLimits, type SharedLimits } from './http/shared-amounts.ts'
import { sendAddress } from './store/postgres-url.ts'

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
  const { log } = options
  const limits = createSharedLimits()
  const places = Array.from(
    { length: options.config.workers },
    (_, at): Place => ({
      name: at + 1,
      worker: undefined,
      threadId: -1,
      startedAt: 0,
      isServing: false,
      failures: 0,
      timer: undefined,
      snapshot: undefined,
    }),
  )
  const listeners = new Set<() => void>()
  /** What dead ones had counted. */
  let past: MetricsSnapshot[] = []
  let died = 0
  let isClosing = false
  let start: Omit<WorkerStart, 'name'> | undefined

  const own = options.metrics
  own.watchWorkers(() => ({ serving: places.filter(({ isServing }) => isServing).length, died }))
  let asked = 0
  const waiting = new Map<number, () => void>()
  /** A worker that does not answer is shown as it was. */
  const collect = async (): Promise<RenderedMetrics> => {
    await Promise.all(places.map(count))
    if (past.length > 1) {
      const merged = past.length
      const kept = await keepCounted(past)
      past = [kept, ...past.slice(merged)]
    }
    const theirs = places.flatMap(({ snapshot }) => (snapshot === undefined ? [] : [snapshot]))
    return mergeSnapshots([await own.snapshot(), ...past, ...theirs])
  }
  // Those who ask at once share one answer.
  let collecting: Promise<RenderedMetrics> | undefined
  const render = (): Promise<RenderedMetrics> => {
    collecting ??= collect().finally(() => {
      collecting = undefined
    })
    return collecting
  }
  const count = async ({ worker, isServing }: Place): Promise<void> => {
    if (worker === undefined || !isServing) return
    asked += 1
    const id = asked
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.set(id, resolve)
    send(worker, { kind: 'count', id })
    await within(countWithinMs, promise)
    waiting.delete(id)
  }

  const hear = (place: Place, worker: Worker, said: FromWorker): void => {
    switch (said.kind) {
      case 'serving':
        place.isServing = true
        return
      case 'prepared':
      case 'refused':
      case 'left':
        return
      case 'wrote':
        for (const listen of listeners) listen()
        return
      case 'counted':
        place.snapshot = said.snapshot
        waiting.get(said.id)?.()
        return
      case 'render':
        void render().then(
          (rendered) => send(worker, { kind: 'rendered', id: said.id, rendered }),
          () => send(worker, { kind: 'rendered', id: said.id, rendered: undefined }),
        )
    }
  }

  const end = (place: Place): void => {
    releaseSharedLimits(limits, place.threadId)
    place.worker = undefined
    place.isServing = false
    if (place.snapshot !== undefined) past.push(countedOf(place.snapshot))
    place.snapshot = undefined
  }
  const replace = (place: Place, code: number): void => {
    died += 1
    const isSound = performance.now() - place.startedAt > soundMs
    place.failures = isSound ? 1 : place.failures + 1
    const restMs = place.failures === 1 ? 0 : Math.min(longestRestMs, 1_000 * 2 ** (place.failures - 2))
    log.error({ worker: place.name, code, restMs }, 'a worker has died and is replaced')
    place.timer = setTimeout(() => {
      if (isClosing) return
      // Where it ends again, it is replaced again.
      open(place)
        .then(() => listen(place, port))
        .catch(() => undefined)
    }, restMs)
  }

  /** Resolves once it could serve; rejects when it ends before that. */
  const open = (place: Place): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const worker = startThread({ ...(start as WorkerStart), name: place.name })
    let fault: Error = new Error(`worker ${place.name} ended before it served`)
    Object.assign(place, { worker, threadId: worker.threadId, startedAt: performance.now() })
    worker.on('message', (said: FromWorker) => {
      hear(place, worker, said)
      if (said.kind === 'prepared') resolve()
    })
    worker.on('error', (error: Error) => {
      fault = error
      log.error({ err: error, worker: place.name }, 'a worker failed')
    })
    worker.once('exit', (code) => {
      end(place)
      reject(fault)
      if (!isClosing && isStarted) replace(place, code)
    })
    return promise
  }
  /** Resolves with its port; with port 0 the system chooses one. */
  const listen = ({ worker, name }: Place, port: number): Promise<number> => {
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
      send(worker, { kind: 'listen', port })
    }
    return promise
  }
  let isStarted = false
  let port = options.config.port

  return {
    metrics: { ...own, render },
    async start(operatorKeyHash) {
      const { config, version, isTerminal } = options
      await assertShareable(config)
      start = { config: toSendable(config), version, isTerminal, limits, operatorKeyHash }
      const [first, ...others] = places as [Place, ...Place[]]
      try {
        await Promise.all(places.map(open))
        port = await listen(first, port)
        await Promise.all(others.map((place) => listen(place, port)))
        isStarted = true
        return port
      } catch (error) {
        isClosing = true
        await Promise.all(places.map(({ worker }) => worker?.terminate()))
        throw error
      }
    },
    watchWrites(listen) {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    async announce() {
      await Promise.all(places.map(announceTo))
    },
    async close() {
      isClosing = true
      await Promise.all(places.map(closeAt))
    },
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
