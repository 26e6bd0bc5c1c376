// The promises of the store, kept by both dialects: all or nothing, durable before answered, organizations apart.
// Judges: server/store.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createLog, createMetrics, openDatabase, readConfig, StoreRefusal } from '@rollcall/server'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { StoreConflict } from '../../packages/server/src/store/errors.ts'
import { migrations } from '../../packages/server/src/store/migrations/index.ts'
import { organizationQuery, organizationStatement } from '../../packages/server/src/store/statement.ts'
import { secretKey } from '../harness/process.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const insertEmail = organizationStatement<{ key: string; userId: string }>('test_insert_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('user_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: place('userId') }),
)
const selectEmails = organizationStatement('test_select_emails')(({ db, organizationId }) =>
  db.selectFrom('user_email').selectAll().where('organization_id', '=', organizationId).orderBy('value_key'),
)

const countEmails = organizationStatement('test_count_emails')(({ db, organizationId }) =>
  db
    .selectFrom('user_email')
    .select((on) => on.fn.countAll<number>().as('emails'))
    .where('organization_id', '=', organizationId),
)

interface Opened {
  readonly database: Database
  readonly environment: Record<string, string>
  readonly folder: string
}

async function open(store: 'sqlite' | 'postgres'): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-store-'))
  const environment: Record<string, string> = { ROLLCALL_DATA: folder }
  if (store === 'postgres') environment.DATABASE_URL = await createDatabaseAt(inject('postgresUrl'))
  return { database: await reopen(environment), environment, folder }
}

/** Waits for no database that is not there. */
function reopen(environment: Record<string, string>): Promise<Database> {
  const settings = { ROLLCALL_SECRET_KEY: secretKey, ...environment }
  return openDatabase(readConfig(settings), createMetrics(), createLog('silent', false), { waitMs: 0 })
}

function newScope() {
  return createScope(createId('org', Date.now()))
}

describe.each(['sqlite', 'postgres'] as const)('the store on %s', (store) => {
  let opened: Opened
  let database: Database
  beforeAll(async () => {
    opened = await open(store)
    database = opened.database
  })
  afterAll(async () => {
    await database.close()
    rmSync(opened.folder, { recursive: true, force: true })
  })

  it('lets the event loop turn while a unit of work asks one thing after another', async () => {
    const slow = organizationStatement<{ rows: number }>('test_slow')(({ db, place, dialect }) => {
      const rows = sql`SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${dialect.integer(place('rows'))}`
      const counted = sql<{ rows: number }>`WITH RECURSIVE n(i) AS (${rows}) SELECT count(*) AS rows FROM n`
      return { compile: () => counted.compile(db) }
    })
    let turns = 0
    let isOver = false
    const count = (): void => {
      turns += 1
      if (!isOver) setImmediate(count)
    }
    await database.inOrganization(newScope(), async (tx) => {
      setImmediate(count)
      for (let asked = 0; asked < 5; asked += 1) await tx.all(slow, { rows: 200_000 })
    })
    isOver = true
    expect(turns).toBeGreaterThan(3)
  })

  it('keeps nothing of a unit of work that throws, and all of those beside it', async () => {
    const scope = newScope()
    const units = Array.from({ length: 20 }, (_, at) =>
      database.inOrganization(scope, async (tx) => {
        tx.write(insertEmail, { key: `a${at}`, userId: 'u' })
        if (at % 2 === 1) await tx.all(selectEmails, {})
        tx.write(insertEmail, { key: `b${at}`, userId: 'u' })
        if (at % 4 === 3) throw new Error('changed my mind')
        return at
      }),
    )
    const outcomes = await Promise.allSettled(units)
    const kept = outcomes.flatMap((outcome, at) =>
      outcome.status === 'fulfilled' ? [`a${at}`, `b${at}`] : [],
    )
    const rows = await database.readOrganization(scope, selectEmails, {})
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5)
    expect(rows.map((row) => row.value_key).sort()).toEqual(kept.sort())
  })

  it('undoes a unit in whatever place of its batch it fails, and of whatever it consists', async () => {
    const scope = newScope()
    await database.inOrganization(scope, async (tx) => tx.write(insertEmail, { key: 'taken', userId: 'u' }))
    const key = (at: number, part: string): string => `${String(at).padStart(2, '0')}${part}`
    /** Writes once or twice, at the end or before a look, and fails at the first or the second, or not. */
    const run = (at: number): Promise<unknown> =>
      database.inOrganization(scope, async (tx) => {
        const [isTwice, isLooking, isFailing, isThrowing] = [1, 2, 4, 8].map((bit) => (at & bit) !== 0)
        tx.write(insertEmail, { key: isFailing && !isTwice ? 'taken' : key(at, 'a'), userId: 'u' })
        if (isTwice) tx.write(insertEmail, { key: isFailing ? 'taken' : key(at, 'b'), userId: 'u' })
        if (isLooking) await tx.all(selectEmails, {})
        if (isThrowing) throw new Error('changed my mind')
      })
    const units: Promise<unknown>[] = []
    // Each kind begins a batch once: what comes behind one that was undone is the first that writes.
    for (let first = 0; first < 16; first += 1) for (let step = 0; step < 3; step += 1) units.push(run(first))
    const outcomes = await Promise.allSettled(units)
    const rows = await database.readOrganization(scope, selectEmails, {})
    // Of each kind that does not fail the first is kept; those after it break the constraint.
    const kept = [0, 1, 2, 3].flatMap((at) => [key(at, 'a'), ...((at & 1) !== 0 ? [key(at, 'b')] : [])])
    expect(rows.map((row) => row.value_key)).toEqual([...kept, 'taken'].sort())
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  })

  it('undoes the writes before the one that breaks a unique constraint', async () => {
    const scope = newScope()
    await database.inOrganization(scope, async (tx) => tx.write(insertEmail, { key: 'taken', userId: 'u' }))
    const broken = database.inOrganization(scope, async (tx) => {
      tx.write(insertEmail, { key: 'before', userId: 'u' })
      tx.write(insertEmail, { key: 'taken', userId: 'u' })
      tx.write(insertEmail, { key: 'after', userId: 'u' })
    })
    await expect(broken).rejects.toBeInstanceOf(StoreConflict)
    const rows = await database.readOrganization(scope, selectEmails, {})
    expect(rows.map((row) => row.value_key)).toEqual(['taken'])
  })

  it('serves the units after a broken one that share its connection', async () => {
    const scope = newScope()
    const units = Array.from({ length: 64 }, (_, at) =>
      database.inOrganization(scope, async (tx) => {
        tx.write(insertEmail, { key: at % 3 === 0 ? 'same' : `k${at}`, userId: 'u' })
        tx.write(insertEmail, { key: `x${at}`, userId: 'u' })
      }),
    )
    const outcomes = await Promise.allSettled(units)
    const conflicts = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    )
    expect(conflicts.every((error) => error instanceof StoreConflict)).toBe(true)
    expect(conflicts).toHaveLength(21)
    expect(await database.readOrganization(scope, selectEmails, {})).toHaveLength(2 * 43)
  })

  it('H2: runs each statement as it is written, whatever it is called', async () => {
    const scope = newScope()
    const key = organizationStatement('test_same_name')(({ db, organizationId }) =>
      db.selectFrom('user_email').select('value_key').where('organization_id', '=', organizationId),
    )
    const user = organizationStatement('test_same_name')(({ db, organizationId }) =>
      db.selectFrom('user_email').select('user_id').where('organization_id', '=', organizationId),
    )
    await database.inOrganization(scope, async (tx) => tx.write(insertEmail, { key: 'k', userId: 'u' }))
    for (const _ of [1, 2]) {
      expect(await database.readOrganization(scope, key, {})).toEqual([{ value_key: 'k' }])
      expect(await database.readOrganization(scope, user, {})).toEqual([{ user_id: 'u' }])
    }
  })

  it('P9: a unit that writes much lets others have their turns, and whoever asks within it sees all that it wrote', async () => {
    const scope = newScope()
    // So many that they last, on whatever machine: PostgreSQL writes them in its own process.
    const writes = store === 'sqlite' ? 60_000 : 3_000
    let turns = 0
    let isDone = false
    const count = (): void => {
      turns += 1
      if (!isDone) setImmediate(count)
    }
    const found = await database.inOrganization(scope, async (tx) => {
      for (let at = 0; at < writes; at += 1) tx.write(insertEmail, { key: `k${at}`, userId: 'u' })
      count()
      const answers = await Promise.all([tx.all(countEmails, {}), tx.all(countEmails, {})])
      isDone = true
      return answers.flat().map(({ emails }) => Number(emails))
    })
    expect(found).toEqual([writes, writes])
    if (store === 'sqlite') expect(turns).toBeGreaterThan(2)
  })

  it('sees its own writes, and nobody sees them before COMMIT', async () => {
    const scope = newScope()
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const inside = database.inOrganization(scope, async (tx) => {
      tx.write(insertEmail, { key: 'mine', userId: 'u' })
      const own = await tx.all(selectEmails, {})
      if (store === 'postgres') await mayEnd
      return own.length
    })
    if (store === 'postgres') expect(await database.readOrganization(scope, selectEmails, {})).toEqual([])
    end()
    expect(await inside).toBe(1)
    expect(await database.readOrganization(scope, selectEmails, {})).toHaveLength(1)
  })

  it('gives an organization only its own rows', async () => {
    const [one, other] = [newScope(), newScope()]
    await database.inOrganization(one, async (tx) => tx.write(insertEmail, { key: 'one', userId: 'u' }))
    await database.inOrganization(other, async (tx) => tx.write(insertEmail, { key: 'other', userId: 'u' }))
    const rows = await database.readOrganization(one, selectEmails, {})
    expect(rows.map((row) => row.value_key)).toEqual(['one'])
  })

  it('hands out times and counts as numbers, and on/off as 0 or 1', async () => {
    const scope = newScope()
    const count = organizationQuery(({ db, organizationId }) =>
      db
        .insertInto('user_count')
        .values({ organization_id: organizationId, slot: 0, users: 2 ** 40, active_users: 1, groups: 0 })
        .returningAll(),
    )
    const [row] = await database.inOrganization(scope, (tx) => tx.change(count, {}))
    expect(row).toMatchObject({ users: 2 ** 40, active_users: 1, slot: 0 })
  })

  it('orders text by its bytes, as both dialects and the matcher must', async () => {
    const scope = newScope()
    const keys = ['b', 'B', 'ä', 'z', '\u{1F600}', '\uFF5E', 'a', '_']
    await database.inOrganization(scope, async (tx) => {
      for (const key of keys) tx.write(insertEmail, { key, userId: 'u' })
    })
    const rows = await database.readOrganization(scope, selectEmails, {})
    const byBytes = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    expect(rows.map((row) => row.value_key)).toEqual(byBytes)
  })

  it('opens again where it was closed, without migrating twice', async () => {
    const own = await open(store)
    const scope = newScope()
    await own.database.inOrganization(scope, async (tx) =>
      tx.write(insertEmail, { key: 'kept', userId: 'u' }),
    )
    await own.database.close()
    const again = await reopen(own.environment)
    expect(await again.readOrganization(scope, selectEmails, {})).toHaveLength(1)
    await again.close()
    rmSync(own.folder, { recursive: true, force: true })
  })

  it('refuses a store that a newer version wrote, and one that nobody may migrate', async () => {
    const own = await open(store)
    await own.database.close()
    await expect(
      reopen({ ...own.environment, ROLLCALL_MIGRATE: 'off' }).then((db) => db.close()),
    ).resolves.toBeUndefined()
    await runSql(store, own, 'DELETE FROM migration WHERE number = 1')
    await expect(reopen({ ...own.environment, ROLLCALL_MIGRATE: 'off' })).rejects.toThrow(/rollcall migrate/)
    await runSql(
      store,
      own,
      `INSERT INTO migration (number, name, applied_at, contracted_at) VALUES (${migrations.length + 1}, 'later', 0, 1)`,
    )
    await expect(reopen(own.environment)).rejects.toThrow(/newer version/)
    rmSync(own.folder, { recursive: true, force: true })
  })

  it('answers ping, and refuses work after close', async () => {
    const own = await open(store)
    await own.database.ping()
    await own.database.close()
    await expect(own.database.ping()).rejects.toThrow()
    await expect(own.database.readOrganization(newScope(), selectEmails, {})).rejects.toThrow(/closed/)
    rmSync(own.folder, { recursive: true, force: true })
  })
})

async function runSql(store: 'sqlite' | 'postgres', own: Opened, sql: string): Promise<void> {
  if (store === 'sqlite') {
    const connection = new DatabaseSync(join(own.folder, 'rollcall.db'))
    connection.exec(sql)
    return connection.close()
  }
  const client = new Client({ connectionString: own.environment.DATABASE_URL })
  await client.connect()
  await client.query(sql)
  await client.end()
}

describe('the embedded store', () => {
  it('is one process alone: a second opening of the folder is refused with what to do', async () => {
    const own = await open('sqlite')
    await expect(reopen(own.environment)).rejects.toThrow(StoreRefusal)
    await expect(reopen(own.environment)).rejects.toThrow(/Another process is serving .*ROLLCALL_DATA/)
    await own.database.close()
    rmSync(own.folder, { recursive: true, force: true })
  })

  it('takes the write-ahead log over when nobody asks for anything, so that fewer COMMITs do', async () => {
    const { database, folder } = await open('sqlite')
    const size = (): number => statSync(join(folder, 'rollcall.db')).size
    const before = size()
    const scope = newScope()
    for (let at = 0; at < 100; at += 1)
      await database.inOrganization(scope, async (tx) =>
        tx.write(insertEmail, { key: `${'k'.repeat(900)}${at}`, userId: 'u' }),
      )
    // Far fewer pages than a COMMIT waits for.
    await expect.poll(size, { timeout: 20_000 }).toBeGreaterThan(before)
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('writes with synchronous FULL in WAL mode', async () => {
    const own = await open('sqlite')
    await own.database.close()
    const connection = new DatabaseSync(join(own.folder, 'rollcall.db'))
    expect(connection.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    connection.close()
    rmSync(own.folder, { recursive: true, force: true })
  })
})

describe('PostgreSQL', () => {
  it('is refused in words, without the URL and its password, when it cannot be reached', async () => {
    const failed = reopen({
      DATABASE_URL: 'postgres://someone:hunter2secret@127.0.0.1:1/none',
      ROLLCALL_DATA: tmpdir(),
    })
    const error = await failed.then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    )
    expect(error).toBeInstanceOf(StoreRefusal)
    expect(error?.message).toMatch(/PostgreSQL cannot be used/)
    expect(error?.message).not.toContain('hunter2secret')
  })

  it('F1: serves under a user that may make roles and is no superuser, as hosted databases give it', async () => {
    // What PostgreSQL 16 and newer give to whoever makes a role: to administer it, not to act as it.
    const { url } = await plainUser('WITH ADMIN TRUE, INHERIT FALSE, SET FALSE')
    const database = await reopen({ DATABASE_URL: url })
    await database.inOrganization(newScope(), async (tx) => tx.write(insertEmail, { key: 'a', userId: 'u' }))
    await database.close()
  })

  it('F1b: refuses a user that may not act as the role of requests, with the GRANT that is missing', async () => {
    const { url, grant } = await plainUser('WITH SET TRUE')
    const database = await reopen({ DATABASE_URL: url })
    await database.close()
    await grant('WITH SET FALSE')
    for (const ROLLCALL_MIGRATE of ['on', 'off'])
      await expect(reopen({ DATABASE_URL: url, ROLLCALL_MIGRATE })).rejects.toThrow(
        /GRANT rollcall_app TO <the user of DATABASE_URL> WITH SET TRUE;/,
      )
  })

  it('is migrated by one of several nodes that start at once, whatever their timing', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 12; round += 1) {
      const url = await createDatabaseAt(inject('postgresUrl'))
      const nodes = await Promise.all(
        Array.from({ length: 6 }, () => reopen({ DATABASE_URL: url, ROLLCALL_DATA: tmpdir() })),
      )
      await Promise.all(nodes.map((node) => node.ping()))
      await Promise.all(nodes.map((node) => node.close()))
    }
  })
})

/** A fresh user with a fresh database of its own, who is a member of the role of requests in this way. */
async function plainUser(
  membership: string,
): Promise<{ url: string; grant(membership: string): Promise<void> }> {
  const url = new URL(await createDatabaseAt(inject('postgresUrl')))
  const asSuperuser = url.href
  const name = createId('usr', Date.now()).toLowerCase()
  const run = async (...queries: readonly string[]): Promise<void> => {
    const client = new Client({ connectionString: asSuperuser })
    await client.connect()
    try {
      for (const query of queries) await client.query(query)
    } finally {
      await client.end()
    }
  }
  const grant = (how: string): Promise<void> => run(`GRANT rollcall_app TO ${name} ${how}`)
  await run(
    `CREATE ROLE ${name} LOGIN CREATEROLE NOSUPERUSER`,
    `ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${name}`,
  )
  await grant(membership)
  url.username = name
  return { url: url.href, grant }
}
