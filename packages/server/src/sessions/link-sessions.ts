// The sessions that one link opened: they end with it, and there are only so many.
import type { OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { organizationStatement } from '../store/statement.ts'

/** That one link has open at once. */
export const maxSessionsOfLink = 20

const deleteOfLink = organizationStatement<{ linkId: string }>('delete_link_sessions')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('session')
      .where('organization_id', '=', organizationId)
      .where('link_id', '=', place('linkId')),
)

const selectOfLink = organizationStatement<{ linkId: string }>('sessions_of_link')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('session')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('link_id', '=', place('linkId')),
)

const selectFreeOfLink = organizationStatement<{ linkId: string }>('free_sessions_of_link')(
  ({ db, place, organizationId, dialect }) => {
    const sessions = db
      .selectFrom('session')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('link_id', '=', place('linkId'))
      .orderBy('secret_hash')
    return dialect.lockFree(sessions)
  },
)

const deleteQuietOfLink = organizationStatement<{ linkId: string; kept: number }>(
  'delete_quiet_link_sessions',
)(({ db, place, organizationId }) =>
  db
    .deleteFrom('session')
    .where('organization_id', '=', organizationId)
    .where('link_id', '=', place('linkId'))
    .where('secret_hash', 'not in', (on) =>
      on
        .selectFrom('session')
        .select('secret_hash')
        .where('organization_id', '=', organizationId)
        .where('link_id', '=', place('linkId'))
        .orderBy('last_seen_at', 'desc')
        .orderBy('id', 'desc')
        .limit(place('kept')),
    ),
)

/** Throws StoreRestart where an act has one of them: it may wait for what the unit holds. */
export async function endSessionsOfLink(tx: OrganizationTx, linkId: string): Promise<void> {
  const [all, free] = await Promise.all([
    tx.all(selectOfLink, { linkId }),
    tx.all(selectFreeOfLink, { linkId }),
  ])
  const ids = new Set(free.map(({ id }) => id))
  if (all.some(({ id }) => !ids.has(id))) throw new StoreRestart()
  if (all.length > 0) tx.write(deleteOfLink, { linkId })
}

/** Makes room for one more: of the sessions that the link opened, those that have been quiet the longest end. */
export function endQuietSessionsOfLink(tx: OrganizationTx, linkId: string): void {
  tx.write(deleteQuietOfLink, { linkId, kept: maxSessionsOfLink - 1 })
}
