// `rollcall export`: applied where it came from it is a plan of nothing, and elsewhere it makes the same.
// Judges: cli/commands, cli/configuration.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  Configuration,
  ConnectionEntry,
  OrganizationEntry,
  WebhookEndpointEntry,
} from '@rollcall/api/configuration'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyText } from '../../packages/cli/src/commands/apply.ts'
import {
  exportConfiguration,
  listVariables,
  renderConfiguration,
} from '../../packages/cli/src/configuration/export.ts'
import { openCaller } from '../harness/callers.ts'
import { howMany } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'

/** With the metadata of another identity provider. */
function exportedWith(configuration: Configuration, metadataXml: string): string {
  const organizations = (configuration.organizations ?? []).map((one) => ({
    ...one,
    connections: (one.connections ?? []).map((connection) => ({ ...connection, metadataXml })),
  }))
  return renderConfiguration({ ...configuration, organizations }, '')
}

const base = mkdtempSync(join(tmpdir(), 'rollcall-export-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const secret = 'a-client-secret-that-nobody-prints'
const issuer = 'https://login.acme.test'
const discovery = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
})
const metadataXml = createSamlProvider({ baseUrl: 'https://idp.acme.test', key: createSamlKey() }).metadata()
const metadataUrl = 'https://idp.acme.test/metadata'

/** What YAML reads as something else where it is not quoted. */
const traps = [
  'yes',
  'null',
  '~',
  '1e3',
  '0x1F',
  '- a',
  'a: b',
  '# no',
  '"',
  "'",
  '{',
  '*a',
  '!x',
  '2026-11-30',
  'ä́🙂',
  '<<',
  '\\',
  '%',
  '|',
  '@',
]
const text = fc
  .oneof(fc.constantFrom(...traps), fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 }))
  .map((one) => one.trim())
  .filter((one) => one !== '')

const options = fc.record(
  {
    signRequests: fc.boolean(),
    wantEncryptedAssertions: fc.boolean(),
    allowAesCbc: fc.boolean(),
    forceAuthn: fc.boolean(),
    clockSkewSeconds: fc.integer({ min: 0, max: 300 }),
    stableIdAttribute: fc.option(text),
  },
  { requiredKeys: [] },
)
const source: fc.Arbitrary<Partial<ConnectionEntry>> = fc.constantFrom(
  {},
  { metadataXml, isActive: true },
  { metadataUrl },
  { oidc: { issuer, clientId: 'rollcall' }, isActive: true },
  { oidc: { issuer, clientId: 'rollcall', clientSecret: 'env:A_SECRET', scopes: ['openid', 'groups'] } },
  { metadataXml, serviceProvider: { entityId: 'urn:acme:before', acsPath: '/before/acs' } },
)
const connection = fc.record({
  name: text,
  source,
  options: fc.option(options),
  follows: fc.boolean(),
  identityProvider: fc.constantFrom('okta' as const, 'generic' as const, 'entra' as const),
})
const organization = fc.record(
  {
    name: text,
    isScimEnabled: fc.constant(true),
    defaultRole: fc.constantFrom('member' as const, 'admin' as const),
    seatLimit: fc.option(fc.integer({ min: 1, max: 10_000 })),
    origins: fc.uniqueArray(fc.constantFrom('https://a.test', 'http://localhost:3000', 'https://b.test')),
    ownerRecovery: fc.constantFrom('mail' as const, 'operator' as const),
    roleMappings: fc.array(
      fc.record({ group: text, role: fc.constantFrom('member' as const, 'admin' as const) }),
      { maxLength: 4 },
    ),
    attributeMapping: fc.record(
      { department: fc.array(text, { maxLength: 3 }), groups: fc.array(text, { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
    provisioning: fc.record(
      {
        mode: fc.constantFrom('manual' as const, 'scim' as const),
        unknownSignIns: fc.constantFrom('create' as const, 'refuse' as const),
        unclaimedDelete: fc.constantFrom('deactivate' as const, 'refuse' as const),
        deprovisionGuard: fc.option(
          fc.record({
            people: fc.integer({ min: 1, max: 99 }),
            percent: fc.double({ min: 0, max: 100, noNaN: true }),
            windowSeconds: fc.constant(60),
          }),
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['name'] },
)
const application = fc.record({
  name: text,
  authentication: fc.constantFrom('client_secret_post' as const, 'private_key_jwt' as const, 'none' as const),
  isForOne: fc.boolean(),
  isDefault: fc.boolean(),
})
const endpoint = fc.record({
  description: fc.option(text),
  eventTypes: fc.constantFrom<NonNullable<WebhookEndpointEntry['eventTypes']>>(
    ['*'],
    ['user.provisioned', 'webhook.test'],
  ),
  algorithm: fc.constantFrom('hmac-sha256' as const, 'ed25519' as const),
  state: fc.constantFrom('enabled' as const, 'disabled' as const),
})
const drawn = fc.record({
  organization,
  connections: fc.array(connection, { maxLength: 3 }),
  proved: fc.array(fc.boolean(), { maxLength: 3 }),
  application,
  endpoint,
})
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never

/** As a file for an installation in which `slug` names nothing yet. */
function toConfiguration(slug: string, { organization: own, connections, ...rest }: Drawn): Configuration {
  const made = connections.map(({ name, source: from, options: some, follows, identityProvider }, at) => ({
    ...{ name: `${name} ${at}`, identityProvider, followsDirectory: follows },
    ...from,
    ...(some === null ? {} : { options: some }),
    ...(from.serviceProvider === undefined
      ? {}
      : { serviceProvider: { ...from.serviceProvider, acsPath: `/${slug}/${at}/acs` } }),
  }))
  const names = made.map(({ name }) => name)
  const domains = rest.proved.map((isProved, at) => ({
    name: `d${at}.${slug}.test`,
    ...(isProved ? { isVerified: true, connections: names.slice(at) } : {}),
  }))
  const { isForOne, isDefault, name, authentication } = rest.application
  const appName = `${name} of ${slug}`
  const entry: OrganizationEntry = {
    ...{ slug, requireSso: false, ...own, connections: made, domains },
    ...(isDefault ? { defaultApplication: appName } : {}),
  }
  const app = {
    ...{ name: appName, authentication, redirectUris: ['https://a.test/callback', 'http://localhost/x'] },
    ...(authentication === 'private_key_jwt' ? { jwksUrl: 'https://keys.acme.test/jwks' } : {}),
    ...(isForOne ? { organizations: [slug] } : {}),
    secretTo: `file:made/${slug}-app`,
  }
  const hook = { ...rest.endpoint, url: `https://127.0.0.1:9/${slug}`, secretTo: `file:made/${slug}-hook` }
  return { rollcall: 1, organizations: [entry], applications: [app], webhookEndpoints: [hook] }
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let other: Service
  beforeAll(async () => {
    service = await start()
    other = await start()
    for (const { metadataPages } of [service, other]) {
      metadataPages.set(`${issuer}/.well-known/openid-configuration`, discovery)
      metadataPages.set(metadataUrl, metadataXml)
    }
  })

  async function apply(to: Service, file: string, isDryRun = false) {
    const lines: string[] = []
    const environment = new Proxy({}, { get: () => secret }) as NodeJS.ProcessEnv
    const folder = join(base, to === service ? 'one' : 'other', service.store)
    const wish = { text: file, file: join(folder, 'rollcall.yaml'), environment, isDryRun }
    const code = await applyText(to.admin, wish, (line) => lines.push(line))
    return { code, output: lines.join('\n') }
  }
  const write = async (from: Service, slug?: string): Promise<string> =>
    renderConfiguration(await exportConfiguration(from.admin, slug), ' As it is')

  describe('rollcall export', () => {
    it('is a plan of nothing where it came from, and makes the same elsewhere', async () => {
      let runs = 0
      await fc.assert(
        fc.asyncProperty(drawn, async (one) => {
          runs += 1
          const slug = `drawn-${runs}`
          const made = await apply(service, renderConfiguration(toConfiguration(slug, one), ''))
          expect(made).toMatchObject({ code: 0 })
          const again = await apply(service, await write(service, slug), true)
          expect(again.output).toMatch(/\nPlan: 0 to create, 0 to change, \d+ unchanged\.\n/)
        }),
        { numRuns: howMany({ sample: 4, whole: 60 }), endOnFailure: true },
      )
      const whole = await write(service)
      expect((await apply(service, whole, true)).output).toMatch(
        /Plan: 0 to create, 0 to change, \d+ unchanged\.\n/,
      )
      expect(await apply(other, whole)).toMatchObject({ code: 0 })
      expect(await write(other)).toBe(whole)
      expect(whole).not.toContain(secret)
    }, 600_000)

    it('writes ids where names are not enough, leaves out what is found and not configured, and names the variables', async () => {
      const slug = 'twins'
      const params = { slug }
      await service.admin.call('createOrganization', { body: { name: 'Twins', slug } })
      const oidc = { issuer, clientId: 'rollcall', clientSecret: secret }
      const make = (name: string) =>
        service.admin.call('createConnection', {
          params,
          body: { name, identityProvider: 'generic', protocol: 'oidc', oidc },
        })
      const [one, two] = [await make('Login'), await make('Login')]
      await make('log-in')
      const domain = await service.admin.call('createDomain', { params, body: { name: 'twins.test' } })
      service.txtRecords.set(domain.txtRecord.name, [domain.txtRecord.value])
      await service.admin.call('verifyDomain', { params: { slug, id: domain.id } })
      await service.admin.call('updateDomain', {
        params: { slug, id: domain.id },
        body: { connectionIds: [two.id] },
      })
      const configuration = await exportConfiguration(service.admin, slug)
      const [organizationEntry] = configuration.organizations ?? []
      expect(organizationEntry?.connections?.map(({ id }) => id)).toEqual([one.id, two.id, undefined])
      expect(organizationEntry?.domains).toEqual([{ name: 'twins.test', connections: [two.id] }])
      expect(configuration).not.toHaveProperty('applications')
      expect(listVariables(configuration)).toEqual([
        'TWINS__LOGIN__CLIENT_SECRET',
        'TWINS__LOGIN__CLIENT_SECRET_2',
        'TWINS__LOG_IN__CLIENT_SECRET',
      ])
      const again = await apply(service, await write(service, slug), true)
      expect(again.output).toMatch(/Plan: 0 to create, 0 to change, \d+ unchanged\.\n/)
    })

    it('O8: makes nobody an owner of what a set-up contact put in place: whoever applies it elsewhere vouches for it', async () => {
      const slug = 'led'
      await service.admin.call('createOrganization', { body: { name: 'Led', slug } })
      const { browser } = await openCaller(service, slug, 'contact')
      const body = { name: 'Theirs', identityProvider: 'generic', metadataXml, isActive: true }
      expect((await browser.call('POST', `/organizations/${slug}/connections`, body)).status).toBe(201)
      const [theirs] = (await service.admin.call('listConnections', { params: { slug } })).items
      const params = { slug, id: theirs?.id ?? '' }
      await service.admin.call('updateConnection', { params, body: { followsDirectory: true } })
      const domain = await service.admin.call('createDomain', {
        params: { slug },
        body: { name: 'led.test' },
      })
      for (const body of [{ isVerified: true }, { connectionIds: [params.id] }])
        await service.admin.call('updateDomain', { params: { slug, id: domain.id }, body })
      const file = await write(service, slug)
      expect(file).toContain('vouchedBy: contact')
      expect((await apply(service, file, true)).output).toMatch(
        /\nPlan: 0 to create, 0 to change, \d+ unchanged\./,
      )
      const another = createSamlProvider({
        baseUrl: 'https://other.acme.test',
        key: createSamlKey(),
      }).metadata()
      const changed = exportedWith(await exportConfiguration(service.admin, slug), another)
      const held = {
        code: 1,
        output: expect.stringMatching(/^waits organizations\/led: .*\n.*take vouchedBy out/m),
      }
      expect(await apply(service, changed)).toEqual(held)
      const trusted = file.replace('nameIdFormat: urn', 'nameIdFormat: urn:other # urn')
      expect(trusted).not.toBe(file)
      expect(await apply(service, trusted)).toEqual(held)
      const unnamed = [{ name: 'Theirs', options: { stableIdAttribute: 'mail' } }]
      const short = renderConfiguration({ rollcall: 1, organizations: [{ slug, connections: unnamed }] }, '')
      // Whoever names no identity provider vouches for none.
      const own = await apply(service, short)
      expect([own.code, own.output]).toEqual([0, expect.not.stringContaining('you vouch')])
      expect((await service.admin.call('listConnections', { params: { slug } })).items).toMatchObject([
        { anchor: { rung: 'contact' } },
      ])
      const made = await apply(other, file)
      expect(made).toMatchObject({
        code: 1,
        output: expect.stringMatching(/^waits .*Theirs: .*a set-up contact vouched/m),
      })
      const read = async () => (await other.admin.call('listConnections', { params: { slug } })).items
      const spokenFor = async () =>
        (await other.admin.call('listDomains', { params: { slug } })).items.map(
          ({ connectionIds }) => connectionIds.length,
        )
      const waiting = { name: 'Theirs', isActive: false, followsDirectory: false, anchor: null }
      expect([await read(), await spokenFor()]).toMatchObject([[waiting], [0]])
      expect((await apply(other, file, true)).output).toMatch(
        /\nPlan: 0 to create, 0 to change, \d+ unchanged\./,
      )
      const looked = file.replace(/^ *vouchedBy: contact\n/m, '')
      expect(await apply(other, looked)).toMatchObject({ code: 0 })
      const vouched = { isActive: true, followsDirectory: true, anchor: { rung: 'owner' } }
      expect([await read(), await spokenFor()]).toMatchObject([[vouched], [1]])
    })

    it('P7: an address of metadata that a contact gave is their word elsewhere, though an owner vouches for what it answered', async () => {
      const slug = 'by-address'
      await service.admin.call('createOrganization', { body: { name: 'By address', slug } })
      const { browser } = await openCaller(service, slug, 'contact')
      const body = { name: 'Theirs', identityProvider: 'generic', metadataUrl, isActive: true }
      const made = await browser.call('POST', `/organizations/${slug}/connections`, body)
      const params = { slug, id: ((await made.json()) as { id: string }).id }
      const digest = (await service.admin.call('getAnchor', { params })).present?.digest ?? ''
      await service.admin.call('confirmAnchor', { params, body: { digest } })
      expect((await service.admin.call('getConnection', { params })).anchor?.rung).toBe('owner')
      expect(await write(service, slug)).toContain('vouchedBy: contact')
    })

    it('is refused of an organization that is not there', async () => {
      await expect(exportConfiguration(service.admin, 'nobody')).rejects.toMatchObject({
        problem: { code: 'not_found' },
      })
    })
  })
})
