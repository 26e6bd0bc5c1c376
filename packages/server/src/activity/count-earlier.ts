// Counts what activity holds from before its days were counted, a few rows at a time, in the transaction that says that they are counted:
// once, however often it is begun. Nodes of the version before go on writing such rows.
import { type Clock, dayMs } from '../base/clock.ts'
import { timeOfId } from '../base/id.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { type DayCount, sumCounts, toDayCount } from './day-counts.ts'
import { writeCounts } from './days.ts'
import { hasEarlier } from './earlier.ts'
import { listClasses, readClass } from './entry.ts'
import { selectOldest, selectTotals } from './flushes.ts'
import { unpackHeads } from './pack.ts'
import { keptDays } from './prune-earlier.ts'

/** Of at most 256 entries each. */
const flushesPerSlice = 4
/** The others have the store at least as long as a slice takes. */
const pauseMs = 10
const organizationsPerPage = 100
const aboveAll = 'b'
/** Of a class with fewer lines than that none had to go for being too many. */
const fewerThanAreKept = 10_000

const selectWaiting = installationStatement<{ after: string }>('organizations_to_count')(({ db, place }) =>
  db
    .selectFrom('activity_counting')
    .select('organization_id as id')
    .where('counted_from', 'is', null)
    .where('organization_id', '>', place('after'))
    .orderBy('organization_id')
    .limit(organizationsPerPage),
)

// Whoever has one of them in hand counts it.
const selectUncounted = organizationStatement<{ limit: number }>('uncounted_activity_flushes')(
  ({ db, place, organizationId, dialect }) => {
    const uncounted = db
      .selectFrom('activity_flush')
      .select(['class', 'last_id', 'heads'])
      .where('organization_id', '=', organizationId)
      .where('is_counted', 'is', null)
      .orderBy('class')
      .orderBy('last_id')
      .limit(place('limit'))
    return dialect.lockFree(uncounted, 'to change')
  },
)

const markCounted = organizationStatement<{ class: string; lastId: string }>('mark_activity_counted')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('activity_flush')
      .set({ is_counted: 1 })
      .where('organization_id', '=', organizationId)
      .where('class', '=', place('class'))
      .where('last_id', '=', place('lastId')),
)

const noteCountedFrom = organizationStatement<{ from: number; now: number }>('note_activity_counted')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('activity_counting')
      .set({ counted_from: place('from'), deliveries_from: place('now') })
      .where('organization_id', '=', organizationId)
      .where('counted_from', 'is', null),
)

const selectAnyUncounted = organizationStatement('any_uncounted_flush')(({ db, organizationId }) =>
  db
    .selectFrom('activity_flush')
    .select('last_id')
    .where('organization_id', '=', organizationId)
    .where('is_counted', 'is', null)
    .limit(1),
)

/** Whether some rows are not counted yet: they must not be put together with others. */
export async function hasUncounted(tx: OrganizationTx): Promise<boolean> {
  return (await tx.first(selectAnyUncounted, {})) !== undefined
}

/** Counts a few of the rows that are not counted yet; true where there may be more. */
export async function countSlice(tx: OrganizationTx): Promise<boolean> {
  const rows = await tx.all(selectUncounted, { limit: flushesPerSlice })
  const counts: DayCount[] = []
  for (const row of rows) {
    const { kind, outcome } = readClass(row.class)
    for (const entry of unpackHeads(row.heads)) {
      const count = toDayCount(timeOfId('act', entry.id) ?? 0, { ...entry, kind, outcome })
      if (count !== undefined) counts.push(count)
    }
    tx.write(markCounted, { class: row.class, lastId: row.last_id })
  }
  writeCounts(tx, sumCounts(counts))
  return rows.length === flushesPerSlice
}

/** Whether anything from before is still to be counted. */
export async function hasActivityToCount(database: Database): Promise<boolean> {
  return (await database.readInstallation('jobs', selectWaiting, { after: '' })).length > 0
}

/** Counts what is there of each organization from before; stops early when `isStopping` says so. */
export async function countEarlierActivity(
  database: Database,
  clock: Clock,
  isStopping: () => boolean,
): Promise<void> {
  for (let after = ''; !isStopping(); ) {
    const page = await database.readInstallation('jobs', selectWaiting, { after })
    for (const { id } of page) {
      if (isStopping()) return
      await countOrganization(database, createScope(id), clock(), isStopping)
    }
    const last = page.at(-1)?.id
    if (last === undefined) return
    after = last
  }
}

async function countOrganization(
  database: Database,
  scope: OrganizationScope,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const from = await findWholeFrom(database, scope, now)
  while (await database.inOrganization(scope, countSlice)) {
    if (isStopping()) return
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  await database.inOrganization(scope, async (tx) => tx.write(noteCountedFrom, { from, now }))
}

const all = listClasses({})
const lanes = [
  all.filter((one) => readClass(one).isTurnedAway),
  all.filter((one) => !readClass(one).isTurnedAway),
]

/**
 * From when on everything that came is still there: for as long as lines are kept; where so much came that the oldest had to go, or where
 * an earlier version wrote in another form, from the oldest that is there. A number that was reached is kept until it is pruned by time.
 */
async function findWholeFrom(database: Database, scope: OrganizationScope, now: number): Promise<number> {
  const whole = now - keptDays * dayMs
  const isOther = await hasEarlier(database, scope)
  const oldest = await Promise.all(
    lanes.map(async (classes) => {
      const page = { after: '', before: aboveAll, cursor: aboveAll, count: 1 }
      const [row] = await database.readOrganization(scope, selectOldest(classes), page)
      return row === undefined ? (isOther ? now : whole) : (timeOfId('act', row.last_id) ?? now)
    }),
  )
  const counts = await database.readOrganization(scope, selectTotals, {})
  const isFull = counts.some((one) => Number(one.entries) >= fewerThanAreKept)
  return isOther || isFull ? Math.max(whole, ...oldest) : whole
}
