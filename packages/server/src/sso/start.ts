// The way out: finds the connection, makes an AuthnRequest, remembers it and binds it to this browser.

import { randomBytes } from 'node:crypto'
import { say } from '@rollcall/api/sentences'
import { basePathOf } from '../base/base-path.ts'
import { readJson } from '../base/json.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import type { FoundConnection } from '../connections/find.ts'
import { isComplete, parseMetadata, parseOpenId, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { renderCookie, sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../pages/frame.ts'
import { goingPage } from '../pages/sessions.ts'
import { type AuthnRequest, renderAuthnRequest } from '../saml/authn-request.ts'
import { findFrameById } from '../sessions/frames.ts'
import { findOperatorSession } from '../sessions/operator.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import { readHint } from '../sign-ins/hint.ts'
import { noEarlierThanLeft } from '../sign-ins/left-at.ts'
import { beginSignIn, type NewSignIn, requestLifetimeMs } from '../sign-ins/sign-ins.ts'
import { createRequestId, type Freshness, type Purpose } from '../sign-ins/standing.ts'
import { openTestTicket } from '../sign-ins/test-ticket.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { explainLoop } from './explain-state.ts'
import { renderAuthorizationUrl } from './openid-connect.ts'
import { lookAt } from './product-link.ts'
import { requestCookieName, requestCookiePrefix } from './request-cookie.ts'
import { toStaged } from './staged.ts'
import { type ConnectionVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'
import { readWish, type Wish } from './wish.ts'

const tileCookie = 'rollcall_tile'
/** Sign-ins that one browser may have open at once; older ones are dropped. */
const maxOpenRequests = 10
/** It waits in the store until the person is back: anybody can begin a sign-in, so a row of it stays below 1 KB. */
const maxReturnToBytes = 512

/** GET /saml/{id}/login: 303 to the identity provider. */
export async function startSignIn(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const { searchParams } = visit.url
  const ticket = searchParams.get('test')
  const isTest = ticket !== null
  const test = isTest ? await findTester(here, ticket) : undefined
  const digest = isTest ? searchParams.get('anchor') : null
  const isTile = searchParams.get('tile') === '1'
  const asked = digest === null ? found : await toStaged(options, found, digest)
  assertUsable(asked, isTest)
  if (isTile && visit.cookies.has(tileCookie))
    throw new SsoRefusal('unsolicited_loop', explainLoop(found.row), found)
  const returnTo = readReturnTo(searchParams.get('return_to'), found, options.url)
  const wish = readWish(searchParams)
  const freshness = await toFreshness(here, wish, returnTo)
  const purpose: Purpose = isTest ? 'test' : isTile ? 'tile' : 'sign-in'
  const begun = { purpose, returnTo, sessionId: test?.tester?.id ?? null, anchorDigest: digest, freshness }
  return sendToIdentityProvider(
    { ...here, found: asked },
    { ...begun, ...(test?.request === undefined ? {} : { request: test.request }) },
    wish,
  )
}

async function toFreshness(
  { options: { database, envelope }, visit, found }: ConnectionVisit,
  { prompt, maxAge }: Wish,
  returnTo: string | null,
): Promise<Freshness | null> {
  // SAML says when it asked (AuthnInstant, core §2.7.2); of an issuer that does not say (auth_time), the option asks and believes.
  const isForced = found.row.protocol === 'saml' && parseOptions(found.row).forceAuthn
  const isLogin = prompt === 'login' || isForced
  if (!isLogin && maxAge === null) return null
  const session = await findSession(database, visit.cookies.get(sessionCookie), visit.at)
  const at = noEarlierThanLeft(envelope, returnTo, visit.at)
  return {
    after: isLogin ? at : at - (maxAge ?? 0) * 1_000,
    previous: session?.connectionId === found.row.id ? session.authAt : null,
  }
}

type Begun = Pick<NewSignIn, 'purpose' | 'returnTo' | 'sessionId' | 'anchorDigest' | 'freshness'> & {
  /** The random part of the request's id, where a ticket names it: there is one such request. */
  readonly request?: string
}

/** Sends the browser there. `also`: in the transaction that begins it, with the request's id. */
export async function sendToIdentityProvider(
  { options, visit, found }: ConnectionVisit,
  { request: named, ...begun }: Begun,
  wish: Wish,
  also?: (tx: OrganizationTx, id: string) => Promise<void>,
): Promise<Response> {
  const id = createRequestId(named ?? randomBytes(20).toString('hex'), begun.anchorDigest)
  const secret = createSecret()
  const anchorNumber = found.row.anchor_number
  const signIn = { id, connectionId: found.row.id, browserHash: hashSecret(secret), anchorNumber, ...begun }
  const trust = parseOpenId(found.row)
  const request =
    trust === null
      ? await renderRequest(options, found, id, visit, wish)
      : ({
          kind: 'redirect',
          url: renderAuthorizationUrl({
            found,
            trust,
            id,
            secret,
            visit,
            wish,
            hint: hintOf(options, visit, found),
          }),
        } as const)
  await beginSignIn(options.database, found.scope, signIn, visit.at, also && ((tx) => also(tx, id))).catch(
    (error: unknown) => {
      // The ticket was used before.
      if (named !== undefined && error instanceof StoreConflict) throw withoutSession(found)
      throw error
    },
  )
  const { cookies } = options
  const headers: (readonly [string, string])[] = [
    ['set-cookie', renderCookie(cookies, requestCookieName(id), secret, requestLifetimeMs / 1_000)],
    ...listStaleCookies(options, visit),
  ]
  if (begun.purpose === 'tile') headers.push(['set-cookie', renderCookie(cookies, tileCookie, '1', 60)])
  if (request.kind === 'redirect') return redirect(request.url, headers)
  const look = await lookAt(options, visit.look, found.organization, begun.returnTo)
  return renderPage({ ...goingPage(look, request, 'signIn'), headers }, look)
}

function listStaleCookies({ cookies }: SsoOptions, visit: Visit): (readonly [string, string])[] {
  const open = [...visit.cookies.keys()].filter((name) => name.startsWith(requestCookiePrefix))
  return open
    .slice(0, Math.max(0, open.length - maxOpenRequests + 1))
    .map((name) => ['set-cookie', renderCookie(cookies, name, '', 0)] as const)
}

/** The cookies that a finished sign-in leaves behind. */
export function clearRequestCookies(
  { cookies }: SsoOptions,
  requestId: string,
): (readonly [string, string])[] {
  return [
    ['set-cookie', renderCookie(cookies, requestCookieName(requestId), '', 0)],
    ['set-cookie', renderCookie(cookies, tileCookie, '', 0)],
  ]
}

async function renderRequest(
  options: SsoOptions,
  found: FoundConnection,
  id: string,
  visit: Visit,
  { prompt, maxAge }: Wish,
): Promise<AuthnRequest> {
  const { row } = found
  const connection = parseOptions(row)
  const metadata = parseMetadata(row)
  const signingKey = connection.signRequests
    ? ((await openServiceKeys(options.database, found.scope, options.envelope, visit.at))[0]?.privateKey ??
      null)
    : null
  return renderAuthnRequest({
    id,
    entityId: row.entity_id,
    acsUrl: row.acs_url,
    ssoUrl: metadata?.ssoUrl ?? '',
    ssoBinding: metadata?.ssoBinding ?? 'redirect',
    // Core §3.4.1: SAML knows no age and no choice of accounts, only that the person is asked anew.
    isForced: connection.forceAuthn || prompt !== null || maxAge !== null,
    nameIdFormat: connection.nameIdFormat,
    signingKey,
    loginHint: hintOf(options, visit, found) ?? null,
  })
}

function hintOf({ envelope }: SsoOptions, { url, at }: Visit, { row }: FoundConnection): string | undefined {
  return readHint({ envelope, to: row.id, now: at }, url.searchParams.get('login_hint'))
}

function assertUsable(found: FoundConnection, isTest: boolean): void {
  if (!isComplete(found.row))
    throw new SsoRefusal('connection_incomplete', [say('connection_incomplete')], found)
  if (found.row.active !== 1 && !isTest)
    throw new SsoRefusal('connection_inactive', [say('denied_connection_inactive')], found)
}

// A test is begun by a POST, in the session of somebody who looks after the connection, or by the operator; what came of that POST is
// the ticket. No tester: the operator's own test, which is nobody's of this organization. An inactive connection may be tested. The window
// of a frame has none of the frame's cookies: its ticket is worth that session, once.
async function findTester(
  { options, visit, found }: ConnectionVisit,
  text: string,
): Promise<{ readonly tester: Session | undefined; readonly request?: string }> {
  const { database, envelope, operatorKeyHash } = options
  const ticket = openTestTicket(envelope, found.row.id, text, visit.at)
  if (ticket?.request !== undefined) {
    const { sessionId, request } = ticket
    const tester = await database.inOrganization(found.scope, (tx) =>
      findFrameById(tx, sessionId ?? '', visit.at),
    )
    if (tester === undefined) throw withoutSession(found)
    return { tester, request }
  }
  const cookie = visit.cookies.get(sessionCookie)
  const session = await findSession(database, cookie, visit.at)
  const isOwn = session?.scope.organizationId === found.scope.organizationId && session.kind !== 'person'
  if (ticket !== undefined) {
    if (session !== undefined && isOwn && [null, session.id].includes(ticket.sessionId))
      return { tester: session }
    const operator = await findOperatorSession(database, cookie, operatorKeyHash, visit.at)
    if (operator !== undefined && ticket.sessionId === null) return { tester: undefined }
  }
  throw withoutSession(found)
}

const withoutSession = (found: FoundConnection): SsoRefusal =>
  new SsoRefusal('test_without_session', [say('test_without_session')], found)

/** The address to go to afterwards: origins that the organization registered, or the sign-in of an application here. */
export function readReturnTo(text: string | null, found: FoundConnection, own: string): string | null {
  if (text === null || text === '') return null
  const url = URL.parse(text)
  const origins = readJson(found.organization.origins)
  const isSound =
    url !== null &&
    text.length <= maxReturnToBytes &&
    Buffer.byteLength(url.href) <= maxReturnToBytes &&
    ['https:', 'http:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === ''
  if (isSound && origins.includes(url.origin)) return url.href
  if (
    isSound &&
    url.href.startsWith(`${own}/`) &&
    /^\/oidc\/interaction\/[\w-]{1,64}$/.test(url.pathname.slice(basePathOf(own).length))
  )
    return url.href
  throw new SsoRefusal(
    'return_to_refused',
    text.length > maxReturnToBytes
      ? [say('return_to_too_long', { most: maxReturnToBytes })]
      : [say('return_to_unknown', { address: text.slice(0, 200) })],
    found,
  )
}
