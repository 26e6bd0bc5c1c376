// When sessions of people were ended: a sign-in that was proven before, and is finished after, opens none.
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

// By the clock that all nodes share.
const noteEnded = organizationStatement<{ ids: string; at: number }>('note_sessions_ended')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('user')
      .set({ sessions_ended_at: dialect.now(place('at')) })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

const noteEndedByIdentity = organizationStatement<{ ids: string; connectionId: string; at: number }>(
  'note_sessions_ended_by_identity',
)(({ db, place, organizationId, dialect }) =>
  db
    .updateTable('identity')
    .set({ sessions_ended_at: dialect.now(place('at')) })
    .where('organization_id', '=', organizationId)
    .where('connection_id', '=', place('connectionId'))
    .where(dialect.isIn('user_id', place('ids'))),
)

/** All of theirs, by whichever connection. */
export function noteSessionsEnded(tx: OrganizationTx, userIds: readonly string[], at: number): void {
  tx.write(noteEnded, { ids: JSON.stringify(userIds), at })
}

/** Those that come by one connection. */
export function noteSessionsEndedBy(
  tx: OrganizationTx,
  connectionId: string,
  userIds: readonly string[],
  at: number,
): void {
  tx.write(noteEndedByIdentity, { ids: JSON.stringify(userIds), connectionId, at })
}
