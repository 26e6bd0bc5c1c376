// Links and sessions end with their reason: whoever made them, the link they came from, the operator key under which they were
// made. A link opens by a click and replaces no other session unasked; streams hold as long as their session does.
// Judges: server/sessions, server/portal.
import { createLog, openOperatorKey } from '@rollcall/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { pruneFeed } from '../../packages/server/src/events/feed.ts'
import { record } from '../../packages/server/src/events/record.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { warnOfMakers } from '../../packages/server/src/notices/makers.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const dayMs = 86_400_000
const selectMails = installationStatement('mails_of_makers')(({ db }) =>
  db.selectFrom('delivery').select('payload').where('target_id', '=', 'mail'),
)

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let acme: Company
  beforeAll(async () => {
    service = await start()
    acme = await createCompany(service)
  })
  const tokenOf = (url: string): string => new URL(url).hash.replace('#token=', '')
  const open = async (
    url: string,
    browser: Browser = createBrowser(service.url, service.send),
    more = {},
  ) => {
    const response = await browser.call('POST', '/portal-sessions', { token: tokenOf(url), ...more })
    return { browser, response, status: response.status }
  }
  const pathOf = (company: Company, rest: string) => `/organizations/${company.organization.slug}${rest}`
  const statusOf = async (browser: Browser) => (await browser.call('GET', '/session')).status

  /** A person of the company with this role, signed in. */
  const signInAs = async (company: Company, name: string, role: 'owner' | 'admin') => {
    const person = company.person(name)
    await company.signIn(person)
    const { slug } = company.organization
    const found = await service.admin.call('listUsers', { params: { slug }, query: { search: name } })
    const id = found.items[0]?.id as string
    await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
    return { id, person, browser: (await company.signIn(person)).browser }
  }
  const linkOf = async (browser: Browser, company: Company) => {
    const response = await browser.call('POST', pathOf(company, '/portal-links'), { role: 'admin', days: 30 })
    expect(response.status).toBe(201)
    return (await response.json()) as { id: string; url: string }
  }
  const listLinks = async (company: Company) =>
    (await service.admin.call('listPortalLinks', { params: company.organization })).items
  const eventsOf = async (company: Company, type: string) =>
    (await service.admin.call('listEvents', { params: company.organization, query: {} })).items.filter(
      (one) => one.type === type,
    )

  describe('M2 setup-link-of-the-fired: a link ends with whoever made it', () => {
    const ways: Record<string, (company: Company, id: string) => Promise<unknown>> = {
      deactivated: ({ organization: { slug } }, id) =>
        service.admin.call('deactivateUser', { params: { slug, id } }),
      'given a lower role': ({ organization: { slug } }, id) =>
        service.admin.call('updateUser', { params: { slug, id }, body: { role: 'member' } }),
    }
    it.each(Object.keys(ways))('who is %s: the link and the session that it opened are over', async (way) => {
      const company = await createCompany(service)
      await signInAs(company, 'olga', 'owner')
      const { id, browser } = await signInAs(company, 'adam', 'admin')
      const link = await linkOf(browser, company)
      const contact = await open(link.url)
      expect(contact.status).toBe(200)
      await (ways[way] as (typeof ways)[string])(company, id)
      expect(await statusOf(contact.browser)).toBe(401)
      expect((await open(link.url)).status).toBe(410)
      expect((await listLinks(company))[0]).toMatchObject({ id: link.id, endedReason: 'maker' })
      expect(await eventsOf(company, 'portal_link.ended')).toMatchObject([
        { subject: { id: link.id }, data: { kind: 'setup', reason: 'maker' } },
      ])
    })

    it.each(['active:false', 'DELETE'])('whom the directory lets go by %s', async (how) => {
      const own = await service.createOrganization()
      const scim = (method: string, path: string, body?: unknown) =>
        own.send(
          new Request(own.scimUrl + path, {
            method,
            headers: { authorization: `Bearer ${own.key}`, 'content-type': 'application/scim+json' },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        )
      const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'adam@acme.test' }
      const { id } = (await (await scim('POST', '/Users', user)).json()) as { id: string }
      const { slug } = own.organization
      await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'admin' } })
      const scope = createScope(own.organization.id)
      const link = await service.admin.call('createPortalLink', {
        params: { slug },
        body: { role: 'admin', days: 30 },
      })
      // The link is the administrator's.
      await service.database.inOrganization(scope, async (tx) =>
        tx.write(
          organizationQuery(({ db }) =>
            db.updateTable('portal_link').set({ created_by: id, key_hash: null }).where('id', '=', link.id),
          ),
          {},
        ),
      )
      const contact = await open(link.url)
      expect(contact.status).toBe(200)
      if (how === 'DELETE') await scim('DELETE', `/Users/${id}`)
      else await scim('PUT', `/Users/${id}`, { ...user, active: false })
      expect(await statusOf(contact.browser)).toBe(401)
      expect((await open(link.url)).status).toBe(410)
    })

    it('whom a rule for roles takes the role: the next sign-in ends it', async () => {
      const company = await createCompany(service)
      const params = company.organization
      await service.admin.call('putRoleMappings', {
        params,
        body: { mappings: [{ group: 'Admins', role: 'admin' }] },
      })
      const person = company.person('adam', { groups: ['Admins'] })
      const { browser } = await company.signIn(person)
      const link = await linkOf(browser, company)
      expect((await open(link.url)).status).toBe(200)
      await company.signIn(company.person('adam', { groups: ['Others'] }))
      expect((await open(link.url)).status).toBe(410)
    })

    it('who is let go while they ask for a link: no link is left open', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const { id, browser } = await signInAs(company, 'adam', 'admin')
      const path = pathOf(company, '/portal-links')
      await Promise.all([
        ...Array.from({ length: 8 }, () => browser.call('POST', path, { role: 'admin', days: 30 })),
        service.admin.call('deactivateUser', { params: { ...params, id } }),
        ...Array.from({ length: 8 }, () => browser.call('POST', path, { role: 'admin', days: 30 })),
      ])
      const left = (await listLinks(company)).filter(({ endedAt }) => endedAt === null)
      expect(left).toEqual([])
    })
  })

  describe('what somebody made who is out', () => {
    it('one that another administrator sends again ends for whoever made it, with its sessions; what they made in it is known', async () => {
      const [maker, sender] = [await signInAs(acme, 'mona', 'admin'), await signInAs(acme, 'seth', 'admin')]
      const link = await linkOf(maker.browser, acme)
      const { browser } = await open(link.url)
      const made = await browser.call('POST', pathOf(acme, '/provisioning/keys'), { name: 'Of the old link' })
      expect(made.status).toBe(201)
      const resend = async (by: Browser, id: string) => {
        const response = await by.call('POST', pathOf(acme, `/portal-links/${id}/resend`))
        return (await response.json()) as { id: string; url: string; expiresAt: string }
      }
      const again = await resend(sender.browser, link.id)
      expect([again.id === link.id, await statusOf(browser), (await open(link.url)).status]).toEqual([
        false,
        401,
        410,
      ])
      const { slug } = acme.organization
      await service.admin.call('deactivateUser', { params: { slug, id: maker.id } })
      const { keys } = await service.admin.call('getProvisioning', { params: { slug } })
      expect(keys.find(({ name }) => name === 'Of the old link')?.maker.isOut).toBe(true)
      const opened = await open(again.url)
      expect(opened.status).toBe(200)
      const own = await resend(sender.browser, again.id)
      expect([own.id, await statusOf(opened.browser)]).toEqual([again.id, 200])
      expect((await eventsOf(acme, 'portal_link.renewed')).map(({ subject }) => subject.id)).toEqual([
        again.id,
      ])
      await service.admin.call('deactivateUser', { params: { slug, id: sender.id } })
      expect([await statusOf(opened.browser), (await open(own.url)).status]).toEqual([401, 410])
    })

    it('invitations end, keys, clients and connections work on: listed and announced', async () => {
      const other = await start({ hasMail: true })
      const company = await createCompany(other)
      const { slug } = company.organization
      const signIn = async (name: string, role: 'owner' | 'admin') => {
        const person = company.person(name)
        await company.signIn(person)
        const { items } = await other.admin.call('listUsers', { params: { slug }, query: { search: name } })
        const id = items[0]?.id as string
        await other.admin.call('updateUser', { params: { slug, id }, body: { role } })
        return { id, browser: (await company.signIn(person)).browser }
      }
      await signIn('olga', 'owner')
      const { id, browser } = await signIn('adam', 'admin')
      const path = `/organizations/${slug}`
      const make = async (rest: string, body: unknown) => {
        const response = await browser.call('POST', `${path}${rest}`, body)
        expect(response.status).toBe(201)
      }
      await make('/provisioning/keys', { name: 'Okta' })
      await make('/provisioning/clients', { name: 'Entra', method: 'client_secret' })
      await make('/connections', { name: 'Second', identityProvider: 'okta' })
      const word = JSON.stringify({ kind: 'user', id, rung: 'administrator', at: other.now() })
      await other.database.inOrganization(createScope(company.organization.id), async (tx) =>
        tx.write(
          organizationQuery(({ db }) =>
            db.updateTable('connection').set({ anchor_put: word }).where('name', '=', 'Second'),
          ),
          {},
        ),
      )
      await make('/invitations', { email: `new@${company.domain}`, role: 'admin' })
      const read = async () => (await other.admin.call('getProvisioning', { params: { slug } })).keys
      expect((await read())[0]?.maker).toEqual({
        id,
        name: `adam@${company.domain}`,
        rung: 'administrator',
        isOut: false,
      })
      const rules = { url: other.url, operatorMail: undefined }
      const told = async () => {
        await warnOfMakers(other.database, rules, other.now(), () => false)
        const rows = await other.database.readInstallation('deliveries', selectMails, {})
        const has = (words: string) => rows.filter(({ payload }) => payload?.includes(words) === true).length
        return [has('API key “Okta”'), has('OAuth client “Entra”')]
      }
      expect(await told()).toEqual([0, 0])
      await other.admin.call('deactivateUser', { params: { slug, id } })
      expect((await read())[0]).toMatchObject({ isActive: true, maker: { isOut: true } })
      const { items } = await other.admin.call('listEvents', { params: { slug }, query: {} })
      const seen = items.map(({ type }) => type)
      expect(seen).toEqual(
        expect.arrayContaining(['api_key.maker_gone', 'oauth_client.maker_gone', 'connection.maker_gone']),
      )
      const invitations = await other.admin.call('listInvitations', { params: { slug }, query: {} })
      expect(invitations.items).toMatchObject([{ status: 'revoked' }])
      // The owner is told, once, however long no node looked, and of nothing that has ended meanwhile.
      const { items: clients } = await other.admin.call('listOAuthClients', { params: { slug } })
      await other.admin.call('revokeOAuthClient', { params: { slug, id: clients[0]?.id ?? '' } })
      other.advance(40 * dayMs)
      await sealEvents(other.database, createLog('silent', false), other.now(), () => false)
      await pruneFeed(other.database, other.now(), () => false)
      expect([await told(), await told()]).toEqual([
        [1, 0],
        [1, 0],
      ])
    })
  })

  it('M2 a link that was made from a link ends with it', async () => {
    const company = await createCompany(service)
    const params = company.organization
    const first = await service.admin.call('createPortalLink', { params, body: { role: 'admin' } })
    const { browser } = await open(first.url)
    const second = await linkOf(browser, company)
    const contact = await open(second.url)
    expect(contact.status).toBe(200)
    await service.admin.call('revokePortalLink', { params: { ...params, id: first.id } })
    expect(await statusOf(browser)).toBe(401)
    expect(await statusOf(contact.browser)).toBe(401)
    expect((await open(second.url)).status).toBe(410)
    expect((await listLinks(company)).find(({ id }) => id === second.id)).toMatchObject({
      endedReason: 'parent',
      createdBy: { id: first.id, rung: 'administrator' },
    })
  })

  it('a set-up link speaks for no owner: role owner with days is 400', async () => {
    const call = service.admin.call('createPortalLink', {
      params: acme.organization,
      body: { role: 'owner', days: 3 },
    })
    await expect(call).rejects.toMatchObject({ problem: { status: 400, code: 'invalid_request' } })
    const links = await listLinks(acme)
    expect(links.filter(({ role, kind }) => role === 'owner' && kind === 'setup')).toEqual([])
  })

  describe('a link opens by a click and replaces nothing unasked', () => {
    it('login CSRF: the page does nothing by itself', async () => {
      const page = await createBrowser(service.url, service.send).open('/portal')
      const script = page.text.slice(page.text.indexOf('<script>'))
      const [before, after] = script.split("button.addEventListener('click'")
      expect(before).not.toContain('fetch(')
      expect(after).toContain("fetch('api/v1/portal-sessions'")
      expect(page.text).toContain('<button>')
    })

    it('login CSRF: another site’s script opens nothing', async () => {
      const { url } = await service.admin.call('createOperatorLink', {})
      const browser = createBrowser(service.url, service.send)
      const foreign = await browser.call(
        'POST',
        '/portal-sessions',
        { token: tokenOf(url) },
        {
          origin: 'https://evil.test',
        },
      )
      expect([foreign.status, await foreign.json()]).toMatchObject([403, { code: 'cross_site' }])
      expect((await open(url)).status).toBe(200)
    })

    it('login CSRF: a program that sends no Origin opens a link; a page that hides its origin does not', async () => {
      const { url } = await service.admin.call('createOperatorLink', {})
      const ask = (headers: Record<string, string>): Promise<Response> =>
        service.send(
          new Request(`${service.url}/api/v1/portal-sessions`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: JSON.stringify({ token: tokenOf(url) }),
          }),
        )
      // Browsers name an origin with every POST: "null" from a sandboxed frame or a file.
      const hidden = await ask({ origin: 'null' })
      expect([hidden.status, await hidden.json()]).toMatchObject([403, { code: 'cross_site' }])
      expect((await ask({})).status).toBe(200)
    })

    it('a session of another kind, or of another organization, is asked about first', async () => {
      const operator = await open((await service.admin.call('createOperatorLink', {})).url)
      const params = acme.organization
      const make = async (body: { role: 'admin'; days?: number }, to = params) =>
        (await service.admin.call('createPortalLink', { params: to, body })).url
      const setUp = await make({ role: 'admin', days: 3 })
      const asked = await open(setUp, operator.browser)
      expect([asked.status, await asked.response.json()]).toMatchObject([409, { code: 'session_exists' }])
      expect(await statusOf(operator.browser)).toBe(200)
      // Nothing was spent, and whoever says so goes on.
      const once = await make({ role: 'admin' })
      expect((await open(once, operator.browser)).status).toBe(409)
      expect((await open(once, operator.browser, { replace: true })).status).toBe(200)
      expect((await open(await make({ role: 'admin' }), operator.browser)).status).toBe(200)
      expect((await open(setUp, operator.browser)).status).toBe(409)
      const other = (await createCompany(service)).organization
      expect((await open(await make({ role: 'admin' }, other), operator.browser)).status).toBe(409)
      const person = await acme.signIn(acme.person('paula'))
      expect((await open(setUp, person.browser)).status).toBe(409)
      expect(
        (await open((await service.admin.call('createOperatorLink', {})).url, person.browser)).status,
      ).toBe(409)
    })
  })

  describe('sessions of the operator', () => {
    const listSessions = async (browser: Browser) =>
      (
        (await (await browser.call('GET', '/operator-sessions')).json()) as {
          items: Record<string, unknown>[]
        }
      ).items

    it('are listed with the name of their link, and ended one by one and all at once', async () => {
      const openAs = async (name: string) =>
        (await open((await service.admin.call('createOperatorLink', { body: { name } })).url)).browser
      const [ada, grace, linus] = [await openAs('Ada'), await openAs('Grace'), await openAs('Linus')]
      const seen = await listSessions(ada)
      expect(seen.filter(({ isOwn }) => isOwn)).toMatchObject([{ name: 'Ada', userAgent: 'test browser' }])
      const id = seen.find(({ name }) => name === 'Grace')?.id as string
      expect((await ada.call('DELETE', `/operator-sessions/${id}`)).status).toBe(204)
      expect((await ada.call('DELETE', `/operator-sessions/${id}`)).status).toBe(404)
      expect([await statusOf(ada), await statusOf(grace), await statusOf(linus)]).toEqual([200, 401, 200])
      const unopened = (await service.admin.call('createOperatorLink', {})).url
      expect((await ada.call('POST', '/operator-sessions/end-all')).status).toBe(204)
      expect([await statusOf(ada), await statusOf(linus)]).toEqual([401, 401])
      expect((await open(unopened)).status).toBe(410)
    })

    it('are opened by a link that needs no name, and no body', async () => {
      const headers = { authorization: `Bearer ${service.operatorKey}` }
      const ask = (init: RequestInit) =>
        service.send(new Request(`${service.url}/api/v1/operator-links`, { method: 'POST', ...init }))
      for (const init of [{ headers }, { headers, body: '' }, { headers, body: new Uint8Array() }])
        expect((await ask(init)).status).toBe(201)
      const json = { ...headers, 'content-type': 'application/json' }
      expect((await ask({ headers: json, body: '{"name":" Ada "}' })).status).toBe(201)
      expect((await ask({ headers: json, body: '{"name":""}' })).status).toBe(400)
      expect((await ask({ headers: json, body: '{"nome":"Ada"}' })).status).toBe(400)
    })

    it('are named in what they do, and in the feed', async () => {
      const after = (await service.admin.call('listFeed', { query: { after: 'latest' } })).nextCursor
      const { url } = await service.admin.call('createOperatorLink', { body: { name: 'Ada' } })
      const { browser } = await open(url)
      await browser.call('POST', pathOf(acme, '/operator-visits'))
      await browser.call('DELETE', '/session')
      const { items } = await service.admin.call('listFeed', { query: { after } })
      expect(items.map(({ type, data }) => [type, (data as { name?: string }).name])).toEqual([
        ['operator.link_created', 'Ada'],
        ['operator.signed_in', 'Ada'],
        ['organization.opened_by_operator', undefined],
        ['operator.session_ended', 'Ada'],
      ])
      const [event] = await eventsOf(acme, 'organization.opened_by_operator')
      expect(event?.actor).toEqual({ kind: 'operator', id: 'Ada' })
    })

    it('operator sessions that outlive a changed operator key: sessions and links of the old key end', async () => {
      const other = await start()
      const company = await createCompany(other)
      const params = company.organization
      const enter = async (url: string) => {
        const browser = createBrowser(other.url, other.send)
        await browser.call('POST', '/portal-sessions', { token: tokenOf(url) })
        return browser
      }
      const operator = await enter((await other.admin.call('createOperatorLink', {})).url)
      const unopened = (await other.admin.call('createOperatorLink', {})).url
      const portal = await enter(
        (await other.admin.call('createPortalLink', { params, body: { role: 'owner' } })).url,
      )
      const setUp = await other.admin.call('createPortalLink', { params, body: { role: 'admin', days: 9 } })
      const contact = await enter(setUp.url)
      const person = (await company.signIn(company.person('paula'))).browser
      const statuses = () => Promise.all([operator, portal, contact, person].map(statusOf))
      expect(await statuses()).toEqual([200, 200, 200, 200])
      await openOperatorKey(other.database, other.operatorKey, other.now())
      expect(await statuses()).toEqual([200, 200, 200, 200])
      const after = (await other.admin.call('listFeed', { query: { after: 'latest' } })).nextCursor
      await openOperatorKey(other.database, 'another-operator-key-0123456789abcdefgh', other.now())
      expect(await statuses()).toEqual([401, 401, 401, 200])
      const { items } = await other.admin.call('listFeed', { query: { after } })
      expect(items).toMatchObject([
        { type: 'operator.key_changed', organization: null, data: { sessions: 1, links: 1 } },
        { type: 'portal_link.ended', data: { kind: 'portal', reason: 'operator_key' } },
        { type: 'portal_link.ended', subject: { id: setUp.id }, data: { reason: 'operator_key' } },
      ])
      // Back to the old key: what has ended stays ended.
      await openOperatorKey(other.database, other.operatorKey, other.now())
      expect(await statuses()).toEqual([401, 401, 401, 200])
      const browser = createBrowser(other.url, other.send)
      for (const { url } of [{ url: unopened }, setUp])
        expect((await browser.call('POST', '/portal-sessions', { token: tokenOf(url) })).status).toBe(410)
    })
  })

  describe('invitations are links, too', () => {
    const otherKey = 'another-operator-key-0123456789abcdefgh'
    const make = async (other: Service) => {
      const company = await createCompany(other)
      const params = company.organization
      const { url } = await other.admin.call('createPortalLink', { params, body: { role: 'owner' } })
      const portal = createBrowser(other.url, other.send)
      await portal.call('POST', '/portal-sessions', { token: tokenOf(url) })
      const owner = company.person('olga')
      await company.signIn(owner)
      const [user] = (await other.admin.call('listUsers', { params, query: {} })).items
      await other.admin.call('updateUser', {
        params: { ...params, id: user?.id ?? '' },
        body: { role: 'owner' },
      })
      const { browser } = await company.signIn(owner)
      const invite = async (email: string, by: Browser) =>
        (
          (await (await by.call('POST', pathOf(company, '/invitations'), { email })).json()) as {
            url: string
          }
        ).url
      const urls = {
        operator: (
          await other.admin.call('createInvitation', {
            params,
            body: { email: `operator@${company.domain}` },
          })
        ).url as string,
        portal: await invite(`portal@${company.domain}`, portal),
        person: await invite(`person@${company.domain}`, browser),
      }
      const statuses = async () => {
        const { items } = await other.admin.call('listInvitations', { params, query: {} })
        return Object.fromEntries(items.map(({ email, state: status }) => [email.split('@')[0], status]))
      }
      const accept = async (name: keyof typeof urls) =>
        (
          await createBrowser(other.url, other.send).call('POST', '/invitation-acceptances', {
            token: tokenOf(urls[name]),
          })
        ).status
      return { company, params, statuses, accept, browser, urls }
    }
    const setKeys = (other: Service, company: Company, key_hash: string | null) =>
      other.database.inOrganization(createScope(company.organization.id), async (tx) =>
        tx.write(
          organizationQuery(({ db, organizationId }) =>
            db
              .updateTable('invitation')
              .set({ key_hash })
              .where('organization_id', '=', organizationId)
              .where('key_hash', 'is not', null),
          ),
          {},
        ),
      )

    it('those that the operator, or a portal link, sent end with a changed operator key; a person’s do not', async () => {
      const other = await start()
      const { params, statuses, accept } = await make(other)
      await openOperatorKey(other.database, other.operatorKey, other.now())
      expect(await statuses()).toEqual({ operator: 'open', portal: 'open', person: 'open' })
      await openOperatorKey(other.database, otherKey, other.now())
      expect(await statuses()).toEqual({ operator: 'revoked', portal: 'revoked', person: 'open' })
      const { items } = await other.admin.call('listEvents', {
        params,
        query: { type: 'invitation.revoked' },
      })
      expect(items.map(({ actor, data }) => [actor.kind, data])).toEqual(
        ['portal', 'operator'].map((name) => [
          'system',
          { email: expect.stringContaining(`${name}@`), reason: 'operator_key' },
        ]),
      )
      // Back to the old key: what has ended stays ended.
      await openOperatorKey(other.database, other.operatorKey, other.now())
      expect([await accept('operator'), await accept('portal'), await accept('person')]).toEqual([
        410, 410, 200,
      ])
    })

    it('one of another key is not accepted, nor taken by a sign-in, before a node has ended it', async () => {
      const other = await start()
      const { company, accept } = await make(other)
      const before = await other.admin.call('listInvitations', { params: company.organization, query: {} })
      expect(before.items.filter(({ state: status }) => status === 'open')).toHaveLength(3)
      await setKeys(other, company, 'of-another-key')
      expect([await accept('operator'), await accept('portal')]).toEqual([410, 410])
      await company.signIn(company.person('portal'))
      const { items } = await other.admin.call('listInvitations', { params: company.organization, query: {} })
      expect(items.find(({ email }) => email.startsWith('portal@'))).toMatchObject({ acceptedAt: null })
    })

    it('one that is sent again stands by whoever sends it: it holds under their key, and ends with them', async () => {
      const other = await start()
      const { company, params, statuses } = await make(other)
      const { items } = await other.admin.call('listInvitations', { params, query: {} })
      const idOf = (name: string) => items.find(({ email }) => email.startsWith(name))?.id ?? ''
      // Over, and so not ended with the key under which it was made.
      other.advance(8 * 86_400_000)
      await setKeys(other, company, 'of-another-key')
      const resend = async (name: string) =>
        tokenOf(
          (await other.admin.call('resendInvitation', { params: { ...params, id: idOf(name) } })).url ?? '',
        )
      const accept = async (token: string) =>
        (await createBrowser(other.url, other.send).call('POST', '/invitation-acceptances', { token })).status
      expect(await accept(await resend('operator'))).toBe(200)
      const token = await resend('person')
      await openOperatorKey(other.database, otherKey, other.now())
      expect(await statuses()).toMatchObject({ operator: 'accepted', person: 'revoked' })
      expect(await accept(token)).toBe(410)
    })

    it('one from a node of the version before gets the present key, and ends with the next', async () => {
      const other = await start()
      const { company, statuses } = await make(other)
      await setKeys(other, company, null)
      await openOperatorKey(other.database, other.operatorKey, other.now())
      expect(await statuses()).toEqual({ operator: 'open', portal: 'open', person: 'open' })
      await openOperatorKey(other.database, otherKey, other.now())
      expect(await statuses()).toEqual({ operator: 'revoked', portal: 'revoked', person: 'open' })
    })
  })

  it('links from before get their maker from the record, and one without a maker ends in 7 days', async () => {
    const other = await start()
    const company = await createCompany(other)
    const params = company.organization
    const make = () => other.admin.call('createPortalLink', { params, body: { role: 'admin', days: 30 } })
    const [known, unknown, fired] = [await make(), await make(), await make()]
    const forget = (id: string, createdBy: string) =>
      other.database.inOrganization(createScope(company.organization.id), async (tx) =>
        tx.write(
          organizationQuery(({ db }) =>
            db
              .updateTable('portal_link')
              .set({ created_by: createdBy, key_hash: null, created_rung: null })
              .where('id', '=', id),
          ),
          {},
        ),
      )
    await forget(known.id, 'operator')
    await forget(unknown.id, 'user')
    await forget(fired.id, 'usr_00000000000000000000000000')
    await openOperatorKey(other.database, other.operatorKey, other.now())
    const links = (await other.admin.call('listPortalLinks', { params })).items
    const endOf = (id: string) => links.find((one) => one.id === id)
    expect(endOf(known.id)).toMatchObject({ expiresAt: known.expiresAt, endedAt: null })
    const left = Date.parse(endOf(unknown.id)?.expiresAt ?? '') - other.now()
    expect(left).toBeLessThanOrEqual(7 * dayMs)
    expect(left).toBeGreaterThan(6.9 * dayMs)
    expect(endOf(fired.id)).toMatchObject({ endedReason: 'maker' })
    await other.admin.call('revokePortalLink', { params: { ...params, id: unknown.id } })
  })

  // Each waits for the look that is taken once a second: they wait together.
  describe.concurrent('M12 streams hold only as long as their session', () => {
    const follow = (browser: Browser, path: string) => browser.call('GET', path)
    /** Everything until the stream ends by itself. */
    const readAll = async (response: Response) => {
      expect(response.status).toBe(200)
      return response.text()
    }

    it('stream-after-deactivation: activity ends when its administrator is deactivated', async () => {
      const company = await createCompany(service)
      await signInAs(company, 'olga', 'owner')
      const { id, browser } = await signInAs(company, 'adam', 'admin')
      const stream = await follow(browser, pathOf(company, '/activity/stream'))
      await service.admin.call('deactivateUser', { params: { ...company.organization, id } })
      const text = await readAll(stream)
      await company.signIn(company.person('victor'))
      expect(text).not.toContain('victor')
    })

    it('stream-after-deactivation: the provisioning stream of a set-up link ends with the link', async () => {
      const params = acme.organization
      const link = await service.admin.call('createPortalLink', { params, body: { role: 'admin', days: 3 } })
      const { browser } = await open(link.url)
      const stream = await follow(browser, pathOf(acme, '/provisioning/stream'))
      await service.admin.call('revokePortalLink', { params: { ...params, id: link.id } })
      await readAll(stream)
    })

    it('stream-after-deactivation: a stream ends with its organization, also of the operator', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const stream = await service.send(
        new Request(`${service.url}/api/v1/organizations/${slug}/activity/stream`, {
          headers: { authorization: `Bearer ${service.operatorKey}` },
        }),
      )
      await service.admin.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })
      await readAll(stream)
    })

    it.each(['/stream?after=latest', '?after=latest&wait=20'])(
      'stream-after-deactivation: events%s of the operator end with the session',
      async (how) => {
        const { browser } = await open((await service.admin.call('createOperatorLink', {})).url)
        const own = (await (await browser.call('GET', '/operator-sessions')).json()) as { items: never[] }
        const [{ id }] = own.items.filter(({ isOwn }) => isOwn) as unknown as [{ id: string }]
        const waiting = follow(browser, `/events${how}`)
        const stream = how.startsWith('/stream') ? await waiting : undefined
        // The end of the session is an event itself: it is not told.
        await service.admin.call('endOperatorSession', { params: { id } })
        const answer = stream ?? (await waiting)
        if (answer.status === 200) expect(await answer.text()).not.toContain('company.created')
        else expect(answer.status).toBe(401)
      },
    )

    it('F10: an export of the audit log is cut off with its session, and is whole for whoever keeps it', async () => {
      const company = await createCompany(service)
      await signInAs(company, 'olga', 'owner')
      const { id, browser } = await signInAs(company, 'adam', 'admin')
      const subject = { type: 'organization', id: company.organization.id } as const
      const act = {
        actor: { kind: 'system', job: 'test' },
        rung: 'operator',
        at: service.now(),
        context: null,
      } as const
      // More pages than are read ahead.
      await service.database.inOrganization(createScope(subject.id), async (tx) => {
        for (let count = 0; count < 2_000; count += 1)
          record(tx, act, { type: 'organization.opened_by_operator', subject, data: {} })
      })
      const whole = await (await follow(browser, pathOf(company, '/events.csv'))).text()
      expect(whole.split('\r\n').length).toBeGreaterThan(2_000)
      const reader = (await follow(browser, pathOf(company, '/events.csv'))).body?.getReader()
      await reader?.read()
      await service.admin.call('deactivateUser', { params: { ...company.organization, id } })
      await expect(reader?.closed).rejects.toThrow('may no longer have it')
    })

    it('SSE streams: a session holds ten, and gets its places back', async () => {
      const params = acme.organization
      const link = await service.admin.call('createPortalLink', { params, body: { role: 'admin' } })
      const { browser } = await open(link.url)
      const path = pathOf(acme, '/activity/stream')
      const held = await Promise.all(Array.from({ length: 10 }, () => follow(browser, path)))
      expect(held.map(({ status }) => status)).toEqual(Array(10).fill(200))
      const more = await follow(browser, pathOf(acme, '/provisioning/stream'))
      expect([more.status, await more.json()]).toMatchObject([429, { code: 'too_many_streams' }])
      await held[0]?.body?.cancel()
      // Whoever asks for the headers alone holds nothing.
      const heads = await Promise.all(Array.from({ length: 12 }, () => browser.call('HEAD', path)))
      expect(heads.map(({ status }) => status)).toEqual(Array(12).fill(200))
      const again = await follow(browser, path)
      expect(again.status).toBe(200)
      for (const one of [...held.slice(1), again]) await one.body?.cancel()
    })
  })
})
