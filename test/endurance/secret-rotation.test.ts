// The long form of test/security/secret-rotation.test.ts: 100,000 sealed rows, sealed anew while people and directories are served; on
// PostgreSQL by two nodes that are started again one after the other.
// Judges: server/secret-key.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEnvelope, createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import * as client from 'openid-client'
import { describe, expect, inject, it } from 'vitest'
import { createAdapterFactory } from '../../packages/server/src/openid-provider/adapter.ts'
import { loadLibrary } from '../../packages/server/src/openid-provider/library.ts'
import { createBrowser } from '../harness/browser.ts'
import { freePort } from '../harness/ports.ts'
import {
  callScim,
  createDirectoryAt,
  runCommand,
  type ServiceProcess,
  secretKey,
  startProcess,
} from '../harness/process.ts'
import { createTestClient, startInstallation } from '../harness/product.ts'
import { createMigratedAt } from '../postgres/server.ts'

const fresh = 'a-new-secret-key-for-tests-0123456789-zyxwvu'
const rows = 100_000
const atOnce = 500

describe.each(['embedded', 'postgres'] as const)('on the %s store', (store) => {
  it('100,000 sealed rows are sealed anew while everything is served; then the new key alone starts', async () => {
    const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'rollcall-rotation-')))
    const shared: Record<string, string> =
      store === 'postgres' ? { DATABASE_URL: await createMigratedAt(inject('postgresUrl')) } : {}
    const places = (store === 'postgres' ? folders : folders.slice(0, 1)).map((folder) => ({
      ...shared,
      ROLLCALL_DATA: folder,
    }))
    await seal(places[0] as Record<string, string>)
    const ports = await Promise.all(places.map(() => freePort()))
    const startAll = (key: string): Promise<ServiceProcess[]> =>
      Promise.all(places.map((place, at) => startNode(place, ports[at] as number, key)))
    const nodes = await startAll(secretKey)
    const key = await createDirectoryAt((nodes[0] as ServiceProcess).admin, 'acme')
    const endpoint = await (nodes[0] as ServiceProcess).admin.call('createWebhookEndpoint', {
      body: { url: 'http://127.0.0.1:9/' },
    })

    const state = { isOver: false, isRestarting: false, asked: 0 }
    const failures: string[] = []
    const asking = (async () => {
      for (let at = 0; !state.isOver; at += 1) {
        const node = nodes[at % nodes.length] as ServiceProcess
        const wasRestarting = state.isRestarting
        try {
          await node.admin.call('rotateWebhookEndpoint', {
            params: { id: endpoint.id },
            body: { overlapSeconds: 60 },
          })
          const answer = await callScim(node.url, key, 'GET', '/Users?count=1')
          if (answer.status !== 200) throw new Error(`SCIM answered ${answer.status}`)
          state.asked += 1
        } catch (error) {
          // A node that is stopped, or not up yet, refuses connections.
          if (!wasRestarting && !state.isRestarting) failures.push(String(error))
        }
      }
    })()
    const begun = performance.now()
    for (const [at, place] of places.entries()) {
      state.isRestarting = true
      await nodes[at]?.end('SIGTERM')
      nodes[at] = await startNode(place, ports[at] as number, `${fresh},${secretKey}`)
      state.isRestarting = false
    }
    const status = () =>
      runCommand(['secret-key', 'status'], {
        ...(places[0] as Record<string, string>),
        ROLLCALL_SECRET_KEY: `${fresh},${secretKey}`,
      })
    await expect
      .poll(async () => (await status()).output, { timeout: 400_000, interval: 2_000 })
      .toContain('no other is needed')
    const settledMs = Math.round(performance.now() - begun)
    state.isOver = true
    await asking
    expect(failures).toEqual([])
    console.log(JSON.stringify({ store, rows, settledMs, asked: state.asked }))

    await Promise.all(nodes.map((node) => node.end('SIGTERM')))
    await expect(startAll(secretKey)).rejects.toThrow('another secret key')
    const alone = await startAll(fresh)
    for (const node of alone)
      await node.admin.call('rotateWebhookEndpoint', {
        params: { id: endpoint.id },
        body: { overlapSeconds: 60 },
      })
    await Promise.all(alone.map((node) => node.end('SIGTERM')))
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }, 900_000)
})

describe('F5: what is derived from the secret key', () => {
  it('a sign-in that began before the key went over ends after it; then the new key alone knows the person again', async () => {
    const installation = await startInstallation('embedded', { ROLLCALL_LOG_LEVEL: 'info' })
    const { environment } = installation
    let { process } = installation
    const startWith = async (keys: string): Promise<void> => {
      await process.end('SIGTERM')
      process = await startProcess({ ...environment, ROLLCALL_SECRET_KEY: keys })
    }
    try {
      const company = await installation.createCompany()
      const product = await createTestClient(installation)
      const begun = await product.begin({ organization: company.organization.slug })
      const browser = createBrowser(installation.url, installation.service.send)
      const left = await browser.open(begun.url)
      await startWith(`${fresh},${secretKey}`)
      const answer = await company.provider.answer(left.url, company.person('ada'))
      const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      const tokens = await client.authorizationCodeGrant(product.config, new URL(landed.url), begun.checks)
      expect(tokens.claims()).toMatchObject({ email: `ada@${company.domain}` })
      await expect.poll(() => process.output(), { timeout: 20_000 }).toContain('the old one may go')
      await startWith(fresh)
      const again = await product.begin({ organization: company.organization.slug, prompt: 'none' })
      const silent = await browser.open(again.url)
      expect(new URL(silent.url).searchParams.get('error')).toBeNull()
      await client.authorizationCodeGrant(product.config, new URL(silent.url), again.checks)
    } finally {
      if (process.isRunning()) await process.end('SIGTERM')
      await installation.stop()
    }
  }, 90_000)
})

function startNode(place: Record<string, string>, port: number, key: string): Promise<ServiceProcess> {
  return startProcess({ ...place, PORT: String(port), ROLLCALL_SECRET_KEY: key, ROLLCALL_DEV: '1' })
}

/** Sessions of OpenID Connect, as the service seals them. */
async function seal(place: Record<string, string>): Promise<void> {
  const database = await openDatabase(
    readConfig({ ...place, ROLLCALL_SECRET_KEY: secretKey }),
    createMetrics(),
    createLog('silent', false),
  )
  const records = createAdapterFactory(
    await loadLibrary(),
    database,
    createEnvelope([secretKey]),
    Date.now,
  )('Session')
  for (let at = 0; at < rows; at += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, (_, one) => {
        const jti = `session-${at + one}`
        return records.upsert(jti, { jti, kind: 'Session', note: 'x'.repeat(600) } as never, 86_400)
      }),
    )
  await database.close()
}
