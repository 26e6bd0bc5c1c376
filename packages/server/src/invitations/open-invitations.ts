// Invitations that are open at an address, and what a sign-in makes of them.
import { type SqlBool, sql } from 'kysely'
import { isMakerListed } from '../sessions/frame-contacts.ts'
import { presentKeySetting } from '../sessions/sessions.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { InvitationTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectInvitationForUpdate } from './invitations.ts'

// An invitation of the operator holds only under the operator key under which it was made.
const isOfPresentKey = sql<SqlBool>`(key_hash IS NULL OR key_hash = (SELECT value FROM setting WHERE name = ${sql.lit(presentKeySetting)}))`

const selectOpen = organizationStatement<{ emailKey: string; now: number }>('open_invitation')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('invitation')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('email_key', '=', place('emailKey'))
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now'))
      .where(isOfPresentKey)
      .orderBy('id', 'desc')
      .limit(1),
)

/** The newest open one for an address, which its person's first sign-in consumes. */
export async function findOpenInvitation(
  tx: OrganizationTx,
  emailKey: string,
  now: number,
): Promise<InvitationTable | undefined> {
  const row = await tx.first(selectOpen, { emailKey, now })
  return row !== undefined && (await isMakerListed(tx, row.created_by)) ? row : undefined
}

const selectHolding = organizationStatement<{ id: string; now: number }>('invitation_that_holds')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('invitation')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now'))
      .where(isOfPresentKey),
)

/**
 * Locked until COMMIT; undefined for one that is used, revoked, over, of another operator key, or from a frame whose origin is listed no
 * longer.
 */
export async function lockHolding(
  tx: OrganizationTx,
  id: string,
  now: number,
): Promise<InvitationTable | undefined> {
  const row = await tx.first(selectInvitationForUpdate, { id })
  if (row === undefined || (await tx.first(selectHolding, { id, now })) === undefined) return undefined
  return (await isMakerListed(tx, row.created_by)) ? row : undefined
}

const acceptInvitation = organizationStatement<{ id: string; userId: string; at: number }>(
  'accept_invitation',
)(({ db, place, organizationId }) =>
  db
    .updateTable('invitation')
    .set({ accepted_at: place('at'), user_id: place('userId') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** The same by a sign-in, which looked the invitation up itself. */
export function writeAcceptedBySignIn(tx: OrganizationTx, id: string, userId: string, at: number): void {
  tx.write(acceptInvitation, { id, userId, at })
}
