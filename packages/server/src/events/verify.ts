// Checks the chain that the seal made against the events as they are now. Reads only; yields between slices. What somebody with the
// store's own rights could still do unseen stands in docs/operations.md.

import type { ArchivedEvents, EventVerification } from '@rollcall/api'
import { type SqlBool, sql } from 'kysely'
import { dayMs, toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { findArchive } from './archive.ts'
import { type EventRow, hashEvent } from './hash.ts'
import { type Head, recallHead, rememberHead } from './heads.ts'
import { lookThrough, readsOf } from './look-through.ts'
import { findSealed, selectHead } from './seal.ts'

const slice = 500
/** So far ahead of this node's clock may be the one of the node that archived. */
const clocksMs = dayMs

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
  ({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
    const statement = sql<EventRow>`SELECT one.* FROM ${dialect.lookUp(place('ids'), 'event', isKey)}`
    return { compile: () => statement.compile(db) }
  },
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

type Broken = NonNullable<EventVerification['brokenAt']>

/**
 * `noted`: a head that somebody wrote down before, `sequence:hash`; it must still be in the chain, so that a cut tail shows. Of one that
 * was archived the store says no more than that.
 */
export async function verifyEvents(
  database: Database,
  scope: OrganizationScope,
  noted: string | undefined,
  now: number,
): Promise<EventVerification> {
  // Before the walk: what was committed up to here is sealed, whatever comes meanwhile.
  const passed = await findSealed(database, scope)
  const archived = await findArchive(database, scope)
  const wanted = readNoted(noted)
  const known = recallHead(database, scope.organizationId)
  const walk = await walkChain(database, scope, archived, [
    ...(wanted === undefined ? [] : [{ ...wanted, by: 'noted' }]),
    ...(known === undefined ? [] : [{ ...known, by: 'remembered by this node' }]),
  ])
  const rest = await walkRest(database, scope, passed)
  const [head] = await database.readOrganization(scope, selectHead, {})
  const reason = 'an event was slipped in after the chain had passed it'
  const slipped: Broken | null =
    rest.slipped === null ? null : { sequence: walk.sealed, eventId: rest.slipped, reason }
  const brokenAt = walk.brokenAt ?? (await findUntold(database, scope, archived, now)) ?? slipped
  // Entries that left for an archive meanwhile are not missing: what stays is looked at from there.
  const isMoved = (await findArchive(database, scope))?.sequence !== archived?.sequence
  if (brokenAt !== null && isMoved) return verifyEvents(database, scope, noted, now)
  if (brokenAt === null && head !== undefined)
    rememberHead(database, scope.organizationId, { sequence: Number(head.sequence), hash: head.hash })
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

// Entries leave with an entry that says so. Whoever only says that they were archived has taken them, and so has who archived what was
// to stay for another month, by a time that is still to come.
async function findUntold(
  database: Database,
  scope: OrganizationScope,
  archived: ArchivedEvents | null,
  now: number,
): Promise<Broken | null> {
  if (archived === null) return null
  const at = Date.parse(archived.at)
  let isTold = false
  // Newest first; the one of the present archive is never in an archive itself.
  const wanted = { subject: scope.organizationId, types: ['events.archived'], order: 'desc' } as const
  for await (const { rows } of lookThrough(readsOf(database, scope), wanted)) {
    isTold = rows.some(({ data, occurred_at }) => {
      const { sequence, hash } = readJson<Head>(data)
      return sequence === archived.sequence && hash === archived.hash && Number(occurred_at) === at
    })
    if (isTold) break
  }
  const broken = (reason: string): Broken => ({ sequence: archived.sequence, eventId: '', reason })
  if (!isTold) return broken('the entries up to here are gone, and no entry says that they were archived')
  return at > now + clocksMs
    ? broken('the entries up to here were archived by a time that is still to come')
    : null
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

/** A head that the chain must still hold. */
interface Wanted extends Head {
  readonly by: string
}

function readNoted(text: string | undefined): Head | undefined {
  if (text === undefined) return undefined
  const [sequence = '', hash = ''] = text.split(':')
  return { sequence: Number(sequence), hash }
}

async function walkChain(
  database: Database,
  scope: OrganizationScope,
  archived: Head | null,
  wanted: readonly Wanted[],
): Promise<{ sealed: number; since: string | null; brokenAt: Broken | null }> {
  const border = archived?.sequence ?? 0
  let sealed = border
  let hash = archived?.hash ?? ''
  let since: string | null = null
  /** Who wants another hash at an entry that is there. */
  const findOther = (sequence: number, itsHash: string): Wanted | undefined =>
    wanted.find((one) => one.sequence === sequence && one.hash !== itsHash)
  // What was noted before the archive's end is in the archive.
  const other = archived === null ? undefined : findOther(border, hash)
  if (other !== undefined)
    return { sealed, since, brokenAt: { sequence: border, eventId: '', reason: otherHash(other) } }
  // What the archive has and the store has not removed yet, with the hash before it where that is still there.
  let left: Head | undefined
  for (let after = 0; ; ) {
    const rows = await database.readOrganization(scope, selectSeals, { after })
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
      const event = eventOf.get(row.event_id)
      if (event !== undefined && isOfAnother(event, scope)) return broken(foreign)
      if (sequence <= border) {
        const isNext = left?.sequence === sequence - 1 && event !== undefined
        const isOther = isNext && hashEvent(left?.hash ?? '', sequence, event) !== row.hash
        if (isOther || (sequence === border && row.hash !== hash)) return broken(changed)
        left = { sequence, hash: row.hash }
        continue
      }
      if (sequence !== sealed + 1) return broken(`the seal of entry ${sealed + 1} is missing`)
      if (event === undefined) return broken('the event was removed')
      hash = hashEvent(hash, sequence, event)
      if (hash !== row.hash) return broken(changed)
      since ??= toTime(Number(event.occurred_at))
      sealed = sequence
      const differing = findOther(sequence, hash)
      if (differing !== undefined) return broken(otherHash(differing))
    }
    if (rows.length < slice) break
    after = Number(rows.at(-1)?.sequence)
    await new Promise(setImmediate)
  }
  const beyond = wanted.find(({ sequence }) => sequence > sealed)
  if (beyond === undefined) return { sealed, since, brokenAt: null }
  const reason = `the record ends before the entry that was ${beyond.by}`
  return { sealed, since, brokenAt: { sequence: beyond.sequence, eventId: '', reason } }
}

const otherHash = ({ by }: Wanted): string => `the hash is not the one that was ${by}`

const changed = 'the event, or its place, is not what was sealed'
const foreign = 'the event is of another organization'

// The hash has no organization in it, but each log begins with its own, and names it wherever it was changed or archived.
function isOfAnother(
  event: { readonly subject_type: string; readonly subject_id: string },
  scope: OrganizationScope,
): boolean {
  return event.subject_type === 'organization' && event.subject_id !== scope.organizationId
}
