// The console below a path, in a real browser: its router, its files, its calls and its streams stay there, whatever the proxy does.
// Judges: console, server/console, server/base.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rollcall/api'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from '../browser/chromium.ts'
import { startFront } from '../harness/front.ts'
import { freePort } from '../harness/ports.ts'
import { operatorKey, type ServiceProcess, startProcess } from '../harness/process.ts'

describe.runIf(hasChromium)('F10: the console at a path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-console-path-'))
  const path = '/rollcall'
  let process: ServiceProcess
  let browser: Browser
  let port: number
  beforeAll(async () => {
    port = await freePort()
    const settings = { ROLLCALL_DATA: folder, ROLLCALL_URL: `http://localhost:${port}${path}` }
    const all = [startProcess(settings), launchChromium()] as const
    ;[process, browser] = await Promise.all(all)
    await process.admin.call('createOrganization', { body: { name: 'Acme', slug: 'acme' } })
  })
  afterAll(async () => {
    await browser?.close()
    await process?.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })

  it('stays below it behind a proxy that takes it off, and leads there whoever asks the service itself', async () => {
    const front = await startFront(process.url, path, 'takes the path off', port)
    const url = `http://localhost:${port}${path}`
    try {
      const admin = createClient({ baseUrl: url, operatorKey, send: (request) => fetch(request) })
      const context = await browser.newContext()
      context.setDefaultTimeout(60_000)
      const page = await context.newPage()
      const alarms: string[] = []
      page.on('pageerror', (error) => alarms.push(error.message))
      page.on('response', (answer) => {
        const isOurs = `${answer.url()}/`.startsWith(`${url}/`)
        if (!isOurs || answer.status() >= 400) alarms.push(`${answer.status()} ${answer.url()}`)
      })
      await page.goto((await admin.call('createOperatorLink', {})).url)
      await page.getByRole('button', { name: 'Open the link' }).click()
      await page.getByRole('link', { name: 'Acme' }).click()
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'General' }).click()
      await page.getByRole('heading', { level: 1, name: 'General' }).waitFor()
      expect(page.url()).toBe(`${url}/organizations/acme/settings/general`)
      expect(await page.getByText(`${url}/sso/acme`).first().isVisible()).toBe(true)
      // Asked for anew, at an address of the router's own.
      await page.goto(`${url}/organizations/acme/settings/security/user-provisioning`)
      await page.getByRole('heading', { level: 1, name: 'User Provisioning' }).waitFor()
      await page.goto(`${url}/`)
      await page.getByRole('link', { name: 'Acme' }).waitFor()
      expect(alarms).toEqual([])
      // Whoever asks the service itself, without the path, is led to it.
      const straight = await context.newPage()
      await straight.goto(`${process.url}/organizations/acme/settings/general`)
      await straight.waitForURL(`${process.url}${path}/organizations/acme/settings/general`)
      await context.close()
    } finally {
      await front.close()
    }
  }, 90_000)
})
