// The room `server/openid-provider`: our own OpenID Connect provider, for the operator's applications, under /oidc. The library
// speaks the protocol; we say who somebody is.
//
// 1. `handler` lets a request in; `limits` says how much one may be.
// 2. An application asks for a sign-in; `interaction` finds the connection and goes the way of `sso`.
// 3. `accounts` says who the subject is and which claims an application gets; `vouched` whether we stand by an address.
// 4. `adapter` keeps codes, tokens and grants in `holdings`; `standing` and `source` tie each to our own session, which none outlives.
// 5. `signing-keys` sign; `logout` tells applications who is out.
//
// OpenID Connect for the product's applications, on a certified library: what it may do, what it asks us, and how its pages
// look. Owns the configuration; interaction.ts decides how a person signs in, adapter.ts where things are kept.

import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Configuration, ErrorOut, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { applicationAlgorithms } from '../applications/application-rules.ts'
import { requirePkceName } from '../applications/client-metadata.ts'
import type { Clock } from '../base/clock.ts'
import { memberOf } from '../base/unknown.ts'
import { readCookies, renderCookie, sessionCookie } from '../http/cookies.ts'
import { describeRequest, requestIdOf } from '../http/request-id.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { type Page, renderPage } from '../pages/frame.ts'
import { languages } from '../pages/language.ts'
import type { Look } from '../pages/look.ts'
import { wrongRequestPage } from '../pages/refusals.ts'
import { signedOutOfApplicationPage, signOutPage } from '../pages/sessions.ts'
import { signOutHere } from '../sessions/end.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { findSession, findSessionByHash } from '../sessions/sessions.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import { claimsOfScopes, findAccount, isEmailVerified, toClaims } from './accounts.ts'
import { createAdapterFactory } from './adapter.ts'
import {
  type ClientPrototype,
  hashSecrets,
  implyConsent,
  keepSources,
  nameByPublicUrl,
  onlyUsable,
  protectForms,
  secondsLeft,
  takeOnce,
} from './adjust-library.ts'
import { libraryCookies } from './cookies.ts'
import { hidden, type Library } from './library.ts'
import { assertRequestSize } from './limits.ts'
import { queueLogout } from './logout.ts'
import { lookOfRequest } from './look.ts'
import { createPolicy, grantAll, mayHave } from './policy.ts'
import { day, hour, minute, type ProviderOptions } from './provider-options.ts'
import type { PrivateJwk } from './signing-keys.ts'
import { sourceOf } from './source.ts'

const clientAuthMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const

/** `{ROLLCALL_URL}/oidc`. */
export function toIssuer(url: string): string {
  return `${url}/oidc`
}

/** Codes of errors that the other side of a connection causes. */
const senderFault = /^(?:HPE_.*|ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/

function configure(library: Library, options: ProviderOptions, keys: readonly PrivateJwk[]): Configuration {
  const { database, envelope, clock, cookies } = options
  const isSecure = cookies.isSecure
  return {
    adapter: createAdapterFactory(library, database, envelope, clock),
    jwks: { keys: keys },
    cookies: {
      keys: [...envelope.derive('oidc cookies')],
      names: libraryCookies,
      long: { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' },
      short: { httpOnly: true, sameSite: 'lax', secure: isSecure },
    },
    features: featuresOf(options),
    claims: claimsOfScopes,
    scopes: ['openid', 'offline_access', 'profile', 'email', 'organization', 'groups'],
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    extraClientMetadata: { properties: [requirePkceName] },
    pkce: { required: (_ctx, client) => client[requirePkceName] !== false },
    allowOmittingSingleRegisteredRedirectUri: false,
    // The last of them is looked at when all parameters are known and before anything is kept.
    extraParams: {
      organization: null,
      connection: null,
      domain_hint: (ctx) => assertRequestSize(ctx, library),
    },
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    clientAuthMethods: [...clientAuthMethods],
    enabledJWA: { clientAuthSigningAlgValues: [...applicationAlgorithms] },
    // RFC 8414 §2: by default it would mean client_secret_basic alone.
    discovery: {
      ui_locales_supported: languages.map(({ code }) => code),
      revocation_endpoint_auth_methods_supported: clientAuthMethods,
      revocation_endpoint_auth_signing_alg_values_supported: applicationAlgorithms,
    },
    // A refresh token ends with the session unless offline_access was asked for; nothing ends later than our session does.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    ttl: lifetimesOf(clock),
    interactions: {
      url: (_ctx, interaction) => `${cookies.basePath}/oidc/interaction/${interaction.uid}`,
      policy: createPolicy(library, options),
    },
    loadExistingGrant: (ctx) => grantAll(ctx, options),
    async findAccount(ctx, sub) {
      const account = await findAccount(database, sub)
      if (account === undefined || !(await mayHave(ctx, database, account))) return undefined
      return {
        accountId: sub,
        claims: async () => toClaims(account, await isEmailVerified(database, account, options.clock())),
      }
    },
    renderError: (ctx, out) => showWrongRequest(ctx, out, options),
    fetch: createKeyFetch(options),
  }
}

function featuresOf(options: ProviderOptions): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => renderLogoutPage(ctx, form, options),
      postLogoutSuccessSource: (ctx) => showPage(ctx, signedOutOfApplicationPage, options),
    },
    backchannelLogout: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: false },
  }
}

function lifetimesOf(clock: Clock): NonNullable<Configuration['ttl']> {
  return {
    AccessToken: () => hour,
    AuthorizationCode: () => minute,
    IdToken: () => hour,
    RefreshToken: (_ctx, token) => (token.scopes.has('offline_access') ? 30 * day : day),
    Interaction: () => hour,
    Session: (_ctx, session) => secondsLeft(session, clock()),
    Grant: (_ctx, grant) =>
      grant.getOIDCScope().split(' ').includes('offline_access') ? 30 * day : secondsLeft(grant, clock()),
  }
}

/** How the library fetches the keys of applications: by the guarded way out. */
function createKeyFetch(options: ProviderOptions): NonNullable<Configuration['fetch']> {
  return async (target) => {
    try {
      return new Response(onlyUsable(await options.fetchKeys(String(target))))
    } catch (error) {
      if (error instanceof OutboundError) return new Response('', { status: 502 })
      throw error
    }
  }
}

function logFaults(provider: Provider, options: ProviderOptions): void {
  const { clock } = options
  // Koa prints these with a stack otherwise. Whoever sends a request and goes away is no fault of ours.
  const emitter: EventEmitter = provider
  emitter.on(
    'error',
    (error: Error & { readonly code?: string }, context?: { readonly req?: IncomingMessage }) => {
      if (senderFault.test(error.code ?? '')) options.log.debug({ err: error }, 'a sender went away')
      else
        options.log.error(
          { err: error, ...(context?.req === undefined ? {} : describeRequest(context.req, clock())) },
          'OpenID Connect: a request failed',
        )
    },
  )
  provider.on('server_error', (ctx, error) => {
    const isAway = error instanceof StoreUnavailable
    const isUnkeepable = error instanceof StoreUnkeepable
    options.log[isAway || isUnkeepable ? 'debug' : 'error'](
      { err: error, ...describeRequest(ctx.req, clock()) },
      'OpenID Connect: a request failed',
    )
    if (isUnkeepable && ctx.status >= 500) ctx.status = 400
    if (!isAway || ctx.status < 500) return
    ctx.status = 503
    ctx.set('retry-after', String(error.retryAfterSeconds))
  })
}

/** Our provider with these keys. */
export function createProvider(
  library: Library,
  options: ProviderOptions,
  keys: readonly PrivateJwk[],
): Provider {
  const { clock, url, cookies } = options
  const provider = new library.Provider(toIssuer(url), configure(library, options, keys))
  provider.proxy = true
  keepSources(provider)
  takeOnce(provider)
  implyConsent(provider)
  nameByPublicUrl(provider, url)
  hashSecrets(library, provider, clock)
  protectForms(provider, cookies)
  tellByQueue(provider, options)
  limitWrongClients(provider, options)
  noteProven(provider)
  endWithLogout(provider, options)
  logFaults(provider, options)
  return provider
}

function limitWrongClients(provider: Provider, { countWrong }: ProviderOptions): void {
  provider.use(async (context, next) => {
    await next()
    // At every door where a client proves itself: token, revocation, pushed requests. At userinfo it is a token that has ended.
    if (context.status !== 401 || context.path === '/me') return
    const waitSeconds = countWrong(context.ip)
    if (waitSeconds === 0) return
    context.status = 429
    context.set('retry-after', String(waitSeconds))
    context.body = {
      error: 'slow_down',
      error_description: 'Too many wrong credentials came from this network',
    }
  })
}

/** Requests whose sender turned out to have a credential, or an answer that only the right browser gets. */
const proven = new WeakMap<IncomingMessage, string | undefined>()

/** Known when it has been answered. */
export function isProven(request: IncomingMessage): boolean {
  return proven.has(request)
}

/** The application that authenticated itself. */
export function findCredential(request: IncomingMessage): string | undefined {
  return proven.get(request)
}

const codeParameter = /[?&#]code=/

function noteProven(provider: Provider): void {
  provider.use(async (context, next) => {
    await next()
    const { oidc, status, req } = hidden<Partial<KoaContextWithOIDC>>(context)
    if (oidc === undefined || req === undefined || status === undefined || status >= 400) return
    const { client, route } = oidc
    const isAuthenticated = client !== undefined && client.clientAuthMethod !== 'none'
    const byRoute: Readonly<Record<string, boolean>> = {
      token: true,
      userinfo: true,
      pushed_authorization_request: isAuthenticated,
      revocation: isAuthenticated,
      resume: codeParameter.test(context.response.get('location')),
    }
    const isByClient = isAuthenticated && route !== 'resume' && route !== 'userinfo'
    if (route !== undefined && byRoute[route] === true)
      proven.set(req, isByClient ? `application ${client.clientId}` : undefined)
  })
}

// The library would call applications itself, once, while the person waits: ours are queued, guarded and tried again.
function tellByQueue(provider: Provider, { database, clock }: ProviderOptions): void {
  const prototype = hidden<ClientPrototype>(provider.Client.prototype)
  prototype.backchannelLogout = async function tell(this: ClientPrototype, accountId, sid) {
    await queueLogout(database, { targetId: this.clientId, userId: accountId, sid }, clock())
  }
}

// Signing out of the product ends our own session in this browser as well, once the library has let it happen: the next sign-in
// asks the identity provider. A session of somebody else that this browser has meanwhile is not theirs to end.
function endWithLogout(provider: Provider, options: ProviderOptions): void {
  const { database, clock, cookies } = options
  provider.use(async (context, next) => {
    await next()
    const oidc = memberOf(context, 'oidc')
    const session = memberOf(oidc, 'session')
    if (memberOf(oidc, 'route') !== 'end_session_confirm' || memberOf(session, 'destroyed') !== true) return
    const accountId = memberOf(session, 'accountId')
    if (typeof accountId !== 'string') return
    const now = clock()
    const token = readCookies(new Headers({ cookie: context.get('cookie') }), cookies).get(sessionCookie)
    const here = await findSession(database, token, now)
    const source = sourceOf(session)
    const begun = source === undefined ? undefined : await findSessionByHash(database, source.hash, now, true)
    const about = {
      requestId: requestIdOf(context.req, now),
      ip: context.ip,
      userAgent: context.get('user-agent') || null,
    }
    const ended = new Map([here, begun].flatMap((one) => (one?.userId === accountId ? [[one.id, one]] : [])))
    for (const one of ended.values())
      await signOutHere(database, one, {
        actor: { kind: 'user', userId: accountId },
        rung: rungOfSession(one),
        at: now,
        context: about,
      })
    if (here !== undefined && ended.has(here.id))
      context.append('set-cookie', renderCookie(cookies, sessionCookie, '', 0))
  })
}

// What came and is registered differs in a letter more often than not: the developer compares.
function findWrongUri(ctx: KoaContextWithOIDC, error: string): string | null {
  const came = ctx.oidc?.params?.redirect_uri
  return error === 'invalid_redirect_uri' && typeof came === 'string' ? came.slice(0, 500) : null
}

function showWrongRequest(
  ctx: KoaContextWithOIDC,
  { error: code, error_description: description = '' }: ErrorOut,
  options: ProviderOptions,
): void {
  const uri = findWrongUri(ctx, code)
  showPage(ctx, (look) => wrongRequestPage(look, { code, description, uri }), options)
}

// The body of renderPage is a string; Koa takes the stream as it is.
function showPage(ctx: KoaContextWithOIDC, page: (look: Look) => Page, options: ProviderOptions): void {
  const look = lookOfRequest(options, ctx.req, ctx.oidc?.params?.ui_locales)
  const rendered = renderPage(page(look), look)
  for (const [name, value] of rendered.headers) ctx.set(name, value)
  ctx.body = rendered.body
}

// Whoever shows that it is they who are signed in (id_token_hint) is not asked again: the form sends itself. Another person's token
// proves nothing (RP-Initiated Logout 1.0 §2).
function renderLogoutPage(ctx: KoaContextWithOIDC, form: string, options: ProviderOptions): void {
  const { IdTokenHint } = ctx.oidc.entities
  const isSure = IdTokenHint !== undefined && isOfSession(ctx, IdTokenHint.payload)
  showPage(ctx, (look) => signOutPage(look, form, isSure), options)
}

interface Hint {
  readonly sub?: string
  readonly sid?: string
}

// Of this very session, where it says of which it is.
function isOfSession({ oidc: { session, client } }: KoaContextWithOIDC, { sub, sid }: Hint): boolean {
  if (session === undefined || sub === undefined || sub !== session.accountId) return false
  return sid === undefined || client === undefined || sid === session.sidFor(client.clientId)
}

/** Whose request it is, before prepareRequest says it to the library. */
export function readAddress(
  request: IncomingMessage,
  { addresses }: Pick<ProviderOptions, 'addresses'>,
): string | null {
  const forwarded = new Headers({ 'x-forwarded-for': String(request.headers['x-forwarded-for'] ?? '') })
  return addresses.find({ address: request.socket.remoteAddress }, forwarded)
}

/** Behind the proxy that we are ourselves: the public URL is the only source of URLs, whatever the Host header says. */
export function prepareRequest(
  request: IncomingMessage,
  { url, addresses }: Pick<ProviderOptions, 'url' | 'addresses'>,
): void {
  const ip = readAddress(request, { addresses })
  const { host, protocol } = new URL(url)
  const path = request.url ?? '/'
  request.headers.host = host
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  delete request.headers['x-forwarded-host']
  if (ip === null) delete request.headers['x-forwarded-for']
  else request.headers['x-forwarded-for'] = ip
  ;(request as IncomingMessage & { originalUrl?: string }).originalUrl = path
  const below = path.slice('/oidc'.length)
  request.url = below.startsWith('/') ? below : `/${below}`
}
