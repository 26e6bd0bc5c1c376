// Where what follows the feed failed: whose events wait, from where, and when they are looked at again.
import { sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import type { Database } from './database.ts'
import type { Follower } from './news.ts'
import { installationStatement } from './statement.ts'

const selectRetries = installationStatement<{ name: string }>('follower_retries')(({ db, place }) =>
  db
    .selectFrom('follower_retry')
    .select(['organization_id', 'position', 'attempts', 'due_at'])
    .where('name', '=', place('name'))
    .orderBy('due_at'),
)

const selectCounts = installationStatement('count_follower_retries')(({ db }) =>
  db
    .selectFrom('follower_retry')
    .select((on) => ['name', on.cast<number>(on.fn.countAll(), 'bigint').as('organizations')])
    .groupBy('name'),
)

/** The places in the feed behind which somebody's events wait. */
export const selectPutOff = sql<{ position: number }>`SELECT position FROM follower_retry`

/** Puts off what comes behind a number of the feed. */
export const writeRetry = installationStatement<{
  name: string
  id: string
  position: number
  attempts: number
  dueAt: number
}>('write_follower_retry')(({ db, place }) =>
  db
    .insertInto('follower_retry')
    .values({
      name: place('name'),
      organization_id: place('id'),
      position: place('position'),
      attempts: place('attempts'),
      due_at: place('dueAt'),
    })
    .onConflict((on) =>
      on.columns(['name', 'organization_id']).doUpdateSet((set) => ({
        position: set.ref('excluded.position'),
        attempts: set.ref('excluded.attempts'),
        due_at: set.ref('excluded.due_at'),
      })),
    ),
)

/** Nothing of the organization waits any more. */
export const deleteRetry = installationStatement<{ name: string; id: string }>('delete_follower_retry')(
  ({ db, place }) =>
    db
      .deleteFrom('follower_retry')
      .where('name', '=', place('name'))
      .where('organization_id', '=', place('id')),
)

/** What waits of one organization. */
export interface Retry {
  /** In the feed: what comes behind it. */
  readonly position: number
  /** How often it failed in a row. */
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly dueAt: number
}

const firstWaitMs = 60_000

/** How long after so many failures: a minute after the first. */
export function toWaitMs(attempts: number): number {
  return Math.min(hourMs, firstWaitMs * 2 ** Math.min(attempts - 1, 30))
}

/** By organization, those that are due first before others. */
export async function listRetries(database: Database, name: Follower): Promise<Map<string, Retry>> {
  const rows = await database.readInstallation('jobs', selectRetries, { name })
  return new Map(
    rows.map(({ organization_id: id, position, attempts, due_at: dueAt }) => [
      id,
      { position: Number(position), attempts: Number(attempts), dueAt: Number(dueAt) },
    ]),
  )
}

/** How many organizations wait, by the follower. */
export async function countRetries(database: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await database.readInstallation('jobs', selectCounts, {})
  return new Map(rows.map(({ name, organizations }) => [name, Number(organizations)]))
}
