// The operator in a browser: links that work once, sessions that end, visits that are recorded, and set-up links that
// administrators hand over themselves.
// Judges: server/sessions, server/portal, server/admin.
import type { ProblemError } from '@rollcall/api'
import { openOperatorKey } from '@rollcall/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { forgetOperatorKey } from '../../packages/server/src/sessions/operator-key.ts'
import { installationStatement } from '../../packages/server/src/store/statement.ts'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const hourMs = 3_600_000
const selectSecrets = installationStatement('all_operator_secrets')(({ db }) =>
  db.selectFrom('operator_secret').selectAll(),
)

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ command: 'npx --no-install rollcall <&' })
  })
  const tokenOf = (url: string): string => new URL(url).hash.replace('#token=', '')
  const openLink = async (url: string) => {
    const browser = createBrowser(service.url, service.send)
    const response = await browser.call('POST', '/portal-sessions', { token: tokenOf(url) })
    return { browser, response }
  }
  const newLink = async () => (await service.admin.call('createOperatorLink', {})).url

  describe('an operator link', () => {
    it('opens a session that reaches every organization, in a cookie of its own kind', async () => {
      const { browser, response } = await openLink(await newLink())
      expect(await response.json()).toMatchObject({ kind: 'operator', organization: null })
      expect([...browser.cookies.values()][0]).toMatch(/^op\.[0-9A-Za-z]{43}$/)
      await service.createOrganization({ slug: 'seen-by-operator' })
      expect((await browser.call('GET', '/organizations')).status).toBe(200)
      expect((await browser.call('GET', '/organizations/seen-by-operator/users')).status).toBe(200)
    })
    it('works once, also for two that redeem it at the same moment', async () => {
      const url = await newLink()
      const seen = await Promise.all(Array.from({ length: 8 }, () => openLink(url)))
      expect(seen.map(({ response }) => response.status).sort()).toEqual([200, ...Array(7).fill(410)])
    })
    it('A1: says how another is printed here, as the page of whoever is signed out does', async () => {
      const url = await newLink()
      await openLink(url)
      const { response } = await openLink(url)
      expect(await response.json()).toMatchObject({
        code: 'link_gone',
        detail: expect.stringMatching(/with: npx --no-install rollcall <& operator-link$/),
      })
      const page = await (await service.send(new Request(`${service.url}/organizations`))).text()
      expect(page).toContain('<meta name="command" content="npx --no-install rollcall &#60;&#38;" />')
    })
    it('is over after five minutes, a session after an hour unused and after twelve hours in any case', async () => {
      const late = await newLink()
      const { browser: idle } = await openLink(await newLink())
      const { browser: busy } = await openLink(await newLink())
      service.advance(5 * 60_000 + 1)
      expect((await openLink(late)).response.status).toBe(410)
      for (let half = 0; half < 23; half += 1) {
        service.advance(hourMs / 2)
        expect((await busy.call('GET', '/session')).status).toBe(200)
      }
      expect((await idle.call('GET', '/session')).status).toBe(401)
      service.advance(hourMs / 2)
      expect((await busy.call('GET', '/session')).status).toBe(401)
    })
    it('ends by signing out', async () => {
      const { browser } = await openLink(await newLink())
      const stolen = new Map(browser.cookies)
      expect((await browser.call('DELETE', '/session')).status).toBe(204)
      expect((await createBrowser(service.url, service.send, stolen).call('GET', '/session')).status).toBe(
        401,
      )
    })
    it('leaves no secret in the store', async () => {
      const url = await newLink()
      const { browser } = await openLink(url)
      const rows = JSON.stringify(await service.database.readInstallation('operator', selectSecrets, {}))
      expect(rows).toContain('secret_hash')
      for (const secret of [tokenOf(url), ...browser.cookies.values()]) expect(rows).not.toContain(secret)
    })
  })

  it('the operator’s visit is in the audit log of the organization', async () => {
    const { organization } = await service.createOrganization()
    const params = { slug: organization.slug }
    const { browser } = await openLink(await newLink())
    expect((await browser.call('POST', `/organizations/${params.slug}/operator-visits`)).status).toBe(204)
    const [event] = (await service.admin.call('listEvents', { params, query: {} })).items
    expect(event).toMatchObject({ type: 'organization.opened_by_operator', actor: { kind: 'operator' } })
  })

  it('a start that serves nothing forgets the key that it has made, and no other', async () => {
    const other = await start()
    const open = (key?: string) => openOperatorKey(other.database, key, other.now())
    const mayAct = (slug: string) =>
      other.admin.call('createOrganization', { body: { name: slug, slug } }).then(
        () => true,
        ({ problem }: ProblemError) => problem.status !== 401,
      )
    await open(other.operatorKey)
    const failed = await open()
    expect([failed.fresh !== undefined, await mayAct('under-another')]).toEqual([true, false])
    await forgetOperatorKey(other.database, failed)
    expect(await mayAct('under-their-own')).toBe(true)
    const shown = await open()
    const beside = await open()
    expect([shown.fresh, beside]).toEqual([
      expect.not.stringMatching(failed.fresh ?? ''),
      { ...beside, fresh: undefined },
    ])
    await forgetOperatorKey(other.database, beside)
    expect(await open()).toMatchObject({ hash: shown.hash, fresh: undefined, isChanged: false })
  })

  it('an administrator makes set-up links, and no link that opens more', async () => {
    const acme = await createCompany(service)
    const link = await service.admin.call('createPortalLink', {
      params: acme.organization,
      body: { role: 'owner' },
    })
    const { browser } = await openLink(link.url)
    const path = `/organizations/${acme.organization.slug}/portal-links`
    for (const body of [{ role: 'owner', days: 7 }, { role: 'admin' }, { role: 'owner' }])
      expect((await browser.call('POST', path, body)).status).toBe(403)
    const made = await browser.call('POST', path, { role: 'admin', days: 7, email: 'it@acme.test' })
    expect(made.status).toBe(201)
    const setUp = await openLink(((await made.json()) as { url: string }).url)
    expect(await setUp.response.json()).toMatchObject({ kind: 'setup' })
    expect((await setUp.browser.call('GET', `${path}`)).status).toBe(403)
    expect((await setUp.browser.call('POST', path, { role: 'admin', days: 7 })).status).toBe(403)
  })

  it('health in the list of organizations follows the requests of provisioning clients', async () => {
    const directory = await service.createOrganization()
    const read = async () => {
      await service.flushActivity()
      const { slug } = directory.organization
      const { items } = await service.admin.call('listOrganizations', { query: { search: slug } })
      return items.find((one) => one.slug === slug)?.health
    }
    expect(await read()).toMatchObject({ status: 'connecting', judged: 0, lastRequestAt: null })
    const call = async (method: string, path: string, body?: unknown) =>
      directory.send(
        new Request(`${directory.scimUrl}${path}`, {
          method,
          headers: { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
    await call('GET', '/Users')
    expect(await read()).toMatchObject({ status: 'connecting', judged: 1, refused: 0 })
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    await call('POST', '/Users', { schemas, userName: 'ada@acme.test' })
    expect(await read()).toMatchObject({ status: 'active' })
    const params = { slug: directory.organization.slug }
    const { setup, counts } = await service.admin.call('getProvisioning', { params })
    expect(setup).toMatchObject({ groupAt: null })
    expect(setup.connectedAt).not.toBeNull()
    expect(setup.userAt).not.toBeNull()
    expect(counts).toEqual({ users: 1, active: 1, groups: 0 })
    for (let count = 0; count < 12; count += 1) await call('POST', '/Users', { schemas })
    expect(await read()).toMatchObject({ status: 'failing', refused: 12, judged: 14 })
    for (let count = 0; count < 14; count += 1)
      await call('POST', '/Users', { schemas, userName: 'ADA@acme.test', externalId: 'other' })
    await service.flushActivity()
    // B-17: what most of them are refused for, and nobody's name.
    const { frequentRefusal } = await service.admin.call('getProvisioning', { params })
    expect(frequentRefusal).toMatchObject({ count: 14, of: 20 })
    expect(frequentRefusal?.sentences.map(({ code }) => code)).toContain('user_name_held')
    expect(JSON.stringify(frequentRefusal)).not.toContain('ada@acme.test')
    for (let count = 0; count < 20; count += 1) await call('GET', '/Users')
    expect(await read()).toMatchObject({ status: 'active', refused: 0, judged: 20 })
    expect((await service.admin.call('getProvisioning', { params })).frequentRefusal).toBeNull()
    // Another set-up begins anew.
    await service.admin.call('updateProvisioning', { params, body: { mode: 'manual' } })
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    expect((await service.admin.call('getProvisioning', { params })).setup).toMatchObject({
      connectedAt: null,
    })
  })

  it('activity is searched by name and path', async () => {
    const directory = await service.createOrganization()
    const params = { slug: directory.organization.slug }
    const post = async (userName: string) =>
      directory.send(
        new Request(`${directory.scimUrl}/Users`, {
          method: 'POST',
          headers: { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' },
          body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }),
        }),
      )
    await post('Grace_100%@acme.test')
    await post('ada@acme.test')
    await service.flushActivity()
    const find = async (search: string) =>
      (await service.admin.call('listActivity', { params, query: { search } })).items.length
    expect(await find('GRACE')).toBe(1)
    expect(await find('/users')).toBe(2)
    expect(await find('%')).toBe(1)
    expect(await find('grace_100%')).toBe(1)
    expect(await find('nobody')).toBe(0)
  })
})
