// Checks the chain that the seal made against the events as they are now. Reads only; yields between slices.
import type { EventVerification } from '@rollcall/api'
import { sql } from 'kysely'
import { toTime } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { findArchive } from './archive.ts'
import { findSealed, hashEvent, selectHead } from './seal.ts'

const slice = 500

const selectSeals = organizationStatement<{ after: number }>('event_seals')(({ db, place, organizationId }) =>
  db
    .selectFrom('event_seal')
    .select(['sequence', 'event_id', 'hash'])
    .where('organization_id', '=', organizationId)
    .where('sequence', '>', place('after'))
    .orderBy('sequence')
    .limit(slice),
)
const selectEvents = organizationStatement<{ ids: string }>('events_by_id')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('event')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('event.id', place('ids'))),
)

/** Stands for a number that is still to come. */
const unnumbered = Number.MAX_SAFE_INTEGER

// By id, so that the walk takes a bounded step; the feed is asked for what the chain does not have.
const selectRest = organizationStatement<{ after: string }>('events_and_their_seals')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('event')
      .leftJoin('event_seal', (join) =>
        join
          .onRef('event_seal.organization_id', '=', 'event.organization_id')
          .onRef('event_seal.event_id', '=', 'event.id'),
      )
      .select(['event.id', 'event_seal.sequence'])
      .select(
        sql<
          number | null
        >`CASE WHEN event_seal.sequence IS NULL THEN (SELECT coalesce(event_feed.position, ${sql.lit(unnumbered)})
          FROM ${dialect.feed.rows} AS event_feed
          WHERE event_feed.organization_id = event.organization_id AND event_feed.event_id = event.id) END`.as(
          'position',
        ),
      )
      .where('event.organization_id', '=', organizationId)
      .where('event.id', '>', place('after'))
      .orderBy('event.id')
      .limit(slice),
)

// Newest first; the one of the present archive is never in an archive itself.
const selectTold = organizationStatement('archives_told')(({ db, organizationId }) =>
  db
    .selectFrom('event')
    .select('data')
    .where('organization_id', '=', organizationId)
    .where('subject_id', '=', organizationId)
    .where('type', '=', 'events.archived')
    .orderBy('id', 'desc')
    .limit(100),
)

type Broken = NonNullable<EventVerification['brokenAt']>

/**
 * `noted`: a head that somebody wrote down before, `sequence:hash`; it must still be in the chain, so that a cut tail shows. Of one that
 * was archived the store says no more than that.
 */
export async function verifyEvents(
  database: Database,
  scope: OrganizationScope,
  noted: string | undefined,
): Promise<EventVerification> {
  // Before the walk: what was committed up to here is sealed, whatever comes meanwhile.
  const passed = await findSealed(database)
  const archived = await findArchive(database, scope)
  const wanted = readNoted(noted)
  const walk = await walkChain(database, scope, wanted, archived)
  const rest = await walkRest(database, scope, passed)
  const [head] = await database.readOrganization(scope, selectHead, {})
  const reason = 'an event was slipped in after the chain had passed it'
  const slipped: Broken | null =
    rest.slipped === null ? null : { sequence: walk.sealed, eventId: rest.slipped, reason }
  const brokenAt = walk.brokenAt ?? (await findUntold(database, scope, archived)) ?? slipped
  // Entries that left for an archive meanwhile are not missing: what stays is looked at from there.
  const isMoved = (await findArchive(database, scope))?.sequence !== archived?.sequence
  if (brokenAt !== null && isMoved) return verifyEvents(database, scope, noted)
  const isAway = wanted !== undefined && archived !== null && wanted.sequence < archived.sequence
  return {
    isIntact: brokenAt === null,
    sealed: walk.sealed,
    unsealed: rest.unsealed,
    archived,
    since: walk.since,
    head: head === undefined ? null : { sequence: Number(head.sequence), hash: head.hash },
    noted: wanted === undefined || brokenAt !== null ? null : isAway ? 'archived' : 'found',
    brokenAt,
  }
}

// Entries leave with an entry that says so. Whoever only says that they were archived has taken them.
async function findUntold(
  database: Database,
  scope: OrganizationScope,
  archived: Noted | null,
): Promise<Broken | null> {
  if (archived === null) return null
  const told = await database.readOrganization(scope, selectTold, {})
  const isTold = told.some(({ data }) => {
    const { sequence, hash } = JSON.parse(data) as Noted
    return sequence === archived.sequence && hash === archived.hash
  })
  const reason = 'the entries up to here are gone, and no entry says that they were archived'
  return isTold ? null : { sequence: archived.sequence, eventId: '', reason }
}

/** What waits for its seal, and the first event that the seal has passed: one that never was in the feed, or before `passed`. */
async function walkRest(
  database: Database,
  scope: OrganizationScope,
  passed: number | undefined,
): Promise<{ unsealed: number; slipped: string | null }> {
  let unsealed = 0
  let slipped: string | null = null
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly RestRow[] = await database.readOrganization(scope, selectRest, { after })
    for (const { id, sequence, position } of rows) {
      if (sequence !== null) continue
      unsealed += 1
      const isPassed = position === null || Number(position) <= (passed ?? 0)
      if (isPassed && passed !== undefined) slipped ??= id
    }
    after = rows.length < slice ? undefined : rows.at(-1)?.id
    if (after !== undefined) await new Promise(setImmediate)
  }
  return { unsealed, slipped }
}

interface RestRow {
  readonly id: string
  readonly sequence: number | null
  /** Null of one that is not in the feed. */
  readonly position: number | null
}

interface Noted {
  readonly sequence: number
  readonly hash: string
}

function readNoted(text: string | undefined): Noted | undefined {
  if (text === undefined) return undefined
  const [sequence = '', hash = ''] = text.split(':')
  return { sequence: Number(sequence), hash }
}

async function walkChain(
  database: Database,
  scope: OrganizationScope,
  noted: Noted | undefined,
  archived: Noted | null,
): Promise<{ sealed: number; since: string | null; brokenAt: Broken | null }> {
  let sealed = archived?.sequence ?? 0
  let hash = archived?.hash ?? ''
  let since: string | null = null
  // What was noted before the archive's end is in the archive.
  let isNotedFound = noted === undefined || noted.sequence < sealed
  if (noted?.sequence === sealed && archived !== null) {
    const reason = 'the hash is not the one that was noted'
    if (noted.hash !== hash) return { sealed, since, brokenAt: { sequence: sealed, eventId: '', reason } }
    isNotedFound = true
  }
  for (;;) {
    const rows = await database.readOrganization(scope, selectSeals, { after: sealed })
    const ids = JSON.stringify(rows.map((row) => row.event_id))
    const events = await database.readOrganization(scope, selectEvents, { ids })
    const eventOf = new Map(events.map((event) => [event.id, event]))
    for (const row of rows) {
      const sequence = Number(row.sequence)
      const broken = (reason: string) => ({
        sealed,
        since,
        brokenAt: { sequence, eventId: row.event_id, reason },
      })
      if (sequence !== sealed + 1) return broken(`the seal of entry ${sealed + 1} is missing`)
      const event = eventOf.get(row.event_id)
      if (event === undefined) return broken('the event was removed')
      hash = hashEvent(hash, sequence, event)
      if (hash !== row.hash) return broken('the event, or its place, is not what was sealed')
      since ??= toTime(Number(event.occurred_at))
      sealed = sequence
      if (noted?.sequence === sequence) {
        if (noted.hash !== hash) return broken('the hash is not the one that was noted')
        isNotedFound = true
      }
    }
    if (rows.length < slice) break
    await new Promise(setImmediate)
  }
  if (isNotedFound || noted === undefined) return { sealed, since, brokenAt: null }
  const reason = 'the record ends before the entry that was noted'
  return { sealed, since, brokenAt: { sequence: noted.sequence, eventId: '', reason } }
}
