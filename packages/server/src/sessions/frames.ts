// Frames of the product's page with the settings in them: the link that opens one, once and within a minute, and its session. That holds by
// two halves of one credential, a cookie and a secret that the page keeps in memory, and only while the operator lists its origin.
import { createHash } from 'node:crypto'
import type { NewEmbedSession } from '@rollcall/api'
import { hourMs, minuteMs, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { isAbove, rungOfRole } from '../base/rung.ts'
import { createSecret, hashSecret, isSameHash } from '../base/secret.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { isOfPresent } from '../holdings/generations.ts'
import { Problem } from '../http/problem.ts'
import { requireAddress } from '../http/require-address.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { markDue } from '../store/due.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { lockUser } from '../users/lock-users.ts'
import type { UserRow } from '../users/user-row.ts'
import { isListed, isOfListed, type ListedOrigin, listOrigins, listOwnOrigins } from './embed-origins.ts'
import { type AlsoEnd, contactIdOf, isContactIn, meetContact } from './frame-contacts.ts'
import { type FrameTerms, termsOf } from './frame-terms.ts'
import { endQuietSessionsOfContact } from './link-sessions.ts'
import {
  findLinkSecret,
  findReason,
  gone,
  insertLinkSecret,
  isOver,
  markUsed,
  readLink,
  selectLink,
} from './links.ts'
import { insertLink } from './new-links.ts'
import { rungOfSession } from './rung.ts'
import {
  createSession,
  endQuietSessionsOfPerson,
  findFrameSession,
  isSessionOver,
  type Session,
  toSession,
} from './sessions.ts'
import { frameKeptMs } from './tend-frames.ts'

const linkLifeMs = minuteMs
/** However long it is used. */
const maxLifeMs = 8 * hourMs

/** What the link of a frame needs beside what is asked for. */
export interface FrameRules {
  readonly pageUrl: string
  readonly keyHash: string
  readonly makerName: string | null
  /** Of whoever is vouched for no longer. */
  readonly alsoEnd: AlsoEnd
}

/**
 * The URL is in this answer and nowhere else. Throws 409 `origin_not_listed`, and `person_below_role` for somebody who is out, or whose
 * role is below the one that is asked for.
 */
export async function createEmbedSession(
  { database, scope, act }: OrganizationAct,
  input: NewEmbedSession,
  made: FrameRules,
): Promise<{ id: string; url: string; expiresAt: string }> {
  const { origin, intents, role, returnUrl, challenge } = input
  const userId = isUserId(input.person) ? input.person : null
  assertNamed(role, userId)
  const secret = createSecret()
  const id = createId('link', act.at)
  const expiresAt = act.at + linkLifeMs
  await database.inOrganization(scope, async (tx) => {
    assertListed(await listOwnOrigins(tx), origin, returnUrl)
    const person = userId === null ? undefined : await lockPerson(tx, userId, role)
    const email = person === undefined ? requireAddress(input.person) : person.user_name
    const endedAt = person?.sessions_ended_at ?? null
    const terms: FrameTerms = { origin, intents: [...new Set(intents)], role, userId, endedAt, challenge }
    const reason = await findReason(tx, act, made.keyHash)
    const asked = { linkId: id, email, terms, keyHash: made.keyHash }
    const row: PortalLinkTable = {
      ...{ organization_id: scope.organizationId, id, kind: 'embed', email },
      role: role === 'owner' ? 'owner' : 'admin',
      return_url: returnUrl ?? null,
      created_at: act.at,
      created_by: 'operator',
      created_rung: act.rung,
      created_name: made.makerName,
      expires_at: expiresAt,
      ...{ sent_at: null, used_at: null, revoked_at: null, ended_at: null, ended_reason: null },
      frame: JSON.stringify(terms),
      invited: null,
      frame_of: userId ?? (await meetContact(tx, act, asked, made.alsoEnd)),
      ...reason,
    }
    insertLink(tx, row)
    markDue(tx, 'tend frames', expiresAt + frameKeptMs, act.at)
    tx.write(insertLinkSecret, {
      hash: hashSecret(secret),
      kind: 'embed_session',
      subjectId: id,
      expiresAt,
    })
    const subject = { type: 'portal_link', id } as const
    record(tx, act, { type: 'portal_link.created', subject, data: { role, kind: 'embed', email, origin } })
  })
  const proof = challenge === undefined ? '' : '&proof=required'
  return { id, url: `${made.pageUrl}#token=${secret}${proof}`, expiresAt: toTime(expiresAt) }
}

const isUserId = (text: string): boolean => /^usr_[0-9a-z]{26}$/.test(text)

function assertNamed(role: FrameTerms['role'], userId: string | null): void {
  const isId = userId !== null
  if (role === 'contact' && isId)
    throw new Problem('invalid_request', 'person: a contact is named by an e-mail address')
  if (role === 'owner' && !isId)
    throw new Problem(
      'invalid_request',
      'person: a frame that speaks for an owner names the account, by its id',
    )
}

function assertListed(listed: readonly ListedOrigin[], origin: string, returnUrl: string | undefined): void {
  const wanted = returnUrl === undefined ? [origin] : [origin, new URL(returnUrl).origin]
  const missing = wanted.find((one) => !isListed(listed, one, Number.POSITIVE_INFINITY))
  if (missing !== undefined)
    throw new Problem('origin_not_listed', `${missing} is not among the origins that may show the settings`)
}

/** They are locked until COMMIT, before the link: the order of whoever ends both. */
async function lockPerson(tx: OrganizationTx, userId: string, role: FrameTerms['role']): Promise<UserRow> {
  const person = await lockUser(tx, userId)
  const isIn = person !== undefined && person.active === 1 && person.blocked_at === null
  if (!isIn || isAbove(rungOfRole(role), rungOfRole(person.role)))
    throw new Problem('person_below_role', `person: they are out, or their role is below ${role}`)
  return person
}

/** What a frame begins with: the cookie's half and the page's half of its credential. */
export interface OpenedFrame {
  readonly token: string
  readonly secret: string
  readonly expiresAt: number
}

/** What a frame shows to be opened: the secret of its link, and what the page around keeps of it. */
export interface FrameProof {
  readonly token: string
  readonly verifier?: string | undefined
}

/**
 * Throws 410 for a link that is used, ended, revoked or unknown, whose person or origin is out, or that another page asked for: the same
 * for all, and it stays as it is.
 */
export async function openEmbedSession(
  database: Database,
  shown: FrameProof,
  keyHash: string,
  at: number,
  context: Act['context'],
): Promise<OpenedFrame> {
  const found = await findLinkSecret(database, 'embed_session', shown.token)
  if (found === undefined) throw gone()
  return database.inOrganization(found.scope, async (tx) => {
    const seen = await tx.first(readLink, { id: found.subjectId })
    const terms = seen === undefined ? undefined : termsOf(seen)
    if (seen === undefined || terms === undefined || !isProven(terms, shown)) throw gone()
    if (!(await holds(tx, terms, seen.created_at))) throw gone()
    const row = await tx.first(selectLink, { id: found.subjectId })
    if (row === undefined || isOver(row, keyHash) || row.used_at !== null || row.expires_at <= at)
      throw gone()
    if (!(await isContactIn(tx, row, keyHash))) throw gone()
    tx.write(markUsed, { id: row.id, at })
    const secret = createSecret()
    const { origin, intents, role, userId } = terms
    const contactId = contactIdOf(row)
    if (userId !== null) endQuietSessionsOfPerson(tx, userId, true)
    if (contactId !== null) endQuietSessionsOfContact(tx, contactId)
    const kind = role === 'contact' ? 'setup' : 'administrator'
    const session = createSession(
      tx,
      {
        ...{ kind, role: row.role, userId, label: row.email ?? 'frame', linkId: row.id, contactId },
        ...{ connectionId: null, nameId: null, nameIdFormat: null, sessionIndex: null, anchorNumber: null },
        ...{ keyHash: row.key_hash, endsAt: at + maxLifeMs },
        ...{ ip: context?.ip ?? null, userAgent: context?.userAgent ?? null, authAt: null, freshAfter: null },
        frame: { origin, intents, secretHash: hashSecret(secret) },
      },
      at,
    )
    const rung = rungOfSession({ kind, role: row.role })
    const act: Act = { actor: { kind: 'portal_link', linkId: contactId ?? row.id }, rung, at, context }
    const subject = { type: 'portal_link', id: row.id } as const
    const data = { role, kind: row.kind, email: row.email, origin }
    record(tx, act, { type: 'portal_link.used', subject, data })
    return { ...session, secret }
  })
}

// RFC 7636 §4.6 by S256. A verifier of a link without a challenge is refused, too: whoever took the challenge away gains nothing (RFC 9700
// §2.1.1).
function isProven({ challenge }: FrameTerms, { verifier }: FrameProof): boolean {
  if (challenge === undefined || verifier === undefined) return challenge === verifier
  return isSameHash(createHash('sha256').update(verifier).digest('base64url'), challenge)
}

async function holds(
  tx: OrganizationTx,
  { origin, role, userId, endedAt }: FrameTerms,
  madeAt: number,
): Promise<boolean> {
  if (!isListed(await listOwnOrigins(tx), origin, madeAt)) return false
  if (userId === null) return true
  try {
    // What ended all that they had ended this as well: being let in again brings none of it back.
    return (await lockPerson(tx, userId, role)).sessions_ended_at === (endedAt ?? null)
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

/** The session of a frame by both halves of its credential, while its origin is listed. */
export async function findFrame(
  database: Database,
  shown: { readonly token: string | undefined; readonly secret: string },
  now: number,
  isQuiet = false,
): Promise<Session | undefined> {
  const [session, listed] = await Promise.all([
    findFrameSession(database, shown, now, isQuiet),
    listOrigins(database),
  ])
  if (session?.frame == null) return undefined
  return isListed(listed, session.frame.origin, session.createdAt) ? session : undefined
}

const selectById = organizationStatement<{ id: string }>('frame_session_by_id')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('session')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('frame', 'is not', null)
      .where(isOfPresent('session')),
)

/** The session of a frame that something else names, such as the ticket of a test: a popup has none of its cookies. */
export async function findFrameById(
  tx: OrganizationTx,
  id: string,
  now: number,
): Promise<Session | undefined> {
  const row = await tx.first(selectById, { id })
  if (row === undefined || isSessionOver(row, now)) return undefined
  return (await isOfListed(tx, row)) ? toSession(row) : undefined
}
