// The room `server`: the service as one process, and the files on its top floors. They open what lies below, wire it, and stop it again.
//
// 1. `startService` opens the store (`node.ts`), the operator key and the keys that seal.
// 2. `wire.ts` puts together what answers; `node.ts` gives it the network. With several workers each thread has a node (`workers.ts`).
// 3. `app.ts` says which room answers which path.
// 4. Beside the doors run the jobs (`jobs.ts`), the deliverer, the control socket (`control.ts`) and the port for metrics.
// 5. At a signal it answers what is under way, writes what waits, gives its leases back and closes the store.
//
// The composition root: the only place that wires. Starts the service, and stops it gracefully.
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { App } from './app.ts'
import { createLog, type Log } from './base/log.ts'
import { pause } from './base/pause.ts'
import { makePrivateFolder } from './base/private-file.ts'
import { controlSocketName, explainLongSocket, shortest } from './base/socket-path.ts'
import type { Config } from './config.ts'
import { handleControl } from './control.ts'
import { createDrain } from './http/drain.ts'
import { createListener } from './http/listener.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import {
  drainMs,
  type Front,
  listen,
  type Node,
  openDatabase,
  openFront,
  openNode,
  openOperatorKey,
  within,
} from './node.ts'
import { lookAtStore } from './notices/damage.ts'
import { startJobs } from './run-jobs.ts'
import type { SecretKeys } from './secret-key/open.ts'
import { createOperatorLink } from './sessions/operator.ts'
import { type FoundKey, forgetOperatorKey } from './sessions/operator-key.ts'
import type { Database } from './store/database.ts'
import type { News } from './store/news.ts'
import { contractStore, placesOfWorker } from './store/postgres.ts'
import type { EmbeddedStore } from './store/sqlite.ts'
import { openTelemetry } from './telemetry.ts'
import { createWorkers, type Workers } from './workers.ts'

/** The service, while it runs. */
export interface Service {
  /** Where it listens, which with port 0 is not what the settings say. */
  readonly port: number
  /** The operator key, only at the start that made it. */
  readonly freshOperatorKey: string | undefined
  readonly log: Log
  /** A link into the operator's side, once and for five minutes. */
  createOperatorLink(): Promise<string>
  /** Stops accepting, lets requests under way finish, writes what waits; resolves within 10 seconds. */
  close(): Promise<void>
}

/** Opens the store, listens, starts the jobs. Throws StoreRefusal or a listen error, with nothing left open. */
export async function startService(config: Config, version: string, isTerminal: boolean): Promise<Service> {
  const log = createLog(config.logLevel, isTerminal)
  const own = createMetrics()
  const workers =
    config.workers > 1 ? createWorkers({ config, version, isTerminal, log, metrics: own }) : undefined
  const metrics = workers?.metrics ?? own
  const telemetry = await openTelemetry({ config, version, log, metrics })
  const opened = await openDatabase(config, metrics, log, {
    version,
    places: workers === undefined ? undefined : placesOfWorker(2),
  })
  const database = workers === undefined ? opened : hearWorkers(opened, workers)
  let operatorKey: FoundKey | undefined
  try {
    const tell = (failure: unknown): void =>
      log.warn(
        { err: failure },
        'links of an organization could not be looked after; the next start tries again',
      )
    operatorKey = await openOperatorKey(database, config.operatorKey, Date.now(), tell)
    return await serve({ config, version, database, metrics, log, operatorKey, telemetry }, workers)
  } catch (error) {
    await workers?.close()
    await telemetry?.close()
    if (operatorKey !== undefined)
      await forgetOperatorKey(database, operatorKey).catch((failure: unknown) =>
        log.warn(
          { err: failure },
          'the operator key that this start made was shown to nobody, and could not be forgotten: give ROLLCALL_OPERATOR_KEY',
        ),
      )
    await database.close()
    throw error
  }
}

/** What a worker has written is this node's. */
function hearWorkers(database: Database, workers: Workers): Database {
  return {
    ...database,
    watchWrites(listen) {
      const ends = [database.watchWrites(listen), workers.watchWrites(listen)]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

/** Brings the store to this version and closes it again. Returns the older nodes that a contraction waits for, so that it is left to do. */
export async function migrateStore(config: Config, isTerminal: boolean): Promise<readonly string[]> {
  const log = createLog('warn', isTerminal)
  const database = await openDatabase({ ...config, isMigrating: true }, createMetrics(), log)
  await database.close()
  return config.postgres === undefined ? [] : contractStore(config.postgres)
}

/** Jobs and deliveries, until they are stopped. */
function startWork(
  config: Config,
  { app, secretKeys, owner, dns, startDeliveries }: Node,
  { database, metrics, log }: { readonly database: Database; readonly metrics: Metrics; readonly log: Log },
): { stop(): Promise<unknown> } {
  const embedded = findEmbedded(database)
  let news: News | undefined
  const jobs = startJobs({
    database,
    clock: Date.now,
    log,
    owner,
    dns,
    connectionRules: app.connectionRules,
    envelope: secretKeys.ring,
    rotation: secretKeys.rotation,
    store: embedded,
    url: config.url,
    operatorMail: config.operatorMail,
    observe: metrics.observeJob,
    news: () => news,
  })
  const deliverer = startDeliveries({
    owner,
    onNews: (found) => {
      news = found
    },
  })
  return { stop: () => Promise.all([jobs.stop(), deliverer.stop()]) }
}

/** What is open before anything is wired. */
type Opening = Parameters<typeof openNode>[0] & { readonly operatorKey: FoundKey }

async function serve(opening: Opening, workers: Workers | undefined): Promise<Service> {
  const { config, database, metrics, log, operatorKey } = opening
  const node = await openNode(opening)
  const { app, secretKeys } = node
  const front =
    workers === undefined
      ? await openFront(node, config, metrics)
      : await openWorkers(workers, operatorKey.hash)
  const metricsServer = await openMetricsPort(config, metrics)
  const control = await openControlSocket(config, app, database, secretKeys, node.stopping, log)
  await node.openMail()
  const embedded = findEmbedded(database)
  const work = startWork(config, node, { database, metrics, log })
  if (embedded?.isToBeLookedAt === true)
    lookAtStore({ database, log, operatorMail: config.operatorMail, store: embedded }, Date.now()).catch(
      (error: unknown) => log.warn({ err: error }, 'the store could not be looked at'),
    )
  const { url } = config
  if (isPlainHttp(url) && !config.isDev)
    log.warn(
      { url },
      'ROLLCALL_URL is http: cookies are for https alone, so that browsers sign in nowhere. Put a proxy that speaks TLS in front, and name its https address',
    )
  const { port } = front
  log.info(
    { url, port, store: database.kind, ...(workers === undefined ? {} : { workers: config.workers }) },
    'Rollcall serves',
  )
  return {
    port,
    freshOperatorKey: operatorKey.fresh,
    log,
    createOperatorLink: async () => {
      const act = { actor: { kind: 'operator' }, at: Date.now(), context: null } as const
      return (await createOperatorLink(database, act, { name: null, keyHash: operatorKey.hash, url })).url
    },
    async close() {
      node.leave()
      // Where the port closes at once, the end says it: nobody should come back with a new connection before.
      if (config.drainSeconds > 0 || workers !== undefined) await front.announce()
      if (config.drainSeconds > 0) {
        log.info(
          { seconds: config.drainSeconds },
          'Rollcall is not ready any more, and serves on for a while',
        )
        await pause(config.drainSeconds * 1_000, new AbortController().signal)
      }
      node.stop()
      // A job or a delivery may wait for a database that does not answer: that must hold up no stop.
      const stopped = within(drainMs, work.stop())
      await Promise.all([front.close(), metricsServer?.close(), control?.close(), stopped])
      await node.settle()
      await database.close()
      log.info('Rollcall has stopped')
    },
  }
}

async function openWorkers(workers: Workers, operatorKeyHash: string): Promise<Front> {
  const { announce, close } = workers
  return { port: await workers.start(operatorKeyHash), announce, close }
}

// Browsers take a name of this machine for as safe as https.
function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(?:localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname)
}

// A port of its own, which the operator opens to whoever collects: it asks for no key and shows nothing else.
async function openMetricsPort(
  { metricsPort: port, host }: Config,
  metrics: Metrics,
): Promise<{ close(): Promise<void> } | undefined> {
  if (port === undefined) return undefined
  const server = createServer()
  const drain = createDrain(server)
  server.on('request', (request, response) => {
    if (request.url !== '/metrics' || !['GET', 'HEAD'].includes(request.method ?? ''))
      return void response
        .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
        .end('only /metrics\n')
    void metrics.render().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
      () => response.destroy(),
    )
  })
  await listen(server, { port, host })
  return { close: () => drain.end(drainMs) }
}

function findEmbedded(database: Database): EmbeddedStore | undefined {
  return database.kind === 'embedded' ? (database as unknown as EmbeddedStore) : undefined
}

// Only the user that runs the service can open the socket: whoever can is the operator.
async function openControlSocket(
  config: Config,
  app: App,
  database: Database,
  secretKeys: SecretKeys,
  stopping: AbortSignal,
  log: Log,
): Promise<{ close(): Promise<void> } | undefined> {
  const path = shortest(join(config.dataFolder, controlSocketName))
  const tooLong = explainLongSocket(path)
  if (tooLong !== undefined) {
    log.warn(`${tooLong} Commands on this machine need --url and the operator key`)
    return undefined
  }
  if (existsSync(path)) {
    if (await isAnswering(path)) {
      log.warn(
        'another node on this machine has the control socket: give commands a --url, or this node a ROLLCALL_DATA of its own',
      )
      return undefined
    }
    rmSync(path)
  }
  const connection = { address: undefined, isControlSocket: true, headerBytes: undefined }
  const listener = createListener({
    straight: (asked) => app.answerScim(asked, connection),
    fetch: async (request) =>
      (await handleControl(request, { store: findEmbedded(database), secretKeys, stopping })) ??
      app.fetch(request, connection),
  })
  const server = createServer()
  const drain = createDrain(server)
  server.on('request', listener)
  try {
    // With PostgreSQL nothing else has made it.
    makePrivateFolder(config.dataFolder)
    await listenPrivately(server, path)
  } catch (error) {
    log.warn(
      { err: error },
      'the control socket could not be opened: commands on this machine need --url and the operator key',
    )
    return undefined
  }
  return { close: () => drain.end(drainMs) }
}

async function listenPrivately(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177)
  try {
    await listen(server, { path })
  } finally {
    process.umask(mask)
  }
  chmodSync(path, 0o600)
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
