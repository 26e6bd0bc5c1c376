// The sessions that people have in the product through us: they end in the transaction that takes somebody's access away, and
// every application that the person used is told, by a delivery that waits in the store.
import { type RawBuilder, sql } from 'kysely'
import { createId } from '../base/id.ts'
import type { OrganizationTx } from '../store/database.ts'
import { asBigint, asText, renderQueue } from '../store/queue-delivery.ts'
import { organizationStatement } from '../store/statement.ts'

interface LogoutRow {
  readonly userId: string
  readonly eventId: string
  readonly at: number
}

// An application that wants to hear of sign-outs has a target of the kind `logout`.
function renderLogouts(
  place: (name: keyof LogoutRow) => unknown,
  organizationId: string,
  whose: RawBuilder<unknown>,
) {
  return renderQueue(
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
      WHERE u.organization_id = ${organizationId} AND ${whose}`,
  )
}

const queueLogouts = organizationStatement<LogoutRow>('queue_logouts')(({ db, place, organizationId }) => {
  const statement = renderLogouts(place as never, organizationId, sql`u.user_id = ${place('userId')}`)
  return { compile: () => statement.compile(db) }
})

const queueAllLogouts = organizationStatement<Omit<LogoutRow, 'userId'>>('queue_all_logouts')(
  ({ db, place, organizationId }) => {
    const statement = renderLogouts(place as never, organizationId, sql`true`)
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

/** Everybody of an organization that is deleted; their codes, tokens and sessions are the caller's to delete. */
export function queueAllSignOuts(tx: OrganizationTx, at: number): void {
  tx.write(queueAllLogouts, { eventId: createId('evt', at), at })
}
