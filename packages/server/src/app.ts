// What a request passes on its way to a door, and the door that it comes to (places.ts). The file to read first.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ActivityWriter } from './activity/writer.ts'
import { mayUseApplication } from './applications/applications.ts'
import type { Log } from './base/log.ts'
import { type CurrentBrand, createCurrentBrand, withBrand } from './brand/current.ts'
import { createFindBrand } from './brand/places.ts'
import type { ConnectionRules } from './connections/metadata-source.ts'
import type { DelivererOptions } from './deliveries/deliver.ts'
import { readStanding } from './deliveries/standing.ts'
import { type AppOptions, createDoors, createSenders } from './doors.ts'
import { listWanted, wantsPage } from './http/accept-language.ts'
import type { Hold } from './http/admission.ts'
import { createAmounts } from './http/amounts.ts'
import { createAnonymousLimit } from './http/anonymous-limit.ts'
import type { Answer, Answered, Asked } from './http/asked.ts'
import { type ClientAddress, createClientAddress, type Peer } from './http/client-address.ts'
import { createCookieRules, readCookies } from './http/cookies.ts'
import { findOversize, type Oversize } from './http/limits.ts'
import type { Metrics } from './http/metrics.ts'
import { Problem, renderProblem } from './http/problem.ts'
import { requestIdOf, traceOf } from './http/request-id.ts'
import { createRequestLog, routeOf } from './http/request-log.ts'
import { findRoute, type WithRoutes, withRoutes } from './http/routes.ts'
import {
  answerTooManyWrong,
  createWrongCredentialLimit,
  type RefusalStyle,
  renderTooManyWrong,
} from './http/wrong-credentials.ts'
import { createProviderDoor, openIdRoutes, type ProviderDoor } from './openid-provider/handler.ts'
import { unknownPage } from './pages/failures.ts'
import { renderPage } from './pages/frame.ts'
import { type Look, lookFor, lookOf } from './pages/look.ts'
import {
  type Connection,
  countPlaces,
  createPlaces,
  type DoorPeer,
  elsewhere,
  type Limited,
  type Place,
} from './places.ts'
import { createProbes, plain } from './probes.ts'
import { withRequestPatience } from './store/patience.ts'

/** Answers every request of every door. */
export interface App {
  fetch(request: Request, connection: Connection): Promise<Response>
  /** What is under `/scim/v2`, as plain values. */
  answerScim(asked: Asked, connection: Connection): Promise<Answer>
  /** All that is answered, as each door's own table has it: `METHOD /path`; but for what the library of OpenID Connect serves. */
  readonly routes: readonly string[]
  readonly connectionRules: ConnectionRules
  readonly activity: ActivityWriter
  /** How deliveries of each kind are made; main.ts sends them. */
  readonly senders: DelivererOptions['senders']
  /** Everything under /oidc, which the listener hands over before the rest. */
  readonly oidc: ProviderDoor
}

/** Puts the doors together; opens nothing by itself. */
export function createApp(given: AppOptions): App {
  const { database, metrics, clock, amounts: amountsOf = createAmounts } = given
  const brand = createCurrentBrand(database, given.url, clock, given.log)
  const options: AppOptions = { ...given, sendMail: withBrand(given.sendMail, brand, given.url) }
  metrics.watchStore(database)
  metrics.watchStanding(() => readStanding(database, clock()))
  const addresses = createClientAddress(options.trustedProxies)
  const anonymous = countRefusals(
    createAnonymousLimit(options.anonymousRate, clock, amountsOf('anonymous')),
    () => metrics.observeRefusal('anonymous_acts'),
  )
  const countWrong = createWrongCredentialLimit(clock, amountsOf('wrong'))
  const doors = createDoors(options, anonymous, brand)
  const { limited, scim } = limitWrong(doors.scim, countWrong, metrics)
  const places = countPlaces(createPlaces({ ...doors, scim }, createProbes(options), limited), metrics)
  const cookies = createCookieRules(options.url, options.isDev)
  const look = lookOf(cookies, brand, options.languages)
  const log = createRequestLog(options.log, options.requestLog)
  const front: Front = { options, brand, addresses, log, look }
  const serve = createServing(front)
  const oidc = createProviderDoor({
    ...options,
    ...{ cookies, look, addresses, countWrong, anonymous },
    findBrand: createFindBrand({ ...options, mayUse: mayUseApplication }),
  })
  return {
    activity: doors.activity,
    connectionRules: doors.connectionRules,
    senders: createSenders(doors.webhookRules, options),
    oidc: withRoutes(logProvider(front, oidc), oidc.routes),
    routes: [...places, oidc].flatMap(({ routes }) => routes),
    fetch: (request, connection) =>
      serve(request, connection, () =>
        route(front, places, request, toPeer(addresses, request, connection), connection),
      ),
    answerScim: (asked, connection) =>
      serve(asked, connection, () => scim(asked, toPeer(addresses, asked, connection))),
  }
}

/** What each request passes before a door, and is written down by behind it. */
interface Front {
  readonly options: AppOptions
  readonly brand: CurrentBrand
  readonly addresses: ClientAddress
  readonly log: ReturnType<typeof createRequestLog>
  readonly look: Look
}

type ScimDoor = WithRoutes<(asked: Asked, peer: DoorPeer) => Promise<Answer>>

/** The doors' answers, but for whoever comes with one wrong credential too many. */
function limitWrong(
  door: ScimDoor,
  countWrong: (ip: string | null) => number,
  metrics: Metrics,
): { readonly limited: Limited; readonly scim: ScimDoor } {
  /** Seconds to wait where this answer was one too many. */
  const count = (style: RefusalStyle, asked: Asked, ip: string | null, answer: Answered): number => {
    const waitSeconds = isWrongCredential(style, asked, answer) ? countWrong(ip) : 0
    if (waitSeconds > 0) metrics.observeRefusal('wrong_credentials')
    return waitSeconds
  }
  const limited: Limited = async (style, request, ip, answering) => {
    const answer = await answering
    const waitSeconds = count(style, request, ip, answer)
    return waitSeconds === 0 ? answer : renderTooManyWrong(style, requestIdOfAnswer(answer), waitSeconds)
  }
  const scim = async (asked: Asked, peer: DoorPeer): Promise<Answer> => {
    const answer = await door(asked, peer)
    const waitSeconds = count('scim', asked, peer.ip, answer)
    return waitSeconds === 0 ? answer : answerTooManyWrong('scim', requestIdOfAnswer(answer), waitSeconds)
  }
  return { limited, scim: withRoutes(scim, door.routes) }
}

function toPeer(addresses: ClientAddress, asked: Asked, connection: Connection): DoorPeer {
  return {
    ip: addresses.find(connection, asked.headers),
    isControlSocket: connection.isControlSocket,
    hold: connection.hold,
    oversize: findOversize(asked, connection.headerBytes),
  }
}

async function route(
  front: Front,
  places: readonly Place[],
  request: Request,
  peer: DoorPeer,
  connection: Connection,
): Promise<Response> {
  const path = pathOf(request.url)
  const place = places.find(({ isAt }) => isAt(path, request))
  if (peer.oversize !== undefined && place?.saysTooLong !== true) return renderTooLong(peer.oversize)
  const straight = withoutSlash(path)
  if (straight !== undefined)
    return new Response(null, {
      status: 308,
      headers: { location: `${straight}${new URL(request.url).search}`, 'cache-control': 'no-store' },
    })
  if (place === undefined) return renderUnknown(front, request)
  return place.answer(request, peer, connection)
}

// A page for whoever opened it in a browser, which asks for one by name (RFC 9110 §12.5.1); a problem for everybody else.
async function renderUnknown({ options, brand, look }: Front, request: Request): Promise<Response> {
  const requestId = requestIdOf(request, options.clock())
  if (!wantsPage(request.headers))
    return renderProblem(new Problem('not_found', 'There is no such path'), requestId, { vary: 'Accept' })
  await brand.refresh()
  const cookies = readCookies(request.headers, createCookieRules(options.url, options.isDev))
  const { headers, url } = request
  const own = lookFor(look, listWanted({ url: new URL(url), headers }, cookies))
  return renderPage(unknownPage(own, requestId), own)
}

/** Our own provider answers by itself: what it answered is written down when it has gone. */
function logProvider({ options, brand, addresses, log }: Front, door: ProviderDoor) {
  return (request: IncomingMessage, response: ServerResponse, hold?: Hold): Promise<void> => {
    const startedAt = performance.now()
    const path = pathOf(`http://host${request.url ?? '/'}`)
    const method = request.method ?? ''
    response.once('finish', () => {
      const { statusCode: status } = response
      const seconds = (performance.now() - startedAt) / 1_000
      options.metrics.observeRequest(
        method,
        findRoute(openIdRoutes, method, path) ?? elsewhere,
        status,
        seconds,
      )
      log(status, () => ({
        method,
        path,
        route: undefined,
        requestId: requestIdOf(request, options.clock()),
        trace: traceOf(request),
        ip: addresses.find(
          { address: request.socket.remoteAddress },
          new Headers({ 'x-forwarded-for': String(request.headers['x-forwarded-for'] ?? '') }),
        ),
        startedAt,
      }))
    })
    return brand.refresh().then(() => door(request, response, hold))
  }
}

/** Gives each answer the name of its request, and writes it down. */
function createServing({ options, addresses, log }: Front) {
  const warnOfProxy = createProxyWarning(addresses, options.log)
  return async <A extends Answered>(
    asked: Asked,
    connection: Connection,
    answering: () => Promise<A>,
  ): Promise<A> => {
    const startedAt = performance.now()
    const requestId = requestIdOf(asked, options.clock())
    const answer = named(await withRequestPatience(answering), requestId)
    if (answer.status === 429) warnOfProxy(asked, connection)
    log(answer.status, () => ({
      method: asked.method,
      path: pathOf(asked.url),
      route: routeOf(answer),
      requestId,
      trace: traceOf(asked),
      ip: addresses.find(connection, asked.headers),
      startedAt,
    }))
    return answer
  }
}

function named<A extends Answered>(answer: A, requestId: string): A {
  if (!answer.headers.has('x-request-id')) answer.headers.set('x-request-id', requestId)
  return answer
}

function requestIdOfAnswer({ headers }: Answered): string {
  return headers.get('x-request-id') ?? ''
}

// Behind a proxy that nobody said is one, everybody has its address: the first refusal says what to set.
function createProxyWarning(addresses: ClientAddress, log: Log): (asked: Asked, peer: Peer) => void {
  let hasWarned = false
  return ({ headers }, peer) => {
    if (hasWarned || !headers.has('x-forwarded-for') || addresses.isProxy(peer.address)) return
    hasWarned = true
    log.warn(
      { address: peer.address },
      'requests of this address are limited as those of one client, and it says that it forwards others: if it is your proxy, name it in ROLLCALL_TRUSTED_PROXIES',
    )
  }
}

// A browser whose session has ended sends none; a link that is used up or unknown is answered 410.
function isWrongCredential(style: RefusalStyle, request: Asked, { status }: Answered): boolean {
  if (status === 410) return style === 'problem' && request.method === 'POST'
  return status === 401 && (style === 'oauth' || request.headers.has('authorization'))
}

/** The same limit; `count` is told of each time that it says to wait. */
function countRefusals<Limit extends { take(name: never): number }>(limit: Limit, count: () => void): Limit {
  return {
    ...limit,
    take(name: never) {
      const waitSeconds = limit.take(name)
      if (waitSeconds > 0) count()
      return waitSeconds
    },
  }
}

/**
 * The address of a page or a probe that was asked for with a slash at its end, which proxies and people add, relative to it, so that
 * it holds below any path; undefined for any other. A host can stand in no such address.
 */
function withoutSlash(path: string): string | undefined {
  return /^\/(?:sso|saml|healthz|readyz)(?:\/[\w.~%-]+)*\/$/.test(path)
    ? `../${path.split('/').at(-2)}`
    : undefined
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.indexOf('?', start)
  return start < 0 ? '/' : url.slice(start, end < 0 ? undefined : end)
}

function renderTooLong(oversize: Oversize): Response {
  return oversize === 'url'
    ? plain(414, 'the URL is longer than 8 KB\n')
    : plain(431, 'the headers are larger than 16 KB\n')
}
