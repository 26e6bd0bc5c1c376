// Whoever changes a connection without naming an identity provider has looked at none: their word lifts nothing of what others said of
// the one that is there.
// Judges: server/anchors, server/connections.
import { type Client, type ConnectionChange, type ConnectionOptions, ProblemError } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { rungs } from '../../packages/server/src/base/rung.ts'
import { openCaller } from '../harness/callers.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { setConnection } from '../harness/sso.ts'

const issuer = 'https://login.lent.test'
const discovery = (version: number): string =>
  JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/authorize/${version}`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys/${version}`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  })
const key = createSamlKey()
const metadataOf = (host: string): string =>
  createSamlProvider({ baseUrl: `https://${host}`, key }).metadata()
const metadataUrl = 'https://idp.lent.test/metadata'
const oidc = { issuer, clientId: 'rollcall', clientSecret: 'a-client-secret' }

const standings = ['contact', 'administrator', 'owner'] as const
const actors = ['contact', 'administrator', 'owner', 'operator'] as const
const protocols = ['saml', 'oidc'] as const

/** Each option, as it is not at the beginning. */
const others: ConnectionOptions = {
  signRequests: true,
  wantEncryptedAssertions: true,
  allowAesCbc: true,
  allowUnsolicited: true,
  forceAuthn: true,
  nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  ignoreNameIdCase: true,
  clockSkewSeconds: 299,
  stableIdAttribute: 'employeeNumber',
}

interface Change {
  readonly name: string
  readonly body: ConnectionChange
  /** Whether whom the connection believes is named. */
  readonly isNamed?: boolean
}

const unnamed: readonly Change[] = [
  ...Object.entries(others).map(([name, value]) => ({ name, body: { options: { [name]: value } } })),
  { name: 'all options', body: { options: others } },
  { name: 'name', body: { name: 'Called otherwise' } },
  { name: 'identityProvider', body: { identityProvider: 'okta' } },
  { name: 'active', body: { isActive: true } },
  { name: 'followsDirectory', body: { followsDirectory: true } },
]
const changes: Readonly<Record<(typeof protocols)[number], readonly Change[]>> = {
  saml: [
    ...unnamed,
    { name: 'another provider', body: { metadataXml: metadataOf('other.lent.test') }, isNamed: true },
    { name: 'the same provider', body: { metadataUrl, options: { nameIdFormat: null } }, isNamed: true },
  ],
  oidc: [
    ...unnamed,
    { name: 'the same client', body: { oidc } },
    { name: 'the same client, with options', body: { oidc, options: { stableIdAttribute: 'oid' } } },
    { name: 'another secret', body: { oidc: { ...oidc, clientSecret: 'another-secret' } } },
    { name: 'other scopes', body: { oidc: { ...oidc, scopes: ['openid', 'groups'] } } },
    { name: 'another client', body: { oidc: { ...oidc, clientId: 'another' } }, isNamed: true },
  ],
}

interface Case {
  readonly protocol: (typeof protocols)[number]
  readonly standing: (typeof standings)[number]
  readonly actor: (typeof actors)[number]
  readonly active: boolean
}
const cases: readonly Case[] = protocols.flatMap((protocol) =>
  standings.flatMap((standing) =>
    actors.flatMap((actor) => [true, false].map((active) => ({ protocol, standing, actor, active }))),
  ),
)

forEachStore((start, store) => {
  let service: Service
  const callers = new Map<string, Client>()
  const slug = 'lent'
  let organizationId = ''
  beforeAll(async () => {
    service = await start()
    service.metadataPages.set(metadataUrl, metadataOf('idp.lent.test'))
    service.metadataPages.set(`${issuer}/.well-known/openid-configuration`, discovery(0))
    organizationId = (await service.admin.call('createOrganization', { body: { name: 'Lent', slug } })).id
    for (const rung of ['contact', 'administrator', 'owner'] as const)
      callers.set(rung, (await openCaller(service, slug, rung)).client)
    callers.set('operator', service.admin)
  })

  async function create({ protocol, standing, active }: Case) {
    const source = protocol === 'oidc' ? { protocol, oidc } : { metadataUrl }
    const body = { name: 'Theirs', identityProvider: 'generic', active, ...source } as const
    const { id } = await service.admin.call('createConnection', { params: { slug }, body })
    await setConnection(service, organizationId, id, { anchor_rung: standing })
    return { params: { slug, id } }
  }
  const refused = (error: unknown): undefined => {
    if (!(error instanceof ProblemError)) throw error
  }
  const rungOf = async (at: { readonly params: { readonly slug: string; readonly id: string } }) =>
    (await service.admin.call('getConnection', at)).anchor?.rung ?? 'contact'

  describe('a change of a connection that names no identity provider', () => {
    it.each(deal('changes without a provider', cases, store))(
      'lifts no $standing anchor of $protocol by $actor, active: $active',
      async (one) => {
        const caller = callers.get(one.actor) as Client
        const lifted: string[] = []
        for (const [at, { name, body, isNamed = false }] of changes[one.protocol].entries()) {
          service.metadataPages.set(`${issuer}/.well-known/openid-configuration`, discovery(0))
          const made = await create(one)
          service.metadataPages.set(`${issuer}/.well-known/openid-configuration`, discovery(at + 1))
          await caller.call('updateConnection', { ...made, body }).catch(refused)
          const is = await rungOf(made)
          await service.admin.call('deleteConnection', made)
          if (rungs.indexOf(is) < rungs.indexOf(one.standing)) lifted.push(`${name} lowers it to ${is}`)
          if (!isNamed && is !== one.standing) lifted.push(`${name} makes it ${is}`)
          if (isNamed && one.actor === 'operator' && is !== 'owner') lifted.push(`${name} leaves it ${is}`)
        }
        expect(lifted).toEqual([])
      },
      60_000,
    )

    it.each(standings)('lifts no %s anchor by a relink with another stable id alone', async (standing) => {
      const body = { stableIdAttribute: 'employeeNumber', dryRun: false }
      const at = { protocol: 'saml', standing, actor: 'operator', active: true } as const
      const made = await create(at)
      await service.admin.call('relinkConnection', { ...made, body })
      expect([await rungOf(made), (await service.admin.call('getConnection', made)).options]).toMatchObject([
        standing,
        { stableIdAttribute: 'employeeNumber' },
      ])
      const named = await create(at)
      await service.admin.call('relinkConnection', { ...named, body: { ...body, metadataUrl } })
      expect(await rungOf(named)).toBe('owner')
    })

    it('keeps nobody from saying so themselves, by its digest', async () => {
      const made = await create({ protocol: 'oidc', standing: 'contact', actor: 'operator', active: true })
      await service.admin.call('updateConnection', {
        ...made,
        body: { options: { stableIdAttribute: 'oid' } },
      })
      const digest = (await service.admin.call('getAnchor', made)).present?.digest ?? ''
      await service.admin.call('confirmAnchor', { ...made, body: { digest } })
      expect(await rungOf(made)).toBe('owner')
    })
  })
})
