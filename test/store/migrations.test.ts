// Migrations: frozen once committed, refused when a store has others, resumed where they stopped, and no outage on PostgreSQL.
// Judges: server/store/migrations, server/store.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import {
  checksumOf,
  contractionOf,
  type Migration,
  migrations,
  postgresWords,
  sqliteWords,
} from '../../packages/server/src/store/migrations/index.ts'
import { migratePostgres } from '../../packages/server/src/store/postgres-migrate.ts'
import { type NodeLife, startNode } from '../../packages/server/src/store/postgres-nodes.ts'
import { contractPostgres } from '../../packages/server/src/store/postgres-upgrade.ts'
import { migrateSqlite } from '../../packages/server/src/store/sqlite-migrate.ts'
import { forEachStore } from '../harness/service.ts'
import { createDatabaseAt, createMigratedAt } from '../postgres/server.ts'

const options = { isMigrating: true, now: Date.now }
const next = migrations.length + 1
const clients: Client[] = []
afterAll(async () => {
  for (const client of clients) await client.end()
})

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  clients.push(client)
  // A database of a service goes with the service, and cuts off whoever looks into it.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Brings a database to this version and one migration further. */
function migrate(
  url: string,
  migration: Omit<Migration, 'number' | 'name'>,
  tell?: (what: Readonly<Record<string, unknown>>, message: string) => void,
): Promise<unknown> {
  const all = [...migrations, { number: next, name: 'of a test', ...migration }]
  const create = (): Client => new Client({ connectionString: url })
  const more = tell === undefined ? {} : { tell }
  return migratePostgres({ ...options, create, migrations: all, pauseMs: 100, ...more })
}

describe('a committed migration', () => {
  it('H1: never changes: each has the checksums with which it was committed', () => {
    const frozen = readFileSync(resolve(import.meta.dirname, 'checksums.txt'), 'utf8')
      .trim()
      .split('\n')
    const lines = migrations.map((migration) => {
      const sums = [sqliteWords, postgresWords].map((words) => checksumOf(migration, words, migrations))
      return [migration.number, migration.name.replaceAll(' ', '-'), ...sums].join(' ')
    })
    // A migration that is in a commit is in somebody's store: put what you want into a new one. Of a new one the line goes to checksums.txt.
    expect(lines).toEqual(frozen)
  })

  it('F3: is refused in words where a store has another one of its number', async () => {
    const words = /^Migration 6 \(product\) of this store is not the one that this version of Rollcall knows/
    const store = new DatabaseSync(':memory:')
    migrateSqlite(store, options)
    store.exec("UPDATE migration SET checksum = 'of another' WHERE number = 6")
    for (const isMigrating of [true, false])
      expect(() => migrateSqlite(store, { ...options, isMigrating })).toThrow(words)
    const url = await createMigratedAt(inject('postgresUrl'))
    const client = await connect(url)
    await client.query('UPDATE migration SET checksum = NULL WHERE number = 6')
    const create = (): Client => new Client({ connectionString: url })
    for (const isMigrating of [true, false])
      await expect(migratePostgres({ ...options, create, isMigrating })).rejects.toThrow(words)
  })
})

describe('a migration on PostgreSQL', () => {
  it('goes on where it was broken off, while the version before still starts', async () => {
    const url = await createMigratedAt(inject('postgresUrl'))
    const client = await connect(url)
    const migration = {
      statements: () => [
        'ALTER TABLE setting ADD COLUMN shade text',
        "INSERT INTO setting VALUES ('of a test', '1', 'dark')",
        'CREATE UNIQUE INDEX setting_shade ON setting (shade)',
      ],
    }
    await client.query("INSERT INTO setting VALUES ('twin', '1')")
    const twins = 'CREATE TABLE other_shade (name text)'
    await client.query(twins)
    // The row of the migration meets one of the same shade only after the first two statements ran.
    await client.query(
      `CREATE FUNCTION shade() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN UPDATE setting SET shade = 'dark' WHERE name = 'twin'; RETURN NULL; END $$`,
    )
    await client.query('CREATE TRIGGER shade AFTER INSERT ON setting FOR EACH ROW EXECUTE FUNCTION shade()')
    await expect(migrate(url, migration)).rejects.toThrow(/could not create unique index/)
    await migratePostgres({ ...options, create: () => new Client({ connectionString: url }) })
    await client.query("DELETE FROM setting WHERE name = 'twin'")
    await migrate(url, migration)
    const { rows } = await client.query<{ number: number; indisvalid: boolean }>(
      "SELECT number, indisvalid FROM migration, pg_index WHERE indexrelid = 'setting_shade'::regclass AND (number < 0 OR number = $1)",
      [next],
    )
    expect(rows).toEqual([{ number: next, indisvalid: true }])
    const other = { statements: () => [...migration.statements(), 'DROP TABLE other_shade'] }
    await expect(migrate(url, other)).rejects.toThrow(/is not the one that this version of Rollcall knows/)
  })
})

forEachStore(
  (start) => {
    it('F4: behind an open reader holds nobody up, and is done once the reader is gone', async () => {
      const service = await start()
      const directory = await service.createOrganization()
      const url = service.databaseUrl ?? ''
      const reader = await connect(url)
      await reader.query('BEGIN; SELECT count(*) FROM organization; SELECT count(*) FROM "user"')
      const waits: string[] = []
      let isDone = false
      const statements = () =>
        ['organization', '"user"'].map((table) => `ALTER TABLE ${table} ADD COLUMN of_a_test text`)
      const migrated = migrate(url, { statements }, (what, message) => {
        waits.push(`${message}: ${JSON.stringify(what)}`)
      }).then(() => {
        isDone = true
      })
      const statuses = new Set<number>()
      for (let asked = 0; (waits.length < 2 || asked < 20) && !statuses.has(503); asked += 1) {
        const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
        const body = JSON.stringify({
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: `user-${asked}@acme.test`,
        })
        const request = new Request(`${directory.scimUrl}/Users`, { method: 'POST', headers, body })
        statuses.add((await service.send(request)).status)
      }
      const wasDone = isDone
      await reader.query('COMMIT')
      await migrated
      expect([...statuses, wasDone]).toEqual([201, false])
      expect(waits[0]).toMatch(
        /^a migration waits for a lock: .*ALTER TABLE organization.*"heldBy":\["\d+ postgres/,
      )
      const { rows } = await reader.query(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'of_a_test'",
      )
      expect(rows).toHaveLength(2)
    })
  },
  ['postgres'],
)

/** Expands, fills and contracts: what `shade` said moves to `colour`. */
const moving: Migration = {
  number: next,
  name: 'of a test',
  statements: () => ['ALTER TABLE setting ADD COLUMN colour text'],
  fill: () => ['UPDATE setting SET colour = shade WHERE colour IS NULL AND shade IS NOT NULL'],
  contract: () => ['ALTER TABLE setting DROP COLUMN shade'],
}
const shaded =
  "ALTER TABLE setting ADD COLUMN shade text; INSERT INTO setting (name, value, shade) VALUES ('a', '1', 'dark')"
const later = "INSERT INTO setting (name, value, shade) VALUES ('b', '1', 'light')"

describe('expand, fill, contract', () => {
  const all = [...migrations, moving]

  it('follow at once on the embedded store, where nobody older can be', () => {
    const store = new DatabaseSync(':memory:')
    migrateSqlite(store, options)
    store.exec(shaded)
    migrateSqlite(store, { ...options, migrations: all })
    expect(store.prepare('SELECT name, colour FROM setting').all()).toEqual([{ name: 'a', colour: 'dark' }])
    expect(() => store.exec('SELECT shade FROM setting')).toThrow(/no such column/)
    migrateSqlite(store, { ...options, migrations: all })
  })
})

forEachStore(
  (start) => {
    it('R16: what an older node needs stays until none was seen for a minute, and then what it wrote is filled too', async () => {
      const service = await start()
      const url = service.databaseUrl ?? ''
      const client = await connect(url)
      const upgrade = {
        isMigrating: true,
        create: () => new Client({ connectionString: url }),
        migrations: [...migrations, moving],
      }
      const nodes: NodeLife[] = []
      const startOne = async (migration: number, before?: () => Promise<void>) => {
        const node = await startNode({
          run: async (work) => {
            await before?.()
            return service.database.inInstallation('jobs', work)
          },
          version: `of ${migration}`,
          migration,
          tell: () => undefined,
          beatMs: 20,
        })
        nodes.push(node)
        return node
      }
      let [waiting, isHeld] = [0, false]
      const goesOn = Promise.withResolvers<void>()
      try {
        // By SIGSTOP, or by a network that is gone.
        const held = await startOne(migrations.length, async () => {
          if (!isHeld) return
          waiting += 1
          await goesOn.promise
        })
        await client.query(shaded)
        await migratePostgres(upgrade)
        const newer = await startOne(next)
        await client.query(later)
        expect(await contractPostgres(upgrade)).toHaveLength(2)
        await client.query('UPDATE migration SET applied_at = applied_at - 60000 WHERE number = $1', [next])
        expect(await contractPostgres(upgrade)).toEqual([expect.stringMatching(/^of a test: of \d+, node /)])
        isHeld = true
        await expect.poll(() => waiting).toBe(1)
        await client.query('UPDATE node SET seen_at = seen_at - 60000 WHERE migration < $1', [next])
        expect(await contractPostgres(upgrade)).toEqual([])
        const { rows } = await client.query("SELECT * FROM setting WHERE name IN ('a', 'b') ORDER BY name")
        expect(rows).toEqual([
          { name: 'a', value: '1', colour: 'dark' },
          { name: 'b', value: '1', colour: 'light' },
        ])
        expect([held.isGivenUp(), newer.isGivenUp()]).toEqual([false, false])
        goesOn.resolve()
        await expect.poll(() => held.isGivenUp()).toBe(true)
        expect(newer.isGivenUp()).toBe(false)
        expect(await contractPostgres(upgrade)).toEqual([])
      } finally {
        goesOn.resolve()
        for (const node of nodes) await node.stop()
      }
      expect((await client.query('SELECT id FROM node')).rows).toEqual([])
    })

    it('R16: the version before starts on what a newer one has added to, and says that it is too old once something was taken away', async () => {
      const url = await createMigratedAt(inject('postgresUrl'))
      const client = await connect(url)
      const database = (await start({ beside: { databaseUrl: url } })).database
      const before = { ...options, create: () => new Client({ connectionString: url }) }
      const newer = { ...before, migrations: [...migrations, moving] }
      const startBefore = () =>
        startNode({
          run: (work) => database.inInstallation('jobs', work),
          version: 'before',
          migration: migrations.length,
          tell: () => undefined,
        })
      await client.query(shaded)
      await migratePostgres(newer)
      await client.query('UPDATE migration SET applied_at = 0 WHERE number > 0')
      await migratePostgres(before)
      const node = await startBefore()
      const isWaitedFor = [expect.stringMatching(/^of a test: before, node /)]
      expect(await contractPostgres(newer)).toEqual(isWaitedFor)
      await node.stop()

      // It starts while the newer one has just seen that nobody older is there: the newer one looks again once it has said so.
      let made = 0
      let late: NodeLife | undefined
      const create = () => {
        const slow = new Client({ connectionString: url })
        const { connect: reach } = slow
        made += 1
        if (made === 2)
          slow.connect = (async () => {
            late = await startBefore()
            return (reach as () => Promise<unknown>).call(slow)
          }) as never
        return slow
      }
      expect(await contractPostgres({ ...newer, create })).toEqual(isWaitedFor)
      await migratePostgres(before)
      await late?.stop()

      // It starts when that has been said already.
      await client.query("INSERT INTO migration (number, name, applied_at) VALUES ($1, 'of a test', 0)", [
        contractionOf(next),
      ])
      const tooOld = /^This version of Rollcall is too old for the store: .*\(of a test\)/
      await expect(startBefore()).rejects.toThrow(tooOld)
      await expect(migratePostgres(before)).rejects.toThrow(tooOld)
      expect((await client.query('SELECT 1 FROM node')).rows).toEqual([])
      await client.query('DELETE FROM migration WHERE number = $1', [contractionOf(next)])
      expect(await contractPostgres(newer)).toEqual([])
      await expect(migratePostgres(before)).rejects.toThrow(tooOld)
      await expect(startBefore()).rejects.toThrow(tooOld)

      // Where a newer version made the database, there was nothing to take away but what it says.
      const own = await createDatabaseAt(inject('postgresUrl'))
      const createOwn = () => new Client({ connectionString: own })
      const adding = { number: next, name: 'of a test', statements: moving.statements }
      await migratePostgres({ ...options, create: createOwn, migrations: [...migrations, adding] })
      await migratePostgres({ ...options, create: createOwn })
    })

    it('R4: a contraction that fails while the database is away is said once', async () => {
      const service = await start()
      const told: string[] = []
      let tries = 0
      const node = await startNode({
        run: (work) => service.database.inInstallation('jobs', work),
        version: 'of a test',
        migration: migrations.length,
        tell: (_what, message) => told.push(message),
        contractMs: 5,
        contract: async () => {
          tries += 1
          throw new Error('away')
        },
      })
      await expect.poll(() => tries).toBeGreaterThan(3)
      await node.stop()
      expect(told).toEqual(['a contraction failed and will be tried again'])
    })
  },
  ['postgres'],
)
