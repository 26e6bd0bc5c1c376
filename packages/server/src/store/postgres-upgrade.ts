// Brings a PostgreSQL database to this version, while nodes of the version before serve on it. An ALTER waits for everybody who has
// read its table and holds up everybody behind it, so each statement is a transaction of its own that waits a second for its lock,
// lets the others go on and tries again. Indexes of tables that are in use are built concurrently. How far a migration came is
// kept, so whoever comes after a node that was ended goes on there.
import type { Client } from 'pg'
import {
  checksumOf,
  contractionOf,
  migrations as known,
  type LedgerRow,
  type Migration,
  type Plan,
  planUpgrade,
  postgresWords as words,
} from './migrations/index.ts'
import { refuseOther } from './migrations/ledger.ts'
import type { Catalogue } from './migrations/migration.ts'
import { listUnprotected } from './postgres-rights.ts'
import { createStep, type Step, type StepOptions, toConcurrent } from './postgres-step.ts'

/** How an upgrade goes. */
export interface UpgradeOptions extends StepOptions {
  readonly create: () => Client
  readonly isMigrating: boolean
  /** All of this version, unless a test says others. */
  readonly migrations?: readonly Migration[]
}

/** How long no older node may have been seen before what only it uses is taken away. */
const unseenMs = 60_000
const clock = 'cast(extract(epoch from clock_timestamp()) * 1000 as bigint)'

/** Throws StoreRefusal when a newer version has taken away what this one needs, when it is another build's, or may not be migrated. */
export async function upgradePostgres(keeper: Client, options: UpgradeOptions): Promise<void> {
  const { isMigrating, migrations = known } = options
  const plan = await lockLedger(keeper, options)
  if (isMigrating && plan.isFresh) await createAll(keeper, migrations)
  else if (isMigrating) await upgrade(keeper, plan, options)
  await keeper.query('COMMIT')
}

async function lockLedger(
  keeper: Client,
  { isMigrating, migrations = known }: UpgradeOptions,
): Promise<Plan> {
  await keeper.query(
    "INSERT INTO migration (number, name, applied_at) VALUES (0, 'lock', 0) ON CONFLICT DO NOTHING",
  )
  // Whoever has waited for the lock reads what was written meanwhile, whatever level a database's keeper has set.
  await keeper.query('BEGIN ISOLATION LEVEL READ COMMITTED')
  await keeper.query(
    'SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
  )
  // An ordinary row lock, held to the end: it needs no session state and works behind a pooler.
  await keeper.query('SELECT 1 FROM migration WHERE number = 0 FOR UPDATE')
  const { rows } = await keeper.query<LedgerRow>('SELECT * FROM migration')
  return planUpgrade(rows, words, migrations, { isMigrating, mayBeAhead: true })
}

/** Nobody uses the database yet: one transaction, all or nothing, and nobody older to wait for. */
async function createAll(client: Client, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) {
    const statements = [...migration.statements(words), ...(migration.contract?.(words) ?? [])]
    for (const statement of statements) await client.query(statement)
    await noteApplied(client, migration, migrations)
    if (migration.contract !== undefined)
      await client.query(`UPDATE migration SET contracted_at = ${clock} WHERE number = $1`, [
        migration.number,
      ])
  }
  for (const statement of await listUnprotected(client)) await client.query(statement)
}

async function noteApplied(
  client: Client,
  migration: Migration,
  migrations: readonly Migration[],
): Promise<void> {
  await client.query(
    `INSERT INTO migration (number, name, applied_at, checksum) VALUES ($1, $2, ${clock}, $3)`,
    [migration.number, migration.name, checksumOf(migration, words, migrations)],
  )
}

async function upgrade(keeper: Client, plan: Plan, options: UpgradeOptions): Promise<void> {
  if (plan.missing.length === 0 && (await listUnprotected(keeper)).length === 0) return
  await withWorker(keeper, options, async (worker, step) => {
    for (const migration of plan.missing) await apply(worker, step, migration, plan, options)
    for (const statement of await listUnprotected(worker)) await step(statement)
  })
}

/** A connection beside the one that holds the lock row. */
async function withWorker(
  keeper: Client,
  options: UpgradeOptions,
  work: (worker: Client, step: Step) => Promise<void>,
): Promise<void> {
  const worker = options.create()
  worker.on('error', () => undefined)
  try {
    await worker.connect()
    await work(worker, createStep(keeper, worker, options))
  } finally {
    await worker.end().catch(() => undefined)
  }
}

async function apply(
  worker: Client,
  step: Step,
  migration: Migration,
  { applied, unsealed }: Plan,
  { migrations = known }: UpgradeOptions,
): Promise<void> {
  const repairs = migration.repair?.(await readCatalogue(worker), applied, words) ?? []
  for (const statement of repairs) await step(statement, toConcurrent(statement, repairs))
  await runCounted(worker, step, migration, migrations, 'statements')
  await fill(step, migration)
  await worker.query('BEGIN')
  await worker.query('DELETE FROM migration WHERE number = $1', [underWay(migration, 'statements')])
  await noteApplied(worker, migration, migrations)
  if (migration.repair !== undefined)
    for (const one of unsealed)
      await worker.query('UPDATE migration SET checksum = $2 WHERE number = $1', [
        one.number,
        checksumOf(one, words, migrations),
      ])
  await worker.query('COMMIT')
}

type Half = 'statements' | 'contract'

/**
 * What a migration has done so far stands in a row of its own, under a number below zero: `applied_at` counts the statements. The
 * version before does not look there, so it still starts until the migration is whole.
 */
function underWay({ number }: Migration, half: Half): number {
  return half === 'statements' ? -number : contractionOf(number)
}

/** Says in the ledger that it is under way; returns how many of its statements have run. */
async function announce(
  worker: Client,
  migration: Migration,
  migrations: readonly Migration[],
  half: Half,
): Promise<number> {
  const checksum = checksumOf(migration, words, migrations)
  const { rows } = await worker.query<{ checksum: string; done: string }>(
    `INSERT INTO migration (number, name, applied_at, checksum) VALUES ($1, $2, 0, $3)
      ON CONFLICT (number) DO UPDATE SET name = excluded.name RETURNING checksum, applied_at AS done`,
    [underWay(migration, half), migration.name, checksum],
  )
  if (rows[0]?.checksum !== checksum) throw refuseOther(migration)
  return Number(rows[0].done)
}

async function runCounted(
  worker: Client,
  step: Step,
  migration: Migration,
  migrations: readonly Migration[],
  half: Half,
): Promise<void> {
  const number = underWay(migration, half)
  const done = await announce(worker, migration, migrations, half)
  const statements = migration[half]?.(words) ?? []
  for (let at = done; at < statements.length; at += 1) {
    const statement = statements[at]!
    const count = `UPDATE migration SET applied_at = ${at + 1} WHERE number = ${number} AND applied_at = ${at}`
    await step(statement, toConcurrent(statement, statements), count)
  }
}

async function fill(step: Step, migration: Migration): Promise<void> {
  for (const statement of migration.fill?.(words) ?? []) while ((await step(statement)) > 0);
}

/**
 * Runs the contractions that no older node needs any more; returns the nodes that the others wait for, empty when none waits. What is
 * not a minute old waits as well: a node that was just starting may not have said yet that it is there.
 */
export async function contractPostgres(options: UpgradeOptions): Promise<readonly string[]> {
  const keeper = options.create()
  keeper.on('error', () => undefined)
  try {
    await keeper.connect()
    const { uncontracted } = await lockLedger(keeper, { ...options, isMigrating: false })
    let waitedFor: readonly string[] = []
    for (const migration of uncontracted) {
      waitedFor = await listOlder(keeper, migration)
      if (waitedFor.length > 0) break
      await withWorker(keeper, options, async (worker, step) => {
        waitedFor = await contract(worker, step, migration, options)
        if (waitedFor.length > 0) return
        for (const statement of await listUnprotected(worker)) await step(statement)
      })
      if (waitedFor.length > 0) break
    }
    await keeper.query('COMMIT')
    return waitedFor
  } finally {
    await keeper.end().catch(() => undefined)
  }
}

async function listOlder(client: Client, { number, name }: Migration): Promise<readonly string[]> {
  const { rows } = await client.query<{ who: string }>(
    `SELECT concat(version, ', node ', id) AS who FROM node WHERE migration < $1 AND seen_at > ${clock} - ${unseenMs}
      UNION ALL SELECT 'nodes that may be starting' FROM migration WHERE number = $1 AND applied_at > ${clock} - ${unseenMs}`,
    [number],
  )
  return rows.map(({ who }) => `${name}: ${who}`)
}

async function contract(
  worker: Client,
  step: Step,
  migration: Migration,
  { migrations = known }: UpgradeOptions,
): Promise<readonly string[]> {
  // An older node that starts says that it is there and then looks for this row (postgres-nodes.ts): one of the two sees the other.
  const done = await announce(worker, migration, migrations, 'contract')
  const here = done === 0 ? await listOlder(worker, migration) : []
  if (here.length > 0) {
    await worker.query('DELETE FROM migration WHERE number = $1', [underWay(migration, 'contract')])
    return here
  }
  // A node that comes back after all learns from its missing row that it must not go on.
  await worker.query('DELETE FROM node WHERE migration < $1', [migration.number])
  await fill(step, migration)
  await runCounted(worker, step, migration, migrations, 'contract')
  await worker.query('BEGIN')
  await worker.query('DELETE FROM migration WHERE number = $1', [underWay(migration, 'contract')])
  await worker.query(`UPDATE migration SET contracted_at = ${clock} WHERE number = $1`, [migration.number])
  await worker.query('COMMIT')
  return []
}

async function readCatalogue(client: Client): Promise<Catalogue> {
  const columns = await client.query<{ of: string; names: string[] }>(
    `SELECT table_name AS of, array_agg(column_name::text) AS names FROM information_schema.columns
      WHERE table_schema = current_schema() GROUP BY table_name`,
  )
  const indexes = await client.query<{ of: string; names: string[] }>(
    `SELECT relname AS of, array_agg(attname::text ORDER BY attnum) AS names FROM pg_index
      JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_attribute ON attrelid = indexrelid
      WHERE indisvalid AND relnamespace = quote_ident(current_schema())::regnamespace GROUP BY relname`,
  )
  const columnsOf = new Map(columns.rows.map(({ of, names }) => [of, new Set(names)]))
  const indexOf = new Map(indexes.rows.map(({ of, names }) => [of, names]))
  return {
    columns: (table) => columnsOf.get(table) ?? new Set(),
    index: (name) => indexOf.get(name),
  }
}
