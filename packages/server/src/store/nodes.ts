// The nodes that say of themselves that they serve on one PostgreSQL; on the embedded store none does, for there is one.
import { toTime } from '../base/clock.ts'
import type { Database } from './database.ts'
import { installationStatement } from './statement.ts'

const mostListed = 100

const selectNodes = installationStatement('nodes_that_serve')(({ db }) =>
  db.selectFrom('node').select(['id', 'version', 'started_at', 'seen_at']).limit(mostListed),
)

/** The longest serving first; whoever was not heard of for a minute is gone, and stays here for a day. */
export async function listNodes(database: Database) {
  const rows = await database.readInstallation('jobs', selectNodes, {})
  const sorted = rows.toSorted((one, other) => Number(one.started_at) - Number(other.started_at))
  return sorted.map(({ id, version, started_at: startedAt, seen_at: seenAt }) => ({
    id,
    version,
    startedAt: toTime(Number(startedAt)),
    seenAt: toTime(Number(seenAt)),
  }))
}
