// Keeps activity bounded: entries for 30 days and a number for each organization, bodies for refusals and the newest ones, counts of days
// for 90. Whole rows go, so that of each kind a few more are kept than is promised, and never fewer.
import { type Clock, dayMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import { organizationStatement } from '../store/statement.ts'
import { packTogether } from './compact.ts'
import { countSlice } from './count-earlier.ts'
import { toDay } from './day-counts.ts'
import { dropCountsBefore, keptCountDays } from './days.ts'
import { type EntryClass, groupByClass, listClasses, readClass } from './entry.ts'
import { addToTotal, deleteFlush, type OldFlush, selectOldest, selectTotals } from './flushes.ts'
import { type KeptActivity, keptDays, pruneEarlier } from './prune-earlier.ts'

const kept: KeptActivity = { rows: 200_000, refusedSignIns: 20_000, bodies: 10_000 }
const flushesPerSlice = 50
const bodiesPerSlice = 50
const aboveAll = 'b'

interface Total {
  readonly class: string
  readonly entries: number
  readonly bodies: number
  readonly bodies_from: string
}

const dropTexts = organizationStatement<{ class: string; lastId: string }>('drop_activity_texts')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('activity_flush')
      .set({ texts: null, bodies: 0 })
      .where('organization_id', '=', organizationId)
      .where('class', '=', place('class'))
      .where('last_id', '=', place('lastId')),
)

const noteBodiesFrom = organizationStatement<{ class: string; lastId: string }>('activity_bodies_from')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('activity_total')
      .set({ bodies_from: place('lastId') })
      .where('organization_id', '=', organizationId)
      .where('class', '=', place('class')),
)

const selectBodies = organizationStatement<{ class: string; after: string }>('oldest_activity_bodies')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('activity_flush')
      .select(['last_id', 'bodies'])
      .where('organization_id', '=', organizationId)
      .where('class', '=', place('class'))
      .where('last_id', '>', place('after'))
      .orderBy('last_id')
      .limit(bodiesPerSlice),
)

/** Visits the organizations that were active since, and each once a day; stops early when `isStopping` says so. */
export async function pruneActivity(
  database: Database,
  clock: Clock,
  isStopping: () => boolean,
  wanted = kept,
): Promise<void> {
  await visitDue(database, 'prune activity', clock(), isStopping, async (scope) => {
    // What earlier versions wrote is the oldest: it gives way first.
    const left = subtract(wanted, await readTotals(database, scope))
    await pruneEarlier(database, scope, clock, isStopping, left)
    for (const step of listSteps(wanted, clock()))
      while (!isStopping() && (await database.inOrganization(scope, step)));
    return undefined
  })
}

/** A slice of a transaction's size; true where there may be more. */
type Step = (tx: OrganizationTx) => Promise<boolean>

const all = listClasses({})
const turnedAway = all.filter((one) => readClass(one).isTurnedAway)
const others = all.filter((one) => !readClass(one).isTurnedAway)
/** What they asked and were answered goes before the line about it; refusals keep theirs. */
const losesBodies: EntryClass = 'scim.ok'

function listSteps(wanted: KeptActivity, now: number): readonly Step[] {
  const before = firstIdAt('act', now - keptDays * dayMs)
  return [
    countSlice,
    async (tx) => {
      dropCountsBefore(tx, toDay(now - keptCountDays * dayMs))
      return false
    },
    (tx) => dropOldest(tx, all, before, Number.POSITIVE_INFINITY),
    async (tx) =>
      dropOldest(
        tx,
        turnedAway,
        aboveAll,
        countKept(await tx.all(selectTotals, {}), turnedAway) - wanted.refusedSignIns,
      ),
    async (tx) =>
      dropOldest(tx, others, aboveAll, countKept(await tx.all(selectTotals, {}), others) - wanted.rows),
    (tx) => dropBodies(tx, wanted.bodies),
    (tx) => packTogether(tx, now),
  ]
}

async function readTotals(database: Database, scope: OrganizationScope): Promise<KeptActivity> {
  const totals = await database.readOrganization(scope, selectTotals, {})
  return {
    rows: countKept(totals, others),
    refusedSignIns: countKept(totals, turnedAway),
    bodies: Number(totals.find((total) => total.class === losesBodies)?.bodies ?? 0),
  }
}

function subtract(wanted: KeptActivity, there: KeptActivity): KeptActivity {
  return {
    rows: Math.max(0, wanted.rows - there.rows),
    refusedSignIns: Math.max(0, wanted.refusedSignIns - there.refusedSignIns),
    bodies: Math.max(0, wanted.bodies - there.bodies),
  }
}

/** PostgreSQL hands out bigint as text. */
function countKept(totals: readonly Total[], classes: readonly string[]): number {
  return totals
    .filter((total) => classes.includes(total.class))
    .reduce((entries, total) => entries + Number(total.entries), 0)
}

/** Whole rows, as long as no more than `over` entries are in them. */
async function dropOldest(
  tx: OrganizationTx,
  classes: readonly EntryClass[],
  before: string,
  over: number,
): Promise<boolean> {
  if (over <= 0) return false
  const rows = await tx.all(selectOldest(classes), {
    after: '',
    before,
    cursor: before,
    count: flushesPerSlice,
  })
  const dropped: OldFlush[] = []
  let left = over
  for (const row of rows) {
    if (row.entries > left) break
    left -= row.entries
    dropped.push(row)
  }
  for (const row of dropped) tx.write(deleteFlush, { class: row.class, lastId: row.last_id })
  // In the writer's order: neither waits for the other in a circle.
  for (const [name, own] of groupByClass(dropped, (row) => row.class))
    tx.write(addToTotal, { class: name, entries: -count(own, 'entries'), bodies: -count(own, 'bodies') })
  return dropped.length === flushesPerSlice
}

function count(rows: readonly OldFlush[], what: 'entries' | 'bodies'): number {
  return rows.reduce((sum, row) => sum + row[what], 0)
}

// Where the last look ended, no texts are left behind.
async function dropBodies(tx: OrganizationTx, wanted: number): Promise<boolean> {
  const total = (await tx.all(selectTotals, {})).find((one) => one.class === losesBodies)
  if (total === undefined) return false
  const rows = await tx.all(selectBodies, { class: losesBodies, after: total.bodies_from })
  let left = Number(total.bodies) - wanted
  let last: string | undefined
  for (const row of rows) {
    if (left <= 0 || row.bodies > left) break
    left -= row.bodies
    last = row.last_id
    if (row.bodies === 0) continue
    tx.write(dropTexts, { class: losesBodies, lastId: row.last_id })
    tx.write(addToTotal, { class: losesBodies, entries: 0, bodies: -row.bodies })
  }
  if (last === undefined) return false
  tx.write(noteBodiesFrom, { class: losesBodies, lastId: last })
  return last === rows.at(-1)?.last_id && rows.length === bodiesPerSlice
}
