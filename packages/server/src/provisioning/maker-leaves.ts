// What somebody made who ran the settings and no longer does: links and open invitations end with them, in the same transaction, and the
// operator is asked for nothing of theirs; keys,
// clients and connections work on, for a directory would stand still, and are announced.
import { isPrivileged, type Role } from '../base/rung.ts'
import { announceConnectionsOf } from '../connections/makers.ts'
import { announceKeysOf } from '../directory/makers.ts'
import type { Act } from '../events/record.ts'
import { revokeInvitationsOfMaker } from '../invitations/invitations.ts'
import { clearRefusedSignIn } from '../organizations/needs.ts'
import { endLinksOfMaker } from '../sessions/links.ts'
import { listMadeThrough } from '../sessions/maker-links.ts'
import type { OrganizationTx } from '../store/database.ts'

/** After the person was locked, before the row goes; `role` is the one that they had. */
export async function leaveBehind(
  tx: OrganizationTx,
  act: Act,
  maker: { readonly id: string; readonly role: Role },
): Promise<void> {
  if (!isPrivileged(maker.role)) return
  // Nobody waits for them any more.
  clearRefusedSignIn(tx, maker.id)
  await endLinksOfMaker(tx, act, maker.id)
  await revokeInvitationsOfMaker(tx, act, maker.id)
  await announceWhatIsKnown(tx, act, maker.id)
}

/** The same of a link that is revoked, after it has ended: what is open in its name ends, what works on is announced. */
export async function leaveLinkBehind(tx: OrganizationTx, act: Act, linkId: string): Promise<void> {
  await revokeInvitationsOfMaker(tx, act, linkId)
  await announceWhatIsKnown(tx, act, linkId)
}

// Whoever made a link may have opened it, and so knows what was made in its sessions.
async function announceWhatIsKnown(tx: OrganizationTx, act: Act, id: string): Promise<void> {
  const gone = await listMadeThrough(tx, id)
  await announceKeysOf(tx, act, gone)
  await announceConnectionsOf(tx, act, gone)
}
