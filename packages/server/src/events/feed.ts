// The feed: every event of every organization, numbered behind the commit so that a reader who goes on from a number misses
// nothing. Owns the numbers and the reading; record.ts writes the rows.
import type { EventType, FeedEvent } from '@rollcall/api'
import { sql } from 'kysely'
import { dayMs, toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database } from '../store/database.ts'
import { followers } from '../store/news.ts'
import { selectPutOff } from '../store/retries.ts'
import { installationStatement } from '../store/statement.ts'

const rowsPerBatch = 1_000
/** Rows that one look passes over where a filter leaves most of them out. */
const rowsPerWindow = 2_000
/** How long an event can be followed. */
export const keptMs = 31 * dayMs

const selectState = installationStatement('feed_state')(({ db, dialect }) =>
  db
    .selectFrom('event_sequence')
    .select('pruned')
    .select([dialect.feed.head.as('head'), dialect.feed.unnumberedSince.as('waiting')])
    .where('name', '=', 'feed'),
)

// Taking the row is taking the turn: the next sequencer waits here until this one has committed.
const takeTurn = installationStatement('feed_turn')(({ db }) =>
  db
    .updateTable('event_sequence')
    .set((on) => ({ position: on.ref('position') }))
    .where('name', '=', 'feed')
    .returning('position'),
)

const numberRows = installationStatement<{ base: number }>('feed_number_rows')(({ db, place, dialect }) => {
  const statement = sql<{ position: number }>`UPDATE event_feed SET position = numbered.place
    FROM (SELECT number, ${dialect.bigint(place('base'))} + row_number() OVER (ORDER BY number) AS place
      FROM event_feed WHERE position IS NULL ORDER BY number LIMIT ${rowsPerBatch}) AS numbered
    WHERE event_feed.number = numbered.number RETURNING event_feed.position AS position`
  return { compile: () => statement.compile(db) }
})

const moveTo = installationStatement<{ position: number }>('feed_move')(({ db, place }) =>
  db
    .updateTable('event_sequence')
    .set({ position: place('position') })
    .where('name', '=', 'feed'),
)

/** Where the feed begins and ends. */
export interface FeedState {
  /** The newest number: a reader who is there waits. */
  readonly head: number
  /** Numbers up to this one have been removed. */
  readonly pruned: number
}

/**
 * Gives every event that is committed now its number, and says where the feed stands. It does not wait for those that are committed
 * meanwhile: beside busy writers there would be no end.
 */
export async function sequenceEvents(database: Database): Promise<FeedState> {
  const [state] = await database.readInstallation('feed', selectState, {})
  if (state === undefined) throw new Error('the feed has no sequence')
  const pruned = Number(state.pruned)
  if (state.waiting === null) return { head: Number(state.head), pruned }
  for (;;) {
    const { head, isMore } = await database.inInstallation('feed', async (tx) => {
      const [turn] = await tx.change(takeTurn, {})
      const base = Number(turn?.position ?? 0)
      const rows = await tx.change(numberRows, { base })
      tx.write(moveTo, { position: base + rows.length })
      return { head: base + rows.length, isMore: rows.length === rowsPerBatch }
    })
    if (!isMore) return { head, pruned }
  }
}

const selectRange = installationStatement<{ after: number; until: number; limit: number }>('feed_range')(
  ({ db, place, dialect }) =>
    db
      .selectFrom(dialect.feed.rowsBehind.as('event_feed'))
      .leftJoin('organization', 'organization.id', 'event_feed.organization_id')
      .selectAll('event_feed')
      .select('organization.slug')
      .where('position', '>', place('after'))
      .where('position', '<=', place('until'))
      .orderBy('position')
      .limit(place('limit')),
)

const selectOwnRange = installationStatement<{
  after: number
  until: number
  limit: number
  organizationId: string
}>('feed_own_range')(({ db, place, dialect }) =>
  db
    .selectFrom(dialect.feed.rowsBehind.as('event_feed'))
    .leftJoin('organization', 'organization.id', 'event_feed.organization_id')
    .selectAll('event_feed')
    .select('organization.slug')
    .where('event_feed.organization_id', '=', place('organizationId'))
    .where('position', '>', place('after'))
    .where('position', '<=', place('until'))
    .orderBy('position')
    .limit(place('limit')),
)

/** For the test that asks where SQLite begins to read. */
export const feedStatements = { all: selectRange, own: selectOwnRange }

/** What a reader asks of the feed. */
export interface FeedWish {
  readonly after: number
  readonly limit: number
  readonly types: ReadonlySet<string> | undefined
  readonly organizationId: string | undefined
}

/** Events, and where to go on. */
export interface FeedPage {
  readonly items: readonly FeedEvent[]
  /** Where to go on: the newest number that was looked at. */
  readonly position: number
}

/** The next events after a number, at most `limit`; passes over those that nobody wants, at a constant cost each time. */
export async function readFeed(database: Database, head: number, wish: FeedWish): Promise<FeedPage> {
  const items: FeedEvent[] = []
  let position = wish.after
  const { organizationId, types } = wish
  const limit = types === undefined ? wish.limit : rowsPerWindow
  while (position < head) {
    const args = { after: position, until: head, limit }
    const rows =
      organizationId === undefined
        ? await database.readInstallation('feed', selectRange, args)
        : await database.readInstallation('feed', selectOwnRange, { ...args, organizationId })
    for (const row of rows) {
      if (items.length === wish.limit) return { items, position }
      position = Number(row.position)
      if (types === undefined || types.has(row.type)) items.push(toFeedEvent(row))
    }
    if (rows.length < limit) position = head
    if (items.length > 0) break
  }
  return { items, position }
}

/** A row of the feed as it leaves the house. */
export function toFeedEvent(row: {
  readonly event_id: string
  readonly type: string
  readonly occurred_at: number
  readonly organization_id: string
  readonly slug: string | null
  readonly payload: string
}): FeedEvent {
  const { actor, subject, requestId, data } = readJson<
    Pick<FeedEvent, 'actor' | 'subject' | 'requestId' | 'data'>
  >(row.payload)
  const { organization_id: id } = row
  return {
    id: row.event_id,
    type: row.type as EventType,
    occurredAt: toTime(row.occurred_at),
    organization: id === '' ? null : { id, slug: row.slug ?? '' },
    actor,
    subject,
    data,
    requestId,
  } as FeedEvent
}

const selectOld = installationStatement<{ before: number }>('feed_old')(({ db, place, dialect }) => {
  const statement = sql<{
    position: number
  }>`SELECT position FROM (SELECT position, occurred_at FROM ${dialect.feed.rows} AS event_feed
      WHERE position IS NOT NULL ORDER BY position LIMIT ${sql.lit(rowsPerBatch)}) AS oldest
    WHERE occurred_at < ${place('before')} AND position <= (SELECT min(position) FROM
      (SELECT coalesce((SELECT position FROM event_sequence WHERE name = 'seal'), 0) AS position
        UNION ALL SELECT position FROM event_sequence WHERE name IN (${sql.join(followers.map((name) => sql.lit(name)))})
        UNION ALL ${selectPutOff}) AS followed)`
  return { compile: () => statement.compile(db) }
})

// The audit log keeps its own; what happened to the installation, and that an organization is gone, was in the feed alone.
const deleteOld = installationStatement<{ before: number; until: number }>('feed_delete_old')(
  ({ db, place, dialect }) => {
    const statement = dialect.feed.isApart
      ? sql`DELETE FROM event_feed WHERE position <= ${place('until')} AND occurred_at < ${place('before')}`
      : sql`DELETE FROM event WHERE number > (SELECT pruned FROM event_sequence WHERE name = 'feed') AND number <= ${place('until')}
          AND occurred_at < ${place('before')} AND organization_id NOT IN (SELECT id FROM organization)`
    return { compile: () => statement.compile(db) }
  },
)

const movePruned = installationStatement<{ position: number }>('feed_pruned')(({ db, place }) =>
  db
    .updateTable('event_sequence')
    .set({ pruned: place('position') })
    .where('name', '=', 'feed')
    .where('pruned', '<', place('position')),
)

/** What is older than is kept leaves the feed; what somebody who follows it has not looked at, or has put off, stays. */
export async function pruneFeed(database: Database, now: number, isStopping: () => boolean): Promise<void> {
  const before = now - keptMs
  for (let passed = rowsPerBatch; passed === rowsPerBatch && !isStopping(); ) {
    passed = await database.inInstallation('jobs', async (tx) => {
      const rows = await tx.all(selectOld, { before })
      const until = Math.max(0, ...rows.map(({ position }) => Number(position)))
      if (until > 0) {
        tx.write(deleteOld, { before, until })
        tx.write(movePruned, { position: until })
      }
      return rows.length
    })
  }
}
