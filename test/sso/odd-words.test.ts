// What issuers and identity providers write that is not what it should be: dates with fractions, texts that cannot be kept, claims and
// members of every other type. A signature says who wrote it: it is read by its type, the same on both stores, and is never our fault.
// Judges: server/id-tokens, server/saml.
import type { Connection } from '@rollcall/api'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAssertionVerifier } from '../../packages/server/src/directory/client-assertion.ts'
import { readDate } from '../../packages/server/src/id-tokens/claims.ts'
import { createIdTokenVerifier, toVerifiedIdentity } from '../../packages/server/src/id-tokens/id-token.ts'
import { OpenIdError } from '../../packages/server/src/id-tokens/openid-error.ts'
import { IssuerUnusable, readTrust } from '../../packages/server/src/id-tokens/trust.ts'
import { createBrowser } from '../harness/browser.ts'
import {
  makeKey,
  type OpenIdProvider,
  startOpenIdProvider,
  type TokenPlan,
} from '../harness/openid-provider.ts'
import { draw } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { signed, write } from '../saml/logout-forge.ts'

const [slug, domain] = ['globex', 'issuer.test']
const event = 'http://schemas.openid.net/event/backchannel-logout'
const noText = { toString: null, valueOf: null }
const nest = (depth: number): unknown => {
  let value: unknown = []
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}
const oddValues: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['true', true],
  ['a number', 5],
  ['zero', 0],
  ['below zero', -1e13],
  ['the least number', -Number.MAX_SAFE_INTEGER],
  ['with a fraction', 1_700_000_000.123456],
  ['the largest number', Number.MAX_SAFE_INTEGER],
  ['beyond every number', 1e300],
  ['an empty text', ''],
  ['a text of a number', '1700000000'],
  ['a text of 20,000', 'x'.repeat(20_000)],
  ['U+0000', 'a\u0000b'],
  ['half a character', 'a\ud800b'],
  ['an object', { a: 1 }],
  ['an object that is no text', noText],
  ['an empty list', []],
  ['a list of objects', [noText, noText]],
  ['nested', nest(500)],
]
const claims = [
  ...[
    'iss',
    'aud',
    'exp',
    'iat',
    'nbf',
    'nonce',
    'azp',
    'at_hash',
    'jti',
    'sid',
    'auth_time',
    'sub',
    'events',
  ],
  ...['email', 'email_verified', 'given_name', 'groups', '_claim_names', 'hd', 'amr', 'toString', 'zip'],
]
const neighbours = claims.flatMap((name) => oddValues.map(([what, value]) => ({ name, what, value })))

const issuer = 'https://issuer.test'
const document = {
  issuer,
  authorization_endpoint: `${issuer}/a`,
  token_endpoint: `${issuer}/t`,
  jwks_uri: `${issuer}/k`,
}
const read = (text: string) => readTrust(text, issuer, { clientId: 'c' }, false)
const trust = read(JSON.stringify(document))

describe('I3: a NumericDate', () => {
  it.each([
    [0, 0],
    [1_700_000_000, 1_700_000_000_000],
    [1_700_000_000.5, 1_700_000_000_500],
    [1_700_000_000.123456, 1_700_000_000_123],
    [253_402_300_799, 253_402_300_799_000],
    [253_402_300_800, undefined],
    [-1, undefined],
    [-0.1, undefined],
    [1e300, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.NaN, undefined],
    ['1700000000', undefined],
    [null, undefined],
    [[1_700_000_000], undefined],
    [noText, undefined],
  ])('of %j is in whole milliseconds %j', (value, milliseconds) => {
    expect(readDate(value)).toBe(milliseconds)
  })

  it.each([0.123456, 0.5, 0.000001])(
    'with a fraction (%d) is one in the assertion of a client',
    async (fraction) => {
      const { now, sign, verify } = await aClient()
      const found = await verify(await sign({ exp: now + 100 + fraction, iat: now + fraction }))
      const expiresAt = Math.floor((now + 100 + fraction) * 1_000) + 60_000
      expect(found).toEqual({ spent: { jti: 'j', expiresAt } })
    },
  )

  it.each(['exp', 'iat', 'nbf'])('that is none (%s) is a fault of the assertion', async (name) => {
    const { now, sign, verify } = await aClient()
    for (const odd of [-1, 1e300])
      expect(await verify(await sign({ exp: now + 100, [name]: odd }))).toHaveProperty('fault')
  })
})

async function aClient() {
  const { privateKey, publicKey } = await makeKey()
  const now = Math.floor(Date.now() / 1_000)
  const verifier = createAssertionVerifier({
    fetchText: () => Promise.reject(new Error('nothing is fetched')),
    audiences: ['us'],
  })
  const jwk = await crypto.subtle.exportKey('jwk', publicKey)
  const client = { id: 'c', trust: JSON.stringify({ jwks: { keys: [{ kty: 'RSA', n: jwk.n, e: jwk.e }] } }) }
  return {
    now,
    sign: (claims: object) =>
      new SignJWT({ iss: 'c', sub: 'c', aud: 'us', jti: 'j', ...claims })
        .setProtectedHeader({ alg: 'RS256' })
        .sign(privateKey),
    verify: (assertion: string) => verifier.verify(client as never, assertion, now * 1_000),
  }
}

describe('I5: words of an issuer', () => {
  it('are facts of the right types, or refused, whatever stands in the place of any claim', async () => {
    const { privateKey, publicKey } = await makeKey()
    const { n, e } = await crypto.subtle.exportKey('jwk', publicKey)
    const verifier = createIdTokenVerifier(async () => JSON.stringify({ keys: [{ kty: 'RSA', n, e }] }))
    const now = Math.floor(Date.now() / 1_000)
    const good = { iss: issuer, aud: 'c', sub: 'ada', iat: now, exp: now + 300, jti: 'j' }
    const sign = (claims: object) =>
      new SignJWT(claims as never).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    const expected = { nonce: 'n', accessToken: null, clockSkewSeconds: 60, requestId: 'r' }
    const outcomes = { taken: 0, refused: 0 }
    const count = (found: unknown, what: string): void => {
      outcomes[found instanceof OpenIdError ? 'refused' : 'taken'] += 1
      if (found instanceof OpenIdError) return
      expect(found, what).not.toBeInstanceOf(Error)
      for (const [member, value] of Object.entries(found as object))
        if (typeof value === 'number')
          expect(Number.isSafeInteger(value) && value >= 0, `${what} ${member}`).toBe(true)
      const text = JSON.stringify(found)
      expect(text.isWellFormed() && !text.includes('\\u0000') && !/\\ud[89a-f]/.test(text), what).toBe(true)
    }
    for (const { name, what, value } of neighbours) {
      const token = await sign({ ...good, nonce: 'n', [name]: value })
      const found = await verifier
        .verify(token, trust, expected, now * 1_000, 'one')
        .then((claims) => toVerifiedIdentity(claims, trust, 'r'))
        .catch((error: unknown) => error)
      count(found, `ID token: ${name} is ${what}`)
      const logout = await sign({ ...good, events: { [event]: {} }, [name]: value })
      const ended = verifier.verifyLogout(logout, trust, 60, now * 1_000, 'one')
      count(await ended.catch((error: unknown) => error), `logout token: ${name} is ${what}`)
    }
    expect(outcomes.taken).toBeGreaterThan(100)
    expect(outcomes.refused).toBeGreaterThan(100)
    for (const [what, value] of oddValues)
      for (const member of ['typ', 'kid', 'alg', 'cty', 'crit']) {
        const [, payload] = (await sign(good)).split('.')
        const header = Buffer.from(JSON.stringify({ alg: 'RS256', [member]: value })).toString('base64url')
        const ended = verifier.verifyLogout(`${header}.${payload}.AAAA`, trust, 60, now * 1_000, 'one')
        expect(await ended.catch((error: unknown) => error), `${member} is ${what}`).toBeInstanceOf(
          OpenIdError,
        )
      }
  }, 30_000)

  it('are keys, or none, whatever stands in a key set', async () => {
    const { privateKey, publicKey } = await makeKey()
    const { n, e } = await crypto.subtle.exportKey('jwk', publicKey)
    const now = Math.floor(Date.now() / 1_000)
    const claims = { iss: issuer, aud: 'c', sub: 'ada', iat: now, jti: 'j', events: { [event]: {} } }
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey)
    const good = { kty: 'RSA', n, e, kid: 'k', alg: 'RS256', use: 'sig', key_ops: ['verify'], ext: true }
    const verify = (set: unknown) =>
      createIdTokenVerifier(async () => JSON.stringify(set))
        .verifyLogout(token, trust, 60, now * 1_000, 'one')
        .catch((error: unknown) => error)
    expect(await verify({ keys: [good] })).toMatchObject({ nameId: 'ada' })
    for (const [what, value] of oddValues) {
      for (const member of [...Object.keys(good), 'crv', 'x', 'x5c', 'oth', 'd']) {
        const found = await verify({ keys: [{ ...good, [member]: value }] })
        expect(found instanceof OpenIdError || !(found instanceof Error), `${member} is ${what}`).toBe(true)
        // Another key of the set is found all the same.
        const beside = await verify({ keys: [{ ...good, [member]: value }, good] })
        expect(beside, `beside ${member} is ${what}`).toMatchObject({ nameId: 'ada' })
      }
      for (const set of [value, { keys: value }, { keys: [value] }])
        expect(await verify(set), what).toBeInstanceOf(OpenIdError)
    }
  }, 30_000)

  it('are read of a discovery document by their types, however deep', () => {
    const members = [
      ...['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'],
      ...['end_session_endpoint', 'response_types_supported', 'scopes_supported'],
      ...['token_endpoint_auth_methods_supported', 'authorization_response_iss_parameter_supported'],
    ]
    const bottomless = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    for (const member of members) {
      const { [member as 'issuer']: _, ...others } = document
      const texts = [bottomless, `[${bottomless}]`, ...oddValues.map(([, value]) => JSON.stringify(value))]
      for (const text of texts) {
        const whole = `${JSON.stringify(others).slice(0, -1)},${JSON.stringify(member)}:${text}}`
        try {
          expect(JSON.stringify(read(whole)).isWellFormed()).toBe(true)
        } catch (error) {
          expect(error, `${member}: ${text.slice(0, 40)}`).toBeInstanceOf(IssuerUnusable)
        }
      }
    }
  })
})

forOneStore(import.meta.filename, (start, store) => {
  describe('words of an issuer', () => {
    let service: Service
    let provider: OpenIdProvider
    let connection: Connection
    let company: Company
    beforeAll(async () => {
      service = await start({ isDev: true, anonymousRate: 10_000 })
      provider = await startOpenIdProvider()
      company = await createCompany(service)
      await service.admin.call('createOrganization', { body: { name: 'Globex', slug } })
      const { id } = await service.admin.call('createDomain', { params: { slug }, body: { name: domain } })
      await service.admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
      const { issuer, clientId, clientSecret } = provider
      connection = await service.admin.call('createConnection', {
        params: { slug },
        body: {
          name: 'Issuer',
          identityProvider: 'generic',
          protocol: 'oidc',
          oidc: { issuer, clientId, clientSecret },
          isActive: true,
        },
      })
    })
    afterAll(() => provider.close())
    const signIn = async (subject: string, claims: Readonly<Record<string, unknown>> = {}) => {
      const browser = createBrowser(service.url, service.send)
      const asked = provider.read((await browser.open(`/saml/${connection.id}/login`)).url)
      const plan: TokenPlan = {
        claims: { email: `${Buffer.from(subject).toString('hex').slice(0, 60)}@${domain}`, ...claims },
      }
      return { browser, landed: await browser.open(provider.answer(asked, subject, plan)) }
    }
    let serial = 0
    const bring = async (claims: Readonly<Record<string, unknown>>) => {
      serial += 1
      const now = Math.floor(Date.now() / 1_000)
      const all = {
        iss: provider.issuer,
        aud: provider.clientId,
        iat: now,
        exp: now + 100,
        jti: `t${serial}`,
      }
      const token = await new SignJWT({ ...all, events: { [event]: {} }, ...claims } as never)
        .setProtectedHeader({ alg: 'RS256', kid: provider.key.kid })
        .sign(provider.key.privateKey)
      const body = new URLSearchParams({ logout_token: token })
      return service.send(new Request(`${service.url}/sso/logout/${connection.id}`, { method: 'POST', body }))
    }
    const isIn = async (browser: Awaited<ReturnType<typeof signIn>>['browser']) =>
      (await browser.open('/me')).text.includes('You are signed in')

    it('I3: with fractions in their dates sign in, and out', async () => {
      const now = Math.floor(Date.now() / 1_000)
      for (const [name, value] of [
        ['iat', now + 0.123456],
        ['exp', now + 100.123456],
        ['auth_time', now - 10.25],
        ['nbf', now - 5.5],
      ] as const) {
        const { browser, landed } = await signIn(`fraction-${name}`, { [name]: value })
        expect(landed.status, name).toBe(200)
        expect(await isIn(browser), name).toBe(true)
        expect((await bring({ sub: `fraction-${name}`, iat: now + 0.123456 })).status).toBe(200)
        expect(await isIn(browser), name).toBe(false)
      }
    })

    it('I4 I5: whatever they are, are a session that can be used, or a refusal', async () => {
      for (const { name, what, value } of draw(`odd claims, ${store}`, neighbours, 24)) {
        const { browser, landed } = await signIn(`odd-${name}-${what}`, { [name]: value })
        expect([200, 403], `${name} is ${what}`).toContain(landed.status)
        expect((await browser.open('/me')).status, `${name} is ${what}`).toBeLessThan(500)
        expect([200, 400], `logout: ${name} is ${what}`).toContain(
          (await bring({ sub: 'x', [name]: value })).status,
        )
      }
    })

    it('I5: whatever the token and the userinfo endpoint answer, is a session or a refusal', async () => {
      const members = ['id_token', 'access_token', 'token_type', 'error', 'error_description']
      const answers = members.flatMap((name) =>
        [200, 400].flatMap((status) =>
          oddValues.map(([what, value]) => ({
            what: `${status}, ${name} is ${what}`,
            plan: { answer: { status, body: { id_token: 'a.b.c', [name]: value } } } as TokenPlan,
          })),
        ),
      )
      const infos = ['sub', 'email', 'groups', 'sid', 'auth_time', 'exp', 'email_verified', 'jti'].flatMap(
        (name) =>
          oddValues.map(([what, value]) => ({
            what: `userinfo: ${name} is ${what}`,
            plan: {
              claims: { email: undefined },
              userinfo: { sub: 'told', email: `told@${domain}`, [name]: value },
            } as TokenPlan,
          })),
      )
      const wholes = oddValues.flatMap(([what, value]) => [
        { what: `the answer is ${what}`, plan: { answer: { status: 200, body: value } } as TokenPlan },
        {
          what: `userinfo is ${what}`,
          plan: {
            claims: { email: undefined },
            userinfoAnswer: { body: JSON.stringify(value) },
          } as TokenPlan,
        },
      ])
      for (const { what, plan } of draw(`odd answers, ${store}`, [...answers, ...infos, ...wholes], 20)) {
        const browser = createBrowser(service.url, service.send)
        const asked = provider.read((await browser.open(`/saml/${connection.id}/login`)).url)
        const { status } = await browser.open(provider.answer(asked, 'told', plan))
        expect([200, 403, 502], what).toContain(status)
      }
    })

    it('I4: with U+0000, or half a character in a name, are refused as malformed; half a character in a value is not', async () => {
      const lastCode = async () => {
        await service.flushActivity()
        const { items } = await service.admin.call('listActivity', {
          params: { slug },
          query: { kind: 'sign_in', limit: 1 } as never,
        })
        return (items[0] as { code?: string }).code
      }
      for (const odd of [{ sid: 'a\u0000' }, { jti: 'a\u0000' }, { zip: 'a\u0000' }, { 'a\u0000': 'b' }]) {
        expect((await signIn('nul', odd)).landed.status).toBe(403)
        expect(await lastCode()).toBe('token_malformed')
        expect((await bring({ sub: 'nul', ...odd })).status).toBe(400)
      }
      expect((await signIn('a\ud800')).landed.status).toBe(403)
      expect((await signIn('cut', { given_name: 'Ada \ud83d' })).landed.status).toBe(200)
    })

    it.each([-1e13, -(2 ** 53 - 1), -1, 1e300])(
      'I5: a person who was asked at %d has a session of which the time is not known',
      async (at) => {
        const { browser, landed } = await signIn(`asked-${at}`, { auth_time: at })
        expect(landed.status).toBe(200)
        expect(await isIn(browser)).toBe(true)
        expect((await browser.call('GET', '/session')).status).toBe(200)
        expect((await browser.postOwn('/sign-out', {})).status).toBeLessThan(400)
        expect(await isIn(browser)).toBe(false)
      },
    )

    it.each([
      ['of 255', 'x'.repeat(255), true],
      ['of 256', 'x'.repeat(256), true],
      ['of 1,024', 'x'.repeat(1_024), true],
      ['of 1,024 bytes', 'ä'.repeat(512), true],
      ['of 1,025', 'x'.repeat(1_025), false],
      ['of 10,000', 'x'.repeat(10_000), false],
      ['with white space', ' a\n', true],
      ['of nothing', '', false],
    ])('I7: a sid %s is the same at both moments, or none at both', async (what, sid, isKept) => {
      const name = `sid-${what}`
      const [own, other] = [await signIn(name, { sid }), await signIn(name, { sid: 'another' })]
      expect(own.landed.status).toBe(200)
      // Beside a name it ends what it names, or what has no name; the other session of the person goes on.
      const ended = await bring({ sub: name, sid })
      expect(ended.status).toBe(sid === '' ? 400 : 200)
      expect(await isIn(own.browser)).toBe(sid === '')
      expect(await isIn(other.browser)).toBe(true)
      const again = await signIn(name, { sid })
      expect((await bring({ sid })).status).toBe(isKept ? 200 : 400)
      expect(await isIn(again.browser)).toBe(!isKept)
      expect((await bring({ sub: name })).status).toBe(200)
      expect(await isIn(again.browser)).toBe(false)
    })

    it.each([
      ['a', 'a'],
      [' a', ' a'],
      [' a', 'a'],
      ['a', '\n a '],
      ['x'.repeat(1_024), 'x'.repeat(1_024)],
      ['x'.repeat(90_000), 'x'.repeat(90_000)],
      ['', ''],
    ])('I7: a SessionIndex is the same when somebody signs in and out (%#)', async (came, asked) => {
      const response = { sessionIndex: came } as never
      const { browser } = await company.signIn(company.person('ada'), { response })
      expect(await isIn(browser)).toBe(true)
      const other = await company.signIn(company.person('ada'), {
        response: { sessionIndex: 'another' } as never,
      })
      const address = company.connection.acsUrl.replace(/acs$/, 'slo')
      const about = {
        issuer: company.provider.entityId,
        address,
        victim: company.person('ada').nameId,
        now: service.now(),
      }
      const inner = `<saml:NameID>${about.victim}</saml:NameID><samlp:SessionIndex>${asked}</samlp:SessionIndex>`
      const xml = signed(write(about, { inner }), company.provider.key)
      const body = new URLSearchParams({ SAMLRequest: btoa(xml) })
      await service.send(new Request(address, { method: 'POST', body }))
      expect(await isIn(browser)).toBe(false)
      expect(await isIn(other.browser)).toBe(true)
    })
  })
})
