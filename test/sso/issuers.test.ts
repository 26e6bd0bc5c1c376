// OpenID Connect issuers as they are: key sets, ways of knowing a client, userinfo, and addresses under other names.
// Judges: server/id-tokens, server/sso, server/connections.
import { exportJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import {
  makeKey,
  type OpenIdProvider,
  type ProviderOptions,
  sign,
  startOpenIdProvider,
  type TokenPlan,
} from '../harness/openid-provider.ts'
import { forEachStore, type Service } from '../harness/service.ts'

let service: Service
const started: OpenIdProvider[] = []
afterAll(async () => {
  for (const provider of started) await provider.close()
})

let organizations = 0

interface Connected {
  readonly provider: OpenIdProvider
  readonly slug: string
  signIn(
    subject: string,
    plan?: TokenPlan,
  ): Promise<{ status: number; code: string | null; explanation: string }>
}

async function connect(
  options: ProviderOptions = {},
  more: { readonly clientSecret?: string; readonly identityProvider?: 'generic' | 'keycloak' } = {},
): Promise<Connected> {
  const provider = await startOpenIdProvider(options)
  started.push(provider)
  organizations += 1
  const slug = `issuer-${organizations}`
  const { admin } = service
  await admin.call('createOrganization', { body: { name: slug, slug } })
  const { id } = await admin.call('createDomain', { params: { slug }, body: { name: 'issuer.test' } })
  await admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
  const { issuer, clientId } = provider
  const clientSecret = more.clientSecret ?? provider.clientSecret
  const connection = await admin.call('createConnection', {
    params: { slug },
    body: {
      name: 'Issuer',
      identityProvider: more.identityProvider ?? 'generic',
      protocol: 'oidc',
      oidc: { issuer, clientId, clientSecret },
      isActive: true,
    },
  })
  return {
    provider,
    slug,
    async signIn(subject, plan) {
      const browser = createBrowser(service.url, service.send)
      const { url } = await browser.open(`/saml/${connection.id}/login`)
      const landed = await browser.open(provider.answer(provider.read(url), subject, plan))
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 1 }
      const [line] = (await admin.call('listActivity', { params: { slug }, query })).items
      return { status: landed.status, code: line?.code ?? null, explanation: line?.explanation ?? '' }
    },
  }
}

const jwkOf = async (
  key: OpenIdProvider['key'],
  { kid, use = 'sig' }: { readonly kid?: string; readonly use?: string } = {},
) => ({
  ...(await exportJWK(key.publicKey)),
  alg: 'RS256',
  use,
  kid,
})

forEachStore(
  (start) => {
    beforeAll(async () => {
      service = await start({ isDev: true })
    })

    describe('the key set of an issuer', () => {
      it('F21: each key is tried that may have made the signature, whatever the set calls them', async () => {
        const other = await makeKey()
        type Key = OpenIdProvider['key']
        const sets: (readonly [string, (own: Key) => Promise<readonly unknown[]>, boolean])[] = [
          ['the right one last', async (own) => [await jwkOf(other, own), await jwkOf(own, own)], true],
          ['the right one first', async (own) => [await jwkOf(own, own), await jwkOf(other, own)], true],
          ['one without a name', async (own) => [await jwkOf(own)], true],
          ['two without a name', async (own) => [await jwkOf(other), await jwkOf(own)], true],
          ['another name', async (own) => [await jwkOf(own, { kid: 'another' })], false],
          ['the name, and another key', async (own) => [await jwkOf(other, own)], false],
          ['for encryption alone', async (own) => [await jwkOf(own, { kid: own.kid, use: 'enc' })], false],
        ]
        for (const [what, toKeys, isIn] of sets) {
          const { provider, signIn } = await connect()
          provider.showKeys(await toKeys(provider.key))
          const { status, code } = await signIn('ada')
          expect([what, status]).toEqual([what, isIn ? 200 : 403])
          if (!isIn) expect(code, what).toBe('token_signature_invalid')
        }
        // A token without a name is tried with each key as well.
        const { provider, signIn } = await connect()
        provider.showKeys([await jwkOf(other, { kid: 'a' }), await jwkOf(provider.key, { kid: 'b' })])
        const nameless: TokenPlan = {
          sign: (claims, key) =>
            new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(key.privateKey),
        }
        expect((await signIn('ada', nameless)).status).toBe(200)
      })

      it('F21b: a key that was renewed under its name is looked for at once, and not for ever', async () => {
        const { provider, signIn } = await connect()
        const before = await signIn('ada')
        expect(before.status).toBe(200)
        const { kid } = provider.key
        for (let renewed = 1; renewed <= 2; renewed += 1) {
          await provider.rotateKey()
          provider.showKeys([await jwkOf(provider.key, { kid })])
          const named: TokenPlan = { sign: (claims, key) => sign(claims, { ...key, kid }) }
          expect((await signIn('ada', named)).status).toBe(200)
        }
        const asked = provider.keyRequests
        const forged = await makeKey()
        for (let turn = 0; turn < 6; turn += 1)
          expect((await signIn('ada', { sign: (claims) => sign(claims, { ...forged, kid }) })).code).toBe(
            'token_signature_invalid',
          )
        expect(provider.keyRequests - asked).toBeLessThanOrEqual(2)
      })

      it('F20: what is no key, or no key set, is passed over or said; it never fails the service', async () => {
        const { provider, signIn } = await connect()
        const good = await jwkOf(provider.key, { kid: provider.key.kid })
        const { n: _, ...headless } = good as { n?: string }
        provider.showKeys([
          null,
          'key',
          7,
          [],
          {},
          { kty: 7 },
          { kty: 'RSA', kid: provider.key.kid },
          headless,
          good,
        ])
        expect((await signIn('ada')).status).toBe(200)
        const broken = await connect()
        for (const keys of [
          'null',
          '"keys"',
          '7',
          '[]',
          '{}',
          '{"keys":null}',
          '{"keys":"x"}',
          '<html>',
          '',
        ]) {
          broken.provider.showKeys(keys)
          expect(await broken.signIn('ada'), keys).toMatchObject({ status: 403, code: 'issuer_unreachable' })
        }
        const empty = await connect()
        empty.provider.showKeys([null, { kty: 'RSA', kid: empty.provider.key.kid }])
        expect(await empty.signIn('ada')).toMatchObject({ status: 403, code: 'token_signature_invalid' })
      })
    })

    describe('how an issuer knows its client', () => {
      const both = { token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'] }

      it('F19: who lists both methods and takes one is asked by the other, once', async () => {
        const { provider, signIn } = await connect({ discovery: both, takes: 'client_secret_post' })
        expect((await signIn('ada')).status).toBe(200)
        expect((await signIn('ada')).status).toBe(200)
        expect(provider.tokenRequests.map(({ authorization }) => authorization !== undefined)).toEqual([
          true,
          false,
          false,
        ])
        const silent = await connect({ takes: 'client_secret_post' })
        expect((await silent.signIn('ada')).status).toBe(200)
        const wrongly = await connect({
          discovery: { token_endpoint_auth_methods_supported: ['client_secret_post'] },
          takes: 'client_secret_basic',
        })
        expect((await wrongly.signIn('ada')).status).toBe(200)
      })

      it('F19: where the first try uses up the code, the next sign-in knows better', async () => {
        const { signIn } = await connect({ discovery: both, takes: 'client_secret_post', spendsCodes: true })
        const first = await signIn('ada')
        expect(first).toMatchObject({ status: 403, code: 'token_refused' })
        expect(first.explanation).toContain('client_secret_post was tried too late for this code')
        expect((await signIn('ada')).status).toBe(200)
      })

      it('F24: says what the token endpoint said, and blames the secret only where it is the secret', async () => {
        const { signIn } = await connect()
        const of = async (status: number, body: unknown) =>
          (await signIn('ada', { answer: { status, body } })).explanation
        const known = await of(401, { error: 'invalid_client', error_description: 'Client secret expired' })
        expect(known).toContain('"invalid_client: Client secret expired"')
        expect(known).toContain('client secret')
        for (const [status, body, words] of [
          [400, { error: 'invalid_grant', error_description: 'Code expired' }, 'start again'],
          [502, 'Bad Gateway', 'answered 502'],
          [200, { access_token: 'x' }, 'scope openid'],
          [400, { error: 'invalid_scope' }, 'redirect URI'],
        ] as const) {
          const explanation = await of(status, body)
          expect(explanation).toContain(words)
          expect(explanation).not.toContain('client secret')
        }
      })

      it.each([
        [['private_key_jwt'], false],
        [['private_key_jwt', 'tls_client_auth'], false],
        [['client_secret_jwt'], false],
        [['private_key_jwt', 'client_secret_post'], true],
        [['none', 'private_key_jwt'], true],
        [[], true],
        [null, true],
      ])(
        'F23: an issuer that knows clients by %j is refused when it is entered: %s',
        async (methods, isTaken) => {
          const made = connect({ discovery: { token_endpoint_auth_methods_supported: methods } })
          if (isTaken) await made
          else
            await expect(made).rejects.toMatchObject({
              problem: { code: 'issuer_invalid', detail: expect.stringContaining(String(methods?.[0])) },
            })
        },
      )
    })

    describe('what an issuer tells of a person', () => {
      const without = { email: undefined, email_verified: undefined }

      it('F16: an address that is not vouched for is refused in words that say so, with what came and no value of it', async () => {
        const { signIn } = await connect({}, { identityProvider: 'keycloak' })
        for (const word of [false, 'false', 0, null]) {
          const { code, explanation } = await signIn('ada', { claims: { email_verified: word } })
          expect(code).toBe('address_missing')
          expect(explanation).toContain('Keycloak calls the address of this person unverified')
          expect(explanation).toContain('Email verified')
          expect(explanation).toContain('"given_name"')
          expect(explanation).not.toContain('ada@issuer.test')
        }
      })

      it('F17b: where no address is found, the refusal names what came, and no value of it', async () => {
        const { signIn } = await connect()
        const { explanation } = await signIn('ada', {
          claims: { ...without, contact: 'ada@issuer.test' },
          userinfo: { sub: 'ada', work_phone: '+1' },
        })
        expect(explanation).toContain('the claim (scope email)')
        expect(explanation).toContain('"contact"')
        expect(explanation).toContain('"work_phone"')
        expect(explanation).not.toMatch(/ada@issuer\.test|\+1/)
      })

      it('F17: a person without a mailbox is known by upn or preferred_username, and is vouched for to nobody', async () => {
        const { slug, signIn } = await connect()
        for (const name of ['upn', 'preferred_username', 'UPN', 'Preferred_Username']) {
          const subject = `p-${name.toLowerCase()}${name === name.toLowerCase() ? '' : '-2'}`
          const claims = { ...without, [name]: `${subject}@issuer.test` }
          const signedIn = await signIn(subject, { claims, userinfo: { sub: subject } })
          expect(signedIn.explanation).toContain(`found in "${name}"`)
          expect((await signIn(subject, { claims, userinfo: { sub: subject } })).explanation).not.toContain(
            'found in',
          )
        }
        const { items } = await service.admin.call('listUsers', { params: { slug } })
        expect(items.map(({ email }) => email)).toContain('p-upn-2@issuer.test')
        expect(
          (
            await signIn('eve', {
              claims: { email: undefined, email_verified: false, upn: 'eve@issuer.test' },
              userinfo: { sub: 'eve' },
            })
          ).code,
        ).toBe('address_missing')
        const both = { ...without, upn: 'a@issuer.test', UPN: 'b@issuer.test' }
        expect((await signIn('two', { claims: both, userinfo: { sub: 'two' } })).code).toBe('address_missing')
      })

      it('F50: white space round an address is no part of it', async () => {
        const { slug, signIn } = await connect()
        expect((await signIn('ada', { claims: { email: ' ada@issuer.test\n' } })).status).toBe(200)
        const { items } = await service.admin.call('listUsers', { params: { slug } })
        expect(items.map(({ email }) => email)).toEqual(['ada@issuer.test'])
      })

      it('F18: reads userinfo that is signed, and says of every other answer what it was', async () => {
        const { provider, slug, signIn } = await connect()
        const thin = (userinfoAnswer: TokenPlan['userinfoAnswer'] & object): TokenPlan => ({
          claims: without,
          userinfoAnswer,
        })
        const jwt = { type: 'application/jwt' }
        const info = { sub: 'ada', email: 'ada@issuer.test', iss: provider.issuer, aud: provider.clientId }
        const signed = await sign(info, provider.key)
        expect((await signIn('ada', thin({ ...jwt, body: signed }))).status).toBe(200)
        expect((await service.admin.call('listUsers', { params: { slug } })).items[0]?.email).toBe(
          'ada@issuer.test',
        )
        const forged = { ...(await makeKey()), kid: provider.key.kid }
        const rows: readonly (readonly [TokenPlan['userinfoAnswer'] & object, string])[] = [
          [{ ...jwt, body: await sign(info, forged) }, 'not signed with a key of the issuer'],
          [{ ...jwt, body: await sign({ ...info, aud: 'another' }, provider.key) }, 'for somebody else'],
          [
            { ...jwt, body: await sign({ ...info, iss: 'https://other.test' }, provider.key) },
            'for somebody else',
          ],
          [
            { ...jwt, body: await sign({ ...info, sub: 'bob' }, provider.key) },
            'somebody else than the ID token',
          ],
          [{ ...jwt, body: 'a.b.c.d.e' }, 'not signed'],
          [{ status: 403, body: '{"error":"insufficient_scope"}' }, 'answered 403 with "insufficient_scope"'],
          [{ status: 500, type: 'text/html', body: '<h1>no</h1>' }, 'answered 500'],
          [{ body: '{"email":"ada@issuer.test"}' }, 'named nobody (sub)'],
          [{ body: '[]' }, 'named nobody (sub)'],
          [{ body: '{"sub":"bob"}' }, 'somebody else than the ID token'],
        ]
        for (const [answer, words] of rows) {
          const refused = await signIn('ada', thin(answer))
          expect(refused, words).toMatchObject({ status: 403, code: 'userinfo_mismatch' })
          expect(refused.explanation).toContain(words)
        }
      })

      it.each([[null], ['']])(
        'F22: an issuer whose userinfo_endpoint is %j has none',
        async (userinfo_endpoint) => {
          const { signIn } = await connect({ discovery: { userinfo_endpoint } })
          expect((await signIn('ada')).status).toBe(200)
        },
      )

      it('m4: asks for the groups that rules for roles name, where the issuer has them, and says where none came', async () => {
        const { provider, slug, signIn } = await connect({
          discovery: { scopes_supported: ['openid', 'groups'] },
        })
        const [connection] = (await service.admin.call('listConnections', { params: { slug } })).items
        expect(connection?.oidc?.scopes).toEqual(['openid', 'profile', 'email', 'groups'])
        expect((await signIn('ada')).explanation).not.toContain('groups')
        const mappings = [{ group: 'Admins', role: 'admin' as const }]
        await service.admin.call('putRoleMappings', { params: { slug }, body: { mappings } })
        expect((await signIn('ada')).explanation).toContain('no groups came')
        expect((await signIn('ada', { claims: { groups: [] } })).explanation).not.toContain('no groups came')
        expect(provider.tokenRequests.length).toBe(3)
      })
    })

    describe('the issuer as it is entered', () => {
      it('m9: the address of the discovery document is taken for the issuer', async () => {
        const { provider, slug } = await connect()
        const { issuer, clientId, clientSecret } = provider
        for (const end of ['/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/']) {
          const body = {
            name: 'Another',
            identityProvider: 'generic' as const,
            protocol: 'oidc' as const,
            oidc: { issuer: issuer + end, clientId, clientSecret },
          }
          const made = await service.admin.call('createConnection', { params: { slug }, body })
          expect(made.oidc?.issuer).toBe(issuer)
        }
      })

      it.each([
        'https://login.microsoftonline.com/common/v2.0',
        'https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration',
        'https://login.microsoftonline.com/consumers/v2.0',
        'https://sts.windows.net/common/',
      ])('part 6: %s is of all tenants, and refused with what to take instead', async (issuer) => {
        const { slug } = await connect()
        const made = service.admin.call('createConnection', {
          params: { slug },
          body: {
            name: 'Entra',
            identityProvider: 'entra',
            protocol: 'oidc',
            oidc: { issuer, clientId: 'c' },
          },
        })
        await expect(made).rejects.toMatchObject({
          problem: { code: 'issuer_invalid', detail: expect.stringContaining('Directory (tenant) ID') },
        })
      })
    })
  },
  ['embedded'],
)
