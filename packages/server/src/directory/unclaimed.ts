// How many people no directory has said anything of. Counting them takes time that grows with them, and whoever may look may look often: it
// is done in slices, and of many people kept by this node for a while.
import type { Database, OrganizationScope } from '../store/database.ts'
import { countUnclaimedAfter, unclaimedPerSlice } from '../users/asked.ts'

/** To count one takes a thousandth of that: most looks count nobody. */
const restMsPerPerson = 0.1
const maxRemembered = 10_000

interface Counted {
  readonly at: number
  readonly people: number
}

const remembered = new WeakMap<Database, Map<string, Counted>>()

/** As it is now where they are few, else as it was a moment ago. */
export async function countUnclaimed(
  database: Database,
  scope: OrganizationScope,
  now: number,
): Promise<number> {
  const { organizationId } = scope
  const counts = remembered.get(database) ?? new Map<string, Counted>()
  remembered.set(database, counts)
  const known = counts.get(organizationId)
  if (known !== undefined && now <= known.at + known.people * restMsPerPerson) return known.people
  const people = await countInSlices(database, scope)
  counts.delete(organizationId)
  if (people > unclaimedPerSlice) counts.set(organizationId, { at: now, people })
  if (counts.size > maxRemembered) counts.delete(counts.keys().next().value!)
  return people
}

async function countInSlices(database: Database, scope: OrganizationScope): Promise<number> {
  let people = 0
  for (let after = ''; ; ) {
    const [slice] = await database.readOrganization(scope, countUnclaimedAfter, { after })
    const found = Number(slice?.users ?? 0)
    people += found
    if (found < unclaimedPerSlice) return people
    after = slice?.last ?? ''
    await new Promise((resolve) => setImmediate(resolve))
  }
}
