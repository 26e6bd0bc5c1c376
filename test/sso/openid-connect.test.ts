// Single sign-on through an OpenID Connect issuer: the way in, the linking rules, and tokens that must not be accepted.
// Judges: server/sso, server/id-tokens.
import { createHmac } from 'node:crypto'
import type { Connection, StagedAnchor } from '@rollcall/api'
import { exportSPKI, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Landing } from '../harness/browser.ts'
import {
  makeKey,
  type OpenIdProvider,
  sign,
  startOpenIdProvider,
  type TokenPlan,
} from '../harness/openid-provider.ts'
import { type Installation, startInstallation } from '../harness/product.ts'
import { deal } from '../harness/sample.ts'

const slug = 'globex'
const params = { slug }

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

describe.each(['embedded', 'postgres'] as const)('an OpenID Connect connection on the %s store', (store) => {
  let installation: Installation
  let provider: OpenIdProvider
  let connection: Connection
  beforeAll(async () => {
    installation = await startInstallation(store)
    provider = await startOpenIdProvider()
    const { admin } = installation
    await admin.call('createOrganization', { body: { name: 'Globex', slug } })
    const { id } = await admin.call('createDomain', { params, body: { name: 'issuer.test' } })
    await admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
    connection = await admin.call('createConnection', {
      params,
      body: {
        name: 'Issuer',
        identityProvider: 'generic',
        protocol: 'oidc',
        oidc: { issuer: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret },
        isActive: true,
      },
    })
  })
  afterAll(async () => {
    await provider.close()
    await installation.stop()
  })

  const newBrowser = (): Browser => createBrowser(installation.url, installation.service.send)
  const begin = async (browser: Browser) =>
    provider.read((await browser.open(`/saml/${connection.id}/login`)).url)
  const signIn = async (
    subject: string,
    plan?: TokenPlan,
    browser = newBrowser(),
  ): Promise<Landing & { browser: Browser }> => {
    const asked = await begin(browser)
    return { ...(await browser.open(provider.answer(asked, subject, plan))), browser }
  }
  const users = async () => (await installation.admin.call('listUsers', { params })).items
  /** Of the newest sign-ins, in their order. They are written a moment later: whoever makes many asks once. */
  const newestCodes = async (limit: number): Promise<readonly (string | null | undefined)[]> => {
    const query = { kind: 'sign_in' as const, limit }
    const { items } = await installation.admin.call('listActivity', { params, query })
    return items.map(({ code }) => code).reverse()
  }
  const expectCodes = async (...codes: readonly string[]): Promise<void> => {
    await expect.poll(() => newestCodes(codes.length)).toEqual(codes)
  }

  it('shows its redirect URI and its issuer, never the client secret', async () => {
    expect(connection).toMatchObject({
      protocol: 'oidc',
      isSetupComplete: true,
      redirectUri: `${installation.url}/sso/callback/${connection.id}`,
      oidc: { issuer: provider.issuer, clientId: provider.clientId, hasClientSecret: true },
    })
    const { items } = await installation.admin.call('listEvents', { params })
    expect(JSON.stringify([connection, items])).not.toContain(provider.clientSecret)
  })

  it('gives a kept client secret to no other issuer and for no other client id', async () => {
    const { id } = connection
    const change = (oidc: object) =>
      installation.admin.call('updateConnection', { params: { slug, id }, body: { oidc } as never })
    const { issuer, clientId } = provider
    for (const other of [
      { issuer: 'http://127.0.0.1:9/other', clientId },
      { issuer, clientId: 'another' },
    ])
      await expect(change(other)).rejects.toMatchObject({
        problem: { code: 'issuer_invalid', detail: expect.stringContaining('Send clientSecret') },
      })
    expect(await change({ issuer, clientId })).toMatchObject({ oidc: { hasClientSecret: true } })
  })

  it('signs a person in: an account at the first sign-in, the same one ever after', async () => {
    const landed = await signIn('ada')
    expect(landed.text).toContain('You are signed in')
    const [ada] = await users()
    expect(ada).toMatchObject({
      email: 'ada@issuer.test',
      givenName: 'ada',
      familyName: 'Person',
      source: 'sso',
    })
    await signIn('ada', { claims: { given_name: 'Augusta' } })
    const again = await users()
    expect(again.map(({ id, givenName }) => [id, givenName])).toEqual([[ada?.id, 'Augusta']])
    const request = provider.tokenRequests.at(-1)
    const pair = `${encodeURIComponent(provider.clientId)}:${encodeURIComponent(provider.clientSecret)}`
    expect(request?.authorization).toBe(`Basic ${btoa(pair)}`)
  })

  it('reads the address from the userinfo endpoint where the ID token is thin', async () => {
    const landed = await signIn('bo', {
      claims: { email: undefined, email_verified: undefined },
      userinfo: { sub: 'bo', email: 'bo@issuer.test', email_verified: true },
    })
    expect(landed.text).toContain('You are signed in')
    const other = await signIn('cy', {
      claims: { email: undefined, email_verified: undefined },
      userinfo: { sub: 'somebody-else', email: 'cy@issuer.test' },
    })
    expect(other.text).toContain('The sign-in of your company is not set up correctly')
  })

  it('F8: claims are bounded as the attributes of an assertion are, and refused in words beyond it', async () => {
    const claims = { email: undefined, email_verified: undefined }
    const many = (count: number, value: unknown = 'x') =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, value]))
    const before = (await users()).length
    const told = { sub: 'many', email: 'many@issuer.test', email_verified: true }
    for (const more of [many(200), { groups: Array(2_001).fill('g') }, { big: 'x'.repeat(140_000) }]) {
      const landed = await signIn('many', { claims, userinfo: { ...told, ...more } })
      expect(landed.status).toBe(403)
    }
    await expectCodes(...Array(3).fill('claims_too_many'))
    expect((await users()).length).toBe(before)
    // Fewer, of which the identity keeps what is mapped, and what fits beside it.
    const texts = { ...many(185, 'y'.repeat(500)), groups: ['g'], title: 'z'.repeat(9_000) }
    expect((await signIn('many', { claims, userinfo: { ...told, ...texts } })).status).toBe(200)
    const found = (await users()).find(({ email }) => email === 'many@issuer.test')
    const rules = { nickName: ['groups'], title: ['title'], department: ['c0'] }
    const tried = await installation.admin.call('previewAttributeMapping', {
      params,
      body: { userId: found?.id ?? '', rules },
    })
    expect(tried.values).toMatchObject({
      email: 'many@issuer.test',
      nickName: 'g',
      department: 'y'.repeat(500),
    })
    expect(tried.values).not.toHaveProperty('title')
  })

  it('links by the same rules: an address of another domain, or one that nobody vouches for, makes nobody', async () => {
    const before = (await users()).length
    expect((await signIn('mallory', { claims: { email: 'mallory@elsewhere.test' } })).status).toBe(403)
    expect((await signIn('eve', { claims: { email_verified: false } })).status).toBe(403)
    expect((await users()).length).toBe(before)
  })

  it('M8 F14 email-verified-words: whom the issuer does not vouch for is linked to nobody, also from userinfo', async () => {
    const before = (await users()).length
    for (const word of [false, 'false', 'False', 0, null]) {
      expect(
        (await signIn('ada-2', { claims: { email: 'ada@issuer.test', email_verified: word } })).status,
      ).toBe(403)
      const userinfo = { sub: 'ada-2', email: 'ada@issuer.test', email_verified: word }
      for (const email_verified of [undefined, true]) {
        const landed = await signIn('ada-2', { claims: { email: undefined, email_verified }, userinfo })
        expect(landed.status).toBe(403)
      }
    }
    await expectCodes(...Array(15).fill('address_missing'))
    expect((await users()).length).toBe(before)
    expect((await signIn('dee', { claims: { email_verified: 'true' } })).status).toBe(200)
    expect((await signIn('fay', { claims: { email_verified: undefined } })).status).toBe(200)
  })

  it('F15 overage: a role that came from groups stays while the groups are too many to be sent', async () => {
    const mappings = [{ group: 'Admins', role: 'admin' as const }]
    await installation.admin.call('putRoleMappings', { params, body: { mappings } })
    const roleOf = async () => (await users()).find(({ email }) => email === 'gil@issuer.test')?.role
    await signIn('gil', { claims: { groups: ['Admins'] } })
    expect(await roleOf()).toBe('admin')
    for (const claims of [
      {
        _claim_names: { groups: 'src1' },
        _claim_sources: { src1: { endpoint: 'https://graph.example.com' } },
      },
      { hasgroups: true },
      { 'groups:src1': 'https://graph.example.com' },
    ]) {
      await signIn('gil', { claims })
      expect(await roleOf()).toBe('admin')
    }
    await signIn('gil')
    expect(await roleOf()).toBe('member')
  })

  it('shows a test sign-in with its checks', async () => {
    const { url } = await installation.admin.call('createPortalLink', { params, body: { role: 'owner' } })
    const browser = newBrowser()
    await browser.call('POST', '/portal-sessions', { token: url.split('token=')[1] })
    const test = await installation.admin.call('testConnection', { params: { slug, id: connection.id } })
    const asked = provider.read((await browser.open(test.url)).url)
    const page = await browser.open(provider.answer(asked, 'ada'))
    expect(page.text).toContain('The test sign-in succeeded')
    expect(page.text).toContain('state, nonce and PKCE')
  })

  it('B1 owner-certificate, neighbours: another issuer is staged, tested with its own secret, and no code goes to the wrong one', async () => {
    const second = await startOpenIdProvider()
    const { admin } = installation
    const at = { params: { slug, id: connection.id } }
    const openLink = async (body: { role: 'owner' | 'admin'; days?: number }) => {
      const browser = newBrowser()
      const { url } = await admin.call('createPortalLink', { params, body })
      await browser.call('POST', '/portal-sessions', { token: url.split('#token=')[1] })
      return browser
    }
    const oidc = { issuer: second.issuer, clientId: second.clientId, clientSecret: second.clientSecret }
    const path = `/organizations/${slug}/connections/${connection.id}`
    try {
      for (const [body, code] of [
        [{ role: 'admin', days: 2 }, 'administrator_required'],
        [{ role: 'owner' }, 'staged_changed'],
      ] as const) {
        const browser = await openLink(body)
        for (const change of [{ oidc }, { oidc: { ...oidc, issuer: provider.issuer, clientId: 'another' } }])
          expect((await browser.call('PATCH', path, change)).status).toBe(202)
        const digest = '0'.repeat(64)
        const applied = await browser.call('POST', `${path}/staged/apply`, { digest })
        expect(await applied.json()).toMatchObject({ code })
      }
      const owner = await openLink({ role: 'owner' })
      const staged = (await (await owner.call('POST', `${path}/staged`, { oidc })).json()) as StagedAnchor
      expect(staged.changes.map(({ attribute }) => attribute)).toEqual(
        expect.arrayContaining(['issuer', 'tokenEndpoint', 'jwksUri']),
      )
      expect(JSON.stringify(staged)).not.toContain(second.clientSecret)
      const before = await users()
      const test = (await (await owner.call('POST', `${path}/test?digest=${staged.digest}`)).json()) as {
        url: string
      }
      const left = await owner.open(test.url)
      const shown = await owner.open(second.answer(second.read(left.url), 'zoe'))
      expect(shown.text).toContain('The test sign-in succeeded')
      const pair = `${encodeURIComponent(second.clientId)}:${encodeURIComponent(second.clientSecret)}`
      expect(second.tokenRequests.at(-1)?.authorization).toBe(`Basic ${btoa(pair)}`)
      expect(await users()).toEqual(before)
      expect((await signIn('ada')).status).toBe(200)
      // Begun with the first issuer, answered after the second took its place: the code goes nowhere.
      const browser = newBrowser()
      const answer = provider.answer(await begin(browser), 'ada')
      const asked = [provider.tokenRequests.length, second.tokenRequests.length]
      expect((await owner.call('POST', `${path}/staged/apply`, { digest: staged.digest })).status).toBe(200)
      expect((await browser.open(answer)).status).toBe(409)
      expect([provider.tokenRequests.length, second.tokenRequests.length]).toEqual(asked)
      await expectCodes('anchor_changed')
      await admin.call('restoreAnchor', at)
      expect((await signIn('ada')).status).toBe(200)
    } finally {
      await second.close()
    }
  })

  it('goes on after the issuer changed its key', async () => {
    await signIn('ada')
    await provider.rotateKey()
    expect((await signIn('ada')).text).toContain('You are signed in')
  })

  describe('hostile tokens', () => {
    const now = (): number => Math.floor(Date.now() / 1_000)
    const all: readonly (readonly [string, string, TokenPlan])[] = [
      ['alg none', 'token_algorithm_refused', { sign: async (claims) => new UnsecuredJWT(claims).encode() }],
      [
        'alg none in capitals',
        'token_algorithm_refused',
        { sign: async (claims) => `${encode({ alg: 'NONE' })}.${encode(claims)}.` },
      ],
      [
        'HS256 with the public key',
        'token_algorithm_refused',
        {
          sign: async (claims, key) => {
            const content = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims)}`
            const pem = await exportSPKI(key.publicKey)
            return `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`
          },
        },
      ],
      [
        'HS256 with the client secret',
        'token_algorithm_refused',
        {
          sign: async (claims, key) => {
            const content = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims)}`
            return `${content}.${createHmac('sha256', 'a secret/with + signs').update(content).digest('base64url')}`
          },
        },
      ],
      ['another key', 'token_signature_invalid', { sign: async (claims) => sign(claims, await makeKey()) }],
      [
        'another key under our kid',
        'token_signature_invalid',
        { sign: async (claims, key) => sign(claims, { ...(await makeKey()), kid: key.kid }) },
      ],
      [
        'a key in the header',
        'token_signature_invalid',
        {
          sign: async (claims) => {
            const other = await makeKey()
            return sign(claims, other)
          },
        },
      ],
      [
        'no signature',
        'token_signature_invalid',
        { sign: async (claims, key) => (await sign(claims, key)).replace(/\.[^.]*$/, '.') },
      ],
      [
        'a changed payload',
        'token_signature_invalid',
        {
          sign: async (claims, key) => {
            const [head, , signature] = (await sign(claims, key)).split('.')
            return `${head}.${encode({ ...claims, sub: 'root' })}.${signature}`
          },
        },
      ],
      ['no token but words', 'token_malformed', { sign: async () => 'words' }],
      ['an encrypted token', 'token_malformed', { sign: async () => 'a.b.c.d.e' }],
      ['a huge token', 'token_malformed', { claims: { pad: 'x'.repeat(80_000) } }],
      ['another issuer', 'token_issuer_mismatch', { claims: { iss: 'https://evil.example.com' } }],
      ['the issuer with a slash', 'token_issuer_mismatch', { claims: { iss: `ISSUER/` } }],
      ['no issuer', 'token_issuer_mismatch', { claims: { iss: undefined } }],
      ['another audience', 'token_audience_mismatch', { claims: { aud: 'another-client' } }],
      ['no audience', 'token_audience_mismatch', { claims: { aud: undefined } }],
      ['an empty list of audiences', 'token_audience_mismatch', { claims: { aud: [] } }],
      [
        'two audiences and no azp',
        'token_azp_mismatch',
        { claims: { aud: ['client-of-rollcall', 'other'] } },
      ],
      [
        'two audiences and another azp',
        'token_azp_mismatch',
        { claims: { aud: ['client-of-rollcall', 'other'], azp: 'other' } },
      ],
      ['another azp', 'token_azp_mismatch', { claims: { azp: 'other' } }],
      ['another nonce', 'token_nonce_mismatch', { claims: { nonce: 'another' } }],
      ['no nonce', 'token_nonce_mismatch', { claims: { nonce: undefined } }],
      ['an expired token', 'token_expired', { claims: { exp: now() - 600 } }],
      ['no expiry', 'token_malformed', { claims: { exp: undefined } }],
      ['an expiry in words', 'token_malformed', { claims: { exp: 'tomorrow' } }],
      ['an old token', 'token_expired', { claims: { iat: now() - 3_600 } }],
      [
        'a token of the future',
        'token_from_the_future',
        { claims: { iat: now() + 900, exp: now() + 1_200 } },
      ],
      ['not before later', 'token_from_the_future', { claims: { nbf: now() + 900 } }],
      ['another at_hash', 'token_at_hash_mismatch', { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } }],
      ['no subject', 'token_malformed', { claims: { sub: undefined } }],
      ['an empty subject', 'token_subject_missing', { claims: { sub: '' } }],
      ['a subject that is a number', 'token_subject_missing', { claims: { sub: 7 } }],
      [
        'an error instead of a token',
        'token_refused',
        { answer: { status: 401, body: { error: 'invalid_client' } } },
      ],
      [
        'an answer without a token',
        'token_refused',
        { answer: { status: 200, body: { access_token: 'x' } } },
      ],
    ]
    const hostile = deal('hostile tokens', all, store)
    it(`accepts none of ${hostile.length}, each with its code, and makes nobody`, async () => {
      const before = (await users()).length
      const wrong: string[] = []
      for (const [name, , plan] of hostile) {
        const claims =
          plan.claims?.iss === 'ISSUER/' ? { ...plan, claims: { iss: `${provider.issuer}/` } } : plan
        const landed = await signIn('admin', claims)
        if (landed.status !== 403 || landed.text.includes('You are signed in'))
          wrong.push(`${name}: ${landed.status}`)
      }
      const names = hostile.map(([name]) => name)
      const told = async () => (await newestCodes(hostile.length)).map((code, at) => [names[at], code])
      await expect.poll(told).toEqual(hostile.map(([name, code]) => [name, code]))
      expect(wrong).toEqual([])
      expect((await users()).length).toBe(before)
    }, 60_000)

    it('refuses a state that comes twice, one of another browser, one of nowhere, and a mixed-up issuer', async () => {
      const browser = newBrowser()
      const asked = await begin(browser)
      const first = provider.answer(asked, 'ada')
      const second = provider.answer(asked, 'ada')
      // The cookie of the request is gone after its end: kept here, as an attacker would.
      const kept = new Map(browser.cookies)
      expect((await browser.open(first)).text).toContain('You are signed in')
      const again = createBrowser(installation.url, installation.service.send, kept)
      expect((await again.open(second)).status).toBe(403)
      const victim = newBrowser()
      await begin(victim)
      const attacker = newBrowser()
      const stolen = provider.answer(await begin(attacker), 'mallory')
      expect((await victim.open(stolen)).status).toBe(403)
      const nowhere = { ...asked, state: '_0000000000000000000000000000000000000000' }
      expect((await newBrowser().open(provider.answer(nowhere, 'ada'))).status).toBe(403)
      const mixed = newBrowser()
      const url = new URL(provider.answer(await begin(mixed), 'ada'))
      url.searchParams.set('iss', 'https://evil.example.com')
      expect((await mixed.open(url.href)).status).toBe(403)
      const bare = newBrowser()
      const without = new URL(provider.answer(await begin(bare), 'ada'))
      without.searchParams.delete('iss')
      expect((await bare.open(without.href)).status).toBe(403)
      const denied = newBrowser()
      const { state, redirectUri } = await begin(denied)
      const refusal = new URLSearchParams({
        error: 'access_denied',
        error_description: '<script>alert(1)</script>',
        state,
        iss: provider.issuer,
      })
      const page = await denied.open(`${redirectUri}?${refusal}`)
      expect(page.status).toBe(403)
      expect(page.text).not.toContain('<script>alert')
    })
  })

  it('refuses issuers that are none: another document, a tenant that is common, SAML fields', async () => {
    const { admin } = installation
    const create = (oidc: object, more: object = {}) =>
      admin.call('createConnection', {
        params,
        body: { name: 'Bad', identityProvider: 'generic', protocol: 'oidc', oidc, ...more } as never,
      })
    const clientId = 'x'
    for (const oidc of [
      { issuer: `${provider.issuer}/other`, clientId },
      { issuer: 'http://127.0.0.1:9', clientId },
      { preset: 'entra', domain: 'common', clientId },
      { preset: 'okta', domain: 'acme.okta.com/../evil', clientId },
    ])
      await expect(create(oidc)).rejects.toMatchObject({ problem: { status: 400 } })
    await expect(
      create({ issuer: provider.issuer, clientId }, { metadataXml: '<a/>' }),
    ).rejects.toMatchObject({
      problem: { status: 400 },
    })
    await expect(
      admin.call('updateConnection', {
        params: { slug, id: connection.id },
        body: { oidc: { issuer: 'https://accounts.google.com', clientId } },
      }),
    ).rejects.toMatchObject({ problem: { status: expect.any(Number) } })
    expect((await fetch(`${installation.url}/saml/${connection.id}/metadata`)).status).toBe(404)
  })

  it('B4 an issuer that names an externalId of the directory as sub is not the directory', async () => {
    const { admin } = installation
    const own = { slug: 'globex-directory' }
    await admin.call('createOrganization', { body: { name: 'Globex', ...own, requireSso: false } })
    const oidc = { issuer: provider.issuer, clientId: provider.clientId, clientSecret: provider.clientSecret }
    const body = {
      name: 'Issuer',
      identityProvider: 'generic',
      protocol: 'oidc',
      oidc,
      active: true,
    } as const
    const { id } = await admin.call('createConnection', { params: own, body })
    await admin.call('updateProvisioning', {
      params: own,
      body: { mode: 'scim', unknownSignIns: 'refuse' },
    })
    const { token } = await admin.call('createKey', { params: own, body: { name: 'Directory' } })
    const response = await fetch(`${installation.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'boss@globex.test',
        externalId: '00u-boss',
      }),
    })
    const user = (await response.json()) as { id: string }
    const come = async (): Promise<string | undefined> => {
      const browser = newBrowser()
      const asked = provider.read((await browser.open(`/saml/${id}/login`)).url)
      const plan = { claims: { email: 'x@contractors.test', email_verified: false } }
      const landed = await browser.open(provider.answer(asked, '00u-boss', plan))
      if (landed.text.includes('You are signed in')) return 'in'
      const reference = /Reference <code>([^<]+)/.exec(landed.text)?.[1]
      const find = async () =>
        (await admin.call('listActivity', { params: own, query: { kind: 'sign_in' } })).items.find(
          (line) => line.requestId === reference,
        )
      await expect.poll(find).toBeDefined()
      return (await find())?.code ?? undefined
    }
    const follow = (followsDirectory: boolean) =>
      admin.call('updateConnection', { params: { ...own, id }, body: { followsDirectory } })
    await follow(false)
    expect(await come()).toBe('not_followed')
    await follow(true)
    await admin.call('updateUser', { params: { ...own, id: user.id }, body: { role: 'owner' } })
    expect(await come()).toBe('owner_must_link')
    // The last owner keeps it, so another one comes first.
    const created = await fetch(`${installation.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'other@globex.test',
      }),
    })
    const other = (await created.json()) as { id: string }
    await admin.call('updateUser', { params: { ...own, id: other.id }, body: { role: 'owner' } })
    await admin.call('updateUser', { params: { ...own, id: user.id }, body: { role: 'member' } })
    expect(await come()).toBe('in')
  })

  it('M16: asks the issuer again by prompt and max_age, and takes only an auth_time that is new', async () => {
    const ask = async (query: string, plan: TokenPlan, browser = newBrowser()) => {
      const { url } = await browser.open(`/saml/${connection.id}/login?${query}`)
      const landed = await browser.open(provider.answer(provider.read(url), 'zoe', plan))
      return { asked: new URL(url).searchParams, landed, browser }
    }
    const secondsAgo = (seconds: number): TokenPlan => ({
      claims: { auth_time: Math.floor(Date.now() / 1_000) - seconds },
    })
    const plain = await ask('', secondsAgo(90_000))
    expect([plain.asked.get('prompt'), plain.asked.get('max_age')]).toEqual([null, null])
    expect(plain.landed.text).toContain('You are signed in')
    const fresh = await ask('prompt=login', secondsAgo(0))
    expect([fresh.asked.get('prompt'), fresh.asked.get('max_age')]).toEqual(['login', '0'])
    expect(fresh.landed.text).toContain('You are signed in')
    const aged = await ask('max_age=3600', secondsAgo(1_800))
    expect([aged.asked.get('prompt'), aged.asked.get('max_age')]).toEqual([null, '3600'])
    expect(aged.landed.text).toContain('You are signed in')
    const chosen = await ask('prompt=select_account', {})
    expect(chosen.asked.get('prompt')).toBe('select_account')
    expect(chosen.landed.text).toContain('You are signed in')
    for (const [query, plan] of [
      ['prompt=login', secondsAgo(1_800)],
      ['prompt=login', {}],
      ['prompt=login', { claims: { auth_time: 'now' } }],
      ['max_age=3600', secondsAgo(7_200)],
      ['max_age=3600', {}],
    ] as const) {
      const { landed } = await ask(query, plan)
      expect(landed.status, query).toBe(403)
    }
    await expectCodes(...Array(5).fill('not_asked_again'))
  })
})
