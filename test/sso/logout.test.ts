// Signing out: here, and by SAML single logout in both directions (profiles §4.4).
// Judges: server/sso.
import { inflateRawSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  describe('single logout', () => {
    let service: Service
    let acme: Company
    beforeAll(async () => {
      service = await start()
      acme = await createCompany(service)
    })
    const sloUrl = () => acme.connection.acsUrl.replace(/acs$/, 'slo')
    const isSignedIn = async (browser: ReturnType<typeof createBrowser>) =>
      (await browser.open('/me')).text.includes('You are signed in')

    it('SP-initiated: signing out ends the session here and goes on to the identity provider, signed', async () => {
      const { browser } = await acme.signIn(acme.person('ann'))
      const left = await browser.postOwn('/sign-out', {})
      expect(left.url.startsWith(acme.provider.sloUrl)).toBe(true)
      const query = new URL(left.url).searchParams
      const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString()
      expect(xml).toContain(`ann@${acme.domain}</saml:NameID>`)
      expect(query.get('SigAlg')).toContain('rsa-sha256')
      expect(await isSignedIn(browser)).toBe(false)
    })

    it('F5: names the person with all that qualified the name', async () => {
      const read = (url: string) =>
        inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
      const leave = async (name: string, attributes: string) => {
        const mutateBeforeSigning = (xml: string) => xml.replace('<saml:NameID', `<saml:NameID${attributes}`)
        const { browser } = await acme.signIn(acme.person(name), { response: { mutateBeforeSigning } })
        return read((await browser.postOwn('/sign-out', {})).url)
      }
      const both = ' NameQualifier="https://idp.test/&lt;1&gt;" SPNameQualifier="urn:sp"'
      expect(await leave('ned', both)).toMatch(
        /<saml:NameID NameQualifier="https:\/\/idp\.test\/&#60;1&#62;" SPNameQualifier="urn:sp"[^>]*>ned@/,
      )
      expect(await leave('ole', ' SPNameQualifier="urn:sp"')).toMatch(
        /<saml:NameID SPNameQualifier="urn:sp"[^>]*>ole@/,
      )
      expect(await leave('pam', ` NameQualifier="${'x'.repeat(2_000)}"`)).not.toContain('Qualifier')
    })

    it('is only done for our own page (CSRF)', async () => {
      const { browser } = await acme.signIn(acme.person('bob'))
      const request = new Request(`${service.url}/sign-out`, {
        method: 'POST',
        headers: {
          origin: 'https://evil.test',
          cookie: `rollcall_session=${browser.cookies.get('rollcall_session')}`,
        },
      })
      expect((await service.send(request)).status).toBe(403)
      expect(await isSignedIn(browser)).toBe(true)
    })

    it('IdP-initiated: a signed request ends the sessions of that NameID and is answered, signed', async () => {
      const one = await acme.signIn(acme.person('cat'))
      const two = await acme.signIn(acme.person('cat'))
      const other = await acme.signIn(acme.person('dan'))
      const url = acme.provider.renderLogoutRequest({ destination: sloUrl(), nameId: `cat@${acme.domain}` })
      const answered = await createBrowser(service.url, service.send).open(url)
      expect(answered.url.startsWith(acme.provider.sloUrl)).toBe(true)
      expect(new URL(answered.url).searchParams.has('SAMLResponse')).toBe(true)
      expect(await isSignedIn(one.browser)).toBe(false)
      expect(await isSignedIn(two.browser)).toBe(false)
      expect(await isSignedIn(other.browser)).toBe(true)
    })

    it.each([
      [
        'with another signature',
        (url: string) => url.replace(/Signature=....../, 'Signature=AAAAAA'),
        'signature_invalid',
      ],
      [
        'with another message',
        (url: string) => url.replace(/SAMLRequest=..../, 'SAMLRequest=fZDN'),
        'signature_invalid',
      ],
      ['with the message twice', (url: string) => `${url}&SAMLRequest=x`, 'malformed'],
    ])('a request %s ends nothing', async (_name, spoil, code) => {
      const { browser } = await acme.signIn(acme.person('eve'))
      const url = acme.provider.renderLogoutRequest({ destination: sloUrl(), nameId: `eve@${acme.domain}` })
      const page = await createBrowser(service.url, service.send).open(spoil(url))
      expect(page.status).toBe(403)
      expect(page.text).toContain('Your identity provider did not sign you out here')
      expect(page.text).not.toContain('not set up correctly')
      expect(await isSignedIn(browser)).toBe(true)
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 5 }
      const visits = await service.admin.call('listActivity', { params: acme.organization, query })
      expect(visits.items.map((visit) => visit.code)).toContain(code)
    })

    const lastLine = async () => {
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      return (await service.admin.call('listActivity', { params: acme.organization, query })).items[0]
    }
    const readAnswer = (url: string) =>
      inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLResponse') ?? '', 'base64')).toString()

    it('F6: a request that nobody signed ends nothing, and is answered so that whoever asked can go on', async () => {
      const { browser } = await acme.signIn(acme.person('una'))
      const asked = { destination: sloUrl(), nameId: `una@${acme.domain}`, relayState: 'next' }
      const url = acme.provider.renderLogoutRequest(asked).replace(/&SigAlg=.*/, '')
      const answered = await browser.open(url)
      expect(answered.url.startsWith(acme.provider.sloUrl)).toBe(true)
      expect(readAnswer(answered.url)).toContain('status:RequestDenied')
      expect(readAnswer(answered.url)).not.toContain('status:Success')
      expect(new URL(answered.url).searchParams.has('Signature')).toBe(true)
      expect(await isSignedIn(browser)).toBe(true)
      const line = await lastLine()
      expect(line).toMatchObject({ code: 'signature_missing', outcome: 'refused' })
      expect(line?.explanation).toContain('Signature Algorithm')
      // From nobody that is known here, it is not answered.
      const globex = await createCompany(service)
      const other = globex.provider.renderLogoutRequest(asked).replace(/&SigAlg=.*/, '')
      expect((await browser.open(other)).status).toBe(403)
      for (const wrong of ['SAMLRequest=x', 'SAMLRequest=', 'RelayState=x'])
        expect((await browser.open(`${sloUrl()}?${wrong}`)).status).toBe(403)
    })

    it('F6, m8: after our own request the person is signed out here, whatever the other side answers', async () => {
      const answerTo = (url: string) => {
        const xml = inflateRawSync(
          Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64'),
        ).toString()
        const inResponseTo = / ID="([^"]+)"/.exec(xml)?.[1] ?? ''
        return acme.provider.renderLogoutResponse({ destination: sloUrl(), inResponseTo })
      }
      const { browser } = await acme.signIn(acme.person('vic'))
      const left = await browser.postOwn('/sign-out', {})
      const good = answerTo(left.url)
      expect((await browser.open(good)).text).toContain('<h1>You are signed out</h1>')
      const spoilt: readonly (readonly [string, string])[] = [
        [good.replace(/&SigAlg=.*/, ''), 'signature_missing'],
        [good.replace(/Signature=....../, 'Signature=AAAAAA'), 'signature_invalid'],
        [`${sloUrl()}?SAMLResponse=x`, 'signature_missing'],
      ]
      for (const [url, code] of spoilt) {
        const page = await browser.open(url)
        expect([page.status, page.url]).toEqual([200, `${service.url}/signed-out?here=1`])
        expect(page.text).toContain('You are signed out here')
        expect(await lastLine()).toMatchObject({ code, outcome: 'refused' })
      }
      service.advance(600_000)
      expect((await browser.open(good)).text).toContain('You are signed out here')
      expect((await lastLine())?.code).toBe('response_too_old')
      // Whoever follows such an address without having signed out is told that they are signed in.
      const { browser: other } = await acme.signIn(acme.person('wyn'))
      const page = await other.open(good)
      expect(page.text).toContain('You are still signed in here')
      expect(await isSignedIn(other)).toBe(true)
    })

    it('F3: a message of single logout at the ACS is told apart from a sign-in', async () => {
      const { browser } = await acme.signIn(acme.person('xia'))
      const request = await browser.postFromElsewhere(acme.connection.acsUrl, { SAMLRequest: 'PHg+' })
      expect(request.status).toBe(403)
      expect(request.text).toContain('Your identity provider did not sign you out here')
      const line = await lastLine()
      expect(line?.code).toBe('not_a_response')
      expect(line?.explanation).toContain(
        `They go to ${sloUrl()}: "Show Advanced Settings > Enable Single Logout and Single Logout URL" in Okta`,
      )
      expect(await isSignedIn(browser)).toBe(true)
      for (const start of ['<?xml version="1.0"?><samlp:LogoutResponse ', '<LogoutResponse>']) {
        const form = { SAMLResponse: Buffer.from(`${start} `).toString('base64') }
        const anybody = await createBrowser(service.url, service.send).postFromElsewhere(
          acme.connection.acsUrl,
          form,
        )
        expect(anybody.text).toContain('You are signed out here')
        expect((await lastLine())?.code).toBe('not_a_response')
      }
    })

    it('F34: answers go where the metadata says that they go', async () => {
      const own = await createCompany(service)
      const params = { slug: own.organization.slug, id: own.connection.id }
      const metadataXml = own.provider
        .metadata()
        .replace(
          /(<[^>]*SingleLogoutService[^>]*Location="[^"]*")/,
          '$1 ResponseLocation="https://idp.acme.test/answers"',
        )
      await service.admin.call('updateConnection', { params, body: { metadataXml } })
      const destination = own.connection.acsUrl.replace(/acs$/, 'slo')
      const url = own.provider.renderLogoutRequest({ destination, nameId: `a@${own.domain}` })
      const answered = await createBrowser(service.url, service.send).open(url)
      expect(answered.url.startsWith('https://idp.acme.test/answers?')).toBe(true)
      expect(readAnswer(answered.url)).toContain('Destination="https://idp.acme.test/answers"')
    })

    it("another organization's identity provider ends nothing here", async () => {
      const globex = await createCompany(service)
      const { browser } = await acme.signIn(acme.person('fay'))
      const url = globex.provider.renderLogoutRequest({ destination: sloUrl(), nameId: `fay@${acme.domain}` })
      expect((await createBrowser(service.url, service.send).open(url)).status).toBe(403)
      expect(await isSignedIn(browser)).toBe(true)
    })
  })

  describe('our metadata', () => {
    it('names the entity ID, the ACS and the certificates, and never the slug', async () => {
      const service = await start()
      const acme = await createCompany(service)
      const response = await service.send(new Request(acme.connection.metadataUrl))
      const xml = await response.text()
      expect(response.headers.get('content-type')).toContain('samlmetadata+xml')
      expect(xml).toContain(`entityID="${acme.connection.entityId}"`)
      expect(xml).toContain(`Location="${acme.connection.acsUrl}"`)
      expect(xml.match(/use="signing"/g)).toHaveLength(1)
      expect(xml).not.toContain(acme.organization.slug)
    })

    it('rule 18: an imported connection keeps the entity ID and the ACS path that it had elsewhere', async () => {
      const service = await start()
      const serviceProvider = { entityId: 'urn:old-product:sp', acsPath: '/auth/saml/callback' }
      const acme = await createCompany(service, { connection: { serviceProvider } })
      expect(acme.connection).toMatchObject({
        entityId: 'urn:old-product:sp',
        acsUrl: `${service.url}/auth/saml/callback`,
      })
      expect((await acme.signIn(acme.person('ann'))).url).toBe(`${service.url}/me`)
      const xml = await (await service.send(new Request(acme.connection.metadataUrl))).text()
      expect(xml).toContain('entityID="urn:old-product:sp"')
      await expect(createCompany(service, { connection: { serviceProvider } })).rejects.toMatchObject({
        problem: { code: 'acs_path_taken' },
      })
    })

    it('rule 18: a change of the public URL leaves entity ID and ACS as they were', async () => {
      const service = await start({ url: 'https://old.acme.test' })
      const acme = await createCompany(service)
      expect((await acme.signIn(acme.person('ann'))).status).toBe(200)
      if (service.databaseUrl === undefined) return
      const moved = await start({
        url: 'https://new.acme.test',
        beside: { databaseUrl: service.databaseUrl },
      })
      const params = { slug: acme.organization.slug, id: acme.connection.id }
      expect(await moved.admin.call('getConnection', { params })).toMatchObject({
        entityId: acme.connection.entityId,
        acsUrl: acme.connection.acsUrl,
      })
    })

    it('comes from the public URL alone, whatever Host and forwarding headers say (S13)', async () => {
      const service = await start({ url: 'https://sso.acme.test' })
      const acme = await createCompany(service)
      const headers = { host: 'evil.test', 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' }
      const response = await service.send(new Request(acme.connection.metadataUrl, { headers }))
      const xml = await response.text()
      expect(xml).not.toContain('evil.test')
      expect(acme.connection.acsUrl.startsWith('https://sso.acme.test/saml/conn_')).toBe(true)
      const landed = await acme.signIn(acme.person('ann'))
      expect(landed.browser.cookies.has('__Host-rollcall_session')).toBe(true)
    })

    it('requests are signed with RSA-SHA256 where the connection asks for it, without context and format', async () => {
      const service = await start()
      const acme = await createCompany(service, { connection: { options: { signRequests: true } } })
      const left = await createBrowser(service.url, service.send).open(`/saml/${acme.connection.id}/login`)
      const query = new URL(left.url).searchParams
      const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString()
      expect(query.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
      expect(xml).not.toMatch(/RequestedAuthnContext|Format=/)
      expect(xml).toContain(`AssertionConsumerServiceURL="${acme.connection.acsUrl}"`)
    })

    it('an identity provider that takes requests by POST alone gets a form, signed inside where it asks for that', async () => {
      const service = await start()
      const acme = await createCompany(service)
      const params = { slug: acme.organization.slug, id: acme.connection.id }
      const metadataXml = acme.provider
        .metadata()
        .replace(/(<[^>]*SingleSignOnService[^>]*bindings:HTTP-)Redirect/g, '$1POST')
      await service.admin.call('updateConnection', {
        params,
        body: { metadataXml, options: { signRequests: true } },
      })
      const browser = createBrowser(service.url, service.send)
      const page = await browser.open(`/saml/${acme.connection.id}/login?login_hint=ann@x.test`)
      expect(page.status).toBe(200)
      expect(page.text).toContain(`action="${acme.provider.ssoUrl}"`)
      expect(page.headers.get('content-security-policy')).toMatch(/script-src 'sha256-/)
      const request = /name="SAMLRequest" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      const xml = Buffer.from(request.replaceAll('&#61;', '='), 'base64').toString()
      expect(xml).toContain('rsa-sha256')
      expect(xml).not.toContain('sha1')
      const inResponseTo = / ID="([^"]+)"/.exec(xml)?.[1] ?? ''
      const target = { acsUrl: acme.connection.acsUrl, audience: acme.connection.entityId }
      const answer = await acme.provider.offer(target, acme.person('ann'), { inResponseTo })
      expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).url).toBe(`${service.url}/me`)
    })

    it('an assertion encrypted for our certificate is read, also after a rotation with overlap', async () => {
      const service = await start()
      const acme = await createCompany(service, {
        connection: { options: { wantEncryptedAssertions: true } },
      })
      const params = acme.organization
      expect((await acme.signIn(acme.person('ann'))).status).toBe(403)
      const [old] = (await service.admin.call('listServiceKeys', { params })).items
      const encryptFor = old?.certificate ?? ''
      expect((await acme.signIn(acme.person('ann'), { response: { encryptFor } })).status).toBe(200)
      const next = await service.admin.call('createServiceKey', { params })
      await service.admin.call('activateServiceKey', {
        params: { ...params, id: next.id },
        body: { overlapDays: 2 },
      })
      expect((await acme.signIn(acme.person('ann'), { response: { encryptFor } })).status).toBe(200)
      expect(
        (await acme.signIn(acme.person('ann'), { response: { encryptFor: next.certificate } })).status,
      ).toBe(200)
      service.advance(2 * 86_400_000 + 1)
      expect((await acme.signIn(acme.person('ann'), { response: { encryptFor } })).status).toBe(403)
      expect(
        (await acme.signIn(acme.person('ann'), { response: { encryptFor: next.certificate } })).status,
      ).toBe(200)
    })
  })
})
