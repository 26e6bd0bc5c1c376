// The room `server/sso`: the single sign-on door, by SAML and by OpenID Connect upstream, under /saml and /sso. Who somebody is, is decided
// in `provisioning`.
//
// 1. `discover` finds the connection for an address or an organization.
// 2. `start` sends the browser to the identity provider, with a request that is bound to it.
// 3. `prove` (SAML) or `openid-connect` takes the proof, spends the request and sends the browser to our own page.
// 4. `finish` sees the cookie of the browser that began; `enter` opens the session, or `linking` and `confirming` ask first.
// 5. `logout`, `single-logout` and `openid-logout` are the way out again.
// A refusal ends in `visit`: a code, a line of activity that `explain` wrote, and a page with a reference.
//
// The single sign-on door: every path under /saml and /sso, and the pages of somebody signed in. One table, one place that
// renders refusals.

import { isUnder } from '../base/base-path.ts'
import { findConnection, findConnectionByPath } from '../connections/find.ts'
import { parseMetadata, parseOptions } from '../connections/rows.ts'
import { openServiceKeys } from '../connections/service-keys.ts'
import { languageCookie, readUiLocales, wantsPage } from '../http/accept-language.ts'
import { renderCookie } from '../http/cookies.ts'
import type { Oversize } from '../http/limits.ts'
import { Problem, renderProblem } from '../http/problem.ts'
import { requestIdOf, traceOf } from '../http/request-id.ts'
import { toRoute } from '../http/request-log.ts'
import { isPathOf, listRoutes, type WithRoutes, withRoutes } from '../http/routes.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import {
  failedPage,
  tooLongPage,
  tooManyPage,
  unknownPage,
  unreadablePage,
  wrongMethodPage,
} from '../pages/failures.ts'
import { renderPage } from '../pages/frame.ts'
import { findLanguage } from '../pages/language.ts'
import { renderServiceProviderMetadata } from '../saml/sp-metadata.ts'
import { VerifierBusy } from '../saml/verify-elsewhere.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import { askForAddress, confirmPending, mailLink, showConfirm } from './confirming.ts'
import { discoverByAddress, discoverBySlug } from './discover.ts'
import { finish } from './finish.ts'
import { linkPending } from './linking.ts'
import { leave, renderSignedOut } from './logout.ts'
import { renderMe } from './me.ts'
import { showMending, stageMending, testMending } from './mending.ts'
import { applyMending, showMended } from './mending-end.ts'
import { consumeCallback } from './openid-connect.ts'
import { consumeLogoutToken } from './openid-logout.ts'
import { lookBeside } from './product-link.ts'
import { consumeResponse } from './prove.ts'
import { consumeLogout, consumeSoapLogout, sloUrlOf, soapUrlOf } from './single-logout.ts'
import { startSignIn } from './start.ts'
import {
  beginVisit,
  type ConnectionVisit,
  noteVisit,
  renderNothing,
  renderRefusal,
  SignOutRefusal,
  type SsoOptions,
  SsoRefusal,
  type Visit,
} from './visit.ts'

/** Who visits. */
export interface SsoPeer {
  readonly ip: string | null
  readonly oversize: Oversize | undefined
}

/** Answers what is under `/saml` and `/sso`. */
export type SsoDoor = WithRoutes<(request: Request, peer: SsoPeer) => Promise<Response>>

/** `name`: what stands in the path for a connection or an organization. Undefined where there is nothing of that name. */
type Handler = (
  options: SsoOptions,
  visit: Visit,
  name: string,
) => Promise<Response | undefined> | Response | undefined
type Methods = Readonly<Record<string, Handler>>

/** Of the connection that the path names. */
function of(answer: (here: ConnectionVisit) => Promise<Response> | Response): Handler {
  return async (options, visit, id) => {
    const found = await findConnection(options.database, id)
    return found === undefined ? undefined : answer({ options, visit, found })
  }
}

/** The same, where a page is shown for the organization's people. */
function page(answer: (here: ConnectionVisit) => Promise<Response> | Response): Handler {
  return of(async (here) => {
    const look = await lookBeside(here.options, here.visit.look, here.found.organization)
    return answer({ ...here, visit: { ...here.visit, look } })
  })
}

const table: Readonly<Record<string, Methods>> = {
  '/sso': { GET: discoverByAddress, POST: discoverByAddress },
  '/sso/{slug}': { GET: discoverBySlug },
  '/sso/callback/{connectionId}': { GET: of(consumeCallback) },
  '/sso/logout/{connectionId}': { POST: of(consumeLogoutToken) },
  '/saml/{connectionId}/metadata': { GET: of(renderMetadata) },
  '/saml/{connectionId}/login': { GET: of(startSignIn) },
  '/saml/{connectionId}/acs': { POST: of(consumeResponse) },
  '/saml/{connectionId}/finish': { GET: page(finish) },
  '/saml/{connectionId}/link': { POST: page(linkPending) },
  '/saml/{connectionId}/confirm': { GET: page(showConfirm), POST: page(confirmPending) },
  '/saml/{connectionId}/mail-link': { GET: page(askForAddress), POST: page(mailLink) },
  '/saml/{connectionId}/mend': { GET: page(showMending), POST: page(stageMending) },
  '/saml/{connectionId}/mend-test': { POST: page(testMending) },
  '/saml/{connectionId}/mend-apply': { GET: page(showMended), POST: page(applyMending) },
  '/saml/{connectionId}/slo': { GET: of(consumeLogout), POST: of(consumeLogout) },
  '/saml/{connectionId}/slo-soap': { POST: of(consumeSoapLogout) },
  '/me': { GET: renderMe },
  '/sign-out': { POST: leave },
  '/signed-out': { GET: renderSignedOut },
}

/** Whether the path is a page of this door that has no name in it. */
export function isSsoPage(path: string): boolean {
  return Object.hasOwn(table, path)
}

// Linking rule 18: an imported connection keeps the path that it had elsewhere.
const routes = [...listRoutes('', table), 'POST {acsPath}']

const rememberedSeconds = 3_600

/** Never throws; a path that is not there is the same page as a connection that is not. */
export function createSsoDoor(options: SsoOptions): SsoDoor {
  const answer = async (request: Request, { ip, oversize }: SsoPeer): Promise<Response> => {
    const at = options.clock()
    const requestId = requestIdOf(request, at)
    const visit = beginVisit(request, options, { requestId, at, ip })
    const { look } = visit
    if (oversize !== undefined) return renderPage(tooLongPage(look, oversize === 'url' ? 414 : 431), look)
    // Looking for a session costs what it costs elsewhere.
    const isFree = visit.url.pathname === '/signed-out' && !visit.url.searchParams.has('here')
    const waitSeconds = isFree ? 0 : options.anonymous.take(ip)
    if (waitSeconds > 0) return renderPage(tooManyPage(look, waitSeconds, requestId), look)
    if (isUnkeepableForm(request.url)) return renderPage(unreadablePage(look, requestId), look)
    try {
      return rememberLanguage(await route(options, visit), options, visit)
    } catch (error) {
      return renderFailure(error, options, visit)
    }
  }
  return withRoutes(answer, routes)
}

// The identity provider brings the browser back to another address, which says nothing of it.
function rememberLanguage(answer: Response, { cookies }: SsoOptions, { url, look }: Visit): Response {
  const asked = findLanguage(look.spoken, readUiLocales(url.searchParams.get('ui_locales') ?? ''))
  if (asked !== undefined)
    answer.headers.append('set-cookie', renderCookie(cookies, languageCookie, asked.code, rememberedSeconds))
  return answer
}

async function route(options: SsoOptions, visit: Visit): Promise<Response> {
  const { pathname } = visit.url
  const method = visit.request.method === 'HEAD' ? 'GET' : visit.request.method
  const row = findRow(pathname)
  const handler = row?.methods[method]
  const answer = await handler?.(options, visit, row?.name ?? '')
  if (answer !== undefined) return answer
  const imported = method === 'POST' ? await findConnectionByPath(options.database, pathname) : undefined
  if (imported !== undefined) return consumeResponse({ options, visit, found: imported })
  if (row === undefined && !isOwnPath(pathname)) return renderUnknown(visit)
  return row === undefined || handler !== undefined
    ? renderNothing(visit)
    : renderPage(wrongMethodPage(visit.look, Object.keys(row.methods)), visit.look)
}

function isOwnPath(path: string): boolean {
  return isUnder(path, '/saml') || isUnder(path, '/sso')
}

// A form that was sent to where nothing is: a page for a browser, and a problem for everybody else.
function renderUnknown({ request, context: { requestId }, look }: Visit): Response {
  return wantsPage(request.headers)
    ? renderPage(unknownPage(look, requestId), look)
    : renderProblem(new Problem('not_found', 'There is no such path'), requestId, { vary: 'Accept' })
}

interface Row {
  readonly methods: Methods
  readonly name: string
}

function findRow(pathname: string): Row | undefined {
  const segments = pathname.split('/')
  const [path, methods] = Object.entries(table).find(([pattern]) => isPathOf(pattern, segments)) ?? []
  if (path === undefined || methods === undefined) return undefined
  return { methods, name: segments[path.split('/').findIndex((part) => part.startsWith('{'))] ?? '' }
}

function organizationOf({ look: { brand }, url }: SsoOptions) {
  return brand.productName === null ? {} : { organization: { name: brand.productName, url } }
}

/** GET /saml/{id}/metadata: its URL is our entity ID. */
async function renderMetadata({ options, visit, found }: ConnectionVisit): Promise<Response> {
  if (found.row.protocol !== 'saml') return renderNothing(visit)
  const keys = await openServiceKeys(options.database, found.scope, options.envelope, visit.at)
  const { signRequests, allowAesCbc, nameIdFormat } = parseOptions(found.row)
  // Ours is often read before theirs is here: nothing speaks against single logout by then.
  const takesNone = parseMetadata(found.row)?.sloUrl === null
  const xml = renderServiceProviderMetadata({
    entityId: found.row.entity_id,
    acsUrl: found.row.acs_url,
    sloUrl: takesNone ? null : sloUrlOf(found, options.cookies),
    sloSoapUrl: soapUrlOf(found, options.cookies),
    certificates: keys.map(({ certificate }) => certificate),
    signsRequests: signRequests,
    allowsAesCbc: allowAesCbc,
    nameIdFormat,
    ...organizationOf(options),
  })
  const headers = {
    'content-type': 'application/samlmetadata+xml',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  return new Response(xml, { headers })
}

async function renderFailure(error: unknown, options: SsoOptions, visit: Visit): Promise<Response> {
  const { look, context } = visit
  const { requestId } = context
  if (error instanceof SsoRefusal) {
    const { code, found, shown } = error
    const status = shown?.status ?? 403
    if (found !== undefined)
      noteVisit({ options, visit, found }, { status, explanation: error.sentences, code })
    if (!(error instanceof SignOutRefusal)) options.observeSignIn(code)
    try {
      return await renderRefusal(error, options, visit)
    } catch (failure) {
      return renderFailure(failure, options, visit)
    }
  }
  if (error instanceof StoreUnkeepable) {
    options.log.debug({ err: error, requestId }, 'a text cannot be kept')
    return renderPage(unreadablePage(look, requestId), look)
  }
  const isAway = error instanceof StoreUnavailable || error instanceof VerifierBusy
  const { method } = visit.request
  const about = { method, route: toRoute(visit.url.pathname), ...traceOf(visit.request) }
  if (error instanceof VerifierBusy)
    options.log.warn({ requestId, ...about }, 'too many large responses wait')
  else if (isAway) options.log.debug({ err: error, requestId }, 'the store is not available')
  else options.log.error({ err: error, requestId, ...about }, 'a request failed')
  return renderPage(failedPage(look, isAway ? error.retryAfterSeconds : null, requestId), look)
}
