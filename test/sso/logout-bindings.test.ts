// Single logout by HTTP-POST and by SOAP, and what binds an answer to our request (SAML bindings §3.2, §3.5, profiles §4.4).
// Judges: server/sso, server/saml.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { claimFetch, giveFetchBack } from '../../packages/server/src/connections/rows.ts'
import { guardLogoutEnvelope, guardLogoutMessage } from '../../packages/server/src/saml/guard.ts'
import { readSigned } from '../../packages/server/src/saml/logout-message.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { draw } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany, setConnection } from '../harness/sso.ts'
import { hostileLogouts } from '../saml/hostile-logout.ts'
import { type LogoutContext, signed, type Words, wrapSoap, write } from '../saml/logout-forge.ts'

forOneStore(import.meta.filename, (start, store) => {
  describe('single logout by POST and SOAP', () => {
    let service: Service
    let acme: Company
    /** Its metadata has single logout by HTTP-POST alone. */
    let globex: Company
    beforeAll(async () => {
      service = await start()
      acme = await createCompany(service)
      globex = await createCompany(service)
      const metadataXml = globex.provider
        .metadata()
        .replace(/(<[^>]*SingleLogoutService[^>]*bindings:HTTP-)Redirect/, '$1POST')
      const params = { slug: globex.organization.slug, id: globex.connection.id }
      await service.admin.call('updateConnection', { params, body: { metadataXml } })
    })

    const contextOf = (company: Company, name: string): LogoutContext => ({
      idpKey: company.provider.key,
      attackerKey: company.provider.key,
      issuer: company.provider.entityId,
      address: company.connection.acsUrl.replace(/acs$/, 'slo'),
      soapAddress: company.connection.acsUrl.replace(/acs$/, 'slo-soap'),
      victim: `${name}@${company.domain}`,
      now: service.now(),
    })
    const isSignedIn = async (browser: ReturnType<typeof createBrowser>) =>
      (await browser.open('/me')).text.includes('You are signed in')
    const post = (address: string, form: Readonly<Record<string, string>>) =>
      service.send(new Request(address, { method: 'POST', body: new URLSearchParams(form) }))
    const postRequest = (company: Company, name: string, words: Words = {}, more = {}) => {
      const context = contextOf(company, name)
      const xml = signed(write(context, words), context.idpKey)
      return post(context.address, { SAMLRequest: Buffer.from(xml).toString('base64'), ...more })
    }
    const bySoap = (text: string, company = acme) =>
      service.send(
        new Request(contextOf(company, 'x').soapAddress, {
          method: 'POST',
          headers: {
            'content-type': 'text/xml',
            soapaction: 'http://www.oasis-open.org/committees/security',
          },
          body: text,
        }),
      )
    const lastLine = async (company = acme) => {
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      return (await service.admin.call('listActivity', { params: company.organization, query })).items[0]
    }
    /** The message of a page that posts itself, held against our own certificate. */
    const readForm = async (html: string, company: Company) => {
      const [, url = ''] = /action="([^"]+)"/.exec(html) ?? []
      const fields = Object.fromEntries(
        [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name,
          value.replaceAll('&#61;', '='),
        ]),
      )
      const { items } = await service.admin.call('listServiceKeys', { params: company.organization })
      const own = items.map(({ certificate }) => certificate)
      const carried = { binding: 'post', form: new URLSearchParams(fields) } as const
      return { url, fields, ...(await readSigned(carried, own, { organizationId: 'org', part: 'test' })) }
    }

    it('m5: a request that is posted ends the sessions of that NameID, and is answered by the binding of the metadata', async () => {
      for (const company of [acme, globex]) {
        const { browser } = await company.signIn(company.person('cat'))
        const other = await company.signIn(company.person('dan'))
        const response = await postRequest(company, 'cat', { id: '_asked' }, { RelayState: 'next' })
        expect(await isSignedIn(browser)).toBe(false)
        expect(await isSignedIn(other.browser)).toBe(true)
        expect(await lastLine(company)).toMatchObject({ code: null, outcome: 'ok' })
        if (company === acme) {
          expect(response.status).toBe(303)
          expect(response.headers.get('location')).toMatch(/SAMLResponse=.*&RelayState=next&SigAlg=/)
          continue
        }
        expect(response.status).toBe(200)
        const form = await readForm(await response.text(), company)
        expect([form.kind, form.url, form.fields.RelayState]).toEqual([
          'SAMLResponse',
          company.provider.sloUrl,
          'next',
        ])
        expect(form.xml).toContain('InResponseTo="_asked"')
        expect(form.xml).toContain('status:Success')
      }
    })

    it('m5: our request is posted, signed inside, where the metadata has HTTP-POST alone', async () => {
      const { browser } = await globex.signIn(globex.person('eve'))
      const left = await browser.postOwn('/sign-out', {})
      expect(left.status).toBe(200)
      expect(left.headers.get('content-security-policy')).not.toContain('form-action')
      const form = await readForm(left.text, globex)
      expect(form).toMatchObject({ kind: 'SAMLRequest', url: globex.provider.sloUrl })
      expect(form.xml).toContain(`eve@${globex.domain}</saml:NameID>`)
      expect(await isSignedIn(browser)).toBe(false)
      const inResponseTo = / ID="([^"]+)"/.exec(form.xml)?.[1] ?? ''
      const context = contextOf(globex, 'eve')
      const answer = signed(write(context, { name: 'LogoutResponse', inResponseTo }), context.idpKey)
      const SAMLResponse = Buffer.from(answer).toString('base64')
      const landed = await browser.postFromElsewhere(context.address, { SAMLResponse })
      expect(landed.text).toContain('<h1>You are signed out</h1>')
    })

    it('m8: an answer counts that answers a request of ours, of this connection, of this hour', async () => {
      const requestId = async (company: Company) => {
        const { browser } = await company.signIn(company.person('fay'))
        const left = await browser.postOwn('/sign-out', {})
        const html = left.text === '' ? undefined : left.text
        if (html !== undefined) return / ID="([^"]+)"/.exec((await readForm(html, company)).xml)?.[1] ?? ''
        const request = new URL(left.url).searchParams.get('SAMLRequest') ?? ''
        return / ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(request, 'base64')).toString())?.[1] ?? ''
      }
      const own = await requestId(acme)
      const others = await requestId(globex)
      const browser = createBrowser(service.url, service.send)
      const answer = async (inResponseTo: string) => {
        const context = contextOf(acme, 'fay')
        const xml = signed(write(context, { name: 'LogoutResponse', inResponseTo }), context.idpKey)
        const form = { SAMLResponse: Buffer.from(xml).toString('base64') }
        return (await browser.postFromElsewhere(context.address, form)).text
      }
      expect(await answer(own)).toContain('<h1>You are signed out</h1>')
      for (const wrong of [others, '_x', '', `${own}0`, own.replace('.', 'x.')]) {
        expect(await answer(wrong)).toContain('<h1>You are signed out here</h1>')
        expect((await lastLine())?.code).toBe('in_response_to_mismatch')
      }
      // Somebody else's browser that is sent there with a good answer is told what holds for it.
      const other = await acme.signIn(acme.person('gus'))
      const told = await other.browser.open(`${service.url}/signed-out?here=0`)
      expect(told.text).toContain('You are still signed in here')
      service.advance(3_700_000)
      expect(await answer(own)).toContain('<h1>You are signed out here</h1>')
    })

    it('m5: a request by SOAP is answered at once, signed, with nobody’s browser', async () => {
      const one = await acme.signIn(acme.person('hal'))
      const two = await acme.signIn(acme.person('hal'))
      const other = await acme.signIn(acme.person('ida'))
      const context = contextOf(acme, 'hal')
      const xml = write(context, { id: '_soap', destination: context.soapAddress })
      const request = wrapSoap(signed(xml, context.idpKey))
      const response = await bySoap(request)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8')
      const text = await response.text()
      expect(text).toContain('InResponseTo="_soap"')
      expect(text).toContain('status:Success')
      const { path, isSigned } = guardLogoutEnvelope(text)
      expect([path.length, isSigned]).toEqual([3, true])
      for (const { browser } of [one, two]) expect(await isSignedIn(browser)).toBe(false)
      expect(await isSignedIn(other.browser)).toBe(true)

      // Once: it comes again, when the person is back.
      const again = await acme.signIn(acme.person('hal'))
      const replayed = await bySoap(request)
      expect(await replayed.text()).toContain('status:RequestDenied')
      expect((await lastLine())?.code).toBe('replayed')
      expect(await isSignedIn(again.browser)).toBe(true)
    })

    it('F6: a request by POST or SOAP that nobody signed is answered so that whoever asked can go on', async () => {
      const { browser } = await globex.signIn(globex.person('jon'))
      const context = contextOf(globex, 'jon')
      const form = { SAMLRequest: Buffer.from(write(context)).toString('base64') }
      const posted = await post(context.address, form)
      expect((await readForm(await posted.text(), globex)).xml).toContain('status:RequestDenied')
      const soap = await bySoap(wrapSoap(write(context, { destination: context.soapAddress })), globex)
      expect([soap.status, (await soap.text()).includes('status:RequestDenied')]).toEqual([200, true])
      expect((await lastLine(globex))?.code).toBe('signature_missing')
      expect(await isSignedIn(browser)).toBe(true)
      for (const wrong of ['', '<a/>', wrapSoap(''), 'x'.repeat(200_000)]) {
        const fault = await bySoap(wrong)
        expect(fault.status).toBe(403)
        expect(await fault.text()).toContain('<soap:Fault>')
      }
    })

    it('signs nobody out by what is forged, old or meant for others, however it comes', async () => {
      const { browser } = await acme.signIn(acme.person('kim'))
      const attackerKey = createSamlKey()
      const wrong: unknown[] = []
      for (const entry of draw(`hostile logouts, ${store}`, hostileLogouts, 16)) {
        const context = { ...contextOf(acme, 'kim'), attackerKey }
        const carried = entry.make(context)
        const response =
          carried.binding === 'redirect'
            ? await service.send(new Request(`${context.address}?${carried.rawQuery}`))
            : carried.binding === 'soap'
              ? await bySoap(carried.text)
              : await post(context.address, Object.fromEntries(carried.form))
        const code = (await lastLine())?.code ?? ''
        const isTold = (entry.codes as readonly string[]).includes(code) || entry.name.includes('twice')
        if (response.status >= 500 || !isTold) wrong.push([entry.name, response.status, code])
      }
      expect(wrong).toEqual([])
      expect(await isSignedIn(browser)).toBe(true)
    }, 120_000)

    it('m2: a key that was rolled without notice signs people out, as it signs them in', async () => {
      const url = 'https://rolled.acme.test/metadata'
      const baseUrl = 'https://idp.rolled.test'
      const provider = createSamlProvider({ baseUrl, key: acme.provider.key, now: service.now })
      service.metadataPages.set(url, provider.metadata())
      const connection = { metadataUrl: url, metadataXml: undefined } as never
      const rolled = await createCompany(service, { provider, connection })
      const one = await rolled.signIn(rolled.person('lea'))
      provider.rotateKey()
      service.metadataPages.set(url, provider.metadata())
      const bring = async () => {
        const context = contextOf(rolled, 'lea')
        const xml = write(context, { destination: context.soapAddress })
        return (await bySoap(wrapSoap(signed(xml, context.idpKey)), rolled)).status
      }
      // It was fetched a moment ago, and is not fetched again for whoever posts something.
      expect([await bring(), await isSignedIn(one.browser)]).toEqual([403, true])
      service.advance(301_000)
      expect([await bring(), await isSignedIn(one.browser)]).toEqual([200, false])
      const two = await rolled.signIn(rolled.person('lea'))
      expect((await postRequest(rolled, 'lea')).status).toBe(303)
      expect(await isSignedIn(two.browser)).toBe(false)
    })

    /** Signs in as somebody of this role. */
    const settle = async (company: Company, name: string, role: 'owner' | 'admin' | 'member') => {
      await company.signIn(company.person(name))
      const { slug } = company.organization
      const query = { search: `${name}@${company.domain}` }
      const { items } = await service.admin.call('listUsers', { params: { slug }, query })
      const id = items[0]?.id ?? ''
      if (role !== 'member') await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
      return (await company.signIn(company.person(name))).browser
    }
    const bySoapOf = async (company: Company, name: string) => {
      const context = contextOf(company, name)
      const xml = signed(write(context, { destination: context.soapAddress }), context.idpKey)
      return (await bySoap(wrapSoap(xml), company)).text()
    }
    const statusOf = (text: string) =>
      [...text.matchAll(/status:(\w+)/g)].map(([, status]) => status).join(' ')

    it('G2: a logout that an administrator’s anchor proves ends no session that began under an owner’s', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const at = { params: { slug, id: company.connection.id } }
      const owner = await settle(company, 'ola', 'owner')
      const admin = await settle(company, 'ali', 'admin')
      const member = await settle(company, 'mia', 'member')
      company.provider.rotateKey()
      const { client } = await openCaller(service, slug, 'administrator')
      const body = { metadataXml: company.provider.metadata() }
      const { digest } = await client.call('stageAnchor', { ...at, body })
      await client.call('applyStagedAnchor', { ...at, body: { digest } })

      const posted = await postRequest(company, 'ola', { id: '_posted' })
      const answer = new URL(posted.headers.get('location') ?? '').searchParams.get('SAMLResponse') ?? ''
      expect(statusOf(inflateRawSync(Buffer.from(answer, 'base64')).toString())).toBe(
        'Requester RequestDenied',
      )
      expect(await isSignedIn(owner)).toBe(true)
      const line = await lastLine(company)
      expect([line?.code, line?.status]).toEqual(['anchor_unconfirmed', 403])
      expect(line?.explanation).toContain('signed out 0 session holders. What 1 of them has goes on')
      expect(statusOf(await bySoapOf(company, 'ola'))).toBe('Requester RequestDenied')
      expect(await isSignedIn(owner)).toBe(true)
      const { items } = await service.admin.call('listEvents', { params: { slug }, query: { limit: 50 } })
      expect(JSON.stringify(items)).not.toContain('identity_provider')

      // As an administrator ends the sessions of all but owners.
      for (const [name, browser] of [
        ['ali', admin],
        ['mia', member],
      ] as const) {
        expect(statusOf(await bySoapOf(company, name))).toBe('Success')
        expect(await isSignedIn(browser)).toBe(false)
      }
      const { client: above } = await openCaller(service, slug, 'owner')
      await above.call('confirmAnchor', { ...at, body: { digest } })
      expect(statusOf(await bySoapOf(company, 'ola'))).toBe('Success')
      expect(await isSignedIn(owner)).toBe(false)
    })

    it('G2: what began under the very anchor that proves a logout ends by it, and the answer says that more goes on', async () => {
      const company = await createCompany(service)
      const { id: organizationId, slug } = company.organization
      const { id } = company.connection
      const before = await settle(company, 'ola', 'owner')
      company.provider.rotateKey()
      const body = { metadataXml: company.provider.metadata() }
      await service.admin.call('updateConnection', { params: { slug, id }, body })
      const { browser } = await company.signIn(company.person('ola'))
      await setConnection(service, organizationId, id, { anchor_rung: 'administrator' })
      expect(statusOf(await bySoapOf(company, 'ola'))).toBe('Responder PartialLogout')
      expect([await isSignedIn(before), await isSignedIn(browser)]).toEqual([true, false])
      expect((await lastLine(company))?.explanation).toContain('signed out 1 session holder. What 1 of')
      expect(statusOf(await bySoapOf(company, 'ola'))).toBe('Requester RequestDenied')
      await setConnection(service, organizationId, id, { anchor_rung: 'owner' })
      expect(statusOf(await bySoapOf(company, 'ola'))).toBe('Success')
      expect(await isSignedIn(before)).toBe(false)
    })

    it('G33: of however many messages that an unknown key signed, one has the metadata fetched', async () => {
      let fetched = 0
      let xml = ''
      let onFetch: () => void = () => undefined
      let release: () => void = () => undefined
      let gate = Promise.resolve()
      const server = createServer((_, response) => {
        fetched += 1
        onFetch()
        void gate.then(() => response.end(xml))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const metadataUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata`
      const baseUrl = 'https://idp.fetched.test'
      const provider = createSamlProvider({ baseUrl, key: acme.provider.key, now: service.now })
      const stranger = createSamlProvider({ baseUrl, key: createSamlKey(), now: service.now })
      xml = provider.metadata()
      const connection = { metadataUrl, metadataXml: undefined } as never
      const company = await createCompany(service, { provider, connection })
      const context = { ...contextOf(company, 'nia'), idpKey: stranger.key }
      const { slug } = company.organization
      const look = () => service.admin.call('getConnection', { params: { slug, id: company.connection.id } })
      const attack = async () => {
        const signIns = await Promise.all(
          Array.from({ length: 5 }, async () => {
            const browser = createBrowser(service.url, service.send)
            const left = await browser.open(`/saml/${company.connection.id}/login`)
            const answer = await stranger.answer(left.url, company.person('nia'))
            return () => browser.postFromElsewhere(answer.acsUrl, answer.form)
          }),
        )
        const asked = new Promise<void>((resolve) => (onFetch = resolve))
        gate = new Promise((resolve) => (release = resolve))
        const going = [
          ...signIns.map((post) => post().then(({ status }) => status)),
          ...Array.from({ length: 10 }, async () => {
            const message = Buffer.from(signed(write(context), context.idpKey)).toString('base64')
            return (await post(context.address, { SAMLRequest: message })).status
          }),
          ...Array.from({ length: 10 }, async () => {
            const message = write(context, { destination: context.soapAddress })
            return (await bySoap(wrapSoap(signed(message, context.idpKey)), company)).status
          }),
        ]
        await asked
        // Another's message, behind all of these.
        expect(statusOf(await bySoapOf(acme, 'nobody'))).toBe('Success')
        release()
        expect(new Set(await Promise.all(going))).toEqual(new Set([403]))
      }
      service.advance(301_000)
      fetched = 0
      await attack()
      expect(fetched).toBe(1)
      expect((await postRequest(company, 'nia', {}, {})).status).toBe(303)
      service.advance(301_000)
      xml = '<nothing/>'
      await attack()
      expect(fetched).toBe(2)
      expect((await look()).metadataError).not.toBeNull()
      server.closeAllConnections()
      server.close()
    })

    it('H15: slow metadata servers of a set-up link’s connections keep no key of an owner’s connection from being looked up', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const own = { slug, id: company.connection.id }
      const url = `https://idp.${slug}.test/metadata`
      service.metadataPages.set(url, company.provider.metadata())
      await service.admin.call('updateConnection', { params: own, body: { metadataUrl: url } })
      const { client } = await openCaller(service, slug, 'contact')
      const stranger = createSamlKey()
      const waiting: (() => void)[] = []
      let isHeld = false
      let onHeld: () => void = () => undefined
      const pages = new Map<string, string>()
      const server = createServer(({ url: path = '' }, response) => {
        const answer = () => response.end(pages.get(path))
        if (!isHeld) return void answer()
        waiting.push(answer)
        if (waiting.length === slow.length) onHeld()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const slow: { readonly issuer: string; readonly address: string }[] = []
      for (let at = 0; at < 4; at += 1) {
        const baseUrl = `https://slow-${at}.${slug}.test`
        const provider = createSamlProvider({ baseUrl, key: stranger, now: service.now })
        pages.set(`/${at}`, provider.metadata())
        const body = {
          name: `slow ${at}`,
          identityProvider: 'generic' as const,
          metadataUrl: `${base}/${at}`,
        }
        const { acsUrl } = await client.call('createConnection', { params: { slug }, body })
        slow.push({ issuer: provider.entityId, address: acsUrl.replace(/acs$/, 'slo') })
      }
      service.advance(600_000)
      isHeld = true
      const held = new Promise<void>((resolve) => (onHeld = resolve))
      const going = slow.map(({ issuer, address }) => {
        const message = signed(write({ ...contextOf(company, 'x'), issuer, address }), createSamlKey())
        return post(address, { SAMLRequest: Buffer.from(message).toString('base64') })
      })
      await held
      company.provider.rotateKey()
      service.metadataPages.set(url, company.provider.metadata())
      const { browser } = await company.signIn(company.person('nia'))
      expect(await isSignedIn(browser)).toBe(true)
      for (const answer of waiting) answer()
      await Promise.all(going)
      server.closeAllConnections()
      server.close()
    })

    it('G33: a fetch is claimed in the store, by one of however many nodes', async () => {
      const { organization, connection } = await createCompany(service)
      const scope = createScope(organization.id)
      const at = service.now() + 301_000
      const claim = { id: connection.id, at, before: service.now() }
      const take = () => service.database.inOrganization(scope, (tx) => claimFetch(tx, claim))
      const taken = await Promise.all(Array.from({ length: 8 }, take))
      expect(taken.filter(Boolean)).toHaveLength(1)
      await service.database.inOrganization(scope, async (tx) =>
        giveFetchBack(tx, { ...claim, earlier: claim.before - 1 }),
      )
      expect([await take(), await take()]).toEqual([true, false])
    })

    it('our metadata names the bindings that are taken', async () => {
      const xml = await (await service.send(new Request(acme.connection.metadataUrl))).text()
      const services = [...xml.matchAll(/SingleLogoutService Binding="[^"]*:([\w-]+)" Location="([^"]+)"/g)]
      const { address, soapAddress } = contextOf(acme, 'x')
      expect(services.map(([, binding, location]) => [binding, location])).toEqual([
        ['HTTP-Redirect', address],
        ['HTTP-POST', address],
        ['SOAP', soapAddress],
      ])
      expect(guardLogoutMessage(write(contextOf(acme, 'x'))).isSigned).toBe(false)
    })

    it('F3: our metadata names them before the identity provider’s is here, as whoever imports it first needs', async () => {
      const params = { slug: acme.organization.slug }
      const made = await service.admin.call('createConnection', {
        params,
        body: { name: 'Next', identityProvider: 'keycloak' },
      })
      const listBindings = async () => {
        const xml = await (await service.send(new Request(made.metadataUrl))).text()
        return [...xml.matchAll(/SingleLogoutService Binding="[^"]*:([\w-]+)"/g)].map(([, name]) => name)
      }
      expect(await listBindings()).toEqual(['HTTP-Redirect', 'HTTP-POST', 'SOAP'])
      // One that has none by a browser takes none by a browser.
      const metadataXml = acme.provider.metadata().replaceAll(/<[^>]*SingleLogoutService[^>]*\/>/g, '')
      const change = { params: { ...params, id: made.id }, body: { metadataXml } }
      await service.admin.call('updateConnection', change)
      expect(await listBindings()).toEqual(['SOAP'])
    })
  })
})
