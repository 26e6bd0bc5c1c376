// The two modes, the switch between them, portal links and the sessions of administrators.
// Judges: server/directory, server/sessions, server/portal, server/admin.
import type { NewPortalLink } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const refusal = (code: string) => ({ problem: { code } })
const minuteMs = 60_000

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const setMode = (company: Company, mode: 'manual' | 'scim', unknownSignIns?: 'create' | 'refuse') =>
    service.admin.call('updateProvisioning', {
      params: company.organization,
      body: unknownSignIns === undefined ? { mode } : { mode, unknownSignIns },
    })
  const scimOf = async (company: Company) => {
    const { token } = await service.admin.call('createKey', {
      params: company.organization,
      body: { name: 'x' },
    })
    return async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      const text = await response.text()
      return {
        status: response.status,
        body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      }
    }
  }
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const patch = (value: object) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value }],
  })

  describe('the switch to SCIM', () => {
    it('needs a connection that is set up and active, and isScimEnabled; the preview says what is missing', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const connection = { ...params, id: company.connection.id }
      await service.admin.call('updateConnection', { params: connection, body: { isActive: false } })
      const preview = () => service.admin.call('previewProvisioning', { params, query: { mode: 'scim' } })
      expect(await preview()).toMatchObject({ isPossible: false, missing: ['sso_required'] })
      await expect(setMode(company, 'scim')).rejects.toMatchObject(refusal('sso_required'))
      await service.admin.call('updateOrganization', { params, body: { isScimEnabled: false } })
      expect((await preview()).missing).toEqual(['scim_not_enabled', 'sso_required'])
      await expect(setMode(company, 'scim')).rejects.toMatchObject(refusal('scim_not_enabled'))
      await service.admin.call('updateOrganization', { params, body: { isScimEnabled: true } })
      await service.admin.call('updateConnection', { params: connection, body: { isActive: true } })
      expect(await preview()).toMatchObject({ isPossible: true, missing: [] })
      expect(await setMode(company, 'scim')).toMatchObject({
        mode: 'scim',
        unknownSignIns: 'create',
        status: 'connecting',
      })
    })

    it('keeps everybody, shows them to SCIM, and lists who is unclaimed until a first POST, PUT or PATCH', async () => {
      const company = await createCompany(service)
      const params = company.organization
      for (const name of ['posted', 'put', 'patched', 'left']) await company.signIn(company.person(name))
      await setMode(company, 'scim')
      const scim = await scimOf(company)
      const unclaimed = async () =>
        (await service.admin.call('listUnclaimed', { params, query: {} })).items.map((user) => user.givenName)
      expect(await unclaimed()).toHaveLength(4)
      const found = await scim('GET', '/Users')
      expect(found.body.totalResults).toBe(4)
      const idOf = async (name: string) => {
        const filter = encodeURIComponent(`userName eq "${name}@${company.domain}"`)
        const { body } = await scim('GET', `/Users?filter=${filter}`)
        return (body.Resources as { id: string }[])[0]?.id ?? ''
      }
      await service.admin.call('updateProvisioning', { params, body: { unclaimedDelete: 'refuse' } })
      expect((await scim('DELETE', `/Users/${await idOf('left')}`)).status).toBe(403)
      expect((await scim('POST', '/Users', { schemas, userName: `posted@${company.domain}` })).status).toBe(
        201,
      )
      await scim('PUT', `/Users/${await idOf('put')}`, { schemas, userName: `put@${company.domain}` })
      await scim('PATCH', `/Users/${await idOf('patched')}`, patch({ title: 'Boss' }))
      expect(await unclaimed()).toEqual(['left'])
      expect((await company.signIn(company.person('posted'))).status).toBe(200)
    })

    it('back to manual keeps users and keys, and SCIM answers 403', async () => {
      const company = await createCompany(service)
      await setMode(company, 'scim')
      const scim = await scimOf(company)
      await scim('POST', '/Users', { schemas, userName: `kept@${company.domain}` })
      const params = company.organization
      expect(
        await service.admin.call('previewProvisioning', { params, query: { mode: 'manual' } }),
      ).toMatchObject({ keysThatStop: 1 })
      await setMode(company, 'manual')
      service.advance(1_000)
      expect((await scim('GET', '/Users')).status).toBe(403)
      expect((await company.signIn(company.person('kept'))).status).toBe(200)
      expect((await service.admin.call('getProvisioning', { params })).keys).toHaveLength(1)
    })

    it('confirming the first sync ends the connecting phase, and is an event', async () => {
      const company = await createCompany(service)
      await setMode(company, 'scim')
      expect((await company.signIn(company.person('early'))).status).toBe(200)
      await service.admin.call('updateProvisioning', {
        params: company.organization,
        body: { unknownSignIns: 'refuse' },
      })
      expect((await company.signIn(company.person('late'))).status).toBe(403)
      const events = await service.admin.call('listEvents', {
        params: company.organization,
        query: { type: 'provisioning.settings_changed' },
      })
      expect(events.items).toHaveLength(1)
    })
  })

  describe('a portal link', () => {
    const create = async (company: Company, body: { role: 'owner' | 'admin'; days?: number }) => {
      const link = await service.admin.call('createPortalLink', { params: company.organization, body })
      return { ...link, token: link.url.split('#token=')[1] ?? '' }
    }
    const open = async (token: string) => {
      const browser = createBrowser(service.url, service.send)
      return { browser, response: await browser.call('POST', '/portal-sessions', { token }) }
    }

    it('works once, within five minutes, and each use is an event', async () => {
      const company = await createCompany(service)
      const link = await create(company, { role: 'owner' })
      const first = await open(link.token)
      expect(await first.response.json()).toMatchObject({
        kind: 'administrator',
        role: 'owner',
        organization: company.organization.slug === '' ? {} : { slug: company.organization.slug },
      })
      expect((await first.browser.call('GET', '/session')).status).toBe(200)
      expect((await open(link.token)).response.status).toBe(410)
      const late = await create(company, { role: 'admin' })
      service.advance(5 * minuteMs)
      expect((await open(late.token)).response.status).toBe(410)
      const events = await service.admin.call('listEvents', {
        params: company.organization,
        query: { type: 'portal_link.used' },
      })
      expect(events.items).toHaveLength(1)
      const listed = await service.admin.call('listPortalLinks', { params: company.organization })
      const all = JSON.stringify([
        listed,
        await service.admin.call('listEvents', { params: company.organization, query: {} }),
      ])
      expect(all).not.toContain(link.token)
    })

    it('with days is a set-up link: resumable, for its days, and revoked with its sessions', async () => {
      const company = await createCompany(service)
      const link = await create(company, { role: 'admin', days: 2 })
      const [one, two] = [await open(link.token), await open(link.token)]
      expect(
        (await two.browser.call('GET', `/organizations/${company.organization.slug}/connections`)).status,
      ).toBe(200)
      expect(
        (await two.browser.call('GET', `/organizations/${company.organization.slug}/users`)).status,
      ).toBe(403)
      await service.admin.call('revokePortalLink', { params: { ...company.organization, id: link.id } })
      for (const { browser } of [one, two]) expect((await browser.call('GET', '/session')).status).toBe(401)
      expect((await open(link.token)).response.status).toBe(410)
      const other = await create(company, { role: 'admin', days: 1 })
      service.advance(86_400_000)
      expect((await open(other.token)).response.status).toBe(410)
    })

    it.each(['', 'x', 'a'.repeat(43), '../../x', '%00'])('the token %j is 410', async (token) => {
      expect((await open(token)).response.status).toBe(410)
    })

    it('its session ends after an hour idle, after twelve in all, at sign-out, and with its organization', async () => {
      const company = await createCompany(service)
      const enter = async () => (await open((await create(company, { role: 'owner' })).token)).browser
      const isIn = async (browser: ReturnType<typeof createBrowser>) =>
        (await browser.call('GET', '/session')).status === 200
      const idle = await enter()
      service.advance(59 * minuteMs)
      expect(await isIn(idle)).toBe(true)
      service.advance(61 * minuteMs)
      expect(await isIn(idle)).toBe(false)
      const busy = await enter()
      for (let quarter = 0; quarter < 24; quarter += 1) {
        expect(await isIn(busy)).toBe(true)
        service.advance(30 * minuteMs)
      }
      expect(await isIn(busy)).toBe(false)
      const leaving = await enter()
      const cookies = new Map(leaving.cookies)
      expect((await leaving.call('DELETE', '/session')).status).toBe(204)
      expect(await isIn(createBrowser(service.url, service.send, cookies))).toBe(false)
      const last = await enter()
      await service.admin.call('deleteOrganization', {
        params: company.organization,
        body: { confirm: company.organization.slug },
      })
      expect(await isIn(last)).toBe(false)
    })
  })

  describe('the invitation of an IT contact', () => {
    const tokenOf = (text: string): string => /#token=(\w+)/.exec(text)?.[1] ?? ''
    const open = async (at: Service, token: string) => {
      const browser = createBrowser(at.url, at.send)
      return { browser, status: (await browser.call('POST', '/portal-sessions', { token })).status }
    }
    const body = { role: 'admin', days: 3, email: 'it@acme.test', send: true } as const

    it('is mailed, tells when, and is sent again with a new link for as many days; the old one stops', async () => {
      const mailing = await start({ hasMail: true })
      const { organization: params } = await createCompany(mailing)
      const made = await mailing.admin.call('createPortalLink', { params, body })
      expect(made).toMatchObject({
        isSent: true,
        message: mailing.mails[0] && { text: mailing.mails[0].text },
      })
      expect(mailing.mails).toMatchObject([{ to: 'it@acme.test', text: expect.stringContaining(made.url) }])
      const list = () => mailing.admin.call('listPortalLinks', { params })
      expect((await list()).items).toMatchObject([{ id: made.id, sentAt: expect.any(String), usedAt: null }])
      mailing.advance(4 * 86_400_000)
      expect((await open(mailing, tokenOf(made.url))).status).toBe(410)
      const resend = async () => {
        const again = await mailing.admin.call('resendPortalLink', { params: { ...params, id: made.id } })
        expect(Math.round((new Date(again.expiresAt).getTime() - mailing.now()) / 86_400_000)).toBe(3)
      }
      await resend()
      expect((await open(mailing, tokenOf(mailing.mails[1]?.text ?? ''))).status).toBe(200)
      expect((await open(mailing, tokenOf(made.url))).status).toBe(410)
      mailing.advance(2 * 86_400_000)
      await resend()
      const of = async (type: 'portal_link.sent' | 'portal_link.renewed') =>
        (await mailing.admin.call('listEvents', { params, query: { type } })).items
      const sent = await of('portal_link.sent')
      expect(sent.map(({ data }) => (data as { isFirst: boolean }).isFirst)).toEqual([false, false, true])
      expect(await of('portal_link.renewed')).toHaveLength(2)
    })

    it('is in the answer as a text to send, where no mail goes out', async () => {
      const { organization: params } = await createCompany(service)
      const made = await service.admin.call('createPortalLink', { params, body })
      expect(made).toMatchObject({ isSent: false, message: { text: expect.stringContaining(made.url) } })
      expect((await service.admin.call('listPortalLinks', { params })).items[0]?.sentAt).toBeNull()
      const portal = await service.admin.call('createPortalLink', { params, body: { role: 'owner' } })
      expect(portal).toMatchObject({ isSent: false, message: null })
    })

    it('is written in the language that is said, and reaches what it is for alone, sent again as well', async () => {
      const mailing = await start({ hasMail: true })
      const { organization: params } = await createCompany(mailing)
      const made = await mailing.admin.call('createPortalLink', {
        params,
        body: { ...body, language: 'ar', intents: ['domains'] },
      })
      await mailing.admin.call('resendPortalLink', { params: { ...params, id: made.id } })
      await mailing.admin.call('createInvitation', { params, body: { email: 'g@acme.test', language: 'de' } })
      const [first, again, invitation] = mailing.mails
      expect([first?.subject, again?.subject]).toEqual(
        Array(2).fill('إعداد تسجيل الدخول الموحد وتزويد المستخدمين'),
      )
      // A name between marks of direction, and an address alone in its line.
      expect(first?.text).toContain('\u2068\u201c')
      expect(first?.text.split('\n')).toContain(made.url)
      expect(first?.html).toContain('<html lang="ar" dir="rtl">')
      expect(first?.html).toContain(`href="${made.url}"`)
      expect(invitation).toMatchObject({ subject: 'Sie haben eine Einladung' })
      expect(invitation?.html).toContain('<html lang="de" dir="ltr">')
      expect((await mailing.admin.call('listPortalLinks', { params })).items[0]?.intents).toEqual(['domains'])
      const { browser } = await open(mailing, tokenOf(again?.text ?? ''))
      const own = `/organizations/${params.slug}`
      const status = async (path: string) => (await browser.call('GET', path)).status
      expect(await (await browser.call('GET', '/session')).json()).toMatchObject({ intents: ['domains'] })
      expect(await status(`${own}/domains`)).toBe(200)
      for (const path of ['/provisioning', '/set-up', '/service-keys'])
        expect(await status(own + path)).toBe(403)
      const refused = await browser.call('POST', `${own}/provisioning/keys`, { name: 'x' })
      expect([refused.status, await refused.json()]).toMatchObject([
        403,
        { detail: expect.stringContaining('This link is for domains') },
      ])
    })

    it.each<[string, NewPortalLink]>([
      ['a language', { role: 'admin', language: 'de' }],
      ['intents', { role: 'owner', intents: ['domains'] }],
    ])('has %s only as a set-up link', async (_, wrong) => {
      const { organization: params } = await createCompany(service)
      await expect(service.admin.call('createPortalLink', { params, body: wrong })).rejects.toMatchObject({
        problem: { status: 400, detail: expect.stringContaining('set-up link alone') },
      })
    })

    it.each([
      ['no address', { role: 'admin', days: 3, send: true }],
      ['no days', { role: 'owner', email: 'it@acme.test', send: true }],
    ] as const)('is not sent with %s', async (_, wrong) => {
      const { organization: params } = await createCompany(service)
      await expect(service.admin.call('createPortalLink', { params, body: wrong })).rejects.toMatchObject({
        problem: { status: 400, detail: expect.stringContaining('send:') },
      })
      expect((await service.admin.call('listPortalLinks', { params })).items).toEqual([])
    })

    it('is sent again neither once it was revoked, nor by somebody below its maker, nor where it opens once', async () => {
      const { organization: params } = await createCompany(service)
      const make = (more: object = {}) =>
        service.admin.call('createPortalLink', { params, body: { ...body, send: false, ...more } })
      const made = await make()
      const portal = await service.admin.call('createPortalLink', { params, body: { role: 'admin' } })
      const { browser } = await open(service, tokenOf(portal.url))
      const path = (id: string) => `/organizations/${params.slug}/portal-links/${id}/resend`
      expect((await browser.call('POST', path(made.id))).status).toBe(403)
      expect((await open(service, tokenOf(made.url))).status).toBe(200)
      const resend = (id: string) => service.admin.call('resendPortalLink', { params: { ...params, id } })
      await expect(resend(portal.id)).rejects.toMatchObject(refusal('link_closed'))
      await service.admin.call('revokePortalLink', { params: { ...params, id: made.id } })
      await expect(resend(made.id)).rejects.toMatchObject(refusal('link_closed'))
      await expect(resend('link_0')).rejects.toMatchObject(refusal('not_found'))
    })
  })

  it('tells how far a set-up is, of one organization and in the list', async () => {
    const slug = `set-up-${Math.random().toString(36).slice(2)}`
    const params = { slug }
    await service.admin.call('createOrganization', { body: { name: slug, slug } })
    const states = async () => {
      const { steps, next } = await service.admin.call('getSetUp', { params })
      const { items } = await service.admin.call('listOrganizations', { query: { search: slug } })
      expect(items[0]?.setUp).toEqual({ steps, next })
      return [...steps.map(({ state }) => state), next]
    }
    expect(await states()).toEqual(['open', 'open', 'open', 'open', 'open', 'single_sign_on'])
    const { id } = await service.admin.call('createConnection', {
      params,
      body: { name: 'x', identityProvider: 'okta' },
    })
    expect((await states())[0]).toBe('under_way')
    const metadataXml = (await createCompany(service)).provider.metadata()
    await service.admin.call('updateConnection', { params: { slug, id }, body: { metadataXml } })
    expect((await states())[0]).toBe('under_way')
    await service.admin.call('updateConnection', { params: { slug, id }, body: { isActive: true } })
    expect(await states()).toEqual(['done', 'open', 'open', 'open', 'done', 'domain'])
    const domain = await service.admin.call('createDomain', { params, body: { name: `${slug}.test` } })
    await service.admin.call('updateDomain', { params: { slug, id: domain.id }, body: { isVerified: true } })
    expect((await states()).at(-1)).toBeNull()
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    expect(await states()).toEqual(['done', 'done', 'under_way', 'open', 'under_way', 'provisioning'])
    const request = await scimOf({ organization: { slug } } as Company)
    await request('POST', '/Users', { schemas, userName: 'one' })
    await service.flushActivity()
    await service.admin.call('updateProvisioning', { params, body: { unknownSignIns: 'refuse' } })
    expect(await states()).toEqual(['done', 'done', 'done', 'open', 'done', null])
    await service.admin.call('updateConnection', { params: { slug, id }, body: { isActive: false } })
    expect((await states())[0]).toBe('under_way')
    await service.admin.call('deleteConnection', { params: { slug, id } })
    expect((await states())[0]).toBe('open')
    await service.admin.call('updateOrganization', { params, body: { isScimEnabled: false } })
    expect((await service.admin.call('getSetUp', { params })).steps.map(({ step }) => step)).not.toContain(
      'provisioning',
    )
  })

  it('who sets up asks those who may confirm it: in words and to people of ours, once a day, by a mail that acts nowhere', async () => {
    const mailing = await start({ hasMail: true, hasDeliveries: true })
    const { slug } = (await mailing.createOrganization()).organization
    const params = { slug }
    const { client } = await openCaller(mailing, slug, 'contact')
    const ask = () => client.call('askAdministrators', { params })
    const question = async () => (await client.call('getSetUp', { params })).question
    expect(await question()).toEqual({ mayBeMailed: true, sentAt: null, recipients: null })
    await expect(ask()).rejects.toMatchObject(refusal('nothing_to_confirm'))
    const metadataXml = (await createCompany(mailing)).provider.metadata()
    const named = { name: 'Okta https://evil.test', identityProvider: 'okta' } as const
    await client.call('createConnection', { params, body: { ...named, metadataXml, isActive: true } })
    await client.call('createKey', { params, body: { name: 'Sync' } })
    for (const [email, role] of [
      ['ann@acme.test', 'admin'],
      ['bob@acme.test', 'owner'],
      ['cy@acme.test', 'member'],
    ] as const) {
      const users = [{ userName: email, email }]
      await mailing.admin.call('importUsers', { params, body: { dryRun: false, users } })
      const { items } = await mailing.admin.call('listUsers', { params, query: { search: email } })
      await mailing.admin.call('updateUser', { params: { slug, id: items[0]?.id ?? '' }, body: { role } })
    }
    expect(await ask()).toMatchObject({ recipients: 2 })
    await expect(ask()).rejects.toMatchObject(refusal('too_many_mails'))
    expect(await question()).toEqual({ mayBeMailed: false, sentAt: expect.any(String), recipients: 2 })
    await expect
      .poll(() => mailing.mails.map(({ to }) => to).toSorted())
      .toEqual(['ann@acme.test', 'bob@acme.test'])
    const [{ subject = '', text = '' } = {}] = mailing.mails
    expect(subject).toBe('Please confirm the set-up of sign-in and user provisioning')
    expect(text).toContain('- the connection “Okta https evil·test”, which trusts the identity provider at ')
    expect(text).toContain('- the API key “Sync”')
    expect(text.match(/https?:\S+/g)).toEqual([
      `${mailing.url}/organizations/${slug}/settings/security/single-sign-on`,
    ])
    const { items } = await mailing.admin.call('listEvents', {
      params,
      query: { type: 'organization.confirmation_asked' },
    })
    expect(items).toMatchObject([{ actor: { kind: 'portal_link' }, data: { recipients: 2, waiting: 2 } }])
    mailing.advance(24 * 60 * minuteMs)
    const next = (await openCaller(mailing, slug, 'contact')).client
    const { question: later } = await next.call('getSetUp', { params })
    expect(later).toMatchObject({ mayBeMailed: true, recipients: 2 })
    expect(await next.call('askAdministrators', { params })).toMatchObject({ recipients: 2 })
  })

  it('where nobody runs the settings the operator is asked, and nobody where no mail goes out', async () => {
    const mailing = await start({ hasMail: true, hasDeliveries: true })
    for (const at of [mailing, service]) {
      const { slug } = (await at.createOrganization()).organization
      const { client } = await openCaller(at, slug, 'contact')
      await client.call('createKey', { params: { slug }, body: { name: 'Sync' } })
      const asked = client.call('askAdministrators', { params: { slug } })
      if (at === service) await expect(asked).rejects.toMatchObject(refusal('mail_off'))
      else expect(await asked).toMatchObject({ recipients: 1 })
    }
    await expect.poll(() => mailing.mails.map(({ to }) => to)).toEqual(['operator@example.com'])
  })

  it("a person's session ends after 8 hours idle and after 24 in all", async () => {
    const company = await createCompany(service)
    const isIn = async (browser: ReturnType<typeof createBrowser>) =>
      (await browser.open('/me')).text.includes('You are signed in')
    const idle = (await company.signIn(company.person('ann'))).browser
    service.advance(8 * 60 * minuteMs + 1)
    expect(await isIn(idle)).toBe(false)
    const busy = (await company.signIn(company.person('ann'))).browser
    for (let hours = 0; hours < 24; hours += 6) {
      expect(await isIn(busy)).toBe(true)
      service.advance(6 * 60 * minuteMs)
    }
    expect(await isIn(busy)).toBe(false)
  })
})
