// A link that somebody revokes, with all that goes with it.
import { isAtLeast } from '../base/rung.ts'
import { type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { organizationStatement } from '../store/statement.ts'
import { type AlsoEnd, endContactsOf } from './frame-contacts.ts'
import { endSessionsOfLink } from './link-sessions.ts'
import { deleteLinkSecrets, endLinks, selectLink } from './links.ts'
import { selectOpenOfParent } from './maker-links.ts'

const markRevoked = organizationStatement<{ id: string; at: number }>('portal_link_revoked')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('portal_link')
      .set({ revoked_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/**
 * The link and every session that it opened end at once; with a frame of an address all frames of that address. `alsoEnd` ends what
 * else was made in those sessions, in the same transaction. Throws 403 `owner_required` for one that speaks for an owner, 404.
 */
export async function revokePortalLink(
  { database, scope, act }: OrganizationAct,
  id: string,
  alsoEnd: AlsoEnd,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectLink, { id })
    if (row === undefined) throw new Problem('not_found', 'There is no such link')
    if (row.role === 'owner' && !isAtLeast(act.rung, 'owner'))
      throw new Problem(
        'owner_required',
        'Only an owner, or the operator, ends a link that speaks for an owner',
      )
    tx.write(deleteLinkSecrets, { subjectId: id })
    await endSessionsOfLink(tx, id)
    await endLinks(tx, act, await tx.all(selectOpenOfParent, { id, now: act.at }), 'parent')
    await endContactsOf(tx, act, row, alsoEnd)
    await alsoEnd(tx, act, id)
    if (row.revoked_at !== null) return
    tx.write(markRevoked, { id, at: act.at })
    record(tx, act, {
      type: 'portal_link.revoked',
      subject: { type: 'portal_link', id },
      data: { kind: row.kind },
    })
  })
}
