// What an application may be: addresses that run nothing, secrets in no other answer. Advisories: CVE-2022-4361, CVE-2026-29192
// (javascript: as a redirect URI), CVE-2025-30353 (secrets in the errors of a webhook flow).
// Judges: server/applications, server/openid-provider.
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findInitiateLogin, mayUseApplication } from '../../packages/server/src/applications/applications.ts'
import { installationStatement } from '../../packages/server/src/store/statement.ts'
import { createReceivers } from '../harness/receiver.ts'
import { forOneStore, type Service } from '../harness/service.ts'

const startReceiver = createReceivers()
const wrong = [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://app.example.com/x',
  'http://app.example.com/callback',
  'https://user:pass@app.example.com/callback',
  'https://app.example.com/callback#fragment',
  '//app.example.com/callback',
  '/callback',
  'app:callback',
  '',
]

const selectSubscribed = installationStatement<{ id: string }>('test_subscriptions')(({ db, place }) =>
  db.selectFrom('webhook_subscription').select('organization_id').where('endpoint_id', '=', place('id')),
)

const selectSettings = installationStatement<{ id: string }>('test_settings')(({ db, place }) =>
  db.selectFrom('application').select('settings').where('id', '=', place('id')),
)

/** One of each kind that there is for an address. */
const kinds = [
  'https://app.example.com/callback',
  'http://localhost:3000/callback',
  'http://[::1]/callback',
  'https://localhost:3000/callback',
  // The machine itself, written otherwise.
  'https://127.1/callback',
  'com.example.app:/callback',
]
const ways = ['none', 'client_secret_basic'] as const
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const writeSettings = installationStatement<{ id: string; settings: string }>('test_write_settings')(
  ({ db, place }) =>
    db
      .updateTable('application')
      .set({ settings: place('settings') })
      .where('id', '=', place('id')),
)

const short = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' })
const onCurve = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })
/** Keys that nobody can prove themselves by, and what is said of each. */
const unfit: readonly (readonly [object, RegExp])[] = [
  [{ kty: 'oct', k: 'AAAA' }, /shared key/],
  [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), /private/],
  [{ kty: 'RSA', n: 'AQAB' }, /cannot be read/],
  [short, /too short/],
  [{ ...onCurve('P-256'), x: 'AA' }, /cannot be read/],
  [onCurve('P-384'), /no key for RS256, PS256, ES256, Ed25519, EdDSA/],
  [{ ...onCurve('P-256'), use: 'enc' }, /no key for/],
  [{ ...onCurve('P-256'), alg: 'ES384' }, /no key for/],
  [{ ...onCurve('P-256'), kid: 7 }, /kid must be a text/],
  [{ kty: 'X' }, /no key for/],
  [{}, /kty must be a text/],
]

/** As versions of before stored them. */
async function storeSlugs(
  service: Service,
  table: 'application' | 'webhook_endpoint',
  id: string,
  slugs: readonly string[],
): Promise<void> {
  const update = installationStatement<{ id: string; organizations: string }>(`test_slugs_${table}`)(
    ({ db, place }) =>
      db
        .updateTable(table)
        .set({ organizations: place('organizations') })
        .where('id', '=', place('id')),
  )
  await service.database.inInstallation('applications', async (tx) =>
    tx.write(update, { id, organizations: JSON.stringify(slugs) }),
  )
}

forOneStore(import.meta.filename, (start) => {
  describe('applications', () => {
    let service: Service
    let provider: Server
    beforeAll(async () => {
      service = await start({ hasDeliveries: true })
      provider = createServer((request, response) => void service.oidc(request, response))
      await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
    })
    afterAll(() => provider.close())
    /** Whether a sign-in begins, or what is answered instead. */
    const beginSignIn = async (id: string, redirectUri: string): Promise<true | string> => {
      const asked = new URLSearchParams({
        client_id: id,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: redirectUri,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      const { port } = provider.address() as AddressInfo
      const answer = await fetch(`http://127.0.0.1:${port}/oidc/auth?${asked}`, { redirect: 'manual' })
      const text = await answer.text()
      return answer.headers.get('location')?.includes('/oidc/interaction/') || `${answer.status} ${text}`
    }
    const create = (more: object) =>
      service.admin.call('createApplication', {
        body: { name: 'Product', redirectUris: ['https://app.example.com/callback'], ...more } as never,
      })

    it('14: the default is one that the organization was given, and falls back when it is taken away', async () => {
      const slugs = ['given-tiles', 'other-tiles'] as const
      for (const slug of slugs)
        await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
      const [own, other] = slugs
      const initiateLoginUri = 'https://app.example.com/begin'
      const { id } = await create({ initiateLoginUri, organizations: [other] })
      const params = { slug: own }
      const choose = (defaultApplication: string) =>
        service.admin.call('updateOrganization', { params, body: { defaultApplication } })
      const refusal = (asked: Promise<unknown>) =>
        asked.then(
          () => undefined,
          (error) => [error.problem.status, error.problem.code, error.problem.detail],
        )
      // Somebody else's is answered as one that is not there.
      const unknown = await refusal(choose('app_unknown'))
      expect(unknown).toEqual([400, 'invalid_request', expect.stringContaining('defaultApplication')])
      expect(await refusal(choose(id))).toEqual(unknown)
      const give = (organizations: readonly string[]) =>
        service.admin.call('updateApplication', {
          params: { id },
          body: { organizations: [...organizations] },
        })
      await give(slugs)
      const { id: organizationId } = await choose(id)
      expect(await findInitiateLogin(service.database, id, organizationId)).toBe(initiateLoginUri)
      await give([other])
      const left = await service.admin.call('getOrganization', { params })
      expect(left.defaultApplication).toBeNull()
      // Also where it was chosen before that was looked at.
      expect(await findInitiateLogin(service.database, id, organizationId)).toBeNull()
    })

    it('take no address that could run something or leave the machine unencrypted', async () => {
      for (const address of wrong)
        for (const more of [{ redirectUris: [address] }, { postLogoutRedirectUris: [address] }])
          await expect(create(more), address).rejects.toMatchObject({ problem: { status: 400 } })
      for (const address of ['javascript:alert(1)', 'data:text/html,x', 'ftp://x'])
        for (const more of [{ initiateLoginUri: address }, { backchannelLogoutUri: address }])
          await expect(create(more), address).rejects.toMatchObject({ problem: { status: 400 } })
      const native = await create({
        redirectUris: ['com.example.app:/callback', 'http://127.0.0.1/callback'],
      })
      expect(native.redirectUris).toHaveLength(2)
    })

    it('say their secret once, and webhook endpoints theirs, also where a delivery fails', async () => {
      const made = await create({})
      const receiver = await startReceiver()
      receiver.behave(() => ({ status: 500, body: 'no' }))
      const endpoint = await service.admin.call('createWebhookEndpoint', { body: { url: receiver.url } })
      await service.admin.call('testWebhookEndpoint', { params: { id: endpoint.id } })
      await receiver.until('an attempt', () => receiver.received.length > 0)
      const secrets = [made.clientSecret as string, (endpoint.secret as string).replace('whsec_', '')]
      const answers = JSON.stringify([
        await service.admin.call('listApplications', {}),
        await service.admin.call('getApplication', { params: { id: made.id } }),
        await service.admin.call('listWebhookEndpoints', {}),
        await service.admin.call('listDeliveries', { params: { id: endpoint.id }, query: {} }),
        await service.admin.call('listFeed', { query: {} }),
        receiver.received.map(({ headers, body }) => [headers, body]),
      ])
      for (const secret of secrets) expect(answers).not.toContain(secret)
    })

    it('are given to an organization, not to its slug: another one that is called so later does not get them', async () => {
      const body = { name: 'Globex', slug: 'globex', requireSso: false }
      const first = await service.admin.call('createOrganization', { body })
      const { id, organizations } = await create({ organizations: ['globex'] })
      expect(organizations).toEqual(['globex'])
      expect(await mayUseApplication(service.database, id, first.id)).toBe(true)
      await service.admin.call('deleteOrganization', {
        params: { slug: 'globex' },
        body: { confirm: 'globex' },
      })
      const second = await service.admin.call('createOrganization', { body })
      expect(await mayUseApplication(service.database, id, second.id)).toBe(false)
      await service.admin.call('updateApplication', { params: { id }, body: { organizations: ['globex'] } })
      expect(await mayUseApplication(service.database, id, second.id)).toBe(true)
    })

    it('of before, which kept slugs alone, mean the organizations that were there when they were made', async () => {
      const body = { name: 'Early', slug: 'early', requireSso: false }
      const early = await service.admin.call('createOrganization', { body })
      const { id } = await create({ organizations: ['early'] })
      await storeSlugs(service, 'application', id, ['early', 'gone'])
      expect(await mayUseApplication(service.database, id, early.id)).toBe(true)
      service.advance(1_000)
      const late = await service.admin.call('createOrganization', { body: { ...body, slug: 'gone' } })
      expect(await mayUseApplication(service.database, id, late.id)).toBe(false)
      expect((await service.admin.call('getApplication', { params: { id } })).organizations).toEqual([
        'early',
      ])
    })

    it('are called at no address that no call may go to, and at none with a fragment', async () => {
      const keyed = { authentication: 'private_key_jwt' }
      for (const [more, detail] of [
        [{ backchannelLogoutUri: 'http://198.51.100.7/logout' }, /backchannelLogoutUri/],
        [
          { backchannelLogoutUri: 'http://1.1.1.1/logout' },
          /backchannelLogoutUri: http:\/\/ is not encrypted/,
        ],
        [{ backchannelLogoutUri: 'https://10.0.0.1/logout' }, /backchannelLogoutUri: .* not public/],
        [{ backchannelLogoutUri: 'https://1.1.1.1/logout#x' }, /backchannelLogoutUri: no fragment/],
        [{ ...keyed, jwksUrl: 'http://1.1.1.1/keys' }, /jwksUrl: http:\/\/ is not encrypted/],
      ] as const)
        await expect(create(more), String(detail)).rejects.toMatchObject({
          problem: { status: 400, detail: expect.stringMatching(detail) },
        })
      const backchannelLogoutUri = 'https://not-deployed-yet.example.com/logout'
      const made = await create({ backchannelLogoutUri })
      expect(made.backchannelLogoutUri).toBe(backchannelLogoutUri)
      const change = { params: { id: made.id }, body: { backchannelLogoutUri: 'http://1.1.1.1/logout' } }
      await expect(service.admin.call('updateApplication', change)).rejects.toMatchObject({
        problem: { code: 'url_refused' },
      })
    })

    it('take no https address of the machine beside a scheme of their own, of which no sign-in could come', async () => {
      const own = 'com.example.app:/callback'
      const local = 'https://localhost:8443/callback'
      for (const more of [
        { redirectUris: [own, local] },
        { redirectUris: [local], postLogoutRedirectUris: [own] },
        { redirectUris: [own], postLogoutRedirectUris: ['https://[::1]/'] },
      ])
        await expect(create(more)).rejects.toMatchObject({
          problem: { status: 400, code: 'addresses_mixed' },
        })
      const { id } = await create({ redirectUris: [own, 'https://localhost.example.com/callback'] })
      const update = (body: object) => service.admin.call('updateApplication', { params: { id }, body })
      await expect(update({ postLogoutRedirectUris: [local] })).rejects.toMatchObject({
        problem: { code: 'addresses_mixed' },
      })
      expect((await update({ name: 'Renamed' })).postLogoutRedirectUris).toEqual([])
    })

    it.each(ways)(
      'R15-9: %s: a sign-in begins with whatever addresses were taken together, and the others are refused with words',
      async (authentication) => {
        const refused: string[] = []
        for (const redirectUri of kinds)
          for (const after of [...kinds, undefined]) {
            const postLogoutRedirectUris = after === undefined ? [] : [after]
            const made = await create({
              authentication,
              redirectUris: [redirectUri],
              postLogoutRedirectUris,
            }).catch(({ problem }) => problem as { code: string; detail: string })
            const pair = `${redirectUri} ${after}`
            if (!('id' in made)) {
              expect(made, pair).toMatchObject({ status: 400, code: 'addresses_mixed' })
              refused.push(pair)
              continue
            }
            expect(await beginSignIn(made.id, redirectUri), pair).toBe(true)
            await service.admin.call('deleteApplication', { params: { id: made.id } })
          }
        // A scheme of its own beside each of two https addresses of the machine, either way round.
        expect(refused).toHaveLength(4)
      },
    )

    it('R15-9: one of before, which was stored as it is, begins sign-ins', async () => {
      const [, redirectUri = '', , after = ''] = kinds
      const { id } = await create({ authentication: 'none', redirectUris: [redirectUri] })
      const [before] = await service.database.readInstallation('applications', selectSettings, { id })
      const settings = { ...JSON.parse(before?.settings ?? '{}'), postLogoutRedirectUris: [after] }
      await service.database.inInstallation('applications', async (tx) =>
        tx.write(writeSettings, { id, settings: JSON.stringify(settings) }),
      )
      expect(await beginSignIn(id, redirectUri)).toBe(true)
    })

    it('take no key set by which nobody could sign in, and no private key', async () => {
      const keyed = { authentication: 'private_key_jwt' }
      const good = await exportJWK((await generateKeyPair('ES256')).publicKey)
      for (const [key, why] of unfit) {
        const made = create({ ...keyed, jwks: { keys: [key] } })
        await expect(made, String(why)).rejects.toMatchObject({
          problem: { status: 400, detail: expect.stringMatching(why) },
        })
      }
      for (const jwksUrl of ['ftp://app.example.com/keys', 'javascript:alert(1)'])
        await expect(create({ ...keyed, jwksUrl })).rejects.toMatchObject({ problem: { status: 400 } })
      // Keys of kinds that nobody here knows stand beside others.
      const { id } = await create({
        ...keyed,
        jwks: { keys: [{ kty: 'AKP', alg: 'ML-DSA-44', pub: 'x' }, good] },
      })
      const params = { id }
      const shared = { keys: [good, { kty: 'oct', k: 'AAAA' }] }
      const update = service.admin.call('updateApplication', { params, body: { jwks: shared } })
      await expect(update).rejects.toMatchObject({ problem: { status: 400 } })
      expect((await service.admin.call('getApplication', { params })).jwks?.keys).toHaveLength(2)
    })

    it('of before may have a key set that is not taken any more, and change all the rest', async () => {
      const good = await exportJWK((await generateKeyPair('ES256')).publicKey)
      const { id } = await create({ authentication: 'private_key_jwt', jwks: { keys: [good] } })
      const [before] = await service.database.readInstallation('applications', selectSettings, { id })
      const settings = { ...JSON.parse(before?.settings ?? '{}'), jwks: { keys: [{ kty: 'RSA' }] } }
      await service.database.inInstallation('applications', async (tx) =>
        tx.write(writeSettings, { id, settings: JSON.stringify(settings) }),
      )
      const changed = await service.admin.call('updateApplication', {
        params: { id },
        body: { name: 'Renamed' },
      })
      expect(changed).toMatchObject({ name: 'Renamed', jwks: { keys: [{ kty: 'RSA' }] } })
    })

    it('want keys where they sign and none where they do not, and organizations that there are', async () => {
      for (const more of [
        { authentication: 'private_key_jwt' },
        { authentication: 'client_secret_basic', jwksUrl: 'https://app.example.com/keys' },
        { organizations: ['nobody-here'] },
        { authentication: 'none', clientSecret: 'mine' },
      ])
        await expect(create(more)).rejects.toMatchObject({ problem: { status: 400 } })
      const open = await create({ authentication: 'none' })
      expect(open.clientSecret).toBeNull()
      await expect(
        service.admin.call('rotateApplication', { params: { id: open.id }, body: {} }),
      ).rejects.toMatchObject({ problem: { code: 'no_client_secret' } })
    })
  })

  describe('webhook endpoints', () => {
    let service: Service
    beforeAll(async () => {
      service = await start()
    })
    const make = (slug: string) =>
      service.admin.call('createOrganization', { body: { name: slug, slug, requireSso: false } })
    const end = (slug: string) =>
      service.admin.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })
    const endpointOf = (slug: string) =>
      service.admin.call('createWebhookEndpoint', {
        body: { url: 'http://127.0.0.1:9/hook', organizations: [slug] },
      })
    const change = (id: string, body: object) =>
      service.admin.call('updateWebhookEndpoint', { params: { id }, body })
    const subscribed = async (id: string) =>
      (await service.database.readInstallation('deliveries', selectSubscribed, { id })).map(
        (one) => one.organization_id,
      )

    it('M9 webhook-slug-reuse: an endpoint is of an organization, not of the next one of its slug', async () => {
      const first = await make('hooked')
      const { id } = await endpointOf('hooked')
      expect(await subscribed(id)).toEqual([first.id])
      await end('hooked')
      const second = await make('hooked')
      await change(id, { description: 'renamed' })
      expect(await subscribed(id)).not.toContain(second.id)
      await change(id, { state: 'disabled' })
      await change(id, { state: 'enabled' })
      expect(await subscribed(id)).not.toContain(second.id)
      expect((await service.admin.call('getWebhookEndpoint', { params: { id } })).organizations).toEqual([])
      await change(id, { organizations: ['hooked'] })
      expect(await subscribed(id)).toEqual([second.id])
    })

    it('M9 one of before, which kept slugs alone, keeps whom it was subscribed to, and nobody else', async () => {
      const kept = await make('kept')
      await make('reused')
      const { id } = await endpointOf('kept')
      const off = await endpointOf('kept')
      await change(off.id, { state: 'disabled' })
      for (const one of [id, off.id]) await storeSlugs(service, 'webhook_endpoint', one, ['kept', 'reused'])
      await end('reused')
      service.advance(1_000)
      await make('reused')
      await change(id, { description: 'renamed' })
      await change(off.id, { state: 'enabled' })
      for (const one of [id, off.id]) {
        expect(await subscribed(one)).toEqual([kept.id])
        expect(
          (await service.admin.call('getWebhookEndpoint', { params: { id: one } })).organizations,
        ).toEqual(['kept'])
      }
    })
  })
})
