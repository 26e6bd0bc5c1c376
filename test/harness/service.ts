// The service inside a test, without a port: the whole app on a store of its own, for each of the two stores.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@rollcall/api'
import {
  createApp,
  createLog,
  createMetrics,
  openDatabase,
  openOperatorKey,
  readConfig,
} from '@rollcall/server'
import { afterAll, describe, inject } from 'vitest'
import { createDatabaseAt } from '../postgres/server.ts'

export type StoreName = 'embedded' | 'postgres'

export interface Directory {
  readonly organization: { readonly id: string; readonly slug: string }
  readonly key: string
  readonly keyId: string
  readonly scimUrl: string
  /** Straight into the app: what it gets is what a socket would have delivered. */
  send(request: Request): Promise<Response>
}

export interface Service {
  readonly store: StoreName
  readonly url: string
  readonly operatorKey: string
  readonly admin: Client
  /** Moves the service's clock on. */
  advance(milliseconds: number): void
  send(request: Request): Promise<Response>
  /** An organization in SCIM mode with one key. */
  createOrganization(options?: {
    readonly profile?: 'auto' | 'okta' | 'entra' | 'strict'
    readonly slug?: string
  }): Promise<Directory>
  flushActivity(): Promise<void>
  readonly database: Awaited<ReturnType<typeof openDatabase>>
  stop(): Promise<void>
}

export interface StartOptions {
  readonly scimRate?: number
  /** A second node: the store of the first. */
  readonly beside?: { readonly databaseUrl: string }
}

export type Start = (options?: StartOptions) => Promise<Service>

const operatorKey = 'operator-key-for-tests-0123456789abcdef'
let organizations = 0

/** Runs the block once for each store; services it starts are stopped after it. */
export function forEachStore(define: (start: Start, store: StoreName) => void): void {
  for (const store of ['embedded', 'postgres'] as const) {
    describe(`on the ${store} store`, () => {
      const running: Service[] = []
      afterAll(async () => {
        for (const service of running) await service.stop()
      })
      define(async (options) => {
        const service = await startService(store, options ?? {})
        running.push(service)
        return service
      }, store)
    })
  }
}

async function startService(store: StoreName, options: StartOptions): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  const environment: Record<string, string> = {
    ROLLCALL_DATA: folder,
    ROLLCALL_OPERATOR_KEY: operatorKey,
    ROLLCALL_SCIM_RATE: String(options.scimRate ?? 100_000),
  }
  if (store === 'postgres') environment.DATABASE_URL = await createDatabaseAt(inject('postgresUrl'))
  const config = readConfig(environment)
  const metrics = createMetrics()
  const log = createLog('silent', false)
  const database = await openDatabase(config, metrics, log)
  const offset = { ms: 0 }
  const app = createApp({
    database,
    operatorKey: await openOperatorKey(database, operatorKey),
    metrics,
    log,
    clock: () => Date.now() + offset.ms,
    url: config.url,
    version: '0.0.0',
    scimRate: config.scimRate,
    trustedProxies: [],
  })
  const send = (request: Request): Promise<Response> =>
    app.fetch(request, { address: undefined, isControlSocket: false, headerBytes: undefined })
  const admin = createClient({ baseUrl: config.url, operatorKey, send })
  return {
    store,
    url: config.url,
    operatorKey,
    admin,
    send,
    database,
    advance: (milliseconds) => {
      offset.ms += milliseconds
    },
    createOrganization: (wanted) => createDirectory(admin, send, `${config.url}/scim/v2`, wanted ?? {}),
    flushActivity: () => app.activity.flush(),
    async stop() {
      await app.activity.close()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function createDirectory(
  admin: Client,
  send: Directory['send'],
  scimUrl: string,
  wanted: { readonly profile?: 'auto' | 'okta' | 'entra' | 'strict'; readonly slug?: string },
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
  return { organization, key: created.token, keyId: created.key.id, scimUrl, send }
}
