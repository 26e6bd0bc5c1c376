// The old part of an audit log leaves the store: read with its seals, and removed once whoever took it names the chain's hash at its
// end. What stays is verified from there on.
import type { ArchivedEvents, DroppedEvents, EventArchivePage } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { Problem } from '../http/problem.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { StoreKept } from '../store/errors.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { keptMs } from './feed.ts'
import { type Act, type OrganizationAct, record } from './record.ts'

const removedPerSlice = 500
/** One answer removes at most so many: whoever asks goes on until nothing is left. */
const removedPerCall = 20_000

/** Of an event, as an archive has it. */
const columns = [
  'event.id',
  'event.type',
  'event.occurred_at',
  'event.actor_kind',
  'event.actor_id',
  'event.subject_type',
  'event.subject_id',
  'event.data',
  'event.context',
  'event.request_id',
] as const

/** Where the log begins in the store. */
export const selectArchive = organizationStatement('event_archive')(({ db, organizationId }) =>
  db
    .selectFrom('event_archive')
    .select(['sequence', 'hash', 'archived_at'])
    .where('organization_id', '=', organizationId),
)
const writeArchive = organizationStatement<{ sequence: number; hash: string; at: number }>(
  'write_event_archive',
)(({ db, place, organizationId }) =>
  db
    .insertInto('event_archive')
    .values({
      organization_id: organizationId,
      sequence: place('sequence'),
      hash: place('hash'),
      archived_at: place('at'),
    })
    .onConflict((on) =>
      on
        .column('organization_id')
        .doUpdateSet({ sequence: place('sequence'), hash: place('hash'), archived_at: place('at') })
        .where((is) => is('event_archive.sequence', '<', is.ref('excluded.sequence'))),
    ),
)
const selectSeal = organizationStatement<{ sequence: number }>('event_seal_at')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .innerJoin('event_seal', (join) =>
        join
          .onRef('event.organization_id', '=', 'event_seal.organization_id')
          .onRef('event.id', '=', 'event_seal.event_id'),
      )
      .select(['event_seal.hash', 'event.occurred_at'])
      .where('event_seal.organization_id', '=', organizationId)
      .where('event_seal.sequence', '=', place('sequence')),
)
const selectPage = organizationStatement<{ after: number; limit: number }>('archive_page')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .innerJoin('event_seal', (join) =>
        join
          .onRef('event.organization_id', '=', 'event_seal.organization_id')
          .onRef('event.id', '=', 'event_seal.event_id'),
      )
      .select(columns)
      .select(['event_seal.sequence', 'event_seal.hash'])
      .where('event_seal.organization_id', '=', organizationId)
      .where('event_seal.sequence', '>', place('after'))
      .orderBy('event_seal.sequence')
      .limit(place('limit')),
)

/** Where the log begins in the store: after this entry. */
export async function findArchive(
  database: Database,
  scope: OrganizationScope,
): Promise<ArchivedEvents | null> {
  const [row] = await database.readOrganization(scope, selectArchive, {})
  return row === undefined
    ? null
    : { sequence: Number(row.sequence), hash: row.hash, at: toTime(Number(row.archived_at)) }
}

/**
 * Sealed events after an entry, in the order of the chain, up to the first that is not older than `before` (milliseconds since
 * 1970). Throws 400 `too_young` where `before` is within the 31 days that the feed keeps.
 */
export async function readArchivePage(
  database: Database,
  scope: OrganizationScope,
  wish: { readonly before: number; readonly after: number | undefined; readonly limit: number },
  now: number,
): Promise<EventArchivePage> {
  assertOld(wish.before, now)
  const archived = await findArchive(database, scope)
  const after = Math.max(wish.after ?? 0, archived?.sequence ?? 0)
  const rows = await database.readOrganization(scope, selectPage, { after, limit: wish.limit })
  const young = rows.findIndex((row) => Number(row.occurred_at) >= wish.before)
  const old = young < 0 ? rows : rows.slice(0, young)
  const isLast = young >= 0 || rows.length < wish.limit
  return {
    after,
    archived,
    nextCursor: isLast ? null : String(rows.at(-1)?.sequence),
    items: old.map(({ sequence, hash, ...event }) => ({
      sequence: Number(sequence),
      hash,
      event: { ...event, occurred_at: Number(event.occurred_at) },
    })),
    isLast,
  }
}

function assertOld(before: number, now: number): void {
  if (before > now - keptMs)
    throw new Problem('too_young', 'Events are archived when they are older than 31 days')
}

/**
 * Removes what somebody has, up to the entry whose hash they name: at most 20,000 events a call. Throws 409 `archive_mismatch` where
 * the chain has another hash there, 400 `too_young`.
 */
export async function dropArchived(
  { database, scope, act }: OrganizationAct,
  to: { readonly sequence: number; readonly hash: string },
): Promise<DroppedEvents> {
  const isBegun = (await findArchive(database, scope))?.sequence === to.sequence
  if (!isBegun)
    await database
      .inOrganization(scope, (tx) => beginDrop(tx, act, to))
      .catch((error: unknown) => {
        throw error instanceof StoreKept ? notKeptBy(error) : error
      })
  let dropped = 0
  for (let count = removedPerSlice; count === removedPerSlice && dropped < removedPerCall; dropped += count)
    count = await database.inOrganization(scope, (tx) => dropSlice(tx, to.sequence))
  return { dropped, isDone: dropped < removedPerCall }
}

// Of PostgreSQL, whose clock counts there (migration 38).
function notKeptBy(error: StoreKept): Problem {
  const clocks =
    "this node's clock, or that of the node that archived before, is more than a day from the database's"
  return new Problem('archive_refused', `Nothing was removed: ${error.message}. Most likely ${clocks}`)
}

async function beginDrop(
  tx: OrganizationTx,
  act: Act,
  { sequence, hash }: { readonly sequence: number; readonly hash: string },
): Promise<void> {
  const seal = await tx.first(selectSeal, { sequence })
  if (seal === undefined || seal.hash !== hash)
    throw new Problem(
      'archive_mismatch',
      'The audit log has no entry of that number with that hash: nothing was removed',
    )
  assertOld(Number(seal.occurred_at), act.at)
  tx.write(writeArchive, { sequence, hash, at: act.at })
  const subject = { type: 'organization', id: tx.organizationId } as const
  record(tx, act, { type: 'events.archived', subject, data: { sequence, hash } })
}

// What a clock that was wrong made younger than the entry behind it stays until the next archive, however late this one is gone on with.
// PostgreSQL insists on it (migration 29).
async function dropSlice(tx: OrganizationTx, sequence: number): Promise<number> {
  const before = Number((await tx.first(selectArchive, {}))?.archived_at ?? 0) - keptMs
  const slice = await tx.all(
    organizationQuery(({ db, organizationId }) =>
      db
        .selectFrom('event_seal')
        .leftJoin('event', (join) =>
          join
            .onRef('event.organization_id', '=', 'event_seal.organization_id')
            .onRef('event.id', '=', 'event_seal.event_id'),
        )
        .select('event_seal.event_id')
        .where('event_seal.organization_id', '=', organizationId)
        .where('event_seal.sequence', '<=', sequence)
        .where((is) => is.or([is('event.id', 'is', null), is('event.occurred_at', '<=', before)]))
        .orderBy('event_seal.sequence')
        .limit(removedPerSlice),
    ),
    {},
  )
  if (slice.length === 0) return 0
  const ids = slice.map((row) => row.event_id)
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db.deleteFrom('event').where('organization_id', '=', organizationId).where('id', 'in', ids),
    ),
    {},
  )
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db.deleteFrom('event_seal').where('organization_id', '=', organizationId).where('event_id', 'in', ids),
    ),
    {},
  )
  return slice.length
}
