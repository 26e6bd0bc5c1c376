// The demo as a new user would try it, in a real browser: on two sites, with real cookies.
// Judges: cli/commands, simulator/directory, simulator/saml, simulator/web.
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rollcall/api'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { operatorKey, runCommand, startCommand } from '../harness/process.ts'
import { readPeople } from '../harness/product-database.ts'
import { draw } from '../harness/sample.ts'
import { findFaults } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const product = join(import.meta.dirname, '../../examples/product/src/index.ts')
const folder = mkdtempSync(join(tmpdir(), 'rollcall-demo-'))
let demo: ChildProcess
let browser: Browser
let url = ''
let provider = ''
let output = ''

async function startDemo(): Promise<void> {
  const port = await freePort(3)
  url = `http://localhost:${port}`
  provider = `http://127.0.0.1:${port + 1}`
  output = ''
  demo = startCommand(['demo', '--product', product], {
    PORT: String(port),
    ROLLCALL_DATA: folder,
    ROLLCALL_OPERATOR_KEY: operatorKey,
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const read = (part: Buffer): void => {
    output += part.toString()
    if (output.includes('Ctrl-C stops it')) resolve()
  }
  demo.stdout?.on('data', read)
  demo.stderr?.on('data', read)
  demo.once('exit', () => reject(new Error(output)))
  await promise
}

const linkTo = (text: string): string => new RegExp(`${text}\\s+(\\S+)`).exec(output)?.[1] ?? ''

async function stopDemo(): Promise<number | null> {
  if (demo.exitCode !== null || demo.signalCode !== null) return demo.exitCode
  const exited = new Promise<number | null>((done) => demo.once('exit', done))
  demo.kill('SIGTERM')
  return exited
}

async function newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
  return context.newPage()
}

/** At the identity provider: choose somebody of the list. */
async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(name) }).click()
}

async function openSettings(context: BrowserContext): Promise<Page> {
  const { output: printed } = await runCommand(['portal-link', 'acme', '--role', 'owner'], {
    ROLLCALL_DATA: folder,
    PORT: new URL(url).port,
  })
  const page = await context.newPage()
  await page.goto(/\S+#token=\S+/.exec(printed)?.[0] ?? '')
  await page.getByRole('button', { name: 'Open the link' }).click()
  const arrived = page.getByRole('heading', { name: 'User Provisioning' })
  // A person who is signed in with this browser is asked first.
  const instead = page.getByRole('button', { name: 'End that session and open the link' })
  await arrived.or(instead).waitFor()
  if (await instead.isVisible()) await instead.click()
  await arrived.waitFor()
  return page
}

describe.runIf(hasChromium)('the demo', () => {
  beforeAll(async () => {
    await startDemo()
    browser = await launchChromium()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    if (demo !== undefined && demo.exitCode === null) await stopDemo()
    rmSync(folder, { recursive: true, force: true })
  })

  it('first sign-in, deactivate, sign in again, reactivate', async () => {
    const person = await newPage()
    await person.goto(linkTo('Sign in as a person'))
    expect(new URL(person.url()).origin).toBe(provider)
    await choose(person, 'Ada')
    await person.getByRole('heading', { name: 'You are signed in' }).waitFor()
    expect(await person.textContent('dl')).toContain('ada@acme.test')
    const [cookie] = (await person.context().cookies(url)).filter(({ name }) => name === 'rollcall_session')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })

    const settings = await newPage()
    await settings.goto(linkTo('Open the settings'))
    await settings.getByRole('button', { name: 'Open the link' }).click()
    await settings.getByRole('link', { name: 'Users', exact: true }).click()
    await settings.getByRole('link', { name: 'Ada Lovelace' }).click()
    await settings.getByRole('button', { name: 'Block', exact: true }).click()
    await settings.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click()
    await settings.getByText('Blocked', { exact: true }).waitFor()

    await person.reload()
    await person.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
    await person.getByLabel('Work e-mail').fill('ada@acme.test')
    await person.getByRole('button', { name: 'Continue' }).click()
    await choose(person, 'Ada')
    await person.getByRole('heading', { name: 'Your access was switched off' }).waitFor()
    const reference = (await person.textContent('code')) ?? ''
    expect(reference).toMatch(/^req_/)

    await settings.getByRole('link', { name: 'Activity', exact: true }).click()
    await settings.getByText('user_blocked').waitFor()
    await settings.getByRole('button', { name: 'Details' }).first().click()
    await settings.getByText(reference).waitFor()
    await settings.goBack()
    await settings.getByRole('button', { name: 'Unblock' }).click()
    await settings.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click()
    await settings.getByText('Active', { exact: true }).waitFor()
    await person.goto(`${url}/sso/acme`)
    await choose(person, 'Ada')
    await person.getByRole('heading', { name: 'You are signed in' }).waitFor()
  }, 60_000)

  it('a click on the tile ends in the product; signing out of it signs out here, too', async () => {
    const page = await newPage()
    await page.goto(linkTo("dashboard's tile"))
    await choose(page, 'Grace')
    // What the tile sent is not used: the sign-in begins anew, and asks once more.
    await choose(page, 'Grace')
    await page.getByText('Signed in as Grace Hopper').waitFor()
    expect(new URL(page.url()).origin).toBe(linkTo('The example product'))
    await page.getByRole('row', { name: /grace@acme.test.*Active/ }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await page.goto(`${url}/me`)
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
  }, 60_000)

  it('its addresses open again, with a link of their own each time; a link that was used says so', async () => {
    const page = await newPage()
    const links: string[] = []
    for (const name of ['Open the settings', 'Open the settings', "The operator's side"]) {
      await page.goto(linkTo(name))
      links.push(page.url())
      await page.context().clearCookies()
      await page.getByRole('button', { name: 'Open the link' }).click()
      await page.waitForURL((at) => at.pathname !== '/portal')
    }
    expect(new Set(links).size).toBe(3)
    await page.goto(links[0] as string)
    await page.getByRole('button', { name: 'Open the link' }).click()
    await expect.poll(() => page.textContent('#state')).toContain('used before')
    const stranger = await fetch(linkTo('Open the settings').replace(/key=.*/, 'key='), {
      redirect: 'manual',
    })
    expect(stranger.status).toBe(400)
  })

  it('prints the operator key, by which the API answers', async () => {
    const admin = createClient({
      baseUrl: url,
      operatorKey: linkTo('Operator key'),
      send: (request) => fetch(request),
    })
    expect((await admin.call('listOrganizations', {})).items).toMatchObject([{ slug: 'acme' }])
  })

  it('A14: the page of the API is searched, and opens what an address names', async () => {
    const page = await newPage({ viewport: { width: 360, height: 740 } })
    await page.goto(`${url}/api/v1/docs#createKey`)
    await page.locator('#createKey').getByText('"name":"Okta production"').waitFor()
    expect(await isTooWide(page)).toBe(false)
    expect(await findFaults(page)).toEqual([])
    await page.getByRole('searchbox').fill('rotate KEY')
    await page.getByText(/^Found: \d$/).waitFor()
    expect(await page.locator('#rotateKey').isVisible()).toBe(true)
    expect(await page.locator('#addDomain').isVisible()).toBe(false)
  })

  it('a person of another domain is refused', async () => {
    const page = await newPage()
    await page.goto(`${url}/sso/acme`)
    await choose(page, 'Mallory')
    await page.getByRole('heading', { name: 'You need another account' }).waitFor()
  })

  const always = '<script>alert(1)</script>'
  const hostile = [
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    '<svg onload=alert(1)>',
    '{{constructor.constructor("alert(1)")()}}',
    '</title><script>alert(1)</script>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<a href="javascript:alert(1)">x</a>',
    '\u202Eevil\u202C<b>',
    'x'.repeat(300),
  ]
  it('names that are scripts run nothing and break no layout', async () => {
    const page = await newPage({ viewport: { width: 360, height: 740 } })
    const alarms: string[] = []
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => alarms.push('dialog')))
    page.on('console', (line) => line.type() === 'error' && alarms.push(line.text()))
    for (const [at, name] of [always, ...draw('hostile names', hostile, 2)].entries()) {
      await page.context().clearCookies()
      await page.goto(`${url}/sso/acme`)
      await page.getByLabel(/name/i).first().fill(name)
      await page.getByLabel(/mail/i).first().fill(`hostile-${at}@acme.test`)
      await page
        .getByRole('button', { name: /sign in/i })
        .last()
        .click()
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
    }
    const settings = await openSettings(page.context())
    settings.on('dialog', (dialog) => void dialog.dismiss().then(() => alarms.push('dialog')))
    await settings.goto(`${url}/organizations/acme/settings/people/users`)
    await settings.getByText(always).first().waitFor()
    expect(await isTooWide(settings)).toBe(false)
    expect(alarms.filter((text) => !text.includes('favicon'))).toEqual([])
  }, 60_000)

  const looks = [
    ['light', 1440],
    ['dark', 360],
  ] as const
  describe.each(draw('looks of the pages outside of the console', looks, 1))(
    'every page outside of the console, %s at %i px',
    (colorScheme, width) => {
      it('has no fault that axe finds, fits, and is reached by keyboard', async () => {
        const other = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
        other.setDefaultTimeout(10_000)
        const guest = await other.newPage()
        for (const path of ['/sso', '/sso/nobody', '/signed-out', '/portal', '/invitation']) {
          await guest.goto(url + path)
          await check(guest, path)
        }
        await guest.goto(`${url}/sso/acme`)
        await check(guest, 'the identity provider')
        await choose(guest, 'Ada')
        await guest.getByRole('heading', { name: 'You are signed in' }).waitFor()
        await check(guest, '/me')
        await other.close()
      }, 60_000)
    },
  )

  it('starts again on the same data, on other ports, with the people who are there, and stops at once', async () => {
    expect(await stopDemo()).toBe(0)
    await startDemo()
    const page = await newPage()
    await page.goto(linkTo('Sign in as a person'))
    await choose(page, 'Ada')
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
    const settings = await openSettings(page.context())
    await settings.getByRole('link', { name: 'Users', exact: true }).click()
    await settings.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  }, 60_000)

  it('the directory provisions: paste a key, test it, assign a person and push a group', async () => {
    const operator = createClient({ baseUrl: url, operatorKey, send: (request) => fetch(request) })
    await operator.call('updateProvisioning', { params: { slug: 'acme' }, body: { mode: 'scim' } })
    const { token } = await operator.call('createKey', {
      params: { slug: 'acme' },
      body: { name: 'Directory' },
    })
    const page = await newPage()
    await page.goto(`${provider}/directory/provisioning`)
    await page.getByLabel('API token').fill(token)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Test API Credentials' }).click()
    await page.getByRole('status').waitFor()
    expect(await page.textContent('[role=status]')).toContain('verified successfully')
    expect(await page.content()).not.toContain(token)
    await page.goto(`${provider}/directory/assignments`)
    await page.getByRole('region', { name: 'Grace Hopper' }).getByRole('button', { name: 'Assign' }).click()
    await page
      .getByRole('region', { name: 'Grace Hopper' })
      .getByText('provisioned', { exact: true })
      .waitFor()
    await page.goto(`${provider}/directory/push`)
    await page
      .getByRole('region', { name: 'Engineering' })
      .getByRole('button', { name: 'Push group' })
      .click()
    await page
      .getByRole('region', { name: 'Engineering' })
      .getByText('provisioned', { exact: true })
      .waitFor()
    const groups = await operator.call('listGroups', { params: { slug: 'acme' }, query: {} })
    const id = groups.items[0]?.id as string
    const members = await operator.call('listMembers', { params: { slug: 'acme', id }, query: {} })
    expect(members.items).toMatchObject([{ display: 'Grace Hopper', userName: 'grace@acme.test' }])
    const pages = (['light', 'dark'] as const).flatMap((colorScheme) =>
      ['', '/provisioning', '/assignments', '/push'].map((path) => [colorScheme, path] as const),
    )
    for (const [colorScheme, path] of draw('pages of the directory', pages, 3)) {
      await page.emulateMedia({ colorScheme })
      await page.goto(`${provider}/directory${path}`)
      expect(await findFaults(page), `${path} ${colorScheme}`).toEqual([])
    }
    await page.goto(`${provider}/directory/assignments`)
    await page.getByRole('region', { name: 'Grace Hopper' }).getByRole('button', { name: 'Unassign' }).click()
    await page
      .getByRole('region', { name: 'Grace Hopper' })
      .getByText('deactivated', { exact: true })
      .waitFor()
    await expect
      .poll(() => readPeople(join(folder, 'product.db')))
      .toMatchObject({ 'grace@acme.test': false })
    await operator.call('updateProvisioning', { params: { slug: 'acme' }, body: { mode: 'manual' } })
  }, 60_000)
})

async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
}

async function check(page: Page, name: string): Promise<void> {
  const found = (await findFaults(page)).map(({ id, nodes }) => `${name}: ${id} ${nodes[0]}`)
  expect(found).toEqual([])
  expect(`${name} ${await isTooWide(page)}`).toBe(`${name} false`)
  const controls = page.locator('a[href]:visible, button:visible, input:visible')
  const count = await controls.count()
  for (let step = 0; step < count + 5; step += 1) {
    await page.keyboard.press('Tab')
    await page.evaluate('document.activeElement.dataset.reached = "yes"')
  }
  const reached = await page.locator('[data-reached]').and(controls).count()
  expect(`${name}: ${reached} of ${count} by keyboard`).toBe(`${name}: ${count} of ${count} by keyboard`)
}
