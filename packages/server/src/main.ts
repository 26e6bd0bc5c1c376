// The composition root: the only place that wires. Starts the service, and stops it gracefully.
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type App, createApp } from './app.ts'
import { basePathOf, withoutBasePath } from './base/base-path.ts'
import { createLog, type Log } from './base/log.ts'
import { pause } from './base/pause.ts'
import { makePrivateFolder } from './base/private-file.ts'
import type { Config } from './config.ts'
import { openConsoleFiles } from './console/files.ts'
import { handleControl } from './control.ts'
import { startDeliverer } from './deliveries/deliver.ts'
import { openMailTarget } from './deliveries/mail.ts'
import { openOperatorKey } from './directory/operator-key.ts'
import { sequenceEvents } from './events/feed.ts'
import { type Admitted, createAdmission, type Hold } from './http/admission.ts'
import { createClientAddress } from './http/client-address.ts'
import { createDrain, type Drain } from './http/drain.ts'
import { countRawHeaders, maxParsedHeaderBytes, serverTimeouts } from './http/limits.ts'
import { createListener } from './http/listener.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { startJobs } from './jobs.ts'
import { lookAtStore } from './notices/damage.ts'
import { createAddressGuard } from './outbound/addresses.ts'
import { createTxtResolver } from './outbound/dns.ts'
import { createMailer } from './outbound/mail.ts'
import { createOutbound } from './outbound/outbound.ts'
import { openSecretKeys, type SecretKeys } from './secret-key/open.ts'
import { createOperatorLink } from './sessions/operator.ts'
import type { Database } from './store/database.ts'
import { createFairDatabase, fairLimits } from './store/fair.ts'
import type { News } from './store/news.ts'
import { contractStore, openPostgres } from './store/postgres.ts'
import { type EmbeddedStore, openSqlite } from './store/sqlite.ts'
import { createReportedStore, createStoreStates } from './store/states.ts'

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

const drainMs = 8_000
/** What waited to be written behind the answers. */
const lastWriteMs = 800
const deliveryLimits = { timeoutMs: 20_000, maxBodyBytes: 65_536 }
/** Of `sockaddr_un`, without the zero at its end. */
const maxSocketPathBytes = process.platform === 'linux' ? 107 : 103
const metadataTypes = 'application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1'
/** The name of the control socket in the data folder. */
export const controlSocketName = 'rollcall.sock'

/** Opens the store, listens, starts the jobs. Throws StoreRefusal or a listen error, with nothing left open. */
export async function startService(config: Config, version: string, isTerminal: boolean): Promise<Service> {
  const log = createLog(config.logLevel, isTerminal)
  const metrics = createMetrics()
  const database = countQueueRefusals(await openDatabase(config, metrics, log, { version }), metrics)
  try {
    return await serve(config, version, database, metrics, log)
  } catch (error) {
    await database.close()
    throw error
  }
}

function countQueueRefusals(database: Database, metrics: Metrics): Database {
  return {
    ...database,
    enter(organizationId) {
      const leave = database.enter(organizationId)
      if (leave === undefined) metrics.observeRefusal('organization_queue')
      return leave
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

/** `version` is that of a node that is going to serve, for the other nodes to know. A database that is still starting is waited for. */
export async function openDatabase(
  config: Config,
  metrics: Metrics,
  log: Log,
  { version, waitMs = 30_000 }: { readonly version?: string; readonly waitMs?: number } = {},
): Promise<Database> {
  const { observeStore: observe, observeWait } = metrics
  const shared = { isMigrating: config.isMigrating, observe, observeWait, now: Date.now }
  const states = createStoreStates(log, () => performance.now())
  const tell = (what: object, message: string): void => log.warn(what, message)
  if (config.postgres === undefined)
    return createFairDatabase(
      createReportedStore(openSqlite({ folder: config.dataFolder, tell, ...shared }), states),
      fairLimits,
      observeWait,
    )
  const onConnectionLoss = states.lost
  const store = await openPostgres({
    ...config.postgres,
    waitMs,
    onConnectionLoss,
    tell,
    ...shared,
    ...(version === undefined ? {} : { version }),
  })
  return createFairDatabase(createReportedStore(store, states), fairLimits, observeWait)
}

async function serve(
  config: Config,
  version: string,
  database: Database,
  metrics: Metrics,
  log: Log,
): Promise<Service> {
  const operatorKey = await openOperatorKey(database, config.operatorKey, Date.now())
  const { url, scimRate, anonymousRate, trustedProxies, isDev } = config
  const guard = createAddressGuard({ allow: config.outboundAllow, isLoopbackAllowed: isDev })
  const outbound = createOutbound({ guard })
  const deliveryOutbound = createOutbound({ guard, ...deliveryLimits })
  const mailer = config.mail === undefined ? undefined : createMailer(config.mail)
  const resolveTxt = createTxtResolver({ timeoutMs: 5_000 })
  const stop = new AbortController()
  let isLeaving = false
  const owner = randomUUID()
  const secretKeys = await openSecretKeys({ database, config, log, owner, clock: () => performance.now() })
  const { ring: envelope, rotation } = secretKeys
  const app = createApp({
    database,
    stopping: stop.signal,
    operatorKey,
    metrics,
    log,
    clock: Date.now,
    url,
    version,
    scimRate,
    anonymousRate,
    trustedProxies,
    envelope,
    resolveTxt,
    fetchMetadata: async (address) => (await outbound.get(address, { accept: metadataTypes })).text,
    checkUrl: deliveryOutbound.check,
    deliver: deliveryOutbound.send,
    operatorMail: config.operatorMail,
    metricsKey: config.metricsKey,
    securityContacts: config.securityContacts,
    send: outbound.send,
    fetchKeys: async (address) => (await outbound.get(address, { accept: 'application/json' })).text,
    sendMail: mailer?.send,
    mailRate: config.mailRate,
    isDev,
    requestLog: config.requestLog,
    isLeaving: () => isLeaving,
    consoleFiles: openConsoleFiles(consoleFolder()),
  })
  const { server, drain } = createHttpServer(app, config, () => metrics.observeRefusal('connections'))
  await listen(server, { port: config.port, host: config.host })
  const metricsServer = await openMetricsPort(config, metrics)
  const control = await openControlSocket(config, app, database, secretKeys, stop.signal, log)
  const { connectionRules } = app
  await openMailTarget(database, mailer !== undefined, Date.now())
  const embedded = findEmbedded(database)
  let news: News | undefined
  const jobs = startJobs({
    database,
    clock: Date.now,
    log,
    owner,
    resolveTxt,
    connectionRules,
    envelope,
    rotation,
    store: embedded,
    url,
    operatorMail: config.operatorMail,
    observe: metrics.observeJob,
    news: () => news,
  })
  const deliverer = startDeliverer({
    database,
    clock: Date.now,
    log,
    owner,
    senders: app.senders,
    observe: metrics.observeDelivery,
    sequence: () => sequenceEvents(database),
    onNews: (found) => {
      news = found
    },
  })
  if (embedded?.isToBeLookedAt === true)
    lookAtStore({ database, log, operatorMail: config.operatorMail, store: embedded }, Date.now()).catch(
      (error: unknown) => log.warn({ err: error }, 'the store could not be looked at'),
    )
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  if (isPlainHttp(url) && !isDev)
    log.warn(
      { url },
      'ROLLCALL_URL is http: cookies are for https alone, so that browsers sign in nowhere. Put a proxy that speaks TLS in front, and name its https address',
    )
  log.info({ url, port, store: database.kind }, 'Rollcall serves')
  return {
    port,
    freshOperatorKey: operatorKey.fresh,
    log,
    createOperatorLink: async () => {
      const act = { actor: { kind: 'operator' }, at: Date.now(), context: null } as const
      return (await createOperatorLink(database, act, { name: null, keyHash: operatorKey.hash, url })).url
    },
    async close() {
      isLeaving = true
      drain.announce()
      if (config.drainSeconds > 0) {
        log.info(
          { seconds: config.drainSeconds },
          'Rollcall is not ready any more, and serves on for a while',
        )
        await pause(config.drainSeconds * 1_000, new AbortController().signal)
      }
      stop.abort()
      outbound.close()
      deliveryOutbound.close()
      // A job or a delivery may wait for a database that does not answer: that must hold up no stop.
      const work = Promise.all([jobs.stop(), deliverer.stop()])
      await Promise.all([drain.end(drainMs), metricsServer?.close(), control?.close(), within(drainMs, work)])
      // Where the node's row stays, the others take it for gone after a minute.
      await within(lastWriteMs, Promise.all([app.activity.close(), rotation.leave()]))
      await database.close()
      log.info('Rollcall has stopped')
    },
  }
}

/** The folder of the console's build. */
export function consoleFolder(): string {
  return fileURLToPath(new URL('dist/', import.meta.resolve('@rollcall/console/package.json')))
}

function createHttpServer(
  app: App,
  { trustedProxies, url }: Config,
  onRefused: () => void,
): { readonly server: Server; readonly drain: Drain } {
  const basePath = basePathOf(url)
  const holds = new WeakMap<IncomingMessage, Hold>()
  const toConnection = (incoming: IncomingMessage) => ({
    address: incoming.socket.remoteAddress,
    isControlSocket: false,
    headerBytes: countRawHeaders(incoming.rawHeaders),
    hold: holds.get(incoming),
  })
  const listener = createListener({
    straight: (asked, incoming) => app.answerScim(asked, toConnection(incoming)),
    fetch: (request, incoming) => app.fetch(request, toConnection(incoming)),
  })
  const server = createServer({ maxHeaderSize: maxParsedHeaderBytes, ...serverTimeouts })
  const drain = createDrain(server)
  const admitted: Admitted = (request, response, hold) => {
    holds.set(request, hold)
    request.url = withoutBasePath(request.url ?? '/', basePath)
    const isOidc = /^\/oidc(?:[/?]|$)/.test(request.url)
    void (isOidc ? app.oidc(request, response, hold) : listener(request, response))
  }
  server.on('request', createAdmission(server, createClientAddress(trustedProxies), admitted, onRefused))
  return { server, drain }
}

function listen(server: Server, where: { port: number; host: string } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Waits for the work, but not for longer. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work.catch(() => undefined), promise])
  clearTimeout(timer)
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

/** Undefined for a path that a socket may have; the system cuts longer ones off, or refuses them. */
export function explainLongSocket(path: string): string | undefined {
  const bytes = Buffer.byteLength(path)
  if (bytes <= maxSocketPathBytes) return undefined
  return `The control socket cannot be at ${path}: that is ${bytes} bytes, and the system takes ${maxSocketPathBytes}. Name a data folder with a shorter path (ROLLCALL_DATA), or work in a folder nearer to it.`
}

/** Socket paths are short: the relative one may fit where the absolute one does not. */
export function shortest(path: string): string {
  const near = relative(process.cwd(), path)
  return near.length < path.length ? near : path
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
