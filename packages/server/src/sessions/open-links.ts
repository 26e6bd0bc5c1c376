// A link that is opened: looked at first, and then once.
import type { Role } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { readInvited } from './invited.ts'
import { endQuietSessionsOfLink } from './link-sessions.ts'
import { findLinkSecret, gone, isMakerIn, isOver, markUsed, readLink, selectLink } from './links.ts'
import { rungOfSession } from './rung.ts'
import { createSession } from './sessions.ts'

/** The session that a link opened. */
export interface OpenedLink {
  readonly token: string
  readonly slug: string
  readonly role: Role
  readonly kind: 'portal' | 'setup'
  readonly expiresAt: number
}

/** What a link would open, without opening it. Throws 410 as opening it would. */
export async function previewPortalLink(
  database: Database,
  secret: string,
  keyHash: string,
  at: number,
): Promise<{
  readonly organizationId: string
  readonly organizationName: string
  readonly kind: 'administrator' | 'setup'
}> {
  const found = await findLinkSecret(database, 'portal_link', secret)
  if (found === undefined) throw gone()
  return database.inOrganization(found.scope, async (tx) => {
    const row = await tx.first(readLink, { id: found.subjectId })
    if (row === undefined || !(await isOpen(tx, row, keyHash, at))) throw gone()
    return {
      organizationId: found.scope.organizationId,
      organizationName: row.organization_name,
      kind: row.kind === 'setup' ? 'setup' : 'administrator',
    }
  })
}

async function isOpen(
  tx: OrganizationTx,
  row: PortalLinkTable,
  keyHash: string,
  at: number,
): Promise<boolean> {
  if (row.expires_at <= at || isOver(row, keyHash)) return false
  if (row.kind !== 'setup' && row.used_at !== null) return false
  return !row.created_by.startsWith('usr_') || isMakerIn(tx, row.created_by)
}

/** Throws 410 for a link that is used, ended, revoked or unknown: the same for all. Each use is an event. */
export async function openPortalLink(
  database: Database,
  secret: string,
  keyHash: string,
  at: number,
  context: Act['context'],
): Promise<OpenedLink> {
  const found = await findLinkSecret(database, 'portal_link', secret)
  if (found === undefined) throw gone()
  return database.inOrganization(found.scope, async (tx) => {
    const id = found.subjectId
    // The maker is locked before the link, in the order of whoever ends both.
    const seen = await tx.first(readLink, { id })
    if (seen === undefined || !(await isOpen(tx, seen, keyHash, at))) throw gone()
    const row = await tx.first(selectLink, { id })
    if (row === undefined || isOver(row, keyHash)) throw gone()
    const isSetup = row.kind === 'setup'
    if (!isSetup && row.used_at !== null) throw gone()
    tx.write(markUsed, { id: row.id, at })
    const kind = isSetup ? 'setup' : 'administrator'
    endQuietSessionsOfLink(tx, row.id)
    const session = createSession(
      tx,
      {
        kind,
        role: row.role,
        userId: null,
        label: row.email ?? (isSetup ? 'set-up link' : 'portal link'),
        linkId: row.id,
        connectionId: null,
        nameId: null,
        nameIdFormat: null,
        sessionIndex: null,
        anchorNumber: null,
        keyHash: row.key_hash,
        endsAt: isSetup ? row.expires_at : null,
        ip: context?.ip ?? null,
        userAgent: context?.userAgent ?? null,
        authAt: null,
        freshAfter: null,
        intents: readInvited(row).intents,
      },
      at,
    )
    const rung = rungOfSession({ kind, role: row.role })
    const act: Act = { actor: { kind: 'portal_link', linkId: row.id }, rung, at, context }
    const data = { role: row.role, kind: row.kind, email: row.email, origin: null }
    record(tx, act, { type: 'portal_link.used', subject: { type: 'portal_link', id: row.id }, data })
    const { slug } = found
    return {
      ...session,
      slug,
      role: row.role,
      kind: isSetup ? 'setup' : 'portal',
    }
  })
}
