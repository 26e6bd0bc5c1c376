// The hand-off as clients meet it that are not ours: without PKCE, by forms, with errors in JSON, and signing out asked about.
// Judges: server/openid-provider.
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser } from '../harness/browser.ts'
import {
  createTestClient,
  type Installation,
  passThrough,
  startInstallation,
  type TestClient,
} from '../harness/product.ts'
import { createReceivers, type Receiver } from '../harness/receiver.ts'
import type { Company } from '../harness/sso.ts'

const startReceiver = createReceivers()

describe('the hand-off', () => {
  let installation: Installation
  let company: Company
  let product: TestClient
  let logouts: Receiver
  let organization: string
  beforeAll(async () => {
    installation = await startInstallation('embedded')
    company = await installation.createCompany()
    logouts = await startReceiver()
    product = await createTestClient(installation, { backchannelLogoutUri: logouts.url })
    organization = company.organization.slug
  })
  afterAll(() => installation.stop())

  const newBrowser = (): Browser => createBrowser(installation.url, installation.service.send)
  const come = (url: string, name: string, browser?: Browser) =>
    passThrough(installation, company, { url } as never, company.person(name), browser)
  /** As a client that sends what it likes. */
  const toUrl = (parameters: Readonly<Record<string, string>>, by = product): string =>
    `${installation.url}/oidc/auth?${new URLSearchParams({
      client_id: by.application.clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: by.redirectUri,
      state: 's',
      organization,
      ...parameters,
    })}`
  const signIn = async (name: string, browser?: Browser) => {
    const begun = await product.begin({ organization })
    const landed = await come(begun.url, name, browser)
    const tokens = await client.authorizationCodeGrant(product.config, new URL(landed.url), begun.checks)
    return { ...landed, tokens, claims: decodeJwt(tokens.id_token as string) }
  }
  const challenge = {
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  const redeem = async (
    by: TestClient,
    landed: string,
    more: Record<string, string> = {},
    isPosted = false,
  ) => {
    const { clientId, clientSecret } = by.application
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(landed).searchParams.get('code') ?? '',
      redirect_uri: by.redirectUri,
      ...(isPosted ? { client_id: clientId, client_secret: clientSecret ?? '' } : {}),
      ...more,
    })
    const headers: Record<string, string> = isPosted
      ? {}
      : { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
    return fetch(`${installation.url}/oidc/token`, { method: 'POST', headers, body })
  }

  it('F43, O6: PKCE is asked of every application, but for one with a secret whose switch says otherwise', async () => {
    const refused = await newBrowser().open(toUrl({}))
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request')
    const plain = await createTestClient(installation, { name: 'ALB', requirePkce: false })
    expect(plain.application.requirePkce).toBe(false)
    const { url } = await come(toUrl({}, plain), 'ann')
    expect((await redeem(plain, url)).status).toBe(200)
    // Whoever sends a challenge is held to it.
    const challenged = await come(toUrl(challenge, plain), 'ann')
    expect(await (await redeem(plain, challenged.url)).json()).toMatchObject({ error: 'invalid_grant' })
    const again = await come(toUrl(challenge, plain), 'ann')
    expect((await redeem(plain, again.url, { code_verifier: verifier })).status).toBe(200)
    const { admin } = installation
    const { id } = plain.application
    await admin.call('updateApplication', { params: { id }, body: { requirePkce: true } })
    expect((await admin.call('getApplication', { params: { id } })).requirePkce).toBe(true)
    const switched = await newBrowser().open(toUrl({}, plain))
    expect(new URL(switched.url).searchParams.get('error')).toBe('invalid_request')
    const body = {
      name: 'Public',
      redirectUris: ['http://127.0.0.1:4999/cb'],
      authentication: 'none' as const,
    }
    await expect(
      admin.call('createApplication', { body: { ...body, requirePkce: false } }),
    ).rejects.toMatchObject({
      problem: { code: 'pkce_required' },
    })
    const open = await admin.call('createApplication', { body })
    const change = { params: { id: open.id }, body: { requirePkce: false } }
    await expect(admin.call('updateApplication', change)).rejects.toMatchObject({
      problem: { code: 'pkce_required' },
    })
  })

  it.each([
    [{ organization: 'nobody-here' }, 'an organization that is not there'],
    [{ connection: 'conn_nothing' }, 'a sign-in that is not there'],
    [{ organization: '', domain_hint: 'nobody.test' }, 'a domain that has no sign-in'],
    [{ organization: '', login_hint: 'a@nobody.test' }, 'an address that has no sign-in'],
  ])('F44: %j is said as what it is, and the person may type their address', async (parameters, words) => {
    const browser = newBrowser()
    const page = await browser.open(toUrl({ ...challenge, ...parameters } as Record<string, string>))
    expect(page.text).toContain(words)
    expect(page.text).not.toContain('no sign-in for this address')
    const typed = await browser.postOwn(page.url, { email: 'a@nobody.test' })
    expect(typed.text).toContain('There is no sign-in for this address')
    const found = await browser.postOwn(page.url, { email: `a@${company.domain}` })
    expect(found.url.startsWith(company.provider.ssoUrl)).toBe(true)
  })

  it('F44: what the application named is shown as text', async () => {
    const page = await newBrowser().open(toUrl({ ...challenge, organization: '<b>x</b>' }))
    expect(page.text).not.toContain('<b>x</b>')
  })

  it('F45, O8: the page of form_post has the headers of every other page, with a code and with an error', async () => {
    const landed = await come(toUrl({ ...challenge, response_mode: 'form_post' }), 'bea')
    const quiet = await newBrowser().open(toUrl({ ...challenge, response_mode: 'form_post', prompt: 'none' }))
    const wrong = await newBrowser().open(
      toUrl({ ...challenge, response_mode: 'form_post', scope: 'openid', prompt: 'create' }),
    )
    for (const [page, field] of [
      [landed, 'name="code"'],
      [quiet, 'name="error" value="login_required"'],
      [wrong, 'name="error" value="invalid_request"'],
    ] as const) {
      expect(page.text).toContain(field)
      expect(page.text).toContain(`action="${product.redirectUri}"`)
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/default-src 'none'.*script-src 'sha256-.*frame-ancestors 'none'/)
      expect(page.headers.get('cache-control')).toContain('no-store')
      expect(page.headers.get('referrer-policy')).toBe('same-origin')
      expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('O2: ID tokens name the session that a logout token ends', async () => {
    const { claims, browser, tokens } = await signIn('cat')
    expect(claims.sid).toEqual(expect.any(String))
    const refreshed = await client.refreshTokenGrant(product.config, tokens.refresh_token as string)
    expect(decodeJwt(refreshed.id_token as string).sid).toBe(claims.sid)
    const page = await browser.open(`/oidc/session/end?id_token_hint=${tokens.id_token}`)
    await browser.postOwn('/oidc/session/end/confirm', {
      xsrf: /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '',
      logout: 'yes',
    })
    const told = () => logouts.accepted.map(({ body }) => new URLSearchParams(body).get('logout_token') ?? '')
    await logouts.until('the logout token', () => told().some((token) => decodeJwt(token).sid === claims.sid))
    // One that is told of nothing names none.
    const quiet = await createTestClient(installation, { name: 'Quiet' })
    const begun = await quiet.begin({ organization })
    const landed = await come(begun.url, 'cat')
    const other = await client.authorizationCodeGrant(quiet.config, new URL(landed.url), begun.checks)
    expect(decodeJwt(other.id_token as string)).not.toHaveProperty('sid')
  })

  it('claims_locales, acr_values and claims are not announced, and change nothing; ui_locales is', async () => {
    const metadata = product.config.serverMetadata()
    for (const name of ['acr_values_supported', 'claims_locales_supported'])
      expect(metadata).not.toHaveProperty(name)
    expect(metadata.ui_locales_supported).toEqual(['en', 'ar', 'de'])
    expect(metadata.claims_parameter_supported).toBe(false)
    const asked = {
      ui_locales: 'ar fr-CA',
      claims_locales: 'ar',
      acr_values: 'urn:mace:incommon:iap:silver 2',
      claims: JSON.stringify({ id_token: { acr: { essential: true, values: ['2'] } } }),
    }
    const landed = await come(toUrl({ ...challenge, ...asked }), 'cat')
    const answer = await redeem(product, landed.url, { code_verifier: verifier })
    const { id_token: token } = (await answer.json()) as { id_token: string }
    expect(answer.status).toBe(200)
    expect(decodeJwt(token)).not.toHaveProperty('acr')
  })

  it('pages speak what ui_locales asks for, also where its request has gone, and else what the browser reads', async () => {
    const languageOf = ({ text }: { readonly text: string }) => /<html lang="(\w+)"/.exec(text)?.[1]
    const browser = newBrowser()
    const asked = { ...challenge, ui_locales: 'fr de-CH' }
    const question = await browser.open(toUrl({ ...asked, organization: 'nowhere' }))
    expect([languageOf(question), question.url]).toEqual([
      'de',
      expect.stringContaining('/oidc/interaction/'),
    ])
    expect(languageOf(await browser.open(toUrl({ ...asked, redirect_uri: 'https://example.com' })))).toBe(
      'de',
    )
    const left = await browser.open(toUrl(asked))
    expect(left.url).toContain(company.provider.ssoUrl)
    expect(languageOf(await browser.open('/sso'))).toBe('de')
    const lost = new Request(`${installation.url}/oidc/interaction/none`, {
      headers: { 'accept-language': 'ar' },
    })
    expect(languageOf({ text: await (await installation.service.send(lost)).text() })).toBe('ar')
  })

  it('O3: a form is as good as an address at the authorization and the logout endpoint', async () => {
    const browser = newBrowser()
    const target = new URL(toUrl(challenge))
    const left = await browser.postFromElsewhere('/oidc/auth', Object.fromEntries(target.searchParams))
    const answer = await company.provider.answer(left.url, company.person('dan'))
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    expect((await redeem(product, landed.url, { code_verifier: verifier })).status).toBe(200)
    const page = await browser.postFromElsewhere('/oidc/session/end', {
      client_id: product.application.clientId,
    })
    expect(page.text).toContain('<h1>Sign out</h1>')
    const twice = new URLSearchParams(target.searchParams)
    twice.append('scope', 'openid')
    const doubled = await fetch(`${installation.url}/oidc/auth`, {
      method: 'POST',
      body: twice,
      redirect: 'manual',
    })
    expect(
      (await newBrowser().open(doubled.headers.get('location') ?? '')).text + doubled.headers.get('location'),
    ).toMatch(/scope/)
    const large = new URLSearchParams({ state: 'x'.repeat(9_000) })
    expect((await fetch(`${installation.url}/oidc/auth`, { method: 'POST', body: large })).status).toBe(414)
    const larger = new URLSearchParams({ state: 'x'.repeat(70_000) })
    expect((await fetch(`${installation.url}/oidc/auth`, { method: 'POST', body: larger })).status).toBe(413)
  })

  it("O4, O5: another session's token is asked about, and the button signs out", async () => {
    const eve = await signIn('eve')
    const fay = await signIn('fay')
    const older = await signIn('fay')
    const own = await fay.browser.open(`/oidc/session/end?id_token_hint=${fay.tokens.id_token}`)
    expect(own.text).toContain('submit()')
    for (const hint of [eve.tokens.id_token, older.tokens.id_token]) {
      const page = await fay.browser.open(`/oidc/session/end?id_token_hint=${hint}`)
      expect(page.text).not.toContain('submit()')
      expect(page.text).toContain('Sign out</button>')
    }
    const page = await fay.browser.open('/oidc/session/end')
    // All that a browser sends when the button is pressed.
    const fields = [...page.text.matchAll(/<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
    const sent = new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value]))
    expect([...sent.keys()].sort()).toEqual(['logout', 'xsrf'])
    const out = await fay.browser.postOwn('/oidc/session/end/confirm', Object.fromEntries(sent))
    expect(out.text).toContain('You are signed out')
    const next = await fay.browser.open(toUrl({ ...challenge, prompt: 'none' }))
    expect(new URL(next.url).searchParams.get('error')).toBe('login_required')
  })

  it('O9: a secret comes as the application is registered for', async () => {
    for (const [authentication, isPosted] of [
      ['client_secret_basic', false],
      ['client_secret_post', true],
    ] as const) {
      const by = await createTestClient(installation, {
        name: authentication,
        authentication,
        requirePkce: false,
      })
      const { url } = await come(toUrl({}, by), 'gus')
      const wrong = await redeem(by, url, {}, !isPosted)
      expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: 'invalid_client' }])
      expect((await redeem(by, url, {}, isPosted)).status).toBe(200)
    }
  })

  it.each(['/oidc/token', '/oidc/me', '/oidc/token/revocation'])(
    'F4: %s answers errors in JSON, whatever is said to be taken',
    async (path) => {
      for (const accept of ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'text/html', '*/*']) {
        const answer = await fetch(`${installation.url}${path}`, { method: 'POST', headers: { accept } })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.headers.get('content-type')).toContain('application/json')
        expect(await answer.json()).toMatchObject({ error: expect.any(String) })
      }
    },
  )

  it('an application that people come back to by a scheme of its own after a sign-out signs them in', async () => {
    const by = await createTestClient(installation, {
      name: 'On the desk',
      postLogoutRedirectUris: ['com.example.app:/bye'],
    })
    const { url, browser } = await come(toUrl(challenge, by), 'hue')
    const answer = await redeem(by, url, { code_verifier: verifier })
    const { id_token } = (await answer.json()) as { id_token: string }
    const target = new URLSearchParams({
      id_token_hint: id_token,
      post_logout_redirect_uri: 'com.example.app:/bye',
    })
    const page = await browser.open(`/oidc/session/end?${target}`)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const out = await browser.postOwn('/oidc/session/end/confirm', { xsrf, logout: 'yes' })
    expect(out.url).toBe('com.example.app:/bye')
  })

  it('A12: the redirect URI that came is shown to whoever develops the application', async () => {
    const page = await newBrowser().open(
      toUrl({ ...challenge, redirect_uri: 'http://127.0.0.1:4999/callback/<x>' }),
    )
    expect(page.status).toBe(400)
    expect(page.text).toContain('http://127.0.0.1:4999/callback/&#60;x&#62;')
  })

  it.each(['organization', 'connection'])(
    'A12: the %s that is not there is named with its value, as text and cut',
    async (name) => {
      const page = await newBrowser().open(toUrl({ ...challenge, [name]: `nobody<b>${'x'.repeat(300)}` }))
      expect(page.text).toContain(`“<bdi>nobody&#60;b&#62;${'x'.repeat(91)}</bdi>”`)
    },
  )
})
