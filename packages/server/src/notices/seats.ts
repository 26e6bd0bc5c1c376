// Seat limits never refuse anybody; the record says, once a day, that one is exceeded.

import { dayMs } from '../base/clock.ts'
import { createFailures } from '../base/few.ts'
import { firstIdAt } from '../base/id.ts'
import { findEvent } from '../events/look-through.ts'
import { actOfJob, record } from '../events/record.ts'
import { selectLimited } from '../organizations/own.ts'
import { createScope, type Database } from '../store/database.ts'
import { countUnconfirmedPeople } from '../users/confirmed-people.ts'
import { selectCounts } from '../users/counts.ts'

/** Records `organization.seat_limit_exceeded` for each organization beyond its limit that has no such event of the last day. */
export async function reportExceededSeats(database: Database, now: number): Promise<void> {
  const failures = createFailures()
  for (const { id, seat_limit: seatLimit } of await database.readInstallation('jobs', selectLimited, {})) {
    const work = database.inOrganization(createScope(id), async (tx) => {
      const activeUsers = Number((await tx.first(selectCounts, {}))?.active_users ?? 0)
      if (seatLimit === null || activeUsers <= seatLimit) return
      const types = ['organization.seat_limit_exceeded']
      const from = firstIdAt('evt', now - dayMs)
      if ((await findEvent(tx.all, { subject: id, types, from, order: 'desc' })) !== undefined) return
      const act = actOfJob('report exceeded seats', now)
      const unconfirmedUsers = await countUnconfirmedPeople(tx)
      const subject = { type: 'organization', id } as const
      const data = { seatLimit, activeUsers, unconfirmedUsers }
      record(tx, act, { type: 'organization.seat_limit_exceeded', subject, data })
    })
    await failures.note(work, undefined)
  }
  failures.throwFirst()
}
