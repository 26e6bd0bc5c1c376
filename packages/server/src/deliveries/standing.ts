// How what goes out and what follows the feed stand, for the metrics: at a cost that does not grow with the backlog.
import { sql } from 'kysely'
import type { Standing } from '../http/metrics.ts'
import type { Database } from '../store/database.ts'
import { followers } from '../store/news.ts'
import { countRetries } from '../store/retries.ts'
import { installationStatement } from '../store/statement.ts'

const mostCounted = 10_000

const selectTargets = installationStatement('standing_of_targets')(({ db }) =>
  db.selectFrom('delivery_target as target').select((on) => [
    'target.kind',
    'target.is_enabled',
    'target.failing_since',
    on
      .selectFrom('delivery')
      .select((of) => of.fn.min('next_at').as('due'))
      .whereRef('delivery.target_id', '=', 'target.id')
      .where('delivery.state', '=', 'pending')
      .as('due'),
    on
      .selectFrom(
        on
          .selectFrom('delivery')
          .select('delivery.target_id')
          .whereRef('delivery.target_id', '=', 'target.id')
          .where('delivery.state', '=', 'pending')
          .limit(mostCounted)
          .as('one'),
      )
      .select((of) => of.cast<number>(of.fn.countAll(), 'bigint').as('waiting'))
      .as('waiting'),
  ]),
)
const selectFeed = installationStatement('standing_of_feed')(({ db, dialect }) =>
  db
    .selectFrom('event_sequence')
    .select([dialect.feed.head.as('head'), dialect.feed.unnumberedSince.as('unnumbered_since')])
    .select((on) => [
      on
        .selectFrom('event_sequence as seal')
        .select('seal.position')
        .where('seal.name', '=', sql.lit('seal'))
        .as('sealed'),
    ])
    .where('name', '=', 'feed'),
)

/** `now`: milliseconds since 1970. */
export async function readStanding(database: Database, now: number): Promise<Standing> {
  const rows = await database.readInstallation('jobs', selectTargets, {})
  const [feed] = await database.readInstallation('jobs', selectFeed, {})
  const retries = await countRetries(database)
  const since = (at: number | null | undefined): number =>
    at === null || at === undefined ? 0 : Math.max(0, now - Number(at)) / 1_000
  return {
    targets: rows.map((row) => ({
      kind: row.kind,
      state: row.is_enabled !== 1 ? 'disabled' : row.failing_since === null ? 'enabled' : 'failing',
      waiting: Number(row.waiting ?? 0),
      overdueSeconds: row.is_enabled === 1 ? since(row.due) : 0,
    })),
    feedLagSeconds: since(feed?.unnumbered_since),
    putOff: Object.fromEntries(followers.map((name) => [name, retries.get(name) ?? 0])),
    unsealedEvents: Math.max(0, Number(feed?.head ?? 0) - Number(feed?.sealed ?? 0)),
  }
}
