// Verifies an ID token (OpenID Connect Core §3.1.3.7), stricter than that where it leaves a choice: a key pair's signature
// always, one audience, a fresh token. The library verifies the signature; what else must hold is said here.
import { createHash } from 'node:crypto'
import type { JSONWebKeySet, JWTPayload, ProtectedHeaderParameters } from 'jose'
import { makeRoom } from '../base/bounded.ts'
import { hasSpaceAtAnEnd } from '../base/spaces.ts'
import type { AssertionFacts } from '../saml/assertion.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import { OpenIdError } from './openid-error.ts'
import { acceptedAlgorithms, findEntraTenant, googleIssuer, type OidcTrust } from './trust.ts'

const keptMs = 600_000
const refetchMs = 30_000
const maxKept = 1_000
const maxTokenLength = 65_536
/** An ID token is used the moment it is made. */
const maxAgeSeconds = 600
/** Claims of the protocol say nothing of the person. */
const protocolClaims = new Set([
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'azp',
  'at_hash',
  'c_hash',
  'jti',
  'sid',
  'auth_time',
  'amr',
  'acr',
  'ver',
  'uti',
  'rh',
  'aio',
])

export interface Expectation {
  readonly nonce: string
  readonly accessToken: string | null
  readonly clockSkewSeconds: number
  /** Of the sign-in that it answers. */
  readonly requestId: string
}

export interface IdTokenVerifier {
  /** The claims of a token that holds; throws OpenIdError. `now` in milliseconds. */
  verify(token: string, trust: OidcTrust, expected: Expectation, now: number): Promise<JWTPayload>
}

/** `fetchText` is the guarded way out; key sets are kept for ten minutes and looked at again for a key that is not known. */
export function createIdTokenVerifier(fetchText: (url: string) => Promise<string>): IdTokenVerifier {
  const kept = new Map<
    string,
    { readonly keys: Promise<JSONWebKeySet>; readonly at: number; readonly askedAt: number }
  >()
  const keysOf = (url: string, now: number, isFresh: boolean): Promise<JSONWebKeySet> => {
    const known = kept.get(url)
    // Whoever sends unknown key ids makes us ask again twice a minute, not more.
    const isKept =
      known !== undefined && (isFresh ? now - known.askedAt < refetchMs : now - known.at < keptMs)
    if (isKept) return known.keys
    makeRoom(kept, maxKept)
    const keys = fetchText(url).then(readKeys)
    kept.set(url, { keys, at: now, askedAt: isFresh ? now : (known?.askedAt ?? 0) })
    keys.catch(() => kept.delete(url))
    return keys
  }
  return {
    async verify(token, trust, expected, now) {
      if (token.length > maxTokenLength || token.split('.').length !== 3)
        throw new OpenIdError('token_malformed', 'The ID token is not a signed JWT')
      const { errors } = await import('jose')
      const verified = await check(token, await keysOf(trust.jwksUri, now, false), trust, expected, now)
        .catch(async (error: unknown) => {
          // The issuer may have new keys since we looked.
          if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
          return check(token, await keysOf(trust.jwksUri, now, true), trust, expected, now)
        })
        .catch((error: unknown) => {
          throw toOpenIdError(error)
        })
      judge(verified.payload, verified.protectedHeader, trust, expected, now)
      return verified.payload
    },
  }
}

function readKeys(text: string): JSONWebKeySet {
  const value = JSON.parse(text) as JSONWebKeySet
  if (!Array.isArray(value.keys) || value.keys.length > 100) throw new Error('there is no key set')
  // A symmetric key in a public place is nobody's secret.
  return { keys: value.keys.filter(({ kty }) => kty !== 'oct') }
}

async function check(
  token: string,
  keys: JSONWebKeySet,
  trust: OidcTrust,
  expected: Expectation,
  now: number,
) {
  const { createLocalJWKSet, jwtVerify } = await import('jose')
  return jwtVerify(token, createLocalJWKSet(keys), {
    algorithms: acceptedAlgorithms,
    issuer: trust.issuer,
    audience: trust.clientId,
    clockTolerance: expected.clockSkewSeconds,
    currentDate: new Date(now),
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
  })
}

function toOpenIdError(error: unknown): unknown {
  const { code, claim } = error as { code?: string; claim?: string }
  const refuse = (own: OpenIdError['code'], text: string): OpenIdError => new OpenIdError(own, text, error)
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return refuse('token_expired', 'The ID token has expired. Check both clocks')
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      if (claim === 'iss') return refuse('token_issuer_mismatch', 'The ID token is of another issuer')
      if (claim === 'aud') return refuse('token_audience_mismatch', 'The ID token is for another client')
      if (claim === 'nonce') return refuse('token_nonce_mismatch', 'The ID token has no nonce')
      if (claim === 'nbf')
        return refuse('token_from_the_future', 'The ID token holds only later. Check both clocks')
      return refuse('token_malformed', `The ID token lacks ${String(claim)}`)
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
      return refuse(
        'token_algorithm_refused',
        'The ID token is not signed with an algorithm that is accepted',
      )
    case 'ERR_JWKS_NO_MATCHING_KEY':
    case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return refuse('token_signature_invalid', 'The ID token is not signed with a key of the issuer')
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return refuse('token_malformed', 'The ID token is not a signed JWT')
  }
  if (error instanceof SyntaxError || (error as Error).message === 'there is no key set')
    return refuse('issuer_unreachable', "The issuer's keys cannot be read")
  return error
}

function judge(
  payload: JWTPayload,
  header: ProtectedHeaderParameters,
  trust: OidcTrust,
  { nonce, accessToken, clockSkewSeconds }: Expectation,
  now: number,
): void {
  if (payload.nonce !== nonce)
    throw new OpenIdError('token_nonce_mismatch', 'The ID token answers another sign-in (nonce)')
  const isOnlyOurs =
    payload.aud === trust.clientId || (Array.isArray(payload.aud) && payload.aud.length === 1)
  if (payload.azp === undefined ? !isOnlyOurs : payload.azp !== trust.clientId)
    throw new OpenIdError('token_azp_mismatch', 'The ID token was made for another party (azp)')
  const age = now / 1_000 - (payload.iat ?? 0)
  if (age < -clockSkewSeconds)
    throw new OpenIdError('token_from_the_future', 'The ID token is of the future. Check both clocks')
  if (age > maxAgeSeconds + clockSkewSeconds)
    throw new OpenIdError('token_expired', 'The ID token was made too long ago')
  if (
    payload.at_hash !== undefined &&
    payload.at_hash !== hashAccessToken(accessToken ?? '', String(header.alg))
  )
    throw new OpenIdError('token_at_hash_mismatch', 'The access token is not the one that the ID token names')
  if (typeof payload.sub !== 'string' || payload.sub === '' || payload.sub.length > 255)
    throw new OpenIdError('token_subject_missing', 'The ID token names nobody (sub)')
}

// Core §3.1.3.6: the left half of the hash that the signature uses.
function hashAccessToken(token: string, algorithm: string): string {
  const size = algorithm === 'EdDSA' ? 'sha512' : `sha${algorithm.slice(-3)}`
  const digest = createHash(size).update(token, 'ascii').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

// The replay memory is an index: a name that is longer than it takes is remembered by its hash.
function toBounded(name: string): string {
  return name.length <= 255 ? name : createHash('sha256').update(name).digest('base64url')
}

/** Claims as the sign-in takes an assertion: the same rules decide who it is. `claims` have passed verify. */
export function toVerifiedIdentity(
  claims: JWTPayload,
  trust: OidcTrust,
  requestId: string,
): VerifiedAssertion {
  const stableId = readStableId(claims, trust)
  if (hasSpaceAtAnEnd(stableId))
    throw new OpenIdError('name_id_spaces', 'The subject of the ID token begins or ends with white space')
  if (trust.issuer === googleIssuer && typeof claims.hd !== 'string')
    throw new OpenIdError(
      'hosted_domain_missing',
      'Google vouches for no organization of this person (hd): a private account, which outlives an employment',
    )
  const facts: AssertionFacts = {
    assertionId: `${trust.issuer} ${toBounded(String(claims.jti ?? claims.nonce))}`,
    inResponseTo: requestId,
    issueInstant: (claims.iat ?? 0) * 1_000,
    identityProviderEntityId: trust.issuer,
    nameId: stableId,
    nameIdFormat: null,
    stableId,
    sessionIndex: typeof claims.sid === 'string' ? claims.sid : null,
    sessionNotOnOrAfter: null,
    authnInstant: Number.isSafeInteger(claims.auth_time) ? Number(claims.auth_time) * 1_000 : null,
    attributes: toAttributes(claims),
    expiresAt: (claims.exp ?? 0) * 1_000,
  }
  return facts as VerifiedAssertion
}

// Entra: `sub` differs from application to application; `oid` within `tid` is the person.
function readStableId(claims: JWTPayload, { issuer }: OidcTrust): string {
  const tenant = findEntraTenant(issuer)
  if (tenant === undefined) return claims.sub as string
  if (claims.tid !== tenant || typeof claims.oid !== 'string' || claims.oid === '' || claims.oid.length > 255)
    throw new OpenIdError('token_subject_missing', 'Entra ID sent no oid and tid of its tenant')
  return `${tenant}.${claims.oid}`
}

/** OpenID Connect Core §5.1: true, which some issuers send as a text, vouches for an address; saying nothing leaves it as it is said. */
export function isVouched(emailVerified: unknown): boolean {
  return emailVerified === undefined || emailVerified === true || emailVerified === 'true'
}

function toAttributes(claims: JWTPayload): Record<string, readonly string[]> {
  const attributes: Record<string, readonly string[]> = Object.create(null)
  for (const [name, value] of Object.entries(claims)) {
    if (protocolClaims.has(name)) continue
    const values = (Array.isArray(value) ? value : [value]).filter((one) =>
      ['string', 'number', 'boolean'].includes(typeof one),
    )
    if (values.length > 0) attributes[name] = values.map(String)
  }
  if (claims.email_verified !== undefined)
    attributes.email_verified = [String(isVouched(claims.email_verified))]
  // An address that the issuer itself does not vouch for is none.
  if (!isVouched(claims.email_verified)) delete attributes.email
  // Core §5.6.2: claims that are to be fetched elsewhere, by name.
  if (typeof claims._claim_names === 'object' && claims._claim_names !== null)
    attributes._claim_names = Object.keys(claims._claim_names)
  return attributes
}
