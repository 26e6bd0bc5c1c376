// What looks behind the feed: each follower goes on from where it was, so that no request pays for it and no event is missed.
import type { Database } from '../store/database.ts'
import type { Follower } from '../store/news.ts'
import { installationStatement } from '../store/statement.ts'
import { sequenceEvents } from './feed.ts'

const rowsPerPage = 1_000

const selectCursor = installationStatement<{ name: string }>('follower_cursor')(({ db, place }) =>
  db.selectFrom('event_sequence').select('position').where('name', '=', place('name')),
)
const selectUnbroken = installationStatement('feed_unbroken_from')(({ db, dialect }) =>
  db.selectFrom('event_sequence').select(dialect.feed.unbrokenFrom.as('from')).where('name', '=', 'feed'),
)
const moveCursor = installationStatement<{ name: string; position: number }>('move_follower_cursor')(
  ({ db, place }) =>
    db
      .insertInto('event_sequence')
      .values({ name: place('name'), position: place('position'), pruned: 0 })
      .onConflict((on) => on.column('name').doUpdateSet({ position: place('position') })),
)
/** A page of what a follower has not seen. */
export const selectFollowed = installationStatement<{ after: number; until: number }>('follower_page')(
  ({ db, place, dialect }) =>
    db
      .selectFrom(dialect.feed.rowsBehind.as('event_feed'))
      .select(['position', 'event_id', 'organization_id', 'type', 'subject_id', 'occurred_at'])
      .where('position', '>', place('after'))
      .where('position', '<=', place('until'))
      .orderBy('position')
      .limit(rowsPerPage),
)

/** An event as a follower sees it; the rest is read where it is wanted. */
export interface Followed {
  /** Its number in the feed: the order of commits. */
  readonly position: number
  readonly id: string
  readonly organizationId: string
  readonly type: string
  readonly subjectId: string
  /** Milliseconds since 1970, by the clock of the node that wrote it. */
  readonly occurredAt: number
}

/** Up to which number that follower has seen everything; undefined before its first run. */
export async function findCursor(database: Database, name: Follower): Promise<number | undefined> {
  const [row] = await database.readInstallation('jobs', selectCursor, { name })
  return row === undefined ? undefined : Number(row.position)
}

/**
 * Gives `look` every event since the last time, at most 1,000 in a page, in the order of commits. A page that fails comes again,
 * so a look at it must bear a second one. Where a page holds none of `types`, it is passed over. `missing`: events of any type that are
 * gone from between them.
 */
export async function follow(
  database: Database,
  wanted: { readonly name: Follower; readonly types?: ReadonlySet<string> },
  isStopping: () => boolean,
  look: (events: readonly Followed[], page: { readonly missing: number }) => Promise<void>,
): Promise<void> {
  const { name, types } = wanted
  const { head } = await sequenceEvents(database)
  const from = await findCursor(database, name)
  for (let after = from ?? 0; (after < head || from === undefined) && !isStopping(); ) {
    const rows = await database.readInstallation('jobs', selectFollowed, { after, until: head })
    const events = rows.map(toFollowed).filter(({ type }) => types?.has(type) ?? true)
    const position = rows.length < rowsPerPage ? head : Number(rows.at(-1)?.position)
    const missing = from === undefined ? 0 : await countMissing(database, after, position, rows.length)
    if (events.length > 0 || missing > 0) await look(events, { missing })
    if (isStopping() && events.length > 0) return
    after = position
    await database.inInstallation('jobs', async (tx) => tx.write(moveCursor, { name, position }))
    if (after >= head) return
  }
}

/** How many of the numbers between two have no event any more, where that can be told. */
async function countMissing(
  database: Database,
  after: number,
  until: number,
  found: number,
): Promise<number> {
  if (until - after <= found) return 0
  const [row] = await database.readInstallation('jobs', selectUnbroken, {})
  if (row === undefined || row.from === null || after < Number(row.from)) return 0
  return until - after - found
}

function toFollowed(row: {
  readonly position: number | null
  readonly event_id: string
  readonly organization_id: string
  readonly type: string
  readonly subject_id: string
  readonly occurred_at: number
}): Followed {
  return {
    position: Number(row.position),
    id: row.event_id,
    organizationId: row.organization_id,
    type: row.type,
    subjectId: row.subject_id,
    occurredAt: Number(row.occurred_at),
  }
}
