// A statement of a migration on PostgreSQL while everybody works: it waits a second for its lock, lets the others go on, tries again.

import type { Client } from 'pg'
import { codeOf } from '../base/unknown.ts'

/** How a step waits. */
export interface StepOptions {
  /** What the operator should know while the service does not serve yet. */
  readonly tell?: (what: Readonly<Record<string, unknown>>, message: string) => void
  /** How long everybody else goes on before a lock is asked for again; 3 seconds unless a test is in a hurry. */
  readonly pauseMs?: number
}

/** A lock is waited for as long as this, with everybody behind it. */
const lockMs = 1_000
const canTryAgain = new Set(['55P03', '40P01'])

/** An index that is built while everybody works. */
export interface ConcurrentIndex {
  readonly name: string
  readonly create: string
}

/** Of a CREATE INDEX on a table that was there before: built while everybody goes on writing, which no transaction can do. */
export function toConcurrent(statement: string, all: readonly string[]): ConcurrentIndex | undefined {
  const [, kind, name, rest, table] = /^CREATE (UNIQUE )?INDEX (\w+) (ON "?(\w+)"?.*)$/s.exec(statement) ?? []
  const isNew = all.some((one) => new RegExp(`^CREATE TABLE "?${table}"?\\s`).test(one))
  if (name === undefined || isNew) return undefined
  return { name, create: `CREATE ${kind ?? ''}INDEX CONCURRENTLY ${name} ${rest}` }
}

/** Runs a statement, and with it another that counts it, as soon as its lock is to be had; returns how many rows it changed. */
export type Step = (statement: string, index?: ConcurrentIndex, count?: string) => Promise<number>

/** Runs steps, each in a transaction of its own. */
export function createStep(keeper: Client, worker: Client, { tell, pauseMs = 3_000 }: StepOptions): Step {
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
        if (!canTryAgain.has(codeOf(error) ?? '')) throw error
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
