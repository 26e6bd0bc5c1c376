// The final purge of deleted people, 30 days after: their data goes; that they were deleted stays known, so that nobody comes back
// by a sign-in. It waits while a deprovision alert is open.
import { createScope, type Database } from '../store/database.ts'
import { installationStatement, organizationQuery } from '../store/statement.ts'

const dayMs = 86_400_000
const rowsPerSlice = 500
/** How long a deleted person can be restored. */
export const keptMs = 30 * dayMs

const selectOrganizations = installationStatement<{ after: string }>('organizations_with_deleted_people')(
  ({ db, place }) =>
    db
      .selectFrom('organization')
      .select('id')
      .where('id', '>', place('after'))
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .limit(500),
)

/** Visits every organization; a slice at a time. */
export async function purgeDeletedPeople(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  for (let after = ''; !isStopping(); ) {
    const page = await database.readInstallation('jobs', selectOrganizations, { after })
    for (const { id } of page)
      while (!isStopping() && (await purgeSlice(database, id, now - keptMs)) === rowsPerSlice);
    const last = page.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

async function purgeSlice(database: Database, organizationId: string, before: number): Promise<number> {
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
  return database.inOrganization(createScope(organizationId), async (tx) => {
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
    return ids.length
  })
}
