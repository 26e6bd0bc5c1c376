// Whoever makes and revokes over and over hides nothing that works, passes no bound, and costs nobody anything for ever.
// Judges: server/directory, server/connections.
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { forgetEnded, mostAnHour } from '../../packages/server/src/directory/places.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'

const dayMs = 86_400_000
const columns = {
  api_key:
    'organization_id,name,prefix,profile,created_at,created_by,created_rung,is_provisional,maker_id,expires_at,last_used_at',
  oauth_client:
    'organization_id,name,profile,method,trust,created_at,created_by,created_rung,is_provisional,maker_id,expires_at,last_used_at',
  portal_link: 'organization_id,role,kind,created_at,created_by,created_rung,expires_at',
} as const

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const open = async () => {
    const { organization, key } = await service.createOrganization()
    const params = { slug: organization.slug }
    const run = (render: (own: string) => RawBuilder<unknown>) =>
      service.database.inOrganization(createScope(organization.id), (tx) =>
        tx.change(
          organizationQuery<{ found: number | string }>(({ db, organizationId }) => ({
            compile: () => render(organizationId).compile(db) as never,
          })),
          {},
        ),
      )
    /** Later ones by their ids; revoked where `revokedAt` is a time. */
    const copy = async (table: keyof typeof columns, id: string, many: number, revokedAt: number | null) => {
      const list = sql.raw(columns[table])
      await run(
        (
          own,
        ) => sql`WITH RECURSIVE many(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM many WHERE place < ${sql.lit(many)})
          INSERT INTO ${sql.table(table)} (id, revoked_at, ${list})
          SELECT ${`${id.slice(0, -4)}${revokedAt === null ? 'y' : 'z'}`} || substr('000' || place, -3), cast(${revokedAt} AS bigint), ${list}
          FROM ${sql.table(table)} CROSS JOIN many WHERE organization_id = ${own} AND id = ${id} RETURNING 1 AS found`,
      )
    }
    const count = async (table: keyof typeof columns) =>
      Number(
        (
          await run(
            (own) => sql`SELECT count(*) AS found FROM ${sql.table(table)} WHERE organization_id = ${own}`,
          )
        )[0]?.found,
      )
    const callers = {
      contact: (await openCaller(service, organization.slug, 'contact')).client,
      administrator: (await openCaller(service, organization.slug, 'administrator')).client,
    }
    return { params, key, copy, count, ...callers, organization }
  }
  /** In whose sessions nobody is idle. */
  const passHour = async ({ params, contact, administrator }: Awaited<ReturnType<typeof open>>) => {
    for (let half = 0; half < 2; half += 1) {
      service.advance(1_900_000)
      await Promise.all([contact, administrator].map((one) => one.call('getProvisioning', { params })))
    }
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'made',
      (error: { problem?: { code?: string } }) => error.problem?.code,
    )

  describe.each([
    { table: 'api_key', made: 'keys', full: 'too_many_keys' },
    { table: 'oauth_client', made: 'clients', full: 'too_many_clients' },
  ] as const)('L5: $made', ({ table, made, full }) => {
    type Place = Awaited<ReturnType<typeof open>>
    const make = async ({ params }: Place, by: Place['contact'], name: string) => {
      if (made === 'keys') return (await by.call('createKey', { params, body: { name } })).key.id
      const body = { name, method: 'client_secret' } as const
      return (await by.call('createOAuthClient', { params, body })).client.id
    }
    const list = async ({ params, administrator }: Place) =>
      made === 'keys'
        ? (await administrator.call('getProvisioning', { params })).keys
        : (await administrator.call('listOAuthClients', { params })).items

    it('L5: that work are listed first and counted, whatever was made and revoked after them', async () => {
      const place = await open()
      const own = await make(place, place.administrator, 'own')
      const first = await make(place, place.contact, 'first')
      await place.copy(table, first, 67, null)
      await place.copy(table, first, 999, service.now())
      const listed = await list(place)
      const working = listed.filter(({ isActive }) => isActive)
      expect(listed.slice(0, working.length)).toEqual(working)
      expect([
        working.length >= 69,
        working.some(({ id }) => id === own),
        listed.length - working.length,
      ]).toEqual([true, true, 200])
      await passHour(place)
      const outcomes = [
        await codeOf(make(place, place.contact, 'a')),
        await codeOf(make(place, place.contact, 'b')),
      ]
      expect(outcomes.at(-1)).toBe(full)
      expect(await codeOf(make(place, place.administrator, 'c'))).toBe('made')
    })

    it('L5: are made no more than so often in an hour, and nobody below uses that up', async () => {
      const place = await open()
      const first = await make(place, place.contact, 'first')
      await place.copy(table, first, mostAnHour, service.now())
      expect(await codeOf(make(place, place.contact, 'one more'))).toBe('too_many_made')
      expect(await codeOf(make(place, place.administrator, 'above'))).toBe('made')
      await passHour(place)
      expect(await codeOf(make(place, place.contact, 'later'))).toBe('made')
    })

    it('L5: that ended are forgotten when the record has forgotten what they did, unless people are known by them', async () => {
      const place = await open()
      const first = await make(place, place.contact, 'first')
      const before = await place.count(table)
      await place.copy(table, first, 600, service.now())
      await forgetEnded(service.database, service.now() + dayMs, () => false)
      expect(await place.count(table)).toBe(before + 600)
      await forgetEnded(service.database, service.now() + 40 * dayMs, () => false)
      expect(await place.count(table)).toBe(before)
    })
  })

  it('L5: however often a page of the product opens a frame, a set-up link is listed', async () => {
    const { params, copy, administrator } = await open()
    const origin = 'https://app.acme.test'
    await service.admin.call('putEmbedding', { body: { origins: [origin] } })
    const link = await service.admin.call('createPortalLink', { params, body: { role: 'admin', days: 7 } })
    const frame = await service.admin.call('createEmbedSession', {
      params,
      body: { origin, intents: ['settings'], role: 'admin', person: 'ada@acme.test' },
    })
    await copy('portal_link', frame.id, 999, null)
    const { items } = await administrator.call('listPortalLinks', { params })
    expect(items.map(({ id }) => id)).toContain(link.id)
    expect(items.filter(({ kind }) => kind === 'embed').length).toBeGreaterThan(900)
  })

  it('L5: a revoked key that nobody confirmed is kept as long as anybody is there whom it made', async () => {
    const place = await open()
    const { params, contact } = place
    const { token, key } = await contact.call('createKey', { params, body: { name: 'used' } })
    const scim = createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key: token } as never)
    const id = await scim.user('made@acme.test')
    await contact.call('revokeKey', { params: { ...params, id: key.id } })
    const later = () => forgetEnded(service.database, service.now() + 40 * dayMs, () => false)
    const isThere = async () =>
      (await service.admin.call('getProvisioning', { params })).keys.some((one) => one.id === key.id)
    await later()
    expect(await isThere()).toBe(true)
    const confirmed = createClient({
      scimUrl: `${service.url}/scim/v2`,
      send: service.send,
      key: place.key,
    } as never)
    await confirmed.send('DELETE', `/Users/${id}`)
    await later()
    // Whoever was removed may be restored.
    expect(await isThere()).toBe(true)
  })

  it('L5: links that can be opened are listed first, whatever was made after them, and their number is bounded', async () => {
    const place = await open()
    const { params, administrator } = place
    const make = () => administrator.call('createPortalLink', { params, body: { role: 'admin', days: 7 } })
    const { id } = await make()
    await place.copy('portal_link', id, 400, service.now())
    const items = (await administrator.call('listPortalLinks', { params })).items
    const isOpen = ({ revokedAt, endedAt }: (typeof items)[number]) => revokedAt === null && endedAt === null
    expect(items.filter(isOpen).map((one) => one.id)).toContain(id)
    expect(items.slice(0, items.filter(isOpen).length).every(isOpen)).toBe(true)
    await place.copy('portal_link', id, 79, null)
    expect(await codeOf(make())).toBe('too_many_links')
    expect(
      await codeOf(service.admin.call('createPortalLink', { params, body: { role: 'admin', days: 7 } })),
    ).toBe('made')
  })
})
