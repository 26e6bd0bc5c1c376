// Makes a PostgreSQL database ready for this version: its age, the role that requests run as, the ledger; then its upgrade.
import type { Client } from 'pg'
import { StoreRefusal } from './errors.ts'
import { isConnectionLoss, toStartRefusal } from './postgres-errors.ts'
import { role } from './postgres-rights.ts'
import { type UpgradeOptions, upgradePostgres } from './postgres-upgrade.ts'

const minimumVersion = 150_000

/** Throws StoreRefusal when the server is too old, the role cannot be made or another version has written here. */
export async function migratePostgres(options: UpgradeOptions): Promise<void> {
  const { create, isMigrating } = options
  const client = create()
  client.on('error', () => undefined)
  try {
    await client.connect()
    const version = await readVersion(client)
    if (isMigrating) await ensureRole(client, version)
    await ensureLedger(client, isMigrating)
    await upgradePostgres(client, options)
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

async function ensureLedger(client: Client, isMigrating: boolean): Promise<void> {
  await ensure(
    () => isTrue(client, "SELECT to_regclass('migration') IS NOT NULL AS is_true"),
    () =>
      client.query(
        'CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)',
      ),
  )
  if (!isMigrating) return
  for (const column of ['checksum text', 'contracted_at bigint']) {
    const [name] = column.split(' ')
    const isThere = `SELECT count(*) > 0 AS is_true FROM pg_attribute WHERE attrelid = 'migration'::regclass AND attname = '${name}'`
    // Only nodes that start read the ledger, so that waiting for one that migrates holds up nobody who serves.
    if (!(await isTrue(client, isThere)))
      await client.query(
        `BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; ALTER TABLE migration ADD COLUMN IF NOT EXISTS ${column}; COMMIT`,
      )
  }
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
