// Seat limits never refuse anybody; the record says, once a day, that one is exceeded.
import { dayMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { record } from '../events/record.ts'
import { createScope, type Database } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { selectCounts } from '../users/counts.ts'

const selectLimited = installationStatement('organizations_with_seat_limit')(({ db }) =>
  db
    .selectFrom('organization')
    .select(['id', 'seat_limit'])
    .where('seat_limit', 'is not', null)
    .where('deleted_at', 'is', null),
)

const selectRecent = organizationStatement<{ from: string }>('recent_seat_event')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('subject_id', '=', organizationId)
      .where('id', '>=', place('from'))
      .where('type', '=', 'organization.seat_limit_exceeded')
      .limit(1),
)

/** Records `organization.seat_limit_exceeded` for each organization beyond its limit that has no such event of the last day. */
export async function reportExceededSeats(database: Database, now: number): Promise<void> {
  for (const { id, seat_limit: seatLimit } of await database.readInstallation('jobs', selectLimited, {})) {
    await database.inOrganization(createScope(id), async (tx) => {
      const activeUsers = Number((await tx.first(selectCounts, {}))?.active_users ?? 0)
      if (seatLimit === null || activeUsers <= seatLimit) return
      if ((await tx.first(selectRecent, { from: firstIdAt('evt', now - dayMs) })) !== undefined) return
      const act = {
        actor: { kind: 'system', job: 'report exceeded seats' },
        rung: 'connection',
        at: now,
        context: null,
      } as const
      const subject = { type: 'organization', id } as const
      record(tx, act, { type: 'organization.seat_limit_exceeded', subject, data: { seatLimit, activeUsers } })
    })
  }
}
