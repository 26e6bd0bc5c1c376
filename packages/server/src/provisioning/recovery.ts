// The address by which an owner or administrator is recovered when they cannot sign in: theirs from when they were given their rights.
// It is changed by the person, who confirms the new one, or by the operator; no directory and no sign-in touches it.

import type { LanguageCode, RecoveryAddress } from '@rollcall/api'
import { readAddress } from '../base/address.ts'
import { hourMs, toNullableTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { isAbove, isAtLeast, isPrivileged, rungOfRole } from '../base/rung.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { placeOfLastWord, takeMail } from '../deliveries/allowance.ts'
import { queueMail } from '../deliveries/mail.ts'
import { quoteName } from '../deliveries/words.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import { selectOwnName } from '../organizations/own.ts'
import { listOfRecord, toMailLanguage } from '../pages/language.ts'
import { renderInLanguage, sayInMail } from '../pages/mail-words.ts'
import { deleteLinkSecrets, findLinkSecret, insertLinkSecret } from '../sessions/links.ts'
import type { Session } from '../sessions/sessions.ts'
import { keepSessionById } from '../sessions/standing.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import type { RecoveryChangeTable } from '../store/schema.ts'
import { lockUserToEnd } from '../users/lock-users.ts'
import { selectRecovery } from '../users/recoverable.ts'
import { removeRecoveryChange, selectRecoveryChange, writeRecoveryChange } from '../users/recovery-changes.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeRecoveryAddress, writeRecoveryShown } from '../users/user-words.ts'
import { noUser } from '../users/views.ts'
import type { MailRules } from './anchor-links.ts'

const lifeMs = hourMs
const kind = 'recovery_address'

/** The session that asks, and what it came through; what it asks for ends with either. */
export type AskedThrough = Pick<Session, 'id' | 'connectionId' | 'anchorNumber'> | undefined

/** What waits to be confirmed, as long as the session is there in which it was asked for. */
async function findChange(
  tx: OrganizationTx,
  userId: string,
  now: number,
): Promise<RecoveryChangeTable | undefined> {
  const change = await tx.first(selectRecoveryChange, { userId })
  if (change === undefined || Number(change.expires_at) <= now) return undefined
  if (change.session_id === null) return change
  return (await keepSessionById(tx, change.session_id, now)) ? change : undefined
}

/** Who asks for one person's address: themselves, an owner of the organization, or the operator. Throws 403. */
function assertMaySee(act: Act, id: string): void {
  const isOwn = act.actor.kind === 'user' && act.actor.userId === id
  if (isOwn || isAtLeast(act.rung, 'owner')) return
  throw new Problem('owner_required', 'Only the person, an owner or the operator sees a recovery address')
}

/** Throws 403 `owner_required`, 404. */
export async function getRecoveryAddress(
  { database, scope, act }: OrganizationAct,
  id: string,
): Promise<RecoveryAddress> {
  return database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectRecovery, { id })
    if (row === undefined) throw noUser()
    assertMaySee(act, id)
    const change = await findChange(tx, id, act.at)
    return {
      address: row.recovery_address,
      shownAt: toNullableTime(row.recovery_shown_at),
      pendingAddress: change?.address ?? null,
    }
  })
}

/** The person has seen it. */
export async function noteRecoveryShown(
  { database, scope, act }: OrganizationAct,
  id: string,
): Promise<void> {
  if (act.actor.kind !== 'user' || act.actor.userId !== id)
    throw new Problem('forbidden', 'Only the person says that they have seen their address')
  await database.inOrganization(scope, async (tx) => writeRecoveryShown(tx, id, act.at))
}

/**
 * By the operator at once; by the person once the new address has confirmed. Throws 400, 403 `forbidden`, 404, 409 `not_privileged`, and
 * `mail_off` where no mail goes out; 429 `too_many_mails`: nothing has changed then, and what was asked for before waits on.
 */
export async function changeRecoveryAddress(
  { database, scope, act }: OrganizationAct,
  id: string,
  text: string,
  rules: MailRules & { readonly mailRate: number },
  session: AskedThrough,
): Promise<void> {
  const isOperator = act.rung === 'operator'
  const isOwn = act.actor.kind === 'user' && act.actor.userId === id
  if (!isOperator && !isOwn)
    throw new Problem(
      'forbidden',
      'A recovery address is changed by the person, in a session of their own, or by the operator',
    )
  const address = readAddress(text)?.address
  if (address === undefined) throw new Problem('invalid_request', 'address: not an e-mail address')
  await database.inOrganization(scope, async (tx) => {
    const row = await lockPrivileged(tx, id)
    if (isOperator) {
      await setAddress(tx, act, row, address)
      return
    }
    // A session may speak for less than the person is, such as a frame of the product's page.
    if (isAbove(rungOfRole(row.role), act.rung))
      throw new Problem(
        'owner_required',
        'Only an owner, in a session that speaks for one, changes this address',
      )
    if (!rules.hasMail)
      throw new Problem('mail_off', 'No mail goes out from here: ask the operator to change the address')
    const place = await takeMail(tx, act, toEmailKey(address), rules.mailRate)
    const secret = createSecret()
    const expiresAt = act.at + lifeMs
    const { id: sessionId = null, connectionId = null, anchorNumber = null } = session ?? {}
    writeRecoveryChange(tx, {
      userId: id,
      address,
      at: act.at,
      expiresAt,
      connectionId,
      anchorNumber,
      sessionId,
    })
    tx.write(deleteLinkSecrets, { subjectId: toSubject(id) })
    tx.write(insertLinkSecret, { hash: hashSecret(secret), kind, subjectId: toSubject(id), expiresAt })
    const name = (await tx.first(selectOwnName, {}))?.name ?? ''
    const mail = renderInLanguage(
      languageOf(row),
      sayInMail('mail.recovery.subject'),
      sayInMail('mail.recovery.text', {
        organization: quoteName(name),
        url: `${rules.url}/recovery#token=${secret}`,
      }),
    )
    queueMail(tx, place, { to: address, ...mail }, act.at)
  })
}

const languageOf = ({ resource }: UserRow): LanguageCode => toMailLanguage(listOfRecord(readJson(resource)))

function toSubject(userId: string): string {
  return `recovery ${userId}`
}

async function lockPrivileged(tx: OrganizationTx, id: string): Promise<UserRow> {
  const row = await lockUserToEnd(tx, id)
  if (row === undefined) throw noUser()
  if (!isPrivileged(row.role))
    throw new Problem('not_privileged', 'Only owners and administrators have a recovery address')
  return row
}

// The old address hears of it: whoever reads it may have to object.
async function setAddress(tx: OrganizationTx, act: Act, row: UserRow, address: string): Promise<void> {
  const before = (await tx.first(selectRecovery, { id: row.id }))?.recovery_address ?? null
  if (before === address) return
  writeRecoveryAddress(tx, row.id, address)
  removeRecoveryChange(tx, row.id)
  const subject = { type: 'user', id: row.id } as const
  record(tx, act, { type: 'user.recovery_address_changed', subject, data: { rung: act.rung } })
  if (before === null) return
  const name = (await tx.first(selectOwnName, {}))?.name ?? ''
  const by = act.rung === 'operator' ? 'operator' : 'person'
  const said = { actor: sayInMail(`mail.recoveryChanged.${by}`), organization: quoteName(name) }
  const mail = renderInLanguage(
    languageOf(row),
    sayInMail('mail.recoveryChanged.subject'),
    sayInMail('mail.recoveryChanged.text', said),
  )
  queueMail(tx, placeOfLastWord(), { to: before, ...mail }, act.at)
}

/** The new address confirms. Throws 410 for a link that is used, ended or unknown, or whose person is out. */
export async function confirmRecoveryAddress(
  database: Database,
  secret: string,
  at: number,
  context: Act['context'],
): Promise<void> {
  const place = await findLinkSecret(database, kind, secret)
  if (place === undefined) throw gone()
  const userId = place.subjectId.slice(toSubject('').length)
  await database.inOrganization(place.scope, async (tx) => {
    const row = await lockPrivileged(tx, userId)
    if (row.active === 0 || row.blocked_at !== null) throw gone()
    const change = await findChange(tx, userId, at)
    if (change === undefined) throw gone()
    tx.write(deleteLinkSecrets, { subjectId: place.subjectId })
    await setAddress(
      tx,
      { actor: { kind: 'user', userId }, rung: 'person', at, context },
      row,
      change.address,
    )
  })
}

function gone(): Problem {
  return new Problem('link_gone', 'This link was used before or has ended. Ask for a new one')
}
