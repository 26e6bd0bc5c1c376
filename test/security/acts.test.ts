// Between the door and the store an act waits: for a body, for somebody's metadata, for DNS, for its turn. Whoever is out by the time that
// it is written writes nothing: every operation of the management API, on both stores; and whoever ends somebody is not ended by them.
// Judges: server/sessions, server/admin.
import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer } from 'node:http'
import { type Client, type OperationId, operations, ProblemError } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSession, type NewSession } from '../../packages/server/src/sessions/sessions.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { installationTables, ownedTables } from '../../packages/server/src/store/schema.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { clientOf, openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { createAsk } from './ladder-ground.ts'
import { operationRows } from './ladder-rows.ts'

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Whatever has a body, with one that gets as far as the store. */
const bodies: Partial<Record<OperationId, (ids: Ids) => unknown>> = {
  createOrganization: () => ({ name: 'New', slug: 'acts-new' }),
  updateOrganization: () => ({ name: 'Renamed' }),
  deleteOrganization: ({ slug }) => ({ confirm: slug }),
  updateProvisioning: () => ({ unknownSignIns: 'create' }),
  createKey: () => ({ name: 'late' }),
  updateKey: () => ({ name: 'late' }),
  rotateKey: () => ({ overlapSeconds: 0 }),
  createOAuthClient: () => ({ name: 'late', method: 'client_secret' }),
  updateOAuthClient: () => ({ name: 'late' }),
  rotateOAuthClient: () => ({ overlapSeconds: 0 }),
  createDomain: () => ({ name: 'late.acme.test' }),
  updateDomain: ({ connectionId }) => ({ connectionIds: [connectionId] }),
  createConnection: ({ metadata }) => ({ name: 'Late', identityProvider: 'okta', metadataXml: metadata }),
  updateConnection: () => ({ name: 'Renamed' }),
  relinkConnection: ({ metadata }) => ({ metadataXml: metadata }),
  previewConnection: ({ metadataUrl }) => ({ metadataUrl }),
  confirmAnchor: () => ({ digest: 'a'.repeat(64) }),
  stageAnchor: ({ metadata }) => ({ metadataXml: metadata }),
  applyStagedAnchor: () => ({ digest: 'a'.repeat(64) }),
  activateServiceKey: () => ({ overlapDays: 1 }),
  createOperatorLink: () => ({ name: 'late' }),
  createPortalLink: () => ({ role: 'admin', days: 3 }),
  updateUser: () => ({ role: 'admin' }),
  unlinkUser: ({ connectionId }) => ({ connectionId }),
  putRecoveryAddress: () => ({ address: 'late@acme.test' }),
  changeUsers: ({ userId }) => ({ dryRun: false, act: 'deactivate', userIds: [userId] }),
  importUsers: () => ({ dryRun: false, users: [{ userName: 'late@acme.test', email: 'late@acme.test' }] }),
  createInvitation: () => ({ email: 'late@acme.test', role: 'member' }),
  putSchemaExtensions: () => ({ extensions: [] }),
  putRoleMappings: () => ({ mappings: [{ group: 'Late', role: 'admin' }] }),
  putAttributeMapping: () => ({ rules: { userName: ['login'] } }),
  previewAttributeMapping: ({ userId }) => ({ userId }),
  previewRoleMappings: () => ({ mappings: [{ group: 'Late', role: 'admin' }] }),
  archiveEvents: () => ({ sequence: 1, hash: 'a'.repeat(64) }),
  createWebhookEndpoint: () => ({ url: 'http://127.0.0.1:1/late' }),
  updateWebhookEndpoint: () => ({ description: 'late' }),
  rotateWebhookEndpoint: () => ({ overlapSeconds: 0 }),
  resendDeliveries: () => ({ eventId: 'evt_00000000000000000000000000' }),
  createApplication: () => ({ name: 'Late', redirectUris: ['https://app.example.com/callback'] }),
  updateApplication: () => ({ name: 'Late' }),
  rotateApplication: () => ({ overlapSeconds: 0 }),
  createSigningKey: () => ({ delaySeconds: 0 }),
  updateBrand: () => ({ productName: 'Late' }),
  putEmbedding: () => ({ origins: ['https://late.acme.test'] }),
  createEmbedSession: () => ({
    origin: 'https://late.acme.test',
    intents: ['settings'],
    role: 'admin',
    person: 'late@acme.test',
  }),
  putBrandImage: () => ({ mediaType: 'image/png', data: onePixel }),
  updateApplicationBrand: () => ({ productName: 'Late' }),
  putApplicationImage: () => ({ mediaType: 'image/png', data: onePixel }),
  putOrganizationLogo: () => ({ mediaType: 'image/png', data: onePixel }),
}

/** Which of the ground's things an operation's `id` is; a user where nothing is said. */
const subjects: Readonly<Record<string, (ids: Ids) => string>> = {
  'provisioning/keys': ({ keyId }) => keyId,
  'provisioning/clients': ({ clientId }) => clientId,
  'provisioning/oauth-clients': ({ clientId }) => clientId,
  domains: ({ domainId }) => domainId,
  connections: ({ connectionId }) => connectionId,
  'webhook-endpoints': ({ endpointId }) => endpointId,
  applications: ({ applicationId }) => applicationId,
  'brand/images': () => 'logo',
}

interface Ids {
  readonly slug: string
  readonly userId: string
  readonly makerId: string
  readonly keyId: string
  readonly clientId: string
  readonly domainId: string
  readonly connectionId: string
  /** Another connection, whose metadata is fetched. */
  readonly fetchedId: string
  readonly endpointId: string
  readonly applicationId: string
  readonly metadata: string
  readonly metadataUrl: string
}

/** What writes: every operation but those that only show, and those whose right is a secret in the body. */
const writing = (Object.keys(operations) as OperationId[]).filter(
  (id) => operations[id].method !== 'get' && operationRows[id][0] !== 'open',
)

/** What is written behind the answers or in every request, what the test ends itself, and what only one of the stores has. */
const unrelated = /^(?:activity|organization_health$|session$|operator_secret$|node$|job_|user$|event_feed$)/

const other = createSamlProvider({ baseUrl: 'https://other.acme.test', key: createSamlKey() })
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => {
      if (error instanceof ProblemError) return error.problem.code
      throw error
    },
  )

forEachStore((start) => {
  let service: Service
  interface Between {
    readonly before: 'unit' | 'read'
    readonly run: () => Promise<void>
    isOver?: boolean
  }
  /** Of one request: what the service does beside it has none. */
  const between = new AsyncLocalStorage<Between>()
  /** Once, in the moment before it goes to the store. */
  const interrupt = async (what: 'unit' | 'read'): Promise<void> => {
    const found = between.getStore()
    if (found?.before !== what || found.isOver === true) return
    found.isOver = true
    await between.exit(found.run)
  }
  let metadataUrl: string
  let askedForMetadata: () => Promise<void> = async () => undefined
  const server = createServer((_, response) => {
    void askedForMetadata().then(() => response.end(other.metadata()))
  })
  beforeAll(async () => {
    service = await start({ isDev: true, hasMail: true, beforeStore: interrupt })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    metadataUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}/metadata`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  async function build() {
    const company = await createCompany(service)
    const { slug, id: organizationId } = company.organization
    const scope = createScope(organizationId)
    const at = <T extends object>(more: T) => ({ params: { slug, ...more } })
    const find = async (name: string): Promise<string> => {
      const { items } = await service.admin.call('listUsers', { ...at({}), query: { search: name } })
      return items.find(({ userName }) => userName === `${name}@${company.domain}`)?.id ?? ''
    }
    /** Somebody with that role, in a session of theirs. */
    const settle = async (name: string, role: 'owner' | 'admin' | 'member') => {
      await company.signIn(company.person(name))
      const id = await find(name)
      if (role !== 'member') await service.admin.call('updateUser', { ...at({ id }), body: { role } })
      const { browser } = await company.signIn(company.person(name))
      return { id, browser, client: clientOf(service, browser) }
    }
    const write = (statement: Parameters<typeof organizationQuery>[0]): Promise<void> =>
      service.database.inOrganization(scope, async (tx) => tx.write(organizationQuery(statement), {}))
    /** Whose events there are behind the newest block, by their actor. */
    const listLate = async (): Promise<string[]> => {
      const { items } = await service.admin.call('listEvents', { ...at({}), query: { limit: 200 } })
      const last = items.findIndex(({ type }) => type === 'user.blocked')
      return items.slice(0, last).map(({ actor }) => actor.id ?? '')
    }
    const revokeLinks = async (): Promise<void> => {
      for (const { id } of (await service.admin.call('listPortalLinks', at({}))).items)
        await service.admin.call('revokePortalLink', at({ id }))
    }
    return { company, slug, scope, at, find, settle, write, listLate, revokeLinks }
  }

  describe('F1: every operation whose session ends between the door and the store', () => {
    let ground: Awaited<ReturnType<typeof build>>
    let ids: Ids
    beforeAll(async () => {
      ground = await build()
      const { slug, at } = ground
      const { admin } = service
      const key = await admin.call('createKey', { ...at({}), body: { name: 'key' } })
      const client = await admin.call('createOAuthClient', {
        ...at({}),
        body: { name: 'client', method: 'client_secret' },
      })
      const fetched = await admin.call('createConnection', {
        ...at({}),
        body: { name: 'Fetched', identityProvider: 'okta', metadataUrl, isActive: true },
      })
      const endpoint = await admin.call('createWebhookEndpoint', { body: { url: 'http://127.0.0.1:1/' } })
      const application = await admin.call('createApplication', {
        body: { name: 'App', redirectUris: ['https://app.example.com/callback'] },
      })
      const domains = await admin.call('listDomains', at({}))
      ids = {
        slug,
        userId: (await ground.settle('target', 'member')).id,
        makerId: (await ground.settle('maker', 'admin')).id,
        keyId: key.key.id,
        clientId: client.client.id,
        domainId: domains.items[0]?.id ?? '',
        connectionId: ground.company.connection.id,
        fetchedId: fetched.id,
        endpointId: endpoint.id,
        applicationId: application.id,
        metadata: other.metadata(),
        metadataUrl,
      }
    })

    const enter = async (session: Partial<NewSession>): Promise<Browser> => {
      const whole: NewSession = {
        kind: 'administrator',
        role: 'admin',
        userId: null,
        label: 'acts',
        ...{ linkId: null, connectionId: null, nameId: null, nameIdFormat: null, sessionIndex: null },
        ...{ anchorNumber: null, endsAt: null, ip: null, userAgent: null, authAt: null, freshAfter: null },
        ...session,
      }
      const { token } = await service.database.inOrganization(ground.scope, async (tx) =>
        createSession(tx, whole, service.now()),
      )
      const browser = createBrowser(service.url, service.send)
      browser.cookies.set('rollcall_session', token)
      return browser
    }
    const openOperator = async (): Promise<Browser> => {
      const { url } = await service.admin.call('createOperatorLink', { body: {} })
      const browser = createBrowser(service.url, service.send)
      await browser.call('POST', '/portal-sessions', { token: url.split('#token=')[1] })
      return browser
    }
    const deleteSessions = () =>
      ground.write(({ db, organizationId }) =>
        db.deleteFrom('session').where('organization_id', '=', organizationId),
      )
    const setMaker = (userId: string, set: { role?: 'member'; blocked_at?: number }) =>
      ground.write(({ db, organizationId }) =>
        db
          .updateTable('user')
          .set(set)
          .where('organization_id', '=', organizationId)
          .where('id', '=', userId),
      )
    const deleteOperatorSessions = installationStatement('test_end_operator_sessions')(({ db }) =>
      db.deleteFrom('operator_secret'),
    )

    /** Who asks, and what becomes of them meanwhile, each with what the door answers to it. */
    async function come(
      id: OperationId,
      turn: number,
    ): Promise<{
      readonly browser: Browser
      readonly wanted: string
      end(): Promise<void>
    }> {
      const [door] = operationRows[id]
      if (door === 'operator')
        return {
          browser: await openOperator(),
          wanted: '401 unauthorized',
          end: () =>
            service.database.inInstallation('operator', async (tx) => tx.write(deleteOperatorSessions, {})),
        }
      if (door === 'contact')
        return {
          browser: await enter({ kind: 'setup' }),
          wanted: '401 unauthorized',
          end: deleteSessions,
        }
      const userId = ids.makerId
      await ground.write(({ db, organizationId }) =>
        db
          .updateTable('user')
          .set({ role: 'admin', blocked_at: null })
          .where('organization_id', '=', organizationId)
          .where('id', '=', userId),
      )
      const browser = await enter({ userId })
      const ends = [
        { wanted: '401 unauthorized', end: deleteSessions },
        // Without their sessions, which go with it: each of both is looked at.
        { wanted: '401 unauthorized', end: () => setMaker(userId, { blocked_at: service.now() }) },
        { wanted: '403 forbidden', end: () => setMaker(userId, { role: 'member' }) },
      ] as const
      return { browser, ...(ends[turn % ends.length] as (typeof ends)[number]) }
    }

    /** All rows, but for those that come and go with requests. */
    async function listRows(): Promise<readonly string[]> {
      const { database } = service
      const tenant = ownedTables.filter((table) => !unrelated.test(table))
      const beyond = installationTables.filter((table) => !unrelated.test(table))
      const whole = async (table: string, isTenant: boolean): Promise<string> => {
        const rows = isTenant
          ? await database.readOrganization(
              ground.scope,
              organizationQuery(({ db, organizationId }) =>
                db
                  .selectFrom(table as 'domain')
                  .selectAll()
                  .where('organization_id', '=', organizationId),
              ),
              {},
            )
          : await database.readInstallation(
              'jobs',
              installationStatement(`test_${table}`)(({ db }) =>
                db.selectFrom(table as 'delivery').selectAll(),
              ),
              {},
            )
        return `${table} ${rows
          .map((row) => JSON.stringify(row))
          .sort()
          .join()}`
      }
      const listed = [
        ...tenant.map((table) => whole(table, true)),
        ...beyond.map((table) => whole(table, false)),
      ]
      return Promise.all(listed)
    }

    const subjectOf = (id: OperationId): string => {
      const { path } = operations[id]
      if (id === 'refreshConnection') return ids.fetchedId
      if (id.endsWith('RecoveryAddress')) return ids.makerId
      const [, subject] = Object.entries(subjects).find(([part]) => path.includes(`/${part}/`)) ?? []
      return subject?.(ids) ?? ids.userId
    }

    it('is refused as the door would, and nothing is written', async () => {
      const ask = createAsk(service)
      const wrong: unknown[] = []
      for (const [turn, id] of writing.entries()) {
        const { browser, wanted, end } = await come(id, turn)
        const input = { params: { slug: ids.slug, id: subjectOf(id), kind: 'logo' }, body: bodies[id]?.(ids) }
        let rows: readonly string[] = []
        const run = async (): Promise<void> => {
          await end()
          rows = await listRows()
        }
        // What writes nothing waits for something else.
        const before = ['testConnection', 'previewAttributeMapping', 'previewRoleMappings'].includes(id)
          ? 'read'
          : 'unit'
        const isFetching = id === 'previewConnection'
        if (isFetching) askedForMetadata = run
        const { status, answer } = await between.run({ before, run, isOver: isFetching }, () =>
          ask(id, input, { browser }),
        )
        const isReached = rows.length > 0
        const isSame = isReached && JSON.stringify(await listRows()) === JSON.stringify(rows)
        askedForMetadata = async () => undefined
        const found = `${status} ${answer.code}`
        if (!isReached || !isSame || found !== wanted)
          wrong.push({ id, isReached, isSame, found, wanted, detail: answer.detail })
      }
      expect(wrong).toEqual([])
    }, 120_000)
  })

  describe('F1: whoever waits for a server of their own', () => {
    /** Blocks, revokes or ends while the metadata is being fetched; what the act came to. */
    const meanwhile = async (act: () => Promise<unknown>, out: () => Promise<unknown>): Promise<string> => {
      let isAsked = false
      askedForMetadata = async () => {
        isAsked = true
        await out()
      }
      const came = await codeOf(act())
      askedForMetadata = async () => undefined
      expect(isAsked).toBe(true)
      return came
    }
    const late = { name: 'Late', identityProvider: 'okta', isActive: true } as const

    it('and was blocked has no connection, and switches none on', async () => {
      const { at, settle, company, slug } = await build()
      const [owner, admin] = [await settle('owner', 'owner'), await settle('admin', 'admin')]
      const prepared = await admin.client.call('createConnection', {
        ...at({}),
        body: { ...late, name: 'Prepared', isActive: false, metadataXml: other.metadata() },
      })
      const block = () => owner.client.call('deactivateUser', at({ id: admin.id }))
      const create = () =>
        admin.client.call('createConnection', { ...at({}), body: { ...late, metadataUrl } })
      expect(await meanwhile(create, block)).toBe('unauthorized')
      await owner.client.call('reactivateUser', at({ id: admin.id }))
      const again = clientOf(service, (await company.signIn(company.person('admin'))).browser)
      const update = () =>
        again.call('updateConnection', { ...at({ id: prepared.id }), body: { metadataUrl, isActive: true } })
      expect(await meanwhile(update, block)).toBe('unauthorized')
      const { items } = await service.admin.call('listConnections', { params: { slug } })
      expect(items.map(({ name, isActive: active }) => [name, active])).toEqual([
        ['Test', true],
        ['Prepared', false],
      ])
    })

    it('and whose set-up link was revoked, or whose session of the operator ended, has none either', async () => {
      const { at, slug, revokeLinks } = await build()
      const { client } = await openCaller(service, slug, 'contact')
      const create = (by: Client) => () =>
        by.call('createConnection', { ...at({}), body: { ...late, metadataUrl } })
      expect(await meanwhile(create(client), revokeLinks)).toBe('unauthorized')
      const link = await service.admin.call('createOperatorLink', { body: {} })
      const browser = createBrowser(service.url, service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const end = () => service.admin.call('endOperatorSessions', {})
      expect(await meanwhile(create(clientOf(service, browser)), end)).toBe('unauthorized')
      const { items } = await service.admin.call('listConnections', { params: { slug } })
      expect(items.map(({ name }) => name)).toEqual(['Test'])
    })

    it('or for DNS proves and ties no domain', async () => {
      const { at, slug, write } = await build()
      const { client } = await openCaller(service, slug, 'contact')
      const { id, txtRecord } = await client.call('createDomain', {
        ...at({}),
        body: { name: `${slug}-late.test` },
      })
      service.txtRecords.set(txtRecord.name, [txtRecord.value])
      // As the revoking of the link by another node leaves it: in this one it would come behind the act that is begun.
      const end = () =>
        write(({ db, organizationId }) =>
          db.deleteFrom('session').where('organization_id', '=', organizationId),
        )
      // Nothing is written before DNS has answered.
      const verify = () => codeOf(client.call('verifyDomain', at({ id })))
      expect(await between.run({ before: 'unit', run: end }, verify)).toBe('unauthorized')
      const { items } = await service.admin.call('listDomains', at({}))
      const found = items.find((domain) => domain.id === id)
      expect([found?.verifiedAt, found?.connectionIds]).toEqual([null, []])
    })
  })

  it('F1: of acts that come together with a block none comes after it', async () => {
    const { at, settle, listLate } = await build()
    const [owner, admin] = [await settle('owner', 'owner'), await settle('admin', 'admin')]
    const member = await settle('member', 'member')
    const acts = Array.from({ length: 12 }, (_, count) => [
      admin.client.call('createKey', { ...at({}), body: { name: `key ${count}` } }),
      admin.client.call('updateUser', {
        ...at({ id: member.id }),
        body: { role: count % 2 === 0 ? 'admin' : 'member' },
      }),
    ]).flat()
    const block = owner.client.call('deactivateUser', at({ id: admin.id }))
    const came = await Promise.all([...acts.map(codeOf), codeOf(block)])
    expect(came.at(-1)).toBe('ok')
    // Who had made keys by then is announced with each of them.
    expect((await listLate()).filter((actor) => actor === admin.id)).toEqual([])
    const { keys } = await service.admin.call('getProvisioning', at({}))
    const { items } = await service.admin.call('listEvents', { ...at({}), query: { limit: 200 } })
    const announced = items.filter(({ type }) => type === 'api_key.maker_gone')
    expect(announced).toHaveLength(keys.length)
  })

  it.each(['owner', 'admin'] as const)(
    'F12: of two of role %s who block each other at once one stays in',
    async (role) => {
      const { at, settle } = await build()
      const [one, two] = [await settle('one', role), await settle('two', role)]
      const came = await Promise.all([
        codeOf(one.client.call('deactivateUser', at({ id: two.id }))),
        codeOf(two.client.call('deactivateUser', at({ id: one.id }))),
      ])
      expect(came.toSorted()).toEqual(['ok', 'unauthorized'])
      const { items } = await service.admin.call('listUsers', { ...at({}), query: {} })
      expect(items.filter(({ blockedAt }) => blockedAt !== null)).toHaveLength(1)
    },
  )

  it('F12: nor are there two who take the role from each other at once', async () => {
    const { at, settle } = await build()
    const [one, two] = [await settle('one', 'owner'), await settle('two', 'owner')]
    const take = (by: Client, id: string) =>
      codeOf(by.call('updateUser', { ...at({ id }), body: { role: 'member' } }))
    const came = await Promise.all([take(one.client, two.id), take(two.client, one.id)])
    expect(came.toSorted()).toEqual(['ok', 'unauthorized'])
  })

  describe('F4: when somebody goes, all that they may know is announced', () => {
    const announced = async (slug: string): Promise<string[]> => {
      const query = { limit: 200 }
      const { items } = await service.admin.call('listEvents', { params: { slug }, query })
      const gone = items.filter(({ type }) => type.endsWith('.maker_gone'))
      return gone.map(({ type, data }) => `${type.split('.')[0]} ${(data as { name: string }).name}`).sort()
    }
    const body = { name: 'by link', method: 'client_secret' } as const
    const connection = { identityProvider: 'okta', metadataXml: other.metadata(), isActive: true } as const

    it('what they made or confirmed, through links of their own too, and what they rotated', async () => {
      const { at, settle, slug } = await build()
      const [owner, admin] = [await settle('owner', 'owner'), await settle('admin', 'admin')]
      await admin.client.call('createKey', { ...at({}), body: { name: 'direct' } })
      const link = await admin.client.call('createPortalLink', {
        ...at({}),
        body: { role: 'admin', days: 3 },
      })
      const browser = createBrowser(service.url, service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const contact = clientOf(service, browser)
      const byLink = await contact.call('createKey', { ...at({}), body: { name: 'by link' } })
      await contact.call('createOAuthClient', { ...at({}), body })
      await contact.call('createConnection', { ...at({}), body: { name: 'by link', ...connection } })
      await owner.client.call('confirmKey', at({ id: byLink.key.id }))
      // Of somebody else, who confirmed or rotated.
      const stranger = (await openCaller(service, slug, 'contact')).client
      const confirmed = await stranger.call('createKey', { ...at({}), body: { name: 'confirmed' } })
      await admin.client.call('confirmKey', at({ id: confirmed.key.id }))
      const seen = await stranger.call('createConnection', {
        ...at({}),
        body: { name: 'confirmed', ...connection },
      })
      const { present } = await service.admin.call('getAnchor', at({ id: seen.id }))
      await admin.client.call('confirmAnchor', {
        ...at({ id: seen.id }),
        body: { digest: present?.digest ?? '' },
      })
      const rotated = await owner.client.call('createKey', { ...at({}), body: { name: 'rotated' } })
      await admin.client.call('rotateKey', { ...at({ id: rotated.key.id }), body: {} })
      const given = await owner.client.call('createOAuthClient', {
        ...at({}),
        body: { ...body, name: 'rotated' },
      })
      await admin.client.call('rotateOAuthClient', { ...at({ id: given.client.id }), body: {} })
      await owner.client.call('createKey', { ...at({}), body: { name: 'of the owner' } })
      await owner.client.call('deactivateUser', at({ id: admin.id }))
      expect(await announced(slug)).toEqual([
        'api_key by link',
        'api_key confirmed',
        'api_key direct',
        'api_key rotated',
        'connection by link',
        'connection confirmed',
        'oauth_client by link',
        'oauth_client rotated',
      ])
      const { keys } = await service.admin.call('getProvisioning', at({}))
      const out = keys.filter(({ maker }) => maker.isOut).map(({ name }) => name)
      expect(out.sort()).toEqual(['by link', 'confirmed', 'direct', 'rotated'])
    })

    it('of a link that is revoked what was made in its sessions', async () => {
      const { at, slug, revokeLinks } = await build()
      const { client } = await openCaller(service, slug, 'contact')
      await client.call('createKey', { ...at({}), body: { name: 'key' } })
      await client.call('createConnection', { ...at({}), body: { name: 'connection', ...connection } })
      await service.admin.call('createKey', { ...at({}), body: { name: 'of the operator' } })
      await revokeLinks()
      expect(await announced(slug)).toEqual(['api_key key', 'connection connection'])
    })
  })
})
