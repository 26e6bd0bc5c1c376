// The newest heads that this process has sealed, or found whole: whoever rewinds a log in the store cannot rewind these. They are gone
// with the process; what stays longer is in its log (seal.ts).
import type { Database } from '../store/database.ts'

/** The newest entry of a chain: its number and its hash. */
export interface Head {
  readonly sequence: number
  readonly hash: string
}

const maxRemembered = 10_000

const remembered = new WeakMap<Database, Map<string, Head>>()

/** Remembers the newest entry that was seen of an organization. */
export function rememberHead(database: Database, organizationId: string, head: Head): void {
  const heads = remembered.get(database) ?? new Map<string, Head>()
  remembered.set(database, heads)
  // Who was sealed last is forgotten last.
  heads.delete(organizationId)
  heads.set(organizationId, head)
  if (heads.size > maxRemembered) heads.delete(heads.keys().next().value!)
}

/** The newest entry that this process has seen of an organization; undefined where it has seen none. */
export function recallHead(database: Database, organizationId: string): Head | undefined {
  return remembered.get(database)?.get(organizationId)
}
