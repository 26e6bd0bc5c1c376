// OAuth 2.0 for provisioning clients (RFC 6749 §4.4, RFC 7523): who gets an access token, what it opens, and all who get none.
// Judges: server/directory, server/oauth.
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { issueToken } from '../../packages/server/src/directory/access-tokens.ts'
import { findClient } from '../../packages/server/src/directory/oauth-clients.ts'
import { createMetadataDoor } from '../../packages/server/src/oauth/metadata.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient as createScimClient } from '../scim/client.ts'

const bearerType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const issuer = 'https://login.example.com/tenant/v2.0'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  let params: { slug: string }
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let audience: string

  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    params = { slug: directory.organization.slug }
    audience = `${service.url}/scim/oauth/token`
    const keys = { keys: [{ ...(await exportJWK(foreign.publicKey)), kid: 'one', alg: 'ES256' }] }
    service.metadataPages.set(
      `${issuer}/.well-known/openid-configuration`,
      JSON.stringify({ issuer, jwks_uri: 'https://login.example.com/keys' }),
    )
    service.metadataPages.set('https://login.example.com/keys', JSON.stringify(keys))
  })

  interface Reply {
    readonly status: number
    readonly headers: Headers
    readonly body: Record<string, unknown>
  }
  const ask = async (
    form: string | Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await service.send(
      new Request(audience, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      }),
    )
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    }
  }
  const register = (body: object = {}) =>
    service.admin.call('createOAuthClient', {
      params,
      body: { name: 'Entra', method: 'client_secret', ...body } as never,
    })
  const grant = (more: Record<string, string>) => ({ grant_type: 'client_credentials', ...more })
  const bySecret = async (profile = 'auto') => {
    const { client, secret } = await register({ profile })
    const form = grant({ client_id: client.id, client_secret: secret as string })
    return { client, secret: secret as string, form }
  }
  const scimStatus = async (token: unknown): Promise<number> => {
    const headers = { authorization: `Bearer ${String(token)}` }
    return (await service.send(new Request(`${directory.scimUrl}/Users?count=0`, { headers }))).status
  }
  let serial = 0
  const sign = (payload: JWTPayload, key: KeyObject = own.privateKey, header: object = { alg: 'RS256' }) => {
    serial += 1
    const now = Math.floor(service.now() / 1_000)
    return new SignJWT({ aud: audience, iat: now, exp: now + 300, jti: `jti-${serial}`, ...payload })
      .setProtectedHeader(header as never)
      .sign(key)
  }
  const assert = (assertion: string, more: Record<string, string> = {}) =>
    ask(grant({ client_assertion_type: bearerType, client_assertion: assertion, ...more }))
  const byKey = async (more: object = {}) =>
    (await register({ method: 'private_key_jwt', jwks: { keys: [await exportJWK(own.publicKey)] }, ...more }))
      .client
  const refused = {
    status: 401,
    body: { error: 'invalid_client', error_description: 'The client is not known' },
  }

  describe('a client with a secret', () => {
    it('H01: gets a token for an hour, in the body or by Basic, and the token opens SCIM', async () => {
      const { client, secret, form } = await bySecret()
      expect(secret).toMatch(/^rc_cs_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
      const basic = `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}`
      const spaced = basic.replace('Basic ', 'basic \t ')
      const replies = [
        await ask({ ...form, scope: 'scim' }),
        await ask(grant({}), { authorization: basic }),
        await ask(grant({}), { authorization: spaced }),
      ]
      for (const { status, body, headers } of replies) {
        expect({ status, body }).toMatchObject({
          status: 200,
          body: { token_type: 'Bearer', expires_in: 3600, scope: 'scim' },
        })
        expect(headers.get('cache-control')).toBe('no-store')
        expect(await scimStatus(body.access_token)).toBe(200)
      }
    })

    it('acts under its own name in events, and with its own profile', async () => {
      const { client, form } = await bySecret('strict')
      const key = String((await ask(form)).body.access_token)
      const scim = createScimClient({ ...directory, key })
      const id = await scim.user('by-oauth@acme.test')
      expect((await scim.send('POST', '/Users', { userName: 'x' })).status).toBe(400)
      const { items } = await service.admin.call('listEvents', { params, query: { limit: 50 } })
      expect(items.find(({ subject }) => subject.id === id)?.actor).toEqual({
        kind: 'oauth_client',
        id: client.id,
      })
    })

    it('loses its tokens after an hour, and all of them at once when it is revoked', async () => {
      const { client, form } = await bySecret()
      const first = (await ask(form)).body.access_token
      service.advance(3_600_000)
      expect(await scimStatus(first)).toBe(401)
      const second = (await ask(form)).body.access_token
      expect(await scimStatus(second)).toBe(200)
      await service.admin.call('revokeOAuthClient', { params: { ...params, id: client.id } })
      service.advance(1_000)
      expect(await scimStatus(second)).toBe(401)
      expect(await ask(form)).toMatchObject(refused)
    })

    it('keeps its old secret for the overlap of a rotation, and no longer', async () => {
      const { client, form } = await bySecret()
      const rotated = await service.admin.call('rotateOAuthClient', {
        params: { ...params, id: client.id },
        body: { overlapSeconds: 60 },
      })
      const fresh = { ...form, client_secret: rotated.secret as string }
      expect([(await ask(form)).status, (await ask(fresh)).status]).toEqual([200, 200])
      service.advance(61_000)
      expect([(await ask(form)).status, (await ask(fresh)).status]).toEqual([401, 200])
    })

    it('L19: a token ends with the secret that got it: at once without an overlap, with the overlap, and not beyond it', async () => {
      const { client, form } = await bySecret()
      const rotate = async (overlapSeconds: number) => {
        const { secret } = await service.admin.call('rotateOAuthClient', {
          params: { ...params, id: client.id },
          body: { overlapSeconds },
        })
        return { ...form, client_secret: secret as string }
      }
      const statuses = (tokens: readonly unknown[]) => Promise.all(tokens.map((token) => scimStatus(token)))
      const first = (await ask(form)).body.access_token
      const second = await rotate(60)
      const late = await ask(form)
      expect(Number(late.body.expires_in)).toBeLessThanOrEqual(60)
      const fresh = (await ask(second)).body.access_token
      expect(await statuses([first, late.body.access_token, fresh])).toEqual([200, 200, 200])
      service.advance(61_000)
      expect(await statuses([first, late.body.access_token, fresh])).toEqual([401, 401, 200])
      const third = await rotate(60)
      const earlier = (await ask(second)).body.access_token
      const fourth = await rotate(60)
      service.advance(1_000)
      // What an earlier rotation left ends at once.
      expect([...(await statuses([earlier])), (await ask(second)).status]).toEqual([401, 401])
      const kept = (await ask(third)).body.access_token
      expect(await scimStatus(kept)).toBe(200)
      const last = await rotate(0)
      const given = (await ask(last)).body.access_token
      service.advance(1_000)
      expect(await statuses([kept, given])).toEqual([401, 200])
      expect((await ask(fourth)).status).toBe(401)
    })

    it('shows its secret once: no list, event or activity has it', async () => {
      const { secret, form } = await bySecret()
      const token = String((await ask(form)).body.access_token)
      await scimStatus(token)
      await service.flushActivity()
      const shown = JSON.stringify([
        await service.admin.call('listOAuthClients', { params }),
        await service.admin.call('listEvents', { params, query: { limit: 200 } }),
        await service.admin.call('listActivity', { params, query: { limit: 200 } }),
      ])
      expect(shown).not.toContain(secret)
      expect(shown).not.toContain(token)
    })

    it('is answered alike whether it is unknown, revoked, expired, another organization’s or shows a wrong secret', async () => {
      const { client, secret } = await bySecret()
      const ended = await register({ expiresAt: new Date(service.now() + 1_000).toISOString() })
      service.advance(2_000)
      const forms = [
        grant({ client_id: `cli_${'0'.repeat(26)}`, client_secret: secret }),
        grant({ client_id: 'nobody', client_secret: secret }),
        grant({
          client_id: client.id,
          client_secret: secret.slice(0, -1) + (secret.endsWith('x') ? 'y' : 'x'),
        }),
        grant({ client_id: client.id, client_secret: directory.key }),
        grant({ client_id: ended.client.id, client_secret: ended.secret as string }),
        grant({ client_id: directory.keyId, client_secret: directory.key }),
      ]
      for (const form of forms) expect(await ask(form)).toMatchObject(refused)
    })

    it('is held to the rate of one token a second, and told when to come again', async () => {
      const { form } = await bySecret()
      const replies = [await ask(form), await ask(form), await ask(form), await ask(form), await ask(form)]
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429])
      expect(replies[4]?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    })
  })

  describe('the token endpoint', () => {
    it('refuses what is no grant of RFC 6749, with its codes', async () => {
      const { client, secret, form } = await bySecret()
      const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}` }
      const encoded = new URLSearchParams(form).toString()
      const cases: [Promise<Reply>, number, string][] = [
        [ask({ ...form, grant_type: 'password' }), 400, 'unsupported_grant_type'],
        [ask({ client_id: client.id, client_secret: secret }), 400, 'invalid_request'],
        [ask({ ...form, scope: 'admin' }), 400, 'invalid_scope'],
        [ask(form, basic), 400, 'invalid_request'],
        [ask(`${encoded}&client_id=${client.id}`), 400, 'invalid_request'],
        [ask(grant({ client_id: client.id })), 401, 'invalid_client'],
        [ask(JSON.stringify(form), { 'content-type': 'application/json' }), 415, 'invalid_request'],
        [ask(`${encoded}&padding=${'x'.repeat(20_000)}`), 413, 'invalid_request'],
        [ask(grant({ client_assertion: 'x.y.z', client_assertion_type: 'saml' })), 400, 'invalid_request'],
      ]
      for (const [reply, status, error] of cases)
        expect(await reply).toMatchObject({ status, body: { error } })
      const got = await service.send(new Request(`${audience}?${encoded}`))
      expect(got.status).toBe(405)
    })

    it('takes no access token, client secret or operator key where an API key belongs, but a token', async () => {
      const { secret } = await bySecret()
      expect(await scimStatus(secret)).toBe(401)
      expect(await scimStatus(service.operatorKey)).toBe(401)
    })
  })

  describe('a client that signs for itself', () => {
    it('gets a token for an assertion of its registered key, once', async () => {
      const client = await byKey()
      const assertion = await sign({ iss: client.id, sub: client.id })
      const first = await assert(assertion)
      expect(first.status).toBe(200)
      expect(await scimStatus(first.body.access_token)).toBe(200)
      expect(await assert(assertion)).toMatchObject(refused)
    })

    it('IPSIE: finds the endpoint by the metadata of the public URL (RFC 8414), and may sign for its issuer', async () => {
      const read = async (method: string) => {
        const url = `${service.url}/.well-known/oauth-authorization-server`
        return service.send(new Request(url, { method }))
      }
      const response = await read('GET')
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
      const metadata = (await response.json()) as Record<string, unknown>
      expect(metadata).toMatchObject({
        issuer: service.url,
        token_endpoint: audience,
        grant_types_supported: ['client_credentials'],
        scopes_supported: ['scim'],
      })
      expect(metadata.token_endpoint_auth_methods_supported).toContain('private_key_jwt')
      expect(metadata.token_endpoint_auth_signing_alg_values_supported).not.toContain('none')
      expect((await read('POST')).status).toBe(405)
      const client = await byKey()
      const aud = metadata.issuer as string
      const { status, body } = await assert(await sign({ iss: client.id, sub: client.id, aud }))
      expect([status, body.scope]).toEqual([200, 'scim'])
      expect(await scimStatus(body.access_token)).toBe(200)
    })

    it('finds the metadata of an issuer with a path where RFC 8414 §3.1 looks, and below the issuer', () => {
      const door = createMetadataDoor('https://acme.test/rollcall')
      const wellKnown = '/.well-known/oauth-authorization-server'
      const paths = [wellKnown, `${wellKnown}/rollcall`, `${wellKnown}/oidc`, `${wellKnown}/`]
      expect(paths.map((path) => door.isAt(path))).toEqual([true, true, false, false])
    })

    it('is given one token for twenty copies of an assertion that come at once', async () => {
      const client = await byKey()
      const assertion = await sign({ iss: client.id, sub: client.id })
      const replies = await Promise.all(Array.from({ length: 20 }, () => assert(assertion)))
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    const now = () => Math.floor(service.now() / 1_000)
    it.each<[string, (id: string) => Promise<string> | string]>([
      ['another audience', (id) => sign({ iss: id, sub: id, aud: 'https://other.example.com/token' })],
      ['an audience below the issuer', (id) => sign({ iss: id, sub: id, aud: `${service.url}/oidc` })],
      ['no audience', (id) => sign({ iss: id, sub: id, aud: undefined as never })],
      ['another issuer', (id) => sign({ iss: 'cli_other', sub: id })],
      ['another subject', (id) => sign({ iss: id, sub: 'cli_other' })],
      ['an end in the past', (id) => sign({ iss: id, sub: id, exp: now() - 120 })],
      ['no end', (id) => sign({ iss: id, sub: id, exp: undefined as never })],
      ['an end too far ahead', (id) => sign({ iss: id, sub: id, exp: now() + 86_400 })],
      ['a beginning in the future', (id) => sign({ iss: id, sub: id, nbf: now() + 600 })],
      ['no jti', (id) => sign({ iss: id, sub: id, jti: undefined as never })],
      [
        'the signature of another key',
        (id) => sign({ iss: id, sub: id }, foreign.privateKey, { alg: 'ES256' }),
      ],
      [
        'no signature at all (alg none)',
        (id) => {
          const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
          return `${part({ alg: 'none' })}.${part({ iss: id, sub: id, aud: audience, exp: now() + 60, jti: 'n' })}.`
        },
      ],
      [
        'a MAC made with the public key (algorithm confusion)',
        (id) => {
          const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
          const text = `${part({ alg: 'HS256' })}.${part({ iss: id, sub: id, aud: audience, exp: now() + 60, jti: 'h' })}`
          const pem = own.publicKey.export({ type: 'spki', format: 'pem' })
          return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`
        },
      ],
      ['what is no token', () => 'not.a.token'],
      [
        'an unknown critical header',
        (id) =>
          sign({ iss: id, sub: id }, own.privateKey, { alg: 'RS256', crit: ['x'], x: 1 }).catch(
            () => 'x.y.z',
          ),
      ],
    ])('is refused with %s', async (_what, make) => {
      const client = await byKey()
      expect(await assert(await make(client.id), { client_id: client.id })).toMatchObject(refused)
    })

    it('is refused with a key that only its own header names', async () => {
      const client = await byKey()
      const jwk = await exportJWK(foreign.publicKey)
      const assertion = await sign({ iss: client.id, sub: client.id }, foreign.privateKey, {
        alg: 'ES256',
        jwk,
      })
      expect(await assert(assertion)).toMatchObject(refused)
    })

    it('is refused under the name of another client, and a client with a secret cannot assert', async () => {
      const [one, two] = [await byKey(), await byKey()]
      const assertion = await sign({ iss: one.id, sub: one.id })
      expect(await assert(assertion, { client_id: two.id })).toMatchObject(refused)
      const { client } = await bySecret()
      expect(await assert(await sign({ iss: client.id, sub: client.id }))).toMatchObject(refused)
    })
  })

  describe('a client that another issuer signs for (workload identity federation)', () => {
    const registerForeign = (more: object = {}) =>
      register({ method: 'private_key_jwt', issuer, subject: 'app-1', audience: 'api://rollcall', ...more })
    const signForeign = (payload: JWTPayload = {}, kid = 'one') =>
      sign({ iss: issuer, sub: 'app-1', aud: 'api://rollcall', ...payload }, foreign.privateKey, {
        alg: 'ES256',
        kid,
      })

    it('gets a token for the issuer’s assertion about its subject, with keys that the issuer publishes', async () => {
      const { client } = await registerForeign()
      const reply = await assert(await signForeign(), {
        client_id: client.id,
        scope: 'api://rollcall/.default',
      })
      expect(reply.status).toBe(200)
      expect(await scimStatus(reply.body.access_token)).toBe(200)
    })

    it('is refused for another subject, audience or issuer, and for keys that nobody published', async () => {
      const { client } = await registerForeign()
      for (const payload of [{ sub: 'app-2' }, { aud: audience }, { iss: `${issuer}/x` }])
        expect(await assert(await signForeign(payload), { client_id: client.id })).toMatchObject(refused)
      expect(await assert(await signForeign({}, 'two'), { client_id: client.id })).toMatchObject(refused)
    })

    it('is refused while the issuer’s document cannot be read, or is another’s', async () => {
      const lost = (await registerForeign({ issuer: 'https://gone.example.com' })).client
      const assertion = await signForeign({ iss: 'https://gone.example.com' })
      expect(await assert(assertion, { client_id: lost.id })).toMatchObject(refused)
      service.metadataPages.set(
        'https://liar.example.com/.well-known/openid-configuration',
        JSON.stringify({ issuer, jwks_uri: 'https://login.example.com/keys' }),
      )
      const liar = (await registerForeign({ issuer: 'https://liar.example.com' })).client
      const told = await signForeign({ iss: 'https://liar.example.com' })
      expect(await assert(told, { client_id: liar.id })).toMatchObject(refused)
    })
  })

  it('R13-b3: a key set that cannot be had is asked for by one assertion of many, and a few times in a minute', async () => {
    let asked = 0
    const server = createServer((request, response) => {
      asked += 1
      if (request.url === '/good/keys') response.end(JSON.stringify({ keys: [] }))
      else response.writeHead(503).end()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    try {
      const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      for (const trust of [
        { jwksUrl: `${place}/keys` },
        { issuer: `${place}/tenant`, subject: 'app-1' },
        // It is there, and has not the key.
        { jwksUrl: `${place}/good/keys` },
      ]) {
        const dev = await start({ isDev: true })
        const { slug } = (await dev.createOrganization()).organization
        const ids: string[] = []
        for (let at = 0; at < 5; at += 1) {
          const body = { name: `Client ${at}`, method: 'private_key_jwt', ...trust } as never
          const { client } = await dev.admin.call('createOAuthClient', { params: { slug }, body })
          ids.push(client.id)
        }
        const bring = async (id: string): Promise<number> => {
          const own = { iss: id, sub: id, aud: `${dev.url}/scim/oauth/token` }
          const claims = 'issuer' in trust ? { ...own, iss: trust.issuer, sub: 'app-1' } : own
          const form = grant({
            client_id: id,
            client_assertion_type: bearerType,
            client_assertion: await sign(claims),
          })
          const request = new Request(`${dev.url}/scim/oauth/token`, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams(form).toString(),
          })
          return (await dev.send(request)).status
        }
        asked = 0
        expect(await Promise.all(ids.map(bring))).toEqual([401, 401, 401, 401, 401])
        expect(asked).toBeLessThanOrEqual(4)
        for (let round = 0; round < 3; round += 1) for (const id of ids) expect(await bring(id)).toBe(401)
        expect(asked).toBeLessThanOrEqual(4)
        const before = asked
        dev.advance(61_000)
        await bring(ids[0] as string)
        expect(asked).toBeGreaterThan(before)
      }
    } finally {
      server.close()
    }
  })

  describe('a registration', () => {
    it.each<[string, object]>([
      ['keys for a secret', { jwksUrl: 'https://example.com/keys' }],
      ['no keys', { method: 'private_key_jwt' }],
      [
        'two places for keys',
        { method: 'private_key_jwt', jwks: { keys: [{ kty: 'RSA' }] }, jwksUrl: 'https://example.com' },
      ],
      ['an issuer without a subject', { method: 'private_key_jwt', issuer }],
      [
        'a private key',
        { method: 'private_key_jwt', jwks: { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB', d: 'x' }] } },
      ],
      ['a key that cannot be read', { method: 'private_key_jwt', jwks: { keys: [{ kty: 'RSA', n: 'x' }] } }],
      ['no key that signs', { method: 'private_key_jwt', jwks: { keys: [{ kty: 'AKP', pub: 'x' }] } }],
      ['keys at an address of no web', { method: 'private_key_jwt', jwksUrl: 'ftp://example.com/keys' }],
      ['a shared key', { method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'x' }] } }],
    ])('with %s is refused', async (_what, body) => {
      await expect(register(body)).rejects.toMatchObject({ problem: { status: 400 } })
    })

    it('of another organization is not there', async () => {
      const other = await service.createOrganization()
      const { client } = await bySecret()
      const foreignParams = { slug: other.organization.slug, id: client.id }
      await expect(
        service.admin.call('updateOAuthClient', { params: foreignParams, body: { name: 'Mine' } }),
      ).rejects.toMatchObject({ problem: { status: 404 } })
      await expect(service.admin.call('revokeOAuthClient', { params: foreignParams })).rejects.toMatchObject({
        problem: { status: 404 },
      })
      expect(
        (await service.admin.call('listOAuthClients', { params: { slug: other.organization.slug } })).items,
      ).toEqual([])
    })
  })

  it('R5: a client that is revoked while it proves who it is gets no token', async () => {
    const { client } = await register()
    const found = await findClient(service.database, client.id)
    if (found === undefined) throw new Error('it is registered')
    await service.admin.call('revokeOAuthClient', { params: { ...params, id: client.id } })
    const proof = { secretHash: found.secret_hash ?? '' }
    expect(await issueToken(service.database, found, service.now(), proof)).toBeUndefined()
  })

  it('L19: a client whose secret is replaced while it proves who it is gets no token', async () => {
    const { client } = await bySecret()
    const found = await findClient(service.database, client.id)
    if (found === undefined) throw new Error('it is registered')
    const proof = { secretHash: found.secret_hash ?? '' }
    expect(await issueToken(service.database, found, service.now(), proof)).toBeDefined()
    const body = { overlapSeconds: 0 }
    await service.admin.call('rotateOAuthClient', { params: { ...params, id: client.id }, body })
    expect(await issueToken(service.database, found, service.now(), proof)).toBeUndefined()
  })
})
