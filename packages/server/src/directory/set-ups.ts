// How far set-ups are: what the rooms below know of an organization, put together for one of them and for a list.
import type { OrganizationSummary, Page, SetUp } from '@rollcall/api'
import { selectConnectionCounts } from '../connections/places.ts'
import { selectHealth, toHealth } from '../organizations/health.ts'
import { type FoundOrganization, listOrganizations, toOrganization } from '../organizations/organizations.ts'
import { type SetUpFacts, selectWithDomain, toSetUp } from '../organizations/set-up.ts'
import type { Database } from '../store/database.ts'

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

/** Organizations in the order of creation, each with how its provisioning fares and how far its set-up is. */
export async function listSummaries(
  database: Database,
  query: Parameters<typeof listOrganizations>[1],
): Promise<Page<OrganizationSummary>> {
  const { items, nextCursor } = await listOrganizations(database, query)
  const factsOf = await findFacts(
    database,
    items.map(({ id }) => id),
  )
  const summaries = items.map((row) => ({
    ...toOrganization(row),
    health: { ...toHealth(row, row), hasOpenAlert: Boolean(row.has_alert) },
    setUp: toSetUp(row, { ...factsOf(row.id), connectedAt: row.connected_at }),
  }))
  return { items: summaries, nextCursor }
}
