// Single sign-on by OpenID Connect: the way out with state, nonce and PKCE, the way back with a code. What a sign-in means is
// decided where SAML's are: this ends with the same proof of who it is.

import { createHash } from 'node:crypto'
import { type Sentence, say } from '@rollcall/api/sentences'
import type { JWTPayload } from 'jose'
import { makeRoom } from '../base/bounded.ts'
import { hashSecret } from '../base/secret.ts'
import { hasNul, hasText } from '../base/texts.ts'
import { isRecord } from '../base/unknown.ts'
import type { FoundConnection } from '../connections/find.ts'
import { openClientSecret } from '../connections/openid-source.ts'
import { parseOpenId, parseOptions } from '../connections/rows.ts'
import { readUiLocales } from '../http/accept-language.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { redirect } from '../http/redirect.ts'
import { isVouched, toVerifiedIdentity } from '../id-tokens/id-token.ts'
import { OpenIdError, type TokenFault } from '../id-tokens/openid-error.ts'
import type { OpenIdTrust } from '../id-tokens/trust.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { checkOpen, proveSignIn } from '../sign-ins/sign-ins.ts'
import type { Asked } from '../sign-ins/standing.ts'
import { explainOpenId } from './explain-openid.ts'
import { explainState } from './explain-state.ts'
import { renderIdTokenCookie } from './id-token-hint.ts'
import { isLogoutId } from './logout-id.ts'
import { deriveFromCookie, requestCookieName } from './request-cookie.ts'
import { toStaged } from './staged.ts'
import { type ConnectionVisit, chargeTried, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'
import type { Wish } from './wish.ts'

/** RFC 6749 §4.1.1 with RFC 7636: `id` is the state, nonce and verifier come from the cookie's secret. */
export function renderAuthorizationUrl(request: {
  readonly found: FoundConnection
  readonly trust: OpenIdTrust
  readonly id: string
  readonly secret: string
  readonly visit: Visit
  readonly wish: Wish
  /** Whom it is likely to be. */
  readonly hint: string | undefined
}): string {
  const { found, trust, id, secret, visit, wish } = request
  const target = new URL(trust.authorizationEndpoint)
  const verifier = deriveFromCookie(secret, 'verifier')
  const { hint } = request
  const locales = readUiLocales(visit.url.searchParams.get('ui_locales') ?? '')
    .join(' ')
    .slice(0, 100)
  const parameters: Record<string, string> = {
    response_type: 'code',
    client_id: trust.clientId,
    redirect_uri: found.row.acs_url,
    scope: trust.scopes.join(' '),
    state: id,
    nonce: deriveFromCookie(secret, 'nonce'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(hint === undefined ? {} : { login_hint: hint }),
    // Core §3.1.2.1: who asked for a language here wants it there.
    ...(locales === '' ? {} : { ui_locales: locales }),
    ...askAgain(wish, parseOptions(found.row).forceAuthn),
  }
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
  return target.href
}

// Core §2: whoever asks for an age is told when the person was asked (auth_time), so that prompt=login asks for the age 0 as well.
function askAgain({ prompt, maxAge }: Wish, isForced: boolean): Record<string, string> {
  if (prompt === 'login') return { prompt, max_age: '0' }
  return {
    ...(isForced ? { prompt: 'login' } : prompt === null ? {} : { prompt }),
    ...(maxAge === null ? {} : { max_age: String(maxAge) }),
  }
}

/** GET /sso/callback/{id}: browsers send our cookies with this navigation, so that it can be finished by them alone. */
export async function consumeCallback(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const { searchParams } = visit.url
  const id = searchParams.get('state') ?? ''
  // Back from a sign-out there: the page looks for itself whether anybody is signed in here.
  if (!searchParams.has('code') && isLogoutId(options.envelope, found.row.id, id, visit.at))
    return redirect(`${options.url}/signed-out?here=0`)
  const secret = visit.cookies.get(requestCookieName(id)) ?? ''
  const wanted = { id, connectionId: found.row.id, browserHash: hashSecret(secret) }
  const standing = await checkOpen(options.database, found.scope, wanted, visit.at)
  if (typeof standing === 'string') throw new SsoRefusal(standing, explainState(standing, found.row), found)
  const asked = await findAsked(options, found, standing)
  const trust = parseOpenId(asked.row)
  if (trust === null) throw new SsoRefusal('connection_incomplete', [say('connection_incomplete')], found)
  let hint: string | undefined
  try {
    const code = readAnswer(searchParams, trust)
    const { claims, idToken } = await redeem({ ...here, found: asked }, trust, { id, code, secret })
    const assertion = toVerifiedIdentity(claims, trust, id)
    const anchor = { number: asked.row.anchor_number, digest: standing.anchorDigest }
    const skewMs = parseOptions(found.row).clockSkewSeconds * 1_000
    const proof = { connectionId: found.row.id, assertion, requestId: id, anchor, skewMs }
    const result = await proveSignIn(options.database, found.scope, proof, visit.at)
    if (result !== 'proven') throw new SsoRefusal(result, explainState(result, found.row), found)
    if (trust.endSessionEndpoint)
      hint = renderIdTokenCookie(options, found.row.id, {
        token: idToken,
        issuer: trust.issuer,
        nameId: assertion.nameId,
      })
  } catch (error) {
    chargeTried(options, visit, error)
    if (error instanceof OpenIdError) throw new SsoRefusal(error.code, explainOpenId(found.row, error), found)
    throw error
  }
  options.anonymous.giveBack(visit.context.ip, givenBack)
  const headers = hint === undefined ? [] : ([['set-cookie', hint]] as const)
  return redirect(`${options.url}/saml/${found.row.id}/finish?request=${id}`, headers)
}

// A code goes to the issuer that gave it: where another anchor is in place by now, nothing is sent anywhere.
async function findAsked(
  options: SsoOptions,
  found: FoundConnection,
  { anchorNumber, anchorDigest }: Asked,
): Promise<FoundConnection> {
  if (anchorDigest !== null) return toStaged(options, found, anchorDigest)
  if (anchorNumber === null || anchorNumber === found.row.anchor_number) return found
  throw new SsoRefusal('anchor_changed', explainState('anchor_changed', found.row), found)
}

// RFC 9207 §2.4: an answer of another issuer, mixed up, is not used.
function readAnswer(parameters: URLSearchParams, trust: OpenIdTrust): string {
  const issuer = parameters.get('iss')
  if (issuer === null ? trust.sendsIssuer : issuer !== trust.issuer)
    throw new OpenIdError('token_issuer_mismatch', say('answer_issuer'))
  const error = parameters.get('error')
  if (error !== null) {
    const about = parameters.get('error_description')
    const said = `${error}${about === null ? '' : `: ${about}`}`.slice(0, 300)
    throw new OpenIdError('provider_error', say('provider_said', { error: said }))
  }
  const code = parameters.get('code') ?? ''
  if (code === '' || code.length > 4_096) throw new OpenIdError('provider_error', say('provider_no_code'))
  return code
}

interface Redemption {
  readonly id: string
  readonly code: string
  readonly secret: string
}

async function redeem(
  { options, visit, found }: ConnectionVisit,
  trust: OpenIdTrust,
  { id, code, secret }: Redemption,
): Promise<{ readonly claims: JWTPayload; readonly idToken: string }> {
  const tokens = await fetchTokens(options, found, trust, code, deriveFromCookie(secret, 'verifier'))
  const expected = {
    nonce: deriveFromCookie(secret, 'nonce'),
    accessToken: tokens.accessToken,
    clockSkewSeconds: parseOptions(found.row).clockSkewSeconds,
    requestId: id,
  }
  const claims = await guarded(() =>
    options.idTokens.verify(tokens.idToken, trust, expected, visit.at, found.row.id),
  )
  const isThin = claims.email === undefined && trust.userinfoEndpoint !== null && tokens.accessToken !== null
  const { idToken } = tokens
  if (!isThin) return { claims, idToken }
  const info = await fetchUserinfo(options, trust, tokens.accessToken ?? '', claims, visit.at, found.row.id)
  // Whoever says the address says whether it is verified; a doubt of either counts.
  const doubt = isVouched(claims.email_verified) ? info.email_verified : claims.email_verified
  const whole = { ...info, ...claims, ...(doubt === undefined ? {} : { email_verified: doubt }) }
  return { claims: whole, idToken }
}

interface Tokens {
  readonly idToken: string
  readonly accessToken: string | null
}

type Method = OpenIdTrust['authentication']

// Which of the two an issuer takes that offers both: what the last sign-in with this secret showed. A wrong one that is tested says nothing
// of the one in place. Nothing hangs on it but a request.
const takenMethods = new Map<string, Method>()
const maxTaken = 1_000

async function fetchTokens(
  options: SsoOptions,
  { row }: FoundConnection,
  trust: OpenIdTrust,
  code: string,
  verifier: string,
): Promise<Tokens> {
  const clientSecret = row.client_secret === null ? null : openClientSecret(options.envelope, row)
  const ask = (method: Method) =>
    askTokens(options, trust, { method, clientSecret, redirectUri: row.acs_url, code, verifier })
  const secretId = createHash('sha256')
    .update(row.client_secret ?? '')
    .digest('base64url')
  const place = `${trust.tokenEndpoint} ${trust.clientId} ${secretId}`
  const first = takenMethods.get(place) ?? trust.authentication
  const answer = await ask(first)
  if (clientSecret === null || !isOfClient(answer)) return readTokens(answer)
  // RFC 6749 §2.3.1 wants Basic, which some issuers list and do not take; some were given a client that takes the other one.
  const other = first === 'client_secret_basic' ? 'client_secret_post' : 'client_secret_basic'
  const second = await ask(other)
  if (isOfClient(second)) return readTokens(answer)
  makeRoom(takenMethods, maxTaken)
  takenMethods.set(place, other)
  // Known by the other method, or not: the first try may have used up the code.
  return second.value.error === 'invalid_grant'
    ? readTokens(answer, [say('token_method_late', { method: other })])
    : readTokens(second)
}

interface TokenAnswer {
  readonly status: number
  readonly value: Record<string, unknown>
}

// RFC 6749 §5.2: the client was not known by what it showed. Keycloak says unauthorized_client.
function isOfClient({ status, value }: TokenAnswer): boolean {
  return status === 401 || value.error === 'invalid_client' || value.error === 'unauthorized_client'
}

async function askTokens(
  { send }: SsoOptions,
  trust: OpenIdTrust,
  asked: {
    readonly method: Method
    readonly clientSecret: string | null
    readonly redirectUri: string
    readonly code: string
    readonly verifier: string
  },
): Promise<TokenAnswer> {
  const { method, clientSecret } = asked
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: asked.code,
    redirect_uri: asked.redirectUri,
    code_verifier: asked.verifier,
  })
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  }
  // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
  if (method === 'client_secret_basic' && clientSecret !== null) {
    const pair = `${encodeURIComponent(trust.clientId.toWellFormed())}:${encodeURIComponent(clientSecret.toWellFormed())}`
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  } else {
    form.set('client_id', trust.clientId)
    if (clientSecret !== null) form.set('client_secret', clientSecret)
  }
  const body = form.toString()
  const answer = await guarded(() => send({ method: 'POST', url: trust.tokenEndpoint, headers, body }))
  return { status: answer.status, value: readJson(answer.text) }
}

function readTokens(answer: TokenAnswer, more: readonly Sentence[] = []): Tokens {
  const { status, value } = answer
  if (status !== 200 || typeof value.id_token !== 'string') {
    const error = readError(value)
    const said =
      error === ''
        ? say('token_endpoint_answered', { status })
        : say('token_endpoint_said', { status, error })
    throw new OpenIdError('token_refused', [said, ...more], undefined, { fault: toFault(answer) })
  }
  return {
    idToken: value.id_token,
    accessToken: typeof value.access_token === 'string' ? value.access_token : null,
  }
}

function readError({ error, error_description: about }: Record<string, unknown>): string {
  const said = [error, about].filter((one) => typeof one === 'string' && one !== '').join(': ')
  return said.slice(0, 300)
}

// RFC 6749 §5.2.
function toFault(answer: TokenAnswer): TokenFault {
  const { status, value } = answer
  if (isOfClient(answer)) return 'client'
  if (value.error === 'invalid_grant') return 'code'
  if (status >= 500) return 'server'
  return status === 200 ? 'no_id_token' : 'request'
}

/** Characters, as many as a SAML response may have bytes. */
const maxUserinfo = 128 * 1_024

// Okta: the ID token of the code flow is thin; addresses and groups are at the userinfo endpoint (Core §5.3.2: same sub, or nothing).
async function fetchUserinfo(
  { send, idTokens }: SsoOptions,
  trust: OpenIdTrust,
  accessToken: string,
  claims: JWTPayload,
  now: number,
  connectionId: string,
): Promise<JWTPayload> {
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
  const answer = await guarded(() => send({ method: 'GET', url: trust.userinfoEndpoint ?? '', headers }))
  const refuse = (found: Sentence): OpenIdError => new OpenIdError('userinfo_mismatch', found)
  const { status } = answer
  if (status !== 200) {
    const error = readError(readJson(answer.text))
    throw refuse(
      error === '' ? say('userinfo_answered', { status }) : say('userinfo_said', { status, error }),
    )
  }
  if (answer.text.length > maxUserinfo) throw new OpenIdError('claims_too_many', say('userinfo_large'))
  const isSigned = answer.contentType === 'application/jwt' || /^\s*eyJ[\w-]*\./.test(answer.text)
  const value = isSigned
    ? await guarded(() => idTokens.verifyUserinfo(answer.text.trim(), trust, now, connectionId))
    : readJson(answer.text)
  if (hasText(value, hasNul)) throw refuse(say('userinfo_text'))
  if (typeof value.sub !== 'string') throw refuse(say('userinfo_nobody'))
  if (value.sub !== claims.sub) throw refuse(say('userinfo_other'))
  return value
}

function readJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OutboundError)
      throw new OpenIdError('issuer_unreachable', say('issuer_away', { why: error.message }), error)
    throw error
  }
}
