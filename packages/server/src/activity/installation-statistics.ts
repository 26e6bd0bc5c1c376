// What the days of all organizations come to: each is read by itself, a few at once, and added up here. It is kept for a minute, for as
// many as look at it: an installation with ten thousand organizations takes some seconds, in which others have their turns.
import type { InstallationStatistics } from '@rollcall/api'
import { type Clock, toNullableTime, toTime } from '../base/clock.ts'
import { forEachOf } from '../base/few.ts'
import { createTurns } from '../base/turns.ts'
import { toHealth } from '../organizations/health.ts'
import { listOrganizations } from '../organizations/list-organizations.ts'
import { createScope, type Database } from '../store/database.ts'
import { selectCounts } from '../users/counts.ts'
import { selectDays } from './days.ts'
import { type Counts, findCounted, listDates, noCounts, toDailyCounts } from './statistics.ts'

const keptMs = 60_000
const atOnce = 8
const organizationsPerPage = 200
const mostListed = 10
const mostFailing = 20
const turnMs = 5

type Named = Awaited<ReturnType<typeof listOrganizations>>['items'][number]
type Busy = InstallationStatistics['busiest'][number]
type Counted = Awaited<ReturnType<typeof findCounted>> & { readonly createdAt: number }
interface Since {
  readonly from: number | null
  readonly createdAt: number
}

/** Reads the newest `days` of all organizations, as they were a minute ago at most. */
export type ReadInstallationStatistics = (days: number) => Promise<InstallationStatistics>

/** Two who ask at once are answered by one look. */
export function createInstallationStatistics(database: Database, clock: Clock): ReadInstallationStatistics {
  const kept = new Map<number, { readonly at: number; readonly answer: Promise<InstallationStatistics> }>()
  return (days) => {
    const now = clock()
    const before = kept.get(days)
    if (before !== undefined && now - before.at < keptMs && now >= before.at) return before.answer
    const answer = addUp(database, days, now)
    kept.set(days, { at: now, answer })
    for (const [key, { at }] of kept) if (now - at >= keptMs) kept.delete(key)
    answer.catch(() => kept.delete(days))
    return answer
  }
}

async function* listAll(database: Database): AsyncGenerator<Named> {
  for (let cursor: string | undefined; ; ) {
    const page = await listOrganizations(database, { limit: organizationsPerPage, cursor })
    yield* page.items
    if (page.nextCursor === null) return
    cursor = page.nextCursor
  }
}

/** What was added up so far. */
class Sums {
  readonly #dates: readonly string[]
  readonly #all: Map<string, Counts & { readonly date: string }>
  readonly #since: { readonly activity: Since[]; readonly deliveries: Since[] } = {
    activity: [],
    deliveries: [],
  }
  #busiest: readonly Busy[] = []
  #mostRefused: readonly Busy[] = []
  #failing: InstallationStatistics['failing'] = []
  #people = 0
  #organizations = 0

  constructor(dates: readonly string[]) {
    this.#dates = dates
    this.#all = new Map(dates.map((date) => [date, { date, ...noCounts }]))
  }

  add(one: Busy, { activity, deliveries, createdAt }: Counted): void {
    for (const day of one.days) this.#all.set(day.date, { ...day, ...plus(this.#all.get(day.date), day) })
    this.#since.activity.push({ from: activity, createdAt })
    this.#since.deliveries.push({ from: deliveries, createdAt })
    this.#people += one.people
    this.#organizations += 1
    this.#busiest = takeMost([...this.#busiest, one], sizeOf)
    this.#mostRefused = takeMost([...this.#mostRefused, one], refusedOf)
  }

  /** How it fares, which was read with its name. */
  judge(row: Named): void {
    const { status, refused, judged, lastRefusalAt } = toHealth(row, row)
    if (status !== 'failing') return
    const organization = { id: row.id, slug: row.slug, name: row.name }
    this.#failing.push({ organization, refused, judged, lastRefusalAt })
  }

  toAnswer(now: number): InstallationStatistics {
    return {
      from: this.#dates[0] ?? '',
      to: this.#dates.at(-1) ?? '',
      days: [...this.#all.values()],
      countedAt: toTime(now),
      countedSince: toNullableTime(findWhole(this.#since.activity, now)),
      deliveriesCountedSince: toNullableTime(findWhole(this.#since.deliveries, now)),
      organizationCount: this.#organizations,
      people: this.#people,
      failing: this.#failing
        .toSorted((one, other) => ((one.lastRefusalAt ?? '') > (other.lastRefusalAt ?? '') ? -1 : 1))
        .slice(0, mostFailing),
      busiest: [...this.#busiest],
      mostRefused: this.#mostRefused.map(({ days: _, ...one }) => one),
    }
  }
}

/** Of organizations that are counted from their beginning nothing is missing: of the others, the one that is counted for the shortest time. */
function findWhole(all: readonly Since[], now: number): number | null {
  let latest: number | undefined
  let oldest = now
  for (const { from, createdAt } of all) {
    if (from === null) return null
    if (from > createdAt) latest = Math.max(latest ?? from, from)
    oldest = Math.min(oldest, createdAt)
  }
  return latest ?? oldest
}

function plus(one: Counts = noCounts, other: Counts): Counts {
  return {
    reads: one.reads + other.reads,
    changes: one.changes + other.changes,
    refusals: one.refusals + other.refusals,
    signIns: one.signIns + other.signIns,
    refusedSignIns: one.refusedSignIns + other.refusedSignIns,
    deliveries: one.deliveries + other.deliveries,
    failedAttempts: one.failedAttempts + other.failedAttempts,
  }
}

const sizeOf = ({ totals }: Busy): number =>
  totals.reads + totals.changes + totals.refusals + totals.signIns + totals.deliveries
const refusedOf = ({ totals }: Busy): number => totals.refusals + totals.refusedSignIns

function takeMost(all: readonly Busy[], toNumber: (one: Busy) => number): readonly Busy[] {
  return all
    .filter((one) => toNumber(one) > 0)
    .toSorted((one, other) => toNumber(other) - toNumber(one))
    .slice(0, mostListed)
}

async function addUp(database: Database, days: number, now: number): Promise<InstallationStatistics> {
  const dates = listDates(days, now)
  const sums = new Sums(dates)
  const takeTurn = createTurns(turnMs)
  await forEachOf(listAll(database), atOnce, async (row) => {
    const scope = createScope(row.id)
    sums.judge(row)
    const [rows, [counts], since] = await Promise.all([
      database.readOrganization(scope, selectDays, { from: dates[0] ?? '' }),
      database.readOrganization(scope, selectCounts, {}),
      findCounted(database, { scope, createdAt: row.created_at }),
    ])
    const daily = toDailyCounts(dates, rows)
    const organization = { id: row.id, slug: row.slug, name: row.name }
    const totals = daily.reduce<Counts>((sum, day) => plus(sum, day), noCounts)
    const people = Number(counts?.active_users ?? 0)
    sums.add({ organization, people, totals, days: daily }, { ...since, createdAt: row.created_at })
    await takeTurn()
  })
  return sums.toAnswer(now)
}
