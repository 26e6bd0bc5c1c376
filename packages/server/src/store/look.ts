// What a database is like before anybody serves on it: read, and nothing written, so that it can be asked of one in production.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Client } from 'pg'
import { messageOf } from '../base/unknown.ts'
import { StoreRefusal } from './errors.ts'
import { type LedgerRow, migrations, planUpgrade, postgresWords, sqliteWords } from './migrations/index.ts'
import { toStartRefusal } from './postgres-errors.ts'
import { listUnprotected, role } from './postgres-rights.ts'
import { createClients } from './postgres-start.ts'
import type { PostgresAddress } from './postgres-url.ts'
import { embeddedFileName } from './sqlite-folder.ts'
import { readSqliteLedger } from './sqlite-migrate.ts'

/** How far a store is from what this version knows. */
export interface LedgerLook {
  /** Migrations that are there; 0 of a store that nobody has made yet. */
  readonly applied: number
  readonly missing: number
  /** Why this version cannot serve it at all. */
  readonly fault: string | undefined
}

/** What a PostgreSQL database says of itself and of the user who asks. */
export interface PostgresLook {
  /** As it calls itself: `18.4`. */
  readonly version: string
  readonly versionNumber: number
  readonly encoding: string
  readonly user: string
  /** Where tables are looked for; null where there is none. */
  readonly schema: string | null
  /** Row-level security holds nobody like this. */
  readonly isAboveRows: boolean
  readonly isReadOnly: boolean
  /** Whether requests can be served as the role that owns nothing. */
  readonly mayAct: boolean
  /** Whether tables can be made, or changed where they are there. */
  readonly mayMigrate: boolean
  /** Statements that are missing of what protects the rows. */
  readonly unprotected: number
  /** Its clock, in milliseconds, and ours at the same moment. */
  readonly clocks: { readonly theirs: number; readonly ours: number }
  /** Whether there are tables of ours. */
  readonly isMade: boolean
  /** Undefined where this user may not read it. */
  readonly ledger: LedgerLook | undefined
}

/** Throws StoreRefusal, with words for the operator, where it cannot be reached or used. `setting` is where the address comes from. */
export async function lookAtPostgres(setting: string, address: PostgresAddress): Promise<PostgresLook> {
  const clients = createClients(address)
  for (;;) {
    const client = clients.create()
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await read(client)
    } catch (error) {
      if (!clients.mayDiffer(error)) throw toStartRefusal(setting, error)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

type Facts = Omit<PostgresLook, 'ledger' | 'unprotected' | 'clocks' | 'mayAct'> & {
  readonly isRoleThere: boolean
  readonly mayRead: boolean
  readonly hasSetOption: boolean
}

async function read(client: Client): Promise<PostgresLook> {
  await client.query('BEGIN READ ONLY')
  const before = Date.now()
  const clock = await client.query<{ now: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  )
  const ours = (before + Date.now()) / 2
  const { rows } = await client.query<Facts>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
      current_setting('server_version_num')::integer AS "versionNumber",
      current_setting('server_version_num')::integer >= 160000 AS "hasSetOption",
      pg_encoding_to_char(encoding)::text AS encoding, current_user::text AS user, current_schema()::text AS schema,
      (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS "isAboveRows",
      pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
      EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${role}') AS "isRoleThere",
      to_regclass('migration') IS NOT NULL AS "isMade",
      coalesce(has_table_privilege(to_regclass('migration'), 'SELECT'), false) AS "mayRead",
      coalesce(has_table_privilege(to_regclass('migration'), 'INSERT'),
        has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayMigrate"
      FROM pg_database WHERE datname = current_database()`,
  )
  const [facts] = rows
  if (facts === undefined) throw new Error('the database does not say what it is')
  const { isRoleThere, mayRead, hasSetOption, ...told } = facts
  const mayAct = isRoleThere && (await isAbleToAct(client, hasSetOption))
  const unprotected = isRoleThere && facts.isMade ? (await listUnprotected(client)).length : 0
  return {
    ...told,
    mayAct,
    unprotected,
    clocks: { theirs: Number(clock.rows[0]?.now), ours },
    ledger: facts.isMade ? await readLedger(client, mayRead, mayAct) : judge([], postgresWords, true),
  }
}

async function isAbleToAct(client: Client, hasSetOption: boolean): Promise<boolean> {
  const privilege = hasSetOption ? 'SET' : 'MEMBER'
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT pg_has_role(current_user, '${role}', '${privilege}') AS may`,
  )
  return rows[0]?.may === true
}

// A login that owns nothing reads it as the role of requests.
async function readLedger(
  client: Client,
  mayRead: boolean,
  mayAct: boolean,
): Promise<LedgerLook | undefined> {
  if (!mayRead && !mayAct) return undefined
  if (!mayRead) await client.query(`SET LOCAL ROLE ${role}`)
  const { rows } = await client.query<LedgerRow>('SELECT * FROM migration')
  return judge(rows, postgresWords, true)
}

/** `mayBeAhead`: nodes of two versions may serve beside each other. */
function judge(rows: readonly LedgerRow[], words: typeof postgresWords, mayBeAhead: boolean): LedgerLook {
  const applied = rows.filter(({ number }) => number > 0).length
  try {
    const { missing } = planUpgrade(rows, words, migrations, { isMigrating: true, mayBeAhead })
    return { applied, missing: missing.length, fault: undefined }
  } catch (error) {
    if (!(error instanceof StoreRefusal)) throw error
    return { applied, missing: 0, fault: error.message }
  }
}

/** The store in a data folder that nobody serves; undefined where there is none. Throws StoreRefusal where a process has it. */
export function lookAtEmbedded(folder: string): LedgerLook | undefined {
  const file = join(folder, embeddedFileName)
  if (!existsSync(file)) return undefined
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(file)
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; COMMIT')
    const rows = readSqliteLedger(connection)
    return judge(rows, sqliteWords, false)
  } catch (cause) {
    throw new StoreRefusal(`${file} cannot be read: ${messageOf(cause)}`, cause)
  } finally {
    connection?.close()
  }
}
