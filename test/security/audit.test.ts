// Tamper evidence of the audit log (bar R14, by SQL against the store), and its export.
// Judges: server/events.

import { createLog } from '@rollcall/server'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { readArchivePage } from '../../packages/server/src/events/archive.ts'
import { toCell } from '../../packages/server/src/events/csv.ts'
import { pruneFeed, sequenceEvents } from '../../packages/server/src/events/feed.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { verifyEvents } from '../../packages/server/src/events/verify.ts'
import { purgeDeletedOrganizations, purgeLeftRows } from '../../packages/server/src/organizations/purge.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { forEachStore, type Service } from '../harness/service.ts'

/** What PostgreSQL says to whoever touches the log. */
const kept = /permission denied|let the service do|leaves with|stands behind|ends at an entry|keeps its id/

/** Compiles; nothing is asked of it. */
const postgres = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

forEachStore((start, store) => {
  let service: Service
  let params: { slug: string }
  let organizationId: string
  const log = createLog('silent', false)
  const seal = () => sealEvents(service.database, log, service.now(), () => false)
  const verify = (head?: string) => service.admin.call('verifyEvents', { params, query: { head } })
  /** A node that has just been started: it remembers nothing. */
  const startAnew = () => {
    const database = { ...service.database }
    return {
      seal: () => sealEvents(database, log, service.now(), () => false),
      verify: (head?: string) => verifyEvents(database, createScope(organizationId), head, service.now()),
    }
  }
  /** As whoever writes in the role of requests would. */
  const asRequest = async (statement: (organization: string) => ReturnType<typeof sql>) =>
    service.database.inOrganization(createScope(organizationId), async (tx) => {
      const query = organizationQuery(({ db, organizationId: own }) => ({
        compile: () => statement(own as never).compile(db),
      }))
      return tx.change(query as never, {})
    })
  let owner: Client | undefined
  afterAll(() => owner?.end())
  /** As somebody with the store's own rights would: on PostgreSQL without its triggers. */
  const tamper = async (statement: (organization: string) => ReturnType<typeof sql>) => {
    if (store === 'embedded') return asRequest(statement)
    if (owner === undefined) {
      owner = new Client({ connectionString: service.databaseUrl })
      await owner.connect()
      await owner.query('SET session_replication_role = replica')
    }
    const { sql: text, parameters } = statement(organizationId).compile(postgres)
    return owner.query(text, [...parameters])
  }
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

  /** The store, in which no unit of work of this organization can be carried out. */
  const failing = (): Database => ({
    ...service.database,
    inOrganization: (scope, work) =>
      scope.organizationId === organizationId
        ? Promise.reject(new Error('a statement of one'))
        : service.database.inOrganization(scope, work),
  })
  const sealIn = (database: Database, afterMs = 0) => {
    service.advance(afterMs)
    return sealEvents(database, log, service.now(), () => false)
  }
  const verifyOther = (slug: string) => service.admin.call('verifyEvents', { params: { slug } })

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
  describe('shows', () => {
    beforeEach(async () => {
      await seal()
      expect((await verify()).isIntact).toBe(true)
    })
    it('an edited event', async () => {
      const id = await eventAt(3)
      await tamper(
        (own) => sql`UPDATE event SET data = '{}' WHERE organization_id = ${own} AND id = ${id} RETURNING id`,
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
    it('a cut tail, by a head that was noted elsewhere, or that the node remembers', async () => {
      const { head } = await verify()
      const id = await eventAt(5)
      await tamper(
        (own) => sql`DELETE FROM event WHERE organization_id = ${own} AND id >= ${id} RETURNING id`,
      )
      await tamper(
        (own) =>
          sql`DELETE FROM event_seal WHERE organization_id = ${own} AND event_id >= ${id} RETURNING event_id`,
      )
      // As by a node that has been started since.
      const { verify: verifyAnew, seal: sealAnew } = startAnew()
      expect((await verifyAnew()).isIntact).toBe(true)
      const noted = `${head?.sequence}:${head?.hash}`
      const missed = (reason: string) => ({
        isIntact: false,
        brokenAt: { reason: expect.stringContaining(reason) },
      })
      expect(await verifyAnew(noted)).toMatchObject(missed('ends before the entry that was noted'))
      expect(await verify()).toMatchObject(missed('ends before the entry that was remembered by this node'))
      // Another one has taken its number.
      for (let at = 0; at < 6; at += 1)
        await service.admin.call('updateOrganization', { params, body: { name: `Anew ${at}` } })
      await sealAnew()
      expect((await startAnew().verify()).isIntact).toBe(true)
      expect(await startAnew().verify(noted)).toMatchObject(missed('hash is not the one that was noted'))
      expect(await verify()).toMatchObject(missed('hash is not the one that was remembered'))
    })
    it('two events that changed places', async () => {
      const [a, b] = [await eventAt(2), await eventAt(3)]
      const swap = (from: string, to: string) => (own: string) =>
        sql`UPDATE event_seal SET event_id = ${to} WHERE organization_id = ${own} AND event_id = ${from} RETURNING event_id`
      await tamper(swap(a, 'evt_between'))
      await tamper(swap(b, a))
      await tamper(swap('evt_between', b))
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 3 } })
    })
    it('a seal that was replaced', async () => {
      const id = await eventAt(3)
      await tamper(
        (own) =>
          sql`UPDATE event_seal SET hash = ${'0'.repeat(64)} WHERE organization_id = ${own} AND event_id = ${id} RETURNING event_id`,
      )
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 4, eventId: id } })
    })
    it('a slice taken out of the middle, with its seals', async () => {
      const [a, b] = [await eventAt(3), await eventAt(5)]
      for (const [table, column] of [
        ['event', 'id'],
        ['event_seal', 'event_id'],
      ] as const)
        await tamper(
          (own) =>
            sql`DELETE FROM ${sql.table(table)} WHERE organization_id = ${own} AND ${sql.ref(column)} BETWEEN ${a} AND ${b} RETURNING organization_id`,
        )
      const brokenAt = { sequence: 7, reason: 'the seal of entry 4 is missing' }
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt })
    })
    it('the whole log of another organization in the place of its own', async () => {
      const { organization: other } = await service.createOrganization()
      await seal()
      for (const table of ['event', 'event_seal']) {
        await tamper(
          (own) =>
            sql`DELETE FROM ${sql.table(table)} WHERE organization_id = ${own} RETURNING organization_id`,
        )
        await tamper(
          (own) =>
            sql`UPDATE ${sql.table(table)} SET organization_id = ${own} WHERE organization_id = ${other.id} RETURNING organization_id`,
        )
      }
      const brokenAt = { sequence: 1, reason: 'the event is of another organization' }
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt })
    })
    it('an archive whose end was moved over what is still there, and changed', async () => {
      const { head } = await verify()
      const [id, last] = [await eventAt(3), head?.sequence]
      const told = JSON.stringify({ sequence: last, hash: head?.hash })
      // Told by an entry as it ought to be, at the time that the archive names.
      await tamper(
        (own) =>
          sql`INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, actor_id, subject_type, subject_id, data, context, request_id)
            SELECT organization_id, ${`${id.slice(0, 4)}z`}, 'events.archived', occurred_at, actor_kind, actor_id, 'organization', ${own}, ${told}, context, request_id
            FROM event WHERE organization_id = ${own} AND id = ${id} RETURNING id`,
      )
      await tamper(
        (own) =>
          sql`INSERT INTO event_archive (organization_id, sequence, hash, archived_at)
            SELECT ${own}, ${last}, ${head?.hash}, occurred_at FROM event WHERE organization_id = ${own} AND id = ${id} RETURNING sequence`,
      )
      await tamper(
        (own) => sql`UPDATE event SET data = '{}' WHERE organization_id = ${own} AND id = ${id} RETURNING id`,
      )
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence: 4, eventId: id } })
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
    // The first run goes on where it fails for one, and what is from before stays the first of it.
    await expect(sealIn(failing())).rejects.toThrow(`organization ${organizationId}: failed for the 1. time`)
    expect(await verify()).toMatchObject({ isIntact: true, sealed: 9, unsealed: 2 })
    await sealIn(service.database, 60_000)
    expect(await verify()).toMatchObject({ isIntact: true, unsealed: 0, sealed: 11 })
  })

  it('one organization that cannot be sealed holds back itself alone, and nothing of it is passed over', async () => {
    await seal()
    const other = (await service.createOrganization()).organization.slug
    const change = async (slug: string, name: string) =>
      service.admin.call('updateOrganization', { params: { slug }, body: { name } })
    for (const slug of [params.slug, other]) await change(slug, 'First')
    await expect(sealIn(failing())).rejects.toThrow(
      `seal, organization ${organizationId}: failed for the 1. time`,
    )
    expect(await verifyOther(other)).toMatchObject({ isIntact: true, unsealed: 0 })
    expect(await verify()).toMatchObject({ isIntact: true, sealed: 9, unsealed: 1 })
    // What comes behind it waits, also where it could be sealed meanwhile.
    for (const slug of [params.slug, other]) await change(slug, 'Second')
    await seal()
    expect(await verifyOther(other)).toMatchObject({ isIntact: true, unsealed: 0 })
    expect(await verify()).toMatchObject({ isIntact: true, sealed: 9, unsealed: 2 })
    // Neither the feed nor an archive loses it, however long it waits.
    const later = service.now() + 40 * 86_400_000
    await pruneFeed(service.database, later, () => false)
    const wish = { before: later - 35 * 86_400_000, after: undefined, limit: 100 }
    const archive = () => readArchivePage(service.database, createScope(organizationId), wish, later)
    expect((await archive()).items).toHaveLength(9)
    await sealIn(service.database, 60_000)
    expect(await verify()).toMatchObject({ isIntact: true, sealed: 11, unsealed: 0 })
    expect((await archive()).items.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 11 }, (_, at) => at + 1),
    )
    // Nothing waits any more, and the feed is as short as everywhere.
    await pruneFeed(service.database, later, () => false)
    expect((await sequenceEvents(service.database)).pruned).toBeGreaterThan(0)
  })
  if (store === 'postgres')
    it('whoever writes in the role of requests changes no entry, and takes none out', async () => {
      await seal()
      await service.admin.call('updateOrganization', { params, body: { name: 'Not sealed yet' } })
      const before = await verify()
      const { sequence = 0, hash = '' } = before.head ?? {}
      const newest = await eventAt(before.sealed)
      const archiveTo = (own: string, to: number, itsHash: string, at: number) =>
        sql`INSERT INTO event_archive (organization_id, sequence, hash, archived_at) VALUES (${own}, ${to}, ${itsHash}, ${at}) RETURNING sequence`
      const oneByOne: ((own: string) => ReturnType<typeof sql>)[] = [
        (own) => sql`UPDATE event SET data = '{}' WHERE organization_id = ${own} RETURNING id`,
        (own) => sql`UPDATE event_seal SET hash = '' WHERE organization_id = ${own} RETURNING event_id`,
        (own) => sql`DELETE FROM event WHERE organization_id = ${own} RETURNING id`,
        (own) => sql`DELETE FROM event WHERE organization_id = ${own} AND id = ${newest} RETURNING id`,
        (own) => sql`DELETE FROM event_seal WHERE organization_id = ${own} RETURNING event_id`,
        (own) =>
          sql`DELETE FROM event_seal WHERE organization_id = ${own} AND sequence = ${sequence} RETURNING event_id`,
        // No entry of the chain; not with that hash.
        (own) => archiveTo(own, sequence + 1, hash, service.now()),
        (own) => archiveTo(own, sequence, '0'.repeat(64), service.now()),
        (own) => sql`DELETE FROM organization WHERE id = ${own} RETURNING id`,
        (own) => sql`UPDATE organization SET id = 'org_else' WHERE id = ${own} RETURNING id`,
      ]
      for (const statement of oneByOne) await expect(asRequest(statement)).rejects.toThrow(kept)
      expect(await verify()).toEqual(before)

      // An archive that is said to end now takes nothing of the last 31 days along, nor a seal before its event.
      const inOne = (...statements: ((own: string) => ReturnType<typeof sql>)[]) =>
        service.database.inOrganization(createScope(organizationId), async (tx) => {
          for (const statement of statements)
            await tx.change(
              organizationQuery(({ db, organizationId: own }) => ({
                compile: () => statement(own as never).compile(db),
              })) as never,
              {},
            )
        })
      const toNow = (own: string) => archiveTo(own, sequence, hash, service.now())
      await expect(inOne(toNow, oneByOne[2] as never)).rejects.toThrow(kept)
      await expect(inOne(toNow, oneByOne[4] as never)).rejects.toThrow(kept)
      // A seal under a number that was archived would make an event look archived.
      const falseSeal = (own: string) =>
        sql`INSERT INTO event_seal (organization_id, sequence, event_id, hash) VALUES (${own}, ${sequence}, ${newest}, '') RETURNING sequence`
      await expect(inOne(toNow, falseSeal)).rejects.toThrow(kept)
      // Moved on or back, it stays as it is.
      const back = (own: string) =>
        sql`UPDATE event_archive SET sequence = ${sequence - 1} WHERE organization_id = ${own} RETURNING sequence`
      await expect(inOne(toNow, back)).rejects.toThrow(kept)
      const away = (own: string) =>
        sql`DELETE FROM event_archive WHERE organization_id = ${own} RETURNING sequence`
      await expect(inOne(toNow, away)).rejects.toThrow(kept)
      expect(await verify()).toEqual(before)

      // Tables of their own in front of ours are not asked.
      const elsewhere = (own: string) =>
        sql`WITH made AS (SELECT set_config('search_path', 'pg_temp, public', true)) SELECT ${own}::text AS own FROM made`
      const ownTable = () =>
        sql`CREATE TEMPORARY TABLE event_archive ON COMMIT DROP AS SELECT ${organizationId}::text AS organization_id, 999999::bigint AS sequence, ''::text AS hash, 9999999999999::bigint AS archived_at`
      await expect(inOne(elsewhere, ownTable, oneByOne[2] as never)).rejects.toThrow(kept)
      expect(await verify()).toEqual(before)

      // R14-a2: nor is it moved back from a time that is still to come, a day at a time, once the young have gone.
      const future = service.now() + 40 * 86_400_000
      await expect(asRequest((own) => archiveTo(own, sequence, hash, future))).rejects.toThrow(kept)
      await expect(
        inOne((own) => archiveTo(own, sequence - 1, before.head?.hash ?? '', future)),
      ).rejects.toThrow(kept)
      const later = (own: string) =>
        sql`UPDATE event_archive SET archived_at = ${future}, sequence = sequence + 1 WHERE organization_id = ${own} RETURNING sequence`
      await expect(inOne(toNow, later)).rejects.toThrow(kept)
      expect(await verify()).toEqual(before)

      // R14-a7: whoever may make operators in the schema, as in databases from before version 15, puts none in the place of PostgreSQL's.
      await tamper(
        () =>
          sql`CREATE FUNCTION always(bigint, numeric) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true'`,
      )
      for (const operator of ['<=', '>', '>='])
        await tamper(
          () =>
            sql`CREATE OPERATOR ${sql.raw(operator)} (LEFTARG = bigint, RIGHTARG = numeric, FUNCTION = always)`,
        )
      await expect(asRequest((own) => archiveTo(own, sequence, hash, future))).rejects.toThrow(kept)
      await expect(inOne(toNow, oneByOne[2] as never)).rejects.toThrow(kept)
      expect(await verify()).toEqual(before)

      // What its owner, or an earlier version, let in with such a time takes no young entry along, and the record says so.
      await tamper((own) => archiveTo(own, sequence, hash, future))
      await expect(asRequest(oneByOne[2] as never)).rejects.toThrow(kept)
      const reason = expect.stringContaining('no entry says')
      expect(await verify()).toMatchObject({ isIntact: false, brokenAt: { sequence, reason } })
      const told = JSON.stringify({ sequence, hash })
      await asRequest(
        (own) =>
          sql`INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, actor_id, subject_type, subject_id, data, context, request_id)
            VALUES (${own}, ${`${newest}z`}, 'events.archived', ${future}, 'operator', NULL, 'organization', ${own}, ${told}, '{}', NULL) RETURNING id`,
      )
      expect(await verify()).toMatchObject({
        isIntact: false,
        brokenAt: { sequence, reason: expect.stringContaining('still to come') },
      })
    })

  if (store === 'postgres')
    it('an organization that was deleted does not come back, so that its log cannot be emptied', async () => {
      await asRequest((own) => sql`UPDATE organization SET deleted_at = 1 WHERE id = ${own} RETURNING id`)
      await expect(
        asRequest((own) => sql`UPDATE organization SET deleted_at = NULL WHERE id = ${own} RETURNING id`),
      ).rejects.toThrow(kept)
      expect(await purgeDeletedOrganizations(service.database, () => false)).toBe(1)
    })

  if (store === 'postgres')
    describe('in the role of requests', () => {
      const clients: Client[] = []
      afterAll(async () => {
        for (const client of clients) await client.end()
      })
      const connect = async () => {
        const client = new Client({ connectionString: service.databaseUrl })
        clients.push(client)
        await client.connect()
        await client.query('SET ROLE rollcall_app')
        await client.query(`SELECT set_config('app.org', $1, false)`, [organizationId])
        return client
      }
      const empty = async (client: Client) => {
        await client.query('UPDATE organization SET deleted_at = 1 WHERE id = $1', [organizationId])
        for (const table of ['event', 'event_seal'])
          await client.query(`DELETE FROM ${table} WHERE organization_id = $1`, [organizationId])
        await client.query('DELETE FROM organization WHERE id = $1', [organizationId])
      }

      it('R14-a1: an organization does not come back under its id with an empty log, whatever a transaction sees', async () => {
        await seal()
        const before = await verify()
        const [one, two] = [await connect(), await connect()]
        const copy = 'CREATE TEMPORARY TABLE copy AS SELECT * FROM organization'
        const back = 'INSERT INTO organization SELECT * FROM copy WHERE id = $1'
        for (const client of [one, two]) await client.query(copy)
        await one.query('BEGIN')
        await empty(one)
        await expect(one.query(back, [organizationId])).rejects.toThrow(kept)
        await one.query('ROLLBACK')
        expect(await verify()).toEqual(before)
        // What this one sees is from before, and it waits for the first.
        await two.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM organization')
        await one.query('BEGIN')
        await empty(one)
        const waiting = two.query(back, [organizationId]).then(
          () => 'back',
          (error: Error) => error.message,
        )
        await one.query('COMMIT')
        expect(await waiting).toMatch(kept)
        await two.query('ROLLBACK')
        await expect(one.query('DELETE FROM known_organization')).rejects.toThrow(kept)
        await expect(one.query(back, [organizationId])).rejects.toThrow(kept)
      })

      it('R14-a3: what is left of an organization that is gone is removed, its events as well', async () => {
        const client = await connect()
        await empty(client)
        // A request that was under way came to its end behind the purge.
        await client.query(
          `INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, subject_type, subject_id, data, context)
            VALUES ($1, 'evt_left', 'user.signed_in', 1, 'operator', 'user', 'usr_1', '{}', '{}')`,
          [organizationId],
        )
        await client.query(
          `INSERT INTO user_email (organization_id, value_key, user_id) VALUES ($1, 'left@acme.test', 'usr_1')`,
          [organizationId],
        )
        await client.query(
          `INSERT INTO event_feed (event_id, organization_id, type, subject_id, occurred_at, payload, position)
            VALUES ('evt_gone', $1, 'organization.deleted', $1, 1, '{}', (SELECT coalesce(max(position), 0) + 1 FROM event_feed))`,
          [organizationId],
        )
        await purgeLeftRows(service.database, () => false)
        for (const table of ['event', 'user_email'])
          expect((await client.query(`SELECT 1 FROM ${table}`)).rows).toEqual([])
      })
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
    expect(lines[1]).toContain(`"${organizationId}","'=cmd|' /C calc'!A519"`)
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
  ['\n=1', `"'\n=1"`],
  ['\uff1d1+1', `"'\uff1d1+1"`],
  ['\uff0b1', `"'\uff0b1"`],
  ['\uff0d1', `"'\uff0d1"`],
  ['\uff20x', `"'\uff20x"`],
  // Parted by semicolons.
  ['Ada;=1+1', `"Ada;'=1+1"`],
  ['Ada;;\t-1', `"Ada;;'\t'-1"`],
  ['Ada\n@x', `"Ada\n'@x"`],
  ['a;b - c = d', '"a;b - c = d"'],
  ['say "hi"', '"say ""hi"""'],
  ['plain', '"plain"'],
])('a cell %j becomes %s', (text, cell) => {
  expect(toCell(text)).toBe(cell)
})
