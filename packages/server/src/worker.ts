// One of several threads of a process that answer requests: a node but for what the process has once. workers.ts starts it.

import { parentPort, workerData } from 'node:worker_threads'
import { createLog } from './base/log.ts'
import { messageOf } from './base/unknown.ts'
import type { Config } from './config.ts'
import { createMetrics, type Metrics, type RenderedMetrics } from './http/metrics.ts'
import { openSharedLimits } from './http/shared-amounts.ts'
import { type Front, openDatabase, openFront, openNode } from './node.ts'
import { toOperatorKey } from './sessions/operator-key.ts'
import { placesOfWorker } from './store/postgres.ts'
import { receiveAddress } from './store/postgres-url.ts'
import { openTelemetry } from './telemetry.ts'
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts'

/** Of a stop: what is under way ends within this, so that the main thread has time for the rest. */
const drainMs = 7_000
/** What is written in one turn is told once. */
const tellAfterMs = 5

if (parentPort === null) throw new Error('worker.ts is no program of its own')
const main = parentPort
const start: WorkerStart = workerData
const tell = (message: FromWorker): void => main.postMessage(message)

const config = receive(start.config)
const log = createLog(config.logLevel, start.isTerminal, start.name)
const own = createMetrics({ isWorker: true })
let asked = 0
const waiting = new Map<number, (rendered: RenderedMetrics | undefined) => void>()
const metrics: Metrics = { ...own, render: renderAll }

const database = await openDatabase(config, metrics, log, {
  version: start.version,
  places: placesOfWorker(config.workers),
})
let isTelling = false
database.watchWrites(() => {
  if (isTelling) return
  isTelling = true
  setTimeout(() => {
    isTelling = false
    tell({ kind: 'wrote' })
  }, tellAfterMs)
})
const node = await openNode({
  config,
  version: start.version,
  database,
  metrics,
  log,
  operatorKey: toOperatorKey(start.operatorKeyHash),
  amounts: openSharedLimits(start.limits),
  // What this thread counts is sent with that of the others.
  telemetry: await openTelemetry({ config, version: start.version, log, metrics: undefined }),
})
let front: Front | undefined
main.on('message', (said: ToWorker) => void hear(said))
tell({ kind: 'prepared' })

async function hear(said: ToWorker): Promise<void> {
  switch (said.kind) {
    case 'listen':
      return listenAt(said.port)
    case 'leave':
      node.leave()
      if (config.drainSeconds > 0) await front?.announce()
      return tell({ kind: 'left' })
    case 'close':
      node.leave()
      node.stop()
      await front?.close()
      await node.settle()
      await database.close()
      // Of this thread alone.
      return process.exit(0)
    case 'count':
      return tell({ kind: 'counted', id: said.id, snapshot: await own.snapshot() })
    case 'rendered':
      waiting.get(said.id)?.(said.rendered)
      waiting.delete(said.id)
  }
}

async function listenAt(port: number): Promise<void> {
  try {
    front = await openFront(node, { ...config, port }, metrics, { isShared: true, withinMs: drainMs })
    tell({ kind: 'serving', port: front.port })
  } catch (error) {
    // An error's own fields do not pass from thread to thread.
    tell({ kind: 'refused', message: messageOf(error), facts: typeof error === 'object' ? { ...error } : {} })
  }
}

/** What all threads have counted, as the main thread knows it; what this one has where that fails. */
async function renderAll(): Promise<RenderedMetrics> {
  asked += 1
  const { promise, resolve } = Promise.withResolvers<RenderedMetrics | undefined>()
  waiting.set(asked, resolve)
  tell({ kind: 'render', id: asked })
  return (await promise) ?? own.render()
}

function receive(sent: Config): Config {
  if (sent.postgres === undefined) return sent
  const { serve, migrate } = sent.postgres
  // The main thread has migrated.
  return {
    ...sent,
    isMigrating: false,
    postgres: {
      serve: receiveAddress(serve),
      migrate: migrate === undefined ? undefined : receiveAddress(migrate),
    },
  }
}
