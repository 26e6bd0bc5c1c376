// Very many accounts that share an address or an externalId: whoever is meant is found all the same, and no more of them are sorted than
// a few.
// Judges: server/users.
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { dialects } from '../../packages/server/src/store/dialect.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import {
  fewByAddress,
  fewByExternalId,
  findByAddress,
  findByExternalId,
} from '../../packages/server/src/users/met.ts'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { createClient } from '../scim/client.ts'

const columns = [
  'external_id',
  'display_name_key',
  'active',
  'role',
  'source',
  'managed_by',
  'role_origin',
  'recovery_address',
  'provisional_key_id',
  'resource',
  'version',
  'created_at',
  'updated_at',
].map((name) => sql.ref(name))

forEachStore((start) => {
  let service: Service
  let networks = 0
  beforeAll(async () => {
    service = await start({ hasMail: true, hasDeliveries: true })
  })
  const open = async () => {
    const company = await createCompany(service)
    const params = { slug: company.organization.slug }
    const { token: confirmed } = await service.admin.call('createKey', {
      params,
      body: { name: 'directory' },
    })
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const clientOf = (key: string) =>
      createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key } as never)
    return { company, params, clientOf, directory: clientOf(confirmed), d: company.domain }
  }
  const run = (company: Company, render: (own: string) => RawBuilder<unknown>) =>
    service.database.inOrganization(createScope(company.organization.id), (tx) =>
      tx.change(
        organizationQuery<{ found: number | string }>(({ db, organizationId }) => ({
          compile: () => render(organizationId).compile(db) as never,
        })),
        {},
      ),
    )
  /** Copies of an account, with its address and its externalId; they stand before or behind all others. */
  const copy = async (company: Company, id: string, many: number, side: '0' | 'z', emailKey?: string) => {
    const number = sql`WITH RECURSIVE many(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM many WHERE place < ${sql.lit(many)})`
    const own = sql`${`usr_${side}${side}${id.slice(-6)}-`} || place`
    await run(
      company,
      (
        organization,
      ) => sql`${number} INSERT INTO "user" (organization_id, id, user_name, user_name_key, ${sql.join(columns)})
        SELECT organization_id, ${own}, user_name || ${side} || place, user_name_key || ${side} || place, ${sql.join(columns)}
        FROM "user" CROSS JOIN many WHERE organization_id = ${organization} AND id = ${id} RETURNING 1 AS found`,
    )
    if (emailKey !== undefined)
      await run(
        company,
        (organization) => sql`${number} INSERT INTO user_email (organization_id, value_key, user_id)
          SELECT ${organization}, ${emailKey}, ${own} FROM many RETURNING 1 AS found`,
      )
  }
  const wordsOf = (company: Company) => ({
    organizationId: company.organization.id,
    dialect: dialects[service.store === 'postgres' ? 'postgres' : 'sqlite'],
  })
  const countOf = async (company: Company, few: (own: string) => RawBuilder<unknown>) =>
    Number((await run(company, (own) => sql`SELECT count(*) AS found FROM (${few(own)}) AS few`))[0]?.found)
  const inside = createScope

  describe('L3b: of very many who share a name', () => {
    it('L3b: an owner who is recovered by the address is found among them, and few are sorted', async () => {
      const { company, params, directory, d } = await open()
      const address = `shared@${d}`
      const one = await directory.user('one', { emails: [{ value: address }], externalId: 'shared' })
      const owner = await directory.user('boss', { emails: [{ value: address }], externalId: 'boss' })
      await service.admin.call('updateUser', { params: { ...params, id: owner }, body: { role: 'owner' } })
      for (const side of ['0', 'z'] as const) await copy(company, one, 1_000, side, address)
      const found = await service.database.inOrganization(inside(company.organization.id), (tx) =>
        findByAddress(tx, address, 'look'),
      )
      expect(found.map(({ id }) => id)).toEqual([owner])
      expect(await countOf(company, () => fewByAddress(wordsOf(company), sql`${address}`))).toBeLessThan(600)
      expect(await countOf(company, (own) => fewByExternalId(own, sql`${'shared'}`))).toBeLessThan(600)
    })

    it('L3b: whom the directory made is hidden behind none of an unconfirmed key, however many it made', async () => {
      const { company, params, clientOf, directory, d } = await open()
      const contact = (await openCaller(service, params.slug, 'contact')).client
      const { token } = await contact.call('createKey', { params, body: { name: 'c' } })
      const address = `meant@${d}`
      const spare = await clientOf(token).user('spare', { emails: [{ value: address }], externalId: 'meant' })
      const meant = await directory.user('meant', { emails: [{ value: address }], externalId: 'meant' })
      for (const side of ['0', 'z'] as const) await copy(company, spare, 400, side, address)
      const found = await service.database.inOrganization(inside(company.organization.id), async (tx) => [
        await findByAddress(tx, address, 'look'),
        await findByExternalId(tx, 'meant', 'look'),
      ])
      expect(found.map((rows) => rows.map(({ id }) => id))).toEqual([[meant], [meant]])
    })
  })

  describe('M5: an unconfirmed key hides nobody, however many accounts it makes', () => {
    const openCrowd = async () => {
      const { company, params, clientOf, d } = await open()
      const contact = (await openCaller(service, params.slug, 'contact')).client
      const createKey = (name: string) => contact.call('createKey', { params, body: { name } })
      const [crowding, other] = [await createKey('crowding'), await createKey('first sync')]
      const address = `meant@${d}`
      const named = { emails: [{ value: address }], externalId: 'meant' }
      const crowd = clientOf(crowding.token)
      const spare = await crowd.user('spare', named)
      const find = () =>
        service.database.inOrganization(inside(company.organization.id), async (tx) => ({
          byAddress: (await findByAddress(tx, address, 'look')).map(({ id }) => id),
          byExternalId: (await findByExternalId(tx, 'meant', 'look')).map(({ id }) => id),
        }))
      const surround = async () => {
        for (const side of ['0', 'z'] as const) await copy(company, spare, 400, side, address)
      }
      return {
        company,
        params,
        crowd,
        other,
        otherClient: clientOf(other.token),
        address,
        named,
        find,
        surround,
      }
    }

    it('M5: nobody whom a key made that was confirmed since', async () => {
      const { params, other, otherClient, named, find, surround } = await openCrowd()
      const meant = await otherClient.user('meant', named)
      await service.admin.call('confirmKey', { params: { ...params, id: other.key.id } })
      await surround()
      expect(await find()).toEqual({ byAddress: [meant], byExternalId: [meant] })
    })

    it('M5: nobody whom it claimed, by their address', async () => {
      const { company, params, crowd, address, find, surround } = await openCrowd()
      const users = [{ userName: 'meant', email: address }]
      await service.admin.call('importUsers', { params, body: { dryRun: false, users } })
      const meant = await crowd.user('meant', { emails: [{ value: address }] })
      await surround()
      const claimed = await run(
        company,
        (own) => sql`SELECT count(*) AS found FROM "user"
          WHERE organization_id = ${own} AND id = ${meant} AND provisional_key_id IS NOT NULL AND source <> 'scim'`,
      )
      expect(Number(claimed[0]?.found)).toBe(1)
      expect((await find()).byAddress).toEqual([meant])
    })
  })

  it('L7: an owner is mailed their link however many others administer, and are older', async () => {
    const { company, params, directory, d } = await open()
    const add = async (name: string, role: 'owner' | 'admin') => {
      const id = await directory.user(name, { emails: [{ value: `${name}@${d}` }] })
      await service.admin.call('updateUser', { params: { ...params, id }, body: { role } })
      return id
    }
    const administrator = await add('aaa', 'admin')
    await copy(company, administrator, 1_100, '0')
    const owner = await add('zoe', 'owner')
    networks += 1
    const send = (request: Request) => service.sendFrom(`10.9.${networks}.7`, request)
    const at = `/saml/${company.connection.id}/mail-link`
    expect((await createBrowser(service.url, send).postOwn(at, { email: `Zoe@${d}` })).status).toBe(200)
    const query = { type: 'user.recovery_link_mailed', limit: 50 } as const
    const { items } = await service.admin.call('listEvents', { params, query })
    expect(items.map(({ subject }) => subject.id)).toEqual([owner])
  })

  it('M7: an owner is recovered by an address as it is compared, also with capitals beyond ASCII', async () => {
    const { company, params, directory, d } = await open()
    const address = `M\u00dcLLER@${d}`
    const add = async (name: string, role: 'owner' | 'admin' | 'member', email: string) => {
      const emails = [{ value: email }]
      const id = await directory.user(name, { emails, externalId: name })
      if (role !== 'member')
        await service.admin.call('updateUser', { params: { ...params, id }, body: { role } })
      return id
    }
    const others = await add('others', 'admin', `\u00c4RGER@${d}`)
    for (const side of ['0', 'z'] as const) await copy(company, others, 600, side)
    await add('below', 'admin', address)
    const owner = await add('boss', 'owner', address)
    const one = await add('one', 'member', address)
    for (const side of ['0', 'z'] as const) await copy(company, one, 300, side, address.toLowerCase())
    for (const email of [address, address.toLowerCase()]) {
      networks += 1
      const send = (request: Request) => service.sendFrom(`10.9.${networks}.7`, request)
      const at = `/saml/${company.connection.id}/mail-link`
      expect((await createBrowser(service.url, send).postOwn(at, { email })).status).toBe(200)
    }
    const query = { type: 'user.recovery_link_mailed', limit: 50 } as const
    const { items } = await service.admin.call('listEvents', { params, query })
    expect(items.map(({ subject }) => subject.id)).toEqual([owner, owner])
    const found = await service.database.inOrganization(inside(company.organization.id), (tx) =>
      findByAddress(tx, address.toLowerCase(), 'look'),
    )
    expect(found.map(({ id }) => id)).toEqual([owner])
    // Nobody else of those who administer is mailed, nor by another spelling.
    networks += 1
    const last = (request: Request) => service.sendFrom(`10.9.${networks}.7`, request)
    const asked = { email: `mu\u0308ller@${d.toUpperCase()}` }
    await createBrowser(service.url, last).postOwn(`/saml/${company.connection.id}/mail-link`, asked)
    const { items: all } = await service.admin.call('listEvents', { params, query })
    expect(new Set(all.map(({ subject }) => subject.id))).toEqual(new Set([owner]))
  })
})
