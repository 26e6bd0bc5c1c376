// Metadata that is fetched once more because something was signed with a key that is not known: by whoever signs in or out. Whoever posts
// anything can ask for it, so that it is claimed in the store before anything is fetched: of however many ask at once, on however many
// nodes, one does.

import { refreshMetadata } from '../anchors/refresh.ts'
import { type FoundConnection, findConnection } from '../connections/find.ts'
import { claimFetch, giveFetchBack } from '../connections/rows.ts'
import { withSpending } from '../connections/spending.ts'
import { actOfJob } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database } from '../store/database.ts'
import type { ConnectionVisit } from './visit.ts'

/** How often metadata is fetched because of a certificate that is not known. */
const refetchMs = 300_000

/** By connection: whoever comes while it is looked at waits for the same. */
const underWay = new WeakMap<Database, Map<string, Promise<FoundConnection | undefined>>>()

/** The connection with other certificates than before; undefined where there are none, or it is too early to ask. */
export async function refetch(here: ConnectionVisit): Promise<FoundConnection | undefined> {
  const { options, visit, found } = here
  const { row } = found
  const fetchedAt = Number(row.metadata_fetched_at ?? 0)
  if (row.metadata_url === null || visit.at - fetchedAt < refetchMs) return undefined
  const going = underWay.get(options.database) ?? new Map<string, Promise<FoundConnection | undefined>>()
  underWay.set(options.database, going)
  const known = going.get(row.id)
  const look = known ?? lookAgain(here).finally(() => going.delete(row.id))
  if (known === undefined) going.set(row.id, look)
  const fresh = await look
  return fresh === undefined || fresh.row.anchor_number === row.anchor_number ? undefined : fresh
}

async function lookAgain({
  options,
  visit,
  found: { scope, row },
}: ConnectionVisit): Promise<FoundConnection | undefined> {
  const { database } = options
  const claim = { id: row.id, at: visit.at, before: visit.at - refetchMs }
  const isOurs = await database.inOrganization(scope, (tx) => claimFetch(tx, claim))
  if (isOurs) {
    const act = actOfJob('refresh metadata', visit.at, visit.context)
    const owner = scope.organizationId
    // A budget of its own: what messages ask for takes nothing from what people ask for, nor what is below from what somebody above put
    // there.
    const rules = withSpending(options.anchorRules, options.spending, {
      spender: `${owner} messages ${row.anchor_rung}`,
      owner,
    })
    try {
      await refreshMetadata({ database, scope, act }, row.id, rules)
    } catch (error) {
      const { metadata_fetched_at: earlier } = row
      await database.inOrganization(scope, async (tx) => giveFetchBack(tx, { ...claim, earlier }))
      // Others of this organization ask the same just now.
      if (!(error instanceof Problem) || error.status !== 429) throw error
    }
  }
  return findConnection(database, row.id)
}
