// Does an act of somebody below an owner take an owner's way in? Every operation that touches power is tried by an administrator in an
// organization whose owners sign in, by SAML and by OpenID Connect: each member of what it may be sent, and the values that keep people out.
// What becomes of it is written down here by hand; an operation, or a member of one, without a line fails.
// Judges: server/anchors, server/connections, server/provisioning.
import { type ConnectionOptions, type OperationId, operations } from '@rollcall/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { createMender, createOffice, type Mender } from '../harness/mending.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../harness/openid-provider.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createAsk, type Input } from './ladder-ground.ts'
import { operationRows } from './ladder-rows.ts'
import { createOddCompany, oddProviders } from './odd-providers.ts'

/**
 * What an act comes to: `owner_required`, or another refusal, and nothing has changed. `keeps`: it is done. `waits`: it is staged, and
 * nothing that people sign in by has changed. `sleeps`: it is done, and the owner is refused until they confirm it, which a mailed link lets
 * them do. Owners come in after each but the last.
 */
type Fate = 'keeps' | 'waits' | 'sleeps' | (string & {})

interface Try {
  readonly body?: object
  /** What the operator does before. */
  readonly before?: (ground: Ground) => Promise<object | undefined>
  /** The id in the path, and what else is to be sent. */
  readonly input?: (ground: Ground, made: object | undefined) => Input
  readonly comesTo: Fate
  /** In an organization of its own. */
  readonly isAlone?: boolean
}

interface Ground {
  readonly service: Service
  readonly slug: string
  readonly samlId: string
  readonly oidcId: string
  readonly ownerId: string
  readonly ownerMail: string
  readonly domainId: string
  readonly metadata: { readonly moved: string; readonly renewed: string }
  readonly source: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }
  operator(operation: OperationId, input: Input): Promise<Record<string, unknown>>
  administrator(operation: OperationId, input: Input): Promise<Record<string, unknown>>
}

const at = ({ slug }: Ground, id: string) => ({ params: { slug, id } })
const own = (body?: object, comesTo: Fate = 'keeps'): Try => ({
  ...(body === undefined ? {} : { body }),
  comesTo,
})
const ofOwner = (comesTo: Fate, body?: object): Try => ({
  input: (ground) => ({ ...at(ground, ground.ownerId), body }),
  comesTo,
})
const ofSaml = (comesTo: Fate, body?: object, before?: Try['before']): Try => ({
  input: (ground) => ({ ...at(ground, ground.samlId), body }),
  comesTo,
  ...(before === undefined ? {} : { before }),
})
const ofOidc = (comesTo: Fate, toBody: (source: Ground['source']) => object): Try => ({
  input: (ground) => ({ ...at(ground, ground.oidcId), body: { oidc: toBody(ground.source) } }),
  comesTo,
})
const ofOidcOption = (comesTo: Fate, options: object): Try => ({
  input: (ground) => ({ ...at(ground, ground.oidcId), body: { options } }),
  comesTo,
})
const option = (comesTo: Fate, options: object): Try => ofSaml(comesTo, { options })
/** The operator has switched it on, and the identity provider has been told. */
const optionOf = (comesTo: Fate, options: object, before: object): Try =>
  ofSaml(comesTo, { options }, (ground) =>
    ground.operator('updateConnection', { ...at(ground, ground.samlId), body: { options: before } }),
  )
const ofDomain = (comesTo: Fate, body?: object): Try => ({
  input: (ground) => ({ ...at(ground, ground.domainId), body }),
  comesTo,
})
/** Of something that the operator makes before. */
const ofMade = (comesTo: Fate, operation: OperationId, body: object, more?: object): Try => ({
  before: (ground) => ground.operator(operation, { params: { slug: ground.slug }, body }),
  input: (ground, made) => ({ ...at(ground, idOf(made)), body: more }),
  comesTo,
})
const idOf = (made: object | undefined): string => {
  const { id, key, client, invitation } = made as Record<string, { id: string }> & { id?: string }
  return (typeof id === 'string' ? id : (key ?? client ?? invitation)?.id) ?? ''
}
const client = { name: 'c', method: 'client_secret' }
const newKey = async (ground: Ground, more: object = {}) => {
  await ground.operator('updateConnection', { ...at(ground, ground.samlId), body: { options: more } })
  const { items } = (await ground.operator('listServiceKeys', at(ground, ''))) as {
    items: { id: string; state: string }[]
  }
  const waiting = items.find(({ state }) => state === 'next')
  return waiting ?? ground.operator('createServiceKey', { params: { slug: ground.slug } })
}
const activate = (comesTo: Fate, overlapDays: number, options: object = {}): Try => ({
  before: (ground) => newKey(ground, options),
  input: (ground, made) => ({ ...at(ground, idOf(made)), body: { overlapDays } }),
  comesTo,
})
const unknown = (comesTo: Fate): Try => ({
  input: (ground) => at(ground, 'x_00000000000000000000000000'),
  comesTo,
})
const token = (comesTo: Fate): Try => ({ input: () => ({ body: { token: 'nothing' } }), comesTo })

const tries: Partial<Record<OperationId, readonly Try[]>> = {
  updateOrganization: [
    own({ name: 'Renamed' }),
    own({ origins: [] }),
    own({ defaultRole: 'admin' }),
    own({ defaultApplication: null }),
    own({ ownerRecovery: 'operator' }, 'owner_required'),
    own({ isScimEnabled: false }, 'forbidden'),
    own({ requireSso: true }, 'forbidden'),
    own({ seatLimit: 1 }, 'forbidden'),
  ],
  updateProvisioning: [
    own({ mode: 'scim', unknownSignIns: 'refuse' }),
    own({ deprovisionGuard: null }),
    own({ unclaimedDelete: 'deactivate', sameAddress: 'link' }),
    own({ mode: 'manual' }),
  ],
  createKey: [own({ name: 'mine' })],
  updateKey: [ofMade('keeps', 'createKey', { name: 'a' }, { name: 'b' })],
  rotateKey: [ofMade('keeps', 'createKey', { name: 'c' }, { overlapSeconds: 0 })],
  endEarlierToken: [ofMade('keeps', 'createKey', { name: 'g' })],
  revokeKey: [ofMade('keeps', 'createKey', { name: 'd' })],
  confirmKey: [ofMade('keeps', 'createKey', { name: 'e' })],
  createOAuthClient: [own(client)],
  updateOAuthClient: [ofMade('keeps', 'createOAuthClient', client, { name: 'b' })],
  rotateOAuthClient: [ofMade('keeps', 'createOAuthClient', client, { overlapSeconds: 0 })],
  revokeOAuthClient: [ofMade('keeps', 'createOAuthClient', client)],
  confirmOAuthClient: [ofMade('keeps', 'createOAuthClient', client)],
  // Whoever is linked goes on, whatever a connection speaks for.
  createDomain: [own({ name: 'more.test' })],
  verifyDomain: [ofDomain('domain_record_missing')],
  updateDomain: [
    ofDomain('keeps', { connectionIds: [] }),
    ofDomain('keeps', { connectionIds: [], dryRun: true }),
    ofDomain('forbidden', { isVerified: false }),
  ],
  deleteDomain: [ofDomain('keeps')],
  createConnection: [
    {
      input: ({ slug, metadata }) => ({
        params: { slug },
        body: { name: 'Mine', identityProvider: 'okta', metadataXml: metadata.moved, isActive: true },
      }),
      comesTo: 'keeps',
    },
  ],
  updateConnection: [
    ofSaml('keeps', { name: 'Renamed' }),
    ofSaml('keeps', { identityProvider: 'entra' }),
    ofSaml('keeps', { followsDirectory: false }),
    ofSaml('owner_required', { isActive: false }),
    option('owner_required', { forceAuthn: true }),
    optionOf('keeps', { forceAuthn: false }, { forceAuthn: true }),
    option('keeps', { allowUnsolicited: true }),
    option('owner_required', { allowUnsolicited: false }),
    option('keeps', { clockSkewSeconds: 300 }),
    option('owner_required', { clockSkewSeconds: 0 }),
    option('keeps', { allowAesCbc: true }),
    option('owner_required', { allowAesCbc: false }),
    option('owner_required', { signRequests: true }),
    optionOf('owner_required', { signRequests: false }, { signRequests: true }),
    option('keeps', { ignoreNameIdCase: true }),
    option('keeps', { ignoreNameIdCase: false }),
    option('owner_required', { wantEncryptedAssertions: true }),
    option('waits', { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }),
    option('waits', { stableIdAttribute: 'nothing' }),
    ...(['moved', 'renewed'] as const).map(
      (name): Try => ({
        input: (ground) => ({
          ...at(ground, ground.samlId),
          body: { metadataXml: ground.metadata[name] },
        }),
        comesTo: 'waits',
      }),
    ),
    ofSaml('metadata_unreachable', { metadataUrl: 'https://elsewhere.test/nothing' }),
    ofSaml('metadata_invalid', { entityId: 'x', ssoUrl: 'https://elsewhere.test/sso', certificates: ['x'] }),
    ofOidc('waits', (source) => ({ ...source, clientSecret: 'another' })),
    ofOidc('waits', ({ clientSecret: _, ...source }) => ({ ...source, scopes: ['nonsense'] })),
    ofOidc('waits', (source) => ({ ...source, clientId: 'another' })),
    ofOidc('keeps', (source) => source),
    ofOidcOption('owner_required', { forceAuthn: true }),
    ofOidcOption('owner_required', { clockSkewSeconds: 0 }),
    ofOidcOption('keeps', { clockSkewSeconds: 300 }),
  ],
  deleteConnection: [ofSaml('owner_required')],
  refreshConnection: [ofSaml('no_metadata_url')],
  relinkConnection: [ofSaml('waits', { stableIdAttribute: 'nothing', dryRun: false })],
  stageAnchor: [ofSaml('keeps', { stableIdAttribute: 'other' })],
  discardStagedAnchor: [ofSaml('keeps')],
  confirmAnchor: [
    {
      before: async (ground) =>
        ((await ground.operator('getAnchor', at(ground, ground.samlId))) as { present: object }).present,
      input: (ground, made) => ({
        ...at(ground, ground.samlId),
        body: { digest: (made as { digest: string }).digest },
      }),
      comesTo: 'keeps',
    },
  ],
  applyStagedAnchor: [
    {
      before: (ground) =>
        ground.administrator('stageAnchor', {
          ...at(ground, ground.oidcId),
          body: { oidc: { ...ground.source, clientSecret: 'another' } },
        }),
      input: (ground, made) => ({
        ...at(ground, ground.oidcId),
        body: { digest: (made as { digest: string }).digest, isCompromised: true },
      }),
      comesTo: 'owner_required',
    },
    {
      before: (ground) =>
        ground.administrator('stageAnchor', {
          ...at(ground, ground.oidcId),
          body: { oidc: { ...ground.source, clientSecret: 'another' } },
        }),
      input: (ground, made) => ({
        ...at(ground, ground.oidcId),
        body: { digest: (made as { digest: string }).digest },
      }),
      comesTo: 'not_tested',
    },
    {
      before: (ground) =>
        ground.administrator('stageAnchor', {
          ...at(ground, ground.samlId),
          body: { metadataXml: ground.metadata.renewed },
        }),
      input: (ground, made) => ({
        ...at(ground, ground.samlId),
        body: { digest: (made as { digest: string }).digest },
      }),
      comesTo: 'sleeps',
      isAlone: true,
    },
  ],
  restoreAnchor: [
    {
      async before(ground) {
        await ground.operator('updateConnection', {
          ...at(ground, ground.samlId),
          body: { metadataXml: ground.metadata.renewed },
        })
        return ground.operator('restoreAnchor', at(ground, ground.samlId))
      },
      input: (ground) => at(ground, ground.samlId),
      comesTo: 'restore_ended',
    },
  ],
  createServiceKey: [own()],
  activateServiceKey: [
    activate('owner_required', 0),
    activate('owner_required', 29),
    activate('owner_required', 90, { signRequests: true }),
    activate('keeps', 30, { signRequests: false }),
  ],
  createPortalLink: [
    own({ role: 'admin', days: 3 }),
    own({ role: 'owner' }, 'forbidden'),
    own({ role: 'admin', email: 'a@b.test', returnUrl: 'https://b.test' }, 'forbidden'),
    own({ role: 'admin', days: 3, email: 'a@b.test', send: true }),
    own({ role: 'admin', days: 3, language: 'de', intents: ['domains'] }),
  ],
  resendPortalLink: [ofMade('forbidden', 'createPortalLink', { role: 'admin', days: 3 })],
  revokePortalLink: [ofMade('owner_required', 'createPortalLink', { role: 'owner' })],
  openPortalSession: [token('link_gone')],
  openEmbedSession: [
    token('link_gone'),
    { input: () => ({ body: { token: 'nothing', verifier: 'v'.repeat(43) } }), comesTo: 'link_gone' },
  ],
  openAnchorConfirmation: [token('link_gone')],
  confirmRecoveryAddress: [token('link_gone')],
  acceptInvitation: [token('link_gone')],
  getRecoveryAddress: [ofOwner('owner_required')],
  putRecoveryAddress: [ofOwner('forbidden', { address: 'eve@evil.test' })],
  acknowledgeRecoveryAddress: [ofOwner('forbidden')],
  updateUser: [
    ofOwner('owner_required', { role: 'member' }),
    ofOwner('keeps', { displayName: 'X', givenName: 'X', familyName: 'X' }),
  ],
  deactivateUser: [ofOwner('owner_required')],
  reactivateUser: [ofOwner('keeps')],
  unlinkUser: [
    {
      input: (ground) => ({ ...at(ground, ground.ownerId), body: { connectionId: ground.samlId } }),
      comesTo: 'owner_required',
    },
  ],
  endUserSessions: [ofOwner('owner_required', { reason: 'why not' })],
  changeUsers: (
    [
      { act: 'role', role: 'member', note: 'why not' },
      { act: 'deactivate', note: 'why not' },
      { act: 'reactivate' },
      { act: 'end_sessions' },
    ] as const
  ).map((body) => ({
    input: (ground: Ground) => ({
      params: { slug: ground.slug },
      body: { dryRun: false, userIds: [ground.ownerId], ...body },
    }),
    comesTo: 'keeps',
  })),
  importUsers: [
    {
      input: ({ slug, ownerMail }) => ({
        params: { slug },
        body: { dryRun: false, users: [{ userName: 'friend', email: ownerMail, externalId: ownerMail }] },
      }),
      comesTo: 'keeps',
    },
  ],
  createInvitation: [
    own({ email: 'l@more.test', language: 'ar' }),
    {
      input: ({ slug, ownerMail: email }) => ({ params: { slug }, body: { email, role: 'member', days: 1 } }),
      comesTo: 'user_exists',
    },
  ],
  revokeInvitation: [ofMade('keeps', 'createInvitation', { email: 'a@more.test' })],
  resendInvitation: [ofMade('keeps', 'createInvitation', { email: 'b@more.test' })],
  putRoleMappings: [own({ mappings: [{ group: 'Staff', role: 'member' }] })],
  putAttributeMapping: [
    own({
      rules: Object.fromEntries(
        ['userName', 'email', 'givenName', 'familyName', 'displayName', 'groups'].map((name) => [
          name,
          ['nothing'],
        ]),
      ),
    }),
  ],
  restoreAlert: [unknown('not_found')],
  dismissAlert: [unknown('not_found')],
  endOwnSessions: [own()],
  // Nobody is left to end anything.
  endSession: [own(undefined, 'unauthorized')],
}

const isAboutConnections = (operation: string): boolean => /Connection$|Anchor$|Key$/.test(operation)

interface Schema {
  readonly shape?: Readonly<Record<string, Schema>>
  unwrap?(): Schema
}
const shapeOf = (schema: Schema | undefined): Readonly<Record<string, Schema>> =>
  schema?.shape ?? (schema?.unwrap === undefined ? {} : shapeOf(schema.unwrap()))
const bodyOf = (operation: OperationId): Readonly<Record<string, Schema>> => {
  const { request } = operations[operation] as { request?: { body?: { content: Record<string, unknown> } } }
  return shapeOf((request?.body?.content['application/json'] as { schema?: Schema } | undefined)?.schema)
}

describe('a line for each', () => {
  const touching = Object.entries(operationRows)
    .filter(([, [door, touches]]) => door !== 'operator' && touches !== 'nothing')
    .map(([operation]) => operation)

  it('operation that touches power, and no line of another', () => {
    expect(Object.keys(tries).toSorted()).toEqual(touching.toSorted())
  })

  it('member of what is sent, and option of a connection', () => {
    // Written where its ground is: bodies are made of the ground that they are tried in.
    const ground = { metadata: {}, source: {}, slug: '' } as unknown as Ground
    const sent = (operation: string): object[] =>
      (tries[operation as OperationId] ?? []).map(
        (one) => (one.body ?? one.input?.(ground, { id: 'x', digest: 'x' }).body ?? {}) as object,
      )
    const missing = touching.flatMap((operation) => {
      const known = new Set(sent(operation).flatMap((body) => Object.keys(body)))
      return Object.keys(bodyOf(operation as OperationId))
        .filter((name) => !known.has(name) && !isUntried(operation, name))
        .map((name) => `${operation} ${name}`)
    })
    expect(missing).toEqual([])
    const options = sent('updateConnection').flatMap((body) =>
      Object.keys((body as { options?: object }).options ?? {}),
    )
    expect(Object.keys(shapeOf(bodyOf('updateConnection').options)).toSorted()).toEqual(
      [...new Set(options)].toSorted(),
    )
  })
})

/** What an option may be set to. */
const either = [true, false]
const optionValues: { readonly [K in keyof ConnectionOptions]-?: readonly ConnectionOptions[K][] } = {
  signRequests: either,
  wantEncryptedAssertions: either,
  allowAesCbc: either,
  allowUnsolicited: either,
  forceAuthn: either,
  nameIdFormat: [null, 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'],
  stableIdAttribute: [null, 'nothing'],
  ignoreNameIdCase: either,
  clockSkewSeconds: [0, 120, 300],
}

/** Members that say the same as others that are tried, or only of what is made anew. */
const untried: Readonly<Record<string, readonly string[] | 'all'>> = {
  stageAnchor: ['metadataUrl', 'metadataXml', 'entityId', 'ssoUrl', 'certificates', 'oidc', 'nameIdFormat'],
  relinkConnection: ['metadataUrl', 'metadataXml'],
  createConnection: 'all',
  createKey: 'all',
  createOAuthClient: 'all',
  importUsers: ['format', 'csv'],
  changeUsers: ['where'],
  openPortalSession: ['replace'],
  openAnchorConfirmation: ['replace'],
  confirmRecoveryAddress: ['replace'],
}
const isUntried = (operation: string, name: string): boolean =>
  untried[operation] === 'all' || untried[operation]?.includes(name) === true

forEachStore((start, store) => {
  let service: Service
  let mender: Mender
  let provider: OpenIdProvider
  beforeAll(async () => {
    service = await start({ isDev: true })
    mender = createMender(service)
    provider = await startOpenIdProvider()
    for (const path of ['/.well-known/openid-configuration', '/keys'])
      service.metadataPages.set(provider.issuer + path, await (await fetch(provider.issuer + path)).text())
  })
  afterAll(() => provider.close())

  async function build() {
    const office = await createOffice(service, mender)
    const { company, boss } = office
    const { slug } = company.organization
    const params = { slug }
    const ask = createAsk(service)
    const { issuer, clientId, clientSecret } = provider
    const source = { issuer, clientId, clientSecret }
    const { id: oidcId } = await service.admin.call('createConnection', {
      params,
      body: { name: 'Issuer', identityProvider: 'generic', protocol: 'oidc', oidc: source, isActive: true },
    })
    const { id } = await service.admin.call('createDomain', { params, body: { name: 'issuer.test' } })
    await service.admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
    await service.admin.call('updateDomain', { params: { slug, id }, body: { connectionIds: [oidcId] } })
    const byOidc = async (browser: Browser = mender.newBrowser()) => {
      const asked = provider.read((await browser.open(`/saml/${oidcId}/login`)).url)
      return browser.open(provider.answer(asked, 'chief'))
    }
    await byOidc()
    const { items } = await service.admin.call('listUsers', { params, query: { search: 'chief@' } })
    await service.admin.call('updateUser', {
      params: { slug, id: items[0]?.id ?? '' },
      body: { role: 'owner' },
    })
    const { items: domains } = await service.admin.call('listDomains', { params })
    const { browser } = await openCaller(service, slug, 'administrator')
    const call = async (operation: OperationId, input: Input, as?: Browser) => {
      const { answer, status } = await ask(operation, input, { browser: as })
      if (status >= 400) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
      return answer
    }
    const ground: Ground = {
      service,
      slug,
      samlId: company.connection.id,
      oidcId,
      ownerId: boss.id,
      ownerMail: boss.email,
      domainId: domains.find(({ name }) => name === company.domain)?.id ?? '',
      metadata: { moved: office.moved.metadata(), renewed: office.renewed.metadata() },
      source,
      operator: (operation, input) => call(operation, input),
      administrator: (operation, input) => call(operation, input, browser),
    }
    const comesIn = async () => {
      const landed = [await office.signInBy(company.provider, boss), await byOidc()]
      return landed.map(({ text }) => text.includes('You are signed in'))
    }
    return { ground, browser, comesIn, ask, office }
  }

  it('authority 1: what an administrator does leaves each owner a way in, act by act', async () => {
    const shared = await build()
    const wrong: unknown[] = []
    for (const [operation, list] of Object.entries(tries))
      for (const [number, one] of list.entries()) {
        const { ground, browser, comesIn, ask, office } = one.isAlone === true ? await build() : shared
        const made = await one.before?.(ground)
        const input = one.input?.(ground, made) ?? { params: { slug: ground.slug }, body: one.body }
        const { status, answer } = await ask(operation as OperationId, input, { browser })
        const isAsleep =
          one.comesTo === 'sleeps' &&
          (await office.signInBy(office.renewed, office.boss)).text.includes('Your sign-in waits')
        // What was refused has changed nothing, which the next that is done shows.
        const isTried = status < 400 && (isAboutConnections(operation) || number === list.length - 1)
        const isIn = isTried ? await comesIn() : []
        const done = status === 202 ? 'waits' : isAsleep ? 'sleeps' : 'keeps'
        const fate = status >= 400 ? String(answer.code) : done
        const isOut = isIn.some((came, at) => !came && !(one.comesTo === 'sleeps' && at === 0))
        if (fate !== one.comesTo || isOut)
          wrong.push({ operation, number, wanted: one.comesTo, fate, isIn, detail: answer.detail })
      }
    expect(wrong).toEqual([])
    expect(await shared.comesIn()).toEqual([true, true])
  }, 60_000)

  it.each(deal('odd providers of an owner', oddProviders, store))(
    'BF6: nor of an owner whose identity provider $name',
    async (odd) => {
      const { slug, company, signIn } = await createOddCompany(service, odd)
      const { browser } = await openCaller(service, slug, 'administrator')
      const ask = createAsk(service)
      const at = { params: { slug, id: company.connection.id } }
      const base = { ...company.connection.options, ...odd.options }
      const wrong: unknown[] = []
      expect(await signIn()).toBe(true)
      for (const [name, values] of Object.entries(optionValues))
        for (const value of values) {
          if (value === base[name as keyof typeof base]) continue
          const { status, answer } = await ask(
            'updateConnection',
            { ...at, body: { options: { [name]: value } } },
            { browser },
          )
          if (status === 403 && answer.code === 'owner_required') continue
          if (status >= 300 || !(await signIn())) wrong.push({ [name]: value, status, code: answer.code })
          if (status === 200) await service.admin.call('updateConnection', { ...at, body: { options: base } })
        }
      expect(wrong).toEqual([])
      expect(await signIn()).toBe(true)
    },
  )
})
