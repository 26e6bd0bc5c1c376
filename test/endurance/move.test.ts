// Decision 031: a store of an earlier version has its events moved, or on PostgreSQL is migrated, while the process is killed again and
// again and people go on changing things: no event is lost, none is there twice, and the chain verifies.
// Judges: server/store, server/events.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { forms, restoreDatabase, restoreFile } from '../harness/forms.ts'
import { type ServiceProcess, secretKey, startCommand, startProcess } from '../harness/process.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const form = forms.at(-1) ?? ''
const more = 5_000
const kills = 6

/** `more` events of an organization beside those of the form: in the log, the last half of them in the feed as well. */
const listRows = (text: string, series: string) => [
  `INSERT INTO event (organization_id, id, type, occurred_at, actor_kind, actor_id, subject_type, subject_id, data, context, request_id)
    SELECT organization_id, 'evt_09' || ${text}, 'organization.updated', occurred_at + 1000, actor_kind, actor_id, subject_type, subject_id,
      '{"changes":[]}', context, request_id
    FROM (SELECT * FROM event WHERE type = 'organization.created' ORDER BY id LIMIT 1) AS one, ${series}`,
  `INSERT INTO event_feed (event_id, organization_id, type, subject_id, occurred_at, payload)
    SELECT id, organization_id, type, subject_id, occurred_at, '{"actor":{"kind":"operator","id":null},"subject":{"type":"organization","id":"' || subject_id || '"},"requestId":null,"data":{"changes":[]}}'
    FROM event WHERE id >= 'evt_09000000000000000000${String(more / 2).padStart(6, '0')}' AND id < 'evt_0a' ORDER BY id`,
]

interface Store {
  readonly settings: Record<string, string>
  ids(): Promise<readonly string[]>
  /** Whether something is still to be moved; asked, like the rest, while no process has the store. */
  isUnderWay(): Promise<boolean>
  end(): Promise<void>
}

async function openEmbedded(folder: string): Promise<Store> {
  const file = join(folder, 'rollcall.db')
  restoreFile(form, file)
  const ask = (query: string) => {
    const store = new DatabaseSync(file)
    try {
      return store.prepare(query).all() as Record<string, string>[]
    } finally {
      store.close()
    }
  }
  const store = new DatabaseSync(file)
  const series = `(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < ${more - 1}) SELECT n FROM s)`
  for (const statement of listRows("printf('%024d', n)", series)) store.exec(statement)
  store.close()
  return {
    settings: { ROLLCALL_DATA: folder },
    ids: async () => ask("SELECT id FROM event WHERE organization_id <> ''").map(({ id }) => String(id)),
    isUnderWay: async () => ask("SELECT 1 FROM sqlite_master WHERE name = 'event_before'").length > 0,
    end: async () => undefined,
  }
}

async function openPostgres(folder: string): Promise<Store> {
  const url = await createDatabaseAt(inject('postgresUrl'))
  await restoreDatabase(form, url, 'rows')
  const client = new Client({ connectionString: url })
  await client.connect()
  const series = `generate_series(0, ${more - 1}) AS s(n)`
  for (const statement of listRows("lpad(n::text, 24, '0')", series)) await client.query(statement)
  return {
    settings: { ROLLCALL_DATA: folder, DATABASE_URL: url },
    ids: async () => (await client.query<{ id: string }>('SELECT id FROM event')).rows.map(({ id }) => id),
    isUnderWay: async () =>
      (await client.query('SELECT 1 FROM migration WHERE number = 29')).rows.length === 0,
    end: () => client.end(),
  }
}

describe.each(['embedded', 'postgres'] as const)('on the %s store', (name) => {
  it(`${kills} SIGKILLs while ${more} events of an earlier version are moved: none is lost, none is double, the chain holds`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-move-'))
    const store = await (name === 'embedded' ? openEmbedded(folder) : openPostgres(folder))
    const before = await store.ids()
    expect(before.length).toBeGreaterThan(more)
    const acknowledged: string[] = []
    let killedUnderWay = 0
    let service: ServiceProcess | undefined
    try {
      for (let at = 0; at < kills; at += 1) {
        // While it migrates, on its way to serve, and later on while it serves.
        if (name === 'postgres' && at < kills / 2) {
          const child = startCommand(['serve'], {
            ...store.settings,
            ROLLCALL_SECRET_KEY: secretKey,
            PORT: '0',
          })
          await new Promise((resume) => setTimeout(resume, 700 + at * 150))
          // It is there still: none that has refused to start says anything about a kill.
          expect(child.exitCode).toBeNull()
          const ended = new Promise((resume) => child.once('exit', resume))
          child.kill('SIGKILL')
          await ended
        } else {
          service = await startProcess(store.settings)
          const slug = 'acme'
          for (let one = 0; one < 5; one += 1) {
            const changed = `Moved ${at} ${one}`
            await service.admin.call('updateOrganization', { params: { slug }, body: { name: changed } })
            acknowledged.push(changed)
          }
          await service.end('SIGKILL')
          if (await store.isUnderWay()) killedUnderWay += 1
        }
      }
      // A process has the embedded store alone: it is looked at between two.
      while (await store.isUnderWay()) {
        service = await startProcess(store.settings)
        await new Promise((resume) => setTimeout(resume, 10_000))
        await service.end('SIGTERM')
      }
      const after = await store.ids()
      service = await startProcess(store.settings)
      const { admin } = service
      const verify = () => admin.call('verifyEvents', { params: { slug: 'acme' }, query: {} })
      await expect.poll(async () => (await verify()).unsealed, { timeout: 240_000, interval: 1_000 }).toBe(0)
      const verified = await verify()
      expect(verified).toMatchObject({ isIntact: true, brokenAt: null })
      const there = new Set(after)
      console.log(
        JSON.stringify({
          name,
          before: before.length,
          after: after.length,
          killedUnderWay,
          sealed: verified.sealed,
        }),
      )
      expect(there.size).toBe(after.length)
      expect(before.filter((id) => !there.has(id))).toEqual([])
      if (name === 'embedded') expect(killedUnderWay).toBeGreaterThan(0)
      // In the feed each is once, in the order of its number.
      const seen: string[] = []
      const names = new Set<unknown>()
      for (let cursor: string | undefined; ; ) {
        const query = { limit: 200, wait: 0, ...(cursor === undefined ? {} : { after: cursor }) }
        const page = await admin.call('listFeed', { query })
        for (const { id, type, data } of page.items) {
          seen.push(id)
          if (type === 'organization.updated') for (const { after: to } of data.changes) names.add(to)
        }
        if (page.items.length === 0) break
        cursor = page.nextCursor
      }
      expect(acknowledged.filter((one) => !names.has(one))).toEqual([])
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThan(more / 2)
    } finally {
      if (service?.isRunning() === true) await service.end('SIGKILL')
      await store.end()
      rmSync(folder, { recursive: true, force: true })
    }
  }, 600_000)
})
