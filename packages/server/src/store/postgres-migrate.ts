// Brings a PostgreSQL database to this version: the role that requests run as, then the missing migrations under a
// lock row, then row-level security and grants from the list of tables.
import type { Client } from 'pg'
import { StoreRefusal } from './errors.ts'
import { migrations, postgresWords, refuseNewer, refuseUnmigrated } from './migrations/index.ts'
import { toStartRefusal } from './postgres-errors.ts'
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
    await refuseOldServer(client)
    if (isMigrating) await ensureRole(client)
    await ensureLedger(client)
    await migrateUnderLock(client, isMigrating, now)
  } catch (error) {
    throw toStartRefusal(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

// IF NOT EXISTS does not keep two nodes that start at once from making the same table: the second sees it made.
async function ensureLedger(client: Client): Promise<void> {
  const table =
    'CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)'
  await client.query(table).catch((error: unknown) => {
    const isMadeMeanwhile = ['23505', '42P07'].includes((error as { code?: string }).code ?? '')
    return isMadeMeanwhile ? client.query(table) : Promise.reject(error)
  })
}

async function refuseOldServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num')
  const version = Number(rows[0]?.server_version_num)
  if (version < minimumVersion) throw new StoreRefusal(`PostgreSQL 15 or newer is needed, this is ${version}`)
}

async function ensureRole(client: Client): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  try {
    if (found.rowCount === 0) await client.query(`CREATE ROLE ${role} NOLOGIN NOINHERIT`)
  } catch (error) {
    const isMadeMeanwhile = ['42710', '23505'].includes((error as { code?: string }).code ?? '')
    if (!isMadeMeanwhile) throw roleRefusal(error)
  }
  const { rows } = await client.query<{ is_member: boolean }>(
    "SELECT pg_has_role(current_user, $1, 'MEMBER') AS is_member",
    [role],
  )
  if (rows[0]?.is_member !== true) {
    await client.query(`GRANT ${role} TO current_user`).catch((error: unknown) => {
      throw roleRefusal(error)
    })
  }
}

function roleRefusal(cause: unknown): StoreRefusal {
  return new StoreRefusal(
    `The role ${role}, under which row-level security keeps organizations apart, cannot be created by this database user. As a superuser run:\n  CREATE ROLE ${role} NOLOGIN NOINHERIT;\n  GRANT ${role} TO <the user of DATABASE_URL>;`,
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
