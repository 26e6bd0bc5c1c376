// Signing out with an OpenID Connect issuer: on to it from here (RP-Initiated Logout 1.0), and its own word that somebody has signed out
// there (Back-Channel Logout 1.0).
// Judges: server/sso, server/id-tokens.
import type { Connection } from '@rollcall/api'
import { exportSPKI, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeySets } from '../../packages/server/src/id-tokens/keys.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { makeKey, type OpenIdProvider, sign, startOpenIdProvider } from '../harness/openid-provider.ts'
import { type Installation, startInstallation } from '../harness/product.ts'

const slug = 'globex'
const params = { slug }
const event = 'http://schemas.openid.net/event/backchannel-logout'

describe.each(['embedded', 'postgres'] as const)('m6: logout by OpenID Connect on the %s store', (store) => {
  let installation: Installation
  let provider: OpenIdProvider
  let connection: Connection
  let second: Connection
  beforeAll(async () => {
    installation = await startInstallation(store)
    provider = await startOpenIdProvider({
      discovery: { end_session_endpoint: 'http://127.0.0.1:9/end?a=b' },
    })
    const { admin } = installation
    await admin.call('createOrganization', { body: { name: 'Globex', slug } })
    const { id } = await admin.call('createDomain', { params, body: { name: 'issuer.test' } })
    await admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
    const { issuer, clientId, clientSecret } = provider
    const create = (identityProvider: 'keycloak' | 'generic') =>
      admin.call('createConnection', {
        params,
        body: {
          name: 'Issuer',
          identityProvider,
          protocol: 'oidc',
          oidc: { issuer, clientId, clientSecret },
          isActive: true,
        },
      })
    connection = await create('keycloak')
    second = await create('generic')
    await admin.call('updateDomain', {
      params: { slug, id },
      body: { connectionIds: [connection.id, second.id] },
    })
  })
  afterAll(async () => {
    await provider.close()
    await installation.stop()
  })

  const signIn = async (subject: string, sid?: string, by = connection): Promise<Browser> => {
    const browser = createBrowser(installation.url, installation.service.send)
    const asked = provider.read((await browser.open(`/saml/${by.id}/login`)).url)
    const claims = sid === undefined ? {} : { sid }
    const landed = await browser.open(provider.answer(asked, subject, { claims }))
    expect(landed.text).toContain('You are signed in')
    return browser
  }
  const isSignedIn = async (browser: Browser) =>
    (await browser.open('/me')).text.includes('You are signed in')
  /** In their order. */
  const newestLines = async (limit: number) => {
    const query = { kind: 'sign_in' as const, limit }
    return (await installation.admin.call('listActivity', { params, query })).items.reverse()
  }
  const lastLine = async () => (await newestLines(1))[0]
  let tokens = 0
  const claimsOf = (claims: Readonly<Record<string, unknown>>): JWTPayload => {
    tokens += 1
    const now = Math.floor(Date.now() / 1_000)
    const good = {
      iss: provider.issuer,
      aud: provider.clientId,
      iat: now,
      exp: now + 120,
      jti: `token ${tokens}`,
      events: { [event]: {} },
    }
    return Object.fromEntries(
      Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined),
    )
  }
  const makeToken = (claims: Readonly<Record<string, unknown>>) => sign(claimsOf(claims), provider.key)
  const bring = (token: string, to = connection) =>
    installation.service.send(
      new Request(`${installation.url}/sso/logout/${to.id}`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      }),
    )

  it('a sign-out here goes on to the issuer with its own ID token, and comes back to a true page', async () => {
    const browser = await signIn('ada')
    const left = await browser.postOwn('/sign-out', {})
    const url = new URL(left.url)
    expect(`${url.origin}${url.pathname}`).toBe('http://127.0.0.1:9/end')
    const query = Object.fromEntries(url.searchParams)
    expect(query).toMatchObject({ a: 'b', client_id: provider.clientId })
    expect(query.post_logout_redirect_uri).toBe(connection.redirectUri)
    const [, payload = ''] = (query.id_token_hint ?? '').split('.')
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ sub: 'ada' })
    expect(await isSignedIn(browser)).toBe(false)
    const back = `${query.post_logout_redirect_uri}?state=${encodeURIComponent(query.state ?? '')}`
    expect((await browser.open(back)).text).toContain('<h1>You are signed out</h1>')
    const other = await signIn('bob')
    expect((await other.open(back)).text).toContain('You are still signed in here')
    expect((await browser.open(`${connection.redirectUri}?state=_x.y.z`)).status).toBe(403)
  })

  it('names no address to come back to where none is registered by default, and no ID token that is not of this session', async () => {
    const browser = await signIn('cat', undefined, second)
    const mine = [...browser.cookies].find(([name]) => name.startsWith('rollcall_id_token'))
    expect(mine?.[1]).not.toContain('eyJ')
    const other = await signIn('dan')
    for (const [name, value] of other.cookies)
      if (name.startsWith('rollcall_id_token')) browser.cookies.set(name, value)
    const query = new URL((await browser.postOwn('/sign-out', {})).url).searchParams
    expect([...query.keys()].sort()).toEqual(['a', 'client_id'])
  })

  it('the cookie of the ID token goes to the sign-out alone', async () => {
    const browser = createBrowser(installation.url, installation.service.send)
    const asked = provider.read((await browser.open(`/saml/${connection.id}/login`)).url)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(provider.answer(asked, 'eve'), { headers: { cookie } })
    const [line = ''] = (await installation.service.send(request)).headers.getSetCookie()
    expect(line).toMatch(/^rollcall_id_token=.*; Path=\/sign-out; Max-Age=86400; HttpOnly; SameSite=Strict$/)
  })

  it('a logout token ends the sessions of its sid, of its sub, or of both, of its connection alone', async () => {
    const [one, two, three] = [
      await signIn('fay', 's1'),
      await signIn('fay', 's2'),
      await signIn('gus', 's3'),
    ]
    const elsewhere = await signIn('fay', 's1', second)
    const answer = await bring(await makeToken({ sid: 's1' }))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([await isSignedIn(one), await isSignedIn(two), await isSignedIn(elsewhere)]).toEqual([
      false,
      true,
      true,
    ])
    await expect.poll(async () => (await lastLine())?.explanation).toContain('signed out 1 session holder')
    expect((await bring(await makeToken({ sub: 'gus', sid: 's2' }))).status).toBe(200)
    expect([await isSignedIn(two), await isSignedIn(three)]).toEqual([true, true])
    expect((await bring(await makeToken({ sub: 'fay' }))).status).toBe(200)
    expect([await isSignedIn(two), await isSignedIn(three), await isSignedIn(elsewhere)]).toEqual([
      false,
      true,
      true,
    ])
    expect((await bring(await makeToken({ sub: 'nobody' }))).status).toBe(200)
    const events = await installation.admin.call('listEvents', { params, query: { order: 'desc' } as never })
    expect(JSON.stringify(events)).toContain('identity_provider')
  })

  it('a logout token is used once', async () => {
    await signIn('hal', 's4')
    const token = await makeToken({ sub: 'hal' })
    expect((await bring(token)).status).toBe(200)
    const again = await signIn('hal', 's4')
    expect((await bring(token)).status).toBe(400)
    await expect.poll(async () => (await lastLine())?.code).toBe('replayed')
    expect(await isSignedIn(again)).toBe(true)
  })

  it('Back-Channel Logout §2.6: what is no logout token of the issuer, for this client and of now ends nothing', async () => {
    const browser = await signIn('ida', 's5')
    const stranger = await makeKey()
    const good = { sub: 'ida' }
    const now = Math.floor(Date.now() / 1_000)
    const pem = await exportSPKI(provider.key.publicKey)
    const wrong: readonly (readonly [string, Promise<string> | string, string])[] = [
      [
        'another key',
        sign(claimsOf(good), { ...stranger, kid: provider.key.kid }),
        'token_signature_invalid',
      ],
      ['no signature', new UnsecuredJWT(claimsOf(good)).encode(), 'token_algorithm_refused'],
      [
        'an HMAC of the public key',
        new SignJWT(claimsOf(good)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(pem)),
        'token_algorithm_refused',
      ],
      ['another issuer', makeToken({ ...good, iss: 'https://other.test' }), 'token_issuer_mismatch'],
      ['another client', makeToken({ ...good, aud: 'another' }), 'token_audience_mismatch'],
      ['a nonce, as ID tokens have', makeToken({ ...good, nonce: 'x' }), 'token_malformed'],
      ['no events', makeToken({ ...good, events: undefined }), 'token_malformed'],
      ['another event', makeToken({ ...good, events: { 'urn:x': {} } }), 'token_malformed'],
      ['an event that is no object', makeToken({ ...good, events: { [event]: true } }), 'token_malformed'],
      ['events that are a list', makeToken({ ...good, events: [event] }), 'token_malformed'],
      ['no jti', makeToken({ ...good, jti: undefined }), 'token_malformed'],
      ['no iat', makeToken({ ...good, iat: undefined }), 'token_malformed'],
      ['neither sub nor sid', makeToken({}), 'token_subject_missing'],
      ['an empty sub', makeToken({ sub: '' }), 'token_malformed'],
      ['a sub that is an object', makeToken({ sub: { toString: 'ida' } }), 'token_malformed'],
      ['a sid that is a list', makeToken({ ...good, sid: ['s5'] }), 'token_malformed'],
      ['an hour old', makeToken({ ...good, iat: now - 3_600, exp: now + 60 }), 'token_expired'],
      ['over', makeToken({ ...good, exp: now - 600 }), 'token_expired'],
      ['of the future', makeToken({ ...good, iat: now + 3_600, exp: now + 7_200 }), 'token_from_the_future'],
      [
        'an access token by its kind',
        new SignJWT(claimsOf(good))
          .setProtectedHeader({ alg: 'RS256', kid: provider.key.kid, typ: 'at+jwt' })
          .sign(provider.key.privateKey),
        'token_malformed',
      ],
      ['no JWT', 'x', 'token_malformed'],
      ['nothing', '', 'token_malformed'],
      ['too much', 'x'.repeat(20_000), 'token_malformed'],
    ]
    for (const [name, token] of wrong) {
      const answer = await bring(await token)
      const body = (await answer.json()) as { error: string }
      expect([name, answer.status, body.error]).toEqual([name, 400, 'invalid_request'])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    // They are written a moment later, all of them.
    const told = async () => (await newestLines(wrong.length)).map(({ code }, at) => [wrong[at]?.[0], code])
    await expect.poll(told).toEqual(wrong.map(([name, , code]) => [name, code]))
    expect(await isSignedIn(browser)).toBe(true)
    const typed = new SignJWT(claimsOf(good))
      .setProtectedHeader({ alg: 'RS256', kid: provider.key.kid, typ: 'logout+jwt' })
      .sign(provider.key.privateKey)
    expect((await bring(await typed)).status).toBe(200)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('G2: a logout token that an administrator’s anchor proves ends no session that began under an owner’s', async () => {
    const { admin, service } = installation
    await signIn('ola')
    const { items } = await admin.call('listUsers', { params, query: { search: 'ola@issuer.test' } })
    const user = { slug, id: items[0]?.id ?? '' }
    await admin.call('updateUser', { params: user, body: { role: 'owner' } })
    const owner = await signIn('ola', 'of ola')
    const { client } = await openCaller(service, slug, 'administrator')
    const at = { params: { slug, id: connection.id } }
    const { issuer, clientId, clientSecret } = provider
    const stage = { oidc: { issuer, clientId: 'another-client', clientSecret } }
    const { digest } = await client.call('stageAnchor', { ...at, body: stage })
    await client.call('applyStagedAnchor', { ...at, body: { digest } })
    for (const who of [{ sub: 'ola' }, { sid: 'of ola' }]) {
      const answer = await bring(await makeToken({ aud: 'another-client', ...who }))
      expect([answer.status, await isSignedIn(owner)]).toEqual([400, true])
      expect(await answer.json()).toEqual({
        error: 'invalid_request',
        error_description: 'Not every session was ended.',
      })
      await expect.poll(async () => (await lastLine())?.code).toBe('anchor_unconfirmed')
    }
    const above = await openCaller(service, slug, 'owner')
    const { present } = await above.client.call('getAnchor', at)
    await above.client.call('confirmAnchor', { ...at, body: { digest: present?.digest ?? '' } })
    const answer = await bring(await makeToken({ aud: 'another-client', sub: 'ola' }))
    expect([answer.status, await isSignedIn(owner)]).toEqual([200, false])
    const body = { oidc: { issuer, clientId, clientSecret } }
    await admin.call('updateConnection', { ...at, body })
  })

  it('an end_session_endpoint that is no address is none, and keeps nobody from signing in', async () => {
    const { admin } = installation
    const other = await startOpenIdProvider({ discovery: { end_session_endpoint: 'N/A' } })
    const { issuer, clientId, clientSecret } = other
    const made = await admin.call('createConnection', {
      params,
      body: {
        name: 'Other',
        identityProvider: 'generic',
        protocol: 'oidc',
        oidc: { issuer, clientId, clientSecret },
      },
    })
    expect(made.isSetupComplete).toBe(true)
    await other.close()
  })
})

describe('G33: an issuer’s key set', () => {
  const url = 'https://issuer.test/keys'
  const begin = () => {
    const answers: ((text: string | undefined) => void)[] = []
    const sets = createKeySets(
      () =>
        new Promise((resolve, reject) => {
          answers.push((text) => (text === undefined ? reject(new Error('gone')) : resolve(text)))
        }),
    )
    const find = (now: number, isFresh = false, asker = 'one') => sets.find(url, now, isFresh, asker)
    return { answers, find }
  }
  const good = '{"keys":[]}'
  const outcomeOf = (keys: Promise<unknown> | undefined) =>
    keys?.then(
      () => 'keys',
      () => 'none',
    )

  it('is asked for once by however many need it at once', async () => {
    const { answers, find } = begin()
    const first = [find(0), find(0), find(0, true)]
    expect(answers).toHaveLength(1)
    answers[0]?.(good)
    expect(await Promise.all(first.map(outcomeOf))).toEqual(['keys', 'keys', 'keys'])
    const afresh = [find(1, true), find(1, true), find(1, true)]
    expect(answers).toHaveLength(2)
    answers[1]?.(good)
    expect(await Promise.all(afresh.map(outcomeOf))).toEqual(['keys', 'keys', 'keys'])
  })

  it('that cannot be had is asked for three times more in a minute, and what was had before stays', async () => {
    const { answers, find } = begin()
    const fail = async (now: number, isFresh = false) => {
      const asked = answers.length
      const keys = find(now, isFresh)
      if (answers.length > asked) answers.at(-1)?.(undefined)
      return [answers.length, await outcomeOf(keys)]
    }
    const seen = []
    for (let now = 0; now < 6; now += 1) seen.push(await fail(now))
    expect(seen).toEqual([1, 2, 3, 4, 4, 4].map((asked) => [asked, 'none']))
    expect(find(6, true)).toBeUndefined()
    const later = find(60_010)
    answers.at(-1)?.(good)
    expect([answers.length, await outcomeOf(later)]).toEqual([5, 'keys'])
    expect(await fail(60_011, true)).toEqual([6, 'none'])
    expect([await outcomeOf(find(60_012)), answers.length]).toEqual(['keys', 6])
  })

  it('H18: that is shared by organizations is asked for afresh by each, however often another one has had it asked for', async () => {
    const { answers, find } = begin()
    const ask = (now: number, asker: string) => {
      const [asked, keys] = [answers.length, find(now, true, asker)]
      answers[asked]?.(good)
      return outcomeOf(keys)
    }
    const had = find(0)
    answers[0]?.(good)
    await had
    for (const wanted of ['keys', 'keys', 'keys', undefined]) expect(await ask(1_000, 'one')).toBe(wanted)
    expect(await ask(1_001, 'another')).toBe('keys')
    // However many they are, whoever has not asked is heard, once.
    for (let count = 0; count < 40; count += 1) expect(await ask(1_002, `more ${count}`)).toBe('keys')
    expect([await ask(1_003, 'more 0'), await ask(1_003, 'last')]).toEqual([undefined, 'keys'])
  })
})
