// Metadata that is fetched once more because something was signed with a key that is not known: by whoever signs in or out.
import { refreshMetadata } from '../anchors/refresh.ts'
import { type FoundConnection, findConnection } from '../connections/find.ts'
import { withSpending } from '../connections/spending.ts'
import { Problem } from '../http/problem.ts'
import type { SsoOptions, Visit } from './visit.ts'

/** How often metadata is fetched because of a certificate that is not known; whoever posts anything could ask for it. */
const refetchMs = 300_000

/** The connection with other certificates than before; undefined where there are none, or it is too early to ask. */
export async function refetch(
  options: SsoOptions,
  visit: Visit,
  { scope, row }: FoundConnection,
): Promise<FoundConnection | undefined> {
  const fetchedAt = Number(row.metadata_fetched_at ?? 0)
  if (row.metadata_url === null || visit.at - fetchedAt < refetchMs) return undefined
  const act = {
    actor: { kind: 'system', job: 'refresh metadata' },
    rung: 'connection',
    at: visit.at,
    context: visit.context,
  } as const
  const budget = { spender: undefined, owner: scope.organizationId }
  const rules = withSpending(options.anchorRules, options.spending, budget)
  try {
    await refreshMetadata(options.database, scope, act, row.id, rules)
  } catch (error) {
    // Others of this organization ask the same just now.
    if (!(error instanceof Problem) || error.status !== 429) throw error
  }
  const fresh = await findConnection(options.database, row.id)
  return fresh === undefined || fresh.row.anchor_number === row.anchor_number ? undefined : fresh
}
