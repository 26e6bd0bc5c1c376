// Somebody opens an invitation's link: the address is theirs, so the account is made, with the invited role. No session
// comes of it. Mode scim makes nobody by invitation unless the set-up is still connecting.

import { isAbove, rungOfRole } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { assertAcceptable, writeAccepted } from '../invitations/invitations.ts'
import { lockHolding } from '../invitations/open-invitations.ts'
import { toNewUser } from '../mapping/assertion-user.ts'
import { plainRole } from '../mapping/roles.ts'
import { toUserColumns, toUserNameKey } from '../mapping/user-columns.ts'
import { selectHowPeopleCome } from '../organizations/own.ts'
import { findLinkSecret } from '../sessions/links.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { InvitationTable } from '../store/schema.ts'
import { findWords } from '../users/kept.ts'
import { liftKeptBlocks } from '../users/kept-lifts.ts'
import { findByAddress, findByName, isUnconfirmed } from '../users/met.ts'
import { writeRole } from '../users/user-words.ts'
import { confirmByInvitation, type InvitedWay } from './anchor-links.ts'
import { createUser } from './create-user.ts'
import { findFreeName } from './free-name.ts'
import { noteYielded, takeBackAll } from './soft-names.ts'

/** Who accepted, and where they sign in. */
export interface AcceptedInvitation {
  readonly email: string
  readonly organization: string
  readonly slug: string
  /** Where the connection of a privileged account has yet to be confirmed: the accepted link does, after the person's own sign-in. */
  readonly way: InvitedWay | undefined
}

/** Throws 410 for a link that is used, ended, revoked or unknown; 409 `user_exists`, `not_provisioned`. */
export async function acceptInvitation(
  database: Database,
  secret: string,
  at: number,
  context: Act['context'],
): Promise<AcceptedInvitation> {
  const found = await findLinkSecret(database, 'invitation', secret)
  if (found === undefined) throw gone()
  try {
    return await database.inOrganization(found.scope, async (tx) => {
      const row = await lockHolding(tx, found.subjectId, at)
      if (row === undefined) throw gone()
      const own = await tx.first(selectHowPeopleCome, {})
      await assertAcceptable(tx)
      const act: Act = { actor: { kind: 'system', job: 'invitation' }, rung: 'connection', at, context }
      const yielded = await takeBackAll(tx, act, row.email)
      const userName = await findInvitedName(tx, row, at)
      const made = toNewUser({ values: {}, groups: null, sources: {} }, userName, row.email)
      const columns = toUserColumns(made)
      const [before] = await findWords(tx, [columns])
      // Whom an administrator has invited since is let in; an invitation of before ends no block.
      const blockedAt = before?.blockedAt ?? null
      const isLetIn = blockedAt !== null && Number(row.created_at) > blockedAt
      if (isLetIn) await liftKeptBlocks(tx, columns, { isByOwner: false })
      const kept = { role: null, blockedAt: isLetIn ? null : blockedAt }
      const user = createUser(tx, act, made, 'invited', { mayGivePrivileges: false, kept })
      const { id, resource } = user
      writeRole(tx, { id, before: plainRole, role: row.role, origin: 'hand', resource, at })
      noteYielded(tx, act, yielded, id)
      writeAccepted(tx, row, user.id, at)
      const data = { email: row.email, userId: user.id }
      record(tx, act, { type: 'invitation.accepted', subject: { type: 'invitation', id: row.id }, data })
      const way = await confirmByInvitation(tx, at, { userId: id, role: row.role, email: row.email })
      return { email: row.email, organization: own?.name ?? '', slug: found.slug, way }
    })
  } catch (error) {
    if (error instanceof StoreConflict && error.constraint === 'user_name')
      throw new Problem('user_exists', 'There is an account of this name already: sign in with it')
    throw error
  }
}

// Where the name is taken by the account that a sign-in with the address comes to, that is theirs already. Nobody else's keeps whoever is
// invited to administer from their own, and an unconfirmed key's keeps nobody.
async function findInvitedName(tx: OrganizationTx, row: InvitationTable, at: number): Promise<string> {
  const named = await findByName(tx, toUserNameKey(row.email))
  if (named === undefined) return row.email
  const [found, another] = await findByAddress(tx, row.email_key)
  const isTheirs = found?.id === named.id && another === undefined && !isUnconfirmed(named)
  const yields = isUnconfirmed(named) || isAbove(rungOfRole(row.role), rungOfRole(named.role))
  return yields && !isTheirs ? findFreeName(tx, row.email, at) : row.email
}

function gone(): Problem {
  return new Problem(
    'link_gone',
    'This invitation was used before, has ended or was revoked. Ask for a new one',
  )
}
