// Assertions of provisioning clients: each is used once.
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

const insertSeenOfClient = organizationStatement<{ clientId: string; jti: string; expiresAt: number }>(
  'insert_seen_client_assertion',
)(({ db, place, organizationId }) =>
  db
    .insertInto('seen_assertion')
    .values({
      organization_id: organizationId,
      connection_id: place('clientId'),
      assertion_id: place('jti'),
      expires_at: place('expiresAt'),
    })
    .onConflict((on) => on.doNothing())
    .returning('assertion_id'),
)

/** Spends what a client of ours proved itself by; false where it was spent before. */
export async function spendClientAssertion(
  tx: OrganizationTx,
  clientId: string,
  assertion: { readonly jti: string; readonly expiresAt: number },
): Promise<boolean> {
  return (await tx.change(insertSeenOfClient, { clientId, ...assertion })).length > 0
}
