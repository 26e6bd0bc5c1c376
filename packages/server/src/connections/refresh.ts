// Fetches metadata again, on demand and once a day. What worked stays when it cannot be had.
import type { Connection } from '@rollcall/api'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { visitOrganizations } from '../store/visit.ts'
import { type ConnectionRules, fetchMetadata, sourceOf } from './metadata-source.ts'
import {
  getForUpdate,
  hasIdentity,
  noConnection,
  parseMetadata,
  selectConnection,
  selectConnections,
  toConnection,
  writeChange,
  writeRow,
} from './rows.ts'

/** Fetches the metadata again. Throws 409 `no_metadata_url`, 502 when it cannot be had; what worked stays. */
export async function refreshMetadata(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  rules: ConnectionRules,
): Promise<Connection> {
  const [row] = await database.readOrganization(scope, selectConnection, { id })
  if (row === undefined) throw noConnection()
  if (row.metadata_url === null)
    throw new Problem(409, 'no_metadata_url', 'This connection was set up without a metadata URL')
  let fresh: IdentityProviderMetadata | undefined
  let failure: Problem | undefined
  try {
    fresh = await fetchMetadata(row.metadata_url, rules)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    failure = error
  }
  const changed = await database.inOrganization(scope, async (tx) => {
    const before = await getForUpdate(tx, id)
    const isForeign = fresh !== undefined && parseMetadata(before)?.entityId !== fresh.entityId
    if (isForeign && (await hasIdentity(tx, id)))
      failure = new Problem(
        409,
        'relink_required',
        'The metadata now has another entity ID: change it with …/relink',
      )
    return failure === undefined && fresh !== undefined
      ? writeChange(
          tx,
          act,
          before,
          { ...before, ...sourceOf({ metadataUrl: row.metadata_url as string }, fresh, act.at) },
          'connection.metadata_changed',
        )
      : noteFailure(tx, act, before, failure?.message ?? '')
  })
  if (failure !== undefined && act.actor.kind !== 'system') throw failure
  return changed
}

// Recorded once, when it begins to fail; the list shows the reason until it works again.
function noteFailure(tx: OrganizationTx, act: Act, before: ConnectionTable, reason: string): Connection {
  const after = { ...before, metadata_error: reason, metadata_fetched_at: act.at }
  writeRow(tx, after)
  const subject = { type: 'connection', id: before.id } as const
  if (before.metadata_error === null)
    record(tx, act, { type: 'connection.metadata_failed', subject, data: { reason } })
  return toConnection(after)
}

/** Visits every connection with a metadata URL that was last fetched a day ago. */
export async function refreshDueMetadata(
  database: Database,
  rules: ConnectionRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const act: Act = {
    actor: { kind: 'system', job: 'refresh metadata' },
    rung: 'connection',
    at: now,
    context: null,
  }
  for await (const scope of visitOrganizations(database, 'with connections', isStopping)) {
    const rows = await database.readOrganization(scope, selectConnections, {})
    const due = rows.filter(
      (row) => row.metadata_url !== null && now - (row.metadata_fetched_at ?? 0) >= 86_400_000,
    )
    for (const row of due) await refreshMetadata(database, scope, act, row.id, rules)
  }
}
