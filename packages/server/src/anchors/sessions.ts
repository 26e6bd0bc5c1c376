// Sessions that a connection began, of all its anchors or of one version: they end in the caller's transaction, with what
// applications hold of these people.
import { endProductSessions } from '../deliveries/sign-outs.ts'
import type { Act } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationQuery } from '../store/statement.ts'

/** Returns how many people had one. */
export async function endSessionsThrough(
  tx: OrganizationTx,
  act: Act,
  connectionId: string,
  anchorNumber?: number,
): Promise<number> {
  const ended = organizationQuery(({ db, organizationId }) => {
    const sessions = db
      .deleteFrom('session')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', connectionId)
      .returning('user_id')
    return anchorNumber === undefined ? sessions : sessions.where('anchor_number', '=', anchorNumber)
  })
  const rows = await tx.change(ended, {})
  const people = new Set(rows.flatMap(({ user_id: userId }) => (userId === null ? [] : [userId])))
  for (const userId of people) endProductSessions(tx, userId, act.at)
  return people.size
}
