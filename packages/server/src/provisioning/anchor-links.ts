// Mailed links by which an owner or administrator confirms the anchor that they are kept out by, or puts another in its place. The link
// names the anchor's version, lives half an hour, works once, and goes to the recovery address alone: whoever reads that mailbox is
// taken for the person, once they have given the person's sign-in as well.

import { domainOfAddress } from '../base/address.ts'
import { createId } from '../base/id.ts'
import { isAtLeast, type Role, rungOfRole } from '../base/rung.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { type Anchor, anchorOf, digestOf } from '../connections/anchor.ts'
import { selectConnection, selectConnections } from '../connections/rows.ts'
import { findStanding } from '../connections/ties.ts'
import { type MailPlace, takeLinkMail, takeOwnLinkMail } from '../deliveries/allowance.ts'
import { queueMail } from '../deliveries/mail.ts'
import { quoteName } from '../deliveries/words.ts'
import { type Act, record } from '../events/record.ts'
import { selectOwnRecovery } from '../organizations/own.ts'
import { renderInLanguage, sayInMail } from '../pages/mail-words.ts'
import { subjectOfSecret } from '../sessions/joined.ts'
import { deleteLinkSecrets, findLinkSecret, insertLinkSecret } from '../sessions/links.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import type { AnchorConfirmationTable, ConnectionTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { findOwnLanguage, findRecoverable, listPeopleToRecover, toAddressKey } from './people-to-recover.ts'

const lifeMs = 1_800_000

const kind = 'anchor_confirmation'
/** Mailed for one asking, where so many people have one address. */

/** What the mails need to know of the service. */
export interface MailRules {
  /** Public base URL. */
  readonly url: string
  readonly hasMail: boolean
  /** The languages of whoever asks, for whom no record says which they read. */
  readonly wanted?: readonly string[]
}

type Row = Omit<AnchorConfirmationTable, 'organization_id'>

const insertRow = organizationStatement<Row>('insert_anchor_confirmation')(
  ({ db, place, organizationId, dialect }) =>
    db.insertInto('anchor_confirmation').values({
      organization_id: organizationId,
      id: place('id'),
      user_id: place('user_id'),
      connection_id: place('connection_id'),
      anchor_number: place('anchor_number'),
      anchor_digest: place('anchor_digest'),
      pending_id: place('pending_id'),
      created_at: dialect.now(place('created_at')),
      expires_at: place('expires_at'),
      used_at: null,
      address_hash: place('address_hash'),
      staged_digest: null,
      test_id: null,
    }),
)

const byHash = (isLocked: boolean) =>
  organizationStatement<{ hash: string }>(`anchor_confirmation_by_hash${isLocked ? '_for_update' : ''}`)(
    ({ db, place, organizationId, dialect }) => {
      const row = db
        .selectFrom('anchor_confirmation')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('id', 'in', subjectOfSecret(organizationId, kind, place('hash')))
      return isLocked ? dialect.lock(row) : row
    },
  )

const selectByHash = byHash(false)

const lockByHash = byHash(true)

const markUsed = organizationStatement<{ id: string; at: number }>('anchor_confirmation_used')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('anchor_confirmation')
      .set({ used_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const markStaged = organizationStatement<{ id: string; digest: string }>('anchor_confirmation_staged')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('anchor_confirmation')
      .set({ staged_digest: place('digest'), test_id: null })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const markTest = organizationStatement<{ id: string; testId: string }>('anchor_confirmation_test')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('anchor_confirmation')
      .set({ test_id: place('testId') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const markPending = organizationStatement<{ id: string; pendingId: string }>('anchor_confirmation_proven')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('anchor_confirmation')
      .set({ pending_id: place('pendingId') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

function createConfirmation(
  tx: OrganizationTx,
  at: number,
  of: {
    readonly userId: string
    readonly connection: ConnectionTable
    readonly anchor: Anchor
    readonly pendingId: string | null
    /** Where it is mailed to. */
    readonly address: string | null
  },
): string {
  const [id, secret] = [createId('acf', at), createSecret()]
  const expiresAt = at + lifeMs
  tx.write(insertRow, {
    id,
    user_id: of.userId,
    connection_id: of.connection.id,
    anchor_number: of.connection.anchor_number,
    anchor_digest: digestOf(of.anchor),
    pending_id: of.pendingId,
    created_at: at,
    expires_at: expiresAt,
    used_at: null,
    address_hash: of.address === null ? null : hashAddress(of.address),
    staged_digest: null,
    test_id: null,
  })
  tx.write(insertLinkSecret, { hash: hashSecret(secret), kind, subjectId: id, expiresAt })
  return secret
}

/** A way in for whoever proved an address by its mail: the connection to sign in by, and the link that confirms it for them. */
export interface InvitedWay {
  readonly connectionId: string
  readonly secret: string
  readonly lifeSeconds: number
}

/**
 * An accepted invitation is such a link as well: where nobody of the new account's rung has confirmed the connection that speaks for its
 * address, it ends on the page that asks. Undefined where nothing has to be confirmed, or no connection speaks for the address.
 */
export async function confirmByInvitation(
  tx: OrganizationTx,
  at: number,
  invited: { readonly userId: string; readonly role: Role; readonly email: string },
): Promise<InvitedWay | undefined> {
  const name = domainOfAddress(invited.email)
  const rung = rungOfRole(invited.role)
  for (const connection of await tx.all(selectConnections, {})) {
    const anchor = anchorOf(connection)
    if (anchor === null || connection.active === 0 || name === undefined) continue
    if (isAtLeast(connection.anchor_rung, rung)) continue
    if ((await findStanding(tx, connection.id, name, at)) !== 'tied') continue
    const secret = createConfirmation(tx, at, {
      userId: invited.userId,
      connection,
      anchor,
      pendingId: null,
      address: null,
    })
    return { connectionId: connection.id, secret, lifeSeconds: lifeMs / 1_000 }
  }
  return undefined
}

/** Who is to be mailed a link, by which connection, and the proven sign-in from which it is asked for. */
interface Wanted {
  readonly connectionId: string
  readonly userId: string
  readonly pendingId: string | null
}

/** To the person behind a proven sign-in. Nothing happens where no mail may go, or they have asked enough. */
export async function mailConfirmation(
  tx: OrganizationTx,
  act: Pick<Act, 'at' | 'context'>,
  asked: Wanted,
  rules: MailRules,
): Promise<void> {
  const place = await takeOwnLinkMail(tx, asked.userId, act.at)
  if (place !== undefined) await mailTo(tx, act, place, asked, rules)
}

async function mailTo(
  tx: OrganizationTx,
  act: Pick<Act, 'at' | 'context'>,
  place: MailPlace,
  asked: Wanted,
  rules: MailRules,
): Promise<void> {
  const own = await tx.first(selectOwnRecovery, {})
  const person = await findRecoverable(tx, asked.userId, own)
  const address = person?.recovery_address
  const connection = await tx.first(selectConnection, { id: asked.connectionId })
  const anchor = connection === undefined ? null : anchorOf(connection)
  if (own === undefined || address === undefined || connection === undefined || anchor === null) return
  if (address === null || !rules.hasMail) return
  const secret = createConfirmation(tx, act.at, { ...asked, connection, anchor, address })
  const language = await findOwnLanguage(tx, asked.userId, rules.wanted)
  const url = `${rules.url}/confirm#token=${secret}`
  const said = sayInMail('mail.confirm.text', { organization: quoteName(own.name), url })
  const mail = renderInLanguage(language, sayInMail('mail.confirm.subject'), said)
  queueMail(tx, place, { to: address, ...mail }, act.at)
  const own_ = {
    actor: { kind: 'user', userId: asked.userId },
    rung: 'person',
    at: act.at,
    context: act.context,
  } as const
  const data = { connectionId: connection.id }
  record(tx, own_, { type: 'user.recovery_link_mailed', subject: { type: 'user', id: asked.userId }, data })
}

/**
 * To whoever has this recovery address. Where several have it, whoever stands highest is mailed: somebody below, given the same address,
 * keeps nobody above from their link. Each asking counts, whatever comes of it: who has asked enough, by their network or for this
 * address, learns nothing by asking on.
 */
export async function mailConfirmationTo(
  tx: OrganizationTx,
  act: Pick<Act, 'at' | 'context'>,
  asked: { readonly connectionId: string; readonly email: string },
  rules: MailRules,
): Promise<void> {
  const addressKey = toAddressKey(asked.email)
  const place = await takeLinkMail(tx, { ip: act.context?.ip ?? null, addressKey }, act.at)
  if (place === undefined) return
  // One mailbox, several accounts of one rung: a link for each.
  for (const userId of await listPeopleToRecover(tx, addressKey))
    await mailTo(tx, act, place, { connectionId: asked.connectionId, userId, pendingId: null }, rules)
}

function hashAddress(address: string): string {
  return hashSecret(toAddressKey(address))
}

/** A link that holds now. */
export interface Confirmation {
  readonly id: string
  readonly userId: string
  readonly connectionId: string
  readonly anchorNumber: number
  readonly digest: string
  /** The proven sign-in from which it was asked for, or that came of its test. */
  readonly pendingId: string | null
  /** It went to a recovery address: it may put another anchor in place. */
  readonly isMailed: boolean
  /** Of the anchor that was staged with it. */
  readonly stagedDigest: string | null
  /** The request that tests that one. */
  readonly testId: string | null
  readonly expiresAt: number
}

/**
 * Undefined for one that is used, ended or unknown in this organization; and for one whose person is out, or privileged no more, or
 * has another recovery address by now, or has had their sessions ended since, or where mailed links are switched off.
 */
export async function findConfirmation(
  tx: OrganizationTx,
  secret: string,
  now: number,
): Promise<Confirmation | undefined> {
  if (!/^[0-9A-Za-z]{43}$/.test(secret)) return undefined
  const hash = hashSecret(secret)
  const holder = await tx.first(selectByHash, { hash })
  if (holder === undefined) return undefined
  // Who is out, or runs the settings no more, says nothing of them. The person is locked before the link: a sign-in knows them first.
  const person = await findRecoverable(tx, holder.user_id, await tx.first(selectOwnRecovery, {}))
  if (person === undefined) return undefined
  const row = await tx.first(lockByHash, { hash })
  if (row === undefined || row.used_at !== null || row.expires_at <= now) return undefined
  const { recovery_address: address, sessions_ended_at: endedAt } = person
  if (endedAt !== null && row.created_at < endedAt) return undefined
  const isMailed = row.address_hash !== null
  if (isMailed && (address === null || hashAddress(address) !== row.address_hash)) return undefined
  return {
    id: row.id,
    userId: row.user_id,
    connectionId: row.connection_id,
    anchorNumber: row.anchor_number,
    digest: row.anchor_digest,
    pendingId: row.pending_id,
    isMailed,
    stagedDigest: row.staged_digest,
    testId: row.test_id,
    expiresAt: row.expires_at,
  }
}

/** Where a link leads, before an organization is known. */
export async function openConfirmation(
  database: Database,
  secret: string,
  now: number,
): Promise<Confirmation | undefined> {
  const place = await findLinkSecret(database, kind, secret)
  if (place === undefined) return undefined
  return database.inOrganization(place.scope, (tx) => findConfirmation(tx, secret, now))
}

/** It works once. */
export function spendConfirmation(
  tx: OrganizationTx,
  act: Act,
  confirmation: Confirmation,
  outcome: 'confirmed' | 'replaced',
): void {
  const { id, userId, connectionId, isMailed } = confirmation
  tx.write(markUsed, { id, at: act.at })
  tx.write(deleteLinkSecrets, { subjectId: id })
  const subject = { type: 'user', id: userId } as const
  const data = { connectionId, outcome, rung: act.rung }
  if (isMailed) record(tx, act, { type: 'user.recovery_link_used', subject, data })
}

/** What is tested with it from now on is this anchor. */
export function noteStagedBy(tx: OrganizationTx, confirmation: Confirmation, digest: string): void {
  tx.write(markStaged, { id: confirmation.id, digest })
}

/** The one request whose answer counts from now on. */
export function noteTestBy(tx: OrganizationTx, confirmation: Confirmation, testId: string): void {
  tx.write(markTest, { id: confirmation.id, testId })
}

/** The answer of that test, which waits for the person's word. */
export function noteProvenBy(tx: OrganizationTx, confirmation: Confirmation, pendingId: string): void {
  tx.write(markPending, { id: confirmation.id, pendingId })
}
