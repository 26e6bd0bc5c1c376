// What people have in an application that is deleted, or no longer given to their organization: it ends in the transaction of that
// change, and the application is told where it still listens. Each organization's audit log hears of it right after.
import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import type { Act } from '../events/record.ts'
import { recordEnded } from '../sessions/end.ts'
import { createScope, type Database, type InstallationTx } from '../store/database.ts'
import { isInList } from '../store/json-list.ts'
import { asBigint, asText, renderQueue } from '../store/queue-delivery.ts'
import { installationStatement } from '../store/statement.ts'

const peoplePerSlice = 500

interface Whose {
  readonly id: string
  /** JSON: organizations that keep the application. */
  readonly kept: string
}

const queueLogouts = installationStatement<Whose & { eventId: string; at: number }>(
  'queue_logouts_of_application',
)(({ db, place, dialect }) => {
  const statement = renderQueue(
    {
      targetId: sql`t.id`,
      organizationId: sql`u.organization_id`,
      eventId: asText(place('eventId')),
      type: sql`'logout'`,
      subjectId: sql`u.user_id`,
      payload: sql`''`,
      at: asBigint(place('at')),
    },
    sql`FROM application_use AS u JOIN delivery_target AS t ON t.id = u.application_id AND t.kind = 'logout'
      WHERE u.application_id = ${place('id')} AND NOT ${isInList('u.organization_id', place('kept'), dialect)}`,
  )
  return { compile: () => statement.compile(db) }
})
const takeRecords = installationStatement<Whose>('take_oidc_records_of_client')(({ db, place, dialect }) =>
  db
    .deleteFrom('oidc_record')
    .where('client_id', '=', place('id'))
    .where('organization_id', 'is not', null)
    .where((on) => on.not(isInList('organization_id', place('kept'), dialect)))
    .returning(['organization_id', 'user_id']),
)
const takeUses = installationStatement<Whose>('take_uses_of_application')(({ db, place, dialect }) =>
  db
    .deleteFrom('application_use')
    .where('application_id', '=', place('id'))
    .where((on) => on.not(isInList('organization_id', place('kept'), dialect)))
    .returning(['organization_id', 'user_id']),
)

/** Whose sessions have ended: people by organization. */
export type TakenAway = ReadonlyMap<string, ReadonlySet<string>>

/** `kept`: organizations that still have the application. */
export async function takeAway(
  tx: InstallationTx,
  id: string,
  kept: readonly string[],
  at: number,
): Promise<TakenAway> {
  const whose = { id, kept: JSON.stringify(kept) }
  tx.write(queueLogouts, { ...whose, eventId: createId('evt', at), at })
  const rows = [...(await tx.change(takeUses, whose)), ...(await tx.change(takeRecords, whose))]
  const people = new Map<string, Set<string>>()
  for (const { organization_id: organizationId, user_id: userId } of rows) {
    if (organizationId === null || userId === null) continue
    people.set(organizationId, (people.get(organizationId) ?? new Set()).add(userId))
  }
  return people
}

/** After the change: an audit log is written within its own organization alone. */
export async function recordTakenAway(database: Database, act: Act, people: TakenAway): Promise<void> {
  for (const [organizationId, ids] of people) {
    const userIds = [...ids].sort()
    for (let start = 0; start < userIds.length; start += peoplePerSlice)
      await database.inOrganization(createScope(organizationId), async (tx) =>
        recordEnded(tx, act, userIds.slice(start, start + peoplePerSlice), 'application_removed'),
      )
  }
}
