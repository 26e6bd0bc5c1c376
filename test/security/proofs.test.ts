// What was proven before somebody's sessions ended opens nothing afterwards, wherever it waited, and whatever a node's clock says; the
// person signs in anew. What one connection ends takes nothing from another. Who replaces an identity ends what came by the one before.
// Judges: server/sign-ins, server/sso.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Landing, type Send } from '../harness/browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../harness/openid-provider.ts'
import { forEachStore, laterThan, type Service } from '../harness/service.ts'
import { type Company, createCompany, readForm, setConnection } from '../harness/sso.ts'

const key = createSamlKey()

forEachStore((start, store) => {
  let service: Service
  let issuer: OpenIdProvider | undefined
  beforeAll(async () => {
    service = await start({ hasMail: true, hasDeliveries: true, isDev: true })
    return async () => issuer?.close()
  })

  const findId = async (company: Company, name: string): Promise<string> => {
    const query = { search: `${name}@${company.domain}` }
    const { items } = await service.admin.call('listUsers', { params: company.organization, query } as never)
    return (items as { id: string }[])[0]?.id ?? ''
  }
  const endSessions = async (company: Company, name: string, at: Service = service) => {
    const params = { ...company.organization, id: await findId(company, name) }
    await at.admin.call('endUserSessions', { params } as never)
    await laterThan(at)
  }
  const isSignedIn = async (browser: Browser) => (await browser.call('GET', '/session')).status === 200
  const newestCode = async (company: Company) => {
    await service.flushActivity()
    const params = { slug: company.organization.slug }
    const { items } = await service.admin.call('listActivity', { params, query: { kind: 'sign_in' } })
    return items[0]?.code
  }
  /** A browser that does something before its first request whose path ends so. */
  const hold = (end: string, act: () => Promise<unknown>, send: Send = service.send): Browser => {
    let isHeld = true
    return createBrowser(service.url, async (request) => {
      if (isHeld && new URL(request.url).pathname.endsWith(end)) {
        isHeld = false
        await act()
      }
      return send(request)
    })
  }

  /** Another connection of the company, which speaks for its domain as well. */
  const addSecond = async (company: Company) => {
    const { slug } = company.organization
    const baseUrl = `https://second.${company.domain}`
    const provider = createSamlProvider({ baseUrl, key, now: service.now })
    const second = await service.admin.call('createConnection', {
      params: { slug },
      body: { name: 'Second', identityProvider: 'okta', metadataXml: provider.metadata(), isActive: true },
    })
    const [domain] = (await service.admin.call('listDomains', { params: { slug } })).items
    await service.admin.call('updateDomain', {
      params: { slug, id: domain?.id ?? '' },
      body: { connectionIds: [company.connection.id, second.id] },
    })
    return async (name: string, browser: Browser): Promise<Browser> => {
      const left = await browser.open(`/saml/${second.id}/login`)
      const answer = await provider.answer(left.url, company.person(name))
      await browser.postFromElsewhere(answer.acsUrl, answer.form)
      return browser
    }
  }

  describe('a sign-in that was held back', () => {
    it('R2: is refused in words, and the next one is not', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('ann'))
      const browser = hold('/finish', () => endSessions(company, 'ann'))
      const { text, status } = await company.signIn(company.person('ann'), { browser })
      expect([status, await isSignedIn(browser)]).toEqual([409, false])
      expect(text).toContain('were ended after you had proven who you are')
      expect(await newestCode(company)).toBe('proof_over')
      await company.signIn(company.person('ann'), { browser })
      expect(await isSignedIn(browser)).toBe(true)
    })

    it('R2: was begun before and answered after: then it is new', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('ann'))
      const browser = createBrowser(service.url, service.send)
      const left = await browser.open(`/saml/${company.connection.id}/login`)
      await endSessions(company, 'ann')
      const answer = await company.provider.answer(left.url, company.person('ann'))
      await browser.postFromElsewhere(answer.acsUrl, answer.form)
      expect(await isSignedIn(browser)).toBe(true)
    })

    it('R2: that nobody asked for, issued before', async () => {
      const company = await createCompany(service)
      const params = { slug: company.organization.slug, id: company.connection.id }
      const body = { options: { allowUnsolicited: true } }
      await service.admin.call('updateConnection', { params, body } as never)
      await company.signIn(company.person('ann'))
      const come = async (issuedAt: number): Promise<Browser> => {
        const browser = createBrowser(service.url, service.send)
        const { acsUrl, form } = await company.provider.offer(
          { acsUrl: company.connection.acsUrl, audience: company.connection.entityId },
          company.person('ann'),
          { issueInstant: issuedAt },
        )
        await browser.postFromElsewhere(acsUrl, form)
        return browser
      }
      const issuedAt = service.now() - 1_000
      await endSessions(company, 'ann')
      expect(await isSignedIn(await come(issuedAt))).toBe(false)
      expect(await isSignedIn(await come(service.now()))).toBe(true)
    })

    it('R2: by OpenID Connect: the code, and the sign-in that it proved', async () => {
      const company = await createCompany(service)
      issuer ??= await startOpenIdProvider()
      const provider = issuer
      for (const path of ['/.well-known/openid-configuration', '/keys'])
        service.metadataPages.set(
          `${provider.issuer}${path}`,
          await (await fetch(`${provider.issuer}${path}`)).text(),
        )
      const { clientId, clientSecret } = provider
      const oidc = { issuer: provider.issuer, clientId, clientSecret }
      const { slug } = company.organization
      const made = await service.admin.call('createConnection', {
        params: { slug },
        body: { name: 'Issuer', identityProvider: 'generic', protocol: 'oidc', oidc, isActive: true },
      })
      const [domain] = (await service.admin.call('listDomains', { params: { slug } })).items
      await service.admin.call('updateDomain', {
        params: { slug, id: domain?.id ?? '' },
        body: { connectionIds: [made.id] },
      })
      const claims = { email: `ann@${company.domain}`, email_verified: true }
      const signIn = async (browser: Browser): Promise<boolean> => {
        const asked = provider.read((await browser.open(`/saml/${made.id}/login`)).url)
        await browser.open(provider.answer(asked, 'ann', { claims }))
        return isSignedIn(browser)
      }
      expect(await signIn(createBrowser(service.url, service.send))).toBe(true)
      for (const end of ['/finish', `/callback/${made.id}`])
        expect(await signIn(hold(end, () => endSessions(company, 'ann')))).toBe(false)
      expect(await signIn(createBrowser(service.url, service.send))).toBe(true)
    })

    it('R2: a logout by one identity provider takes nothing from what another one proves', async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('ann'))
      const signInBySecond = await addSecond(company)
      const logOut = () =>
        createBrowser(service.url, service.send).open(
          company.provider.renderLogoutRequest({
            destination: company.connection.acsUrl.replace(/acs$/, 'slo'),
            nameId: `ann@${company.domain}`,
          }),
        )
      const browser = hold('/finish', logOut)
      await signInBySecond('ann', browser)
      expect(await isSignedIn(browser)).toBe(true)
    })

    // Two nodes are on PostgreSQL alone.
    const onTwoNodes = store === 'postgres' ? it : () => undefined
    onTwoNodes('R2: whatever the clocks of two nodes say', async () => {
      const other = await start({ beside: { databaseUrl: service.databaseUrl ?? '' }, hasMail: true })
      other.advance(-120_000)
      const company = await createCompany(service)
      await company.signIn(company.person('ann'))
      // Proven where the clock is right, ended where it is slow; then the other way round.
      for (const [proves, ends] of [
        [service, other],
        [other, service],
      ] as const) {
        const held = hold('/finish', () => endSessions(company, 'ann', ends), proves.send)
        await company.signIn(company.person('ann'), { browser: held })
        expect(await isSignedIn(held)).toBe(false)
        const after = createBrowser(service.url, proves.send)
        await company.signIn(company.person('ann'), { browser: after })
        expect(await isSignedIn(after)).toBe(true)
      }
    })

    onTwoNodes('a fresh sign-in that one node asks for is one for a node whose clock is behind', async () => {
      const other = await start({ beside: { databaseUrl: service.databaseUrl ?? '' }, hasMail: true })
      other.advance(-5_000)
      const company = await createCompany(service)
      const server = createServer((request, response) => void service.oidc(request, response))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      // What is under /oidc goes to the one, everything else to the other.
      const send: Send = async (request) => {
        const { pathname, search } = new URL(request.url)
        const { headers } = request
        if (!pathname.startsWith('/oidc')) return other.send(request)
        return fetch(`http://127.0.0.1:${port}${pathname}${search}`, { headers, redirect: 'manual' })
      }
      const redirectUri = 'http://127.0.0.1:4999/callback'
      const { clientId } = await service.admin.call('createApplication', {
        body: { name: 'Product', redirectUris: [redirectUri] },
      })
      const browser = createBrowser(service.url, send)
      for (const prompt of ['login', 'select_account']) {
        const parameters = new URLSearchParams({
          client_id: clientId,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope: 'openid',
          code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
          code_challenge_method: 'S256',
          organization: company.organization.slug,
          prompt,
        })
        const left = await browser.open(`/oidc/auth?${parameters}`)
        const answer = await company.provider.answer(left.url, company.person('ann'))
        const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
        expect(landed.url.startsWith(`${redirectUri}?code=`)).toBe(true)
      }
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
  })

  describe('what waits for an answer', () => {
    /** An administrator who is kept out until somebody of their rung confirms the connection. */
    const asleep = async () => {
      const company = await createCompany(service)
      await company.signIn(company.person('adm'))
      const params = { ...company.organization, id: await findId(company, 'adm') }
      await service.admin.call('updateUser', { params, body: { role: 'admin' } } as never)
      await setConnection(service, company.organization.id, company.connection.id, { anchor_rung: 'contact' })
      const browser = createBrowser(service.url, service.send)
      const refused = await company.signIn(company.person('adm'), { browser })
      const ask = async (page: Landing) => {
        const { action, fields } = readForm(page, 'mail-link')
        return browser.postOwn(action, fields)
      }
      const redeem = async () => {
        const find = () => service.mails.filter(({ to }) => to === `adm@${company.domain}`).at(-1)
        await expect.poll(find, { timeout: 15_000 }).toBeDefined()
        const mail = find()
        const token = /#token=(\w+)/.exec(mail?.text ?? '')?.[1] ?? ''
        return browser.call('POST', '/anchor-confirmations', { token })
      }
      return { company, browser, refused, ask, redeem }
    }

    it('R2: a confirmation: neither is a link mailed for it nor does it confirm', async () => {
      const { company, refused, ask } = await asleep()
      await endSessions(company, 'adm')
      expect((await ask(refused)).status).toBe(409)
      expect(await newestCode(company)).toBe('proof_over')
    })

    it('R2: a mailed link: it opens nothing more, opened or not', async () => {
      const { company, browser, refused, ask, redeem } = await asleep()
      expect((await ask(refused)).text).toContain('Look into your mail')
      const opened = await redeem()
      expect(opened.status).toBe(200)
      const { url } = (await opened.json()) as { url: string }
      expect((await browser.open(url)).text).toContain('name="digest"')
      await endSessions(company, 'adm')
      expect((await browser.open(url)).status).toBe(409)
      expect((await redeem()).status).toBe(410)
      // Nor together with a sign-in that is proven afterwards.
      const again = await company.signIn(company.person('adm'), { browser })
      expect(again.text).toContain('Your sign-in waits for a confirmation')
    })
  })

  describe('a link of another identity', () => {
    const own = async (company: Company, browser: Browser): Promise<Landing> => {
      const left = await browser.open(`/saml/${company.connection.id}/login`)
      const person = { nameId: 'opaque', attributes: { email: [`ann@${company.domain}`] } }
      const answer = await company.provider.answer(left.url, person)
      return browser.postFromElsewhere(answer.acsUrl, answer.form)
    }

    it('R3: ends what came by the identity that it replaces, and sends its person to sign in by the new one', async () => {
      const company = await createCompany(service)
      const { browser } = await company.signIn(company.person('ann'))
      const elsewhere = (await company.signIn(company.person('ann'))).browser
      const { action, fields } = readForm(await own(company, browser), 'link')
      const landed = await browser.postOwn(action, fields)
      expect(landed.url).toContain(company.provider.ssoUrl)
      for (const one of [browser, elsewhere]) expect(await isSignedIn(one)).toBe(false)
      const answer = await company.provider.answer(landed.url, { nameId: 'opaque', attributes: {} })
      await browser.postFromElsewhere(answer.acsUrl, answer.form)
      expect(await isSignedIn(browser)).toBe(true)
    })

    it('R3: leaves what came through another connection', async () => {
      const company = await createCompany(service)
      const { browser } = await company.signIn(company.person('ann'))
      const signInBySecond = await addSecond(company)
      const other = await signInBySecond('ann', createBrowser(service.url, service.send))
      const { action, fields } = readForm(await own(company, browser), 'link')
      await browser.postOwn(action, fields)
      expect([await isSignedIn(browser), await isSignedIn(other)]).toEqual([false, true])
    })
  })
})
