// The rows of deliveries: which ones may go out now, whose they are while they do, and what became of them. Sends nothing.
// Deliveries of one target about one subject go in the order of their numbers; a lease says who sends, its fence who may write.

import { type AliasedExpression, type RawBuilder, sql } from 'kysely'
import type { Database, InstallationTx } from '../store/database.ts'
import type { WaitingTarget } from '../store/news.ts'
import type { DeliveryTable } from '../store/schema.ts'
import { type Dialect, installationStatement } from '../store/statement.ts'
import { failuresBeforePause, maxDelayMs } from './retry.ts'

/** How long a node may take for one attempt: longer than any call out lasts. */
export const leaseMs = 30_000

/** How many waiting deliveries of a target one look takes in, however many there are. */
const windowRows = 500

// Of those that are due the oldest of their subject: behind it, the others of the same subject are due as well and may not go.
const selectReady = installationStatement<{
  targetId: string
  now: number
  leaseNow: number
  limit: number
}>('ready_deliveries')(({ db, place }) => {
  const statement = sql<{ number: number }>`SELECT due.number FROM (
      SELECT number, target_id, subject_id, next_at FROM delivery
      WHERE target_id = ${place('targetId')} AND state = 'pending' AND next_at <= ${place('now')} AND (lease_until IS NULL OR lease_until <= ${place('leaseNow')})
      ORDER BY next_at, number LIMIT ${windowRows}) AS due
    WHERE due.number = (SELECT min(one.number) FROM delivery AS one
      WHERE one.target_id = due.target_id AND one.subject_id = due.subject_id AND one.state = 'pending')
    ORDER BY due.next_at, due.number LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

// From subject to subject along the index, past everything that waits behind the oldest of each.
const selectHeads = installationStatement<{ targetId: string; after: string }>('first_of_each_subject')(
  ({ db, place }) => {
    const next = (after: unknown) => sql`(SELECT one.number FROM delivery AS one
      WHERE one.target_id = ${place('targetId')} AND one.state = 'pending' AND one.subject_id > ${after}
      ORDER BY one.subject_id, one.number LIMIT 1)`
    const statement = sql<{
      number: number
      subject_id: string
      next_at: number
      lease_until: number | null
    }>`WITH RECURSIVE head (number, place) AS (
        SELECT ${next(place('after'))}, 1
        UNION ALL
        SELECT ${next(sql`(SELECT subject_id FROM delivery WHERE number = head.number)`)}, place + 1 FROM head
        WHERE head.number IS NOT NULL AND place < ${windowRows})
      SELECT delivery.number, subject_id, next_at, lease_until FROM head JOIN delivery ON delivery.number = head.number ORDER BY place`
    return { compile: () => statement.compile(db) }
  },
)

const lease = installationStatement<{ numbers: string; owner: string; leaseNow: number; until: number }>(
  'lease_deliveries',
)(({ db, place, dialect }) => {
  const statement = sql<{
    number: number
  }>`UPDATE delivery SET lease_owner = ${place('owner')}, lease_until = ${place('until')}, fence = fence + 1
    WHERE ${dialect.isInNumbers('delivery.number', place('numbers'))} AND state = 'pending' AND (lease_until IS NULL OR lease_until <= ${place('leaseNow')})
    RETURNING number`
  return { compile: () => statement.compile(db) }
})

/** What a delivery tells of, while the feed has it. Each by its key, for a join would read the whole feed of a store that is being moved. */
export function eventOfDelivery(
  dialect: Dialect,
): [AliasedExpression<string | null, 'event'>, AliasedExpression<number | null, 'occurred_at'>] {
  const find = (column: RawBuilder<unknown>) => sql`(SELECT ${column} FROM ${dialect.feed.rows} AS event_feed
    WHERE event_feed.organization_id = delivery.organization_id AND event_feed.event_id = delivery.event_id)`
  return [
    find(sql`event_feed.payload`).$castTo<string | null>().as('event'),
    find(sql`event_feed.occurred_at`).$castTo<number | null>().as('occurred_at'),
  ]
}

const selectLeased = installationStatement<{ numbers: string; owner: string }>('leased_deliveries')(
  ({ db, place, dialect }) =>
    db
      .selectFrom('delivery')
      .leftJoin('organization', 'organization.id', 'delivery.organization_id')
      .selectAll('delivery')
      .select(['organization.slug', ...eventOfDelivery(dialect)])
      .where(dialect.isInNumbers('delivery.number', place('numbers')))
      .where('lease_owner', '=', place('owner'))
      .orderBy('delivery.number'),
)

/** A delivery that this node has the lease of. */
export type LeasedDelivery = NonNullable<Awaited<ReturnType<typeof claimDeliveries>>[number]>

/** A target that has something due. */
export interface DueTarget extends Pick<WaitingTarget, 'id' | 'kind' | 'failures' | 'failing_since'> {
  /** It waits for a time further ahead than anything is put off: the clock was set back since. */
  readonly isFarAhead: boolean
}

/** Of the targets that wait, those that are not paused and have something due; and when there is next something to do, as far as is known now. */
export function findDueTargets(
  found: readonly WaitingTarget[],
  now: number,
): { readonly targets: readonly DueTarget[]; readonly nextAt: number | undefined } {
  const waiting = found.map((target) => {
    // What a target that fails has waiting knocks as soon as its pause is over.
    const dueAt = target.failures >= failuresBeforePause ? 0 : target.due
    const at = Math.max(dueAt, Number(target.paused_until ?? 0))
    const isFarAhead = Math.max(target.due, at) > now + maxDelayMs
    return { target: { ...target, isFarAhead }, at: isFarAhead ? now : at }
  })
  const later = waiting.filter(({ at }) => at > now).map(({ at }) => at)
  return {
    targets: waiting.filter(({ at }) => at <= now).map(({ target }) => target),
    nextAt: later.length === 0 ? undefined : Math.min(...later),
  }
}

/** Where the last look at a target's subjects ended: the next goes on from there, so that each has its turn. */
export interface Cursor {
  subjectId: string
}

/** What a look is for. */
interface Wanted {
  readonly limit: number
  /** By this process's clock, as what is due is. */
  readonly now: number
  /** By the clock that all nodes share, as leases are. */
  readonly leaseNow: number
  readonly cursor: Cursor
}

/** Leases at most `limit` deliveries of one target: of each subject the oldest one alone. A look costs the same however much waits. */
export async function claimDeliveries(
  database: Database,
  target: DueTarget,
  wanted: Wanted & { readonly owner: string },
) {
  const numbers = await findReady(database, target, wanted)
  if (numbers.length === 0) return []
  const { owner, leaseNow } = wanted
  return database.inInstallation('deliveries', async (tx) => {
    const args = { numbers: JSON.stringify(numbers), owner, leaseNow, until: leaseNow + leaseMs }
    const leased = await tx.change(lease, args)
    if (leased.length === 0) return []
    return tx.all(selectLeased, { numbers: JSON.stringify(leased.map(({ number }) => number)), owner })
  })
}

async function findReady(
  database: Database,
  target: DueTarget,
  { limit, now, leaseNow, cursor }: Wanted,
): Promise<number[]> {
  const targetId = target.id
  // One at a time knocks at a target that fails, of another subject each time: it may be one delivery that it fails at.
  const isKnocking = target.failures >= failuresBeforePause
  if (!isKnocking) {
    const ready = await database.readInstallation('deliveries', selectReady, {
      targetId,
      now,
      leaseNow,
      limit,
    })
    if (ready.length > 0) return ready.map(({ number }) => Number(number))
  }
  const heads = await database.readInstallation('deliveries', selectHeads, {
    targetId,
    after: cursor.subjectId,
  })
  const isFree = (head: (typeof heads)[number]): boolean =>
    head.lease_until === null || head.lease_until <= leaseNow
  const free = heads.filter((head) => isFree(head) && (isKnocking || head.next_at <= now))
  const taken = free.slice(0, isKnocking ? 1 : limit)
  const isEnd = heads.length < windowRows && taken.length === free.length
  cursor.subjectId = isEnd ? '' : ((taken.at(-1) ?? heads.at(-1))?.subject_id ?? '')
  return taken.map(({ number }) => Number(number))
}

const settle = installationStatement<{
  number: number
  owner: string
  fence: number
  state: DeliveryTable['state']
  attempts: number
  nextAt: number
  failingSince: number | null
  deliveredAt: number | null
  log: string
}>('settle_delivery')(({ db, place }) =>
  db
    .updateTable('delivery')
    .set({
      state: place('state'),
      attempts: place('attempts'),
      next_at: place('nextAt'),
      failing_since: place('failingSince'),
      delivered_at: place('deliveredAt'),
      log: place('log'),
      lease_owner: null,
      lease_until: null,
    })
    .where('number', '=', place('number'))
    .where('lease_owner', '=', place('owner'))
    .where('fence', '=', place('fence'))
    .returning('number'),
)

/** Writes what became of an attempt; false when the lease was lost meanwhile, and then nothing is written. */
export async function settleDelivery(tx: InstallationTx, outcome: SettleArgs): Promise<boolean> {
  return (await tx.change(settle, outcome)).length > 0
}

/** What became of one attempt; `fence` says whose attempt it was. */
export interface SettleArgs {
  readonly number: number
  readonly owner: string
  readonly fence: number
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  readonly nextAt: number
  readonly failingSince: number | null
  readonly deliveredAt: number | null
  readonly log: string
}

const releaseAll = installationStatement('release_deliveries')(({ db }) =>
  db
    .updateTable('delivery')
    .set({ lease_owner: null, lease_until: null })
    .where('state', '=', 'pending')
    .where('lease_until', 'is not', null),
)

/** Where one process alone has the store, leases of an earlier process are nobody's. */
export async function releaseDeliveries(database: Database): Promise<void> {
  await database.inInstallation('deliveries', async (tx) => tx.write(releaseAll, {}))
}

const pruneRows = 1_000

const deleteOld = installationStatement<{ before: number }>('prune_deliveries')(({ db, place, dialect }) => {
  const oldest = sql`SELECT number FROM delivery ORDER BY number LIMIT ${sql.lit(pruneRows)}`
  const statement = sql<{ number: number }>`DELETE FROM delivery
    WHERE ${dialect.isAmong('number', oldest)} AND created_at < ${place('before')} RETURNING number`
  return { compile: () => statement.compile(db) }
})

/** Removes deliveries that were made before. */
export async function pruneDeliveries(
  database: Database,
  before: number,
  isStopping: () => boolean,
): Promise<void> {
  for (let removed = pruneRows; removed === pruneRows && !isStopping(); ) {
    removed = (await database.inInstallation('jobs', (tx) => tx.change(deleteOld, { before }))).length
  }
}

/** Deliveries of one target, the newest first. */
export const selectDeliveryPage = installationStatement<{
  targetId: string
  before: number
  limit: number
  /** Empty: any. */
  state: DeliveryTable['state'] | ''
  eventId: string
}>('delivery_page')(({ db, place, dialect }) =>
  db
    .selectFrom('delivery')
    .leftJoin('organization', 'organization.id', 'delivery.organization_id')
    .selectAll('delivery')
    .select(['organization.slug', ...eventOfDelivery(dialect)])
    .where('delivery.target_id', '=', place('targetId'))
    .where('delivery.number', '<', place('before'))
    .where((on) =>
      on.or([
        on(dialect.text(place('state')), '=', ''),
        on('delivery.state', '=', place('state') as DeliveryTable['state']),
      ]),
    )
    .where((on) =>
      on.or([on(dialect.text(place('eventId')), '=', ''), on('delivery.event_id', '=', place('eventId'))]),
    )
    .orderBy('delivery.number', 'desc')
    .limit(place('limit')),
)
