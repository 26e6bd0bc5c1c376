// An embedded store of before has its events moved into the one table while it serves: nobody who reads or follows them sees a difference,
// also where it is ended in the middle.
// Judges: server/events, server/store/migrations.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimDeliveries } from '../../packages/server/src/deliveries/queue.ts'
import { readArchivePage } from '../../packages/server/src/events/archive.ts'
import { readFeed, sequenceEvents } from '../../packages/server/src/events/feed.ts'
import { hasEventsToMove, moveEvents } from '../../packages/server/src/events/move-before.ts'
import { listEvents } from '../../packages/server/src/events/query.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { verifyEvents } from '../../packages/server/src/events/verify.ts'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { organizationQuery, type Statement } from '../../packages/server/src/store/statement.ts'
import { listDeliveries, queueAgain } from '../../packages/server/src/webhooks/deliveries.ts'
import { forms, readFileSchema, restoreFile } from '../harness/forms.ts'
import { secretKey } from '../harness/process.ts'
import { forEachStore, type Service } from '../harness/service.ts'

const newest = forms.at(-1) ?? ''
const more = 300
const log = createLog('silent', false)

forEachStore(
  (start) => {
    describe('the events of an older store', () => {
      const folder = mkdtempSync(join(tmpdir(), 'rollcall-move-'))
      const file = join(folder, 'rollcall.db')
      afterAll(() => rmSync(folder, { recursive: true, force: true }))
      let service: Service
      let before: Awaited<ReturnType<typeof read>>
      let acme = ''
      let isPurged = false
      let endpoint = ''

      const change = (work: (store: DatabaseSync) => void): void => {
        const store = new DatabaseSync(file)
        work(store)
        store.close()
      }
      /** All that anybody can read of events. */
      const read = async () => {
        const { head, pruned } = await sequenceEvents(service.database)
        const pages = []
        for (let after = pruned; after < head; ) {
          const page = await readFeed(service.database, head, {
            after,
            limit: 40,
            types: undefined,
            organizationId: undefined,
          })
          pages.push(page)
          after = page.position
        }
        const own = await readFeed(service.database, head, {
          after: pruned,
          limit: 1000,
          types: undefined,
          organizationId: acme,
        })
        const logs = []
        for (const slug of isPurged ? ['acme'] : ['acme', 'globex']) {
          const { items } = await service.admin.call('listEvents', {
            params: { slug },
            query: { limit: 200 },
          })
          logs.push(items, await service.admin.call('verifyEvents', { params: { slug }, query: {} }))
        }
        const deliveries = await listDeliveries(service.database, endpoint, {
          limit: 100,
          cursor: undefined,
          state: undefined,
          eventId: undefined,
        } as never)
        return { head, pruned, pages, own: own.items, logs, deliveries }
      }
      const isView = (): Promise<boolean> => hasEventsToMove(service.database)
      const rename = (name: string) =>
        service.admin.call('updateOrganization', { params: { slug: 'acme' }, body: { name } })

      beforeAll(async () => {
        restoreFile(newest, file)
        change((store) => {
          const { id, organization_id: organizationId } = store
            .prepare("SELECT id, organization_id FROM event WHERE type = 'organization.created' LIMIT 1")
            .get() as { id: string; organization_id: string }
          acme = organizationId
          endpoint = String(
            (store.prepare('SELECT id FROM webhook_endpoint LIMIT 1').get() as { id: string }).id,
          )
          store.exec('BEGIN')
          for (let at = 0; at < more; at += 1) {
            const one = `evt_09${String(at).padStart(24, '0')}`
            store
              .prepare(
                `INSERT INTO event SELECT organization_id, ?, 'organization.updated', occurred_at + 1000, actor_kind, actor_id, subject_type, subject_id,
                '{"changes":[{"attribute":"name","before":"a","after":"ä 1.0 \\" 5"}]}', context, request_id FROM event WHERE id = ?`,
              )
              .run(one, id)
            // The last ones have no number yet.
            store
              .prepare(
                `INSERT INTO event_feed (event_id, organization_id, type, subject_id, occurred_at, payload, position)
                SELECT id, organization_id, type, subject_id, occurred_at, '{"actor":{"kind":"' || actor_kind || '","id":null},"subject":{"type":"'
                  || subject_type || '","id":"' || subject_id || '"},"requestId":' || json_quote(request_id) || ',"data":' || data || '}',
                  CASE WHEN ? < 295 THEN (SELECT position FROM event_sequence WHERE name = 'feed') + 1 END FROM event WHERE id = ?`,
              )
              .run(at, one)
            if (at < 295) store.exec("UPDATE event_sequence SET position = position + 1 WHERE name = 'feed'")
          }
          store.exec(`INSERT INTO event_feed (event_id, organization_id, type, subject_id, occurred_at, payload, position)
            VALUES ('evt_0a', '', 'signing_key.created', 'sig_1', 5,
              '{"actor":{"kind":"operator","id":null},"subject":{"type":"signing_key","id":"sig_1"},"requestId":null,"data":{"n":1.50}}', NULL)`)
          store.exec('COMMIT')
        })
        service = await start({ folder })
        expect(await isView()).toBe(true)
        await sealEvents(service.database, log, service.now(), () => false)
        await service.stop()
        // The oldest have left the feed, as they do after 31 days.
        change((store) =>
          store.exec(`DELETE FROM event_feed WHERE position <= 30;
          UPDATE event_sequence SET pruned = 30 WHERE name = 'feed'`),
        )
        service = await start({ folder })
        before = await read()
      })

      it('are read and followed where they are', async () => {
        expect(await isView()).toBe(true)
        const ids = before.pages.flatMap(({ items }) => items.map(({ id }) => id))
        expect(ids.length).toBe(before.head - before.pruned)
        expect(new Set(ids).size).toBe(ids.length)
        expect(
          before.pages.flatMap(({ items }) => items).some(({ organization }) => organization === null),
        ).toBe(true)
        expect(before.own.length).toBeGreaterThan(more)
        for (const verified of [before.logs[1], before.logs[3]])
          expect(verified).toMatchObject({ isIntact: true, unsealed: 0 })
        expect((before.deliveries.items as readonly unknown[]).length).toBeGreaterThan(0)
      })

      it('are the same in the middle of it, and after a process was ended there', async () => {
        const turns = [false, false, true]
        await moveEvents(service.database, () => turns.shift() ?? true)
        expect(await isView()).toBe(true)
        expect(await read()).toEqual(before)
        await service.stop()
        service = await start({ folder })
        expect(await isView()).toBe(true)
        expect(await read()).toEqual(before)
      })

      it('new ones have the next numbers, and the old ones are found by their keys', async () => {
        await rename('In the middle')
        const wish = { limit: 10, types: undefined, organizationId: undefined }
        const { head } = await sequenceEvents(service.database)
        expect(head).toBe(before.head + 1)
        const { items } = await readFeed(service.database, head, { ...wish, after: before.head })
        expect(items.map(({ type }) => type)).toEqual(['organization.updated'])

        const plans: string[] = []
        const explained = explaining(service.database, plans)
        const scope = createScope(acme)
        await readFeed(explained, head, { ...wish, after: 40 })
        await readFeed(explained, head, { ...wish, after: 40, organizationId: acme })
        await sealEvents(explained, log, service.now(), () => false)
        expect(await verifyEvents(explained, scope, undefined, Date.now())).toMatchObject({
          isIntact: true,
          unsealed: 0,
        })
        await listEvents(explained, scope, { limit: 10, subject: acme })
        await readArchivePage(explained, scope, { before: 0, after: 5, limit: 10 }, service.now())
        await listDeliveries(explained, endpoint, { limit: 10 } as never)
        await queueAgain(explained, endpoint, { eventId: items[0]?.id }, service.now()).catch(() => undefined)
        const target = {
          id: endpoint,
          kind: 'webhook',
          failures: 0,
          failing_since: null,
          isFarAhead: false,
        } as const
        const wanted = {
          limit: 5,
          owner: 'test',
          now: service.now(),
          leaseNow: service.now(),
          cursor: { subjectId: '' },
        }
        await claimDeliveries(explained, target, wanted)
        expect(plans.length).toBeGreaterThan(10)
        // Nothing reads all of them, nor makes them up before it looks; but whoever sends a time again looks for it in all that is kept.
        const slow = plans.filter((plan) =>
          /MATERIALIZE event\b|SCAN (?:e|event|event_entry|event_before)\b/.test(plan),
        )
        expect(slow).toEqual([])
      })

      it('events are taken away in the middle of it as well', async () => {
        const [{ organization }, gone] = [
          await service.createOrganization(),
          await service.createOrganization(),
        ]
        const { slug } = gone.organization
        await service.admin.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })
        await service.admin.call('deleteOrganization', {
          params: { slug: 'globex' },
          body: { confirm: 'globex' },
        })
        const purge = () => purgeDeletedOrganizations(service.database, () => false)
        // Of what has no seal yet it would be missed.
        expect(await purge()).toBe(0)
        await sealEvents(service.database, log, service.now(), () => false)
        expect(await purge()).toBe(2)
        isPurged = true
        const scope = createScope(organization.id)
        const count = async () => (await listEvents(service.database, scope, { limit: 100 })).items.length
        expect(await count()).toBeGreaterThan(0)
        const old = before.own[5]?.id ?? ''
        for (const [own, id] of [
          [scope, undefined],
          [createScope(acme), old],
        ] as const)
          await service.database.inOrganization(own, async (tx) =>
            tx.write(
              organizationQuery(({ db, organizationId }) => {
                const all = db.deleteFrom('event').where('organization_id', '=', organizationId)
                return id === undefined ? all : all.where('id', '=', id)
              }),
              {},
            ),
          )
        expect(await count()).toBe(0)
        expect(
          await service.admin.call('verifyEvents', { params: { slug: 'acme' }, query: {} }),
        ).toMatchObject({
          isIntact: false,
          brokenAt: { eventId: old, reason: 'the event was removed' },
        })
      })

      it('are one table in the end, as in a new store, and the cursors of before go on', async () => {
        const was = await read()
        await moveEvents(service.database, () => false)
        expect(await isView()).toBe(false)
        expect(await read()).toEqual(was)
        await rename('In the end')
        const { head } = await sequenceEvents(service.database)
        expect(head).toBe(was.head + 1)
        await service.stop()
        const fresh = mkdtempSync(join(tmpdir(), 'rollcall-fresh-'))
        const config = readConfig({ ROLLCALL_DATA: fresh, ROLLCALL_SECRET_KEY: secretKey })
        await (await openDatabase(config, createMetrics(), log)).close()
        const [mine, theirs] = [file, join(fresh, 'rollcall.db')].map((name) => {
          const store = new DatabaseSync(name)
          const schema = readFileSchema(store)
          const faults = store.prepare('PRAGMA integrity_check').all()
          store.close()
          return { schema, faults }
        })
        expect(mine).toEqual(theirs)
        rmSync(fresh, { recursive: true, force: true })
      })
    })
  },
  ['embedded'],
)

/** The same database, which also says how it goes about each statement that is about events. */
function explaining(database: Database, plans: string[]): Database {
  const explain = async (
    run: (statement: Statement<never, never, unknown>) => Promise<readonly unknown[]>,
    statement: Statement<never, never, unknown>,
  ): Promise<void> => {
    const { sql } = statement.compile('sqlite')
    if (!/\bevent\b/.test(sql)) return
    const explained = {
      ...statement,
      name: '',
      compile: () => ({ ...statement.compile('sqlite'), name: '', sql: `EXPLAIN QUERY PLAN ${sql}` }),
    }
    const rows = (await run(explained as never)) as { detail: string }[]
    if (statement.name !== 'insert_resent_deliveries')
      plans.push([sql, ...rows.map(({ detail }) => detail)].join('\n'))
  }
  const through = (tx: never) => {
    const own = tx as unknown as {
      all(statement: unknown, args: unknown): Promise<readonly unknown[]>
      write(statement: unknown, args: unknown): void
    }
    const all = async (statement: never, args: never) => {
      await explain((one) => own.all(one, args), statement)
      return own.all(statement, args)
    }
    return {
      ...own,
      all,
      change: all,
      first: async (statement: never, args: never) => (await all(statement, args))[0],
    }
  }
  return {
    ...database,
    readOrganization: (async (scope: never, statement: never, args: never) => {
      await explain((one) => database.readOrganization(scope, one as never, args), statement)
      return database.readOrganization(scope, statement, args)
    }) as never,
    readInstallation: (async (purpose: never, statement: never, args: never) => {
      await explain((one) => database.readInstallation(purpose, one as never, args), statement)
      return database.readInstallation(purpose, statement, args)
    }) as never,
    inOrganization: (scope, work) =>
      database.inOrganization(scope, (tx) => work(through(tx as never) as never)),
    inInstallation: (purpose, work) =>
      database.inInstallation(purpose, (tx) => work(through(tx as never) as never)),
  }
}
