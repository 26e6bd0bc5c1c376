// Prunes what versions before wrote, by the same numbers as the rest. What there is is counted once, in steps; no look passes over what
// is kept.
import { sql } from 'kysely'
import { type Clock, dayMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ActivityKeptTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { hasEarlier } from './earlier.ts'

/** For how many days a line of activity is kept. */
export const keptDays = 30

/** Of one organization, the newest of each kind. */
export interface KeptActivity {
  readonly rows: number
  /** Of sign-ins that were refused or thrown away, which anybody can send: they take nothing from the others' place. */
  readonly refusedSignIns: number
  /** Beside those of refusals, which stay as long as their rows. */
  readonly bodies: number
}

const rowsPerSlice = 500
/** Younger rows are counted the next time: another node may still write one before them. */
const settledMs = 60_000
/** A row that came later than that is missed: so everything is counted anew once a week. */
const recountMs = 7 * dayMs

type Counts = Omit<ActivityKeptTable, 'organization_id'>

const selectCounts = organizationStatement('activity_kept')(({ db, organizationId }) =>
  db.selectFrom('activity_kept').selectAll().where('organization_id', '=', organizationId),
)
const writeCounts = organizationStatement<Counts>('write_activity_kept')(({ db, place, organizationId }) => {
  const counts = {
    counted_to: place('counted_to'),
    counted_since: place('counted_since'),
    row_count: place('row_count'),
    refused_count: place('refused_count'),
    body_count: place('body_count'),
    body_from: place('body_from'),
  }
  return db
    .insertInto('activity_kept')
    .values({ organization_id: organizationId, ...counts })
    .onConflict((on) => on.column('organization_id').doUpdateSet(counts))
})

/** Said with literals, as the index says it. */
const isRefusedSignIn = sql<boolean>`kind = 'sign_in' AND code IS NOT NULL`

const selectNew = organizationStatement<{ after: string; before: string }>('activity_to_count')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('activity')
      .leftJoin('activity_body as body', (join) =>
        join
          .onRef('body.organization_id', '=', 'activity.organization_id')
          .onRef('body.activity_id', '=', 'activity.id'),
      )
      .select(['activity.id', 'activity.kind', 'activity.code', 'body.is_refusal'])
      .where('activity.organization_id', '=', organizationId)
      .where('activity.id', '>', place('after'))
      .where('activity.id', '<', place('before'))
      .orderBy('activity.id')
      .limit(rowsPerSlice),
)

/** Of one organization; stops early when `isStopping` says so. */
export async function pruneEarlier(
  database: Database,
  scope: OrganizationScope,
  clock: Clock,
  isStopping: () => boolean,
  wanted: KeptActivity,
): Promise<void> {
  if (!(await hasEarlier(database, scope))) return
  const steps = [countNew, dropOld, dropRefused, dropRows, dropBodies]
  for (const step of steps) while (!isStopping() && (await takeStep(database, scope, step, clock(), wanted)));
}

/** One slice in a transaction of its own; true where there may be more. */
type Step = (
  tx: OrganizationTx,
  counts: Counts,
  now: number,
  wanted: KeptActivity,
) => Promise<{ readonly counts: Counts; readonly isMore: boolean }>

async function takeStep(
  database: Database,
  scope: OrganizationScope,
  step: Step,
  now: number,
  wanted: KeptActivity,
): Promise<boolean> {
  return database.inOrganization(scope, async (tx) => {
    const known = await tx.first(selectCounts, {})
    const isOld = known === undefined || Math.abs(now - Number(known.counted_since)) > recountMs
    const counts = isOld ? emptyCounts(now) : toCounts(known)
    const { counts: after, isMore } = await step(tx, counts, now, wanted)
    if (isOld || JSON.stringify(after) !== JSON.stringify(counts)) tx.write(writeCounts, after)
    return isMore
  })
}

function emptyCounts(now: number): Counts {
  return { counted_to: '', counted_since: now, row_count: 0, refused_count: 0, body_count: 0, body_from: '' }
}

/** PostgreSQL hands out bigint as text. */
function toCounts(row: Counts): Counts {
  const { counted_to, body_from } = row
  return {
    counted_to,
    counted_since: Number(row.counted_since),
    row_count: Number(row.row_count),
    refused_count: Number(row.refused_count),
    body_count: Number(row.body_count),
    body_from,
  }
}

const countNew: Step = async (tx, counts, now) => {
  const range = { after: counts.counted_to, before: firstIdAt('act', now - settledMs) }
  const rows = await tx.all(selectNew, range)
  const isMore = rows.length === rowsPerSlice
  return { counts: { ...add(counts, rows, 1), counted_to: rows.at(-1)?.id ?? counts.counted_to }, isMore }
}

interface Counted {
  readonly kind: string
  readonly code: string | null
  /** Null where it has no body. */
  readonly is_refusal: number | null
}

function add(counts: Counts, rows: readonly Counted[], sign: 1 | -1): Counts {
  const count = (is: (row: Counted) => boolean): number => sign * rows.filter(is).length
  return {
    ...counts,
    row_count: counts.row_count + count(() => true),
    refused_count: counts.refused_count + count(({ kind, code }) => kind === 'sign_in' && code !== null),
    body_count: counts.body_count + count(({ is_refusal }) => is_refusal === 0),
  }
}

const dropOld: Step = (tx, counts, now) =>
  drop(tx, counts, {
    before: firstIdAt('act', now - keptDays * dayMs),
    limit: rowsPerSlice,
    isRefusedOnly: false,
  })

// First what strangers left behind: what is over their own allowance must not count in the next one.
const dropRefused: Step = (tx, counts, _, { refusedSignIns }) =>
  dropOver(tx, counts, counts.refused_count - refusedSignIns, true)

const dropRows: Step = (tx, counts, _, { rows, refusedSignIns }) =>
  dropOver(tx, counts, counts.row_count - rows - refusedSignIns, false)

async function dropOver(tx: OrganizationTx, counts: Counts, over: number, isRefusedOnly: boolean) {
  if (over <= 0) return { counts, isMore: false }
  const limit = Math.min(over, rowsPerSlice)
  return drop(tx, counts, { before: undefined, limit, isRefusedOnly })
}

/** The oldest rows that were counted, with their bodies. */
async function drop(
  tx: OrganizationTx,
  counts: Counts,
  which: { readonly before: string | undefined; readonly limit: number; readonly isRefusedOnly: boolean },
): ReturnType<Step> {
  const oldest = organizationQuery(({ db, organizationId }) => {
    const counted = db
      .selectFrom('activity')
      .leftJoin('activity_body as body', (join) =>
        join
          .onRef('body.organization_id', '=', 'activity.organization_id')
          .onRef('body.activity_id', '=', 'activity.id'),
      )
      .select(['activity.id', 'activity.kind', 'activity.code', 'body.is_refusal'])
      .where('activity.organization_id', '=', organizationId)
      .where('activity.id', '<=', counts.counted_to)
    const old = which.before === undefined ? counted : counted.where('activity.id', '<', which.before)
    const wanted = which.isRefusedOnly ? old.where(isRefusedSignIn) : old
    return wanted.orderBy('activity.id').limit(which.limit)
  })
  const rows = await tx.all(oldest, {})
  if (rows.length === 0) return { counts, isMore: false }
  const ids = rows.map(({ id }) => id)
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db
        .deleteFrom('activity_body')
        .where('organization_id', '=', organizationId)
        .where('activity_id', 'in', ids),
    ),
    {},
  )
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db.deleteFrom('activity').where('organization_id', '=', organizationId).where('id', 'in', ids),
    ),
    {},
  )
  return { counts: add(counts, rows, -1), isMore: rows.length === rowsPerSlice }
}

// The oldest bodies that are no refusals'. Where the last look ended, only refusals are left behind.
const dropBodies: Step = async (tx, counts, _, { bodies }) => {
  const over = counts.body_count - bodies
  if (over <= 0) return { counts, isMore: false }
  const limit = Math.min(over, rowsPerSlice)
  const rows = await tx.change(
    organizationQuery(({ db, organizationId }) =>
      db
        .deleteFrom('activity_body')
        .where('organization_id', '=', organizationId)
        .where('activity_id', 'in', (on) =>
          on
            .selectFrom('activity_body')
            .select('activity_id')
            .where('organization_id', '=', organizationId)
            .where('activity_id', '>', counts.body_from)
            .where('activity_id', '<=', counts.counted_to)
            .where('is_refusal', '=', 0)
            .orderBy('activity_id')
            .limit(limit),
        )
        .returning('activity_id'),
    ),
    {},
  )
  const last = rows
    .map((row) => row.activity_id)
    .reduce((one, two) => (one > two ? one : two), counts.body_from)
  return {
    counts: { ...counts, body_count: counts.body_count - rows.length, body_from: last },
    isMore: rows.length === rowsPerSlice,
  }
}
