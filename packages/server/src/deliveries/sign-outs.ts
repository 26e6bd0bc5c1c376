// The sessions that people have in the product through us: they end in the transaction that takes somebody's access away, and
// every application that the person used is told, by a delivery that waits in the store.
import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

const queueLogouts = organizationStatement<{ userId: string; eventId: string; at: number }>('queue_logouts')(
  ({ db, place, organizationId }) => {
    const at = sql`cast(${place('at')} as bigint)`
    const statement = sql`INSERT INTO delivery (target_id, organization_id, event_id, event_type, subject_id, payload, state, attempts, created_at, next_at, fence, log)
      SELECT t.id, u.organization_id, cast(${place('eventId')} as text), 'logout', u.user_id, '', 'pending', 0, ${at}, ${at}, 0, '[]'
      FROM application_use AS u JOIN delivery_target AS t ON t.id = u.application_id AND t.kind = 'logout'
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${place('userId')}`
    return { compile: () => statement.compile(db) }
  },
)

const deleteUses = organizationStatement<{ userId: string }>('delete_application_uses')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('application_use')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

const deleteRecords = organizationStatement<{ userId: string }>('delete_oidc_records_of_user')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('oidc_record')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

/** Codes, tokens and sessions of the person are gone with COMMIT; applications are told at once (back-channel logout). */
export function endProductSessions(tx: OrganizationTx, userId: string, at: number): void {
  tx.write(queueLogouts, { userId, eventId: createId('evt', at), at })
  tx.write(deleteUses, { userId })
  tx.write(deleteRecords, { userId })
}

const queueAllLogouts = organizationStatement<{ eventId: string; at: number }>('queue_all_logouts')(
  ({ db, place, organizationId }) => {
    const at = sql`cast(${place('at')} as bigint)`
    const statement = sql`INSERT INTO delivery (target_id, organization_id, event_id, event_type, subject_id, payload, state, attempts, created_at, next_at, fence, log)
      SELECT t.id, u.organization_id, cast(${place('eventId')} as text), 'logout', u.user_id, '', 'pending', 0, ${at}, ${at}, 0, '[]'
      FROM application_use AS u JOIN delivery_target AS t ON t.id = u.application_id AND t.kind = 'logout'
      WHERE u.organization_id = ${organizationId}`
    return { compile: () => statement.compile(db) }
  },
)

/** Everybody of an organization that is deleted; their codes, tokens and sessions are the caller's to delete. */
export function queueAllSignOuts(tx: OrganizationTx, at: number): void {
  tx.write(queueAllLogouts, { eventId: createId('evt', at), at })
}
