// The room `server/oauth`: where provisioning clients get access tokens, and the metadata that says where that is. Whose secret it is, is
// asked of `directory`.
//
// The token endpoint for provisioning clients (RFC 6749 §4.4): one credential, one channel, one answer for everybody who is not
// let in. Knows the form; whose secret it is, and whether an assertion holds, the directory's room says.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { hashSecret } from '../base/secret.ts'
import { memberOf } from '../base/unknown.ts'
import { issueToken, type Proof } from '../directory/access-tokens.ts'
import type { AssertionVerifier } from '../directory/client-assertion.ts'
import { findClient, isSecretOf, isWorking } from '../directory/oauth-clients.ts'
import type { AnonymousLimit } from '../http/anonymous-limit.ts'
import { readBody } from '../http/body.ts'
import { acceptedCodings } from '../http/codings.ts'
import type { Oversize } from '../http/limits.ts'
import { tooManyRequests } from '../http/problem.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import { requestIdOf, traceOf } from '../http/request-id.ts'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import { isUnkeepableForm, unkeepable } from '../http/unkeepable.ts'
import type { Database } from '../store/database.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import type { OAuthClientTable } from '../store/schema.ts'

const maxFormBytes = 16_384
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const clientIdPattern = /^cli_[0-9a-z]{26}$/

/** The error codes of RFC 6749 §5.2 that can happen here, and two that are HTTP's. */
type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'slow_down'
  | 'temporarily_unavailable'

class TokenRefusal extends Error {
  readonly status: number
  readonly code: TokenError
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    code: TokenError,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** What the token endpoint is made of. */
export interface TokenOptions {
  readonly database: Database
  readonly verifier: AssertionVerifier
  /** Tokens a second for one client. */
  readonly rateLimit: RateLimit
  /** For attempts that come to nothing. */
  readonly anonymous: AnonymousLimit
  readonly clock: Clock
  readonly log: Log
}

/** Who asks for a token. */
export interface TokenPeer {
  readonly ip: string | null
  readonly oversize: Oversize | undefined
}

/** Answers the token endpoint. */
export type TokenDoor = WithRoutes<(request: Request, peer: TokenPeer) => Promise<Response>>

/** Where clients get tokens. */
export const tokenPath = '/scim/oauth/token'

/** Answers `tokenPath`: never throws. */
export function createTokenDoor(options: TokenOptions): TokenDoor {
  const door = async (request: Request, peer: TokenPeer): Promise<Response> => {
    const requestId = requestIdOf(request, options.clock())
    try {
      if (peer.oversize !== undefined)
        throw new TokenRefusal(
          peer.oversize === 'url' ? 414 : 431,
          'invalid_request',
          'The URL or the headers are too long',
        )
      const waitSeconds = options.anonymous.wait(peer.ip)
      if (waitSeconds > 0)
        throw new TokenRefusal(429, 'slow_down', tooManyRequests, { 'retry-after': String(waitSeconds) })
      const { token, seconds } = await grant(request, options)
      return answer(200, requestId, {
        access_token: token,
        token_type: 'Bearer',
        expires_in: seconds,
        scope: 'scim',
      })
    } catch (error) {
      const refusal = refuse(error, request, requestId, options.log)
      if (refusal.status < 429) options.anonymous.take(peer.ip)
      return refusal
    }
  }
  return withRoutes(door, [`POST ${tokenPath}`])
}

async function grant(
  request: Request,
  options: TokenOptions,
): Promise<{ readonly token: string; readonly seconds: number }> {
  const form = await readForm(request)
  const credential = readCredential(request.headers, form)
  const grantType = form.get('grant_type')
  if (grantType === null) throw new TokenRefusal(400, 'invalid_request', 'grant_type is missing')
  if (grantType !== 'client_credentials')
    throw new TokenRefusal(400, 'unsupported_grant_type', 'The only grant_type here is client_credentials')
  // Some clients ask for an issuer's ".default"; what a token is for is fixed.
  const scope = form.get('scope') ?? ''
  if (!scope.split(' ').every((one) => one === '' || one === 'scim' || one.endsWith('/.default')))
    throw new TokenRefusal(400, 'invalid_scope', 'The only scope here is scim')
  const now = options.clock()
  const { client, proof } = await authenticate(credential, options, now)
  const waitSeconds = options.rateLimit.take(client.id)
  if (waitSeconds > 0)
    throw new TokenRefusal(429, 'slow_down', 'A token lives for an hour: use it again', {
      'retry-after': String(waitSeconds),
    })
  const issued = await issueToken(options.database, client, now, proof)
  if (issued === undefined) throw unknownClient(credential)
  return issued
}

async function readForm(request: Request): Promise<URLSearchParams> {
  if (request.method !== 'POST')
    throw new TokenRefusal(405, 'invalid_request', 'The token endpoint answers POST', { allow: 'POST' })
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(?:;.*)?$/i.test(type))
    throw new TokenRefusal(415, 'invalid_request', 'Send application/x-www-form-urlencoded')
  const read = await readBody(request, maxFormBytes)
  if ('fault' in read)
    throw new TokenRefusal(
      read.fault === 'too_large' ? 413 : read.fault === 'coding' ? 415 : 400,
      'invalid_request',
      read.fault === 'coding'
        ? 'Send the body plain, or compressed with gzip or deflate'
        : 'The body is too large, not whole or not UTF-8',
      read.fault === 'coding' ? { 'accept-encoding': acceptedCodings } : {},
    )
  if (isUnkeepableForm(read.text)) throw new TokenRefusal(400, 'invalid_request', unkeepable)
  const form = new URLSearchParams(read.text)
  // RFC 6749 §3.2: no parameter may be there twice.
  if (new Set(form.keys()).size < [...form.keys()].length)
    throw new TokenRefusal(400, 'invalid_request', 'A parameter is there twice')
  return form
}

type Credential =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string; readonly isBasic: boolean }
  | {
      readonly kind: 'assertion'
      readonly clientId: string
      readonly assertion: string
      readonly isBasic: false
    }

// RFC 6749 §2.3: one way of authentication in a request, not two.
function readCredential(headers: Headers, form: URLSearchParams): Credential {
  const authorization = headers.get('authorization')
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  if ([authorization, secret, assertion].filter((one) => one !== null).length !== 1) {
    const detail = 'Authenticate the client in one way: Basic, client_secret or client_assertion'
    throw new TokenRefusal(
      authorization === null ? 401 : 400,
      authorization === null ? 'invalid_client' : 'invalid_request',
      detail,
    )
  }
  if (authorization !== null) return readBasic(authorization, form)
  if (secret !== null)
    return { kind: 'secret', clientId: form.get('client_id') ?? '', secret, isBasic: false }
  if (form.get('client_assertion_type') !== jwtBearer)
    throw new TokenRefusal(400, 'invalid_request', `client_assertion_type must be ${jwtBearer}`)
  const text = assertion ?? ''
  return {
    kind: 'assertion',
    clientId: form.get('client_id') ?? findSubject(text),
    assertion: text,
    isBasic: false,
  }
}

function readBasic(authorization: string, form: URLSearchParams): Credential {
  const encoded = /^Basic[ \t]+([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization)?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const [clientId, secret] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)]
  const named = form.get('client_id')
  if (colon < 0 || (named !== null && named !== clientId))
    throw new TokenRefusal(401, 'invalid_client', 'The client is not known', {
      'www-authenticate': 'Basic realm="SCIM"',
    })
  return { kind: 'secret', clientId, secret, isBasic: true }
}

// Only to know whose keys to look at: nothing is believed before the signature holds.
function findSubject(assertion: string): string {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'),
    )
    const subject = memberOf(payload, 'sub')
    return typeof subject === 'string' ? subject : ''
  } catch {
    return ''
  }
}

async function authenticate(
  credential: Credential,
  { database, verifier, log }: TokenOptions,
  now: number,
): Promise<{ readonly client: OAuthClientTable; readonly proof: Proof }> {
  const { clientId } = credential
  const found = clientIdPattern.test(clientId) ? await findClient(database, clientId) : undefined
  const client = found !== undefined && isWorking(found, now) ? found : undefined
  if (credential.kind === 'secret') {
    const isKnown = isSecretOf(client, credential.secret, now)
    if (client === undefined || !isKnown) throw unknownClient(credential)
    return { client, proof: { secretHash: hashSecret(credential.secret) } }
  }
  if (client === undefined || client.method !== 'private_key_jwt') throw unknownClient(credential)
  const verified = await verifier.verify(client, credential.assertion, now)
  if ('fault' in verified) {
    log.info({ clientId, reason: verified.fault }, 'a client assertion was refused')
    throw unknownClient(credential)
  }
  return { client, proof: { spent: verified.spent } }
}

/** The same for a client that is unknown, revoked or expired, a wrong secret and an assertion that does not hold. */
function unknownClient({ isBasic }: Credential): TokenRefusal {
  const headers: Record<string, string> = isBasic ? { 'www-authenticate': 'Basic realm="SCIM"' } : {}
  return new TokenRefusal(401, 'invalid_client', 'The client is not known', headers)
}

function refuse(error: unknown, request: Request, requestId: string, log: Log): Response {
  if (error instanceof TokenRefusal)
    return answer(
      error.status,
      requestId,
      { error: error.code, error_description: error.message },
      error.headers,
    )
  if (error instanceof StoreUnavailable) {
    log.debug({ err: error, requestId }, 'the store is not available')
    const body = { error: 'temporarily_unavailable', error_description: 'Try again shortly' }
    return answer(503, requestId, body, { 'retry-after': String(error.retryAfterSeconds) })
  }
  if (error instanceof StoreUnkeepable) {
    log.debug({ err: error, requestId }, 'a text cannot be kept')
    return answer(400, requestId, { error: 'invalid_request', error_description: unkeepable })
  }
  log.error({ err: error, requestId, route: tokenPath, ...traceOf(request) }, 'a token request failed')
  return answer(500, requestId, {
    error: 'server_error',
    error_description: `The operator finds it under ${requestId}`,
  })
}

function answer(
  status: number,
  requestId: string,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-request-id': requestId,
      ...headers,
    },
  })
}
