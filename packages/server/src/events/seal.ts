// Tamper evidence: behind the commit a job numbers the events of each organization and chains their hashes. Whoever edits,
// removes, swaps or slips in an event breaks the chain. Writing events costs nothing more for it. The chain follows the feed, so
// in the order of commits: what the nodes' clocks said has no part in it (decision 021).

import { type SqlBool, sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'
import { selectArchive } from './archive.ts'
import { type Followed, findCursor, findCursorOf, followEach, putOffAll } from './follow.ts'
import { type EventRow, hashEvent } from './hash.ts'
import { type Head, rememberHead } from './heads.ts'

const follower = 'seal' as const
/** Sealed in one transaction. */
const slice = 250
/** Read and hashed in one go: few enough that nobody waits for it, also where each tells of a thousand members. */
const portion = 50
/** How far below the newest sealed event earlier versions still took in one that came late. */
const lateMs = 300_000
const headsPerLine = 100
const headEveryMs = hourMs

// What an archive left behind, because it is not old enough, is no head.
/** The newest sealed entry of an organization. */
export const selectHead = organizationStatement('event_seal_head')(({ db, organizationId }) =>
  db
    .selectFrom('event_seal')
    .select(['sequence', 'event_id', 'hash'])
    .where('organization_id', '=', organizationId)
    .where('sequence', '>', (on) =>
      on
        .selectFrom('event_archive')
        .select((is) => is.fn.coalesce(is.fn.max('event_archive.sequence'), sql.lit(0)).as('sequence'))
        .where('organization_id', '=', organizationId),
    )
    .orderBy('sequence', 'desc')
    .limit(1),
)

// Each by its key: without statistics PostgreSQL walks through the whole log for a list of ids.
const selectWanted = organizationStatement<{ ids: string }>('events_to_seal')(
  ({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
    const isOf = sql<SqlBool>`event_seal.organization_id = ${organizationId} AND event_seal.event_id = one.id`
    const statement = sql<EventRow & { sealed: number | null }>`SELECT one.*, event_seal.sequence AS sealed
      FROM ${dialect.lookUp(place('ids'), 'event', isKey)} ${dialect.besideOrNone('event_seal', 'event_seal', isOf)}`
    return { compile: () => statement.compile(db) }
  },
)

// Events from before there was a feed: no follower comes by them.
const selectUnfed = organizationStatement<{ from: string }>('events_before_the_feed')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('event')
      .leftJoin('event_seal', (join) =>
        join
          .onRef('event_seal.organization_id', '=', 'event.organization_id')
          .onRef('event_seal.event_id', '=', 'event.id'),
      )
      .selectAll('event')
      .where('event.organization_id', '=', organizationId)
      .where('event.id', '>=', place('from'))
      .where('event_seal.hash', 'is', null)
      .where((on) =>
        on.not(
          on.exists(
            on
              .selectFrom(dialect.feed.rows.as('event_feed'))
              .select('event_feed.event_id')
              .whereRef('event_feed.organization_id', '=', 'event.organization_id')
              .whereRef('event_feed.event_id', '=', 'event.id'),
          ),
        ),
      )
      .orderBy('event.id')
      .limit(slice),
)

/** `seals`: JSON of lists of the sequence, the event's id and the hash. */
const insertSeals = organizationStatement<{ seals: string }>('insert_event_seals')(
  ({ db, place, organizationId, dialect }) => {
    const wanted = dialect.unfoldRows(place('seals'), ['sequence', 'event_id', 'hash'])
    const statement = sql`INSERT INTO event_seal (organization_id, sequence, event_id, hash)
      SELECT ${dialect.text(organizationId)}, ${dialect.bigint(sql`wanted.sequence`)}, wanted.event_id, wanted.hash FROM ${wanted}`
    return { compile: () => statement.compile(db) }
  },
)

const selectLiving = organizationStatement('organization_lives')(({ db, organizationId }) =>
  db.selectFrom('organization').select('id').where('id', '=', organizationId).where('deleted_at', 'is', null),
)

/** Up to which number of the feed everything of an organization is sealed; undefined before the first run. */
export function findSealed(
  database: Database,
  { organizationId }: OrganizationScope,
): Promise<number | undefined> {
  return findCursorOf(database, follower, organizationId)
}

/** When each organization's head was last written into the log. */
const noted = new WeakMap<Database, Map<string, number>>()

/**
 * Seals what was committed since the last run. Only organizations with news are visited; one whose events cannot be sealed waits with all
 * that comes behind them, and keeps no other one waiting. The new heads go into the log, outside of the store: of each organization one
 * an hour at most, many in a line.
 */
export async function sealEvents(
  database: Database,
  log: Log,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const heads = new Map<string, Head>()
  let failure: Error | undefined
  if ((await findCursor(database, follower)) === undefined)
    for await (const scope of visitOrganizations(database, 'all', isStopping))
      try {
        await sealUnfed(database, scope, heads, isStopping)
      } catch (error) {
        const of = { name: follower, id: scope.organizationId, now } as const
        const failed = await putOffAll(database, of, error)
        failure ??= failed
      }
  const missed = (events: number): void => log.warn({ events }, 'events were removed before they were sealed')
  try {
    await followEach(database, { name: follower, now, missed }, isStopping, async (id, events, of) => {
      // What happened to the installation itself stands in no organization's audit log.
      if (id === '') return
      const scope = createScope(id)
      if (of.isFromBefore) await sealUnfed(database, scope, heads, isStopping)
      await sealFollowed(database, log, scope, events, heads, isStopping)
    })
  } finally {
    noteHeads(database, log, heads, now)
  }
  if (failure !== undefined) throw failure
}

async function sealFollowed(
  database: Database,
  log: Log,
  scope: OrganizationScope,
  own: readonly Followed[],
  heads: Map<string, Head>,
  isStopping: () => boolean,
): Promise<void> {
  const { organizationId } = scope
  for (let at = 0; at < own.length && !isStopping(); at += slice) {
    const events = own.slice(at, at + slice)
    const { head, missing } = await database.inOrganization(scope, (tx) => sealSlice(tx, events))
    if (head !== undefined) {
      heads.set(organizationId, head)
      rememberHead(database, organizationId, head)
    }
    if (missing > 0)
      log.warn({ organizationId, events: missing }, 'events were removed before they were sealed')
  }
}

async function sealSlice(
  tx: OrganizationTx,
  events: readonly Followed[],
): Promise<{ head: Head | undefined; missing: number }> {
  const ids = events.map(({ id }) => id)
  const found = await findRows(tx, ids)
  const wanted = ids.flatMap((id) => found.get(id) ?? []).filter(({ sealed }) => sealed === null)
  const missing = ids.length - found.size
  // An organization that is being purged loses its events before their numbers, and has no log any more that one could be missing in.
  const isEnding = missing > 0 || events.some(({ type }) => type === 'organization.deleted')
  if (isEnding && (await tx.first(selectLiving, {})) === undefined) return { head: undefined, missing: 0 }
  return { head: wanted.length === 0 ? undefined : await chain(tx, wanted), missing }
}

async function findRows(
  tx: OrganizationTx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EventRow & { readonly sealed: number | null }>> {
  const found = new Map<string, EventRow & { readonly sealed: number | null }>()
  for (let at = 0; at < ids.length; at += portion) {
    if (at > 0) await new Promise(setImmediate)
    const rows = await tx.all(selectWanted, { ids: JSON.stringify(ids.slice(at, at + portion)) })
    for (const row of rows) found.set(row.id, row)
  }
  return found
}

async function chain(tx: OrganizationTx, rows: readonly EventRow[]): Promise<Head> {
  const head = (await tx.first(selectHead, {})) ?? (await tx.first(selectArchive, {}))
  let sequence = Number(head?.sequence ?? 0)
  let hash = head?.hash ?? ''
  for (let at = 0; at < rows.length; at += portion) {
    if (at > 0) await new Promise(setImmediate)
    const seals = rows.slice(at, at + portion).map((row) => {
      sequence += 1
      hash = hashEvent(hash, sequence, row)
      return [sequence, row.id, hash]
    })
    tx.write(insertSeals, { seals: JSON.stringify(seals) })
  }
  return { sequence, hash }
}

// Once for a store: what an earlier version had not sealed yet, by the rule that it sealed by.
async function sealUnfed(
  database: Database,
  scope: OrganizationScope,
  heads: Map<string, Head>,
  isStopping: () => boolean,
): Promise<void> {
  let from: string | undefined
  for (let count = slice; count === slice && !isStopping(); ) {
    const sealed = await database.inOrganization(scope, async (tx) => {
      from ??= firstLateId((await tx.first(selectHead, {}))?.event_id)
      const rows = await tx.all(selectUnfed, { from })
      return { head: rows.length === 0 ? undefined : await chain(tx, rows), count: rows.length }
    })
    count = sealed.count
    if (sealed.head !== undefined) heads.set(scope.organizationId, sealed.head)
  }
}

function firstLateId(newestSealed: string | undefined): string {
  return newestSealed === undefined ? '' : firstIdAt('evt', timeOfId(newestSealed) - lateMs)
}

function noteHeads(database: Database, log: Log, heads: ReadonlyMap<string, Head>, now: number): void {
  const before = noted.get(database) ?? new Map<string, number>()
  noted.set(database, before)
  const due = [...heads].filter(([id]) => Math.abs(now - (before.get(id) ?? 0)) >= headEveryMs)
  for (let at = 0; at < due.length; at += headsPerLine) {
    const line = due.slice(at, at + headsPerLine)
    for (const [id] of line) before.set(id, now)
    const written = line.map(([organizationId, { sequence, hash }]) => ({ organizationId, sequence, hash }))
    log.info({ heads: written }, 'audit log sealed')
  }
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Milliseconds since 1970 that an id begins with. */
function timeOfId(id: string): number {
  let time = 0
  for (const character of id.slice(id.indexOf('_') + 1).slice(0, 10))
    time = time * 32 + Math.max(0, alphabet.indexOf(character))
  return time
}
