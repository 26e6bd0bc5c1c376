// `npm run pictures`: takes the pictures of docs/tour.md and the README anew, from a demo of its own, in light. It wants a build and
// Chromium, and goes the way that the tour goes.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRollcall } from '@rollcall/client'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../test/browser/chromium.ts'
import { freePort } from '../test/harness/ports.ts'

const root = resolve(import.meta.dirname, '..')
const params = { slug: 'acme' }

interface Demo {
  /** The address that the demo printed behind these words. */
  linkTo(words: string): string
  readonly url: string
  close(): Promise<void>
}

async function startDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pictures-'))
  const port = await freePort(3)
  const child = spawn(
    process.execPath,
    ['packages/cli/bin/rollcall.js', 'demo', '--product', 'examples/product/dist/index.js'],
    {
      ...{ cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
      env: { ...process.env, PORT: String(port), ROLLCALL_DATA: folder },
    },
  )
  const ended = new Promise((done) => child.once('exit', done))
  let output = ''
  for await (const part of child.stdout.iterator({ destroyOnReturn: false })) {
    output += String(part)
    if (output.includes('Ctrl-C stops it')) break
  }
  return {
    linkTo: (words) => new RegExp(`${words}\\s+(\\S+)`).exec(output)?.[1] ?? '',
    url: `http://localhost:${port}`,
    async close() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function take(page: Page, name: string, height = 900): Promise<void> {
  await page.evaluate('document.activeElement.blur(); window.scrollTo(0, 0)')
  const path = join(root, 'docs/images', `${name}.png`)
  await page.screenshot({ path, clip: { x: 0, y: 0, width: 1280, height }, animations: 'disabled' })
  console.log(name)
}

async function newPage(browser: Browser, url = 'about:blank'): Promise<Page> {
  const context = await browser.newContext({
    ...{ colorScheme: 'light', locale: 'en', viewport: { width: 1280, height: 900 } },
  })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  await page.goto(url)
  return page
}

/** Through one of the demo's own addresses into the console. */
async function openConsole(browser: Browser, address: string): Promise<Page> {
  const page = await newPage(browser, address)
  await page.getByRole('button', { name: 'Open the link' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

async function go(page: Page, place: string): Promise<void> {
  const navigation = page.getByRole('navigation', { name: 'Settings' })
  await navigation.getByRole('link', { name: place, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: place }).waitFor()
}

const lit = (page: Page, step: number) => page.locator(`[data-step="${step}"][data-done="true"]`).waitFor()

/** At the identity provider; what comes of it is for the caller. */
async function signIn(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address)
  await page.getByRole('button', { name: new RegExp(name) }).click()
}

async function connect(settings: Page, directory: Page, demo: Demo): Promise<void> {
  const provider = demo.linkTo('Identity provider')
  await go(settings, 'Single Sign-On')
  await settings.getByRole('link', { name: 'Acme identity provider' }).first().click()
  await lit(settings, 4)
  await take(settings, 'single-sign-on')
  await go(settings, 'User Provisioning')
  await settings.getByRole('button', { name: 'Switch to SCIM' }).click()
  const dialog = settings.getByRole('dialog')
  await dialog.getByText('stays as it is').first().waitFor()
  await take(settings, 'switch')
  await dialog.getByRole('button', { name: 'Switch to SCIM' }).click()
  const rollcall = createRollcall({ url: demo.url, operatorKey: demo.linkTo('Operator key') })
  const { token } = await rollcall.call('createKey', { params, body: { name: 'Directory' } })
  await directory.goto(`${provider}/directory/provisioning`)
  await directory.getByLabel('API token').fill(token)
  await directory.getByRole('button', { name: 'Save' }).click()
  await directory.getByRole('button', { name: 'Test API Credentials' }).click()
  await directory.getByText('verified successfully').waitFor()
  await lit(settings, 1)
  await take(settings, 'credentials-tested')
}

async function provision(settings: Page, directory: Page, demo: Demo): Promise<void> {
  const provider = demo.linkTo('Identity provider')
  for (const name of ['Ada Lovelace', 'Grace Hopper', 'Mallory Outside']) {
    await directory.goto(`${provider}/directory/assignments`)
    const person = directory.getByRole('region', { name })
    await person.getByRole('button', { name: 'Assign' }).click()
    await person.getByText('provisioned', { exact: true }).waitFor()
  }
  for (const name of ['Engineering', 'Admins']) {
    await directory.goto(`${provider}/directory/push`)
    const group = directory.getByRole('region', { name })
    await group.getByRole('button', { name: 'Push group' }).click()
    await group.getByText('provisioned', { exact: true }).waitFor()
  }
  await lit(settings, 3)
  await settings.getByText('3 people are managed by your directory').waitFor()
  await take(settings, 'provisioned')
  await settings.getByRole('button', { name: 'Confirm the first sync' }).click()
  const dialog = settings.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Confirm the first sync' }).click()
  await settings.getByText('Confirmed', { exact: true }).waitFor()
}

async function follow(browser: Browser, settings: Page, directory: Page, demo: Demo): Promise<void> {
  const product = demo.linkTo('The example product')
  const grace = await newPage(browser)
  await signIn(grace, `${product}/login?organization=acme`, 'Grace')
  await grace.getByText('Signed in as Grace Hopper').waitFor()
  await directory.goto(`${demo.linkTo('Identity provider')}/directory/assignments`)
  const ada = directory.getByRole('region', { name: 'Ada Lovelace' })
  await ada.getByRole('button', { name: 'Unassign' }).click()
  await ada.getByText('deactivated', { exact: true }).waitFor()
  await grace.getByRole('row', { name: /ada@acme.test.*Inactive/ }).waitFor()
  await take(grace, 'product', 480)
  const refused = await newPage(browser)
  await signIn(refused, `${demo.url}/sso/acme`, 'Ada')
  await refused.getByRole('heading', { name: 'You could not be signed in' }).waitFor()
  await go(settings, 'Users')
  await settings.getByRole('link', { name: 'Ada Lovelace' }).click()
  await settings.getByRole('link', { name: 'Requests and sign-ins about this person' }).click()
  await settings.getByText('user_deactivated').first().waitFor()
  await take(settings, 'activity')
}

const demo = await startDemo()
const browser = await launchChromium()
try {
  const ada = await newPage(browser)
  await signIn(ada, demo.linkTo('Sign in as a person'), 'Ada')
  await ada.getByRole('heading', { name: 'You are signed in' }).waitFor()
  const settings = await openConsole(browser, demo.linkTo('Open the settings'))
  const directory = await newPage(browser)
  await connect(settings, directory, demo)
  await provision(settings, directory, demo)
  await follow(browser, settings, directory, demo)
  const operator = await openConsole(browser, demo.linkTo("The operator's side"))
  await operator.getByText('Active', { exact: true }).waitFor()
  await take(operator, 'operator', 480)
} finally {
  await browser.close()
  await demo.close()
}
