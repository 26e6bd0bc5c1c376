// What came through a connection that is no longer trusted, or is no longer there.

import type { Act } from '../events/record.ts'
import type { Through } from '../holdings/sign-outs.ts'
import { endSessionsThrough } from '../sessions/end.ts'
import type { EndCause } from '../sessions/ended-event.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

// By the clock that all nodes share.
const noteEndedThrough = organizationStatement<{ connectionId: string; at: number }>(
  'note_sessions_ended_through',
)(({ db, place, organizationId, dialect }) =>
  db
    .updateTable('connection')
    .set({ sessions_ended_at: dialect.now(place('at')) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('connectionId')),
)

/**
 * Sessions and what applications hold, in the transaction of the change. What was proven through the connection before opens nothing.
 * Returns how many people had anything.
 */
export function endThroughConnection(
  tx: OrganizationTx,
  act: Act,
  through: Through,
  cause: EndCause,
): Promise<number> {
  tx.write(noteEndedThrough, { connectionId: through.connectionId, at: act.at })
  return endSessionsThrough(tx, act, through, cause)
}
