// Which room answers which path. The file to read first.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type OpenApiDocument, renderOpenApi } from '@rollcall/api'
import { type ActivityWriter, createActivityWriter } from './activity/writer.ts'
import { createAdminDoor } from './admin/routes.ts'
import { createStreamPlaces } from './admin/stream-places.ts'
import { isUnder } from './base/base-path.ts'
import type { Clock } from './base/clock.ts'
import type { Envelope } from './base/envelope.ts'
import type { Log, RequestLog } from './base/log.ts'
import { hashSecret, isSameHash } from './base/secret.ts'
import type { ConnectionRules } from './connections/metadata-source.ts'
import type { ConsoleFiles } from './console/files.ts'
import { createConsoleDoor, isConsolePath } from './console/routes.ts'
import { attemptRequest, type DelivererOptions } from './deliveries/deliver.ts'
import type { SendMail } from './deliveries/mail.ts'
import { createMailSender } from './deliveries/mail.ts'
import { readStanding } from './deliveries/standing.ts'
import { createAssertionVerifier, type FetchText } from './directory/client-assertion.ts'
import { createKeyLookup } from './directory/key-lookup.ts'
import { noteKeyUse } from './directory/keys.ts'
import type { Hold } from './http/admission.ts'
import { type AmountsOf, createAmounts } from './http/amounts.ts'
import { type AnonymousLimit, createAnonymousLimit } from './http/anonymous-limit.ts'
import { type Answer, type Answered, type Asked, toResponse } from './http/asked.ts'
import { type ClientAddress, createClientAddress, type Peer } from './http/client-address.ts'
import { createCookieRules, sessionCookie, toCookieName } from './http/cookies.ts'
import { findOversize, type Oversize } from './http/limits.ts'
import type { Metrics } from './http/metrics.ts'
import { Problem, renderProblem } from './http/problem.ts'
import { createRateLimit, createSharedRateLimit, type Sharer } from './http/rate-limit.ts'
import { requestIdOf, traceOf } from './http/request-id.ts'
import { createRequestLog, noteRoute, routeOf } from './http/request-log.ts'
import { type WithRoutes, withRoutes } from './http/routes.ts'
import { renderSecurityText, securityTextPath } from './http/security-text.ts'
import { createSpending } from './http/spending.ts'
import {
  answerTooManyWrong,
  createWrongCredentialLimit,
  type RefusalStyle,
  renderTooManyWrong,
} from './http/wrong-credentials.ts'
import { createIdTokenVerifier } from './id-tokens/id-token.ts'
import { createMetadataDoor } from './oauth/metadata.ts'
import { createTokenDoor, type TokenDoor, tokenPath } from './oauth/token.ts'
import { createProviderDoor, type ProviderDoor } from './openid-provider/handler.ts'
import { renderLogout } from './openid-provider/logout.ts'
import { toIssuer } from './openid-provider/provider.ts'
import { listSigningKeys, rotateSigningKey } from './openid-provider/signing-keys.ts'
import type { ResolveTxt } from './outbound/dns.ts'
import type { OutboundAnswer, OutboundRequest } from './outbound/outbound.ts'
import { lookOf } from './pages/look.ts'
import { createPortalDoor, portalPages } from './portal/routes.ts'
import { type MetadataText, readMetadata } from './saml/read-elsewhere.ts'
import { createScimDoor } from './scim/routes.ts'
import { isMisplaced } from './scim/target.ts'
import type { OperatorKey } from './sessions/operator-key.ts'
import { createSsoDoor, isSsoPage } from './sso/routes.ts'
import type { Database } from './store/database.ts'
import { StoreUnavailable } from './store/errors.ts'
import { withRequestPatience } from './store/patience.ts'
import { renderDelivery } from './webhooks/deliveries.ts'
import { switchOffEndpoint, tellOfEndpoint, type WebhookRules } from './webhooks/endpoints.ts'

/** What the whole app is made of. */
export interface AppOptions {
  readonly database: Database
  readonly operatorKey: OperatorKey
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  readonly url: string
  readonly version: string
  readonly scimRate: number
  readonly anonymousRate: number
  /** Where limits remember what was used; absent: in the memory of this app. */
  readonly amounts?: AmountsOf | undefined
  readonly trustedProxies: readonly string[]
  /** Seals private keys. */
  readonly envelope: Envelope
  readonly resolveTxt: ResolveTxt
  /** The text behind an identity provider's metadata URL. */
  readonly fetchMetadata: ConnectionRules['fetchMetadata']
  /** The text behind a key set's or a discovery document's URL. */
  readonly fetchKeys: FetchText
  /** A call to an issuer. */
  readonly send: (request: OutboundRequest) => Promise<OutboundAnswer>
  /** A call to a receiver of webhooks or sign-outs. */
  readonly deliver: (request: OutboundRequest) => Promise<OutboundAnswer>
  /** Where notices to the operator go; undefined where nobody said. */
  readonly operatorMail: string | undefined
  /** Whom /.well-known/security.txt names, as URIs. */
  readonly securityContacts: readonly string[]
  readonly metricsKey?: string | undefined
  /** Throws OutboundError when nothing may be sent to this address. */
  readonly checkUrl: WebhookRules['checkUrl']
  /** Undefined where no mail is configured. */
  readonly sendMail: SendMail | undefined
  /** Mails an hour that the administrators of one organization may have sent. */
  readonly mailRate: number
  readonly isDev: boolean
  /** Which requests have a line of their own in the log. */
  readonly requestLog: RequestLog
  /** How the operator runs the command; `rollcall` where nobody said. */
  readonly command?: string
  /** Whether the service has been told to stop, and takes no more of what can go elsewhere. */
  readonly isLeaving: () => boolean
  /** Aborts when the service begins to stop. */
  readonly stopping: AbortSignal
  readonly consoleFiles: ConsoleFiles
}

/** What the listener knows of a request's other end. */
export interface Connection extends Peer {
  /** Came through the socket in the data folder. */
  readonly isControlSocket: boolean
  /** Counted by the listener; undefined without one. */
  readonly headerBytes: number | undefined
  /** To be told whose connection it is, once a credential proved right. */
  readonly hold?: Hold | undefined
}

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
export function createApp(options: AppOptions): App {
  const { database, metrics, operatorKey } = options
  metrics.watchStore(database)
  metrics.watchStanding(() => readStanding(database, options.clock()))
  const addresses = createClientAddress(options.trustedProxies)
  const amountsOf = options.amounts ?? createAmounts
  const anonymous = countRefusals(
    createAnonymousLimit(options.anonymousRate, options.clock, amountsOf('anonymous')),
    () => metrics.observeRefusal('anonymous_acts'),
  )
  const doors = createDoors(options, anonymous)
  const { activity, connectionRules, webhookRules } = doors

  const mayReadMetrics = (request: Request): boolean => {
    const token = /^Bearer[ \t]+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    if (token === undefined) return false
    const own = options.metricsKey
    return operatorKey.matches(token) || (own !== undefined && isSameHash(hashSecret(token), hashSecret(own)))
  }
  const renderMetrics = async (request: Request): Promise<Response> => {
    if (!mayReadMetrics(request))
      return renderProblem(
        new Problem('unauthorized', 'Send the operator key, or ROLLCALL_METRICS_KEY where it is set'),
        '',
      )
    const { type, text } = await metrics.render()
    return new Response(text, { headers: { 'content-type': type } })
  }
  // Anybody may ask, as often as they like: those who ask at once share one question to the store.
  let pinging: Promise<string | undefined> | undefined
  const renderReadiness = async (): Promise<Response> => {
    pinging ??= findFault(database.ping(), readyWithinMs).finally(() => {
      pinging = undefined
    })
    const fault = await pinging
    if (options.isLeaving()) return plain(503, 'stopping\n', { 'retry-after': '1' })
    return fault === undefined ? plain(200, 'ready\n') : plain(503, `${fault}\n`, { 'retry-after': '1' })
  }

  const countWrong = createWrongCredentialLimit(options.clock, amountsOf('wrong'))
  /** Seconds to wait where this answer was one wrong credential too many. */
  const limitWrong = (style: RefusalStyle, asked: Asked, ip: string | null, answer: Answered): number => {
    const waitSeconds = isWrongCredential(style, asked, answer) ? countWrong(ip) : 0
    if (waitSeconds > 0) metrics.observeRefusal('wrong_credentials')
    return waitSeconds
  }
  const limited: Limited = async (style, request, ip, answering) => {
    const answer = await answering
    const waitSeconds = limitWrong(style, request, ip, answer)
    return waitSeconds === 0 ? answer : renderTooManyWrong(style, requestIdOfAnswer(answer), waitSeconds)
  }
  const scim = async (asked: Asked, peer: DoorPeer): Promise<Answer> => {
    const answer = await doors.scim(asked, peer)
    const waitSeconds = limitWrong('scim', asked, peer.ip, answer)
    return waitSeconds === 0 ? answer : answerTooManyWrong('scim', requestIdOfAnswer(answer), waitSeconds)
  }

  const probes: Readonly<Record<string, (request: Request, connection: Connection) => Reply>> = {
    '/healthz': () => plain(200, 'alive\n'),
    '/readyz': renderReadiness,
    '/metrics': renderMetrics,
    ...(options.securityContacts.length === 0
      ? {}
      : {
          [securityTextPath]: () =>
            plain(200, renderSecurityText(options.securityContacts, options.url, options.clock())),
        }),
  }
  const places = createPlaces({ ...doors, scim: withRoutes(scim, doors.scim.routes) }, probes, limited)

  const toPeer = (asked: Asked, connection: Connection): DoorPeer => ({
    ip: addresses.find(connection, asked.headers),
    isControlSocket: connection.isControlSocket,
    hold: connection.hold,
    oversize: findOversize(asked, connection.headerBytes),
  })
  const route = async (request: Request, connection: Connection): Promise<Response> => {
    const path = pathOf(request.url)
    const peer = toPeer(request, connection)
    const place = places.find(({ isAt }) => isAt(path, request))
    if (peer.oversize !== undefined && place?.saysTooLong !== true) return renderTooLong(peer.oversize)
    const straight = withoutSlash(path)
    if (straight !== undefined)
      return new Response(null, {
        status: 308,
        headers: { location: `${straight}${new URL(request.url).search}`, 'cache-control': 'no-store' },
      })
    if (place === undefined) return renderProblem(new Problem('not_found', 'There is no such path'), '')
    return place.answer(request, peer, connection)
  }
  const logRequest = createRequestLog(options.log, options.requestLog)
  const logged = (request: IncomingMessage, response: ServerResponse, hold?: Hold): Promise<void> => {
    const startedAt = performance.now()
    const path = pathOf(`http://host${request.url ?? '/'}`)
    response.once('finish', () =>
      logRequest(response.statusCode, () => ({
        method: request.method ?? '',
        path,
        route: undefined,
        requestId: requestIdOf(request, options.clock()),
        trace: traceOf(request),
        ip: addresses.find(
          { address: request.socket.remoteAddress },
          new Headers({ 'x-forwarded-for': String(request.headers['x-forwarded-for'] ?? '') }),
        ),
        startedAt,
      })),
    )
    return oidc(request, response, hold)
  }
  const warnOfProxy = createProxyWarning(addresses, options.log)
  const serve = async <A extends Answered>(
    asked: Asked,
    connection: Connection,
    answering: () => Promise<A>,
  ): Promise<A> => {
    const startedAt = performance.now()
    const requestId = requestIdOf(asked, options.clock())
    const answer = named(await withRequestPatience(answering), requestId)
    if (answer.status === 429) warnOfProxy(asked, connection)
    logRequest(answer.status, () => ({
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

  const cookies = createCookieRules(options.url, options.isDev)
  const oidc = createProviderDoor({
    ...options,
    cookies,
    look: lookOf(cookies),
    addresses,
    countWrong,
    anonymous,
  })
  return {
    activity,
    connectionRules,
    senders: createSenders(webhookRules, options),
    oidc: withRoutes(logged, oidc.routes),
    routes: [...places, oidc].flatMap(({ routes }) => routes),
    fetch: (request, connection) => serve(request, connection, () => route(request, connection)),
    answerScim: (asked, connection) => serve(asked, connection, () => scim(asked, toPeer(asked, connection))),
  }
}

type Reply = Response | Promise<Response>

function named<A extends Answered>(answer: A, requestId: string): A {
  if (!answer.headers.has('x-request-id')) answer.headers.set('x-request-id', requestId)
  return answer
}

function requestIdOfAnswer({ headers }: Answered): string {
  return headers.get('x-request-id') ?? ''
}

/** What a door is told of a request's other end. */
interface DoorPeer {
  readonly ip: string | null
  readonly isControlSocket: boolean
  readonly hold: Hold | undefined
  readonly oversize: Oversize | undefined
}

interface Place {
  readonly routes: readonly string[]
  /** Whether the door tells of a URL or headers that are too long in its own words. */
  readonly saysTooLong: boolean
  isAt(path: string, request: Request): boolean
  answer(request: Request, peer: DoorPeer, connection: Connection): Reply
}

type Limited = (
  style: Exclude<RefusalStyle, 'scim'>,
  request: Request,
  ip: string | null,
  answering: Promise<Response>,
) => Promise<Response>

/** Which door answers which path: the first that is at it. */
function createPlaces(
  {
    scim,
    token,
    metadata,
    admin,
    sso,
    portal,
    console,
  }: Omit<ReturnType<typeof createDoors>, 'scim'> & {
    readonly scim: WithRoutes<(asked: Asked, peer: DoorPeer) => Promise<Answer>>
  },
  probes: Readonly<Record<string, (request: Request, connection: Connection) => Reply>>,
  limited: Limited,
): readonly Place[] {
  const answerScim = async (request: Request, peer: DoorPeer): Promise<Response> => {
    const answer = await scim(request, peer)
    return noteRoute(toResponse(answer), routeOf(answer))
  }
  return [
    {
      routes: scim.routes,
      saysTooLong: true,
      isAt: (path) => isUnder(path, '/scim/v2'),
      answer: answerScim,
    },
    {
      routes: token.routes,
      saysTooLong: true,
      isAt: (path) => path === tokenPath,
      answer: (request, peer) => limited('oauth', request, peer.ip, token(request, peer)),
    },
    { ...metadata, saysTooLong: false },
    {
      routes: admin.routes,
      saysTooLong: true,
      isAt: (path) => isUnder(path, '/api/v1'),
      answer: (request, peer) => limited('problem', request, peer.ip, admin(request, peer)),
    },
    {
      routes: sso.routes,
      saysTooLong: true,
      isAt: (path) => isUnder(path, '/saml') || isUnder(path, '/sso') || isSsoPage(path),
      answer: sso,
    },
    {
      routes: portal.routes,
      saysTooLong: false,
      isAt: (path) => Object.hasOwn(portalPages, path),
      answer: portal,
    },
    { routes: console.routes, saysTooLong: false, isAt: isConsolePath, answer: console },
    ...Object.entries(probes).map(([path, probe]) => ({
      routes: [`* ${path}`],
      saysTooLong: false,
      isAt: (asked: string) => asked === path,
      answer: (request: Request, _: DoorPeer, connection: Connection) => probe(request, connection),
    })),
    { routes: [], saysTooLong: true, isAt: isMisplaced, answer: answerScim },
    // An imported connection may have its ACS anywhere.
    { routes: [], saysTooLong: true, isAt: (_, { method }) => method === 'POST', answer: sso },
  ]
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

/** Waits for an organization's turn; the seconds after which to come back where there is none. */
function createScimRate({ clock, metrics, scimRate: perSecond, amounts = createAmounts }: AppOptions) {
  const scimRate = createSharedRateLimit({ perSecond }, clock, amounts('scim'))
  return async (organizationId: string, sharer: Sharer): Promise<number> => {
    const waitSeconds = await scimRate.pass(organizationId, sharer)
    if (waitSeconds > 0) metrics.observeRefusal('scim_rate')
    return waitSeconds
  }
}

function createTokens(options: AppOptions, anonymous: AnonymousLimit): TokenDoor {
  const { database, clock, log, amounts = createAmounts } = options
  return createTokenDoor({
    database,
    verifier: createAssertionVerifier({
      fetchText: options.fetchKeys,
      // The endpoint (RFC 7523 §3), and the issuer of its metadata.
      audiences: [options.url + tokenPath, options.url],
    }),
    rateLimit: createRateLimit({ perSecond: tokensPerSecond }, clock, amounts('tokens')),
    anonymous,
    clock,
    log,
  })
}

/** Made when somebody asks: it takes longer than all the rest of a start. */
function createOpenApi({ url, isDev, version }: AppOptions): () => OpenApiDocument {
  let document: OpenApiDocument | undefined
  return () => {
    document ??= renderOpenApi(url, version, toCookieName(createCookieRules(url, isDev), sessionCookie))
    return document
  }
}

function toConnectionRules(options: AppOptions) {
  const { url, operatorMail, isDev, fetchMetadata, fetchKeys, envelope } = options
  return {
    url,
    operatorMail,
    isDev,
    fetchMetadata,
    fetchDiscovery: fetchKeys,
    readMetadata: (text: MetadataText) => readMetadata('', text),
    envelope,
  }
}

/** Each door with the rooms that it needs. */
function createDoors(options: AppOptions, anonymous: AnonymousLimit) {
  const { database, metrics, log, clock, operatorKey, envelope, url } = options
  const scimBaseUrl = `${options.url}/scim/v2`
  const amountsOf = options.amounts ?? createAmounts
  const activity = createActivityWriter({ database, noteKeyUse, clock, log })
  const keys = createKeyLookup(database, clock)
  const pass = createScimRate(options)
  const scim = createScimDoor({ database, keys, activity, pass, metrics, log, clock, scimBaseUrl })
  const token = createTokens(options, anonymous)
  const cookies = createCookieRules(url, options.isDev)
  const look = lookOf(cookies)
  const connectionRules = toConnectionRules(options)
  const { resolveTxt, sendMail, operatorMail } = options
  const webhookRules = { database, envelope, checkUrl: options.checkUrl, operatorMail }
  const spending = createSpending(clock, amountsOf)
  const admin = createAdminDoor({
    database,
    operatorKey,
    metrics,
    log,
    clock,
    envelope,
    cookies,
    resolveTxt,
    connectionRules,
    sendMail,
    mailRate: options.mailRate,
    url,
    scimBaseUrl,
    openApi: createOpenApi(options),
    version: options.version,
    command: options.command ?? 'rollcall',
    webhookRules,
    anonymous,
    stopping: options.stopping,
    streams: createStreamPlaces(),
    spending,
    signingKeys: {
      list: (store, now) => listSigningKeys(store, envelope, now),
      rotate: (store, act, delaySeconds) => rotateSigningKey(store, envelope, act, delaySeconds),
    },
  })
  const sso = createSsoDoor({
    database,
    activity,
    envelope,
    clock,
    log,
    url,
    cookies,
    look,
    anonymous,
    operatorKeyHash: operatorKey.hash,
    hasMail: options.sendMail !== undefined,
    anchorRules: connectionRules,
    spending,
    send: options.send,
    idTokens: createIdTokenVerifier(options.fetchKeys),
  })
  const portal = createPortalDoor(look)
  const { consoleFiles: files, command = 'rollcall' } = options
  const console = createConsoleDoor({ files, look, command })
  const metadata = createMetadataDoor(url)
  return { activity, connectionRules, webhookRules, scim, token, metadata, admin, sso, portal, console }
}

function createSenders(
  rules: WebhookRules,
  { database, envelope, clock, url, deliver, sendMail }: AppOptions,
): DelivererOptions['senders'] {
  const logout = { database, envelope, issuer: toIssuer(url) }
  const carry = async (request: OutboundRequest | undefined) =>
    request === undefined ? undefined : attemptRequest(deliver, request, clock)
  return {
    webhook: {
      send: async (delivery) => carry(await renderDelivery(rules, delivery, clock())),
      switchOff: (...lost) => switchOffEndpoint(rules, ...lost),
      tell: (...trouble) => tellOfEndpoint(rules, ...trouble),
    },
    logout: {
      send: async (delivery) => carry(await renderLogout(logout, delivery, clock())),
      // What is lost is one application's sign-out: it goes on being told of the next.
      switchOff: async () => undefined,
    },
    mail: createMailSender(sendMail),
  }
}

const readyWithinMs = 2_000

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

/** For one OAuth client: a token lives for an hour. */
const tokensPerSecond = 1

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

/** Why the store is not ready, in its own words, which name nothing but its state. */
async function findFault(work: Promise<void>, milliseconds: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const silence = 'the store does not answer'
  const timer = setTimeout(() => resolve(silence), milliseconds)
  work.then(
    () => resolve(undefined),
    (error: unknown) => resolve(error instanceof StoreUnavailable ? error.message : silence),
  )
  return promise.finally(() => clearTimeout(timer))
}

function renderTooLong(oversize: Oversize): Response {
  return oversize === 'url'
    ? plain(414, 'the URL is longer than 8 KB\n')
    : plain(431, 'the headers are larger than 16 KB\n')
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}
