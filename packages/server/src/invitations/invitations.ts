// The room `server/invitations`: an address that may become a user, for seven days. Accepting makes an account and opens no session.
//
// Invitations: an address that may become a user, for seven days. Accepting makes the account and opens no session: a
// person gets in through the organization's identity provider. Owns the rows and their mail, not how mail is sent.

import type { CreatedInvitation, Invitation, NewInvitation, Page } from '@rollcall/api'
import { toMakerId } from '../base/actor.ts'
import { spellingsOf } from '../base/address.ts'
import { dayMs, toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { describePlaces, placesFor } from '../base/places.ts'
import { isAbove, type Role, rungOfRole } from '../base/rung.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { type MailPlace, takeMail } from '../deliveries/allowance.ts'
import { type SendMail, sendMailNow } from '../deliveries/mail.ts'
import { quoteName } from '../deliveries/words.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { requireAddress } from '../http/require-address.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import { selectHowPeopleCome } from '../organizations/own.ts'
import { renderInLanguage, sayInMail } from '../pages/mail-words.ts'
import { deleteLinkSecrets, findReason, insertLinkSecret } from '../sessions/links.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { InvitationTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { type FoundUser, isBySoft, isUnconfirmed, listHolders } from '../users/met.ts'

/** What an invitation's mail and link need to know. */
export interface InvitationRules {
  readonly url: string
  readonly organizationName: string
  /** Hash of the operator key in force. */
  readonly keyHash: string
  /** Mails an hour. */
  readonly mailRate: number
  /** Undefined: links are returned to who asked for them. */
  readonly sendMail: SendMail | undefined
}

/** One invitation, locked until COMMIT. */
export const selectInvitationForUpdate = organizationStatement<{ id: string }>('invitation_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('invitation')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(one)
  },
)

// Sent again: whoever sends it makes it anew.
const renewInvitation = organizationStatement<
  Pick<InvitationTable, 'id' | 'expires_at' | 'created_by' | 'created_rung' | 'key_hash'>
>('renew_invitation')(({ db, place, organizationId }) =>
  db
    .updateTable('invitation')
    .set({
      expires_at: place('expires_at'),
      created_by: place('created_by'),
      created_rung: place('created_rung'),
      key_hash: place('key_hash'),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

const updateInvitation = organizationStatement<
  Pick<InvitationTable, 'id' | 'expires_at' | 'accepted_at' | 'revoked_at' | 'user_id'>
>('update_invitation')(({ db, place, organizationId }) =>
  db
    .updateTable('invitation')
    .set({
      expires_at: place('expires_at'),
      accepted_at: place('accepted_at'),
      revoked_at: place('revoked_at'),
      user_id: place('user_id'),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** Open ones, of one organization. */
const maxOpen = 5_000

const countOpen = organizationStatement<{ now: number }>('count_open_invitations')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('invitation')
      .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('open'))
      .where('organization_id', '=', organizationId)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now')),
)

function makerOf({ actor, rung }: Act): Pick<InvitationTable, 'created_by' | 'created_rung'> {
  return { created_by: toMakerId(actor), created_rung: rung }
}

/** Throws 409 `not_provisioned` where accounts come from the directory alone: nobody could accept. */
export async function assertAcceptable(tx: OrganizationTx): Promise<void> {
  const own = await tx.first(selectHowPeopleCome, {})
  if (own?.provisioning_mode === 'scim' && own.unknown_sign_ins === 'refuse')
    throw new Problem(
      'not_provisioned',
      'Accounts of this organization come from its directory: ask your administrator',
    )
}

/**
 * Throws 409 `not_provisioned` where nobody could accept, `user_exists` where a user of the organization has the address, 409
 * `too_many_invitations`, 429 `too_many_mails`. Counted where no mail is configured, too: the links are sent by somebody else then.
 */
export async function createInvitation(
  { database, scope, act }: OrganizationAct,
  input: NewInvitation,
  rules: InvitationRules,
): Promise<CreatedInvitation> {
  const email = requireAddress(input.email)
  const row: InvitationTable = {
    organization_id: scope.organizationId,
    id: createId('inv', act.at),
    email,
    email_key: toEmailKey(email),
    role: input.role,
    created_at: act.at,
    expires_at: act.at + input.days * dayMs,
    accepted_at: null,
    revoked_at: null,
    user_id: null,
    ...makerOf(act),
    key_hash: null,
    language: input.language,
  }
  const { secret, place } = await database.inOrganization(scope, async (tx) => {
    await assertAcceptable(tx)
    const { key_hash } = await findReason(tx, act, rules.keyHash)
    // An account that is an unconfirmed key's word alone, in which nobody ever was, keeps nobody from being invited; nor does one that a
    // sign-in made of the address where it was only found.
    const holders = await listHolders(tx, row.email_key, 'look')
    const isTheirs = (one: FoundUser) =>
      !isBySoft(one, row.email_key) && (!isUnconfirmed(one) || one.last_sign_in_at !== null)
    if (holders.some(isTheirs))
      throw new Problem('user_exists', 'A user of this organization has this address')
    if (Number((await tx.first(countOpen, { now: act.at }))?.open ?? 0) >= placesFor(act.rung, maxOpen))
      throw new Problem('too_many_invitations', describePlaces(act.rung, maxOpen, 'open invitations'), {
        parameters: { limit: placesFor(act.rung, maxOpen) },
      })
    const place = await takeMail(tx, act, row.email_key, rules.mailRate)
    await endOthers(tx, act, row)
    tx.write(
      organizationQuery(({ db }) => db.insertInto('invitation').values({ ...row, key_hash })),
      {},
    )
    const data = { email: row.email, role: row.role }
    record(tx, act, { type: 'invitation.created', subject: { type: 'invitation', id: row.id }, data })
    return { secret: writeSecret(tx, row), place }
  })
  return deliver(row, secret, place, rules, act.at)
}

const selectOthers = organizationStatement<{ emailKey: string; id: string; now: number }>(
  'other_invitations',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('invitation')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('email_key', '=', place('emailKey'))
    .where('id', '!=', place('id'))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', place('now')),
)

// One address has one open invitation: a newer one takes the place of the one before, whose link stops. Called when the mail has
// been counted, which makes those to one address wait for each other.
async function endOthers(tx: OrganizationTx, act: Act, row: InvitationTable): Promise<void> {
  const found = await tx.all(selectOthers, { emailKey: row.email_key, id: row.id, now: act.at })
  for (const other of found) writeRevoked(tx, act, other, 'replaced')
}

/** Why an invitation ended before its time, other than by somebody's act upon it. */
type InvitationEnd = 'replaced' | 'maker' | 'operator_key' | 'blocked' | 'role_changed'

/** Revokes an invitation in this transaction. */
export function writeRevoked(
  tx: OrganizationTx,
  act: Act,
  row: InvitationTable,
  reason: InvitationEnd | null = null,
): void {
  tx.write(updateInvitation, { ...row, revoked_at: act.at })
  tx.write(deleteLinkSecrets, { subjectId: row.id })
  const subject = { type: 'invitation', id: row.id } as const
  record(tx, act, { type: 'invitation.revoked', subject, data: { email: row.email, reason } })
}

function writeSecret(tx: OrganizationTx, row: InvitationTable): string {
  const secret = createSecret()
  tx.write(deleteLinkSecrets, { subjectId: row.id })
  tx.write(insertLinkSecret, {
    hash: hashSecret(secret),
    kind: 'invitation',
    subjectId: row.id,
    expiresAt: row.expires_at,
  })
  return secret
}

async function deliver(
  row: InvitationTable,
  secret: string,
  place: MailPlace,
  rules: InvitationRules,
  now: number,
): Promise<CreatedInvitation> {
  const url = `${rules.url}/invitation#token=${secret}`
  const invitation = toInvitation(row, now)
  if (rules.sendMail === undefined) return { invitation, url }
  const until = toTime(row.expires_at).slice(0, 10)
  const organization = quoteName(rules.organizationName)
  await sendMailNow(rules.sendMail, place, {
    to: row.email,
    // The subject is ours alone: it goes out under the operator's name.
    ...renderInLanguage(
      row.language ?? 'en',
      sayInMail('mail.invitation.subject'),
      sayInMail('mail.invitation.text', { organization, until, url }),
    ),
  })
  return { invitation, url: null }
}

/** The newest first. */
export async function listInvitations(
  database: Database,
  scope: OrganizationScope,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  now: number,
): Promise<Page<Invitation>> {
  const statement = organizationQuery(({ db, organizationId }) => {
    const rows = db.selectFrom('invitation').selectAll().where('organization_id', '=', organizationId)
    const after = query.cursor === undefined ? rows : rows.where('id', '<', query.cursor)
    return after.orderBy('id', 'desc').limit(query.limit + 1)
  })
  const rows = await database.readOrganization(scope, statement, {})
  const items = rows.slice(0, query.limit).map((row) => toInvitation(row, now))
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}

/** Throws 404, 409 `invitation_closed`. */
export async function revokeInvitation({ database, scope, act }: OrganizationAct, id: string): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    writeRevoked(tx, act, await getOpen(tx, id))
  })
}

const selectOpenOfMaker = organizationStatement<{ makerId: string; now: number }>('invitations_of_maker')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('invitation')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('created_by', '=', place('makerId'))
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now'))
      .orderBy('id'),
)

/** An invitation is a link, too: it ends with whoever sent it, in the transaction that lets them go. */
export async function revokeInvitationsOfMaker(tx: OrganizationTx, act: Act, makerId: string): Promise<void> {
  for (const row of await tx.all(selectOpenOfMaker, { makerId, now: act.at }))
    writeRevoked(tx, act, row, 'maker')
}

const selectOpenOfAddresses = organizationStatement<{ emailKeys: string; now: number }>(
  'invitations_of_addresses',
)(({ db, place, organizationId, dialect }) =>
  db
    .selectFrom('invitation')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where(dialect.isIn('email_key', place('emailKeys')))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', place('now'))
    .orderBy('id'),
)

/**
 * An administrator blocks whoever has these addresses, or gives them a lower role: what was offered to them before, above that, is over,
 * where the administrator may have offered it.
 */
export async function revokeInvitationsOf(
  tx: OrganizationTx,
  act: Act,
  addresses: readonly string[],
  said: { readonly reason: 'blocked' } | { readonly reason: 'role_changed'; readonly role: Role },
): Promise<void> {
  const emailKeys = JSON.stringify([...new Set(addresses.flatMap((one) => spellingsOf(one)))])
  for (const row of await tx.all(selectOpenOfAddresses, { emailKeys, now: act.at })) {
    const rung = rungOfRole(row.role)
    const isOver = said.reason === 'blocked' || isAbove(rung, rungOfRole(said.role))
    if (isOver && !isAbove(rung, act.rung)) writeRevoked(tx, act, row, said.reason)
  }
}

/**
 * The old link stops, the days begin anew. It stands from here on by whoever sends it again, and ends with them: what it stood on before
 * may be gone. Throws 404, 409 `invitation_closed`, 429 `too_many_mails`.
 */
export async function resendInvitation(
  { database, scope, act }: OrganizationAct,
  id: string,
  rules: InvitationRules,
): Promise<CreatedInvitation> {
  const { row, secret, place } = await database.inOrganization(scope, async (tx) => {
    await assertAcceptable(tx)
    const { key_hash } = await findReason(tx, act, rules.keyHash)
    const before = await getOpen(tx, id)
    const place = await takeMail(tx, act, before.email_key, rules.mailRate)
    const expires_at = act.at + 7 * dayMs
    const fresh = { ...before, ...makerOf(act), expires_at, key_hash }
    await endOthers(tx, act, fresh)
    tx.write(renewInvitation, fresh)
    record(tx, act, {
      type: 'invitation.resent',
      subject: { type: 'invitation', id },
      data: { email: fresh.email },
    })
    return { row: fresh, secret: writeSecret(tx, fresh), place }
  })
  return deliver(row, secret, place, rules, act.at)
}

// An ended one may be sent again or taken away; an accepted or revoked one is history.
async function getOpen(tx: OrganizationTx, id: string): Promise<InvitationTable> {
  const row = await tx.first(selectInvitationForUpdate, { id })
  if (row === undefined) throw new Problem('not_found', 'There is no such invitation')
  if (row.accepted_at !== null || row.revoked_at !== null)
    throw new Problem('invitation_closed', 'This invitation was accepted or revoked')
  return row
}

/** With the user that came of it. */
export function writeAccepted(tx: OrganizationTx, row: InvitationTable, userId: string, at: number): void {
  tx.write(updateInvitation, { ...row, accepted_at: at, user_id: userId })
  tx.write(deleteLinkSecrets, { subjectId: row.id })
}

/** An invitation as the API shows it. */
export function toInvitation(row: InvitationTable, now: number): Invitation {
  const state =
    row.accepted_at !== null
      ? 'accepted'
      : row.revoked_at !== null
        ? 'revoked'
        : row.expires_at <= now
          ? 'expired'
          : 'open'
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    state,
    createdAt: toTime(row.created_at),
    expiresAt: toTime(row.expires_at),
    acceptedAt: toNullableTime(row.accepted_at),
    userId: row.user_id,
  }
}
