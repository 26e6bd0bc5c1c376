// What the days of one organization come to, as charts draw it: every day has a row, also where nothing came.
import type { DailyCounts, Statistics } from '@rollcall/api'
import type { Sentence } from '@rollcall/api/sentences'
import { dayMs, toNullableTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { DayKind } from '../store/schema.ts'
import { organizationStatement, type RowOf } from '../store/statement.ts'
import { toDay } from './day-counts.ts'
import { selectDays, selectRefusals } from './days.ts'

const maxRefusals = 20

const selectCounting = organizationStatement('activity_counting')(({ db, organizationId }) =>
  db.selectFrom('activity_counting').selectAll().where('organization_id', '=', organizationId),
)

/** What is counted, without its day. */
export type Counts = Omit<DailyCounts, 'date'>

/** Nothing. */
export const noCounts: Counts = {
  reads: 0,
  changes: 0,
  refusals: 0,
  signIns: 0,
  refusedSignIns: 0,
  deliveries: 0,
  failedAttempts: 0,
}

const fieldOf: Readonly<Record<DayKind, keyof Counts>> = {
  scim_read: 'reads',
  scim_change: 'changes',
  scim_refused: 'refusals',
  sign_in: 'signIns',
  sign_in_refused: 'refusedSignIns',
  delivered: 'deliveries',
  attempt_failed: 'failedAttempts',
}

/** So many days up to today, the oldest first. */
export function listDates(days: number, now: number): readonly string[] {
  return Array.from({ length: days }, (_, at) => toDay(now - (days - 1 - at) * dayMs))
}

/** A row for each date, with what was counted. */
export function toDailyCounts(
  dates: readonly string[],
  rows: readonly RowOf<typeof selectDays>[],
): DailyCounts[] {
  const days = new Map(dates.map((date) => [date, { date, ...noCounts }]))
  for (const { day, kind, count } of rows) {
    const counts = days.get(day)
    // PostgreSQL hands out bigint as text.
    if (counts !== undefined) counts[fieldOf[kind]] += Number(count)
  }
  return [...days.values()]
}

/** From when on an organization is counted; `createdAt` where that is from its beginning, null while what was there is being counted. */
export async function findCounted(
  database: Database,
  { scope, createdAt }: { readonly scope: OrganizationScope; readonly createdAt: number },
): Promise<{ readonly activity: number | null; readonly deliveries: number | null }> {
  const [row] = await database.readOrganization(scope, selectCounting, {})
  if (row === undefined) return { activity: createdAt, deliveries: createdAt }
  const since = (from: number | null): number | null =>
    from === null ? null : Math.max(createdAt, Number(from))
  return { activity: since(row.counted_from), deliveries: since(row.deliveries_from) }
}

/** The newest `days`, today among them. */
export async function readStatistics(
  database: Database,
  of: { readonly scope: OrganizationScope; readonly createdAt: number },
  { days, now }: { readonly days: number; readonly now: number },
): Promise<Statistics> {
  const dates = listDates(days, now)
  const from = dates[0] ?? ''
  const [rows, refused, counted] = await Promise.all([
    database.readOrganization(of.scope, selectDays, { from }),
    database.readOrganization(of.scope, selectRefusals, { from }),
    findCounted(database, of),
  ])
  return {
    from,
    to: dates.at(-1) ?? '',
    days: toDailyCounts(dates, rows),
    countedSince: toNullableTime(counted.activity),
    deliveriesCountedSince: toNullableTime(counted.deliveries),
    refusals: toRefusals(refused),
  }
}

/** Rows in the order of their days. */
function toRefusals(rows: readonly RowOf<typeof selectRefusals>[]): Statistics['refusals'] {
  const groups = Map.groupBy(rows, ({ kind, code }) => `${kind} ${code}`)
  const all = [...groups.values()].flatMap((own) => {
    const last = own.at(-1)
    if (last === undefined) return []
    const said = own.findLast(({ sentences }) => sentences !== null)?.sentences
    return {
      kind: last.kind === 'scim_refused' ? ('scim' as const) : ('sign_in' as const),
      code: last.code,
      count: own.reduce((sum, { count }) => sum + Number(count), 0),
      lastDate: last.day,
      sentences: said == null ? [] : [...readJson<Sentence[]>(said)],
    }
  })
  return all.toSorted((one, other) => other.count - one.count).slice(0, maxRefusals)
}
