// Portal links, the operator's links, and the sessions that they open, bound to their operations.

import { type NewPortalLink, operations, type SessionView } from '@rollcall/api'
import type { Context } from 'hono'
import { toTime } from '../base/clock.ts'
import { record } from '../events/record.ts'
import {
  confirmationCookie,
  isSameOrigin,
  pendingCookieName,
  readCookies,
  renderCookie,
  sessionCookie,
} from '../http/cookies.ts'
import { Problem } from '../http/problem.ts'
import { createPortalLink, resendPortalLink, type SetUpLinkRules } from '../invitations/set-up-links.ts'
import { selectOwnName } from '../organizations/own.ts'
import { openConfirmation } from '../provisioning/anchor-links.ts'
import { leaveLinkBehind } from '../provisioning/maker-leaves.ts'
import { confirmRecoveryAddress } from '../provisioning/recovery.ts'
import { signOut, signOutEverywhere } from '../sessions/end.ts'
import { findReturnUrl, listPortalLinks } from '../sessions/links.ts'
import { openPortalLink, previewPortalLink } from '../sessions/open-links.ts'
import {
  createOperatorLink,
  endAllOperatorSessions,
  endOperatorSession,
  endOperatorSessionById,
  isOperatorSecret,
  listOperatorSessions,
  type OperatorSession,
  openOperatorLink,
} from '../sessions/operator.ts'
import { revokePortalLink } from '../sessions/revoke-link.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { endSession, endSessionById, findSession, type Session } from '../sessions/sessions.ts'
import { type AdminOptions, type App, actIn, type Env, findCaller, gated, toList } from './door.ts'
import { type Caller, nameOfCaller, unauthorized } from './permissions.ts'

/** Answers the operations on links into an organization's settings. */
export function bindPortalLinks(app: App, options: AdminOptions): void {
  const { database } = options
  const rulesOf = (context: Context<Env>): SetUpLinkRules => ({
    url: options.url,
    keyHash: options.operatorKey.hash,
    makerName: nameOfCaller(context.get('caller')),
    organizationName: context.get('organization').row.name,
    mailRate: options.mailRate,
    sendMail: options.sendMail,
  })
  app.openapi(gated(operations.createPortalLink, options), async (context) => {
    const input = context.req.valid('json')
    assertSetUpLink(input, context.get('caller'))
    const made = await createPortalLink(actIn(context, database), input, rulesOf(context))
    return context.json(made, 201)
  })
  app.openapi(gated(operations.resendPortalLink, options), async (context) => {
    const { id } = context.req.valid('param')
    const sent = await resendPortalLink(actIn(context, database), id, rulesOf(context))
    return context.json(sent, 200)
  })
  app.openapi(gated(operations.listPortalLinks, options), async (context) =>
    context.json(
      toList(await listPortalLinks(database, context.get('organization').scope, context.get('act').at)),
      200,
    ),
  )
  app.openapi(gated(operations.revokePortalLink, options), async (context) => {
    const { id } = context.req.valid('param')
    await revokePortalLink(actIn(context, database), id, leaveLinkBehind)
    return context.body(null, 204)
  })
}

/** Answers the operations on the operator's links and sessions. */
export function bindOperatorSessions(app: App, options: AdminOptions): void {
  const { database, url } = options
  const keyHash = options.operatorKey.hash
  app.openapi(gated(operations.createOperatorLink, options), async (context) => {
    const { name = null } = context.req.valid('json') ?? {}
    const link = { name, keyHash, url }
    return context.json(await createOperatorLink(database, context.get('act'), link), 201)
  })
  app.openapi(gated(operations.listOperatorSessions, options), async (context) => {
    const caller = context.get('caller')
    const own = caller.kind === 'operator' ? caller.session?.id : undefined
    return context.json(
      toList(await listOperatorSessions(database, keyHash, context.get('act').at, own)),
      200,
    )
  })
  app.openapi(gated(operations.endOperatorSession, options), async (context) => {
    await endOperatorSessionById(database, context.req.valid('param').id, context.get('act'))
    return context.body(null, 204)
  })
  app.openapi(gated(operations.endOperatorSessions, options), async (context) => {
    await endAllOperatorSessions(database, context.get('act'))
    return context.body(null, 204)
  })
}

/** An administrator hands over the set-up; who may open the whole settings is for the operator and for sign-ins to say. */
function assertSetUpLink(input: NewPortalLink, caller: Caller): void {
  if (caller.kind === 'operator' || (input.days !== undefined && input.role === 'admin')) return
  throw new Problem(
    'forbidden',
    "An administrator makes set-up links: role admin, and days; other links are the operator's",
  )
}

/** Answers the operations on the caller's own session. */
export function bindSessions(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.openPortalSession, options), async (context) => {
    const { token, replace } = context.req.valid('json')
    assertOwnPage(context, options)
    const view = isOperatorSecret(token)
      ? await openAsOperator(context, options, token, replace)
      : await openAsGuest(context, options, token, replace)
    return context.json(view, 200)
  })
  app.openapi(gated(operations.confirmRecoveryAddress, options), async (context) => {
    assertOwnPage(context, options)
    const { at, context: about } = context.get('act')
    await confirmRecoveryAddress(database, context.req.valid('json').token, at, about)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.openAnchorConfirmation, options), async (context) => {
    assertOwnPage(context, options)
    const { token } = context.req.valid('json')
    const { at } = context.get('act')
    const link = await openConfirmation(database, token, at)
    if (link === undefined)
      throw new Problem('link_gone', 'This link was used before or has ended. Ask for a new one')
    const seconds = (link.expiresAt - at) / 1_000
    context.header('set-cookie', renderCookie(options.cookies, confirmationCookie, token, seconds))
    const cookies = readCookies(context.req.raw.headers, options.cookies)
    const isProven = link.pendingId !== null && cookies.has(pendingCookieName(link.pendingId))
    const base = `${options.url}/saml/${link.connectionId}`
    // Whom no sign-in has proved says first whether they can sign in at all; and whoever has begun to mend goes on with it.
    const isMending = link.pendingId === null || link.stagedDigest !== null
    const way = isMending ? 'mend' : isProven ? `confirm?request=${link.pendingId}` : 'login'
    return context.json({ url: `${base}/${way}` }, 200)
  })
  app.openapi(gated(operations.getSession, options), async (context) => {
    const caller = context.get('caller')
    if (caller.kind === 'session') return context.json(await toView(options, caller.session), 200)
    if (caller.kind === 'operator' && caller.session !== undefined)
      return context.json(toOperatorView(caller.session), 200)
    throw unauthorized()
  })
  app.openapi(gated(operations.endSession, options), async (context) => {
    await leave(context, options, signOut)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.endOwnSessions, options), async (context) => {
    await leave(context, options, signOutEverywhere)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.createOperatorVisit, options), async (context) => {
    const { scope } = context.get('organization')
    const subject = { type: 'organization', id: scope.organizationId } as const
    await database.inOrganization(scope, async (tx) =>
      record(tx, context.get('act'), { type: 'organization.opened_by_operator', subject, data: {} }),
    )
    return context.body(null, 204)
  })
}

/** A browser names the page that a click came from; a script of another site may open nothing here. */
export function assertOwnPage({ req }: Context<Env>, { url }: AdminOptions): void {
  const { headers } = req.raw
  if (headers.get('origin') !== null && !isSameOrigin(headers, url))
    throw new Problem('cross_site', 'A link is opened on our own page')
}

interface Wanted {
  readonly kind: 'operator' | 'administrator' | 'setup'
  readonly organizationId: string | undefined
  /** Where the link leads, in words. */
  readonly place: string
}

// Who is lured to a link would lose the session that they have, and act in somebody else's place without knowing.
async function assertReplaceable(
  context: Context<Env>,
  options: AdminOptions,
  wanted: Wanted,
  isReplacing: boolean,
): Promise<void> {
  if (isReplacing) return
  const token = readCookies(context.req.raw.headers, options.cookies).get(sessionCookie)
  const present = await findCaller(options, { token }, context.get('act').at, true)
  if (present === undefined || isOfKind(present, wanted)) return
  throw new Problem(
    'session_exists',
    `This link opens ${wanted.place}. This browser is signed in ${placeOf(present)}: opening the link ends that session`,
  )
}

function isOfKind(present: PresentCaller, wanted: Wanted): boolean {
  if (present.kind === 'operator') return wanted.kind === 'operator'
  const { session } = present
  return (
    session.userId === null &&
    session.kind === wanted.kind &&
    session.scope.organizationId === wanted.organizationId
  )
}

type PresentCaller = Exclude<Caller, { kind: 'nobody' }>

function placeOf(present: PresentCaller): string {
  return present.kind === 'operator' ? 'as the operator' : `as ${present.session.label}`
}

// Of the operator's sessions the one that asks: they name nobody.
async function leave(
  context: Context<Env>,
  options: AdminOptions,
  end: typeof signOut | typeof signOutEverywhere,
): Promise<void> {
  const { database, cookies } = options
  const caller = context.get('caller')
  // A frame that ends says nothing of what the person has elsewhere.
  if (caller.kind === 'session' && caller.session.frame !== null) {
    const { scope, id } = caller.session
    return database.inOrganization(scope, async (tx) => endSessionById(tx, id))
  }
  if (caller.kind === 'session') await end(database, caller.session, context.get('act'))
  else await endOld(context, options)
  context.header('set-cookie', renderCookie(cookies, sessionCookie, '', 0))
}

async function openAsOperator(
  context: Context<Env>,
  options: AdminOptions,
  token: string,
  isReplacing: boolean,
): Promise<SessionView> {
  const wanted = { kind: 'operator', organizationId: undefined, place: "the operator's side" } as const
  await assertReplaceable(context, options, wanted, isReplacing)
  const session = await openOperatorLink(
    options.database,
    token,
    options.operatorKey.hash,
    context.get('act'),
    options.command,
  )
  await enter(context, options, session.token, session.expiresAt)
  return toOperatorView(session)
}

async function openAsGuest(
  context: Context<Env>,
  options: AdminOptions,
  token: string,
  isReplacing: boolean,
): Promise<SessionView> {
  const { database, operatorKey } = options
  const { at, context: about } = context.get('act')
  const { kind, organizationId, organizationName } = await previewPortalLink(
    database,
    token,
    operatorKey.hash,
    at,
  )
  const wanted = { kind, organizationId, place: `the settings of ${organizationName}` }
  await assertReplaceable(context, options, wanted, isReplacing)
  const opened = await openPortalLink(database, token, operatorKey.hash, at, about)
  const session = await findSession(database, opened.token, at)
  if (session === undefined) throw unauthorized()
  await enter(context, options, opened.token, opened.expiresAt)
  return toView(options, session)
}

/** A session that this browser had before does not live on beside the new one. */
async function enter(
  context: Context<Env>,
  options: AdminOptions,
  token: string,
  expiresAt: number,
): Promise<void> {
  await endOld(context, options)
  const seconds = (expiresAt - context.get('act').at) / 1_000
  context.header('set-cookie', renderCookie(options.cookies, sessionCookie, token, seconds))
}

async function endOld(context: Context<Env>, { cookies, database }: AdminOptions): Promise<void> {
  const token = readCookies(context.req.raw.headers, cookies).get(sessionCookie)
  if (isOperatorSecret(token)) await endOperatorSession(database, token, context.get('act'))
  else if (token !== undefined) await endSession(database, token)
}

function toOperatorView({ name, expiresAt }: OperatorSession): SessionView {
  return {
    kind: 'operator',
    role: 'operator',
    rung: 'operator',
    label: name ?? 'operator',
    userId: null,
    organization: null,
    returnUrl: null,
    intents: null,
    expiresAt: toTime(expiresAt),
  }
}

/** The session as its own browser is told of it. */
export async function toView({ database }: AdminOptions, session: Session): Promise<SessionView> {
  const [own] = await database.readOrganization(session.scope, selectOwnName, {})
  return {
    kind: session.kind,
    role: session.role,
    rung: rungOfSession(session),
    label: session.label,
    userId: session.userId,
    organization: { slug: own?.slug ?? '', name: own?.name ?? '' },
    returnUrl: session.linkId === null ? null : await findReturnUrl(database, session.scope, session.linkId),
    intents: session.intents?.slice() ?? null,
    expiresAt: toTime(session.expiresAt),
  }
}
