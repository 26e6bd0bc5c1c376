// A service in a process of its own with an organization, its identity provider and an application: what a product meets.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreatedApplication, NewApplication } from '@rollcall/api'
import type { SamlPerson } from '@rollcall/simulator'
import * as client from 'openid-client'
import { inject } from 'vitest'
import { createMigratedAt } from '../postgres/server.ts'
import { type Browser, createBrowser, type Landing } from './browser.ts'
import { freePort } from './ports.ts'
import { operatorKey, type ServiceProcess, startProcess } from './process.ts'
import type { Service, StoreName } from './service.ts'
import { type Company, createCompany } from './sso.ts'

export interface Installation {
  readonly process: ServiceProcess
  readonly environment: Readonly<Record<string, string>>
  readonly url: string
  readonly admin: Service['admin']
  /** As the helpers of in-process tests take it. */
  readonly service: Service
  createCompany(options?: Parameters<typeof createCompany>[1]): Promise<Company>
  stop(): Promise<void>
}

/** Loopback addresses may be called. */
export async function startInstallation(
  store: StoreName,
  more: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-product-'))
  const port = String(await freePort())
  const environment: Record<string, string> = {
    ROLLCALL_DATA: folder,
    ROLLCALL_DEV: '1',
    PORT: port,
    ROLLCALL_URL: `http://127.0.0.1:${port}`,
    ...more,
  }
  if (store === 'postgres') environment.DATABASE_URL ??= await createMigratedAt(inject('postgresUrl'))
  const process = await startProcess(environment)
  const service = {
    url: process.url,
    operatorKey,
    admin: process.admin,
    now: Date.now,
    send: (request: Request) => fetch(request, { redirect: 'manual' }),
  } as Service
  return {
    process,
    environment,
    url: process.url,
    admin: process.admin,
    service,
    createCompany: (options) => createCompany(service, options),
    async stop() {
      if (process.isRunning()) await process.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface TestClient {
  readonly application: CreatedApplication
  readonly config: client.Configuration
  readonly redirectUri: string
  /** Begins a sign-in: where to send the browser, and what must come back. */
  begin(parameters?: Readonly<Record<string, string>>): Promise<Begun>
}

export interface Begun {
  readonly url: string
  readonly checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string }
}

/** An application and openid-client configured for it, over plain HTTP on loopback. */
export async function createTestClient(
  installation: Installation,
  more: Partial<NewApplication> = {},
  redirectUri = 'http://127.0.0.1:4999/callback',
): Promise<TestClient> {
  const application = await installation.admin.call('createApplication', {
    body: {
      name: 'Product',
      redirectUris: [redirectUri],
      postLogoutRedirectUris: ['http://127.0.0.1:4999/'],
      ...more,
    } as never,
  })
  const secret = application.clientSecret
  const config = await client.discovery(
    new URL(`${installation.url}/oidc`),
    application.clientId,
    undefined,
    secret === null ? client.None() : client.ClientSecretBasic(secret),
    { execute: [client.allowInsecureRequests] },
  )
  return {
    application,
    config,
    redirectUri,
    async begin(parameters = {}) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier()
      const expectedState = client.randomState()
      const expectedNonce = client.randomNonce()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile email groups',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        ...parameters,
      })
      return { url: url.href, checks: { pkceCodeVerifier, expectedState, expectedNonce } }
    },
  }
}

/** The whole way of a person: product, here, identity provider, here, product. Ends at the product's callback. */
export async function passThrough(
  installation: Installation,
  company: Company,
  begun: Begun,
  person: SamlPerson,
  browser: Browser = createBrowser(installation.url, installation.service.send),
): Promise<Landing & { readonly browser: Browser; readonly hasSeenIdentityProvider: boolean }> {
  const left = await browser.open(begun.url)
  if (!left.url.startsWith(company.provider.ssoUrl))
    return { ...left, browser, hasSeenIdentityProvider: false }
  const answer = await company.provider.answer(left.url, person)
  const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
  return { ...landed, browser, hasSeenIdentityProvider: true }
}
