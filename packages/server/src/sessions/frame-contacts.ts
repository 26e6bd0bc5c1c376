// Whoever is named by an address in frames: each load of the product's page makes another link, and they stay who they were. The link of
// their first frame stands for them, as long as nothing that vouched for them was taken back: no frame of the address revoked, no origin
// of theirs taken from the list, the operator key the same. What is made in their frames is made in its name; when it has ended, the next
// frame is somebody new, who has nothing of it.
import { type Act, record } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { isListed, type ListedOrigin, listOwnOrigins } from './embed-origins.ts'
import { type FramePlace, type FrameTerms, termsOf } from './frame-terms.ts'
import { endSessionsOfContact } from './link-sessions.ts'
import { deleteLinkSecrets, isOver, type LinkEnd, markEnded, readLink, selectLink } from './links.ts'

/** Ends what else was made in the name of a link, in the same transaction; a room above does it. */
export type AlsoEnd = (tx: OrganizationTx, act: Act, linkId: string) => Promise<void>

const selectContactsOf = organizationStatement<{ email: string }>('frame_contacts_of_address')(
  ({ db, place, organizationId, dialect }) =>
    dialect.lock(
      db
        .selectFrom('portal_link')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('email', '=', place('email'))
        .whereRef('frame_of', '=', 'id')
        .where('revoked_at', 'is', null)
        .where('ended_at', 'is', null)
        .orderBy('id'),
    ),
)

const saveTerms = organizationStatement<{ id: string; frame: string }>('save_frame_terms')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('portal_link')
      .set({ frame: place('frame') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** The link that stands for whoever a frame's link is for; null for an account's, and for one of before anything stood for an address. */
export function contactIdOf({ frame_of: id }: Pick<PortalLinkTable, 'frame_of'>): string | null {
  return id?.startsWith('link_') === true ? id : null
}

/** Where its person has had frames, each from when on; of a link of before this was kept, where it stands itself. */
function placesOf(row: PortalLinkTable): readonly FramePlace[] {
  const terms = termsOf(row)
  return terms === undefined ? [] : (terms.places ?? [{ origin: terms.origin, at: Number(row.created_at) }])
}

/** Why a link that stands for somebody does so no longer; undefined: it does. */
export function findEnd(
  row: PortalLinkTable,
  listed: readonly ListedOrigin[],
  keyHash: string | undefined,
): LinkEnd | undefined {
  if (keyHash !== undefined && isOver(row, keyHash)) return 'operator_key'
  return placesOf(row).every(({ origin, at }) => isListed(listed, origin, at)) ? undefined : 'maker'
}

/** What ends when nobody vouches for its person any more: every frame of theirs, what waits in their name, and the name. */
export async function endContact(
  tx: OrganizationTx,
  act: Act,
  { id, kind }: Pick<PortalLinkTable, 'id' | 'kind'>,
  reason: LinkEnd,
  alsoEnd: AlsoEnd,
): Promise<void> {
  tx.write(deleteLinkSecrets, { subjectId: id })
  await endSessionsOfContact(tx, id)
  tx.write(markEnded, { id, at: act.at, reason })
  const subject = { type: 'portal_link', id } as const
  record(tx, act, { type: 'portal_link.ended', subject, data: { kind, reason, rung: act.rung } })
  await alsoEnd(tx, act, id)
}

/**
 * Whose name the frames of this address act in: the id of the link that stands for it at this rung, which is the new one where none does.
 * What no longer holds ends.
 */
export async function meetContact(
  tx: OrganizationTx,
  act: Act,
  asked: {
    readonly linkId: string
    readonly email: string
    readonly terms: FrameTerms
    readonly keyHash: string
  },
  alsoEnd: AlsoEnd,
): Promise<string> {
  const { role, origin } = asked.terms
  const listed = await listOwnOrigins(tx)
  for (const row of await tx.all(selectContactsOf, { email: asked.email })) {
    const terms = termsOf(row)
    if (terms?.role !== role) continue
    const end = findEnd(row, listed, asked.keyHash)
    if (end === undefined) {
      const places = placesOf(row)
      if (!places.some((one) => one.origin === origin)) {
        const frame = JSON.stringify({ ...terms, places: [...places, { origin, at: act.at }] })
        tx.write(saveTerms, { id: row.id, frame })
      }
      return row.id
    }
    await endContact(tx, act, row, end, alsoEnd)
  }
  return asked.linkId
}

/** Whether a frame's link may open: whoever it is for is still vouched for. The link that stands for them is locked after their own. */
export async function isContactIn(
  tx: OrganizationTx,
  row: PortalLinkTable,
  keyHash: string,
): Promise<boolean> {
  const id = contactIdOf(row)
  if (id === null) return true
  const contact = id === row.id ? row : await tx.first(selectLink, { id })
  if (contact === undefined || isOver(contact, keyHash)) return false
  return findEnd(contact, await listOwnOrigins(tx), keyHash) === undefined
}

/** A frame of an address was revoked: nobody stands for that address any more, at whatever rung and by whatever of its frames. */
export async function endContactsOf(
  tx: OrganizationTx,
  act: Act,
  revoked: PortalLinkTable,
  alsoEnd: AlsoEnd,
): Promise<void> {
  const terms = termsOf(revoked)
  if (terms === undefined || terms.userId !== null || revoked.email === null) return
  for (const row of await tx.all(selectContactsOf, { email: revoked.email }))
    if (row.id === revoked.id) await endSessionsOfContact(tx, row.id)
    else await endContact(tx, act, row, 'parent', alsoEnd)
}

/** Whether what a link of this id has made may go on by the list of origins: what was made by anybody else does. */
export async function isMakerListed(tx: OrganizationTx, makerId: string): Promise<boolean> {
  if (!makerId.startsWith('link_')) return true
  const row = await tx.first(readLink, { id: makerId })
  return (
    row === undefined ||
    row.kind !== 'embed' ||
    findEnd(row, await listOwnOrigins(tx), undefined) === undefined
  )
}
