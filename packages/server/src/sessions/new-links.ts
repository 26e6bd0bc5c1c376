// A link is made, or made anew, in the transaction of whoever asks; its address is in the answer and nowhere else.
import type { NewPortalLink } from '@rollcall/api'
import { sql } from 'kysely'
import { toMakerId } from '../base/actor.ts'
import { dayMs } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { describePlaces, placesFor } from '../base/places.ts'
import { isAtLeast } from '../base/rung.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { requireAddress } from '../http/require-address.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { readInvited, toInvited } from './invited.ts'
import { endSessionsOfLink } from './link-sessions.ts'
import { deleteLinkSecrets, findReason, insertLinkSecret, isOpenLink, isOver, selectLink } from './links.ts'

const portalLifeMs = 300_000

/** That can be opened, of each kind. */
const maxOpen = 100

const countOpen = organizationStatement<{ now: number; kind: string }>('count_open_links')((words) => {
  const { db, place, organizationId } = words
  const statement = sql<{ open: number | string }>`SELECT count(*) AS open FROM portal_link
    WHERE organization_id = ${organizationId} AND kind = ${place('kind')} AND ${isOpenLink(words)}`
  return { compile: () => statement.compile(db) }
})

/** What a new link needs beside what is asked for. */
export interface LinkRules {
  readonly url: string
  readonly keyHash: string
  readonly makerName: string | null
}

/** A link in the transaction that makes it, with the address that leads to it. */
export interface WrittenLink {
  readonly row: PortalLinkTable
  /** In this answer and nowhere else; the secret stands in its fragment, which browsers do not send. */
  readonly url: string
}

/** Makes a link. Throws 409 where very many are open. */
export async function writePortalLink(
  tx: OrganizationTx,
  act: Act,
  input: Omit<NewPortalLink, 'send'>,
  made: LinkRules,
): Promise<WrittenLink> {
  if (input.days !== undefined && input.role === 'owner')
    throw new Problem(
      'invalid_request',
      "role: a set-up link is a contact's, it speaks for no owner; leave days out, or take the role admin",
    )
  const kind = input.days === undefined ? 'portal' : 'setup'
  const row: PortalLinkTable = {
    organization_id: tx.organizationId,
    id: createId('link', act.at),
    role: input.role,
    kind,
    email: input.email === undefined ? null : requireAddress(input.email),
    return_url: input.returnUrl ?? null,
    created_at: act.at,
    ...makerOf(act),
    created_name: made.makerName,
    ...(await findReason(tx, act, made.keyHash)),
    expires_at: act.at + (input.days === undefined ? portalLifeMs : input.days * dayMs),
    sent_at: null,
    used_at: null,
    revoked_at: null,
    ended_at: null,
    ended_reason: null,
    frame: null,
    invited: kind === 'setup' ? JSON.stringify(toInvited(input)) : null,
    frame_of: null,
  }
  await takePlace(tx, act, kind)
  insertLink(tx, row)
  const data = { role: row.role, kind, email: row.email, origin: null }
  record(tx, act, { type: 'portal_link.created', subject: { type: 'portal_link', id: row.id }, data })
  return { row, url: writeSecret(tx, row, made.url) }
}

/** A row as it stands; what opens it is written beside it. */
export function insertLink(tx: OrganizationTx, row: PortalLinkTable): void {
  tx.write(
    organizationQuery(({ db }) => db.insertInto('portal_link').values(row)),
    {},
  )
}

function makerOf({ actor, rung }: Act): Pick<PortalLinkTable, 'created_by' | 'created_rung'> {
  return { created_by: toMakerId(actor), created_rung: rung }
}

// Its earlier ones open nothing any more.
function writeSecret(tx: OrganizationTx, { id, expires_at }: PortalLinkTable, url: string): string {
  const secret = createSecret()
  tx.write(deleteLinkSecrets, { subjectId: id })
  tx.write(insertLinkSecret, {
    hash: hashSecret(secret),
    kind: 'portal_link',
    subjectId: id,
    expiresAt: expires_at,
  })
  return `${url}/portal#token=${secret}`
}

const renewLink = organizationStatement<
  Pick<
    PortalLinkTable,
    'id' | 'created_at' | 'expires_at' | 'created_rung' | 'created_name' | 'parent_id' | 'key_hash'
  >
>('renew_portal_link')(({ db, place, organizationId }) =>
  db
    .updateTable('portal_link')
    .set({
      created_at: place('created_at'),
      expires_at: place('expires_at'),
      created_rung: place('created_rung'),
      created_name: place('created_name'),
      parent_id: place('parent_id'),
      key_hash: place('key_hash'),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

// It goes on until its maker does, who may have opened it: nobody else takes it over, with what came of it.
async function endReplaced(tx: OrganizationTx, act: Act, before: PortalLinkTable): Promise<void> {
  tx.write(deleteLinkSecrets, { subjectId: before.id })
  await endSessionsOfLink(tx, before.id)
  tx.write(renewLink, { ...before, expires_at: Math.min(before.expires_at, act.at) })
}

/**
 * A set-up link with a new secret, for as many days as before; the old secret opens nothing any more. Of whoever made it it is the same
 * link; for anybody else it is a new one of theirs, and the old one is over. Throws 404, 409 `link_closed`, 403 for one that somebody above
 * has made.
 */
export async function renewSetUpLink(
  tx: OrganizationTx,
  act: Act,
  id: string,
  made: LinkRules,
): Promise<WrittenLink> {
  const before = await tx.first(selectLink, { id })
  if (before === undefined) throw new Problem('not_found', 'There is no such link')
  if (before.kind !== 'setup' || isOver(before, made.keyHash))
    throw new Problem('link_closed', 'This link was revoked, has ended with its reason, or opens once')
  // From before makers were kept with their rung: the operator's, as far as anybody knows.
  if (!isAtLeast(act.rung, before.created_rung ?? 'operator'))
    throw new Problem('forbidden', 'Somebody above you has made this link: make one of your own')
  const { role, email, return_url: returnUrl } = before
  const days = Math.max(1, Math.round((before.expires_at - before.created_at) / dayMs))
  const maker = makerOf(act)
  if (maker.created_by !== before.created_by) {
    const { language, intents } = readInvited(before)
    const input = {
      ...{ role, days, language, email: email ?? undefined, returnUrl: returnUrl ?? undefined },
      intents: intents?.slice(),
    }
    const link = await writePortalLink(tx, act, input, made)
    await endReplaced(tx, act, before)
    return link
  }
  if (before.expires_at <= act.at) await takePlace(tx, act, 'setup')
  const row: PortalLinkTable = {
    ...before,
    ...maker,
    created_name: made.makerName,
    ...(await findReason(tx, act, made.keyHash)),
    created_at: act.at,
    expires_at: act.at + days * dayMs,
  }
  tx.write(renewLink, row)
  record(tx, act, { type: 'portal_link.renewed', subject: { type: 'portal_link', id }, data: { email } })
  return { row, url: writeSecret(tx, row, made.url) }
}

const markSent = organizationStatement<{ id: string; at: number }>('portal_link_sent')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('portal_link')
      .set({ sent_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** After the mail server took a link's mail. */
export async function noteLinkSent(
  { database, scope, act }: OrganizationAct,
  row: PortalLinkTable & { readonly email: string },
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    tx.write(markSent, { id: row.id, at: act.at })
    const data = { email: row.email, isFirst: row.sent_at === null }
    record(tx, act, { type: 'portal_link.sent', subject: { type: 'portal_link', id: row.id }, data })
  })
}

// The operator makes them for a product, one for each visit.
async function takePlace(tx: OrganizationTx, act: Act, kind: PortalLinkTable['kind']): Promise<void> {
  if (act.rung === 'operator') return
  const { open = 0 } = (await tx.first(countOpen, { now: act.at, kind })) ?? {}
  if (Number(open) >= placesFor(act.rung, maxOpen))
    throw new Problem('too_many_links', describePlaces(act.rung, maxOpen, 'open links of a kind'), {
      parameters: { limit: placesFor(act.rung, maxOpen) },
    })
}
