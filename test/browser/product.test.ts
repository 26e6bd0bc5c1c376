// The example product end to end, in a real browser: assigned in the identity provider, it appears in the product; it signs in;
// deactivated, it is out. On either store, as it is drawn, on both by `npm run test:walk`; on PostgreSQL the directory and the product
// talk to two different nodes.
// Judges: cli/configuration, server/openid-provider, server/webhooks, simulator/directory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Product, startProduct } from '@rollcall/example-product'
import {
  createDirectory,
  createHttpSend,
  makePerson,
  type PretendDirectory,
  startSamlProvider,
} from '@rollcall/simulator'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { operatorKey, runCommand, type ServiceProcess, startProcess } from '../harness/process.ts'
import { type Installation, startInstallation } from '../harness/product.ts'
import { draw } from '../harness/sample.ts'
import { hasChromium, launchChromium } from './chromium.ts'
import { expectAccessible } from './stage.ts'

const slug = 'acme'
const people = [makePerson('Ada Lovelace', 'ada@acme.test'), makePerson('Grace Hopper', 'grace@acme.test')]

/** Milliseconds until it holds. */
async function clockUntil(holds: () => Promise<boolean>): Promise<number> {
  const begun = performance.now()
  while (!(await holds())) {
    if (performance.now() - begun > 10_000) throw new Error('not within 10 seconds')
    await sleep(10)
  }
  return performance.now() - begun
}

const stores = draw('stores of the example product', ['embedded', 'postgres'] as const, 1)

describe.runIf(hasChromium).each(stores)('the example product on the %s store', (store) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-example-'))
  let installation: Installation
  let second: ServiceProcess | undefined
  let product: Product
  let directory: PretendDirectory
  let saml: Awaited<ReturnType<typeof startSamlProvider>>
  let http: ReturnType<typeof createHttpSend>
  let browser: Browser
  let page: Page
  const ids: string[] = []
  let options: Parameters<typeof startProduct>[0]

  beforeAll(async () => {
    const port = await freePort()
    installation = await startInstallation(store, {
      PORT: String(port),
      ROLLCALL_URL: `http://localhost:${port}`,
      HOST: '127.0.0.1',
    })
    if (store === 'postgres')
      second = await startProcess({
        ...installation.environment,
        ROLLCALL_DATA: join(folder, 'second'),
        PORT: String(await freePort()),
      })
    http = createHttpSend()
    directory = createDirectory({ send: http.send, wait: async (ms) => void (await sleep(ms)) })
    for (const { nameId, attributes } of people) {
      const [givenName = '', familyName = ''] = (attributes.displayName?.[0] ?? '').split(' ')
      ids.push(directory.savePerson({ userName: nameId, givenName, familyName }))
    }
    saml = await startSamlProvider({ directory, port: 0, people })
    const { admin } = installation
    const productPort = await freePort()
    const own = `http://127.0.0.1:${productPort}`
    const connection = { identityProvider: 'generic', metadataXml: saml.provider.metadata(), active: true }
    const domain = { name: 'acme.test', verified: true, connections: ['Acme'] }
    await applyFile({
      organizations: [
        {
          ...{ slug, name: 'Acme' },
          connections: [{ name: 'Acme', ...connection }],
          domains: [domain],
          provisioning: { mode: 'scim' },
        },
      ],
      applications: [
        {
          name: 'Example product',
          redirectUris: [`${own}/callback`],
          postLogoutRedirectUris: [`${own}/`],
          backchannelLogoutUri: `${own}/backchannel-logout`,
          initiateLoginUri: `${own}/login`,
          secretTo: 'file:application',
        },
      ],
      webhookEndpoints: [{ url: `${own}/webhooks`, secretTo: 'file:endpoint' }],
    })
    const { token } = await admin.call('createKey', { params: { slug }, body: { name: 'Directory' } })
    const [application] = (await admin.call('listApplications', {})).items
    const readSecret = (name: string): string => readFileSync(join(folder, name), 'utf8').trim()
    options = {
      port: productPort,
      rollcallUrl: `http://localhost:${port}`,
      operatorKey,
      clientId: application?.clientId ?? '',
      clientSecret: readSecret('application'),
      webhookSecret: readSecret('endpoint'),
      databaseFile: join(folder, 'product.db'),
    }
    product = await startProduct(options)
    directory.configure({
      baseUrl: `${second?.url ?? installation.url}/scim/v2`,
      token,
      creates: true,
      updates: true,
      deactivates: true,
    })
    browser = await launchChromium()
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await product?.close()
    await saml?.close()
    await http?.close()
    await second?.end('SIGTERM')
    await installation?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** As whoever runs it would: a file, and the command that applies it. */
  async function applyFile(configuration: object): Promise<void> {
    const file = join(folder, 'rollcall.yaml')
    writeFileSync(file, JSON.stringify({ rollcall: 1, ...configuration }))
    const applied = await runCommand(['apply', file, '--url', installation.url], {
      ROLLCALL_OPERATOR_KEY: operatorKey,
    })
    expect(applied).toMatchObject({ code: 0, output: expect.stringContaining('Done: 6.') })
  }

  const home = async (cookie = ''): Promise<string> =>
    (await fetch(product.url, { headers: { cookie } })).text()
  const sessionOf = async (): Promise<string> => {
    const cookies = await page.context().cookies(product.url)
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  it('assigned in the identity provider, Ada appears in the product within 2 seconds', async () => {
    directory.assign(ids[0] as string, true)
    expect(await clockUntil(async () => (await home()).includes('ada@acme.test'))).toBeLessThan(2_000)
  })

  it('she signs in: product, identity provider, product, and no page between', async () => {
    await page.goto(product.url)
    await expectAccessible(page, 'the product')
    const seen: string[] = []
    page.on('response', (response) => {
      if (response.request().isNavigationRequest() && response.status() === 200) seen.push(response.url())
    })
    await page.goto(`${product.url}/login?login_hint=ada@acme.test`)
    await page.getByRole('button', { name: /Ada/ }).click()
    await page.getByText('Signed in as Ada Lovelace').waitFor()
    const ours = seen.filter((url) => url.startsWith(options.rollcallUrl))
    expect(ours).toEqual([])
    await expectAccessible(page, 'the product, signed in')
    if (process.env.UPDATE_DOCS === '1' && store === 'embedded')
      await page.screenshot({
        path: resolve(import.meta.dirname, '../../docs/images/product.png'),
        clip: { x: 0, y: 0, width: 1280, height: 360 },
      })
  })

  it('deactivated in the identity provider, her session in the product is dead within a second', async () => {
    const cookie = await sessionOf()
    expect(await home(cookie)).toContain('Signed in as')
    directory.assign(ids[0] as string, false)
    expect(await clockUntil(async () => !(await home(cookie)).includes('Signed in as'))).toBeLessThan(1_000)
    await page.reload()
    await page.getByText('Nobody is signed in here').waitFor()
    await clockUntil(async () => /ada@acme\.test[^\n]*?Inactive/.test(await home()))
    await page.goto(`${product.url}/login?login_hint=ada@acme.test`)
    await page.getByRole('button', { name: /Ada/ }).click()
    await page.getByRole('heading', { name: 'You could not be signed in' }).waitFor()
  })

  it('what happened while the product was down, it catches up with', async () => {
    await product.close()
    directory.assign(ids[1] as string, true)
    await directory.settled()
    product = await startProduct(options)
    await clockUntil(async () => (await home()).includes('grace@acme.test'))
  })

  it('signing out of the product ends the session here, too; without a hint a page asks for the address', async () => {
    await page.goto(`${product.url}/login`)
    await page.getByLabel('Work e-mail').fill('grace@acme.test')
    await expectAccessible(page, 'the question for the address')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: /Grace/ }).click()
    await page.getByText('Signed in as Grace Hopper').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Nobody is signed in here').waitFor()
    await page.goto(`${product.url}/login?login_hint=grace@acme.test`)
    expect(new URL(page.url()).origin).toBe(saml.url)
  })

  it('a forged webhook, a forged logout token and another issuer are refused', async () => {
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(product.url + path, { method: 'POST', body, headers })
    const event = JSON.stringify({
      id: 'evt_1',
      type: 'user.deactivated',
      subject: { type: 'user', id: 'x' },
    })
    expect((await post('/webhooks', event)).status).toBe(400)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{"sub":"x"}').replaceAll('=', '')}.`
    expect((await post('/backchannel-logout', `logout_token=${none}`, form)).status).toBe(400)
    const other = await fetch(`${product.url}/login?iss=https%3A%2F%2Fevil.example.com`, {
      redirect: 'manual',
    })
    expect(other.status).toBe(400)
  })
})
