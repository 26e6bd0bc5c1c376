// A copy of the embedded store that is put back: who was signed in, and what let somebody in, has ended; the rest is as it was.
// Judges: server/store, cli/commands.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { backupStore, restoreStore } from '../../packages/server/src/store/sqlite-copy.ts'
import { createBrowser } from '../harness/browser.ts'
import { runCommand } from '../harness/process.ts'
import { forEachStore } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-copies-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

forEachStore(
  (start) => {
    it('m1: sessions, set-up links and invitations of the copy let nobody in, and what to look at is printed', async () => {
      const folder = mkdtempSync(join(base, 'data-'))
      const one = await start({ folder })
      const company = await createCompany(one)
      const params = { slug: company.organization.slug }
      const { browser } = await company.signIn(company.person('leaver'))
      const { url } = await one.admin.call('createPortalLink', { params, body: { role: 'admin', days: 3 } })
      const token = url.split('#token=')[1]
      expect((await browser.call('GET', '/session')).status).toBe(200)
      await one.stop()
      const copy = join(base, 'copy.db')
      await backupStore(folder, copy)

      const to = join(base, 'restored')
      restoreStore(copy, to, one.now())
      const two = await start({ folder: to })
      const again = createBrowser(two.url, two.send, new Map(browser.cookies))
      expect((await again.call('GET', '/session')).status).toBe(401)
      const opened = await createBrowser(two.url, two.send).call('POST', '/portal-sessions', { token })
      expect(opened.status).toBeGreaterThanOrEqual(400)
      const { items: links } = await two.admin.call('listPortalLinks', { params })
      expect(links).toMatchObject([{ revokedAt: expect.any(String) }])
      // People are as they were, and come in by their identity provider.
      const { items: people } = await two.admin.call('listUsers', { params, query: {} })
      expect(people).toHaveLength(1)

      const { code, output } = await runCommand(['restore', copy], {
        ROLLCALL_DATA: join(base, 'by command'),
      })
      expect(code).toBe(0)
      expect(output).toMatch(/Everybody is signed out.*API keys and OAuth clients that were revoked since/s)
    })
  },
  ['embedded'],
)
