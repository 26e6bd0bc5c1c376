// Somebody stands above whoever vouches for the connection: they are kept out until they, or somebody of their rung, confirm the anchor.
// A mailed link and their own proven sign-in together are that confirmation.
import { confirmAnchorIn } from '../anchors/confirm.ts'
import { rungOfRole } from '../base/rung.ts'
import type { FoundConnection } from '../connections/find.ts'
import { selectConnection } from '../connections/rows.ts'
import type { Act } from '../events/record.ts'
import { confirmationCookie, renderCookie } from '../http/cookies.ts'
import { Problem } from '../http/problem.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../pages/frame.ts'
import { asleepPage, confirmAnchorPage, mailedPage, mailQuestionPage, noMailPage } from '../pages/pending.ts'
import {
  type Confirmation,
  findConfirmation,
  mailConfirmation,
  mailConfirmationTo,
  spendConfirmation,
} from '../provisioning/anchor-links.ts'
import { inTurnOfActs } from '../sessions/standing.ts'
import { readHint } from '../sign-ins/hint.ts'
import { noEarlierThanLeft } from '../sign-ins/left-at.ts'
import { type PendingSignIn, removePending } from '../sign-ins/pending.ts'
import type { FinishedSignIn } from '../sign-ins/standing.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { lockUser } from '../users/lock-users.ts'
import { enter, openSession } from './enter.ts'
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
import type { ConnectionVisit, SsoOptions, Visit } from './visit.ts'

/** The refusal of a privileged person whom the anchor may not sign in yet, and the way out of it. */
export function keepAsleep(
  tx: OrganizationTx,
  options: SsoOptions,
  visit: Visit,
  signIn: FinishedSignIn,
  connection: ConnectionTable,
  userId: string,
): Kept {
  return keepPending(tx, options, visit, {
    connectionId: connection.id,
    kind: 'asleep',
    anchorNumber: connection.anchor_number,
    anchorDigest: null,
    assertion: signIn.assertion,
    userId,
    sessionId: null,
    returnTo: signIn.returnTo,
  })
}

/** Whether this browser opened a link already that lets this very person confirm this very version. */
export async function holdsLink(
  tx: OrganizationTx,
  visit: Visit,
  connection: ConnectionTable,
  userId: string,
): Promise<boolean> {
  const link = await findConfirmation(tx, visit.cookies.get(confirmationCookie) ?? '', visit.at)
  const isOwn = link?.userId === userId && link.connectionId === connection.id
  return isOwn && link.anchorNumber === connection.anchor_number
}

/** Straight to the confirmation where this browser opened a mailed link already; else the page that offers one. */
export function answerAsleep(
  { options, visit, found }: ConnectionVisit,
  kept: Kept,
  may: { readonly confirm: boolean; readonly mail: boolean },
): Response {
  if (may.confirm)
    return redirect(`${options.url}${toAction(found, 'confirm')}?request=${kept.id}`, [kept.cookie])
  const mail = may.mail ? { action: toAction(found, 'mail-link'), request: kept.id, digest: '' } : null
  const { look, context } = visit
  const page = asleepPage(look, { name: found.row.name, reference: context.requestId, mail })
  return renderPage({ ...page, headers: [kept.cookie] }, look)
}

/** GET /saml/{id}/mail-link: for whoever cannot sign in at all. */
export function askForAddress({ options, visit, found }: ConnectionVisit): Response {
  const goesOut = options.hasMail && found.organization.owner_recovery === 'mail'
  const way = { envelope: options.envelope, to: found.row.id, now: options.clock() }
  const hint = readHint(way, visit.url.searchParams.get('login_hint')) ?? ''
  const { look } = visit
  // The refresh of its metadata notes what kept it from reading them.
  const isAway = found.row.metadata_error !== null
  const page = goesOut
    ? mailQuestionPage(look, toAction(found, 'mail-link'), { address: hint, isAway })
    : noMailPage(look, isAway)
  return renderPage(page, look)
}

/** POST /saml/{id}/mail-link: the same answer whoever asks, and whether there is such an account. */
export async function mailLink(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const form = await readForm(here)
  const request = form.get('request')
  const rules = { url: options.url, hasMail: options.hasMail, wanted: visit.wanted }
  await options.database.inOrganization(found.scope, async (tx) => {
    const email = form.get('email')
    if (request === null) {
      if (email !== null)
        await mailConfirmationTo(tx, visit, { connectionId: found.row.id, email: email.trim() }, rules)
      return
    }
    const { pending } = await openPending(tx, visit, found, { request, kinds: ['asleep'] })
    if (pending.userId !== null)
      await mailConfirmation(
        tx,
        visit,
        { connectionId: found.row.id, userId: pending.userId, pendingId: pending.id },
        rules,
      )
  })
  return renderPage(mailedPage(visit.look, visit.context.requestId), visit.look)
}

/** GET /saml/{id}/confirm: needs what this browser proved, and the link that it opened. */
export async function showConfirm({ options, visit, found }: ConnectionVisit): Promise<Response> {
  const request = visit.url.searchParams.get('request') ?? ''
  const page = await options.database.inOrganization(found.scope, async (tx) => {
    const { pending, connection, digest } = await openPending(tx, visit, found, {
      request,
      kinds: ['asleep'],
    })
    const link = await readLink(tx, visit, found, pending)
    const user = await lockUser(tx, link.userId)
    return confirmAnchorPage(visit.look, {
      account: user?.user_name ?? '',
      nameId: pending.assertion.nameId,
      shown: await showConnection(tx, connection),
      form: { action: toAction(found, 'confirm'), request, digest },
      mend: link.isMailed ? toAction(found, 'mend') : null,
    })
  })
  return renderPage(page, visit.look)
}

async function readLink(
  tx: OrganizationTx,
  visit: Visit,
  found: FoundConnection,
  pending: PendingSignIn,
): Promise<Confirmation> {
  const token = visit.cookies.get(confirmationCookie) ?? ''
  const link = await findConfirmation(tx, token, visit.at)
  const isOwn = link?.userId === pending.userId && link.connectionId === pending.connectionId
  if (link === undefined || !isOwn) throw gone(found)
  if (link.anchorNumber !== pending.anchorNumber) throw changed(found)
  return link
}

/** POST /saml/{id}/confirm: the person's word on the anchor, and their sign-in. */
export async function confirmPending(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const form = await readForm(here)
  const request = form.get('request') ?? ''
  // An act as those of the management API, which may end sessions of the person.
  const entered = await inTurnOfActs(options.database, found.scope, async (tx) => {
    const opened = await openPending(tx, visit, found, { request, kinds: ['asleep'], purpose: 'change' })
    const link = await readLink(tx, visit, found, opened.pending)
    if (form.get('digest') !== opened.digest || link.digest !== opened.digest) throw changed(found)
    const user = await lockUser(tx, link.userId)
    if (user === undefined) throw gone(found)
    const actor = { kind: 'user', userId: user.id } as const
    const act: Act = { actor, rung: rungOfRole(user.role), at: visit.at, context: visit.context }
    await confirmAnchorIn(tx, act, opened.connection.id, opened.digest).catch((error: unknown) => {
      throw error instanceof Problem && error.code === 'anchor_changed' ? changed(found) : error
    })
    spendConfirmation(tx, act, link, 'confirmed')
    removePending(tx, opened.pending.id)
    const connection = (await tx.first(selectConnection, { id: found.row.id })) as ConnectionTable
    const { assertion, returnTo } = opened.pending
    const signIn = { assertion, purpose: 'sign-in', returnTo } as const
    const beginsAt = noEarlierThanLeft(options.envelope, returnTo, visit.at)
    return {
      signIn,
      ...(await enter(tx, visit, { ...opened.visitor, connection, isInTurn: true }, null, beginsAt)),
    }
  })
  return openSession(here, request, entered, [
    clearPending(options, request),
    ['set-cookie', renderCookie(options.cookies, confirmationCookie, '', 0)],
  ])
}
