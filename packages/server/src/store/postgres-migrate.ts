// Makes a PostgreSQL database ready for this version: its age, the role that requests run as, the ledger; then its upgrade.

import type { Client } from 'pg'
import { messageOf } from '../base/unknown.ts'
import { StoreRefusal } from './errors.ts'
import { migrations as known, type LedgerRow, planUpgrade, postgresWords } from './migrations/index.ts'
import { isPooled } from './postgres-dial.ts'
import { isConnectionLoss, toStartRefusal } from './postgres-errors.ts'
import { role } from './postgres-rights.ts'
import { type UpgradeOptions, upgradePostgres } from './postgres-upgrade.ts'

const minimumVersion = 150_000

/** How a database is made ready. */
export interface MigrateOptions extends UpgradeOptions {
  /** Who serves, where that is not who migrates: may act as the role of requests and owns nothing. */
  readonly login?: string
}

/** A database that is ready. */
export interface Migrated {
  /** That the tables are in. */
  readonly schema: string
  /** Whether this user may change them. */
  readonly mayMigrate: boolean
}

interface Place {
  readonly user: string
  /** Where tables are looked for and made. */
  readonly schema: string | null
  readonly mayCreate: boolean
  /** Of the ledger; null where there is none yet. */
  readonly mayMigrate: boolean | null
  readonly pid: number
  /** How the database writes characters. */
  readonly encoding: string
}

/**
 * Throws StoreRefusal when the server is too old, the role cannot be made, rights are missing
 * or another version has written here.
 */
export async function migratePostgres(options: MigrateOptions): Promise<Migrated> {
  const { create, isMigrating, login } = options
  const setting = login === undefined ? 'DATABASE_URL' : 'ROLLCALL_MIGRATE_URL'
  const client = create()
  client.on('error', () => undefined)
  let place: Place | undefined
  try {
    await client.connect()
    const version = await readVersion(client)
    place = await readPlace(client)
    refuseEncoding(setting, place)
    const schema = requireSchema(setting, place)
    if (place.mayMigrate === false) {
      await checkOnly(client, version, options)
      return { schema, mayMigrate: false }
    }
    if (place.mayMigrate === null && !place.mayCreate) throw schemaRefusal(setting, place, undefined)
    if (isMigrating) await ensureRole(client, version, login)
    await ensureLedger(client, isMigrating)
    await upgradePostgres(client, options)
    if (!(await isAbleToAct(client, version, login)))
      throw roleRefusal(version, login, await isRoleThere(client), undefined)
    return { schema, mayMigrate: true }
  } catch (error) {
    const isSchema = place !== undefined && /permission denied for schema/.test(messageOf(error))
    const refusal =
      isSchema && place !== undefined ? schemaRefusal(setting, place, error) : toStartRefusal(setting, error)
    throw place !== undefined && isPooled(client, place.pid) ? besidePooler(refusal) : refusal
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Whom the URL logs in. */
export async function readLogin({ create }: { create(): Client }): Promise<string> {
  const client = create()
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await readPlace(client)).user
  } catch (error) {
    throw toStartRefusal('DATABASE_URL', error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function readPlace(client: Client): Promise<Place> {
  const { rows } = await client.query<Place>(
    `SELECT current_user::text AS user, current_schema()::text AS schema,
      coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
      has_table_privilege(to_regclass('migration'), 'INSERT') AS "mayMigrate", pg_backend_pid() AS pid,
      pg_encoding_to_char(encoding)::text AS encoding FROM pg_database WHERE datname = current_database()`,
  )
  return rows[0]!
}

// Others lack characters that people's names have, and SQL_ASCII counts bytes for characters.
function refuseEncoding(setting: string, { encoding }: Place): void {
  if (encoding === 'UTF8') return
  throw new StoreRefusal(
    `${setting}: the database is encoded in ${encoding}, and names are not to be kept whole in it. Make one in UTF8, for example:\n  CREATE DATABASE rollcall ENCODING 'UTF8' TEMPLATE template0;\nWhere this one has tables of Rollcall, move them there with pg_dump.`,
  )
}

// Whoever has just put a pooler there looks for the fault in it.
function besidePooler({ message, cause }: StoreRefusal): StoreRefusal {
  return new StoreRefusal(
    `${message}\n(There is a pooler before the database. It needs no settings for Rollcall, such as ignore_startup_parameters: this is the database's refusal.)`,
    cause,
  )
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

function requireSchema(setting: string, { user, schema }: Place): string {
  if (schema !== null) return schema
  throw new StoreRefusal(
    `${setting}: there is no schema for the tables: the search_path of ${quote(user)} names none that is there and that it may use. Make one, for example:\n  CREATE SCHEMA rollcall AUTHORIZATION ${quote(user)};\n  ALTER ROLE ${quote(user)} SET search_path = rollcall;`,
  )
}

// With least rights the user of DATABASE_URL is to make no tables at all: its first start comes after the owner's migration.
const elsewhere = (setting: string): string =>
  setting === 'DATABASE_URL'
    ? "\nWhere another user owns the tables, grant nothing: run `rollcall migrate` with the owner's ROLLCALL_MIGRATE_URL first."
    : ''

function schemaRefusal(setting: string, { user, schema }: Place, cause: unknown): StoreRefusal {
  return new StoreRefusal(
    `${setting}: ${quote(user)} may make no tables in the schema ${quote(schema ?? 'public')}. As its owner, or as a superuser, run:\n  GRANT USAGE, CREATE ON SCHEMA ${quote(schema ?? 'public')} TO ${quote(user)};${elsewhere(setting)}`,
    cause,
  )
}

// A login that owns nothing reads, as the role of requests, how far the database is.
async function checkOnly(
  client: Client,
  version: number,
  { migrations = known }: MigrateOptions,
): Promise<void> {
  if (!(await isAbleToAct(client, version, undefined)))
    throw roleRefusal(version, undefined, await isRoleThere(client), undefined)
  const { rows } = await client
    .query(`BEGIN READ ONLY; SET LOCAL ROLE ${role}; SELECT * FROM migration; COMMIT`)
    .then((results) => (results as unknown as { readonly rows: LedgerRow[] }[])[2] ?? { rows: [] })
  const missing = migrations.filter(({ number }) => !rows.some((row) => row.number === number)).length
  if (missing > 0)
    throw new StoreRefusal(
      `The store lacks ${missing} migration(s), and the user of DATABASE_URL owns no tables. Run \`rollcall migrate\` with the owner's ROLLCALL_MIGRATE_URL, or set that here.`,
    )
  planUpgrade(rows, postgresWords, migrations, { isMigrating: false, mayBeAhead: true })
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

async function ensureRole(client: Client, version: number, login: string | undefined): Promise<void> {
  try {
    await ensure(
      () => isRoleThere(client),
      () => client.query(`CREATE ROLE ${role} NOLOGIN NOINHERIT`),
    )
    await ensure(
      () => isAbleToAct(client, version, login),
      () =>
        client.query(
          `GRANT ${role} TO ${login === undefined ? 'current_user' : quote(login)}${withSet(version)}`,
        ),
    )
  } catch (error) {
    if (isConnectionLoss(error)) throw error
    throw roleRefusal(version, login, await isRoleThere(client), error)
  }
}

function isRoleThere(client: Client): Promise<boolean> {
  return isTrue(client, `SELECT count(*) > 0 AS is_true FROM pg_roles WHERE rolname = '${role}'`)
}

// From PostgreSQL 16 on, whoever makes a role is its member at once, but may only administer it: SET is granted apart.
const hasSetOption = (version: number): boolean => version >= 160_000
const withSet = (version: number): string => (hasSetOption(version) ? ' WITH SET TRUE' : '')

async function isAbleToAct(client: Client, version: number, login: string | undefined): Promise<boolean> {
  const privilege = hasSetOption(version) ? 'SET' : 'MEMBER'
  const { rows } = await client.query<{ is_true: boolean }>(
    `SELECT count(*) > 0 AS is_true FROM pg_roles
      WHERE rolname = '${role}' AND pg_has_role(coalesce($1, current_user::text), oid, '${privilege}')`,
    [login ?? null],
  )
  return rows[0]?.is_true === true
}

// Roles are the server's, not the database's: another installation on it may have made this one, whose maker alone may hand it on.
function roleRefusal(
  version: number,
  login: string | undefined,
  isThere: boolean,
  cause: unknown,
): StoreRefusal {
  const user = login === undefined ? '<the user of DATABASE_URL>' : quote(login)
  const who = login === undefined ? 'This database user' : 'The user of ROLLCALL_MIGRATE_URL'
  const grant = `  GRANT ${role} TO ${user}${withSet(version)};`
  if (isThere)
    return new StoreRefusal(
      `The role ${role}, under which row-level security keeps organizations apart, is there already: somebody else made it on this server, another installation for example, which may share it. ${who} ${login === undefined ? 'may not act as it' : `may not let ${user} act as it`}. As whoever made it, or as a superuser, run:\n${grant}`,
      cause,
    )
  return new StoreRefusal(
    `${who} can neither make the role ${role}, under which row-level security keeps organizations apart, nor ${login === undefined ? 'act as it' : `let ${user} act as it`}. As a superuser run what is missing of:\n  CREATE ROLE ${role} NOLOGIN NOINHERIT;\n${grant}`,
    cause,
  )
}
