// What waits for some node to take up, in one read: however many kinds of work there are, a node that has nothing to do asks once.
import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { DeliveryTargetTable } from './schema.ts'
import { installationStatement } from './statement.ts'

/** Those that look behind the feed, each up to a number of its own. */
export const followers = ['seal', 'guard', 'ownership', 'makers', 'search'] as const
/** Work that waits to be taken up. */
export type Follower = (typeof followers)[number]

/** A target of deliveries that is on and has some to send. */
export interface WaitingTarget {
  readonly id: string
  readonly kind: DeliveryTargetTable['kind']
  readonly failures: number
  readonly failing_since: number | null
  readonly paused_until: number | null
  /** When the first of them is due; milliseconds since 1970. */
  readonly due: number
}

/** What waits, as one read sees it. */
export interface News {
  /** By the clock that all nodes share; milliseconds since 1970. */
  readonly now: number
  /** A committed event has no number in the feed yet. */
  readonly isFeedWaiting: boolean
  /** Who has not seen all of the feed, or is to look again where it failed. */
  readonly behind: ReadonlySet<Follower>
  readonly hasRoleChanges: boolean
  readonly hasSessionEnds: boolean
  readonly targets: readonly WaitingTarget[]
}

// The row of the feed is always there; each target that waits makes it one row more. What is due first is the first entry of an
// index, however much waits behind it.
const selectNews = installationStatement<{ now: number }>('news')(({ db, place, dialect }) => {
  const waiting = db
    .selectFrom('delivery_target as target')
    .select(['target.id', 'target.kind', 'target.failures', 'target.failing_since', 'target.paused_until'])
    .select((on) =>
      on
        .selectFrom('delivery')
        .select((of) => of.fn.min('next_at').as('due'))
        .whereRef('delivery.target_id', '=', 'target.id')
        .where('delivery.state', '=', 'pending')
        .as('due'),
    )
    .where('target.is_enabled', '=', 1)
  return db
    .selectFrom('event_sequence as feed')
    .leftJoin(waiting.as('target'), (join) => join.on('target.due', 'is not', null))
    .select(['target.id', 'target.kind', 'target.failures', 'target.failing_since', 'target.paused_until'])
    .select(['target.due', dialect.feed.head.as('head'), dialect.feed.unnumberedSince.as('unnumbered')])
    .select((on) => [
      dialect.now(place('now')).as('now'),
      on.selectFrom('role_change').select('role_change.id').limit(1).as('role_change'),
      on.selectFrom('key_confirmation').select('key_confirmation.key_id').limit(1).as('key_confirmation'),
      on.selectFrom('session_end').select('session_end.id').limit(1).as('session_end'),
      ...followers.map((name) =>
        on
          .selectFrom('event_sequence as follower')
          .select('follower.position')
          .where('follower.name', '=', sql.lit(name))
          .as(name),
      ),
      ...followers.map((name) =>
        on
          .selectFrom('follower_retry as retry')
          .select((of) => of.fn.min('retry.due_at').as('due'))
          .where('retry.name', '=', sql.lit(name))
          .as(`${name}_retry`),
      ),
    ])
    .where('feed.name', '=', 'feed')
})

/** `now` is this process's clock, in milliseconds since 1970. */
export async function readNews(database: Database, now: number): Promise<News> {
  const rows = await database.readInstallation('deliveries', selectNews, { now })
  const [first] = rows
  if (first === undefined) throw new Error('the feed has no sequence')
  const isFeedWaiting = first.unnumbered !== null
  // Before its first run a follower has no row.
  const isBehind = (at: number | null): boolean => at === null || Number(at) < Number(first.head)
  const isDue = (at: number | null): boolean => at !== null && Number(at) <= Number(first.now)
  return {
    now: Number(first.now),
    isFeedWaiting,
    behind: new Set(
      followers.filter((name) => isFeedWaiting || isBehind(first[name]) || isDue(first[`${name}_retry`])),
    ),
    hasRoleChanges: first.role_change !== null || first.key_confirmation !== null,
    hasSessionEnds: first.session_end !== null,
    targets: rows.flatMap(({ id, kind, failures, failing_since, paused_until, due }) =>
      id === null || kind === null || due === null
        ? []
        : [{ id, kind, failures: Number(failures), failing_since, paused_until, due: Number(due) }],
    ),
  }
}
