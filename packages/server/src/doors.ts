// Each door with the rooms that it needs, and what deliveries are sent by.

import { type OpenApiDocument, renderOpenApi } from '@rollcall/api'
import { createActivityWriter } from './activity/writer.ts'
import { createAdminDoor } from './admin/routes.ts'
import { createStreamPlaces } from './admin/stream-places.ts'
import { mayUseApplication } from './applications/applications.ts'
import type { Clock } from './base/clock.ts'
import type { Envelope } from './base/envelope.ts'
import type { Log, RequestLog } from './base/log.ts'
import type { CurrentBrand } from './brand/current.ts'
import { createBrandFilesDoor } from './brand/files.ts'
import { createFindBrand } from './brand/places.ts'
import type { ConnectionRules } from './connections/metadata-source.ts'
import type { ConsoleFiles } from './console/files.ts'
import { toFramePath } from './console/frame-origin.ts'
import { createConsoleDoor } from './console/routes.ts'
import type { DelivererOptions } from './deliveries/deliver.ts'
import type { SendMail } from './deliveries/mail.ts'
import { createMailSender } from './deliveries/mail.ts'
import { attemptRequest } from './deliveries/sender.ts'
import { createAssertionVerifier, type FetchText } from './directory/client-assertion.ts'
import { createKeyLookup } from './directory/key-lookup.ts'
import { noteKeyUse } from './directory/key-use.ts'
import { listUnheard } from './directory/unheard-keys.ts'
import { type AmountsOf, createAmounts } from './http/amounts.ts'
import type { AnonymousLimit } from './http/anonymous-limit.ts'
import { createCookieRules, sessionCookie, toCookieName } from './http/cookies.ts'
import type { Metrics } from './http/metrics.ts'
import { createRateLimit, createSharedRateLimit, type Sharer } from './http/rate-limit.ts'
import { type WithRoutes, withRoutes } from './http/routes.ts'
import { createSpending } from './http/spending.ts'
import { createIdTokenVerifier } from './id-tokens/id-token.ts'
import { createMetadataDoor } from './oauth/metadata.ts'
import { createTokenDoor, type TokenDoor, tokenPath } from './oauth/token.ts'
import { renderLogout } from './openid-provider/logout.ts'
import { toIssuer } from './openid-provider/provider.ts'
import { listSigningKeys, rotateSigningKey } from './openid-provider/signing-keys.ts'
import type { Dns } from './outbound/dns.ts'
import type { OutboundAnswer, OutboundRequest } from './outbound/outbound.ts'
import type { Language } from './pages/language.ts'
import { lookOf } from './pages/look.ts'
import { createPortalDoor } from './portal/routes.ts'
import { type MetadataText, readMetadata } from './saml/read-elsewhere.ts'
import { createScimDoor } from './scim/routes.ts'
import { getEmbedding } from './sessions/embed-origins.ts'
import type { OperatorKey } from './sessions/operator-key.ts'
import { createSsoDoor } from './sso/routes.ts'
import type { Database } from './store/database.ts'
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
  readonly dns: Dns
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
  /** That pages can be shown in; ours where nobody says others. */
  readonly languages?: readonly Language[] | undefined
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
    readMetadata: (text: MetadataText) => readMetadata({ organizationId: '', part: '' }, text),
    envelope,
  }
}

/** Each door with the rooms that it needs. */
export function createDoors(options: AppOptions, anonymous: AnonymousLimit, brand: CurrentBrand) {
  const { database, metrics, log, clock, operatorKey, envelope, url } = options
  const scimBaseUrl = `${options.url}/scim/v2`
  const amountsOf = options.amounts ?? createAmounts
  const activity = createActivityWriter({ database, noteKeyUse, listUnheard, clock, log })
  const keys = createKeyLookup(database, clock)
  const pass = createScimRate(options)
  const scim = createScimDoor({ database, keys, activity, pass, metrics, log, clock, scimBaseUrl })
  const token = createTokens(options, anonymous)
  const cookies = createCookieRules(url, options.isDev)
  const look = lookOf(cookies, brand, options.languages)
  const connectionRules = toConnectionRules(options)
  const { dns, sendMail, operatorMail } = options
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
    dns,
    connectionRules,
    sendMail,
    mailRate: options.mailRate,
    url,
    scimBaseUrl,
    openApi: createOpenApi(options),
    embedUrl: (origin) => url + toFramePath(envelope, origin),
    brand,
    version: options.version,
    command: options.command ?? 'rollcall',
    webhookRules,
    anonymous,
    stopping: options.stopping,
    streams: createStreamPlaces(),
    spending,
    signingKeys: signingKeysOf(envelope),
  })
  const findBrand = createFindBrand({ database, url, clock, log, mayUse: mayUseApplication })
  const rules = { activity, cookies, look, findBrand, anonymous, spending, connectionRules }
  const sso = createSignInDoor(options, rules, brand)
  const pages = createPageDoors(options, { look, cookies, anonymous }, brand)
  const metadata = createMetadataDoor(url)
  return {
    activity,
    connectionRules,
    webhookRules,
    scim,
    token,
    metadata,
    admin,
    sso,
    ...pages,
  }
}

type SsoRules = Parameters<typeof createSsoDoor>[0]

function createSignInDoor(
  { database, metrics, envelope, clock, log, url, operatorKey, sendMail, send, fetchKeys }: AppOptions,
  {
    connectionRules,
    ...rules
  }: Pick<SsoRules, 'activity' | 'cookies' | 'look' | 'findBrand' | 'anonymous' | 'spending'> & {
    readonly connectionRules: SsoRules['anchorRules']
  },
  brand: CurrentBrand,
) {
  const door = createSsoDoor({
    ...rules,
    database,
    envelope,
    clock,
    log,
    url,
    operatorKeyHash: operatorKey.hash,
    hasMail: sendMail !== undefined,
    anchorRules: connectionRules,
    send,
    idTokens: createIdTokenVerifier(fetchKeys),
    observeSignIn: metrics.observeSignIn,
  })
  return branded(door, brand)
}

/** Doors that only show something. */
function createPageDoors(
  { database, consoleFiles, command, envelope, log, clock }: AppOptions,
  { look, cookies, anonymous }: Pick<SsoRules, 'look' | 'cookies' | 'anonymous'>,
  brand: CurrentBrand,
) {
  const files = consoleFiles
  return {
    portal: branded(createPortalDoor(look, cookies), brand),
    console: branded(
      createConsoleDoor({
        ...{ files, look, envelope, log, command: command ?? 'rollcall' },
        isListed: async (origin) => (await getEmbedding(database)).origins.includes(origin),
      }),
      brand,
    ),
    brandFiles: createBrandFilesDoor({ database, brand, anonymous, clock }, look),
  }
}

/** A door that shows pages: they speak for the brand of now. */
function branded<Args extends readonly unknown[]>(
  door: WithRoutes<(...args: Args) => Response | Promise<Response>>,
  brand: CurrentBrand,
): WithRoutes<(...args: Args) => Promise<Response>> {
  return withRoutes(async (...args: Args) => {
    await brand.refresh()
    return door(...args)
  }, door.routes)
}

function signingKeysOf(envelope: Envelope): Parameters<typeof createAdminDoor>[0]['signingKeys'] {
  return {
    list: (store, now) => listSigningKeys(store, envelope, now),
    rotate: (store, act, delaySeconds) => rotateSigningKey(store, envelope, act, delaySeconds),
  }
}

/** How deliveries of each kind are made. */
export function createSenders(
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

/** For one OAuth client: a token lives for an hour. */
const tokensPerSecond = 1

/** All of them. */
export type Doors = ReturnType<typeof createDoors>
