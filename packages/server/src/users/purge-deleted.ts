// The final purge of deleted people, 30 days after: their data goes, and with it what an administrator said of them; that they were
// deleted stays known, so that nobody comes back by a sign-in. It waits while a deprovision alert is open.
import { dayMs } from '../base/clock.ts'
import { forEachOf } from '../base/few.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'
import { forgetDeletedEmails } from './kept-names.ts'
import { forgetParked } from './parked.ts'
import { fillRemovedAddresses } from './removed-addresses.ts'

const rowsPerSlice = 500
/** How long a deleted person can be restored. */
export const keptMs = 30 * dayMs

/** Visits every organization; a slice at a time. One where it fails keeps no other one from its turn. */
export async function purgeDeletedPeople(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await forEachOf(visitOrganizations(database, 'all', isStopping), 1, (scope) =>
    purgeOne(database, scope, now, isStopping),
  )
}

async function purgeOne(
  database: Database,
  scope: OrganizationScope,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  while (!isStopping() && (await purgeSlice(database, scope, now - keptMs)) === rowsPerSlice);
  await fillRemovedAddresses(database, scope, isStopping)
}

async function purgeSlice(database: Database, scope: OrganizationScope, before: number): Promise<number> {
  const ended = organizationQuery(({ db, organizationId: own }) =>
    db
      .selectFrom('deleted_user')
      .select('id')
      .where('organization_id', '=', own)
      .where('deleted_at', '<', before)
      .where((on) =>
        on.not(
          on.exists(
            on
              .selectFrom('deprovision_alert')
              .select('deprovision_alert.id')
              .where('deprovision_alert.organization_id', '=', own)
              .where('deprovision_alert.state', '=', 'open'),
          ),
        ),
      )
      .limit(rowsPerSlice),
  )
  return database.inOrganization(scope, async (tx) => {
    const ids = (await tx.all(ended, {})).map(({ id }) => id)
    if (ids.length === 0) return 0
    // The stable id alone is kept: it is what says that this person was deleted.
    const erase = organizationQuery(({ db, organizationId: own }) =>
      db
        .updateTable('identity')
        .set({ attributes: '{}', name_id: '', name_id_format: null })
        .where('organization_id', '=', own)
        .where('user_id', 'in', ids),
    )
    const remove = organizationQuery(({ db, organizationId: own }) =>
      db.deleteFrom('deleted_user').where('organization_id', '=', own).where('id', 'in', ids),
    )
    tx.write(erase, {})
    tx.write(remove, {})
    forgetDeletedEmails(tx, ids)
    forgetParked(tx, ids)
    return ids.length
  })
}

const deleteDeleted = organizationStatement<{ id: string }>('delete_deleted_user')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('deleted_user').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

/** Of a user who was brought back. */
export function removeDeleted(tx: OrganizationTx, id: string): void {
  tx.write(deleteDeleted, { id })
}
