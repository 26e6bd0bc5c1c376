// Every page of a sign-in as people see it: nothing that axe finds and nothing to scroll sideways, light and dark, narrow and wide, in each
// language; scripts run under the page's own policy. With ROLLCALL_PICTURES each look is kept there as a picture.
// Judges: server/pages, server/pages/en, server/pages/ar, server/pages/de.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { unbranded } from '@rollcall/api'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderPage } from '../../packages/server/src/pages/frame.ts'
import { languages } from '../../packages/server/src/pages/language.ts'
import { type Look, lookFor, lookOf } from '../../packages/server/src/pages/look.ts'
import { listPages } from '../harness/every-page.ts'
import { hasChromium, launchChromium } from './chromium.ts'
import { expectAccessible, expectFits } from './stage.ts'

const origin = 'http://localhost:4180'
const folder = process.env.ROLLCALL_PICTURES
const looks = [
  { name: 'light-1440', colorScheme: 'light', width: 1_440 },
  { name: 'dark-360', colorScheme: 'dark', width: 360 },
] as const
/** With a name that runs the other way, and links below. */
const brand = {
  ...unbranded,
  productName: 'مستندات Acme',
  supportEmail: 'help@example.com',
  privacyUrl: 'https://example.com/privacy',
}

const toLook = (code: string): Look => ({
  ...lookFor(lookOf({ isSecure: false, basePath: '' }), [code]),
  brand,
})

describe.runIf(hasChromium)('the pages of a sign-in', () => {
  let browser: Browser
  let page: Page
  const errors: string[] = []
  let opened = 0
  beforeAll(async () => {
    browser = await launchChromium()
    page = await browser.newPage({ permissions: ['clipboard-write'] })
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
  })
  afterAll(async () => {
    await browser?.close()
  })

  const open = async (code: string, name: string): Promise<void> => {
    const look = toLook(code)
    const shown = listPages(look)[name]
    if (shown === undefined) throw new Error(`there is no page ${name}`)
    // One that sends itself would leave at once.
    const { script, ...still } = shown
    const response = renderPage(script?.includes('.submit()') === true ? still : shown, look)
    const body = await response.text()
    await page.unrouteAll()
    await page.route(`${origin}/**`, (route) =>
      route.fulfill({ status: 200, headers: Object.fromEntries(response.headers), body }),
    )
    // Another address each time: a new fragment alone loads nothing.
    opened += 1
    await page.goto(`${origin}/page?${opened}#token=x`)
  }

  it.each(languages.map(({ code }) => code))(
    'in %s: axe finds nothing, and nothing scrolls sideways',
    async (code) => {
      if (folder !== undefined) mkdirSync(folder, { recursive: true })
      for (const name of Object.keys(listPages(toLook(code))))
        for (const { name: look, colorScheme, width } of looks) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 740 })
          await open(code, name)
          const at = `${name}, ${code}, ${look}`
          await expectAccessible(page, at)
          await expectFits(page, at)
          if (folder !== undefined)
            await page.screenshot({ path: join(folder, `${name.replace(/\W+/g, '-')}.${code}.${look}.png`) })
        }
      expect(errors).toEqual([])
    },
  )

  it('the reference is copied, and the end of a session is told in the time of whoever reads it', async () => {
    await open('de', 'refusedPage blocked')
    await page.getByRole('button', { name: 'Referenz kopieren' }).click()
    await page.getByRole('button', { name: 'Kopiert' }).waitFor()
    await open('de', 'mePage')
    expect(await page.locator('time').textContent()).toMatch(/^30\. November 2026 um \d\d:\d\d$/)
  })

  it('a link that is over says so in the language of the page, and where another one is asked for', async () => {
    await open('ar', 'portalPage')
    await page.route(`${origin}/api/**`, (route) =>
      route.fulfill({ status: 410, json: { code: 'link_gone', detail: 'This link was used before' } }),
    )
    await page.getByRole('button', { name: 'فتح الرابط' }).click()
    await page.getByRole('link', { name: 'طلب رابط جديد' }).waitFor()
    expect(await page.getByRole('status').textContent()).toContain('استُعمل هذا الرابط')
  })
})
