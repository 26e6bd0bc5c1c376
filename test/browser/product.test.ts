// The example product end to end, in a real browser: assigned in the identity provider, it appears in the product; it signs in;
// deactivated, it is out. On either store, as it is drawn, on both by `npm run test:walk`; on PostgreSQL the directory and the product
// talk to two different nodes.
// Judges: cli/configuration, server/openid-provider, server/webhooks, simulator/directory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { readPeople } from '../harness/product-database.ts'
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
    const domain = { name: 'acme.test', isVerified: true, connections: ['Acme'] }
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
          postLogoutRedirectUris: [`${own}/signed-out`],
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

  const home = async (cookie: string): Promise<string> =>
    (await fetch(`${product.url}/people`, { headers: { cookie }, redirect: 'manual' })).text()
  const isActive = async (address: string): Promise<boolean | undefined> =>
    readPeople(options.databaseFile)[address]
  const signIn = async (name: string): Promise<void> => {
    await page.goto(`${product.url}/login?login_hint=${name.toLowerCase()}@acme.test`)
    const chosen = page.getByRole('button', { name: new RegExp(name) })
    const arrived = page.getByText(`Signed in as ${name}`)
    await chosen.or(arrived).first().waitFor()
    if (await chosen.isVisible()) await chosen.click()
    await arrived.waitFor()
  }
  const isSigningOut = Promise.withResolvers<void>()
  /** The product has answered, and the service not yet: until then its page is there, and hears that its person is out. */
  const signOutWhileThePageAsks = async (): Promise<void> => {
    const heard = page.waitForResponse(
      (one) => one.request().redirectedFrom()?.url() === `${product.url}/people`,
    )
    const { pid } = installation.process
    process.kill(pid, 'SIGSTOP')
    try {
      const asked = page.waitForRequest((one) => one.url().includes('/oidc/session/end'))
      await Promise.all([asked, page.getByRole('button', { name: 'Sign out' }).click({ noWaitAfter: true })])
      isSigningOut.resolve()
      await heard
      // Its script does what it will before the product has answered so often.
      for (let answers = 0; answers < 50; answers += 1) await fetch(`${product.url}/icon.svg`)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  }
  const sessionOf = async (): Promise<string> => {
    const cookies = await page.context().cookies(product.url)
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  it('assigned in the identity provider, Ada appears in the product within 2 seconds', async () => {
    directory.assign(ids[0] as string, true)
    expect(await clockUntil(async () => (await isActive('ada@acme.test')) === true)).toBeLessThan(2_000)
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
  })

  it('A15: the list of people follows under her eyes', async () => {
    const row = page.getByRole('row', { name: /grace@acme.test/ })
    directory.assign(ids[1] as string, true)
    await row.getByText('Active', { exact: true }).waitFor()
    directory.assign(ids[1] as string, false)
    await row.getByText('Inactive', { exact: true }).waitFor()
    await page.getByText('1 of 2 active').waitFor()
  })

  it('A15: Settings > Security opens the settings for administrators, which lead back; a member is told', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByText('You are a member').waitFor()
    await expectAccessible(page, 'Security, of a member')
    const cookie = await sessionOf()
    const denied = await fetch(`${product.url}/settings/security`, {
      ...{ method: 'POST', headers: { cookie }, redirect: 'manual' },
    })
    expect(denied.headers.get('location')).toMatch(/denied=1$/)
    const { items } = await installation.admin.call('listUsers', {
      params: { slug },
      query: { search: 'ada' },
    })
    const params = { slug, id: items[0]?.id as string }
    await installation.admin.call('updateUser', { params, body: { role: 'admin' } })
    // Another role ends what they had.
    await clockUntil(async () => !(await home(cookie)).includes('Signed in as'))
    await signIn('Ada')
    const admitted = await sessionOf()
    const other = await browser.newContext()
    // Somebody else's browser: here a session of hers would be ended first.
    await other.addCookies(await page.context().cookies(product.url))
    const settings = await other.newPage()
    const opened = await fetch(`${product.url}/settings/security`, {
      ...{ method: 'POST', headers: { cookie: admitted }, redirect: 'manual' },
    })
    await settings.goto(opened.headers.get('location') ?? '')
    await settings.getByRole('button', { name: 'Open the link' }).click()
    await settings.getByRole('heading', { name: 'User Provisioning' }).waitFor()
    await settings
      .getByRole('link', { name: `Back to ${new URL(product.url).host}` })
      .first()
      .click()
    await settings.getByText('You are back from the security settings').waitFor()
    await expectAccessible(settings, 'Security, after the settings')
    await other.close()
    await installation.admin.call('updateUser', { params, body: { role: 'member' } })
    await page.getByRole('heading', { name: 'You have been signed out' }).waitFor()
    await signIn('Ada')
  })

  it('A15: a sign-in that was refused says why, as text, and leads on', async () => {
    const begun = await fetch(`${product.url}/login`, { redirect: 'manual' })
    const asked = new URL(begun.headers.get('location') ?? '').searchParams
    const said = `<b>no</b>${'x'.repeat(400)}`
    const came = { error: 'access_denied', error_description: said, state: asked.get('state') ?? '' }
    const query = new URLSearchParams({ ...came, iss: `${options.rollcallUrl}/oidc` })
    const cookie = begun.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const answer = await fetch(`${product.url}/callback?${query}`, { headers: { cookie } })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(`&#60;b&#62;no&#60;/b&#62;${'x'.repeat(291)}<`)
    const stranger = await (await browser.newContext()).newPage()
    expect((await stranger.goto(`${product.url}/callback?${query}`))?.status()).toBe(400)
    await stranger.getByText('not begun in this browser').waitFor()
    await expectAccessible(stranger, 'the refused sign-in')
    await stranger.close()
  })

  it('deactivated in the identity provider, her session in the product is dead within a second', async () => {
    const cookie = await sessionOf()
    expect(await home(cookie)).toContain('Signed in as')
    directory.assign(ids[0] as string, false)
    expect(await clockUntil(async () => !(await home(cookie)).includes('Signed in as'))).toBeLessThan(1_000)
    // Without a reload.
    await page.getByRole('heading', { name: 'You have been signed out' }).waitFor()
    await expectAccessible(page, 'the ended session')
    await clockUntil(async () => (await isActive('ada@acme.test')) === false)
    await page.goto(`${product.url}/login?login_hint=ada@acme.test`)
    await page.getByRole('button', { name: /Ada/ }).click()
    await page.getByRole('heading', { name: 'Your access was switched off' }).waitFor()
  })

  it('what happened while the product was down, it catches up with', async () => {
    await product.close()
    directory.assign(ids[1] as string, true)
    await directory.settled()
    product = await startProduct(options)
    await clockUntil(async () => (await isActive('grace@acme.test')) === true)
  })

  it('signing out of the product ends the session here, too; without a hint a page asks for the address', async () => {
    await page.goto(`${product.url}/login`)
    await page.getByLabel('Work e-mail').fill('grace@acme.test')
    await expectAccessible(page, 'the question for the address')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.route(`${product.url}/people`, async (route) => {
      if (!route.request().isNavigationRequest()) await isSigningOut.promise
      await route.continue()
    })
    await page.getByRole('button', { name: /Grace/ }).click()
    await page.getByText('Signed in as Grace Hopper').waitFor()
    await signOutWhileThePageAsks()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await expectAccessible(page, 'the signed-out page')
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
