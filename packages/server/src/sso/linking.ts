// An identity is linked by a confirmation: on a page that names both sides, by a POST of our own site, in the session of the account.
import { say } from '@rollcall/api/sentences'
import { confirmAnchorIn } from '../anchors/confirm.ts'
import { domainOfAddress } from '../base/address.ts'
import type { Role } from '../base/rung.ts'
import { anchorOf, digestOf } from '../connections/anchor.ts'
import type { FoundConnection } from '../connections/find.ts'
import { findStanding } from '../connections/ties.ts'
import type { Act } from '../events/record.ts'
import { sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import { renderPage } from '../pages/frame.ts'
import type { Html } from '../pages/html.ts'
import { linkedPage, linkOffer } from '../pages/pending.ts'
import {
  confirmLink,
  findHolder,
  type Holder,
  isConfirmation,
  takesIdentity,
} from '../provisioning/confirm-link.ts'
import { answerable, type SignInDenial } from '../provisioning/decide-sign-in.ts'
import type { Known } from '../provisioning/sign-in-facts.ts'
import type { SignInVisit } from '../provisioning/sign-in-visit.ts'
import { holderOf } from '../sessions/holder.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import { keepStanding, standingOfSession } from '../sessions/standing.ts'
import { removePending } from '../sign-ins/pending.ts'
import { withComer } from '../store/comer.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { selectIdentitiesOfUser } from '../users/identities.ts'
import { lockUser } from '../users/lock-users.ts'
import { findByAddress } from '../users/met.ts'
import {
  changed,
  clearPending,
  gone,
  type Kept,
  keepPending,
  openPending,
  readForm,
  showConnection,
  toAction,
} from './pending.ts'
import { type ConnectionVisit, noteVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'

/** After a test sign-in: an offer to link the tester's own account, where they hold one that is not linked to it yet. */
export async function offerLink(
  tx: OrganizationTx,
  { options, visit, found }: ConnectionVisit,
  asked: {
    readonly visitor: SignInVisit
    readonly known: Known
    readonly session: Session
    readonly kind: 'test' | 'link'
    readonly returnTo: string | null
  },
): Promise<{ readonly html: Html; readonly kept: Kept } | undefined> {
  const { visitor, known, session, kind, returnTo } = asked
  const { connection } = visitor
  const holder = await findHolder(tx, session)
  const identity = known.facts.identity
  const anchor = anchorOf(connection)
  if (holder === undefined || anchor === null) return undefined
  const userId = holder.kind === 'account' ? holder.userId : null
  const isLinked = typeof identity === 'object' && identity.id === userId
  if (
    (identity !== undefined && !isLinked && !takesIdentity(holder, identity)) ||
    (isLinked && !(holder.kind === 'account' && holder.becomesOwner))
  )
    return undefined
  const kept = keepPending(tx, options, visit, {
    connectionId: connection.id,
    kind,
    anchorNumber: connection.anchor_number,
    anchorDigest: null,
    assertion: visitor.assertion,
    userId,
    sessionId: session.id,
    returnTo,
  })
  const form = { action: toAction(found, 'link'), request: kept.id, digest: digestOf(anchor) }
  const role = await roleOf(tx, holder)
  const html = linkOffer(
    visit.look,
    {
      account: holder.kind === 'account' ? holder.name : holder.email,
      gives: holder.kind === 'new-owner' ? 'account' : holder.becomesOwner ? 'ownership' : 'nothing',
      nameId: visitor.assertion.nameId,
      address: known.email,
      isConfirmation: isConfirmation(holder, role, connection.anchor_rung),
      replaces: userId === null ? null : await findReplaced(tx, userId, connection.id),
      takenFrom:
        identity === undefined || isLinked
          ? null
          : identity === 'deleted'
            ? { name: null }
            : { name: known.rows.get(identity.id)?.user_name ?? null },
      recovery: recoveryOf(holder),
    },
    await showConnection(tx, connection),
    form,
  )
  return { html, kept }
}

// Whoever becomes an owner by a link is recovered where the operator's link says, from then on.
function recoveryOf(holder: Holder): string | null {
  if (holder.kind === 'new-owner') return holder.email
  return holder.becomesOwner ? (holder.address ?? null) : null
}

async function roleOf(tx: OrganizationTx, holder: Holder): Promise<Role> {
  if (holder.kind === 'new-owner') return 'owner'
  return (await lockUser(tx, holder.userId))?.role ?? 'member'
}

async function findReplaced(
  tx: OrganizationTx,
  userId: string,
  connectionId: string,
): Promise<string | null> {
  const all = await tx.all(selectIdentitiesOfUser, { userId })
  return all.find((one) => one.connection_id === connectionId)?.name_id ?? null
}

/** POST /saml/{id}/link. */
export async function linkPending(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const form = await readForm(here)
  const token = visit.cookies.get(sessionCookie) ?? ''
  const session = await findSession(options.database, token, visit.at)
  const isOwn = session?.scope.organizationId === found.scope.organizationId
  if (session === undefined || !isOwn) throw gone(found)
  const standing = standingOfSession(session, token)
  const comer = {
    rung: rungOfSession(session),
    by: holderOf(session)?.id ?? `session ${session.id}`,
  }
  const link = async (tx: OrganizationTx) => {
    if ((await keepStanding(tx, standing, options.clock)) !== 'holds') throw gone(found)
    const opened = await openPending(tx, visit, found, {
      request: form.get('request') ?? '',
      kinds: ['test', 'link'],
      purpose: 'change',
    })
    const { pending, visitor, connection, digest } = opened
    const holder = await findHolder(tx, session)
    const userId = holder?.kind === 'account' ? holder.userId : null
    if (session.id !== pending.sessionId || holder === undefined || userId !== pending.userId)
      throw gone(found)
    if (form.get('digest') !== digest) throw changed(found)
    const act = toAct(session, visit)
    const role = await roleOf(tx, holder)
    if (isConfirmation(holder, role, connection.anchor_rung))
      await confirmAnchorIn(tx, act, connection.id, digest)
    const outcome = await confirmLink(tx, act, visitor, holder)
    if (outcome.kind === 'taken') throw identityTaken(found)
    removePending(tx, pending.id)
    return { outcome, pending, slug: opened.organization.slug }
  }
  const done = await withComer(comer, () => linkOnce(options, found, link))
  const explanation = [say('identity_linked', { name: done.outcome.userName })]
  noteVisit(here, { status: 200, explanation, code: null })
  const headers = [clearPending(options, done.pending.id)]
  // Their session came by the identity that was replaced, and ended with it: the identity provider knows them by the new one.
  const isOver = done.outcome.isReplaced && session.connectionId === found.row.id
  const { returnTo } = done.pending
  if (done.pending.kind === 'link' && !isOver) return redirect(returnTo ?? `${options.url}/me`, headers)
  if (done.pending.kind === 'link') return redirect(toLogin(options, found, returnTo), headers)
  const settings = `/organizations/${done.slug}/settings`
  const page = linkedPage(visit.look, done.outcome.userName, settings, isOver)
  return renderPage({ ...page, headers }, visit.look)
}

const identityTaken = (found: FoundConnection): SsoRefusal =>
  new SsoRefusal('identity_taken', [say('identity_taken')], found)

// Somebody may be first with the name or the identity: the second try finds them.
async function linkOnce<T>(
  { database }: SsoOptions,
  found: FoundConnection,
  work: (tx: OrganizationTx) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // An act as those of the management API, which takes its turn among them.
      return await database.inTurn(found.scope.organizationId, () =>
        database.inOrganization(found.scope, work),
      )
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
      if (attempt === 3) throw identityTaken(found)
    }
  }
}

function toLogin(options: SsoOptions, found: FoundConnection, returnTo: string | null): string {
  const target = new URL(`${options.url}/saml/${found.row.id}/login`)
  if (returnTo !== null) target.searchParams.set('return_to', returnTo)
  return target.href
}

function toAct(session: Session, visit: Visit): Act {
  const { userId, linkId } = session
  const actor =
    userId === null
      ? ({ kind: 'portal_link', linkId: linkId ?? '' } as const)
      : ({ kind: 'user', userId } as const)
  return { actor, rung: rungOfSession(session), at: visit.at, context: visit.context }
}

/**
 * Whether a refused sign-in may be linked after all: it met, by an address that the connection speaks for, an account whose own
 * session this browser holds.
 */
export async function mayLinkOwn(
  tx: OrganizationTx,
  visitor: SignInVisit,
  denied: { readonly reason: SignInDenial; readonly userId: string | null; readonly email: string | null },
  session: Session | undefined,
  now: number,
): Promise<boolean> {
  if (!answerable.has(denied.reason) || denied.userId === null || denied.email === null) return false
  if (session?.userId !== denied.userId) return false
  const name = domainOfAddress(denied.email)
  if (name === undefined || (await findStanding(tx, visitor.connection.id, name, now)) !== 'tied')
    return false
  const [person, another] = await findByAddress(tx, toEmailKey(denied.email))
  return person?.id === denied.userId && another === undefined
}
