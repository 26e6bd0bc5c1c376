// Brings a PostgreSQL database to this version, while nodes of the version before serve on it. An ALTER waits for everybody who has
// read its table and holds up everybody behind it, so each statement is a transaction of its own that waits a second for its lock,
// lets the others go on and tries again. Indexes of tables that are in use are built concurrently. How far a migration came is
// kept, so whoever comes after a node that was ended goes on there.
import type { Client } from 'pg'
import {
  checksumOf,
  migrations as known,
  type LedgerRow,
  type Migration,
  type Plan,
  planUpgrade,
  postgresWords as words,
} from './migrations/index.ts'
import { refuseOther } from './migrations/ledger.ts'
import type { Catalogue } from './migrations/migration.ts'
import { installationTables, tenantTables } from './schema.ts'

/** The role that requests run as: owns nothing, bypasses nothing. */
export const role = 'rollcall_app'

export interface UpgradeOptions {
  readonly create: () => Client
  readonly isMigrating: boolean
  readonly now: () => number
  /** What the operator should know while the service does not serve yet. */
  readonly tell?: (what: Readonly<Record<string, unknown>>, message: string) => void
  /** How long everybody else goes on before a lock is asked for again; 3 seconds unless a test is in a hurry. */
  readonly pauseMs?: number
  /** All of this version, unless a test says others. */
  readonly migrations?: readonly Migration[]
}

/** A lock is waited for as long as this, with everybody behind it. */
const lockMs = 1_000
const canTryAgain = new Set(['55P03', '40P01'])

/** Throws StoreRefusal when the database is a newer version's, another build's, or may not be migrated. */
export async function upgradePostgres(keeper: Client, options: UpgradeOptions): Promise<void> {
  const { isMigrating, migrations = known } = options
  await keeper.query(
    "INSERT INTO migration (number, name, applied_at) VALUES (0, 'lock', 0) ON CONFLICT DO NOTHING",
  )
  await keeper.query('BEGIN')
  await keeper.query(
    'SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
  )
  // An ordinary row lock, held to the end: it needs no session state and works behind a pooler.
  await keeper.query('SELECT 1 FROM migration WHERE number = 0 FOR UPDATE')
  const { rows } = await keeper.query<LedgerRow>('SELECT * FROM migration')
  const plan = planUpgrade(rows, words, migrations, isMigrating)
  if (isMigrating && plan.isFresh) await createAll(keeper, migrations, options)
  else if (isMigrating) await upgrade(keeper, plan, options)
  await keeper.query('COMMIT')
}

/** Nobody uses the database yet: one transaction, all or nothing. */
async function createAll(
  client: Client,
  migrations: readonly Migration[],
  { now }: UpgradeOptions,
): Promise<void> {
  for (const migration of migrations) {
    for (const statement of migration.statements(words)) await client.query(statement)
    await client.query('INSERT INTO migration (number, name, applied_at, checksum) VALUES ($1, $2, $3, $4)', [
      migration.number,
      migration.name,
      now(),
      checksumOf(migration, words, migrations),
    ])
  }
  for (const statement of await listUnprotected(client)) await client.query(statement)
}

async function upgrade(keeper: Client, plan: Plan, options: UpgradeOptions): Promise<void> {
  if (plan.missing.length === 0 && (await listUnprotected(keeper)).length === 0) return
  const worker = options.create()
  worker.on('error', () => undefined)
  try {
    await worker.connect()
    const step = createStep(keeper, worker, options)
    for (const migration of plan.missing) await apply(worker, step, migration, plan, options)
    for (const statement of await listUnprotected(worker)) await step(statement)
  } finally {
    await worker.end().catch(() => undefined)
  }
}

/**
 * What a migration has done so far stands in a row of its own, under its number below zero: `applied_at` counts the statements.
 * The version before does not look there, so it still starts until the migration is whole.
 */
async function apply(
  worker: Client,
  step: Step,
  migration: Migration,
  { applied, unsealed }: Plan,
  { now, migrations = known }: UpgradeOptions,
): Promise<void> {
  const { number, name } = migration
  const checksum = checksumOf(migration, words, migrations)
  const repairs = migration.repair?.(await readCatalogue(worker), applied, words) ?? []
  for (const statement of repairs) await step(statement, toConcurrent(statement, repairs))
  const statements = migration.statements(words)
  const begun = await worker.query<LedgerRow & { applied_at: string }>(
    `INSERT INTO migration (number, name, applied_at, checksum) VALUES ($1, $2, 0, $3)
      ON CONFLICT (number) DO UPDATE SET name = excluded.name RETURNING *`,
    [-number, name, checksum],
  )
  if (begun.rows[0]?.checksum !== checksum) throw refuseOther(migration)
  for (let at = Number(begun.rows[0].applied_at); at < statements.length; at += 1) {
    const statement = statements[at] as string
    const count = `UPDATE migration SET applied_at = ${at + 1} WHERE number = ${-number} AND applied_at = ${at}`
    await step(statement, toConcurrent(statement, statements), count)
  }
  for (const statement of migration.fill?.(words) ?? []) while ((await step(statement)) > 0);
  await worker.query('BEGIN')
  await worker.query('DELETE FROM migration WHERE number = $1', [-number])
  await worker.query('INSERT INTO migration (number, name, applied_at, checksum) VALUES ($1, $2, $3, $4)', [
    number,
    name,
    now(),
    checksum,
  ])
  if (migration.repair !== undefined)
    for (const one of unsealed)
      await worker.query('UPDATE migration SET checksum = $2 WHERE number = $1', [
        one.number,
        checksumOf(one, words, migrations),
      ])
  await worker.query('COMMIT')
}

interface ConcurrentIndex {
  readonly name: string
  readonly create: string
}

/** Of a CREATE INDEX on a table that was there before: built while everybody goes on writing, which no transaction can do. */
function toConcurrent(statement: string, all: readonly string[]): ConcurrentIndex | undefined {
  const [, kind, name, rest, table] = /^CREATE (UNIQUE )?INDEX (\w+) (ON "?(\w+)"?.*)$/s.exec(statement) ?? []
  const isNew = all.some((one) => new RegExp(`^CREATE TABLE "?${table}"?\\s`).test(one))
  if (name === undefined || isNew) return undefined
  return { name, create: `CREATE ${kind ?? ''}INDEX CONCURRENTLY ${name} ${rest}` }
}

/** Runs a statement, and with it another that counts it, as soon as its lock is to be had; returns how many rows it changed. */
type Step = (statement: string, index?: ConcurrentIndex, count?: string) => Promise<number>

function createStep(keeper: Client, worker: Client, { tell, pauseMs = 3_000 }: UpgradeOptions): Step {
  // One message, one transaction.
  const run = async (statement: string, count: string | undefined): Promise<number> => {
    const begin = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = ${lockMs}`
    const text = [begin, statement, ...(count === undefined ? [] : [count]), 'COMMIT'].join('; ')
    const results = await worker.query(text).catch(async (error: unknown) => {
      await worker.query('ROLLBACK').catch(() => undefined)
      throw error
    })
    return (results as unknown as { readonly rowCount: number | null }[])[3]?.rowCount ?? 0
  }
  const build = async ({ name, create }: ConcurrentIndex, count: string | undefined): Promise<number> => {
    const { rows } = await worker.query<{ indisvalid: boolean }>(
      'SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)',
      [name],
    )
    // What a node left that was ended while it built.
    if (rows[0]?.indisvalid === false) await worker.query(`DROP INDEX CONCURRENTLY ${name}`)
    if (rows[0]?.indisvalid !== true) await worker.query(create)
    return count === undefined ? 0 : run(count, undefined)
  }
  return async (statement, index, count) => {
    for (;;) {
      // Whoever has lost the lock row must not go on beside the node that has it now.
      await keeper.query('SELECT 1')
      try {
        return await (index === undefined ? run(statement, count) : build(index, count))
      } catch (error) {
        if (!canTryAgain.has(String((error as { code?: unknown }).code))) throw error
        tell?.({ statement, heldBy: await listHolders(worker, statement) }, 'a migration waits for a lock')
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }
}

/** Who has the table, the oldest first. */
async function listHolders(client: Client, statement: string): Promise<readonly string[]> {
  const [, table] = /\b(?:TABLE|INTO|UPDATE|FROM|ON) "?(\w+)"?/.exec(statement) ?? []
  if (table === undefined) return []
  const { rows } = await client.query<{ who: string }>(
    `SELECT concat_ws(' ', pid, usename, application_name) AS who FROM pg_stat_activity
      WHERE pid IN (SELECT pid FROM pg_locks WHERE granted AND relation = to_regclass(quote_ident($1))) AND pid <> pg_backend_pid()
      ORDER BY xact_start LIMIT 3`,
    [table],
  )
  return rows.map(({ who }) => who)
}

async function readCatalogue(client: Client): Promise<Catalogue> {
  const columns = await client.query<{ of: string; names: string[] }>(
    `SELECT table_name AS of, array_agg(column_name::text) AS names FROM information_schema.columns
      WHERE table_schema = current_schema() GROUP BY table_name`,
  )
  const indexes = await client.query<{ of: string; names: string[] }>(
    `SELECT relname AS of, array_agg(attname::text ORDER BY attnum) AS names FROM pg_index
      JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_attribute ON attrelid = indexrelid
      WHERE indisvalid AND relnamespace = current_schema()::regnamespace GROUP BY relname`,
  )
  const columnsOf = new Map(columns.rows.map(({ of, names }) => [of, new Set(names)]))
  const indexOf = new Map(indexes.rows.map(({ of, names }) => [of, names]))
  return {
    columns: (table) => columnsOf.get(table) ?? new Set(),
    index: (name) => indexOf.get(name),
  }
}

interface TableRights {
  readonly name: string
  readonly isSecured: boolean
  readonly isForced: boolean
  readonly hasPolicy: boolean
  readonly rights: readonly string[]
}

/** Events and their seals are never rewritten. */
const rightsOf = (table: string): readonly string[] =>
  table === 'event' || table === 'event_seal'
    ? ['SELECT', 'INSERT', 'DELETE']
    : ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
const isOwn = "organization_id = current_setting('app.org', true)"

/** Default deny: without SET LOCAL "app.org" a tenant table shows no row and takes none. What of that is missing, as statements. */
async function listUnprotected(client: Client): Promise<readonly string[]> {
  const tenant = new Set<string>(tenantTables)
  const { rows } = await client.query<TableRights>(
    `SELECT relname AS name, relrowsecurity AS "isSecured", relforcerowsecurity AS "isForced",
        EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'organization_isolation') AS "hasPolicy",
        ARRAY(SELECT word FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS word
          WHERE has_table_privilege($1, pg_class.oid, word)) AS rights
      FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($2) ORDER BY relname`,
    [role, [...tenantTables, ...installationTables]],
  )
  const { rows: schemas } = await client.query<{ name: string; isUsable: boolean }>(
    `SELECT quote_ident(current_schema()) AS name, has_schema_privilege($1, current_schema(), 'USAGE') AS "isUsable"`,
    [role],
  )
  return [
    ...schemas
      .filter(({ isUsable }) => !isUsable)
      .map(({ name }) => `GRANT USAGE ON SCHEMA ${name} TO ${role}`),
    ...rows.flatMap((table) => [...grant(table), ...(tenant.has(table.name) ? secure(table) : [])]),
  ]
}

function grant({ name, rights }: TableRights): readonly string[] {
  const wanted = rightsOf(name)
  return wanted.every((right) => rights.includes(right))
    ? []
    : [`GRANT ${wanted.join(', ')} ON TABLE "${name}" TO ${role}`]
}

function secure({ name, isSecured, isForced, hasPolicy }: TableRights): readonly string[] {
  const table = `TABLE "${name}"`
  return [
    ...(isSecured ? [] : [`ALTER ${table} ENABLE ROW LEVEL SECURITY`]),
    ...(isForced ? [] : [`ALTER ${table} FORCE ROW LEVEL SECURITY`]),
    ...(hasPolicy
      ? []
      : [`CREATE POLICY organization_isolation ON "${name}" USING (${isOwn}) WITH CHECK (${isOwn})`]),
  ]
}
