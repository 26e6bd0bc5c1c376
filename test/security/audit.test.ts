// Tamper evidence of the audit log (bar R14, by SQL against the store), and its export.

import { createLog } from '@rollcall/server'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { toCell } from '../../packages/server/src/events/csv.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { forEachStore, type Service } from '../harness/service.ts'

forEachStore((start, store) => {
  let service: Service
  let params: { slug: string }
  let organizationId: string
  const log = createLog('silent', false)
  const seal = () => sealEvents(service.database, log, service.now(), () => false)
  const verify = (head?: string) => service.admin.call('verifyEvents', { params, query: { head } })
  /** As somebody with the store's own rights would. */
  const tamper = async (statement: (organization: string) => ReturnType<typeof sql>) =>
    service.database.inOrganization(createScope(organizationId), async (tx) => {
      const query = organizationQuery(({ db, organizationId: own }) => ({
        compile: () => statement(own as never).compile(db),
      }))
      await tx.change(query as never, {})
    })
  beforeEach(async () => {
    service ??= await start()
    const { organization } = await service.createOrganization()
    params = { slug: organization.slug }
    organizationId = organization.id
    for (let count = 0; count < 6; count += 1)
      await service.admin.call('updateOrganization', { params, body: { name: `Acme ${count}` } })
  })
  const eventAt = async (at: number) => {
    const { items } = await service.admin.call('listEvents', { params, query: { limit: 200 } })
    return items.toReversed()[at]?.id ?? ''
  }

  it('what is sealed verifies; later events are sealed behind it', async () => {
    expect(await verify()).toMatchObject({ isIntact: true, sealed: 0, head: null })
    await seal()
    const first = await verify()
    expect(first).toMatchObject({ isIntact: true, unsealed: 0, brokenAt: null })
    expect(first.sealed).toBeGreaterThanOrEqual(9)
    await service.admin.call('updateOrganization', { params, body: { name: 'Later' } })
    expect(await verify()).toMatchObject({ isIntact: true, unsealed: 1 })
    await seal()
    const head = `${first.head?.sequence}:${first.head?.hash}`
    expect(await verify(head)).toMatchObject({ isIntact: true, sealed: first.sealed + 1 })
  })

  // On the embedded store the feed is the audit log itself.
  const isOne = store === 'embedded'
  // On PostgreSQL the service's own role may not rewrite events: there the store refuses what here is shown.
  const mayRewrite = store === 'embedded'
  describe('shows', () => {
    beforeEach(async () => {
      await seal()
      expect((await verify()).isIntact).toBe(true)
    })
    if (mayRewrite)
      it('an edited event', async () => {
        const id = await eventAt(3)
        await tamper(
          (own) =>
            sql`UPDATE event SET data = '{}' WHERE organization_id = ${own} AND id = ${id} RETURNING id`,
        )
        expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 4, eventId: id } })
      })
    it('a removed event', async () => {
      const id = await eventAt(3)
      await tamper((own) => sql`DELETE FROM event WHERE organization_id = ${own} AND id = ${id} RETURNING id`)
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 4 } })
    })
    it('a removed event whose seal was removed with it', async () => {
      const id = await eventAt(3)
      await tamper((own) => sql`DELETE FROM event WHERE organization_id = ${own} AND id = ${id} RETURNING id`)
      await tamper(
        (own) =>
          sql`DELETE FROM event_seal WHERE organization_id = ${own} AND event_id = ${id} RETURNING event_id`,
      )
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 5 } })
    })
    it('a cut tail, by a head that was noted elsewhere', async () => {
      const { head } = await verify()
      const id = await eventAt(5)
      await tamper(
        (own) => sql`DELETE FROM event WHERE organization_id = ${own} AND id >= ${id} RETURNING id`,
      )
      await tamper(
        (own) =>
          sql`DELETE FROM event_seal WHERE organization_id = ${own} AND event_id >= ${id} RETURNING event_id`,
      )
      expect((await verify()).isIntact).toBe(true)
      const noted = await verify(`${head?.sequence}:${head?.hash}`)
      expect(noted).toMatchObject({
        isIntact: false,
        brokenAt: { reason: expect.stringContaining('ends before') },
      })
    })
    if (mayRewrite)
      it('two events that changed places', async () => {
        const [a, b] = [await eventAt(2), await eventAt(3)]
        const swap = (from: string, to: string) => (own: string) =>
          sql`UPDATE event_seal SET event_id = ${to} WHERE organization_id = ${own} AND event_id = ${from} RETURNING event_id`
        await tamper(swap(a, 'evt_between'))
        await tamper(swap(b, a))
        await tamper(swap('evt_between', b))
        expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 3 } })
      })
    it('the beginning of the log taken away, and said to be archived by its hash in the store alone', async () => {
      const noted = await verify()
      const hash = noted.head?.hash ?? ''
      await tamper((own) => sql`DELETE FROM event WHERE organization_id = ${own} RETURNING id`)
      await tamper((own) => sql`DELETE FROM event_seal WHERE organization_id = ${own} RETURNING event_id`)
      await tamper(
        (own) =>
          sql`INSERT INTO event_archive (organization_id, sequence, hash, archived_at) VALUES (${own}, ${noted.sealed}, ${hash}, 1) RETURNING sequence`,
      )
      await service.admin.call('updateOrganization', { params, body: { name: 'Goes on' } })
      await seal()
      for (const head of [undefined, `${noted.sealed - 1}:${hash}`, `${noted.sealed}:${hash}`])
        expect(await verify(head)).toMatchObject({
          isIntact: false,
          noted: null,
          brokenAt: { sequence: noted.sealed, reason: expect.stringContaining('no entry says') },
        })
    })
    it('an event that was slipped in', async () => {
      const id = await eventAt(0)
      const forged = `${id.slice(0, -4)}0000`
      await tamper(
        (own) =>
          sql`INSERT INTO event (${isOne ? sql`number, ` : sql``}organization_id, id, type, occurred_at, actor_kind, actor_id, subject_type, subject_id, data, context, request_id)
            SELECT ${isOne ? sql`-1, ` : sql``}organization_id, ${forged}, type, occurred_at, actor_kind, actor_id, subject_type, subject_id, data, context, request_id
            FROM event WHERE organization_id = ${own} AND id = ${id} RETURNING id`,
      )
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { eventId: forged } })
    })
  })

  it('F2: a clock that steps back an hour, and nodes that are 10 minutes apart, are no tampering', async () => {
    for (const step of [-3_600_000, 600_000, -600_000, 7_200_000]) {
      service.advance(step)
      await service.admin.call('updateOrganization', { params, body: { name: `Acme at ${step}` } })
      expect(await verify()).toMatchObject({ isIntact: true, unsealed: step === -3_600_000 ? 10 : 1 })
      await seal()
      expect(await verify()).toMatchObject({ isIntact: true, unsealed: 0 })
    }
    const { sealed } = await verify()
    expect(sealed).toBe(13)
  })

  it('an event that is removed before its number comes is missed, in the log', async () => {
    await seal()
    await service.admin.call('updateOrganization', { params, body: { name: 'Removed' } })
    const { items } = await service.admin.call('listEvents', { params, query: { limit: 1 } })
    const id = items[0]?.id ?? ''
    await tamper((own) => sql`DELETE FROM event WHERE organization_id = ${own} AND id = ${id} RETURNING id`)
    const lines: unknown[] = []
    const warned = { ...log, warn: (fields: unknown) => lines.push(fields), info: () => undefined }
    await sealEvents(service.database, warned as never, service.now(), () => false)
    expect(lines).toEqual([isOne ? { events: 1 } : { organizationId, events: 1 }])
    await sealEvents(service.database, warned as never, service.now(), () => false)
    expect(lines).toHaveLength(1)
  })

  it('P1, F13: a run visits only organizations with news, and writes their new heads into the log once an hour', async () => {
    await seal()
    const visited: string[] = []
    const database: Database = {
      ...service.database,
      inOrganization: (scope, work) => {
        visited.push(scope.organizationId)
        return service.database.inOrganization(scope, work)
      },
    }
    const heads: { heads: { organizationId: string }[] }[] = []
    const noting = { ...log, info: (fields: never) => heads.push(fields) } as never
    const run = () => sealEvents(database, noting, service.now(), () => false)
    await run()
    expect(visited).toEqual([])
    for (const name of ['once', 'twice']) {
      await service.admin.call('updateOrganization', { params, body: { name } })
      await run()
    }
    expect(visited).toEqual([organizationId, organizationId])
    expect(heads).toEqual([{ heads: [{ organizationId, sequence: 10, hash: expect.any(String) }] }])
  })

  it('what an earlier version left unsealed, from before there was a feed, is sealed first', async () => {
    const installation = (text: ReturnType<typeof sql>) =>
      service.database.inInstallation('jobs', async (tx) => {
        const query = installationStatement(`audit_test_${Math.random()}`)(({ db }) => ({
          compile: () => text.compile(db),
        }))
        await tx.change(query as never, {})
      })
    await seal()
    await service.admin.call('updateOrganization', { params, body: { name: 'Before the feed' } })
    await tamper((own) =>
      isOne
        ? sql`UPDATE event SET number = -number WHERE organization_id = ${own} RETURNING number`
        : sql`DELETE FROM event_feed WHERE organization_id = ${own} RETURNING number`,
    )
    await installation(sql`DELETE FROM event_sequence WHERE name = 'seal' RETURNING name`)
    await service.admin.call('updateOrganization', { params, body: { name: 'After it' } })
    await seal()
    expect(await verify()).toMatchObject({ isIntact: true, unsealed: 0, sealed: 11 })
  })

  if (store === 'postgres')
    it('the role of the service cannot rewrite an event or its seal', async () => {
      for (const statement of [
        (own: string) => sql`UPDATE event SET data = '{}' WHERE organization_id = ${own} RETURNING id`,
        (own: string) =>
          sql`UPDATE event_seal SET hash = '' WHERE organization_id = ${own} RETURNING event_id`,
      ])
        await expect(tamper(statement)).rejects.toThrow()
    })

  it('exports every event as CSV, page by page, filtered', async () => {
    const get = async (query = '') => {
      const response = await service.send(
        new Request(`${service.url}/api/v1/organizations/${params.slug}/events.csv${query}`, {
          headers: { authorization: `Bearer ${service.operatorKey}` },
        }),
      )
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
      expect(response.headers.get('content-disposition')).toContain('attachment')
      return (await response.text()).trimEnd().split('\r\n')
    }
    for (let count = 0; count < 520; count += 1)
      await service.admin.call('updateOrganization', { params, body: { name: `=cmd|' /C calc'!A${count}` } })
    const lines = await get()
    expect(lines.length).toBeGreaterThan(528)
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines[0]).toMatch(/^id,time,type/)
    const filtered = await get('?type=organization.created')
    expect(filtered).toHaveLength(2)
    expect(filtered[1]).toContain('"organization.created"')
  })
})

it.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@x', `"'@x"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['say "hi"', '"say ""hi"""'],
  ['plain', '"plain"'],
])('a cell %j becomes %s', (text, cell) => {
  expect(toCell(text)).toBe(cell)
})
