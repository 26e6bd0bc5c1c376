// An installation from before there was a ladder goes on as it was: everybody signs in, with their role, their links and their
// keys, in organizations of one and of two connections. Also where the database's user is no superuser.
// Judges: server/store/migrations.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSamlKey, createSamlProvider, type SamlPerson, type SamlProvider } from '@rollcall/simulator'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { copyToOldDatabase, copyToOldFile } from '../harness/old-store.ts'
import { forEachStore, laterThan, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { createDatabaseAt } from '../postgres/server.ts'
import { userUrn } from '../scim/client.ts'

/** Migrations of the version before. */
const before = 6
const roles = ['owner', 'admin', 'member'] as const

/** Somebody with an identity: what they were before is what they are afterwards. */
interface Person {
  readonly slug: string
  readonly connectionId: string
  readonly provider: SamlProvider
  readonly person: SamlPerson
  readonly id: string
  readonly role: string
  readonly browser: Browser
}

forEachStore((start, store) => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'rollcall-upgrade-')))
  const people: Person[] = []
  let one: Company
  let two: Company
  let idle: Company
  let secondId: string
  let secondProvider: SamlProvider
  let scimToken: string
  let setupUrl: string
  let portalUrl: string
  let service: Service

  const signIn = async (at: Service, connectionId: string, provider: SamlProvider, person: SamlPerson) => {
    const browser = createBrowser(at.url, at.send)
    const left = await browser.open(`/saml/${connectionId}/login`)
    const answer = await provider.answer(left.url, person)
    const { status } = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    return { status, browser }
  }
  const scim = async (at: Service, method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${scimToken}`, 'content-type': 'application/scim+json' }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await at.send(new Request(`${at.url}/scim/v2${path}`, init))
    return { status: response.status, body: (await response.json()) as { id: string; totalResults?: number } }
  }
  const sessionOf = async (browser: Browser) =>
    (await (await browser.call('GET', '/session')).json()) as { role?: string }

  const populate = async (old: Service) => {
    const settle = async (
      slug: string,
      connectionId: string,
      provider: SamlProvider,
      person: SamlPerson,
      role: string,
    ) => {
      expect((await signIn(old, connectionId, provider, person)).status).toBe(200)
      const query = { search: String(person.attributes.email?.[0]), limit: 5 }
      const { items } = await old.admin.call('listUsers', { params: { slug }, query })
      const id = items[0]?.id ?? ''
      if (role !== 'member')
        await old.admin.call('updateUser', { params: { slug, id }, body: { role: role as 'admin' } })
      await laterThan(old)
      const { browser } = await signIn(old, connectionId, provider, person)
      people.push({ slug, connectionId, provider, person, id, role, browser })
    }
    one = await createCompany(old)
    two = await createCompany(old)
    idle = await createCompany(old, { connection: { isActive: false } })
    for (const role of roles)
      await settle(one.organization.slug, one.connection.id, one.provider, one.person(role), role)
    const { slug } = two.organization
    secondProvider = createSamlProvider({
      baseUrl: 'https://second.test',
      key: createSamlKey(),
      now: old.now,
    })
    const second = await old.admin.call('createConnection', {
      params: { slug },
      body: {
        name: 'Second',
        identityProvider: 'generic',
        metadataXml: secondProvider.metadata(),
        isActive: true,
      },
    })
    secondId = second.id
    // In the version before a proved domain was every connection's.
    const { items } = await old.admin.call('listDomains', { params: { slug } })
    for (const { id } of items)
      await old.admin.call('updateDomain', {
        params: { slug, id },
        body: { connectionIds: [two.connection.id, second.id] },
      })
    for (const role of roles) {
      await settle(slug, two.connection.id, two.provider, two.person(role), role)
      await settle(slug, second.id, secondProvider, two.person(`second-${role}`), role)
    }
    await old.admin.call('updateProvisioning', {
      params: { slug },
      body: { mode: 'scim', unknownSignIns: 'create' },
    })
    scimToken = (await old.admin.call('createKey', { params: { slug }, body: { name: 'Directory' } })).token
    for (const name of ['first', 'second'])
      expect(
        (
          await scim(old, 'POST', '/Users', {
            schemas: [userUrn],
            userName: `${name}@elsewhere.test`,
            externalId: `ext-${name}`,
          })
        ).status,
      ).toBe(201)
    const params = one.organization
    setupUrl = (await old.admin.call('createPortalLink', { params, body: { role: 'admin', days: 14 } })).url
    portalUrl = (await old.admin.call('createPortalLink', { params, body: { role: 'owner' } })).url
  }

  beforeAll(async () => {
    const [from = '', to = ''] = folders
    if (store === 'embedded') {
      const old = await start({ folder: from })
      await populate(old)
      await old.stop()
      copyToOldFile(join(from, 'rollcall.db'), join(to, 'rollcall.db'), before)
      service = await start({ folder: to })
      return
    }
    const old = await start()
    await populate(old)
    const databaseUrl = await createDatabaseAt(inject('postgresUrl'))
    await makePlainRole(databaseUrl)
    await copyToOldDatabase(old.databaseUrl ?? '', databaseUrl, before, plainRole)
    const asPlain = new URL(databaseUrl)
    asPlain.username = plainRole
    service = await start({ beside: { databaseUrl: asPlain.href } })
  })
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  it('everybody signs in as who they were, with their role and their links', async () => {
    expect(people).toHaveLength(9)
    for (const { slug, connectionId, provider, person, id, role } of people) {
      const { status, browser } = await signIn(service, connectionId, provider, person)
      expect([person.nameId, status, (await sessionOf(browser)).role]).toEqual([person.nameId, 200, role])
      const user = await service.admin.call('getUser', { params: { slug, id } })
      expect(user).toMatchObject({ role, active: true })
      expect(user.identities.map((one) => one.connectionId)).toEqual([connectionId])
    }
  })

  it('sessions go on', async () => {
    for (const { browser, role } of people) {
      const cookies = new Map(browser.cookies)
      const same = createBrowser(service.url, service.send, cookies)
      expect((await sessionOf(same)).role).toBe(role)
    }
  })

  it('both connections of an organization speak for its domains and its directory, as they did', async () => {
    for (const [at, [connectionId, provider]] of (
      [
        [two.connection.id, two.provider],
        [secondId, secondProvider],
      ] as const
    ).entries()) {
      expect((await signIn(service, connectionId, provider, two.person(`new-${at}`))).status).toBe(200)
      const name = ['first', 'second'][at]
      const person = { nameId: `ext-${name}`, attributes: { email: [`${name}@elsewhere.test`] } }
      expect((await signIn(service, connectionId, provider, person)).status).toBe(200)
    }
    expect((await signIn(service, one.connection.id, one.provider, one.person('new'))).status).toBe(200)
    const { slug } = two.organization
    const { items } = await service.admin.call('listDomains', { params: { slug } })
    expect(items.map(({ connectionIds }) => connectionIds)).toEqual([[two.connection.id, secondId]])
  })

  it('keys go on, and links that were open', async () => {
    const { status, body } = await scim(service, 'GET', '/Users?count=100')
    expect([status, (body.totalResults ?? 0) >= 8]).toEqual([200, true])
    expect(
      (await scim(service, 'POST', '/Users', { schemas: [userUrn], userName: 'after@elsewhere.test' }))
        .status,
    ).toBe(201)
    const setup = createBrowser(service.url, service.send)
    const token = setupUrl.split('token=')[1]
    expect((await setup.call('POST', '/portal-sessions', { token })).status).toBe(200)
    const path = `/organizations/${one.organization.slug}/connections`
    expect((await setup.call('GET', path)).status).toBe(200)
    const portal = createBrowser(service.url, service.send)
    const secret = portalUrl.split('token=')[1]
    expect((await portal.call('POST', '/portal-sessions', { token: secret })).status).toBe(200)
  })

  it("what was there counts as an owner's; what was never used is a contact's", async () => {
    const read = async (company: Company) => {
      const statement = organizationQuery(({ db, organizationId }) =>
        db
          .selectFrom('connection')
          .select(['anchor_rung', 'anchor_url_rung', 'follows_directory'])
          .where('organization_id', '=', organizationId)
          .orderBy('id'),
      )
      return service.database.readOrganization(createScope(company.organization.id), statement, {})
    }
    const owned = { anchor_rung: 'owner', anchor_url_rung: 'owner', follows_directory: 1 }
    expect(await read(one)).toEqual([owned])
    expect(await read(two)).toEqual([owned, owned])
    expect(await read(idle)).toEqual([
      { anchor_rung: 'contact', anchor_url_rung: 'contact', follows_directory: 0 },
    ])
  })

  it('privileged people are recovered by the address that they have', async () => {
    for (const { slug, id, role, person } of people) {
      const organizationId = [one, two].find((company) => company.organization.slug === slug)?.organization.id
      const statement = organizationQuery(({ db, organizationId: own }) =>
        db
          .selectFrom('user')
          .select('recovery_address')
          .where('organization_id', '=', own)
          .where('id', '=', id),
      )
      const [row] = await service.database.readOrganization(createScope(organizationId ?? ''), statement, {})
      expect(row?.recovery_address).toBe(role === 'member' ? null : person.nameId)
    }
  })
})

const plainRole = 'upgrade_plain'

/** A user that may log in and make roles, as hosted databases give it; no superuser. */
async function makePlainRole(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'upgrade_plain'")
    if (rows.length === 0)
      await client.query(`CREATE ROLE ${plainRole} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS`)
    await client.query(`GRANT rollcall_app TO ${plainRole}`)
    await client.query(`ALTER DATABASE ${new URL(databaseUrl).pathname.slice(1)} OWNER TO ${plainRole}`)
  } finally {
    await client.end()
  }
}
