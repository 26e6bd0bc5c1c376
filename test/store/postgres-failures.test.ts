// A PostgreSQL that fails without closing its connections: goes silent, becomes read-only, waits for a lock. The times of
// silence are short here; test/endurance/silent-database.test.ts has the real ones, on the whole service.
// Judges: server/store.
import { Client } from 'pg'
import { pino } from 'pino'
import { afterEach, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { StoreUnavailable } from '../../packages/server/src/store/errors.ts'
import { createFairDatabase } from '../../packages/server/src/store/fair.ts'
import { withJobPatience, withRequestPatience } from '../../packages/server/src/store/patience.ts'
import { openPostgres } from '../../packages/server/src/store/postgres.ts'
import { readPostgresUrl } from '../../packages/server/src/store/postgres-url.ts'
import { installationStatement, organizationStatement } from '../../packages/server/src/store/statement.ts'
import { createReportedStore, createStoreStates } from '../../packages/server/src/store/states.ts'
import { type Forwarder, startForwarder } from '../harness/forwarder.ts'
import { createMigratedAt } from '../postgres/server.ts'

const insertEmail = organizationStatement<{ key: string }>('failures_insert_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('user_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: 'u' }),
)
const selectEmails = organizationStatement('failures_select_emails')(({ db, organizationId }) =>
  db.selectFrom('user_email').select('value_key').where('organization_id', '=', organizationId),
)
const selectSettings = installationStatement('failures_select_settings')(({ db }) =>
  db.selectFrom('setting').select('name'),
)
const selectDomains = organizationStatement('failures_select_domains')(({ db, organizationId }) =>
  db.selectFrom('domain').select('name').where('organization_id', '=', organizationId),
)

/** Silence is short, and the states of the log pass twenty times as fast. */
const times = { dial: 400, silent: 600, suspected: 200 }
const opened: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** `isPatient`: silence is as long as it is in earnest, for what waits on purpose. */
async function openStore(url: string, isPatient = false) {
  const lines: { readonly msg: string; readonly level: number }[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const states = createStoreStates(log, () => performance.now() * 20)
  const serve = readPostgresUrl(url, {})
  if (typeof serve === 'string') throw new Error(serve)
  const store = await openPostgres({
    serve,
    waitMs: 0,
    isMigrating: true,
    observe: () => undefined,
    onConnectionLoss: states.lost,
    tell: (what, message) => log.warn(what, message),
    now: Date.now,
    ...(isPatient ? {} : { times }),
  })
  const database = createFairDatabase(createReportedStore(store, states))
  opened.push(database)
  const scope = createScope(createId('org', Date.now()))
  const write = (key: string) =>
    database.inOrganization(scope, async (tx) => {
      tx.write(insertEmail, { key })
    })
  const change = (key: string) =>
    database.inOrganization(scope, async (tx) => {
      await tx.all(selectEmails, {})
      tx.write(insertEmail, { key })
    })
  const read = async () =>
    (await database.readOrganization(scope, selectEmails, {})).map((row) => row.value_key).sort()
  return { database, scope, lines, write, change, read }
}

async function openBehind() {
  const direct = await createMigratedAt(inject('postgresUrl'))
  const proxy: Forwarder = await startForwarder(direct)
  opened.push(proxy)
  return { ...(await openStore(proxy.url)), proxy, direct }
}

async function connect(url: string, name?: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: name ?? 'test' })
  client.on('error', () => undefined)
  await client.connect()
  opened.push({ close: () => client.end() })
  return client
}

it('F1, F6: sockets that go silent are given up, whoever waits is answered, new ones serve: two lines in the log', async () => {
  const { proxy, write, change, read, lines, database } = await openBehind()
  // Every kind of connection is open: shared ones, several of the pool, and the one that is asked whether it answers.
  await Promise.all([
    ...Array.from({ length: 8 }, (_, at) => change(`a${at}`)),
    ...Array.from({ length: 8 }, (_, at) => write(`b${at}`)),
  ])
  await database.ping()
  const before = await read()
  proxy.freeze()
  const outcomes = await Promise.allSettled([
    read(),
    read(),
    ...Array.from({ length: 12 }, (_, at) => change(`c${at}`)),
    ...Array.from({ length: 12 }, (_, at) => write(`d${at}`)),
  ])
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreUnavailable)
  await expect.poll(() => read().catch(() => undefined)).toEqual(expect.arrayContaining(before))
  await change('after')
  await expect.poll(() => database.ping().then(() => 'ready', String)).toBe('ready')
  // Nothing was claimed that is not so: what was answered is there.
  const done = outcomes.flatMap(({ status }, at) =>
    status === 'fulfilled' && at >= 2 ? [at < 14 ? `c${at - 2}` : `d${at - 14}`] : [],
  )
  expect(await read()).toEqual(expect.arrayContaining([...done, 'after']))
  await expect
    .poll(() => read().then(() => lines.map(({ msg }) => msg)))
    .toEqual([
      expect.stringMatching(/the store is not available: the database cannot be reached/),
      'the store answers again',
    ])
})

it('a write whose answer was lost is refused as not answered, once, and is not done a second time', async () => {
  const { proxy, write, read } = await openBehind()
  await Promise.all(Array.from({ length: 8 }, (_, at) => write(`a${at}`)))
  proxy.deafen()
  const outcomes = await Promise.allSettled([write('x'), write('y')])
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(StoreUnavailable) })
  // It was done; nobody said that it was not. Had it been tried again, its key would have been there twice: a refusal.
  await expect.poll(() => read().catch(() => [])).toEqual(expect.arrayContaining(['x', 'y']))
})

it('a database that takes connections and says nothing: everybody is refused in their time, and it is back by itself', async () => {
  const { proxy, write, read, database } = await openBehind()
  await write('a')
  proxy.swallow()
  const asked = [read(), write('b'), read()].map((one) => one.then(() => 'done', String))
  for (const answer of await Promise.all(asked)) expect(answer).toMatch(/^StoreUnavailable/)
  // Like a bulk request, each of whose operations is refused for itself: its time is the request's.
  const refusals = await withRequestPatience(async () => {
    let refused = 0
    for (let at = 0; at < 200; at += 1)
      refused += await read().then(
        () => 0,
        () => 1,
      )
    return refused
  })
  expect(refusals).toBe(200)
  // Known to be away: nobody else waits for the dial that is under way.
  await expect(read()).rejects.toThrow('the database cannot be reached')
  await expect(database.ping()).rejects.toThrow('the database cannot be reached')
  proxy.restore()
  await expect.poll(() => read().catch(() => undefined), { timeout: 20_000 }).toContain('a')
})

it('F5: sessions that have become read-only are left for a server that takes writes, and readiness says it until then', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const { write, change, read, database } = await openStore(url)
  await Promise.all([write('a'), write('b'), change('c')])
  await database.ping()
  const name = new URL(url).pathname.slice(1)
  const keeper = await connect(url)
  // As after a failover behind one address: the old server is a replica now, and nothing else is there yet.
  await keeper.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
  await keeper.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
  )
  await expect.poll(() => write('no').then(() => 'written', String)).toMatch(/read-only/)
  await expect(change('no')).rejects.toThrow('the database is read-only')
  expect(await read()).toEqual(['a', 'b', 'c'])
  await expect(database.ping()).rejects.toThrow('the database is read-only')
  // Another one takes over; the sessions that are open stay as they are for good.
  await keeper.query('SET default_transaction_read_only = off')
  await keeper.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
  await expect.poll(() => database.ping().then(() => 'ready', String)).toBe('ready')
  await Promise.all([...Array.from({ length: 8 }, (_, at) => write(`d${at}`)), change('e'), change('f')])
  expect(await read()).toHaveLength(13)
})

it('R14-e4: what is taken from under the service is answered 503, said once, readiness too, and used again once it is back', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const { database, scope, lines, change, read } = await openStore(url)
  await change('before')
  const owner = await connect(url)
  const words = 'the database does not let the service do its work'
  const refusals = [
    ['ALTER SCHEMA public RENAME TO gone', 'ALTER SCHEMA gone RENAME TO public'],
    [
      'REVOKE USAGE ON SCHEMA public FROM rollcall_app, public',
      'GRANT USAGE ON SCHEMA public TO rollcall_app, public',
    ],
    [
      'REVOKE SELECT ON event_sequence, user_email FROM rollcall_app',
      'GRANT SELECT ON event_sequence, user_email TO rollcall_app',
    ],
  ] as const
  for (const [take, give] of refusals) {
    await owner.query(take)
    const asked = await Promise.allSettled([change('refused'), read(), database.ping()])
    const refused = { status: 'rejected', reason: expect.objectContaining({ message: words }) }
    expect(asked, take).toEqual(Array(3).fill(refused))
    await owner.query(give)
    expect(await read()).toEqual(['before'])
    await database.ping()
  }
  // A row of somebody else's is no state of the store.
  const foreign = organizationStatement('failures_foreign')(({ db }) =>
    db.insertInto('user_email').values({ organization_id: 'org_else', value_key: 'x', user_id: 'u' }),
  )
  await expect(database.inOrganization(scope, async (tx) => tx.write(foreign, {}))).rejects.toThrow(
    'violates row-level security',
  )
  expect(lines.filter(({ msg }) => msg.includes(words)).length).toBeGreaterThan(0)
  expect(lines.filter(({ level }) => level > 40)).toEqual([])
})

it('F9: a statement that waits holds up no read beside it, and readiness has a connection of its own', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const { database, scope, read, write } = await openStore(url, true)
  await write('a')
  const keeper = await connect(url)
  await keeper.query('BEGIN; LOCK TABLE domain IN ACCESS EXCLUSIVE MODE')
  const held: string[] = []
  const waiting = Array.from({ length: 3 }, () =>
    database.readOrganization(scope, selectDomains, {}).finally(() => held.push('over')),
  )
  // Ten times as many as there are shared connections: some of them stood behind each of those that wait.
  for (let round = 0; round < 4; round += 1) {
    const reads = Array.from({ length: 10 }, () => read())
    expect(await Promise.all(reads)).toEqual(reads.map(() => ['a']))
    await database.readInstallation('settings', selectSettings, {})
    await database.ping()
  }
  expect(held).toEqual([])
  await keeper.query('COMMIT')
  expect(await Promise.all(waiting)).toEqual([[], [], []])
})

it('F9: where a statement waits on every shared connection, reads have others', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const { database, read, write } = await openStore(url, true)
  await write('a')
  const keeper = await connect(url)
  await keeper.query('BEGIN; LOCK TABLE domain IN ACCESS EXCLUSIVE MODE')
  const others = Array.from({ length: 4 }, (_, at) => createScope(createId('org', Date.now() + at)))
  const held: string[] = []
  const waiting = others.map((one) =>
    database.readOrganization(one, selectDomains, {}).finally(() => held.push('over')),
  )
  for (let round = 0; round < 4; round += 1) {
    const reads = Array.from({ length: 10 }, () => read())
    expect(await Promise.all(reads)).toEqual(reads.map(() => ['a']))
    await database.ping()
  }
  expect(held).toEqual([])
  expect(database.stats().connections).toBeLessThanOrEqual(13)
  await keeper.query('COMMIT')
  await Promise.all(waiting)
  // What changed places has come back.
  expect(await Promise.all(Array.from({ length: 20 }, () => read()))).toHaveLength(20)
})

it('F13: many lost connections are one line, and a stop of our own is none', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const { write, change, lines, database } = await openStore(url)
  await Promise.all([...Array.from({ length: 8 }, (_, at) => write(`a${at}`)), change('b'), change('c')])
  const keeper = await connect(url)
  await keeper.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  // A write that was under way would be refused, which is another line.
  await expect.poll(() => database.stats().connections).toBe(0)
  await write('d')
  await change('e')
  expect(lines.map(({ msg }) => msg)).toEqual(['a connection to PostgreSQL was lost; another one is made'])
  await database.close()
  await expect(write('f')).rejects.toThrow('the store is closed')
  expect(lines).toHaveLength(1)
})

it('jobs that take long leave connections to requests, and each gets its turn', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const { database, scope, change, read } = await openStore(url)
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const begun: number[] = []
  const jobs = Array.from({ length: 12 }, (_, at) =>
    withJobPatience(() =>
      database.inInstallation('jobs', async (tx) => {
        await tx.all(selectSettings, {})
        begun.push(at)
        await over
      }),
    ),
  )
  await expect.poll(() => begun.length).toBe(4)
  await Promise.all(Array.from({ length: 10 }, (_, at) => change(`a${at}`)))
  expect(await withJobPatience(() => withRequestPatience(() => read()))).toHaveLength(10)
  expect(begun).toHaveLength(4)
  end()
  await Promise.all(jobs)
  expect(begun).toHaveLength(12)
  // A job's reads go the same way.
  const rows = withJobPatience(() => database.readOrganization(scope, selectEmails, {}))
  expect(await rows).toHaveLength(10)
})
