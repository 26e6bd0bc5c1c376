// A stage for browser tests: the service as a process of its own, a simulated identity provider on another site beside it,
// and a browser that notes everything a page must not do.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@rollcall/api'
import { createDirectory, createHttpSend, makePerson, startSamlProvider } from '@rollcall/simulator'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { type ServiceProcess, startProcess } from '../harness/process.ts'
import type { StoreName } from '../harness/service.ts'
import { createMigratedAt } from '../postgres/server.ts'
import { findFaults } from './axe.ts'
import { launchChromium } from './chromium.ts'

export const people = [
  makePerson('Ada Lovelace', 'ada@acme.test', ['Engineering']),
  makePerson('Grace Hopper', 'grace@acme.test', ['Engineering', 'Admins']),
  makePerson('Linus Pauling', 'linus@acme.test', ['Chemistry']),
  makePerson('Mallory Outside', 'mallory@elsewhere.test'),
]

export interface Stage {
  /** As a browser sees it: localhost. */
  readonly url: string
  readonly provider: { readonly url: string; metadata(): string }
  readonly admin: Client
  readonly browser: Browser
  /** Dialogs, violations of the policy, errors of pages: what there must be none of. */
  readonly alarms: string[]
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>
  /** A page on which a fresh link of the operator was opened. */
  openAsOperator(options?: BrowserContextOptions): Promise<Page>
  /** A page in the settings of the organization. */
  openSettings(
    slug: string,
    options?: BrowserContextOptions & { readonly role?: 'owner' | 'admin' },
  ): Promise<Page>
  stop(): Promise<void>
}

export async function startStage(store: StoreName): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-stage-'))
  const port = await freePort()
  const environment: Record<string, string> = {
    PORT: String(port),
    ROLLCALL_DATA: folder,
    ROLLCALL_DEV: '1',
    ...(store === 'postgres' ? { DATABASE_URL: await createMigratedAt(inject('postgresUrl')) } : {}),
  }
  const service: ServiceProcess = await startProcess(environment)
  const http = createHttpSend()
  const directory = createDirectory({ send: http.send, wait: async (ms) => void (await sleep(ms)) })
  const url = `http://localhost:${port}`
  for (const { nameId, attributes } of people.slice(0, 3)) {
    const [givenName = '', familyName = ''] = (attributes.displayName?.[0] ?? '').split(' ')
    directory.savePerson({ userName: nameId, givenName, familyName })
  }
  directory.configure({ baseUrl: `${url}/scim/v2`, creates: true, updates: true, deactivates: true })
  const saml = await startSamlProvider({
    directory,
    port: 0,
    people,
    findLogoutUrl: (entityId) => entityId.replace(/metadata$/, 'slo'),
  })
  const browser = await launchChromium()
  const alarms: string[] = []
  const newContext = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    context.setDefaultTimeout(60_000)
    context.on('page', (page) => watch(page, url, alarms))
    return context
  }
  const open = async (link: string, options?: BrowserContextOptions): Promise<Page> => {
    const page = await (await newContext(options)).newPage()
    await page.goto(link)
    // Its page speaks the language of the browser.
    await page.getByRole('main').getByRole('button').last().click()
    await page.waitForURL((at) => at.pathname !== '/portal')
    return page
  }
  return {
    url,
    provider: { url: saml.url, metadata: () => saml.provider.metadata() },
    admin: service.admin,
    browser,
    alarms,
    newContext,
    openAsOperator: async (options) =>
      open((await service.admin.call('createOperatorLink', {})).url, options),
    async openSettings(slug, { role = 'owner', ...options } = {}) {
      const body = { role, email: 'owner@acme.test' } as const
      const page = await open(
        (await service.admin.call('createPortalLink', { params: { slug }, body })).url,
        options,
      )
      await page.getByRole('heading', { level: 1 }).waitFor()
      return page
    },
    async stop() {
      await browser.close()
      await saml.close()
      await http.close()
      await service.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function watch(page: Page, url: string, alarms: string[]): void {
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => alarms.push(`dialog: ${dialog.message()}`)))
  page.on('pageerror', (error) => alarms.push(`error: ${error.message}`))
  page.on('console', (line) => {
    const isOurs = page.url().startsWith(url)
    // Chromium says so of every answer that refuses; the page shows it.
    const isRefusal = /Failed to load resource/.test(line.text())
    if (
      isOurs &&
      !isRefusal &&
      (line.type() === 'error' || /Content.Security.Policy|mixed content/i.test(line.text()))
    )
      alarms.push(`console: ${line.text()}`)
  })
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The component library's dialogs have a `header` element, which is no page banner; not a matter of WCAG. */
const ofDialogs = ['landmark-no-duplicate-banner', 'landmark-unique']

/** WCAG 2.2 AA by axe, with its best practices, and no sideways scrolling. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  const hasDialog = (await page.getByRole('dialog').count()) > 0
  const faults = await findFaults(page, { tags, without: hasDialog ? ofDialogs : [] })
  const found = faults.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((html) => `${name}: ${id} ${html}`))
  expect.soft(found).toEqual([])
  await expectFits(page, name)
}

/** Nothing makes the page scroll sideways, and no badge is cut off. */
export async function expectFits(page: Page, name: string): Promise<void> {
  const cut = await page.evaluate(
    "[...document.querySelectorAll('.rc-badge')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)",
  )
  expect.soft({ name, cut }).toEqual({ name, cut: [] })
  const widest = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect.soft(`${name} is ${widest} px too wide`).toBe(`${name} is 0 px too wide`)
}
