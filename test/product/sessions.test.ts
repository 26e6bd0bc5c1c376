// Whoever is out is out of the product too, and the product's session is never more than ours: findings M13 to M17 and their
// neighbours, as an application meets them, on both stores.
// Judges: server/sessions, server/openid-provider, server/deliveries.
import { inflateRawSync } from 'node:zlib'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser } from '../harness/browser.ts'
import {
  createTestClient,
  type Installation,
  startInstallation,
  type TestClient,
} from '../harness/product.ts'
import { createReceivers, type Receiver } from '../harness/receiver.ts'
import type { Company, SignInOptions } from '../harness/sso.ts'

const startReceiver = createReceivers()

describe.each(['embedded', 'postgres'] as const)('sessions of a product on the %s store', (store) => {
  let installation: Installation
  let company: Company
  let product: TestClient
  let logouts: Receiver
  beforeAll(async () => {
    installation = await startInstallation(store)
    company = await installation.createCompany()
    logouts = await startReceiver()
    product = await createTestClient(installation, { backchannelLogoutUri: logouts.url })
  })
  afterAll(() => installation.stop())

  /** A browser, and every cookie that it was ever given. */
  const openBrowser = () => {
    const given: string[] = []
    const browser = createBrowser(installation.url, async (request) => {
      const response = await installation.service.send(request)
      given.push(...response.headers.getSetCookie())
      return response
    })
    return { browser, given }
  }
  const endOf = (given: readonly string[]): number =>
    Math.max(
      ...given
        .filter((line) => /^rollcall_oidc=[^;]/.test(line))
        .map((line) => Date.parse(/expires=([^;]+)/i.exec(line)?.[1] ?? '')),
    )
  const isAtProvider = (url: string, at = company) => url.startsWith(at.provider.ssoUrl)
  const isForced = (url: string) => /ForceAuthn="true"/.test(readRequest(url))

  const pass = async (
    name: string,
    parameters: Record<string, string> = {},
    how: { browser?: Browser; response?: SignInOptions['response']; at?: Company; by?: TestClient } = {},
  ) => {
    const { at = company, by = product, browser = openBrowser().browser } = how
    const begun = await by.begin({ organization: at.organization.slug, ...parameters })
    const left = await browser.open(begun.url)
    const answered = async () => {
      const answer = await at.provider.answer(left.url, at.person(name), how.response)
      return browser.postFromElsewhere(answer.acsUrl, answer.form)
    }
    const landed = isAtProvider(left.url, at) ? await answered() : left
    return { browser, begun, left, landed }
  }
  const signIn = async (...args: Parameters<typeof pass>) => {
    const passed = await pass(...args)
    const { config } = args[2]?.by ?? product
    const tokens = await client.authorizationCodeGrant(
      config,
      new URL(passed.landed.url),
      passed.begun.checks,
    )
    return { ...passed, tokens, claims: tokens.claims() as client.IDToken }
  }
  type SignedIn = Awaited<ReturnType<typeof signIn>>
  const silently = async (browser: Browser) => {
    const landed = await browser.open((await product.begin({ prompt: 'none' })).url)
    const { searchParams } = new URL(landed.url)
    return searchParams.get('error') ?? (searchParams.has('code') ? 'code' : landed.text)
  }
  const expectOut = async ({ tokens, claims, browser }: SignedIn) => {
    await expect(client.fetchUserInfo(product.config, tokens.access_token, claims.sub)).rejects.toThrow()
    const refreshed = client.refreshTokenGrant(product.config, tokens.refresh_token as string)
    await expect(refreshed).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await silently(browser)).toBe('login_required')
  }
  const expectIn = async ({ tokens, claims }: SignedIn) =>
    expect((await client.fetchUserInfo(product.config, tokens.access_token, claims.sub)).sub).toBe(claims.sub)
  const eventsOf = async (userId: string, at = company) => {
    const query = { subject: userId, limit: 50 }
    const { items } = await installation.admin.call('listEvents', { params: at.organization, query } as never)
    return items as { type: string; data: Record<string, unknown> }[]
  }
  const causesOf = async (userId: string, at = company) =>
    (await eventsOf(userId, at))
      .filter(({ type }) => type === 'user.sessions_ended')
      .map(({ data }) => data.cause)
  const toldOf = (userId: string) =>
    logouts.accepted.filter(({ body }) => {
      const token = new URLSearchParams(body).get('logout_token') as string
      return Buffer.from(token.split('.')[1] as string, 'base64url').includes(userId)
    }).length

  it.each([
    [
      'M13 connection-deleted-tokens',
      'connection_deleted',
      (params: { slug: string; id: string }) => installation.admin.call('deleteConnection', { params }),
    ],
    [
      'M13 connection-switched-off-tokens',
      'connection_switched_off',
      (params: { slug: string; id: string }) =>
        installation.admin.call('updateConnection', { params, body: { isActive: false } }),
    ],
  ] as const)('%s: product sessions end with the connection that gave them', async (_name, cause, act) => {
    const other = await installation.createCompany()
    const one = await signIn('ada', {}, { at: other })
    const elsewhere = await signIn('ada')
    await act({ slug: other.organization.slug, id: other.connection.id })
    await expectOut(one)
    await expectIn(elsewhere)
    expect(await causesOf(one.claims.sub, other)).toEqual([cause])
    await logouts.until('the logout token', () => toldOf(one.claims.sub) > 0)
  })

  it('M13 connection-deleted-tokens: what came through another connection goes on', async () => {
    const other = await installation.createCompany()
    const { slug } = other.organization
    const { metadata } = other.provider
    const second = await installation.admin.call('createConnection', {
      params: { slug },
      body: { name: 'Second', identityProvider: 'generic', metadataXml: metadata(), isActive: true },
    })
    const [domain] = (await installation.admin.call('listDomains', { params: { slug } })).items
    await installation.admin.call('updateDomain', {
      params: { slug, id: domain?.id ?? '' },
      body: { connectionIds: [other.connection.id, second.id] },
    })
    const one = await signIn('bea', { connection: other.connection.id }, { at: other })
    const two = await signIn('bea', { connection: second.id }, { at: other })
    await installation.admin.call('deleteConnection', { params: { slug, id: second.id } })
    await expectOut(two)
    await expectIn(one)
    expect(await silently(one.browser)).toBe('code')
  })

  it('M14 oidc-session-slides: the session for applications ends when ours does, and silent requests do not move that', async () => {
    const { browser, given } = openBrowser()
    const { claims } = await signIn('cy', {}, { browser })
    const first = endOf(given)
    const params = { ...company.organization, id: claims.sub }
    const listEnds = async () => {
      const { items } = await installation.admin.call('listUserSessions', { params } as never)
      const list = items as { kind: string; expiresAt: string }[]
      return list.map(({ kind, expiresAt }) => ({ kind, at: Date.parse(expiresAt) }))
    }
    const before = await listEnds()
    const ours = before.find(({ kind }) => kind === 'rollcall')?.at ?? 0
    expect(before.map(({ kind }) => kind).sort()).toEqual(['application', 'rollcall'])
    expect(first).toBeLessThanOrEqual(ours)
    for (let turn = 0; turn < 3; turn += 1) expect(await silently(browser)).toBe('code')
    expect(endOf(given)).toBeLessThanOrEqual(ours)
    for (const { at } of await listEnds()) expect(at).toBeLessThanOrEqual(ours)
  })

  it('M14 oidc-session-slides: it is capped by SessionNotOnOrAfter', async () => {
    const { browser, given } = openBrowser()
    const sessionNotOnOrAfter = Date.now() + 600_000
    await signIn('dot', {}, { browser, response: { sessionNotOnOrAfter } })
    expect(await silently(browser)).toBe('code')
    expect(endOf(given)).toBeLessThanOrEqual(sessionNotOnOrAfter)
  })

  it('M15 slo-after-session: a logout of the identity provider reaches product sessions when ours is over', async () => {
    const one = await signIn('eva', { scope: 'openid offline_access' })
    const { id } = company.connection
    const { slug } = company.organization
    // Ours ends by itself in the end; here another sign-in of this browser takes its place.
    await pass('fred', { prompt: 'login' }, { browser: one.browser })
    await expectIn(one)
    const nameId = `eva@${company.domain}`
    const destination = `${installation.url}/saml/${id}/slo`
    const answered = await openBrowser().browser.open(
      company.provider.renderLogoutRequest({ destination, nameId }),
    )
    expect(answered.url.startsWith(company.provider.sloUrl)).toBe(true)
    await expectOut(one)
    expect(slug).toBeTruthy()
    expect((await eventsOf(one.claims.sub)).map(({ type }) => type)).toContain('user.signed_out')
    expect(await causesOf(one.claims.sub)).toEqual(['identity_provider'])
  })

  const age = (milliseconds: number) => ({
    mutateBeforeSigning: (xml: string) =>
      xml.replace(
        /AuthnInstant="([^"]+)"/,
        (_all, at: string) => `AuthnInstant="${new Date(Date.parse(at) - milliseconds).toISOString()}"`,
      ),
  })

  it.each([
    ['M16 fresh-sign-in-prompt', { prompt: 'login' }],
    ['M16 fresh-sign-in-max_age', { max_age: '0' }],
  ])('%s: asks the identity provider again, and takes only an answer that is new', async (_name, wish) => {
    const { browser, claims } = await signIn('gil', {}, { response: age(60_000) })
    expect(claims.auth_time).toBeLessThan(Date.now() / 1_000 - 50)
    const fresh = await signIn('gil', wish as Record<string, string>, { browser })
    expect(isForced(fresh.left.url)).toBe(true)
    expect(fresh.claims.auth_time).toBeGreaterThan((claims.auth_time as number) + 50)
    // The same moment again: a session of the identity provider that asked nobody.
    const again = await pass('gil', wish as Record<string, string>, { browser, response: age(90_000) })
    expect(again.landed.status).toBe(403)
    expect(again.landed.text).toContain('did not ask you again')
    const query = { kind: 'sign_in' as const, limit: 3 }
    const codes = async () =>
      (await installation.admin.call('listActivity', { params: company.organization, query })).items.map(
        ({ code }) => code,
      )
    await expect.poll(codes).toContain('not_asked_again')
    // An hour ago is no clock that runs differently, also in a browser that knows of nothing earlier.
    const old = await pass('gil', wish as Record<string, string>, { response: age(3_600_000) })
    expect(old.landed.status).toBe(403)
  })

  it('M16 fresh-sign-in-max_age: auth_time is the AuthnInstant, and one that is young enough needs no new sign-in', async () => {
    const { browser, claims } = await signIn('hal', {}, { response: age(1_800_000) })
    expect(Math.abs((claims.auth_time as number) - (Date.now() / 1_000 - 1_800))).toBeLessThan(60)
    const young = await signIn('hal', { max_age: '3600' }, { browser })
    expect(isAtProvider(young.left.url)).toBe(false)
    expect(young.claims.auth_time).toBe(claims.auth_time)
    const old = await signIn('hal', { max_age: '600' }, { browser })
    expect(isForced(old.left.url)).toBe(true)
    expect(old.claims.auth_time).toBeGreaterThan(claims.auth_time as number)
    const late = await pass('hal', { max_age: '600' }, { response: age(1_800_000) })
    expect(late.landed.status).toBe(403)
  })

  it('M16: an age that the browser changes on the way proves nothing to the application', async () => {
    const { browser } = openBrowser()
    const begun = await product.begin({ organization: company.organization.slug, max_age: '600' })
    let loginUrl = ''
    const spying = createBrowser(
      installation.url,
      async (request) => {
        const response = await installation.service.send(request)
        const location = response.headers.get('location') ?? ''
        if (location.includes('/login?')) {
          loginUrl = new URL(location, installation.url).href
          return new Response('', { status: 200 })
        }
        return response
      },
      browser.cookies,
    )
    await spying.open(begun.url)
    expect(loginUrl).toContain('max_age=600')
    const left = await browser.open(loginUrl.replace('max_age=600', 'max_age=999999'))
    const answer = await company.provider.answer(left.url, company.person('ivy'), age(3_600_000))
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    expect(landed.status).toBe(403)
    expect(landed.text).toContain('You were not asked again')
  })

  it.each([
    ['M17 consent-loop', { prompt: 'consent' }],
    ['M17 consent-loop (F41), with a sign-in', { prompt: 'login consent' }],
    ['F42 select_account', { prompt: 'select_account' }],
    ['F42 select_account consent', { prompt: 'select_account consent' }],
  ])('%s: ends at the application, signed in before or not', async (_name, wish) => {
    const first = await signIn('jo', wish)
    const again = await signIn('jo', wish, { browser: first.browser })
    expect(again.claims.sub).toBe(first.claims.sub)
    expect(isAtProvider(again.left.url)).toBe(wish.prompt !== 'consent')
  })

  it('M17: offline_access needs no prompt, and outlives the session unless somebody ends it', async () => {
    const one = await signIn('kim', { scope: 'openid offline_access' })
    expect(one.tokens.scope).toContain('offline_access')
    const params = { ...company.organization, id: one.claims.sub }
    const { items } = await installation.admin.call('listUserSessions', { params } as never)
    const ends = (items as { kind: string; expiresAt: string }[]).map(
      ({ kind, expiresAt }) => [kind, Math.round((Date.parse(expiresAt) - Date.now()) / 86_400_000)] as const,
    )
    expect(Object.fromEntries(ends)).toEqual({ rollcall: 1, application: 30 })
    await installation.admin.call('endUserSessions', { params, body: { reason: 'lost laptop' } } as never)
    await expectOut(one)
    expect((await eventsOf(one.claims.sub)).find(({ type }) => type === 'user.sessions_ended')?.data).toEqual(
      {
        cause: 'requested',
        reason: 'lost laptop',
        rung: 'operator',
      },
    )
  })

  it('an application on a device (a scheme of its own) gets its people in', async () => {
    const native = await createTestClient(
      installation,
      { name: 'Native', authentication: 'none', redirectUris: ['com.example.app:/callback'] } as never,
      'com.example.app:/callback',
    )
    const { landed } = await pass('lea', {}, { by: native })
    expect(new URL(landed.url).searchParams.get('code')).not.toBeNull()
  })

  it('somebody else than the id_token_hint names is an error of the application, not an endless way', async () => {
    const { tokens } = await signIn('mia')
    const hint = { id_token_hint: tokens.id_token as string }
    const { browser } = openBrowser()
    const { landed } = await pass('ned', hint, { browser })
    expect(new URL(landed.url).searchParams.get('error')).toBe('login_required')
  })

  it.each([
    ['DELETE /session', (browser: Browser) => browser.call('DELETE', '/session')],
    ['POST /sign-out', (browser: Browser) => browser.postOwn('/sign-out', {})],
    ['POST /session/end-all', (browser: Browser) => browser.call('POST', '/session/end-all')],
  ])('own-sign-out %s: ends product sessions', async (route, leave) => {
    const other = await signIn('ola')
    const one = await signIn('ola')
    await leave(one.browser)
    await expectOut(one)
    // Only the last one ends our session in the other browser.
    const stays = (await other.browser.open('/me')).text.includes('You are signed in')
    expect(stays).toBe(!route.endsWith('end-all'))
  })

  const endUrl = (tokens: { id_token?: string | undefined }) =>
    client.buildEndSessionUrl(product.config, {
      id_token_hint: tokens.id_token as string,
      post_logout_redirect_uri: 'http://127.0.0.1:4999/',
    }).href

  it("logout-hint-of-another: somebody else's id_token_hint asks; one's own does not", async () => {
    const victim = await signIn('pam')
    const attacker = await signIn('quin')
    const asked = await victim.browser.open(endUrl(attacker.tokens))
    expect(asked.status).toBe(200)
    expect(asked.text).not.toContain('submit()')
    expect((await victim.browser.open(endUrl(victim.tokens))).text).toContain('submit()')
    await expectIn(victim)
  })

  it('logout-without-xsrf: a confirmation without its xsrf ends nothing', async () => {
    const one = await signIn('rae')
    await one.browser.open(endUrl(one.tokens))
    for (const xsrf of ['wrong', '']) {
      const refused = await one.browser.postOwn('/oidc/session/end/confirm', { xsrf, logout: 'yes' })
      expect(refused.status).toBe(400)
    }
    expect(one.browser.cookies.has('rollcall_session')).toBe(true)
    await expectIn(one)
    expect(await silently(one.browser)).toBe('code')
    const page = await one.browser.open(endUrl(one.tokens))
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] as string
    await one.browser.postOwn('/oidc/session/end/confirm', { xsrf, logout: 'yes' })
    expect(one.browser.cookies.has('rollcall_session')).toBe(false)
    await expectOut(one)
    expect(await causesOf(one.claims.sub)).toEqual(['signed_out'])
  })

  it('a logout of one product leaves the session of somebody else in this browser', async () => {
    const one = await signIn('sam')
    const page = await one.browser.open(endUrl(one.tokens))
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] as string
    await company.signIn(company.person('tess'), { browser: one.browser })
    await one.browser.postOwn('/oidc/session/end/confirm', { xsrf, logout: 'yes' })
    expect((await one.browser.open('/me')).text).toContain(`tess@${company.domain}`)
  })

  it('a changed role, a taken application and a deletion by the directory end what the product has', async () => {
    const { slug } = company.organization
    const promoted = await signIn('una')
    await installation.admin.call('updateUser', {
      params: { slug, id: promoted.claims.sub },
      body: { role: 'admin' },
    })
    await expectOut(promoted)
    expect(await causesOf(promoted.claims.sub)).toEqual(['role_changed'])

    const narrow = await createTestClient(installation, {
      organizations: [slug],
      backchannelLogoutUri: logouts.url,
    })
    const had = await signIn('vic', {}, { by: narrow })
    const before = toldOf(had.claims.sub)
    const params = { id: narrow.application.id }
    const other = await installation.createCompany()
    const given = [other.organization.slug]
    await installation.admin.call('updateApplication', { params, body: { organizations: given } })
    await installation.admin.call('updateApplication', { params, body: { organizations: [slug] } })
    const refreshed = client.refreshTokenGrant(narrow.config, had.tokens.refresh_token as string)
    await expect(refreshed).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await causesOf(had.claims.sub)).toEqual(['application_removed'])
    await logouts.until('the logout token', () => toldOf(had.claims.sub) > before)
  })

  it('a sign-in that gives another role ends what was before, and still arrives at the application', async () => {
    const { slug } = company.organization
    const mappings = [{ group: 'Admins', role: 'admin' as const }]
    await installation.admin.call('putRoleMappings', { params: { slug }, body: { mappings } })
    const { browser, tokens, claims } = await signIn('xia')
    const begun = await product.begin({ organization: slug, prompt: 'login' })
    const left = await browser.open(begun.url)
    const answer = await company.provider.answer(left.url, company.person('xia', { groups: ['Admins'] }))
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    const fresh = await client.authorizationCodeGrant(product.config, new URL(landed.url), begun.checks)
    expect(fresh.claims()?.role).toBe('admin')
    const refreshed = client.refreshTokenGrant(product.config, tokens.refresh_token as string)
    await expect(refreshed).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await causesOf(claims.sub)).toEqual(['role_changed'])
    await installation.admin.call('putRoleMappings', { params: { slug }, body: { mappings: [] } })
  })

  it('two sign-ins that are open at once do not disturb each other, and their cookies belong to the whole host', async () => {
    const { browser, given } = openBrowser()
    const [one, two] = [await product.begin(), await product.begin()]
    const [first, second] = [await browser.open(one.url), await browser.open(two.url)]
    for (const [begun, page] of [
      [one, first],
      [two, second],
    ] as const) {
      const left = await browser.postOwn(page.url, { email: `wim@${company.domain}` })
      const landed = isAtProvider(left.url)
        ? await company.provider
            .answer(left.url, company.person('wim'))
            .then(({ acsUrl, form }) => browser.postFromElsewhere(acsUrl, form))
        : left
      const { searchParams } = new URL(landed.url)
      expect(searchParams.get('state')).toBe(begun.checks.expectedState)
      expect(searchParams.get('code')).not.toBeNull()
    }
    for (const line of given) expect(line).toMatch(/path=\/(?:;|$)/i)
    expect([...browser.cookies.keys()].filter((name) => /interaction|resume/.test(name))).toEqual([])
  })

  it('oidc-root-500: an address beside every route is no failure', async () => {
    for (const path of ['/oidc?x', '/oidc', '/oidc/?x', '/oidc?', '/oidc/..%2f', '/oidc#x'])
      expect((await fetch(`${installation.url}${path}`)).status, path).toBeLessThan(500)
  })

  // The last one: from this address wrong secrets are not looked at for a while.
  it('wrong-client-limit: wrong secrets are told 20 times a minute at revocation and pushed requests, too', async () => {
    const ask = async (path: string) =>
      (
        await fetch(`${installation.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${product.application.clientId}:wrong`)}` },
          body: new URLSearchParams({ token: 'x' }),
        })
      ).status
    const statuses: number[] = []
    for (let turn = 0; turn < 30; turn += 1)
      statuses.push(await ask(turn % 2 === 0 ? '/oidc/token/revocation' : '/oidc/request'))
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401))
    expect(statuses.slice(20)).toEqual(Array.from({ length: 10 }, () => 429))
  })
})

describe('host-cookies: a service behind TLS', () => {
  it('keeps every cookie under a __Host- name, announces https alone, and a whole sign-in of an application passes', async () => {
    const publicUrl = 'https://id.acme.test'
    const installation = await startInstallation('embedded', { ROLLCALL_URL: publicUrl, ROLLCALL_DEV: '0' })
    try {
      const given: string[] = []
      const browser = createBrowser(publicUrl, async (request) => {
        const { pathname, search } = new URL(request.url)
        const response = await fetch(new Request(`${installation.url}${pathname}${search}`, request), {
          redirect: 'manual',
        })
        given.push(...response.headers.getSetCookie())
        return response
      })
      const discovered = await browser.open('/oidc/.well-known/openid-configuration')
      const document = JSON.parse(discovered.text) as Record<string, unknown>
      const addresses = Object.entries(document).filter(([name]) =>
        /_endpoint$|^jwks_uri$|^issuer$/.test(name),
      )
      expect(addresses.length).toBeGreaterThan(7)
      for (const [name, address] of addresses)
        expect(String(address), name).toMatch(/^https:\/\/id\.acme\.test\/oidc/)
      const company = await installation.createCompany()
      const redirectUri = 'https://app.acme.test/callback'
      const { clientId } = await installation.admin.call('createApplication', {
        body: { name: 'Product', redirectUris: [redirectUri] } as never,
      })
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: 'a'.repeat(43),
        code_challenge_method: 'S256',
        organization: company.organization.slug,
      })
      const left = await browser.open(`/oidc/auth?${query}`)
      const answer = await company.provider.answer(left.url, company.person('ada'))
      const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      expect(landed.url.startsWith(`${redirectUri}?code=`)).toBe(true)
      query.set('prompt', 'none')
      expect((await browser.open(`/oidc/auth?${query}`)).url.startsWith(`${redirectUri}?code=`)).toBe(true)
      expect(given.length).toBeGreaterThan(8)
      for (const line of given) {
        expect(line).toMatch(/^__Host-rollcall_/)
        expect(line).toMatch(/; path=\/(?:;|$)/i)
        expect(line).toMatch(/; secure/i)
      }
    } finally {
      await installation.stop()
    }
  })
})

function readRequest(url: string): string {
  const deflated = new URL(url).searchParams.get('SAMLRequest') ?? ''
  return inflateRawSync(Buffer.from(deflated, 'base64')).toString()
}
