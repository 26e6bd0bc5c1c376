// Brings a PostgreSQL database to this version: the role that requests run as, then the missing migrations under a
// lock row, then row-level security and grants from the list of tables.
import type { Client } from 'pg'
import { StoreRefusal } from './errors.ts'
import { migrations, postgresWords, refuseNewer, refuseUnmigrated } from './migrations/index.ts'
import { isConnectionLoss, toStartRefusal } from './postgres-errors.ts'
import { installationTables, tenantTables } from './schema.ts'

const role = 'rollcall_app'
const minimumVersion = 150_000

/** Throws StoreRefusal when the server is too old, the role cannot be made or another version has written here. */
export async function migratePostgres(
  create: () => Client,
  isMigrating: boolean,
  now: () => number,
): Promise<void> {
  const client = create()
  client.on('error', () => undefined)
  try {
    await client.connect()
    const version = await readVersion(client)
    if (isMigrating) await ensureRole(client, version)
    await ensureLedger(client)
    await migrateUnderLock(client, isMigrating, now)
    if (!(await isAbleToAct(client, version))) throw roleRefusal(version, undefined)
  } catch (error) {
    throw toStartRefusal(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Makes what several nodes that start at once all find missing. PostgreSQL tells whoever loses that race in several
 * ways (42P07, 42710, 23505, XX000; IF NOT EXISTS does not help), so what counts is whether it is there afterwards.
 */
async function ensure(isThere: () => Promise<boolean>, make: () => Promise<unknown>): Promise<void> {
  if (await isThere()) return
  await make().catch(async (error: unknown) => {
    if (!(await isThere())) throw error
  })
}

function ensureLedger(client: Client): Promise<void> {
  return ensure(
    () => isTrue(client, "SELECT to_regclass('migration') IS NOT NULL AS is_true"),
    () =>
      client.query(
        'CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)',
      ),
  )
}

async function isTrue(client: Client, query: string): Promise<boolean> {
  const { rows } = await client.query<{ is_true: boolean }>(query)
  return rows[0]?.is_true === true
}

async function readVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num')
  const version = Number(rows[0]?.server_version_num)
  if (version < minimumVersion) throw new StoreRefusal(`PostgreSQL 15 or newer is needed, this is ${version}`)
  return version
}

async function ensureRole(client: Client, version: number): Promise<void> {
  try {
    await ensure(
      () => isTrue(client, `SELECT count(*) > 0 AS is_true FROM pg_roles WHERE rolname = '${role}'`),
      () => client.query(`CREATE ROLE ${role} NOLOGIN NOINHERIT`),
    )
    await ensure(
      () => isAbleToAct(client, version),
      () => client.query(`GRANT ${role} TO current_user${withSet(version)}`),
    )
  } catch (error) {
    throw isConnectionLoss(error) ? error : roleRefusal(version, error)
  }
}

// From PostgreSQL 16 on, whoever makes a role is its member at once, but may only administer it: SET is granted apart.
const hasSetOption = (version: number): boolean => version >= 160_000
const withSet = (version: number): string => (hasSetOption(version) ? ' WITH SET TRUE' : '')

function isAbleToAct(client: Client, version: number): Promise<boolean> {
  const privilege = hasSetOption(version) ? 'SET' : 'MEMBER'
  return isTrue(client, `SELECT pg_has_role(current_user, '${role}', '${privilege}') AS is_true`)
}

function roleRefusal(version: number, cause: unknown): StoreRefusal {
  return new StoreRefusal(
    `This database user can neither make the role ${role}, under which row-level security keeps organizations apart, nor act as it. As a superuser run what is missing of:\n  CREATE ROLE ${role} NOLOGIN NOINHERIT;\n  GRANT ${role} TO <the user of DATABASE_URL>${withSet(version)};`,
    cause,
  )
}

// The lock row is taken with an ordinary row lock: it needs no session state and works behind a pooler.
async function migrateUnderLock(client: Client, isMigrating: boolean, now: () => number): Promise<void> {
  await client.query("INSERT INTO migration VALUES (0, 'lock', 0) ON CONFLICT DO NOTHING")
  await client.query('BEGIN')
  await client.query('SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0')
  await client.query('SELECT 1 FROM migration WHERE number = 0 FOR UPDATE')
  const { rows } = await client.query<{ number: number }>('SELECT number FROM migration')
  const applied = new Set(rows.map((row) => row.number))
  refuseNewer(Math.max(...applied))
  const missing = migrations.filter((migration) => !applied.has(migration.number))
  if (missing.length > 0 && !isMigrating) throw refuseUnmigrated(missing.length)
  for (const migration of missing) {
    for (const statement of migration.statements(postgresWords)) await client.query(statement)
    await client.query('INSERT INTO migration VALUES ($1, $2, $3)', [migration.number, migration.name, now()])
  }
  if (missing.length > 0) await protectTables(client)
  await client.query('COMMIT')
}

/** Default deny: without SET LOCAL "app.org" a tenant table shows no row and takes none. Events and their seals are never rewritten. */
async function protectTables(client: Client): Promise<void> {
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`)
  for (const table of installationTables)
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`)
  for (const table of tenantTables) {
    const rights =
      table === 'event' || table === 'event_seal'
        ? 'SELECT, INSERT, DELETE'
        : 'SELECT, INSERT, UPDATE, DELETE'
    await client.query(`GRANT ${rights} ON "${table}" TO ${role}`)
    await client.query(
      `ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY; ALTER TABLE "${table}" FORCE ROW LEVEL SECURITY`,
    )
    await client.query(`DROP POLICY IF EXISTS organization_isolation ON "${table}"`)
    await client.query(
      `CREATE POLICY organization_isolation ON "${table}" USING (organization_id = current_setting('app.org', true)) WITH CHECK (organization_id = current_setting('app.org', true))`,
    )
  }
}
