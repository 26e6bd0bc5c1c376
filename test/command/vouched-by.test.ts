// `vouchedBy` in a file of configuration: while it stands there, the file gives the connection nothing of what it would be trusted with.
// Judges: cli/configuration.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Configuration, ConnectionEntry } from '@rollcall/api/configuration'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyText } from '../../packages/cli/src/commands/apply.ts'
import { renderConfiguration } from '../../packages/cli/src/configuration/export.ts'
import { howMany } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { setConnection } from '../harness/sso.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-vouched-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const key = createSamlKey()
const metadataOf = (host: string): string =>
  createSamlProvider({ baseUrl: `https://${host}`, key }).metadata()
const [metadataXml, anotherXml] = [metadataOf('idp.acme.test'), metadataOf('other.acme.test')]
const metadataUrl = 'https://other.acme.test/metadata'

/** Every field that a file can give a connection, but those that say which one it is. */
const fields = fc.record(
  {
    identityProvider: fc.constantFrom('okta' as const, 'entra' as const, 'generic' as const),
    protocol: fc.constantFrom('saml' as const, 'oidc' as const),
    metadataUrl: fc.constant(metadataUrl),
    metadataXml: fc.constantFrom(metadataXml, metadataXml, anotherXml),
    entityId: fc.constant('https://by.hand.test'),
    ssoUrl: fc.constant('https://by.hand.test/sso'),
    certificates: fc.constant<string[]>([key.certificatePem]),
    oidc: fc.constant({ issuer: 'https://login.acme.test', clientId: 'rollcall' }),
    serviceProvider: fc.constant({ entityId: 'urn:acme:before', acsPath: '/before/acs' }),
    isActive: fc.boolean(),
    followsDirectory: fc.boolean(),
    options: fc.record(
      {
        signRequests: fc.boolean(),
        wantEncryptedAssertions: fc.boolean(),
        allowAesCbc: fc.boolean(),
        allowUnsolicited: fc.boolean(),
        forceAuthn: fc.boolean(),
        ignoreNameIdCase: fc.boolean(),
        nameIdFormat: fc.option(fc.constant('urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified')),
        clockSkewSeconds: fc.integer({ min: 0, max: 300 }),
        stableIdAttribute: fc.option(fc.constant('staff')),
      },
      { requiredKeys: [] },
    ),
  } satisfies Record<Exclude<keyof ConnectionEntry, 'id' | 'name' | 'vouchedBy'>, fc.Arbitrary<unknown>>,
  { requiredKeys: [] },
)
/** Most files are not plainly wrong: those would change nothing anyway. */
const likely = fc
  .tuple(
    fields.map(({ isActive = true, followsDirectory = true, identityProvider = 'okta', options = {} }) => {
      const { stableIdAttribute: _, nameIdFormat: __, ...plain } = options
      return { isActive, followsDirectory, identityProvider, options: plain, metadataXml }
    }),
    fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fields }),
  )
  .map(([plain, more]): Partial<ConnectionEntry> => ({ ...plain, ...more }))
const names = ['Theirs', 'Called otherwise', 'Other', 'by id'] as const
const domain = fc.record(
  {
    isVerified: fc.boolean(),
    connections: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
  },
  { requiredKeys: [] },
)
const drawn = fc.record({
  present: fc.record({
    rung: fc.constantFrom('contact' as const, 'administrator' as const, 'owner' as const),
    isActive: fc.boolean(),
    followsDirectory: fc.boolean(),
    ties: fc.subarray(['one', 'two']),
    isOtherActive: fc.boolean(),
  }),
  vouchedBy: fc.constantFrom('contact' as const, 'administrator' as const),
  by: fc.constantFrom('name' as const, 'id' as const),
  fields: likely,
  domains: fc.record({ one: domain, two: domain, unproved: domain, made: domain }, { requiredKeys: [] }),
})
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
    service.metadataPages.set(metadataUrl, anotherXml)
  })

  async function create(slug: string, { present }: Drawn) {
    const params = { slug }
    const { id: organizationId } = await service.admin.call('createOrganization', {
      body: { name: 'Acme', slug },
    })
    const make = (name: string, xml: string, isActive: boolean) =>
      service.admin.call('createConnection', {
        params,
        body: { name, identityProvider: 'okta', metadataXml: xml, isActive },
      })
    // So that it is not the first that is enabled, which takes the directory.
    const other = await make('Other', anotherXml, true)
    const { id } = await make('Theirs', metadataXml, present.isActive)
    const setOther = { params: { slug, id: other.id }, body: { isActive: present.isOtherActive } }
    await service.admin.call('updateConnection', setOther)
    const { followsDirectory } = present
    await service.admin.call('updateConnection', { params: { slug, id }, body: { followsDirectory } })
    await setConnection(service, organizationId, id, { anchor_rung: present.rung })
    for (const name of ['one', 'two', 'unproved']) {
      const added = await service.admin.call('createDomain', {
        params,
        body: { name: `${name}.${slug}.test` },
      })
      if (name === 'unproved') continue
      const at = { slug, id: added.id }
      await service.admin.call('updateDomain', { params: at, body: { isVerified: true } })
      const connectionIds = present.ties.includes(name) ? [id] : []
      await service.admin.call('updateDomain', { params: at, body: { connectionIds } })
    }
    return { id, params }
  }

  const look = async ({
    id,
    params,
  }: {
    readonly id: string
    readonly params: { readonly slug: string }
  }) => {
    const { isActive, followsDirectory, anchor } = await service.admin.call('getConnection', {
      params: { ...params, id },
    })
    const { items } = await service.admin.call('listDomains', { params })
    const ties = items.filter(({ connectionIds }) => connectionIds.includes(id)).map(({ name }) => name)
    return { isActive, followsDirectory, anchor, ties: ties.toSorted() }
  }

  const toFile = (slug: string, id: string, { vouchedBy, by, fields, domains }: Drawn): string => {
    const own = by === 'id' ? { id, name: 'Called otherwise' } : { name: 'Theirs' }
    const refer = (name: string): string =>
      name === 'by id' || (name === 'Called otherwise' && by === 'name') ? id : name
    const configuration: Configuration = {
      rollcall: 1,
      organizations: [
        {
          slug,
          connections: [{ ...own, vouchedBy, ...fields } as ConnectionEntry],
          domains: Object.entries(domains).map(([name, one]) => ({
            name: `${name}.${slug}.test`,
            ...one,
            ...(one.connections === undefined
              ? {}
              : { connections: [...new Set(one.connections.map(refer))] }),
          })),
        },
      ],
    }
    return renderConfiguration(configuration, '')
  }

  async function apply(text: string) {
    const lines: string[] = []
    try {
      const code = await applyText(service.admin, { text, file: join(base, 'rollcall.yaml') }, (line) =>
        lines.push(line),
      )
      return { code, output: lines.join('\n') }
    } catch (error) {
      if ((error as Error).name !== 'ConfigurationFault') throw error
      return { code: 'fault', output: (error as Error).message }
    }
  }

  describe('vouchedBy of a connection that is there', () => {
    let runs = 0
    it('switches nothing on, ties nothing and trusts nobody else, whatever else the file says', async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async (one) => {
          runs += 1
          const slug = `held-${runs}`
          const made = await create(slug, one)
          const before = await look(made)
          const text = toFile(slug, made.id, one)
          for (const _ of ['once', 'again']) {
            const earlier = await look(made)
            const { code, output } = await apply(text)
            const after = await look(made)
            expect(after.anchor, output).toEqual(before.anchor)
            if (!before.isActive) expect(after.isActive, output).toBe(false)
            if (!before.followsDirectory) expect(after.followsDirectory, output).toBe(false)
            expect(before.ties, output).toEqual(expect.arrayContaining(after.ties))
            const isAsked =
              (one.fields.isActive === true && !after.isActive) ||
              (one.fields.followsDirectory === true && !after.followsDirectory)
            if (isAsked) expect(code, output).not.toBe(0)
            if (code === 'fault') expect(after).toEqual(earlier)
          }
        }),
        { numRuns: howMany({ sample: 12, whole: 100 }), endOnFailure: true },
      )
    }, 600_000)

    it('keeps what it is trusted with already, and says what waits, each time', async () => {
      const none = { isActive: true, followsDirectory: false, isOtherActive: true, rung: 'contact' } as const
      const fields = { isActive: true, followsDirectory: true }
      const tied = { connections: ['Theirs' as const, 'Other' as const] }
      const one: Drawn = {
        ...{ present: { ...none, ties: ['one'] }, vouchedBy: 'contact', by: 'name', fields },
        domains: { one: tied, two: tied },
      }
      const made = await create('kept', one)
      const text = toFile('kept', made.id, one)
      for (const _ of ['once', 'again']) {
        const { code, output } = await apply(text)
        expect(code).toBe(1)
        expect(output).toMatch(
          /^waits organizations\/kept\/connections\/Theirs: followsDirectory stays off, for a set-up contact vouched/m,
        )
        expect(output).toMatch(
          /^waits organizations\/kept\/domains\/two\.kept\.test: Theirs is not tied to it/m,
        )
        expect(await look(made)).toMatchObject({ followsDirectory: false, ties: ['one.kept.test'] })
      }
      const { items } = await service.admin.call('listDomains', { params: { slug: 'kept' } })
      expect(items.map(({ connectionIds }) => connectionIds.length)).toEqual([2, 1, 0])
      const looked = text.replace(/^ *vouchedBy: contact\n/m, '')
      expect(await apply(looked)).toMatchObject({ code: 0 })
      const anchor = { rung: 'contact' }
      const ties = ['one.kept.test', 'two.kept.test']
      expect(await look(made)).toMatchObject({ isActive: true, followsDirectory: true, ties, anchor })
    })

    it('proves no domain that the service would give to it at once', async () => {
      const one: Drawn = {
        present: {
          ...{ rung: 'contact', isActive: true, followsDirectory: false, ties: [], isOtherActive: false },
        },
        ...{ vouchedBy: 'contact', by: 'name', fields: {} },
        domains: { unproved: { isVerified: true }, made: { isVerified: true } },
      }
      const made = await create('only', one)
      const { code, output } = await apply(toFile('only', made.id, one))
      expect([code, output]).toEqual([
        1,
        expect.stringMatching(/^waits .*unproved.*would speak for the domain/m),
      ])
      expect(await look(made)).toMatchObject({ ties: [] })
    })
  })
})
