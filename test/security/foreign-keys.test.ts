// Public keys that others bring: what one message has us compute is bounded, by what a key may be and by how many are tried, and counted
// to whoever sends it. The keys are bounded where they are read, and where one that was stored earlier would be used.
// Judges: server/base, server/id-tokens, server/directory.
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { findClientMetadata } from '../../packages/server/src/applications/client-metadata.ts'
import { faultOfJwk, faultOfKeys, faultOfRsaKey } from '../../packages/server/src/base/public-keys.ts'
import { createAssertionVerifier } from '../../packages/server/src/directory/client-assertion.ts'
import { createIdTokenVerifier } from '../../packages/server/src/id-tokens/id-token.ts'
import type { OpenIdError } from '../../packages/server/src/id-tokens/openid-error.ts'
import { readTrust } from '../../packages/server/src/id-tokens/trust.ts'
import {
  MetadataError,
  readIdentityProviderMetadata,
  toIdentityProviderMetadata,
} from '../../packages/server/src/saml/idp-metadata.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { makeCertificate, makeJwk, oddNumber, toBytes, toPem, withCertificates } from '../harness/odd-keys.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { byRedirect, signed, wrapSoap, write } from '../saml/logout-forge.ts'

const usual = toBytes(65_537n)
const bits = [1_024, 2_040, 2_047, 2_048, 2_049, 3_072, 4_096, 8_191, 8_192, 8_193, 8_200, 16_384, 60_000]
const exponents = [3n, 4n, 17n, 65_535n, 65_536n, 65_537n, 65_538n, 65_539n, 2n ** 32n + 1n, 2n ** 63n + 1n]
const isUsable = (size: number, exponent: bigint): boolean =>
  size >= 2_048 && size <= 8_192 && exponent >= 3n && exponent <= 65_537n && exponent % 2n === 1n
const neighbours = [
  ...bits.map((size) => [size, 65_537n] as const),
  ...exponents.map((exponent) => [3_072, exponent] as const),
  [3_072, 2n ** 3_070n + 1n] as const,
  [2_048, 1n] as const,
  [2_048, 0n] as const,
].map(([size, exponent]) => [size, exponent.toString(2).length, exponent] as const)
const slowKey = (): [Buffer, Buffer] => [oddNumber(3_072), oddNumber(3_071)]
const slowKinds: readonly (readonly [string, () => [Buffer, Buffer]])[] = [
  ['an exponent as long as the modulus', slowKey],
  ['a modulus of 16384 bits', () => [oddNumber(16_384), usual]],
  ['an exponent of 63 bits', () => [oddNumber(3_072), oddNumber(63)]],
]

describe('I1: an RSA key of others', () => {
  it.each(neighbours)(
    'of %i bits with an exponent of %i bits (%#) is judged alike, as a JWK and in a certificate',
    (size, _, exponent) => {
      const [modulus, e] = [oddNumber(size), toBytes(exponent)]
      const wanted = isUsable(size, exponent)
      const jwk = makeJwk(modulus, e)
      expect(faultOfJwk(jwk) === undefined).toBe(wanted)
      expect(faultOfKeys([jwk], ['RS256']) === undefined).toBe(wanted)
      const { publicKey } = new X509Certificate(Buffer.from(makeCertificate(modulus, e), 'base64'))
      expect(faultOfRsaKey(publicKey) === undefined).toBe(wanted)
    },
  )

  it('is read whatever zeros stand in front, and a member that is none is no key', () => {
    const padded = Buffer.concat([Buffer.alloc(9), oddNumber(4_096)])
    expect(faultOfJwk(makeJwk(padded, usual))).toBeUndefined()
    expect(faultOfJwk(makeJwk(padded, Buffer.concat([Buffer.alloc(5), usual])))).toBeUndefined()
    for (const odd of [undefined, null, 1, {}, [], '', true, 'A'.repeat(100_000)]) {
      expect(faultOfJwk({ ...makeJwk(padded, usual), n: odd })).toBeDefined()
      expect(faultOfJwk({ ...makeJwk(padded, usual), e: odd })).toBeDefined()
    }
  })

  it('of a usual kind is used, whatever its curve', () => {
    for (const pair of [
      generateKeyPairSync('rsa', { modulusLength: 2_048, publicExponent: 3 }),
      generateKeyPairSync('ec', { namedCurve: 'P-521' }),
      generateKeyPairSync('ed25519'),
    ]) {
      expect(faultOfRsaKey(pair.publicKey)).toBeUndefined()
      expect(faultOfJwk({ ...pair.publicKey.export({ format: 'jwk' }) })).toBeUndefined()
    }
  })
})

forEachStore((start) => {
  describe('I1: certificates', () => {
    let service: Service
    let company: Company
    beforeAll(async () => {
      service = await start({ anonymousRate: 1 })
      company = await createCompany(service)
    })
    const refuseBy = async (xml: string): Promise<string> => {
      const params = { slug: company.organization.slug, id: company.connection.id }
      return service.admin.call('updateConnection', { params, body: { metadataXml: xml } } as never).then(
        () => '',
        (error: { message: string }) => error.message,
      )
    }

    it.each(slowKinds)(
      'with %s are left out of metadata, and refused where they are all there is',
      async (_, make) => {
        const slow = Array.from({ length: 10 }, () => makeCertificate(...make()))
        const own = /<(?:\w+:)?X509Certificate>([^<]+)</.exec(company.provider.metadata())?.[1] ?? ''
        const read = readIdentityProviderMetadata(
          withCertificates(company.provider.metadata(), [...slow, own]),
          false,
        )
        expect(read.certificates).toHaveLength(1)
        expect(read.warnings?.map(({ code }) => code)).toEqual(slow.map(() => 'certificate_unusable'))
        const alone = withCertificates(company.provider.metadata(), slow)
        expect(() => readIdentityProviderMetadata(alone, false)).toThrow(MetadataError)
        expect(await refuseBy(alone)).toContain('an odd public exponent of at most 65537')
        const fields = { entityId: 'https://idp.test', ssoUrl: 'https://idp.test/sso' }
        const pasted = { ...fields, certificates: slow.slice(0, 1).map(toPem) }
        expect(() => toIdentityProviderMetadata(pasted, false)).toThrow(
          'an odd public exponent of at most 65537',
        )
      },
    )

    const messages = async (one: Company): Promise<Record<string, () => Request>> => {
      const slo = one.connection.acsUrl.replace(/acs$/, 'slo')
      const { key } = one.provider
      const about = { issuer: one.provider.entityId, address: slo, victim: 'x', now: service.now() }
      const twist = (xml: string): string =>
        xml.replace(/(SignatureValue>)([^<]{8})/, (_all, tag: string) => `${tag}AAAAAAAA`)
      const redirect = byRedirect(write(about), key) as { readonly rawQuery: string }
      const query = redirect.rawQuery.replace(/(&Signature=).{8}/, '$1AAAAAAAA')
      const left = await createLogin(service, one)
      const answer = await one.provider.answer(left, one.person('ada'))
      const fields = new URLSearchParams(answer.form as Record<string, string>)
      const xml = Buffer.from(fields.get('SAMLResponse') ?? '', 'base64').toString()
      const post = (url: string, body: URLSearchParams | string) => () =>
        new Request(url, { method: 'POST', body })
      return {
        redirect: () => new Request(`${slo}?${query}`),
        post: post(slo, new URLSearchParams({ SAMLRequest: btoa(twist(signed(write(about), key))) })),
        soap: post(`${slo}-soap`, wrapSoap(twist(signed(write({ ...about, address: `${slo}-soap` }), key)))),
        acs: post(one.connection.acsUrl, new URLSearchParams({ SAMLResponse: btoa(twist(xml)) })),
      }
    }
    const lastCode = async (one: Company): Promise<string | null | undefined> => {
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', {
        params: one.organization,
        query: { kind: 'sign_in', limit: 1 } as never,
      })
      return (items[0] as { code?: string | null } | undefined)?.code
    }
    const store = async (one: Company, certificates: readonly string[]): Promise<void> => {
      const metadata = readIdentityProviderMetadata(one.provider.metadata(), false)
      await service.database.inOrganization(createScope(one.organization.id), async (tx) => {
        const text = JSON.stringify({ ...metadata, certificates })
        tx.write(
          organizationQuery(({ db, organizationId }) =>
            db
              .updateTable('connection')
              .set({ metadata: text })
              .where('organization_id', '=', organizationId)
              .where('id', '=', one.connection.id),
          ),
          {},
        )
      })
    }

    it('that an earlier version stored are none at any door; beside a sound one that is used alone', async () => {
      const own = await createCompany(service)
      const metadata = readIdentityProviderMetadata(own.provider.metadata(), false)
      const slow = slowKinds.map(([, make]) => toPem(makeCertificate(...make())))
      await store(own, slow)
      for (const [name, make] of Object.entries(await messages(own))) {
        // Whoever asks by SOAP is told in XML that nobody was signed out.
        expect((await service.send(make())).status, name).toBe(name === 'soap' ? 200 : 403)
        expect(await lastCode(own), name).toBe('key_unusable')
      }
      await store(own, [...slow, ...metadata.certificates])
      expect((await own.signIn(own.person('ada'))).status).toBe(200)
    })

    it('are counted to whoever has us try them: with ten, a network is told 429 after a tenth of the messages', async () => {
      const [one, ten] = [await createCompany(service), await createCompany(service)]
      const others = Array.from({ length: 9 }, () => makeCertificate(oddNumber(2_048), usual))
      const own = /<(?:\w+:)?X509Certificate>([^<]+)</.exec(ten.provider.metadata())?.[1] ?? ''
      const params = { slug: ten.organization.slug, id: ten.connection.id }
      const metadataXml = withCertificates(ten.provider.metadata(), [...others, own])
      await service.admin.call('updateConnection', { params, body: { metadataXml } } as never)
      const answered = async (ip: string, make: () => Request, most: number): Promise<number> => {
        for (let sent = 0; sent < most; sent += 1)
          if ((await service.sendFrom(ip, make())).status === 429) return sent
        return most
      }
      let network = 0
      for (const [name, make] of Object.entries(await messages(ten))) {
        network += 1
        // 20 acts at once and one a second; what others have used up before is forgotten by now.
        service.advance(600_000)
        expect(await answered(`192.0.2.${network}`, make, 15), name).toBeLessThan(10)
      }
      const [single] = Object.values(await messages(one))
      service.advance(600_000)
      expect(await answered('192.0.2.99', single as () => Request, 15)).toBe(15)
    })
  })

  describe('I2: keys that a logout token has tried', () => {
    it('are counted to whoever sends it, as certificates are', async () => {
      const service = await start({ anonymousRate: 1 })
      const { organization } = await createCompany(service)
      const answered = async (host: string, count: number): Promise<number> => {
        const issuer = `https://${host}.test`
        const keys = Array.from({ length: count }, () => makeJwk(oddNumber(2_048), usual))
        const endpoints = {
          authorization_endpoint: `${issuer}/a`,
          token_endpoint: `${issuer}/t`,
          jwks_uri: `${issuer}/k`,
        }
        const document = JSON.stringify({ issuer, ...endpoints })
        service.metadataPages.set(`${issuer}/.well-known/openid-configuration`, document)
        service.metadataPages.set(`${issuer}/k`, JSON.stringify({ keys }))
        const { id } = await service.admin.call('createConnection', {
          params: organization,
          body: {
            name: host,
            identityProvider: 'generic',
            protocol: 'oidc',
            oidc: { issuer, clientId: 'c' },
            isActive: true,
          },
        })
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
        const signature = Buffer.concat([Buffer.from([1]), oddNumber(2_040)]).toString('base64url')
        const body = new URLSearchParams({
          logout_token: `${part({ alg: 'RS256' })}.${part({ iss: issuer, aud: 'c' })}.${signature}`,
        })
        service.advance(600_000)
        for (let sent = 0; sent < 10; sent += 1) {
          const request = new Request(`${service.url}/sso/logout/${id}`, { method: 'POST', body })
          if ((await service.sendFrom(`198.51.100.${count}`, request)).status === 429) return sent
        }
        return 10
      }
      expect(await answered('hundred', 100)).toBeLessThan(5)
      expect(await answered('single', 1)).toBe(10)
    })
  })

  describe('I1: keys of clients', () => {
    let service: Service
    beforeAll(async () => {
      service = await start()
    })
    const slowSet = { keys: [makeJwk(...slowKey())] }

    it('are refused where they are registered', async () => {
      const directory = await service.createOrganization()
      const params = { slug: directory.organization.slug }
      const [modulus, exponent] = slowKey()
      for (const key of [makeJwk(modulus, exponent), makeJwk(oddNumber(16_384), usual)]) {
        const jwks = { keys: [key] }
        const client = { name: 'Slow', method: 'private_key_jwt', jwks }
        const application = {
          name: 'Slow',
          authentication: 'private_key_jwt',
          redirectUris: ['https://app.test/cb'],
          jwks,
        }
        const calls = [
          () => service.admin.call('createOAuthClient', { params, body: client as never }),
          () => service.admin.call('createApplication', { body: application as never }),
        ]
        for (const call of calls)
          await expect(call()).rejects.toMatchObject({
            problem: { status: 400, detail: expect.stringContaining('of at most 65537') },
          })
      }
    })

    it('that were stored earlier verify nothing', async () => {
      const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 })
      const jwk = await exportJWK(pair.publicKey)
      const good = { ...jwk, alg: 'RS256', use: 'sig' }
      const application = await service.admin.call('createApplication', {
        body: {
          name: 'Earlier',
          authentication: 'private_key_jwt',
          redirectUris: ['https://app.test/cb'],
          jwks: { keys: [good] },
        } as never,
      })
      const metadata = async () =>
        (await findClientMetadata(service.database, application.clientId)) as {
          readonly jwks: { readonly keys: readonly unknown[] }
        }
      expect((await metadata()).jwks.keys).toEqual([good])
      await service.database.inInstallation('applications', async (tx) => {
        const id = application.clientId
        const row = await tx.first(selectSettings, { id })
        const settings = JSON.parse(row?.settings ?? '') as object
        const jwks = { keys: [...Array.from({ length: 3 }, () => slowSet.keys[0]), good] }
        tx.write(setSettings, { id, settings: JSON.stringify({ ...settings, jwks }) })
      })
      expect((await metadata()).jwks.keys).toEqual([good])
      const now = Math.floor(Date.now() / 1_000)
      const assertion = await new SignJWT({ aud: 'us', jti: 'j', iat: now, exp: now + 60 })
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer('c')
        .setSubject('c')
        .sign(pair.privateKey)
      const verifier = createAssertionVerifier({
        fetchText: () => Promise.reject(new Error('nothing is fetched')),
        audiences: ['us'],
      })
      const verifyWith = (keys: readonly unknown[]) =>
        verifier.verify(
          { id: 'c', trust: JSON.stringify({ jwks: { keys } }) } as never,
          assertion,
          Date.now(),
        )
      expect(await verifyWith(slowSet.keys)).toHaveProperty('fault')
      expect(await verifyWith([...slowSet.keys, good])).toHaveProperty('spent')
    })
  })
})

const selectSettings = installationStatement<{ id: string }>('test_select_settings')(({ db, place }) =>
  db.selectFrom('application').select('settings').where('id', '=', place('id')),
)
const setSettings = installationStatement<{ id: string; settings: string }>('test_set_settings')(
  ({ db, place }) =>
    db
      .updateTable('application')
      .set({ settings: place('settings') })
      .where('id', '=', place('id')),
)

async function createLogin(service: Service, { connection }: Company): Promise<string> {
  const left = await service.send(new Request(`${service.url}/saml/${connection.id}/login`))
  return left.headers.get('location') ?? ''
}

describe('I2: the key set of an issuer', () => {
  const issuer = 'https://issuer.test'
  const trust = readTrust(
    JSON.stringify({
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: `${issuer}/t`,
      jwks_uri: `${issuer}/k`,
    }),
    issuer,
    { clientId: 'c' },
    false,
  )
  const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const jwkOf = (key: KeyObject) => ({
    ...key.export({ format: 'jwk' }),
    use: 'sig',
  })
  const now = Date.now()
  const token = (header: object = {}) =>
    new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, sub: 'ada' })
      .setProtectedHeader({ alg: 'RS256', ...header })
      .setIssuer(issuer)
      .setAudience('c')
      .setJti('j')
      .setIssuedAt(Math.floor(now / 1_000))
      .sign(pair.privateKey)
  const verify = async (keys: readonly unknown[], header: object = {}) => {
    const verifier = createIdTokenVerifier(async () => JSON.stringify({ keys }))
    return verifier.verifyLogout(await token(header), trust, 60, now, 'one')
  }
  const faultOf = (keys: readonly unknown[], header: object = {}) =>
    verify(keys, header).then(
      () => undefined,
      (error: OpenIdError) => error,
    )
  const sound = () => makeJwk(oddNumber(2_048), usual)
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.each([
    ['without names', 100, () => sound()],
    ['all of the name that the token says', 100, () => ({ ...sound(), kid: 'k' })],
    ['of twenty', 20, () => sound()],
  ])('has ten keys tried for one token, and ten more as it is now: %s', async (_, count, make) => {
    const keys = Array.from({ length: count }, make)
    const fault = await faultOf(keys, { kid: 'k' })
    expect(fault).toMatchObject({ code: 'token_signature_invalid', tried: 20 })
    expect(fault?.message).toContain('one of the first 10 keys')
  })

  it.each(slowKinds)('has none of its keys tried that have %s', async (_, make) => {
    const fault = await faultOf(Array.from({ length: 100 }, () => makeJwk(...make())))
    expect(fault).toMatchObject({ code: 'token_signature_invalid', tried: 0 })
    expect(fault?.message).toContain('more than 8192 bits, or an exponent above 65537')
  })

  it('has keys of other kinds, and those that cannot be used, take none of the ten', async () => {
    const others = Array.from({ length: 40 }, (_, at) =>
      [
        makeJwk(...slowKey()),
        { ...sound(), use: 'enc' },
        { ...sound(), alg: 'PS512' },
        jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
        { kty: 'RSA', n: 'x', e: 'AQAB' },
      ].at(at % 5),
    )
    expect(await verify([...others, jwkOf(pair.publicKey)])).toMatchObject({ nameId: 'ada' })
    const named = { ...jwkOf(pair.publicKey), kid: 'mine' }
    const crowd = Array.from({ length: 90 }, sound)
    expect(await verify([...crowd, named], { kid: 'mine' })).toMatchObject({ nameId: 'ada' })
  })

  it('is imported once while it is kept', async () => {
    const verifier = createIdTokenVerifier(async () => JSON.stringify({ keys: [jwkOf(pair.publicKey)] }))
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    await verifier.verifyLogout(await token(), trust, 60, now, 'one')
    const first = imports.mock.calls.length
    for (let again = 0; again < 5; again += 1)
      await verifier.verifyLogout(await token(), trust, 60, now, 'one')
    expect(imports.mock.calls.length).toBe(first)
    expect(first).toBe(1)
  })
})
