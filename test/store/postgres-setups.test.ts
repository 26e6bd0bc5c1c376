// PostgreSQL as it is run: users with few rights, schemas of their own, TLS, a database that is still starting. Each either
// serves, or is refused in words that say what to do.
// Judges: server/store.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { StoreRefusal } from '../../packages/server/src/store/errors.ts'
import { createClients, untilReachable } from '../../packages/server/src/store/postgres-start.ts'
import { readPostgresUrl } from '../../packages/server/src/store/postgres-url.ts'
import { ownedTables } from '../../packages/server/src/store/schema.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { freePort } from '../harness/ports.ts'
import { secretKey } from '../harness/process.ts'
import { startTlsDoor, type TlsDoor } from '../harness/tls.ts'
import { createDatabaseAt, createMigratedAt } from '../postgres/server.ts'

const insertEmail = organizationStatement<{ key: string }>('setups_insert_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('user_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: 'u' }),
)
const selectEmails = organizationStatement('setups_select_emails')(({ db, organizationId }) =>
  db.selectFrom('user_email').select('value_key').where('organization_id', '=', organizationId),
)

function open(
  environment: Record<string, string>,
  more: { readonly waitMs?: number; readonly version?: string } = {},
): Promise<Database> {
  const settings = readConfig({ ROLLCALL_SECRET_KEY: secretKey, ...environment })
  return openDatabase(settings, createMetrics(), createLog('silent', false), { waitMs: 0, ...more })
}

/** Writes a row and reads it, and closes. */
async function serve(database: Database): Promise<void> {
  const scope = createScope(createId('org', Date.now()))
  try {
    await database.inOrganization(scope, async (tx) => tx.write(insertEmail, { key: 'a' }))
    expect(await database.readOrganization(scope, selectEmails, {})).toEqual([{ value_key: 'a' }])
    await database.ping()
  } finally {
    await database.close()
  }
}

async function refuse(environment: Record<string, string>): Promise<string> {
  const error = await open(environment).then(
    (database) => database.close().then(() => undefined),
    (thrown: unknown) => thrown as Error,
  )
  expect(error).toBeInstanceOf(StoreRefusal)
  return error?.message ?? ''
}

async function run(url: string, ...queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const query of queries) await client.query(query)
  } finally {
    await client.end()
  }
}

let users = 0

/** A user who may log in and nothing else; with what is granted. */
async function createUser(url: string, ...grants: readonly string[]): Promise<{ name: string; url: string }> {
  users += 1
  const name = `plain_${process.pid}_${Date.now().toString(36)}_${users}`
  await run(url, `CREATE ROLE ${name} LOGIN`, ...grants.map((grant) => grant.replaceAll('?', name)))
  const as = new URL(url)
  as.username = name
  return { name, url: as.href }
}

const asMember = 'GRANT rollcall_app TO ?'

it('F9: a user without the right to make tables is refused with the GRANT that is missing, and serves after it', async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const { name, url } = await createUser(superuser, asMember)
  const words = await refuse({ DATABASE_URL: url })
  const [grant] = /GRANT USAGE, CREATE ON SCHEMA "public" TO "[^"]+";/.exec(words) ?? []
  expect(grant, words).toContain(name)
  expect(words).toContain('Where another user owns the tables, grant nothing: run `rollcall migrate`')
  await run(superuser, grant ?? '')
  await serve(await open({ DATABASE_URL: url }))
})

it('F4: tables are made and found in the schema of the user, whatever its name', async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const { name, url } = await createUser(superuser, asMember)
  const schema = 'My "own" schema'.replaceAll('"', '""')
  await run(
    superuser,
    `CREATE SCHEMA "${schema}" AUTHORIZATION ${name}`,
    `ALTER ROLE ${name} SET search_path = "${schema}"`,
  )
  await serve(await open({ DATABASE_URL: url }))
  // A schema of the user's own name is found by search_path's "$user", which is another one in the role of requests.
  const other = await createDatabaseAt(inject('postgresUrl'))
  const { name: own, url: ownUrl } = await createUser(other, asMember)
  await run(other, `CREATE SCHEMA ${own} AUTHORIZATION ${own}`)
  await serve(await open({ DATABASE_URL: ownUrl }))
  await serve(await open({ DATABASE_URL: ownUrl, ROLLCALL_MIGRATE: 'off' }))
})

it('a search_path that names no schema is refused with what to run', async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const { name, url } = await createUser(superuser, asMember, 'ALTER ROLE ? SET search_path = nowhere')
  expect(await refuse({ DATABASE_URL: url })).toMatch(
    new RegExp(`CREATE SCHEMA rollcall AUTHORIZATION "${name}"`),
  )
})

it('least rights: the owner migrates, a login that owns nothing serves, alone too, and says when it lacks something', async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const { name } = await createUser(superuser)
  const owner = await createUser(
    superuser,
    'GRANT rollcall_app TO ? WITH ADMIN OPTION',
    'GRANT USAGE, CREATE ON SCHEMA public TO ?',
  )
  const login = new URL(superuser)
  login.username = name
  const both = { DATABASE_URL: login.href, ROLLCALL_MIGRATE_URL: owner.url }
  // The owner lets the login act as the role of requests.
  await serve(await open(both))
  for (const ROLLCALL_MIGRATE of ['on', 'off'])
    await serve(await open({ DATABASE_URL: login.href, ROLLCALL_MIGRATE }, { version: '0.0.0' }))
  const client = new Client({ connectionString: login.href })
  await client.connect()
  await expect(client.query('ALTER TABLE "user" DISABLE ROW LEVEL SECURITY')).rejects.toThrow(/must be owner/)
  await expect(client.query('DELETE FROM migration')).rejects.toThrow(/permission denied/)
  await client.end()
  await run(superuser, 'DELETE FROM migration WHERE number = 2')
  expect(await refuse({ DATABASE_URL: login.href })).toMatch(
    /lacks 1 migration\(s\), and the user of DATABASE_URL owns no tables.*ROLLCALL_MIGRATE_URL/,
  )
})

it('least rights: an owner who may not let the login act is refused with the SQL', async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const owner = await createUser(superuser, 'GRANT USAGE, CREATE ON SCHEMA public TO ?')
  const login = await createUser(superuser)
  const words = await refuse({ DATABASE_URL: login.url, ROLLCALL_MIGRATE_URL: owner.url })
  expect(words).toContain(`GRANT rollcall_app TO "${login.name}"`)
  await run(superuser, `GRANT rollcall_app TO "${login.name}"`)
  await serve(await open({ DATABASE_URL: login.url, ROLLCALL_MIGRATE_URL: owner.url }))
})

it('F1: who may make roles meets the role of another installation on the server, and is told so', async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const { name, url } = await createUser(
    superuser,
    'ALTER ROLE ? CREATEROLE',
    'GRANT USAGE, CREATE ON SCHEMA public TO ?',
  )
  const words = await refuse({ DATABASE_URL: url })
  expect(words).toContain('is there already: somebody else made it on this server')
  expect(words).not.toContain('CREATE ROLE')
  const [grant = ''] =
    /GRANT rollcall_app TO .*;/.exec(words.replace('<the user of DATABASE_URL>', name)) ?? []
  await run(superuser, grant)
  await serve(await open({ DATABASE_URL: url }))
})

it('F3b: row-level security that is off, weakened or bypassed is put back, or the service does not start', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const off = { DATABASE_URL: url, ROLLCALL_MIGRATE: 'off' }
  await run(url, 'ALTER TABLE "user" DISABLE ROW LEVEL SECURITY')
  expect(await refuse(off)).toMatch(/Row-level security does not keep organizations apart in user:/)
  await serve(await open({ DATABASE_URL: url }))
  await run(url, 'ALTER TABLE domain NO FORCE ROW LEVEL SECURITY')
  expect(await refuse(off)).toMatch(/in domain:/)
  await serve(await open({ DATABASE_URL: url }))
  await run(url, 'CREATE POLICY everybody ON "group" USING (true)')
  expect(await refuse({ DATABASE_URL: url })).toMatch(/in group:.*remove other policies/)
  await run(url, 'DROP POLICY everybody ON "group"')
  await serve(await open(off))
})

it("R14-e1: whatever a database's keeper has set for its user, transactions are what they are here", async () => {
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const { url } = await createUser(
    superuser,
    asMember,
    'GRANT USAGE, CREATE ON SCHEMA public TO ?',
    "ALTER ROLE ? SET default_transaction_isolation = 'serializable'",
    'ALTER ROLE ? SET row_security = off',
    'ALTER ROLE ? SET quote_all_identifiers = on',
    'ALTER ROLE ? SET standard_conforming_strings = off',
    "ALTER ROLE ? SET DateStyle = 'German, DMY'",
    "ALTER ROLE ? SET TimeZone = 'Pacific/Auckland'",
    "ALTER ROLE ? SET lock_timeout = '20ms'",
    "ALTER ROLE ? SET idle_in_transaction_session_timeout = '50ms'",
  )
  await serve(await open({ DATABASE_URL: url }))
  const database = await open({ DATABASE_URL: url }, { version: '0.0.0' })
  const scope = createScope(createId('org', Date.now()))
  const statement = organizationStatement('setups_isolation')(({ db }) => {
    const asked = sql<{ isolation: string }>`SELECT current_setting('transaction_isolation') AS isolation`
    return { compile: () => asked.compile(db) }
  })
  try {
    const found = await database.inOrganization(scope, (tx) => tx.first(statement, {}))
    expect(found?.isolation).toBe('read committed')
    // Whoever finds the same row locked waits for it, and nobody is told to come again.
    await database.inOrganization(scope, async (tx) => tx.write(insertEmail, { key: 'hot' }))
    const touch = organizationStatement<{ by: string }>('setups_touch')(({ db, place, organizationId }) =>
      db
        .updateTable('user_email')
        .set({ user_id: place('by') })
        .where('organization_id', '=', organizationId)
        .where('value_key', '=', 'hot')
        .returning('user_id'),
    )
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        database.inOrganization(scope, async (tx) => {
          if (at % 2 === 0) await tx.all(selectEmails, {})
          tx.write(touch, { by: `u${at}` })
        }),
      ),
    )
  } finally {
    await database.close()
  }
})

it('R14-e5: a database that takes no writes, or no connection, is refused with what that may be', async () => {
  const superuser = await createMigratedAt(inject('postgresUrl'))
  const { name, url } = await createUser(
    superuser,
    asMember,
    'ALTER ROLE ? SET default_transaction_read_only = on',
  )
  await run(superuser, `ALTER TABLE migration OWNER TO ${name}`)
  expect(await refuse({ DATABASE_URL: url })).toMatch(/read-only transaction\. The server is a replica, or/)
  await run(superuser, `ALTER ROLE ${name} CONNECTION LIMIT 0`)
  expect(await refuse({ DATABASE_URL: url })).toMatch(/too many connections.*\. A node holds up to 13/)
})

it('R14-e2: a database that cannot keep every name is refused with the one to make', async () => {
  const server = inject('postgresUrl')
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const name = `odd_${encoding.toLowerCase()}_${process.pid}`
    await run(
      `${server}/postgres`,
      `CREATE DATABASE ${name} ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    )
    expect(await refuse({ DATABASE_URL: `${server}/${name}` })).toMatch(
      new RegExp(
        `encoded in ${encoding},.*\\n  CREATE DATABASE rollcall ENCODING 'UTF8' TEMPLATE template0;`,
      ),
    )
  }
})

it('R14-d1: a dump is made by a user whom policies do not bind, or by the owner, who takes the binding away meanwhile', async () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/postgresql.md'), 'utf8')
  const [unbind = '', bind = ''] = [
    ...text.matchAll(/^(SELECT format\('ALTER TABLE [^;]*?) \\gexec$/gms),
  ].map(([, query]) => query)
  const superuser = await createDatabaseAt(inject('postgresUrl'))
  const owner = await createUser(superuser, asMember, 'GRANT USAGE, CREATE ON SCHEMA public TO ?')
  await serve(await open({ DATABASE_URL: owner.url }))
  const backup = await createUser(superuser, 'ALTER ROLE ? BYPASSRLS', 'GRANT pg_read_all_data TO ?')
  // As pg_dump reads: everything, or an error.
  const dump = (url: string) =>
    run(url, 'SET row_security = off', ...ownedTables.map((table) => `SELECT * FROM "${table}"`))
  const execute = async (query: string) => {
    const client = new Client({ connectionString: owner.url })
    await client.connect()
    const { rows } = await client.query<{ format: string }>(query)
    for (const { format } of rows) await client.query(format)
    await client.end()
    return rows.length
  }
  await dump(backup.url)
  await expect(dump(owner.url)).rejects.toThrow('would be affected by row-level security')
  expect(await execute(unbind)).toBe(ownedTables.length)
  await dump(owner.url)
  expect(await execute(bind)).toBe(ownedTables.length)
  await serve(await open({ DATABASE_URL: owner.url, ROLLCALL_MIGRATE: 'off' }))
})

it('R14-a4: what keeps the audit log is put back where it was switched off, and follows its schema', async () => {
  const url = await createMigratedAt(inject('postgresUrl'))
  const seal = organizationStatement('setups_seal')(({ db, organizationId }) =>
    db
      .insertInto('event_seal')
      .values({ organization_id: organizationId, sequence: 1, event_id: 'evt_1', hash: '' }),
  )
  await run(
    url,
    'ALTER TABLE event_seal DISABLE TRIGGER event_seal_kept',
    'ALTER SCHEMA public RENAME TO elsewhere',
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = elsewhere`,
  )
  const database = await open({ DATABASE_URL: url })
  const client = new Client({ connectionString: url })
  try {
    // Its trigger asks where the archive ends.
    await database.inOrganization(createScope(createId('org', Date.now())), async (tx) => tx.write(seal, {}))
    await client.connect()
    const { rows } = await client.query("SELECT tgenabled FROM pg_trigger WHERE tgname LIKE '%\\_kept'")
    expect(rows).toEqual(Array(4).fill({ tgenabled: 'O' }))
  } finally {
    await client.end()
    await database.close()
  }
})

it('F18: a database that is still starting is waited for, and one that does not come is refused', async () => {
  const target = await createMigratedAt(inject('postgresUrl'))
  const port = await freePort()
  const later = new URL(target)
  later.port = String(port)
  const waited = open({ DATABASE_URL: later.href }, { waitMs: 20_000 })
  waited.catch(() => undefined)
  // Until the first attempt was refused, nothing is there.
  const { hostname, port: serverPort } = new URL(target)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const pairs = new Set<{ destroy(): void }>()
  const door = createServer((client) => {
    const server = connect(Number(serverPort), hostname)
    for (const one of [client, server]) {
      pairs.add(one)
      one.on('error', () => undefined)
    }
    client.pipe(server).pipe(client)
  })
  await new Promise<void>((resolve, reject) => door.once('error', reject).listen(port, '127.0.0.1', resolve))
  await serve(await waited)
  for (const one of pairs) one.destroy()
  await new Promise((resolve) => door.close(resolve))
  expect(await refuse({ DATABASE_URL: later.href })).toMatch(
    /^DATABASE_URL: PostgreSQL cannot be used: .*ECONNREFUSED/,
  )
})

let folder: string
let doors: { right: TlsDoor; plain: string }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-tls-'))
  const plain = await createMigratedAt(inject('postgresUrl'))
  doors = { right: await startTlsDoor(plain, 'localhost'), plain }
  writeFileSync(join(folder, 'ca.pem'), doors.right.certificate)
})
afterAll(async () => {
  await doors.right.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The database behind the door with TLS, by a name that its certificate has or by an address that it has not. */
function behindTls(host: string, query: string): string {
  const url = new URL(doors.plain)
  url.hostname = host
  url.port = String(doors.right.port)
  return `${url.href}?${query.replace('CA', encodeURIComponent(join(folder, 'ca.pem')))}`
}

it.each([
  ['127.0.0.1', ''],
  ['127.0.0.1', 'sslmode=prefer'],
  ['127.0.0.1', 'sslmode=require'],
  ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=CA'],
  ['localhost', 'sslmode=verify-full&sslrootcert=CA'],
])('F7: serves with TLS at %s with %s', async (host, query) => {
  const before = doors.right.secured()
  await serve(await open({ DATABASE_URL: behindTls(host, query) }))
  expect(doors.right.secured()).toBeGreaterThan(before)
})

it.each([
  ['127.0.0.1', 'sslmode=verify-full&sslrootcert=CA', /another name.*sslmode=verify-ca/],
  ['localhost', 'sslmode=verify-full', /not signed by an authority.*sslrootcert/],
])('F7: refuses %s with %s in words', async (host, query, words) => {
  expect(await refuse({ DATABASE_URL: behindTls(host, query) })).toMatch(words)
})

it('F7: prefer and disable serve without TLS where the server has none, and require says so', async () => {
  for (const query of ['sslmode=prefer', 'sslmode=disable', 'sslmode=allow'])
    await serve(await open({ DATABASE_URL: `${doors.plain}?${query}` }))
  expect(await refuse({ DATABASE_URL: `${doors.plain}?sslmode=require` })).toMatch(/takes no TLS/)
})

it('F18: says again and again what it waits for', async () => {
  const nowhere = readPostgresUrl('postgres://u:hunter2secret@127.0.0.1:1/none?sslmode=disable', {})
  if (typeof nowhere === 'string') throw new Error(nowhere)
  const said: object[] = []
  const tell = (what: object, message: string): void => void said.push({ ...what, message })
  const waited = untilReachable('DATABASE_URL', createClients(nowhere), { waitMs: 1_800, tell, tellMs: 400 })
  await expect(waited).rejects.toThrow(/PostgreSQL cannot be used/)
  expect(said.length).toBeGreaterThanOrEqual(2)
  expect(said[0]).toMatchObject({
    message: 'waiting for the database',
    reason: expect.stringContaining('ECONNREFUSED'),
  })
  expect(JSON.stringify(said)).not.toContain('hunter2')
})
