// The console in a real browser: how much JavaScript before the first screen, how soon it stands, how long a change of page
// takes, and what a list and a search cost where an organization has many users.
//   npm run bench:console -- --users 100000
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { launchChromium } from '../test/browser/chromium.ts'
import { startProcess } from '../test/harness/process.ts'

const { values } = parseArgs({ options: { users: { type: 'string', default: '100000' } } })
const users = Number(values.users)
const rounds = 9
const params = { slug: 'acme' }

const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
const service = await startProcess({ ROLLCALL_DATA: folder, ROLLCALL_DEV: '1' })
const url = service.url.replace('127.0.0.1', 'localhost')
const browser = await launchChromium()
try {
  await service.admin.call('createOrganization', { body: { name: 'Acme', ...params } })
  for (let from = 0; from < users; from += 20_000)
    await service.admin.call('importUsers', {
      params,
      body: {
        dryRun: false,
        users: Array.from({ length: Math.min(20_000, users - from) }, (_, at) => ({
          userName: `user${from + at}@acme.test`,
          displayName: `User ${from + at}`,
        })),
      },
    })
  const page = await (await browser.newContext()).newPage()
  await page.goto((await service.admin.call('createPortalLink', { params, body: { role: 'owner' } })).url)
  await page.getByRole('button', { name: 'Open the link' }).click()
  await heading(page, 'User Provisioning')
  const first = await measureFirst(page)
  await page.waitForTimeout(1_000)
  const change = await measure(async (round) => {
    const place = round % 2 === 0 ? 'Verified Domains' : 'Single Sign-On'
    return timed(async () => {
      await page.getByRole('link', { name: place, exact: true }).click()
      await heading(page, place)
    })
  })
  const open = await measure(async () => {
    await page.getByRole('link', { name: 'Verified Domains' }).click()
    await heading(page, 'Verified Domains')
    return timed(async () => {
      await page.getByRole('link', { name: 'Users', exact: true }).click()
      await page.getByRole('row').nth(1).waitFor()
    })
  })
  const search = await measure(async (round) => {
    const name = `user${Math.floor((users * (round + 1)) / (rounds + 2))}@`
    return timed(async () => {
      await page.getByLabel('Search').fill(name)
      await page.getByText(`${name}acme.test`, { exact: true }).waitFor()
    })
  })
  console.log(
    JSON.stringify({ users, ...first, changeMs: change, openUsersMs: open, searchMs: search }, null, 2),
  )
} finally {
  await browser.close()
  await service.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Median and worst of some rounds, milliseconds. */
async function measure(round: (at: number) => Promise<number>): Promise<{ median: number; worst: number }> {
  const all: number[] = []
  for (let at = 0; at < rounds; at += 1) all.push(await round(at))
  all.sort((a, b) => a - b)
  return { median: Math.round(all[all.length >> 1] ?? 0), worst: Math.round(all.at(-1) ?? 0) }
}

/** A first visit, nothing cached: JavaScript that came before the heading stood, and when that was. */
async function measureFirst(known: Page): Promise<{ firstScriptKb: number; firstHeadingMs: number }> {
  const context = await browser.newContext({ storageState: await known.context().storageState() })
  const page = await context.newPage()
  const start = performance.now()
  await page.goto(`${url}/organizations/acme/settings/security/user-provisioning`)
  await heading(page, 'User Provisioning')
  const firstHeadingMs = Math.round(performance.now() - start)
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.endsWith('.js'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  )
  await context.close()
  return { firstScriptKb: Math.round(bytes / 1_024), firstHeadingMs }
}
