// How far set-ups are: what the rooms below know of an organization, put together for one of them and for a list.
import type { OrganizationSummary, Page, SetUp } from '@rollcall/api'
import { selectDays } from '../activity/days.ts'
import { listDates, toDailyCounts } from '../activity/statistics.ts'
import { selectConnectionCounts } from '../connections/places.ts'
import { selectHealth, toHealth } from '../organizations/health.ts'
import { cursorOf, type ListedOrganization, listOrganizations } from '../organizations/list-organizations.ts'
import { type FoundOrganization, toOrganization } from '../organizations/organizations.ts'
import { type SetUpFacts, selectWithDomain, toSetUp } from '../organizations/set-up.ts'
import { createScope, type Database } from '../store/database.ts'
import { selectCounts } from '../users/counts.ts'

type Facts = Omit<SetUpFacts, 'connectedAt'>

async function findFacts(database: Database, of: readonly string[]): Promise<(id: string) => Facts> {
  const ids = JSON.stringify(of)
  const [counts, withDomain] = await Promise.all([
    database.readInstallation('organizations', selectConnectionCounts, { ids }),
    database.readInstallation('organizations', selectWithDomain, { ids }),
  ])
  const countsOf = new Map(counts.map((row) => [row.organization_id, row]))
  const domains = new Set(withDomain.map((row) => row.organization_id))
  return (id) => ({
    connections: Number(countsOf.get(id)?.connections ?? 0),
    usable: Number(countsOf.get(id)?.usable ?? 0),
    hasDomain: domains.has(id),
  })
}

/** How far the set-up of one organization is. */
export async function getSetUp(database: Database, { scope, row }: FoundOrganization): Promise<SetUp> {
  const [factsOf, [health]] = await Promise.all([
    findFacts(database, [row.id]),
    database.readOrganization(scope, selectHealth, {}),
  ])
  return toSetUp(row, { ...factsOf(row.id), connectedAt: health?.connected_at ?? null })
}

const daysShown = 30
/** How many pages are looked through for those that fare as was asked. */
const mostPages = 10

interface SummaryQuery extends Omit<Parameters<typeof listOrganizations>[1], 'mode'> {
  readonly status?: OrganizationSummary['health']['status'] | undefined
}

/** Organizations with how their provisioning fares, how far their set-up is, how many people they have and what came on each day. */
export async function listSummaries(
  database: Database,
  query: SummaryQuery,
  now: number,
): Promise<Page<OrganizationSummary>> {
  const { items, nextCursor } = await findWith(database, query)
  const factsOf = await findFacts(
    database,
    items.map(({ id }) => id),
  )
  const dates = listDates(daysShown, now)
  const summaries = await Promise.all(
    items.map(async (row) => {
      const scope = createScope(row.id)
      const [[counts], days] = await Promise.all([
        database.readOrganization(scope, selectCounts, {}),
        database.readOrganization(scope, selectDays, { from: dates[0] ?? '' }),
      ])
      return {
        ...toOrganization(row),
        health: { ...toHealth(row, row), hasOpenAlert: Boolean(row.has_alert) },
        setUp: toSetUp(row, { ...factsOf(row.id), connectedAt: row.connected_at }),
        activePeople: Number(counts?.active_users ?? 0),
        dailyRequests: toDailyCounts(dates, days).map((day) => day.reads + day.changes + day.refusals),
      }
    }),
  )
  return { items: summaries, nextCursor }
}

// How one fares is no column: pages are looked through until there are enough, or it was long enough.
async function findWith(
  database: Database,
  { status, ...query }: SummaryQuery,
): Promise<Page<ListedOrganization>> {
  if (status === undefined) return listOrganizations(database, query)
  const mode = status === 'off' ? 'manual' : 'scim'
  const found: ListedOrganization[] = []
  let cursor = query.cursor
  for (let pages = 1; ; pages += 1) {
    const page = await listOrganizations(database, { ...query, cursor, mode })
    for (const row of page.items) {
      if (toHealth(row, row).status !== status) continue
      found.push(row)
      if (found.length === query.limit)
        return { items: found, nextCursor: cursorOf(query.sort ?? 'createdAt', row) }
    }
    if (page.nextCursor === null || pages === mostPages) return { items: found, nextCursor: page.nextCursor }
    cursor = page.nextCursor
  }
}
