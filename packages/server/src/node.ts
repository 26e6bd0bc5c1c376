// What answers requests, wired: the store, the app over it, its server. A process without workers has one, and so has each worker.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { App } from './app.ts'
import { basePathOf, withoutBasePath } from './base/base-path.ts'
import { eachStep, type TellOfStart } from './base/few.ts'
import type { Log } from './base/log.ts'
import type { Config } from './config.ts'
import type { Act } from './events/record.ts'
import {
  type AdmissionOptions,
  type Admitted,
  createAdmission,
  type Hold,
  placesOf,
} from './http/admission.ts'
import type { AmountsOf } from './http/amounts.ts'
import { createClientAddress } from './http/client-address.ts'
import { createDrain, type Drain } from './http/drain.ts'
import { countRawHeaders, maxParsedHeaderBytes, serverTimeouts } from './http/limits.ts'
import { completeHost, createListener } from './http/listener.ts'
import type { Metrics } from './http/metrics.ts'
import { answerClientErrors } from './http/slow.ts'
import { normalizeTarget } from './http/target.ts'
import { settleInvitations } from './invitations/settle.ts'
import { createAddressGuard } from './outbound/addresses.ts'
import { createDns, type Dns } from './outbound/dns.ts'
import { createMailer } from './outbound/mail.ts'
import { createOutbound } from './outbound/outbound.ts'
import { renderSlow } from './scim/slow.ts'
import { openSecretKeys } from './sealed-columns.ts'
import type { SecretKeys } from './secret-key/open.ts'
import { endSettling } from './sessions/key-change.ts'
import {
  type FoundKey,
  findOperatorKey,
  forgetOperatorKey,
  type OperatorKey,
} from './sessions/operator-key.ts'
import { settleLinks } from './sessions/settle-links.ts'
import type { Database } from './store/database.ts'
import { createFairDatabase } from './store/fair.ts'
import { fairLimits } from './store/fair-queue.ts'
import { type ConnectionPlaces, openPostgres } from './store/postgres.ts'
import { openSqlite } from './store/sqlite.ts'
import { createReportedStore, createStoreStates } from './store/states.ts'
import type { Telemetry } from './telemetry.ts'
import { type Wired, wire } from './wire.ts'

/** Requests under way end within this. */
export const drainMs = 8_000
/** What waited to be written behind the answers. */
const lastWriteMs = 800
const deliveryLimits = { timeoutMs: 20_000, maxBodyBytes: 65_536, keepsConnections: true }
const metadataTypes = 'application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1'

/** How a store is opened. */
export interface OpenOptions {
  readonly version?: string
  readonly waitMs?: number
  /** Where several threads share what a node may have of connections. */
  readonly places?: ConnectionPlaces | undefined
}

/** `version` is that of a node that is going to serve, for the other nodes to know. A database that is still starting is waited for. */
export async function openDatabase(
  config: Config,
  metrics: Metrics,
  log: Log,
  { version, waitMs = 30_000, places }: OpenOptions = {},
): Promise<Database> {
  const { observeStore: observe, observeWait } = metrics
  const shared = { isMigrating: config.isMigrating, observe, observeWait, now: Date.now }
  const states = createStoreStates(log, () => performance.now())
  const tell = (what: object, message: string): void => log.warn(what, message)
  if (config.postgres === undefined)
    return countQueueRefusals(
      createFairDatabase(
        createReportedStore(openSqlite({ folder: config.dataFolder, tell, ...shared }), states),
        fairLimits,
        observeWait,
      ),
      metrics,
    )
  const onConnectionLoss = states.lost
  const store = await openPostgres({
    ...config.postgres,
    waitMs,
    onConnectionLoss,
    tell,
    ...shared,
    places,
    ...(version === undefined ? {} : { version }),
  })
  return countQueueRefusals(
    createFairDatabase(createReportedStore(store, states), fairLimits, observeWait),
    metrics,
  )
}

function countQueueRefusals(database: Database, metrics: Metrics): Database {
  return {
    ...database,
    enter(line, comer) {
      const leave = database.enter(line, comer)
      if (leave === undefined) metrics.observeRefusal('organization_queue')
      return leave
    },
  }
}

/**
 * The operator's key at a start: whatever was made under another one ends, sessions, links and invitations. `tell`: of organizations where
 * that failed, under a key of which a start before has ended everything; unsaid, it is thrown.
 */
export async function openOperatorKey(
  database: Database,
  configured: string | undefined,
  now: number,
  tell?: TellOfStart,
): Promise<FoundKey> {
  const act: Act = { actor: { kind: 'system', job: 'start' }, rung: 'operator', at: now, context: null }
  const key = await findOperatorKey(database, act, configured)
  try {
    await eachStep(
      () => settleLinks(database, act, key, tell),
      () => settleInvitations(database, act, key, tell),
    )
  } catch (error) {
    // One that was made here was shown to nobody.
    await forgetOperatorKey(database, key).catch(() => undefined)
    throw error
  }
  if (key.isChanged) await endSettling(database, key.hash)
  return key
}

/** All that answers requests but for a place where they come in. */
export interface Node extends Wired {
  readonly secretKeys: SecretKeys
  /** Names it in leases. */
  readonly owner: string
  readonly dns: Dns
  /** Aborts when it begins to stop. */
  readonly stopping: AbortSignal
  /** From now on it says that it is not ready. */
  leave(): void
  /** Ends what waits and what is under way outwards. */
  stop(): void
  /** Writes what waits behind the answers. */
  settle(): Promise<void>
}

/** What a node is made of. */
export interface NodeOptions {
  readonly config: Config
  readonly version: string
  readonly database: Database
  readonly metrics: Metrics
  readonly log: Log
  readonly operatorKey: OperatorKey
  /** Where limits remember what was used; absent: in the memory of this thread. */
  readonly amounts?: AmountsOf
  readonly telemetry?: Telemetry | undefined
}

/** Wires a node; it answers once it listens. */
export async function openNode(options: NodeOptions): Promise<Node> {
  const { config, version, database, metrics, log, operatorKey, amounts, telemetry } = options
  const guard = createAddressGuard({ allow: config.outboundAllow, isLoopbackAllowed: config.isDev })
  const outbound = createOutbound({ guard })
  const deliveryOutbound = createOutbound({ guard, ...deliveryLimits })
  const mailer = config.mail === undefined ? undefined : createMailer(config.mail)
  const dns = createDns({ timeoutMs: 5_000 })
  const stop = new AbortController()
  let isLeaving = false
  const owner = randomUUID()
  const secretKeys = await openSecretKeys({ database, config, log, owner, clock: () => performance.now() })
  const { ring: envelope, rotation } = secretKeys
  const wired = wire({
    config,
    database,
    operatorKey,
    metrics,
    log,
    version,
    amounts,
    // Metrics are read, and need nothing wrapped.
    telemetry: config.telemetry?.traces === true ? telemetry : undefined,
    envelope,
    isLeaving: () => isLeaving,
    stopping: stop.signal,
    world: {
      clock: Date.now,
      dns,
      fetchMetadata: async (address) => (await outbound.get(address, { accept: metadataTypes })).text,
      fetchKeys: async (address) => (await outbound.get(address, { accept: 'application/json' })).text,
      checkUrl: deliveryOutbound.check,
      send: outbound.send,
      deliver: deliveryOutbound.send,
      sendMail: mailer?.send,
    },
  })
  const { app } = wired
  return {
    ...wired,
    secretKeys,
    owner,
    dns,
    stopping: stop.signal,
    leave() {
      isLeaving = true
    },
    stop() {
      stop.abort()
      outbound.close()
      deliveryOutbound.close()
    },
    // Where the node's row stays, the others take it for gone after a minute.
    settle: () =>
      within(lastWriteMs, Promise.all([app.activity.close(), rotation.leave(), telemetry?.close()])),
  }
}

/** Where requests come in. */
export interface Front {
  readonly port: number
  /** Answers say `Connection: close` from now on. */
  announce(): void | Promise<void>
  /** Stops listening, and resolves when what was under way has ended. */
  close(): Promise<void>
}

/** Listens for a node; with `isShared` beside other threads, on the same port. */
export async function openFront(
  { app }: Node,
  config: Config,
  metrics: Metrics,
  { isShared = false, withinMs = drainMs }: { readonly isShared?: boolean; readonly withinMs?: number } = {},
): Promise<Front> {
  const { server, drain } = createHttpServer(app, config, {
    onRefused: () => metrics.observeRefusal('connections'),
    limits: placesOf(config.workers),
  })
  await listen(server, { port: config.port, host: config.host, reusePort: isShared })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  return { port, announce: drain.announce, close: () => drain.end(withinMs) }
}

/** The server of an app, which does not listen yet. */
export function createHttpServer(
  app: Pick<App, 'fetch' | 'answerScim' | 'oidc'>,
  { trustedProxies, url }: Pick<Config, 'trustedProxies' | 'url'>,
  admission: AdmissionOptions,
): { readonly server: Server; readonly drain: Drain } {
  const basePath = basePathOf(url)
  const toConnection = (incoming: IncomingMessage, hold: Hold | undefined) => ({
    address: incoming.socket.remoteAddress,
    isControlSocket: false,
    headerBytes: countRawHeaders(incoming.rawHeaders),
    hold,
  })
  const listener = createListener({
    straight: (asked, incoming, hold) => app.answerScim(asked, toConnection(incoming, hold)),
    fetch: (request, incoming, hold) => app.fetch(request, toConnection(incoming, hold)),
  })
  const server = createServer({ maxHeaderSize: maxParsedHeaderBytes, ...serverTimeouts })
  const drain = createDrain(server)
  const watch = answerClientErrors(server, renderSlow)
  const admitted: Admitted = (request, response, hold) => {
    watch(request, response)
    completeHost(request)
    request.url = withoutBasePath(normalizeTarget(request.url ?? '/'), basePath)
    const isOpenId = /^\/oidc(?:[/?]|$)/.test(request.url)
    void (isOpenId ? app.oidc(request, response, hold) : listener(request, response, hold))
  }
  server.on('request', createAdmission(server, createClientAddress(trustedProxies), admitted, admission))
  return { server, drain }
}

/** Resolves with the port once the server listens. */
export function listen(
  server: Server,
  where:
    | { readonly port: number; readonly host: string; readonly reusePort?: boolean }
    | { readonly path: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Waits for the work, but not for longer. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work.catch(() => undefined), promise])
  clearTimeout(timer)
}
