// Signing in and out by OpenID Connect: openid-client on the way in, a logout token on the way out. The five lines that matter
// are the ones with `client.`.
import { randomBytes } from 'node:crypto'
import { type Request, type Response, Router, urlencoded } from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import type { ProductOptions } from './app.ts'
import { clearCookie, readCookie, sessionCookie, writeCookie } from './cookies.ts'
import type { ProductDatabase } from './database.ts'
import { renderRefused } from './pages.ts'
import { sendPage } from './send-page.ts'

const beginCookie = 'product_sign_in'
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const beginMs = 600_000
/** Anybody may begin a sign-in: the oldest ones give way. */
const maxBegun = 10_000

interface Begun {
  readonly pkceCodeVerifier: string
  readonly expectedState: string
  readonly expectedNonce: string
  readonly at: number
}

interface SignIn {
  readonly issuer: string
  readonly clientId: string
  readonly url: string
  readonly database: ProductDatabase
  readonly config: client.Configuration
  readonly keys: ReturnType<typeof createRemoteJWKSet>
  readonly begun: Map<string, Begun>
}

export async function createSignIn(
  options: ProductOptions,
  url: string,
  database: ProductDatabase,
): Promise<Router> {
  const issuer = `${options.rollcallUrl}/oidc`
  const config = await client.discovery(
    new URL(issuer),
    options.clientId,
    undefined,
    client.ClientSecretBasic(options.clientSecret),
    // Plain HTTP only where the issuer is this machine's own.
    issuer.startsWith('http://') ? { execute: [client.allowInsecureRequests] } : {},
  )
  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri as string))
  const signIn: SignIn = { issuer, clientId: options.clientId, url, database, config, keys, begun: new Map() }
  const router = Router()
  router.get('/login', (request, response) => begin(signIn, request, response))
  router.get('/callback', (request, response) => finish(signIn, request, response))
  router.post('/logout', (request, response) => signOut(signIn, request, response))
  router.post('/backchannel-logout', urlencoded({ extended: false }), (request, response) =>
    takeLogout(signIn, request, response),
  )
  return router
}

async function begin(signIn: SignIn, request: Request, response: Response): Promise<void> {
  const { issuer, url, config, begun } = signIn
  const { iss, login_hint: hint, organization, prompt } = request.query
  if (iss !== undefined && iss !== issuer) return void response.status(400).send('Another issuer')
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const checks = {
    pkceCodeVerifier,
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  }
  makeRoom(begun)
  const id = randomBytes(16).toString('base64url')
  begun.set(id, { ...checks, at: Date.now() })
  writeCookie(response, beginCookie, id)
  const target = client.buildAuthorizationUrl(config, {
    redirect_uri: `${url}/callback`,
    scope: 'openid profile email organization',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...(typeof hint === 'string' ? { login_hint: hint } : {}),
    ...(typeof organization === 'string' ? { organization } : {}),
    ...(prompt === 'select_account' ? { prompt } : {}),
  })
  response.redirect(303, target.href)
}

async function finish(signIn: SignIn, request: Request, response: Response): Promise<void> {
  const { url, config, begun, database } = signIn
  const id = readCookie(request, beginCookie) ?? ''
  const checks = begun.get(id)
  begun.delete(id)
  clearCookie(response, beginCookie)
  if (checks === undefined)
    return sendPage(
      response,
      renderRefused('This sign-in was not begun in this browser, or too long ago.'),
      400,
    )
  const { at: _, ...expected } = checks
  try {
    const tokens = await client.authorizationCodeGrant(config, new URL(request.originalUrl, url), expected)
    const claims = tokens.claims() as client.IDToken
    const token = database.createSession({
      user_id: claims.sub,
      sid: textOf(claims.sid) || null,
      id_token: tokens.id_token as string,
      name: textOf(claims.name),
      email: textOf(claims.email),
      organization_id: textOf(claims.org_id),
      organization: textOf(claims.org_slug),
      role: textOf(claims.role),
    })
    writeCookie(response, sessionCookie, token)
    response.redirect(303, '/people')
  } catch (error) {
    sendPage(response, renderRefused(explain(error)), 403)
  }
}

/** What came instead of a person, in the words of who refused; nothing of it is markup. */
function explain(error: unknown): string {
  const said = error instanceof client.AuthorizationResponseError ? error.error_description : undefined
  return (said ?? (error as Error).message).slice(0, 300)
}

function signOut({ url, config, database }: SignIn, request: Request, response: Response): void {
  const token = readCookie(request, sessionCookie)
  const session = token === undefined ? undefined : database.findSession(token)
  if (token !== undefined) database.endSession(token)
  clearCookie(response, sessionCookie)
  if (session === undefined) return void response.redirect(303, '/')
  const target = client.buildEndSessionUrl(config, {
    id_token_hint: session.id_token,
    post_logout_redirect_uri: `${url}/signed-out`,
  })
  response.redirect(303, target.href)
}

// OpenID Connect Back-Channel Logout 1.0 §2.6.
async function takeLogout(signIn: SignIn, request: Request, response: Response): Promise<void> {
  const { issuer, clientId, keys, database } = signIn
  response.set('cache-control', 'no-store')
  try {
    const { payload } = await jwtVerify(String(request.body?.logout_token ?? ''), keys, {
      issuer,
      audience: clientId,
      requiredClaims: ['iat', 'exp', 'jti', 'sub', 'events'],
      maxTokenAge: 300,
      clockTolerance: 30,
    })
    const events = payload.events as Record<string, unknown> | undefined
    if (events?.[logoutEvent] === undefined || payload.nonce !== undefined)
      throw new Error('not a logout token')
    const sid = textOf(payload.sid) || null
    database.endSessionsOnce(payload.sub as string, sid, payload.jti as string, Date.now())
    response.status(200).end()
  } catch {
    response.status(400).json({ error: 'invalid_request' })
  }
}

function makeRoom(begun: Map<string, Begun>): void {
  for (const [id, { at }] of begun) {
    if (Date.now() - at <= beginMs && begun.size < maxBegun) return
    begun.delete(id)
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
