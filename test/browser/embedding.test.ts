// The settings in the product's own page, in a real browser: by https, on two sites, with third-party cookies blocked, which a cookie of no
// partition shows. From the first connection to the key that the directory lights up, without leaving the product; and what others try.
// Safari and Firefox are not here: they were not tried.
// Judges: elements, console/base, console/frame, server/console, server/sessions.

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Product, startProduct } from '@rollcall/example-product'
import { makePerson, startSamlProvider } from '@rollcall/simulator'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../examples/product/src/database.ts'
import { freePort } from '../harness/ports.ts'
import { operatorKey } from '../harness/process.ts'
import { type Installation, startInstallation } from '../harness/product.ts'
import { type SecureFront, startSecureFront } from '../harness/secure-front.ts'
import { findFaultsOfFrame } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const slug = 'acme'
const params = { slug }
const [accounts, docs, others, third, beside] = [
  'accounts.globex.test',
  'docs.acme.test',
  'plain.initech.test',
  'cookies.globex.test',
  // Of the same site as the accounts: browsers send the cookies of all sessions there.
  'docs.globex.test',
]
/** Of what comes by itself. */
const within = { timeout: 15_000 }
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Of all frames' own events, by name. */
const heardOf = (page: Page): Promise<string[]> => page.evaluate('window.heard ?? []')
const listen = `window.heard = []
for (const name of ['ready', 'navigated', 'connection-activated', 'provisioning-switched', 'session-ended', 'error'])
  addEventListener('rollcall-' + name, ({ detail }) => window.heard.push(name + ' ' + JSON.stringify(detail)))`

// The whole of it takes half a minute a store.
const isWanted = hasChromium && process.env.ROLLCALL_TEST_WHOLE === '1'

describe.runIf(isWanted).each(['embedded', 'postgres'] as const)(
  'settings in the product, on the %s store',
  (store) => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-embedded-'))
    const targets = new Map<string, string>()
    let front: SecureFront
    let dispatcher: Dispatcher
    let installation: Installation
    let product: Product
    let elsewhere: Server
    let saml: Awaited<ReturnType<typeof startSamlProvider>>
    let browser: Browser
    let context: BrowserContext
    let page: Page
    let key = ''

    beforeAll(async () => {
      front = await startSecureFront(targets)
      // The product finds the service by its name, as a browser does.
      dispatcher = getGlobalDispatcher()
      const lookup: (...asked: never[]) => void = (
        _host: never,
        _options: never,
        done: (...found: unknown[]) => void,
      ) => done(null, [{ address: '127.0.0.1', family: 4 }])
      setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false, lookup: lookup as never } }))
      installation = await startInstallation(store, {
        ROLLCALL_URL: front.urlOf(accounts),
        HOST: '127.0.0.1',
      })
      targets.set(accounts, installation.url)
      const { admin } = installation
      await admin.call('createOrganization', { body: { name: 'Acme', slug } })
      const added = await admin.call('createDomain', { params, body: { name: 'acme.test' } })
      await admin.call('updateDomain', { params: { slug, id: added.id }, body: { isVerified: true } })
      await admin.call('importUsers', {
        params,
        body: {
          dryRun: false,
          users: [{ userName: 'olga@acme.test', email: 'olga@acme.test', role: 'admin' }],
        },
      } as never)
      saml = await startSamlProvider({ port: 0, people: [makePerson('Ada Lovelace', 'ada@acme.test')] })
      const own = front.urlOf(docs)
      await admin.call('putEmbedding', { body: { origins: [own] } })
      const application = await admin.call('createApplication', {
        body: { name: 'Example product', redirectUris: [`${own}/callback`] },
      })
      const databaseFile = join(folder, 'product.db')
      const productPort = await freePort()
      targets.set(docs, `http://127.0.0.1:${productPort}`)
      product = await startProduct({
        port: productPort,
        publicUrl: own,
        rollcallUrl: front.urlOf(accounts),
        operatorKey,
        clientId: application.clientId,
        clientSecret: application.clientSecret ?? '',
        webhookSecret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
        databaseFile,
      })
      elsewhere = createServer((request, response) => {
        const cookies = [
          '__Host-p=1; Path=/; Secure; SameSite=None; Partitioned',
          '__Host-u=1; Path=/; Secure; SameSite=None',
        ]
        if (request.url === '/set') response.setHeader('set-cookie', cookies)
        response.setHeader('content-type', 'text/html')
        response.end(
          request.url === '/seen'
            ? (request.headers.cookie ?? '')
            : '<!doctype html><title>elsewhere</title>',
        )
      })
      const elsewherePort = await freePort()
      await new Promise<void>((done) => elsewhere.listen(elsewherePort, '127.0.0.1', done))
      for (const host of [others, third, beside]) targets.set(host, `http://127.0.0.1:${elsewherePort}`)
      browser = await launchChromium([
        '--host-resolver-rules=MAP *.test 127.0.0.1',
        '--test-third-party-cookie-phaseout',
      ])
      context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } })
      context.setDefaultTimeout(15_000)
      await signInToProduct(databaseFile)
      page = await context.newPage()
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      await product?.close()
      await saml?.close()
      elsewhere?.close()
      await front?.close()
      await installation?.stop()
      setGlobalDispatcher(dispatcher)
      rmSync(folder, { recursive: true, force: true })
    })

    /** Olga has an account of the product's own: single sign-on is what she is about to set up. */
    async function signInToProduct(databaseFile: string): Promise<void> {
      const { items } = await installation.admin.call('listUsers', { params, query: { search: 'olga' } })
      const organization = await installation.admin.call('getOrganization', { params })
      const { id = '' } = items[0] ?? {}
      await installation.admin.call('updateUser', { params: { slug, id }, body: { role: 'admin' } })
      const database = openDatabase(databaseFile)
      const token = database.createSession({
        ...{ user_id: id, sid: null, id_token: '', name: 'Olga', email: 'olga@acme.test', role: 'admin' },
        ...{ organization_id: organization.id, organization: slug },
      })
      database.close()
      await context.addCookies([
        { name: 'product_session', value: token, url: front.urlOf(docs), httpOnly: true },
      ])
    }

    const frameOf = async (one: Page, element = 'rollcall-settings'): Promise<Frame> => {
      const handle = await one.locator(`${element} iframe`).elementHandle()
      const frame = await handle?.contentFrame()
      if (frame === null || frame === undefined) throw new Error('there is no frame')
      return frame
    }
    const heading = (frame: Frame, name: string) => frame.getByRole('heading', { name, level: 1 }).waitFor()
    const openProduct = async (one: Page): Promise<Frame> => {
      await one.goto(`${front.urlOf(docs)}/settings/sign-on`)
      await one.evaluate(listen)
      const frame = await frameOf(one)
      await heading(frame, 'User Provisioning')
      return frame
    }
    const isLit = (frame: Frame, step: number) =>
      frame.locator(`[data-step="${step}"][data-done="true"]`).waitFor()
    const newLink = async (intents: readonly string[] = ['settings']): Promise<string> =>
      (
        await installation.admin.call('createEmbedSession', {
          params,
          body: { origin: front.urlOf(docs), intents, role: 'admin', person: 'grace@acme.test' } as never,
        })
      ).url

    it('this browser blocks the cookies of a third party, and keeps those of a partition', async () => {
      await page.goto(front.urlOf(others))
      await page.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { src: '${front.urlOf(third)}/set' }))`,
      )
      const frame = await (await page.waitForSelector('iframe')).contentFrame()
      await frame?.waitForURL(/\/set$/)
      expect(await frame?.evaluate("fetch('/seen').then((answer) => answer.text())")).toBe('__Host-p=1')
    })

    it('opens inside the product’s page, with a cookie of that partition alone', async () => {
      await openProduct(page)
      expect((await heardOf(page)).slice(0, 2)).toEqual([
        'ready {}',
        'navigated {"screen":"security/user-provisioning"}',
      ])
      const cookies = (await context.cookies()).filter(({ name }) => name.includes('rollcall'))
      expect(cookies).toMatchObject([
        {
          name: expect.stringMatching(/^__Host-rollcall_frame_/),
          httpOnly: true,
          secure: true,
          sameSite: 'None',
          partitionKey: 'https://acme.test',
        },
      ])
    })

    it('the link of a frame is worth nothing elsewhere, and what opens it stands in no address', async () => {
      const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/embed-sessions'))
      const answered = page.waitForResponse((answer) => answer.url().endsWith('/sign-on/session'))
      const addresses: string[] = []
      const note = (request: { url(): string }) => void addresses.push(request.url())
      page.on('request', note)
      await openProduct(page)
      page.off('request', note)
      const { verifier = '', token } = (await asked).postDataJSON() as { verifier?: string; token: string }
      const { url } = (await (await answered).json()) as { url: string }
      expect(new URL(url).hash).toBe(`#token=${token}&proof=required`)
      expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
      for (const address of [...addresses, url, ...page.frames().map((frame) => frame.url())])
        expect(address).not.toContain(verifier)
      // Whoever reads an answer of the product has no more than that.
      const body = {
        intents: ['settings'],
        challenge: createHash('sha256').update('mine').digest('base64url'),
      }
      const stolen = await page.evaluate(
        `fetch('/settings/sign-on/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify(body)}' })
          .then((answer) => answer.json()).then(({ url }) => url)`,
      )
      const secret = new URLSearchParams(new URL(String(stolen)).hash.slice(1)).get('token')
      const opened = await fetch(`${front.urlOf(accounts)}/api/v1/embed-sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: front.urlOf(accounts) },
        body: JSON.stringify({ token: secret }),
      })
      expect(opened.status).toBe(410)
    })

    it('a connection is set up, tested in a window of its own, and enabled', async () => {
      const frame = await frameOf(page)
      await frame.getByRole('link', { name: 'Single Sign-On', exact: true }).click()
      await frame.getByRole('link', { name: 'Connect an identity provider' }).first().click()
      await frame.getByRole('radio', { name: 'Another, by SAML 2.0' }).click()
      await frame.getByLabel('Name').fill('Acme login')
      await frame.getByRole('button', { name: 'Next' }).click()
      await heading(frame, 'Acme login')
      await frame.getByText('XML', { exact: true }).click()
      await frame.getByLabel('Metadata XML').fill(saml.provider.metadata())
      await frame.getByRole('button', { name: 'Read it', exact: true }).click()
      await frame.getByText('This was read').waitFor()
      await frame.getByRole('button', { name: 'Keep it', exact: true }).click()
      await isLit(frame, 2)
      const [window] = await Promise.all([
        context.waitForEvent('page'),
        frame.getByRole('button', { name: 'Test sign-in' }).click(),
      ])
      await window.getByRole('button', { name: /Ada/ }).click()
      await window.getByRole('heading', { name: 'The test sign-in succeeded' }).waitFor()
      const inWindow = await context.cookies(front.urlOf(accounts))
      expect(
        inWindow.filter(({ name, partitionKey }) => partitionKey === undefined && /session|frame/.test(name)),
      ).toEqual([])
      await window.close()
      // It hears of the result by itself.
      await frame.getByText('A test sign-in succeeded').first().waitFor()
      await frame.getByRole('button', { name: 'Enable this connection' }).click()
      await isLit(frame, 4)
      const [connection] = (await installation.admin.call('listConnections', { params })).items
      expect(await heardOf(page)).toContain(`connection-activated {"connectionId":"${connection?.id}"}`)
    })

    it('provisioning is switched to SCIM, in a dialog that stands where the page is looked at', async () => {
      const frame = await frameOf(page)
      await frame.getByRole('link', { name: 'User Provisioning', exact: true }).click()
      await heading(frame, 'User Provisioning')
      await frame.getByRole('button', { name: 'Switch to SCIM' }).click()
      const dialog = frame.getByRole('dialog')
      await dialog.waitFor()
      const box = await dialog.boundingBox()
      expect(box?.y ?? -1).toBeGreaterThanOrEqual(0)
      expect((box?.y ?? 0) + (box?.height ?? 1_000)).toBeLessThanOrEqual(900)
      await dialog.getByRole('button', { name: 'Switch to SCIM' }).click()
      await frame.getByText('Connecting', { exact: true }).first().waitFor()
      expect(await heardOf(page)).toContain('provisioning-switched {"mode":"scim"}')
    })

    it('a key is made, and the first request of the directory lights the step, by itself', async () => {
      const frame = await frameOf(page)
      await frame.getByRole('button', { name: 'Create an API key' }).click()
      const dialog = frame.getByRole('dialog')
      await dialog.getByLabel('Name').fill('Directory')
      await dialog.getByRole('button', { name: 'Create an API key' }).click()
      await dialog.getByLabel('Show it').check({ force: true })
      key = (await frame.locator('code[data-value="API key"]').textContent()) ?? ''
      await dialog.getByLabel('I have saved it').check()
      await dialog.getByRole('button', { name: 'Done' }).click()
      await frame.getByText('Waiting for the first request').waitFor()
      const asked = await fetch(`${installation.url}/scim/v2/Users?filter=userName%20eq%20%22x%22`, {
        headers: { authorization: `Bearer ${key}` },
      })
      expect(asked.status).toBe(200)
      await isLit(frame, 1)
    })

    it.each([360, 1_440])(
      'nothing is wrong or too wide at %i px, light and dark, also from right to left',
      async (width) => {
        await page.setViewportSize({ width, height: 900 })
        for (const [theme, language] of [
          ['light', 'en'],
          ['dark', 'en'],
          ['light', 'ar'],
          ['dark', 'ar'],
        ] as const) {
          const frame = await frameOf(page)
          await page.evaluate(
            `Object.entries({ theme: '${theme}', language: '${language}' }).forEach((pair) => document.querySelector('rollcall-settings').setAttribute(...pair))`,
          )
          await frame.waitForSelector(`html[lang=${language}][data-mantine-color-scheme=${theme}]`)
          const faults = await findFaultsOfFrame(frame, tags)
          const name = `${width} ${theme} ${language}`
          expect
            .soft(faults.map(({ id, nodes }) => `${name}: ${id} ${nodes.slice(0, 2).join(' ')}`))
            .toEqual([])
          const sideways = await frame.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          )
          expect.soft(`${name} is ${sideways} px too wide`).toBe(`${name} is 0 px too wide`)
          // As high as what is in it: nothing scrolls inside.
          const inside = 'document.documentElement.scrollHeight - document.documentElement.clientHeight'
          await expect.poll(() => frame.evaluate(inside), within).toBe(0)
        }
        await page.evaluate("document.querySelector('rollcall-settings').setAttribute('language', 'en')")
        await page.setViewportSize({ width: 1_440, height: 900 })
      },
    )

    it('the cookies alone are worth nothing', async () => {
      const frame = await frameOf(page)
      const status = "fetch('/api/v1/session').then((answer) => answer.status)"
      expect(await frame.evaluate(status)).toBe(401)
    })

    it('a frame that is loaded again is opened anew, and so is one that was revoked', async () => {
      const before = await frameOf(page)
      await page.evaluate(listen)
      await before.evaluate('location.reload()')
      await expect.poll(() => heardOf(page), within).toContain('ready {}')
      await heading(await frameOf(page), 'User Provisioning')
      const { items } = await installation.admin.call('listPortalLinks', { params })
      const open = items.filter(
        ({ kind, usedAt, revokedAt }) => kind === 'embed' && usedAt !== null && revokedAt === null,
      )
      await page.evaluate(listen)
      for (const { id } of open) await installation.admin.call('revokePortalLink', { params: { slug, id } })
      await expect.poll(() => heardOf(page), within).toContain('session-ended {}')
      await expect.poll(() => heardOf(page), within).toContain('ready {}')
      await heading(await frameOf(page), 'User Provisioning')
    })

    it('forged messages are heard on neither side', async () => {
      const frame = await frameOf(page)
      await page.evaluate(listen)
      const said = { source: 'rollcall', type: 'connection.activated', connectionId: 'forged' }
      // From the product's page itself, and from a window of another site that has hold of both.
      await page.evaluate(`postMessage(${JSON.stringify(said)}, '*')`)
      const [other] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate(`void window.open('${front.urlOf(others)}')`),
      ])
      await other.waitForLoadState()
      await other.evaluate(`opener.postMessage(${JSON.stringify(said)}, '*')`)
      const look = { source: 'rollcall-host', type: 'look', theme: 'dark', language: 'ar' }
      await other.evaluate(`opener.frames[0].postMessage(${JSON.stringify(look)}, '*')`)
      // Messages come in the order in which they were sent: one that is heard comes after them.
      await page.evaluate("document.querySelector('rollcall-settings').setAttribute('theme', 'light')")
      await frame.waitForSelector('html[data-mantine-color-scheme=light]')
      expect(await frame.evaluate('document.documentElement.lang')).toBe('en')
      expect(await heardOf(page)).toEqual([])
      await other.close()
    })

    it('another site cannot show it, and a stolen link opens no window', async () => {
      const link = await newLink()
      const stranger = await context.newPage()
      await stranger.goto(front.urlOf(others))
      const refused = stranger.waitForEvent('console', (line) => /frame-ancestors/.test(line.text()))
      await stranger.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { src: '${link}' }))`,
      )
      await refused
      await stranger.goto(link)
      await stranger.getByRole('heading', { name: 'These settings open inside the product' }).waitFor()
      await stranger.close()
      const [newest] = (await installation.admin.call('listPortalLinks', { params })).items
      expect(newest).toMatchObject({ kind: 'embed', usedAt: null })
    })

    it('a frame without its link shows nobody’s settings, on a page of the same site either', async () => {
      const own = front.urlOf(beside)
      const { origins } = await installation.admin.call('getEmbedding', {})
      await installation.admin.call('putEmbedding', { body: { origins: [...origins, own] } })
      const { url } = await installation.admin.call('createEmbedSession', {
        params,
        body: { origin: own, intents: ['domains'], role: 'contact', person: 'it@acme.test' },
      })
      const operator = await context.newPage()
      await operator.goto((await installation.admin.call('createOperatorLink', {})).url)
      await operator.getByRole('button').first().click()
      await operator.getByRole('heading', { name: 'Organizations' }).waitFor()
      await operator.goto(own)
      await operator.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { src: '${url.split('#')[0]}' }))`,
      )
      await operator.frameLocator('iframe').getByText('These settings were closed').waitFor()
      await operator.close()
      await installation.admin.call('endOperatorSessions', {})
      await installation.admin.call('putEmbedding', { body: { origins } })
    })

    it('a narrower element shows its screen and no way to another', async () => {
      await page.evaluate(
        "document.querySelector('rollcall-settings').outerHTML = '<rollcall-domains session-url=\"/settings/sign-on/session\"></rollcall-domains>'",
      )
      const frame = await frameOf(page, 'rollcall-domains')
      await heading(frame, 'Verified Domains')
      expect(await frame.getByRole('navigation').count()).toBe(0)
      expect(await frame.getByRole('link').count()).toBe(1)
      await frame.getByRole('link', { name: `Back to ${new URL(front.urlOf(docs)).host}` }).waitFor()
    })

    it('the way back leads to the product, out of the frame', async () => {
      const frame = await frameOf(page, 'rollcall-domains')
      await frame.getByRole('link', { name: /^Back to/ }).click()
      await page.waitForURL(`${front.urlOf(docs)}/people`)
    })
  },
)
