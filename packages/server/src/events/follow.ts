// What looks behind the feed: each follower goes on from where it was, so that no request pays for it and no event is missed.
import type { Database } from '../store/database.ts'
import type { Follower } from '../store/news.ts'
import { deleteRetry, listRetries, type Retry, toWaitMs, writeRetry } from '../store/retries.ts'
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

/** The same of one organization: it skips what others did. */
const selectFollowedOf = installationStatement<{ id: string; after: number; until: number }>(
  'follower_page_of_organization',
)(({ db, place, dialect }) =>
  db
    .selectFrom(dialect.feed.rowsBehind.as('event_feed'))
    .select(['position', 'event_id', 'organization_id', 'type', 'subject_id', 'occurred_at'])
    .where('organization_id', '=', place('id'))
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
 * The same of one organization, which may have been put off: everything of it up to there was looked at; undefined where it was put off
 * before the feed. Asked in this order, because the cursor moves on once it is written that somebody was put off.
 */
export async function findCursorOf(
  database: Database,
  name: Follower,
  organizationId: string,
): Promise<number | undefined> {
  const cursor = await findCursor(database, name)
  const retry = (await listRetries(database, name)).get(organizationId)
  if (cursor === undefined || retry === undefined) return cursor
  return retry.position === beforeFeed ? undefined : Math.min(cursor, retry.position)
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

/** The place before the feed: what was put off there begins with what never was in it. */
const beforeFeed = -1

/** What looks at one organization after the other. */
export interface EachWanted {
  readonly name: Follower
  readonly types?: ReadonlySet<string>
  /** Milliseconds since 1970. */
  readonly now: number
  /** Told how many events of any type are gone from between the others. */
  readonly missed?: (events: number) => void
}

/**
 * The same for what looks at one organization after the other. Where it fails the others go on, and that organization's events wait, in
 * their order, until a later run looks at them again: after a minute, then twice as long each time, and at last an hour. Throws the first
 * failure when all had their turn, with the organization's name. `isFromBefore`: the organization was put off before the feed.
 */
export async function followEach(
  database: Database,
  wanted: EachWanted,
  isStopping: () => boolean,
  look: (
    organizationId: string,
    events: readonly Followed[],
    of: { readonly isFromBefore: boolean },
  ) => Promise<void>,
): Promise<void> {
  const { name, types, now, missed } = wanted
  let failure: Error | undefined
  const waiting = await listRetries(database, name)
  const lookAt = async (
    id: string,
    events: readonly Followed[],
    before: Pick<Retry, 'position' | 'attempts'>,
  ): Promise<boolean> => {
    try {
      await look(id, events, { isFromBefore: before.position === beforeFeed })
      return true
    } catch (error) {
      const put = await putOff(database, { name, id, now }, before, error)
      waiting.set(id, put.retry)
      failure ??= put.failure
      return false
    }
  }
  for (const [id, retry] of [...waiting]) {
    if (retry.dueAt > now || isStopping()) continue
    if (await lookAgain(database, { ...wanted, id, retry }, isStopping, lookAt)) waiting.delete(id)
  }
  await follow(database, { name, ...(types && { types }) }, isStopping, async (events, { missing }) => {
    if (missing > 0) missed?.(missing)
    for (const [id, own] of Map.groupBy(events, ({ organizationId }) => organizationId))
      if (!waiting.has(id) && !isStopping())
        await lookAt(id, own, { position: (own[0]?.position ?? 1) - 1, attempts: 0 })
  })
  if (failure !== undefined) throw failure
}

/**
 * Puts an organization off before its first event in the feed. Returns what its run says when all others had their turn.
 */
export async function putOffAll(
  database: Database,
  of: { readonly name: Follower; readonly id: string; readonly now: number },
  error: unknown,
): Promise<Error> {
  return (await putOff(database, of, { position: beforeFeed, attempts: 0 }, error)).failure
}

async function putOff(
  database: Database,
  { name, id, now }: { readonly name: Follower; readonly id: string; readonly now: number },
  before: Pick<Retry, 'position' | 'attempts'>,
  error: unknown,
): Promise<{ readonly retry: Retry; readonly failure: Error }> {
  const attempts = before.attempts + 1
  const retry = { position: before.position, attempts, dueAt: now + toWaitMs(attempts) }
  // Where that cannot be written either, it is the store that fails: the page comes again.
  await database.inInstallation('jobs', async (tx) => tx.write(writeRetry, { name, id, ...retry }))
  const minutes = toWaitMs(attempts) / 60_000
  const again = `failed for the ${attempts}. time in a row, and is tried again in ${minutes} minutes`
  return { retry, failure: new Error(`${name}, organization ${id}: ${again}`, { cause: error }) }
}

/** Up to where the follower is by now; whether that was done. */
async function lookAgain(
  database: Database,
  of: EachWanted & { readonly id: string; readonly retry: Retry },
  isStopping: () => boolean,
  lookAt: (id: string, events: readonly Followed[], before: Retry) => Promise<boolean>,
): Promise<boolean> {
  const { name, types, id } = of
  const until = (await findCursor(database, name)) ?? 0
  for (let { retry } = of; !isStopping(); ) {
    const rows = await database.readInstallation('jobs', selectFollowedOf, {
      id,
      after: retry.position,
      until,
    })
    const events = rows.map(toFollowed).filter(({ type }) => types?.has(type) ?? true)
    const isLooked = events.length > 0 || retry.position === beforeFeed
    if (isLooked && !(await lookAt(id, events, retry))) return false
    if (isStopping()) return false
    if (rows.length < rowsPerPage) {
      await database.inInstallation('jobs', async (tx) => tx.write(deleteRetry, { name, id }))
      return true
    }
    retry = { ...retry, position: Number(rows.at(-1)?.position) }
  }
  return false
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
