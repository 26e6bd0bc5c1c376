// OpenID Connect as a product's library meets it: openid-client against the service in a process of its own, on both stores.
// Judges: server/openid-provider, server/applications, server/home-realm.
import { hash, randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSamlProvider } from '@rollcall/simulator'
import {
  createLocalJWKSet,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose'
import * as client from 'openid-client'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { makeJwk, oddNumber } from '../harness/odd-keys.ts'
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

/** The embedded store's file is moved, or the database takes no connections; what is given back undoes it. */
async function takeStoreAway({ environment }: Installation): Promise<() => Promise<void>> {
  if (environment.DATABASE_URL === undefined) {
    const file = join(environment.ROLLCALL_DATA ?? '', 'rollcall.db')
    renameSync(file, `${file}.away`)
    return async () => renameSync(`${file}.away`, file)
  }
  const url = new URL(environment.DATABASE_URL)
  const name = url.pathname.slice(1)
  const keeper = new Client({ connectionString: inject('postgresUrl') })
  await keeper.connect()
  await keeper.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
  await keeper.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
  return async () => {
    await keeper.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
    await keeper.end()
  }
}

describe.each(['embedded', 'postgres'] as const)('OpenID Connect on the %s store', (store) => {
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

  const signIn = async (name: string, parameters: Record<string, string> = {}, by = product) => {
    const begun = await by.begin({ organization: company.organization.slug, ...parameters })
    const landed = await passThrough(installation, company, begun, company.person(name))
    const tokens = await client.authorizationCodeGrant(by.config, new URL(landed.url), begun.checks)
    return { ...landed, tokens, begun, claims: tokens.claims() as client.IDToken }
  }
  const findUser = async (name: string) => {
    const { slug } = company.organization
    const page = await installation.admin.call('listUsers', {
      params: { slug },
      query: { search: `${name}@${company.domain}` },
    })
    const [user] = page.items
    if (user === undefined) throw new Error(`no ${name}`)
    return user
  }
  const logoutTokens = () =>
    logouts.accepted.map(({ body }) => new URLSearchParams(body).get('logout_token') as string)

  it('is discovered: a document that validates, with what was asked for', async () => {
    const metadata = product.config.serverMetadata()
    expect(metadata.issuer).toBe(`${installation.url}/oidc`)
    expect(metadata.supportsPKCE()).toBe(true)
    expect(metadata).toMatchObject({
      authorization_endpoint: `${installation.url}/oidc/auth`,
      token_endpoint: `${installation.url}/oidc/token`,
      end_session_endpoint: `${installation.url}/oidc/session/end`,
      jwks_uri: `${installation.url}/oidc/jwks`,
      response_types_supported: ['code'],
      backchannel_logout_supported: true,
      subject_types_supported: ['public'],
    })
    expect(metadata.scopes_supported).toEqual(expect.arrayContaining(['openid', 'groups', 'organization']))
    const jwks = (await (await fetch(metadata.jwks_uri as string)).json()) as JSONWebKeySet
    expect(jwks.keys).toHaveLength(1)
    expect(JSON.stringify(jwks)).not.toMatch(/"d"|"p"|"q"/)
    const forged = await fetch(`${installation.url}/oidc/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example.com' },
    })
    expect(await forged.text()).not.toContain('evil')
  })

  it('takes a person from the product to their identity provider and back, with no page of its own', async () => {
    const { claims, tokens, hasSeenIdentityProvider } = await signIn('ada')
    expect(hasSeenIdentityProvider).toBe(true)
    const user = await findUser('ada')
    expect(claims).toMatchObject({
      sub: user.id,
      email: `ada@${company.domain}`,
      email_verified: true,
      name: 'ada Person',
      org_id: company.organization.id,
      org_slug: company.organization.slug,
      role: 'member',
      groups: [],
    })
    const info = await client.fetchUserInfo(product.config, tokens.access_token, claims.sub)
    expect(info).toMatchObject({ sub: user.id, org_slug: company.organization.slug })
    const again = await signIn('ada')
    expect(again.claims.sub).toBe(claims.sub)
  })

  it('chooses the connection by organization, connection, login_hint and domain_hint; else it asks for the address', async () => {
    const ways = [
      { organization: company.organization.slug },
      { connection: company.connection.id },
      { login_hint: `ada@${company.domain}` },
      { domain_hint: company.domain },
    ]
    for (const way of ways) {
      const begun = await product.begin(way as Record<string, string>)
      const landed = await passThrough(installation, company, begun, company.person('ada'))
      expect(landed.hasSeenIdentityProvider, JSON.stringify(way)).toBe(true)
      expect(new URL(landed.url).searchParams.get('code')).not.toBeNull()
    }
    const browser = createBrowser(installation.url, installation.service.send)
    const begun = await product.begin()
    const page = await browser.open(begun.url)
    expect(page.text).toContain('Work e-mail')
    const unknown = await browser.postOwn(page.url, { email: 'nobody@elsewhere.test' })
    expect(unknown.text).toContain('There is no sign-in for this address')
    const left = await browser.postOwn(page.url, { email: `ada@${company.domain}` })
    expect(left.url.startsWith(company.provider.ssoUrl)).toBe(true)
  })

  it('H5: an address leads to the connections that speak for its domain, as without an application', async () => {
    const own = await installation.createCompany()
    const params = { slug: own.organization.slug }
    const metadataXml = createSamlProvider({ baseUrl: 'https://second.test', now: Date.now }).metadata()
    const body = { name: 'Second', identityProvider: 'okta', metadataXml, active: true } as const
    const second = await installation.admin.call('createConnection', { params, body })
    const hinted = await product.begin({ login_hint: `ada@${own.domain}` })
    const browser = createBrowser(installation.url, installation.service.send)
    expect((await browser.open(hinted.url)).url.startsWith(own.provider.ssoUrl)).toBe(true)
    expect((await browser.open(`/sso?email=ada@${own.domain}`)).url.startsWith(own.provider.ssoUrl)).toBe(
      true,
    )
    // The organization itself names both.
    const named = await browser.open((await product.begin({ organization: params.slug })).url)
    expect(named.text).toContain('Where do you want to sign in?')
    expect(named.text).toContain(`/saml/${second.id}/login`)
  })

  it('lets somebody who is signed in here straight through, unless a fresh sign-in is asked for', async () => {
    const { browser } = await signIn('bo')
    const second = await createTestClient(installation, { name: 'Second' })
    const begun = await second.begin({ organization: company.organization.slug })
    const landed = await passThrough(installation, company, begun, company.person('bo'), browser)
    expect(landed.hasSeenIdentityProvider).toBe(false)
    const tokens = await client.authorizationCodeGrant(second.config, new URL(landed.url), begun.checks)
    expect(tokens.claims()?.email).toBe(`bo@${company.domain}`)
    const fresh = await second.begin({ organization: company.organization.slug, prompt: 'login' })
    const asked = await passThrough(installation, company, fresh, company.person('bo'), browser)
    expect(asked.hasSeenIdentityProvider).toBe(true)
    expect(new URL(asked.url).searchParams.get('code')).not.toBeNull()
  })

  it('shows an application only the organizations that it was given', async () => {
    const other = await installation.createCompany()
    const narrow = await createTestClient(installation, { organizations: [other.organization.slug] })
    const begun = await narrow.begin({ organization: company.organization.slug })
    const landed = await passThrough(installation, company, begun, company.person('ada'))
    expect(landed.hasSeenIdentityProvider).toBe(false)
    expect(landed.text).toContain('was not given this application')
    // Signed in for one organization already: another one's application is not opened by that.
    const { browser } = await signIn('ada')
    const silent = await passThrough(
      installation,
      company,
      await narrow.begin({ prompt: 'none' }),
      company.person('ada'),
      browser,
    )
    expect(new URL(silent.url).searchParams.get('error')).toMatch(/login_required|interaction_required/)
    const allowed = await narrow.begin({ organization: other.organization.slug })
    const through = await passThrough(installation, other, allowed, other.person('zed'))
    expect(new URL(through.url).searchParams.get('code')).not.toBeNull()
  })

  it('rotates refresh tokens; one that comes twice ends them all', async () => {
    const { tokens } = await signIn('cy')
    const first = tokens.refresh_token as string
    const second = await client.refreshTokenGrant(product.config, first)
    expect(second.refresh_token).not.toBe(first)
    await expect(client.refreshTokenGrant(product.config, first)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(
      client.refreshTokenGrant(product.config, second.refresh_token as string),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(
      client.fetchUserInfo(product.config, second.access_token, client.skipSubjectCheck),
    ).rejects.toThrow()
  })

  it('ends what an application had of an organization that is no longer its own', async () => {
    const { slug } = company.organization
    const narrow = await createTestClient(installation, { organizations: [slug] })
    const { tokens } = await signIn('dee', {}, narrow)
    const other = await installation.createCompany()
    await installation.admin.call('updateApplication', {
      params: { id: narrow.application.id },
      body: { organizations: [other.organization.slug] },
    })
    await expect(
      client.refreshTokenGrant(narrow.config, tokens.refresh_token as string),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(
      client.fetchUserInfo(narrow.config, tokens.access_token, client.skipSubjectCheck),
    ).rejects.toThrow()
  })

  it('refuses another redirect URI, a missing or wrong PKCE verifier, a code that comes twice and a mixed-up state', async () => {
    const browser = createBrowser(installation.url, installation.service.send)
    for (const wrong of [
      'http://127.0.0.1:4999/callback/',
      'http://127.0.0.1:4999/callback?x=1',
      'https://evil.example.com/',
    ]) {
      const page = await browser.open((await product.begin({ redirect_uri: wrong })).url)
      expect(page.status).toBe(400)
      expect(page.url.startsWith(installation.url)).toBe(true)
      expect(page.text).toContain('invalid_redirect_uri')
    }
    const bare = new URL((await product.begin()).url)
    bare.searchParams.delete('code_challenge')
    bare.searchParams.delete('code_challenge_method')
    const refused = await browser.open(bare.href)
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request')

    const begun = await product.begin({ organization: company.organization.slug })
    const landed = await passThrough(installation, company, begun, company.person('di'))
    const callback = new URL(landed.url)
    const { checks } = begun
    await expect(
      client.authorizationCodeGrant(product.config, callback, { ...checks, expectedState: 'another' }),
    ).rejects.toThrow()
    const other = client.randomPKCECodeVerifier()
    await expect(
      client.authorizationCodeGrant(product.config, callback, { ...checks, pkceCodeVerifier: other }),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    const fresh = await product.begin({ organization: company.organization.slug })
    const back = await passThrough(installation, company, fresh, company.person('di'))
    const tokens = await client.authorizationCodeGrant(product.config, new URL(back.url), fresh.checks)
    await expect(
      client.authorizationCodeGrant(product.config, new URL(back.url), fresh.checks),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    // RFC 6749 §4.1.2: what the replayed code had given is revoked as well.
    await expect(
      client.refreshTokenGrant(product.config, tokens.refresh_token as string),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('gives one of ten parallel redemptions of a code its tokens', async () => {
    const begun = await product.begin({ organization: company.organization.slug })
    const landed = await passThrough(installation, company, begun, company.person('eve'))
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        client.authorizationCodeGrant(product.config, new URL(landed.url), begun.checks),
      ),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
  })

  it('knows client secrets, both during a rotation, private_key_jwt and public clients', async () => {
    const { application } = product
    const rotated = await installation.admin.call('rotateApplication', {
      params: { id: application.id },
      body: { overlapSeconds: 3_600 },
    })
    const renewed = await client.discovery(
      new URL(`${installation.url}/oidc`),
      application.clientId,
      undefined,
      client.ClientSecretBasic(rotated.clientSecret as string),
      { execute: [client.allowInsecureRequests] },
    )
    for (const config of [product.config, renewed])
      expect((await signIn('flo', {}, { ...product, config })).claims.sub).toBeTruthy()
    const wrong = await client.discovery(
      new URL(`${installation.url}/oidc`),
      application.clientId,
      undefined,
      client.ClientSecretBasic('rc_app_wrong'),
      { execute: [client.allowInsecureRequests] },
    )
    await expect(signIn('flo', {}, { ...product, config: wrong })).rejects.toMatchObject({ status: 401 })

    const pair = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
    const signed = await createTestClient(installation, {
      name: 'Signed',
      authentication: 'private_key_jwt',
      jwks: { keys: [jwk] },
    })
    expect(signed.application.clientSecret).toBeNull()
    const config = await client.discovery(
      new URL(`${installation.url}/oidc`),
      signed.application.clientId,
      undefined,
      client.PrivateKeyJwt({ key: pair.privateKey as CryptoKey, kid: 'k1' }),
      { execute: [client.allowInsecureRequests] },
    )
    expect((await signIn('gus', {}, { ...signed, config })).claims.sub).toBeTruthy()
    const open = await createTestClient(installation, { name: 'Public', authentication: 'none' })
    expect((await signIn('gus', {}, open)).claims.aud).toBe(open.application.clientId)
  })

  it('takes one of five parallel uses of an assertion, and of a proof that a token is bound to', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256' }
    const keyed = await createTestClient(installation, {
      name: 'Keyed',
      authentication: 'private_key_jwt',
      jwks: { keys: [jwk] },
    })
    const { clientId } = keyed.application
    const issuer = `${installation.url}/oidc`
    const sign = (header: object, claims: JWTPayload) =>
      new SignJWT({ jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey)
    const assertion = await sign({}, { iss: clientId, sub: clientId, aud: issuer })
    const ask = (body: Record<string, string>, headers: Record<string, string>) =>
      fetch(`${issuer}/token`, { method: 'POST', headers, body: new URLSearchParams(body) })
    const proven = {
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
    const five = async (one: () => Promise<Response>) =>
      (await Promise.all(Array.from({ length: 5 }, one))).map(({ status }) => status).toSorted()
    // The grant is refused to the one that is let in.
    const refresh = { grant_type: 'refresh_token', refresh_token: 'x' }
    expect(await five(() => ask({ ...refresh, ...proven }, {}))).toEqual([400, 401, 401, 401, 401])

    const begun = await product.begin({ organization: company.organization.slug })
    const landed = await passThrough(installation, company, begun, company.person('flo'))
    const code = {
      grant_type: 'authorization_code',
      code: new URL(landed.url).searchParams.get('code') ?? '',
      redirect_uri: product.redirectUri,
      code_verifier: begun.checks.pkceCodeVerifier,
    }
    const typed = { typ: 'dpop+jwt', jwk: await exportJWK(publicKey) }
    const authorization = `Basic ${btoa(`${product.application.clientId}:${product.application.clientSecret}`)}`
    const dpop = await sign(typed, { htm: 'POST', htu: `${issuer}/token` })
    const answer = (await (await ask(code, { authorization, dpop })).json()) as { access_token: string }
    const ath = hash('sha256', answer.access_token, 'base64url')
    const headers = {
      authorization: `DPoP ${answer.access_token}`,
      dpop: await sign(typed, { htm: 'GET', htu: `${issuer}/me`, ath }),
    }
    expect(await five(() => fetch(`${issuer}/me`, { headers }))).toEqual([200, 401, 401, 401, 401])
  })

  it('I1: of the key set behind an address keys are used that may be, and no more than twenty', async () => {
    const pair = await generateKeyPair('RS256', { extractable: true })
    const own = { ...(await exportJWK(pair.publicKey)), alg: 'RS256', use: 'sig' }
    const slow = () => makeJwk(oddNumber(3_072), oddNumber(3_071))
    const sound = () => makeJwk(oddNumber(2_048), Buffer.from([1, 0, 1]))
    const revoke = async (before: () => object, count: number) => {
      const keys = [...Array.from({ length: count }, before), own]
      const server = createServer((_, response) => void response.end(JSON.stringify({ keys })))
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      const { port } = server.address() as AddressInfo
      const { application } = await createTestClient(installation, {
        name: 'Keys',
        authentication: 'private_key_jwt',
        jwksUrl: `http://127.0.0.1:${port}/keys`,
      })
      const config = await client.discovery(
        new URL(`${installation.url}/oidc`),
        application.clientId,
        undefined,
        client.PrivateKeyJwt(pair.privateKey as CryptoKey),
        { execute: [client.allowInsecureRequests] },
      )
      const revoked = client.tokenRevocation(config, 'x').then(
        () => true,
        () => false,
      )
      return revoked.finally(() => server.close())
    }
    expect(await revoke(slow, 30)).toBe(true)
    expect(await revoke(sound, 19)).toBe(true)
    expect(await revoke(sound, 20)).toBe(false)
  })

  it('signs out by RP-initiated logout: the session here ends, other applications hear of it', async () => {
    const { tokens, browser, claims } = await signIn('hal')
    const before = logoutTokens().length
    const end = client.buildEndSessionUrl(product.config, {
      id_token_hint: tokens.id_token as string,
      post_logout_redirect_uri: 'http://127.0.0.1:4999/',
      state: 'bye',
    })
    const page = await browser.open(end.href)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] as string
    expect(page.text).toContain('submit()')
    const out = await browser.postOwn('/oidc/session/end/confirm', { xsrf, logout: 'yes' })
    expect(out.url).toBe('http://127.0.0.1:4999/?state=bye')
    await logouts.until('the logout token', () => logoutTokens().length > before)
    expect(decodeJwt(logoutTokens().at(-1) as string)).toMatchObject({
      sub: claims.sub,
      sid: expect.any(String),
    })
    const begun = await product.begin({ organization: company.organization.slug })
    const next = await passThrough(installation, company, begun, company.person('hal'), browser)
    expect(next.hasSeenIdentityProvider).toBe(true)
    const elsewhere = client.buildEndSessionUrl(product.config, {
      id_token_hint: tokens.id_token as string,
      post_logout_redirect_uri: 'https://evil.example.com/',
    })
    expect((await browser.open(elsewhere.href)).status).toBe(400)
  })

  it('tells the application that a person is deactivated, and refuses their tokens at once', async () => {
    const { tokens, claims, browser } = await signIn('ida')
    const before = logoutTokens().length
    const { slug } = company.organization
    await installation.admin.call('deactivateUser', { params: { slug, id: claims.sub } })
    await expect(
      client.refreshTokenGrant(product.config, tokens.refresh_token as string),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(client.fetchUserInfo(product.config, tokens.access_token, claims.sub)).rejects.toThrow()
    await logouts.until('the logout token', () => logoutTokens().length > before)
    const jwks = (await (await fetch(`${installation.url}/oidc/jwks`)).json()) as JSONWebKeySet
    const { payload, protectedHeader } = await jwtVerify(
      logoutTokens().at(-1) as string,
      createLocalJWKSet(jwks),
      { issuer: `${installation.url}/oidc`, audience: product.application.clientId, typ: 'logout+jwt' },
    )
    expect(protectedHeader.alg).toBe('RS256')
    expect(payload.sub).toBe(claims.sub)
    expect(payload.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    expect(payload.nonce).toBeUndefined()
    const begun = await product.begin({ organization: slug, prompt: 'none' })
    const silent = await browser.open(begun.url)
    expect(new URL(silent.url).searchParams.get('error')).toBe('login_required')
  })

  it('ends a click on a tile in the product', async () => {
    const { slug } = company.organization
    const { id } = product.application
    await installation.admin.call('updateApplication', {
      params: { id },
      body: { initiateLoginUri: 'http://127.0.0.1:4999/login' },
    })
    await installation.admin.call('updateOrganization', {
      params: { slug },
      body: { defaultApplication: id },
    })
    const browser = createBrowser(installation.url, installation.service.send)
    const { connection, provider } = company
    const unasked = await provider.offer(
      { acsUrl: connection.acsUrl, audience: connection.entityId },
      company.person('jo'),
    )
    const sent = await browser.postFromElsewhere(unasked.acsUrl, unasked.form)
    const answer = await provider.answer(sent.url, company.person('jo'))
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    const target = new URL(landed.url)
    expect(target.origin + target.pathname).toBe('http://127.0.0.1:4999/login')
    expect(target.searchParams.get('iss')).toBe(`${installation.url}/oidc`)
  })

  it('rotates its signing key: the new one is published first, then signs, and what the old one signed still verifies', async () => {
    const old = (await signIn('kim')).tokens.id_token as string
    const rotated = await installation.admin.call('createSigningKey', { body: { delaySeconds: 0 } })
    const { tokens } = await signIn('kim')
    const header = JSON.parse(atob((tokens.id_token as string).split('.')[0] as string)) as { kid: string }
    expect(header.kid).toBe(rotated.id)
    const jwks = (await (await fetch(`${installation.url}/oidc/jwks`)).json()) as JSONWebKeySet
    for (const token of [old, tokens.id_token as string])
      await jwtVerify(token, createLocalJWKSet(jwks), { audience: product.application.clientId })
    const { items } = await installation.admin.call('listSigningKeys', {})
    expect(items.map(({ state }) => state)).toEqual(['current', 'retiring'])
  })

  it('keeps no token and no secret in the store in readable form, and answers nonsense without a 500', async () => {
    for (const path of [
      '/oidc',
      '/oidc/',
      '/oidc/nowhere',
      '/oidc/interaction/x',
      '/oidc/auth',
      '/oidc/session/end?id_token_hint=x',
      '/oidc/auth/%00',
    ]) {
      const response = await fetch(`${installation.url}${path}`, { redirect: 'manual' })
      expect(response.status, path).toBeLessThan(500)
    }
    const big = await fetch(`${installation.url}/oidc/token`, {
      method: 'POST',
      body: 'x'.repeat(100_000),
    }).catch(() => undefined)
    expect(big?.status ?? 413).toBe(413)
  })

  it('answers 503 with Retry-After everywhere while the store is away, and serves on afterwards', async () => {
    const { tokens } = await signIn('zoe')
    const metadata = product.config.serverMetadata()
    const begun = await product.begin()
    const form = (fields: Record<string, string>) => ({
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${product.application.clientId}:${product.application.clientSecret}`)}`,
      },
      body: new URLSearchParams(fields),
    })
    const asked: readonly (readonly [string, RequestInit])[] = [
      [`${installation.url}/oidc/.well-known/openid-configuration`, {}],
      [metadata.jwks_uri ?? '', {}],
      [begun.url, {}],
      [`${installation.url}/oidc/interaction/nobody`, {}],
      [metadata.end_session_endpoint ?? '', {}],
      [metadata.token_endpoint ?? '', form({ grant_type: 'refresh_token', refresh_token: 'x' })],
      [metadata.revocation_endpoint ?? '', form({ token: 'x' })],
      [metadata.userinfo_endpoint ?? '', { headers: { authorization: `Bearer ${tokens.access_token}` } }],
    ]
    const askAll = () =>
      Promise.all(
        asked.map(async ([address, init]) => {
          const answer = await fetch(address, { redirect: 'manual', ...init })
          return [address, answer.status, Number(answer.headers.get('retry-after')) > 0]
        }),
      )
    const bringBack = await takeStoreAway(installation)
    try {
      await expect.poll(askAll, { timeout: 30_000 }).toEqual(asked.map(([address]) => [address, 503, true]))
    } finally {
      await bringBack()
    }
    await expect
      .poll(async () => (await askAll()).filter(([, status]) => status === 503), { timeout: 30_000 })
      .toEqual([])
    const info = await client.fetchUserInfo(product.config, tokens.access_token, client.skipSubjectCheck)
    expect(info.email).toBe(`zoe@${company.domain}`)
  }, 90_000)

  // The last one: from this address wrong secrets are not looked at for a while.
  it('tells a wrong client secret 20 times a minute, then 429; the right one passes all the while', async () => {
    const ask = (secret: string) =>
      fetch(`${installation.url}/oidc/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${product.application.clientId}:${secret}`)}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: 'x',
          redirect_uri: 'https://x.test/',
        }),
      })
    // At once, so that not many of a minute's twenty come back meanwhile.
    const asked = Array.from({ length: 60 }, (_, turn) => ask(`wrong-${turn}`))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(20)
    const refused = await ask('wrong')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ error: 'slow_down' })
    const right = await ask(product.application.clientSecret as string)
    expect(await right.json()).toMatchObject({ error: 'invalid_grant' })
  })
})
