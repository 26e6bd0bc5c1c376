// The service inside a test, without a port: the whole app on a store of its own, for each of the two stores.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { type Client, createClient } from '@rollcall/api'
import type { ProfileName } from '@rollcall/scim'
import {
  createEnvelope,
  createLog,
  createMetrics,
  openDatabase,
  openOperatorKey,
  readConfig,
  wire,
} from '@rollcall/server'
import { afterAll, describe, inject } from 'vitest'
import type { App } from '../../packages/server/src/app.ts'
import { createAddressGuard } from '../../packages/server/src/outbound/addresses.ts'
import type { Dns } from '../../packages/server/src/outbound/dns.ts'
import { createMailer } from '../../packages/server/src/outbound/mail.ts'
import { createOutbound, OutboundError } from '../../packages/server/src/outbound/outbound.ts'
import type { Language } from '../../packages/server/src/pages/language.ts'
import { embeddedFileName } from '../../packages/server/src/store/sqlite-folder.ts'
import { createMigratedAt, dropDatabase } from '../postgres/server.ts'
import { draw } from './sample.ts'
import { type Taken, watchLocks } from './watch-locks.ts'
import { watchStatements } from './watch-statements.ts'

export type StoreName = 'embedded' | 'postgres'

export interface Directory {
  readonly organization: { readonly id: string; readonly slug: string }
  readonly key: string
  readonly keyId: string
  readonly scimUrl: string
  /** Another key of the organization, with a profile of its own. */
  createKey(profile: ProfileName): Promise<string>
  /** Straight into the app: what it gets is what a socket would have delivered. */
  send(request: Request): Promise<Response>
}

export interface Service {
  readonly store: StoreName
  readonly url: string
  readonly operatorKey: string
  readonly admin: Client
  /** The service's clock. */
  now(): number
  /** Moves the service's clock on. */
  advance(milliseconds: number): void
  send(request: Request): Promise<Response>
  /** Behind sockets, for a test that has some. */
  readonly fetch: App['fetch']
  /** What the listener asks for SCIM. */
  readonly answerScim: App['answerScim']
  /** The door under /oidc, which speaks Node's own requests. */
  readonly oidc: App['oidc']
  /** What its doors answer. */
  readonly routes: readonly string[]
  /** The same from an address of the network. */
  sendFrom(ip: string, request: Request): Promise<Response>
  /** An organization in SCIM mode with one key. */
  createOrganization(options?: { readonly profile?: ProfileName; readonly slug?: string }): Promise<Directory>
  flushActivity(): Promise<void>
  /** What DNS says: the texts of a name's TXT records. */
  readonly txtRecords: Map<string, readonly string[]>
  /** The name servers of a zone. */
  readonly nameServers: Map<string, readonly string[]>
  /** Both, as the service asks them. */
  readonly dns: Dns
  /** What stands behind a metadata URL, or a key set's; what else a loopback address has is fetched. */
  readonly metadataPages: Map<string, string>
  /** Mails that were sent, where the service was started with mail. */
  readonly mails: {
    readonly to: string
    readonly subject: string
    readonly text: string
    readonly html?: string
  }[]
  /** Of the store on PostgreSQL, for a second node. */
  readonly databaseUrl: string | undefined
  readonly database: Awaited<ReturnType<typeof openDatabase>>
  stop(): Promise<void>
}

export interface StartOptions {
  readonly scimRate?: number
  /** Anonymous acts a second for one network; all requests of `send` come from one. */
  readonly anonymousRate?: number
  readonly trustedProxies?: readonly string[]
  readonly hasMail?: boolean
  readonly mailRate?: number
  /** Mail by SMTP instead. */
  readonly smtpUrl?: string
  /** Of the pages, in the place of ours. */
  readonly languages?: readonly Language[]
  /** Sends webhooks, to loopback addresses too. */
  readonly hasDeliveries?: boolean
  readonly deliveryTimeoutMs?: number
  /** Public URL; http://localhost:4000 otherwise. */
  readonly url?: string
  /** ROLLCALL_DEV: http is as good as https. */
  readonly isDev?: boolean
  /** How the operator runs the command. */
  readonly command?: string
  /** ROLLCALL_SECURITY_CONTACT. */
  readonly securityContact?: string
  /** ROLLCALL_METRICS_KEY. */
  readonly metricsKey?: string
  /** A second node: the store of the first. */
  readonly beside?: { readonly databaseUrl: string }
  /** What seals; one with the key of all tests otherwise. */
  readonly envelope?: ReturnType<typeof createEnvelope>
  /** Of the embedded store: a data folder that is there, and stays. */
  readonly folder?: string
  /** What happens in the moment before the app opens a unit of work, or waits for its turn to, or reads of an organization. */
  readonly beforeStore?: (what: 'unit' | 'read') => Promise<void>
  /** Told of what each unit of work of the app locked. */
  readonly onUnit?: (unit: readonly Taken[]) => void
  /** `watchAsked` is told of the app's statements. */
  readonly isAskedWatched?: boolean
}

export type Start = (options?: StartOptions) => Promise<Service>

const operatorKey = 'operator-key-for-tests-0123456789abcdef'
const secretKey = 'secret-key-for-tests-0123456789abcdefghij'
let organizations = 0

/** The stores that are asked for alone: `npm run test:quick` leaves PostgreSQL out. */
const chosen = process.env.ROLLCALL_TEST_STORES?.split(',')

/** Runs the block once for each store, or each of those named; services it starts are stopped after it. */
export function forEachStore(
  define: (start: Start, store: StoreName) => void,
  stores: readonly StoreName[] = ['embedded', 'postgres'],
): void {
  for (const store of stores.filter((one) => chosen?.includes(one) ?? true)) {
    describe(`on the ${store} store`, () => {
      const running: Service[] = []
      afterAll(async () => {
        for (const service of running) await service.stop()
        // They lie in memory, and several nodes may have one.
        const urls = new Set(running.flatMap(({ databaseUrl }) => databaseUrl ?? []))
        for (const url of urls) await dropDatabase(url)
      })
      define(async (options) => {
        const service = await startService(store, options ?? {})
        running.push(service)
        return service
      }, store)
    })
  }
}

/**
 * The same for what hangs on no store: what a door answers, whoever keeps its rows. It is played on one of the two, as the file's name and
 * the seed fall; on both where all is asked for, as in the long tests.
 */
export function forOneStore(file: string, define: (start: Start, store: StoreName) => void): void {
  const name = `store of ${relative(resolve(import.meta.dirname, '../..'), file)}`
  forEachStore(define, chosen === undefined ? draw(name, ['embedded', 'postgres'], 1) : undefined)
}

/** The next millisecond: what was proven in the one in which sessions ended counts as before. */
export async function laterThan({ now }: Pick<Service, 'now'>): Promise<void> {
  const moment = now()
  while (now() <= moment) await new Promise((done) => setImmediate(done))
}

/** The store itself, but for the moment before. */
function withPause(
  database: Service['database'],
  before: NonNullable<StartOptions['beforeStore']>,
): Service['database'] {
  return {
    ...database,
    async inTurn(organizationId, unit) {
      await before('unit')
      return database.inTurn(organizationId, unit)
    },
    async inOrganization(scope, work) {
      await before('unit')
      return database.inOrganization(scope, work)
    },
    async inInstallation(purpose, work) {
      await before('unit')
      return database.inInstallation(purpose, work)
    },
    async readOrganization(scope, statement, args) {
      await before('read')
      return database.readOrganization(scope, statement, args)
    },
  }
}

let migrated: Promise<Buffer> | undefined

/** An embedded store with every migration done already, for tests that are about something else; made once a worker. */
async function makeMigrated(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-migrated-'))
  const config = readConfig({ ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: secretKey })
  const database = await openDatabase(config, createMetrics(), createLog('silent', false))
  await database.close()
  const file = readFileSync(join(folder, embeddedFileName))
  rmSync(folder, { recursive: true, force: true })
  return file
}

async function startService(store: StoreName, options: StartOptions): Promise<Service> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  if (store === 'embedded' && options.folder === undefined) {
    migrated ??= makeMigrated()
    writeFileSync(join(folder, embeddedFileName), await migrated, { mode: 0o600 })
  }
  const environment: Record<string, string> = {
    ROLLCALL_DATA: folder,
    ROLLCALL_OPERATOR_KEY: operatorKey,
    ROLLCALL_SCIM_RATE: String(options.scimRate ?? 100_000),
    ROLLCALL_ANONYMOUS_RATE: String(options.anonymousRate ?? 100_000),
  }
  environment.ROLLCALL_SECRET_KEY = secretKey
  if (options.url !== undefined) environment.ROLLCALL_URL = options.url
  if (options.securityContact !== undefined) environment.ROLLCALL_SECURITY_CONTACT = options.securityContact
  if (store === 'postgres')
    environment.DATABASE_URL = options.beside?.databaseUrl ?? (await createMigratedAt(inject('postgresUrl')))
  const config = readConfig(environment)
  const metrics = createMetrics()
  const log = createLog('silent', false)
  const database = await openDatabase(config, metrics, log)
  const offset = { ms: 0 }
  const txtRecords = new Map<string, readonly string[]>()
  const nameServers = new Map<string, readonly string[]>()
  const dns: Dns = {
    txt: async (name) => txtRecords.get(name) ?? [],
    nameServers: async (name) => nameServers.get(name) ?? [],
  }
  const metadataPages = new Map<string, string>()
  const mails: { to: string; subject: string; text: string; html?: string }[] = []
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: [], isLoopbackAllowed: true }),
    timeoutMs: options.deliveryTimeoutMs ?? 20_000,
  })
  const fetchPage = async (url: string): Promise<string> => {
    const text = metadataPages.get(url)
    if (text !== undefined) return text
    // An issuer that a test has started.
    if (url.startsWith('http://127.0.0.1:')) return (await outbound.get(url, { accept: '*/*' })).text
    throw new OutboundError('not_ok', 'it answered 404')
  }
  const smtp =
    options.smtpUrl === undefined
      ? undefined
      : createMailer({ smtpUrl: options.smtpUrl, from: 'Rollcall <no-reply@rollcall.test>' })
  const clock = (): number => Date.now() + offset.ms
  const told = options.isAskedWatched === true ? watchStatements(database) : database
  const watched = options.onUnit === undefined ? told : watchLocks(told, options.onUnit)
  const { app, openMail, startDeliveries } = wire({
    config: {
      ...config,
      mailRate: options.mailRate ?? config.mailRate,
      trustedProxies: options.trustedProxies ?? [],
      metricsKey: options.metricsKey,
      operatorMail: options.hasMail === true ? 'operator@example.com' : undefined,
      isDev: options.isDev ?? false,
      command: options.command ?? 'rollcall',
      requestLog: 'off',
    },
    database: options.beforeStore === undefined ? watched : withPause(watched, options.beforeStore),
    operatorKey: await openOperatorKey(database, operatorKey, clock()),
    metrics,
    log,
    version: '0.0.0',
    envelope: options.envelope ?? createEnvelope([secretKey]),
    isLeaving: () => false,
    stopping: new AbortController().signal,
    world: {
      languages: options.languages,
      clock,
      dns,
      fetchMetadata: fetchPage,
      fetchKeys: fetchPage,
      checkUrl: outbound.check,
      send: outbound.send,
      deliver: outbound.send,
      sendMail: smtp?.send ?? (options.hasMail === true ? async (mail) => void mails.push(mail) : undefined),
    },
  })
  await openMail(database)
  const deliverer =
    options.hasDeliveries === true ? startDeliveries({ owner: randomUUID() }, database) : undefined
  const send = (request: Request): Promise<Response> =>
    app.fetch(request, { address: undefined, isControlSocket: false, headerBytes: undefined })
  const sendFrom = (address: string, request: Request): Promise<Response> =>
    app.fetch(request, { address, isControlSocket: false, headerBytes: undefined })
  const admin = createClient({ baseUrl: config.url, operatorKey, send })
  return {
    store,
    url: config.url,
    operatorKey,
    admin,
    send,
    fetch: app.fetch,
    answerScim: app.answerScim,
    routes: app.routes,
    oidc: app.oidc,
    sendFrom,
    database,
    now: () => Date.now() + offset.ms,
    advance: (milliseconds) => {
      offset.ms += milliseconds
    },
    createOrganization: (wanted) => createDirectory(admin, send, `${config.url}/scim/v2`, wanted ?? {}),
    flushActivity: () => app.activity.flush(),
    txtRecords,
    nameServers,
    dns,
    metadataPages,
    mails,
    databaseUrl: environment.DATABASE_URL,
    async stop() {
      outbound.close()
      await deliverer?.stop()
      await app.activity.close()
      // A test may have closed it, to see what becomes of an answer under way.
      await database.close().catch(() => undefined)
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function createDirectory(
  admin: Client,
  send: Directory['send'],
  scimUrl: string,
  wanted: { readonly profile?: ProfileName; readonly slug?: string },
): Promise<Directory> {
  organizations += 1
  const slug = wanted.slug ?? `acme-${organizations}`
  const organization = await admin.call('createOrganization', {
    body: { name: 'Acme', slug, requireSso: false },
  })
  await admin.call('updateProvisioning', { params: { slug }, body: { mode: 'scim' } })
  const created = await admin.call('createKey', {
    params: { slug },
    body: { name: 'test', profile: wanted.profile ?? 'auto' },
  })
  const createKey = async (profile: ProfileName): Promise<string> =>
    (await admin.call('createKey', { params: { slug }, body: { name: profile, profile } })).token
  return { organization, key: created.token, keyId: created.key.id, scimUrl, createKey, send }
}
