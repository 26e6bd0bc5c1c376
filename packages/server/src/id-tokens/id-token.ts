// The room `server/id-tokens`: what tokens of other issuers must be before anything is believed. It verifies; who signs in is
// decided above.
//
// 1. `trust` reads the issuer's discovery document, once, when a connection is made or changed.
// 2. `keys` holds the issuer's key set and looks again when no key fits.
// 3. `id-token` checks signature, issuer, audience, nonce and age; `logout-token` does it for the issuer's word that somebody signed out.
// 4. `claims` reads each claim by its type.
// Each refusal is an `openid-error` from a closed list.
//
// Verifies an ID token (OpenID Connect Core §3.1.3.7), stricter than that where it leaves a choice: a key pair's signature
// always, one audience, a fresh token. The library verifies the signature; what else must hold is said here.

import { createHash } from 'node:crypto'
import { maxSentAttributes } from '@rollcall/api'
import { type Sentence, say } from '@rollcall/api/sentences'
import type {
  CryptoKey,
  JSONWebKeySet,
  JWTPayload,
  JWTVerifyOptions,
  JWTVerifyResult,
  ProtectedHeaderParameters,
} from 'jose'
import { maxTriedKeys, signatureAlgorithms } from '../base/public-keys.ts'
import { hasSpaceAtAnEnd } from '../base/spaces.ts'
import { isKeepableText, readSessionId } from '../base/texts.ts'
import { codeOf, memberOf, messageOf } from '../base/unknown.ts'
import type { AssertionFacts } from '../saml/assertion.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import { faultOfClaims, readDate, readName, sayFault, type TokenKind } from './claims.ts'
import { createKeySets, isOfAnotherKey, type KeySets, type Tried, tryKeys, UnusableKey } from './keys.ts'
import { type LogoutFacts, readLogoutToken } from './logout-token.ts'
import { OpenIdError } from './openid-error.ts'
import { findEntraTenant, googleIssuer, type OpenIdTrust } from './trust.ts'

const maxTokenLength = 65_536
/** Values of all claims together, as of a SAML assertion. */
const maxValues = 2_000
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

/** What an ID token has to match. */
export interface Expectation {
  readonly nonce: string
  readonly accessToken: string | null
  readonly clockSkewSeconds: number
  /** Of the sign-in that it answers. */
  readonly requestId: string
}

/** Verifies ID tokens of any connection. */
export interface IdTokenVerifier {
  /** The claims of a token that holds; throws OpenIdError. `now` in milliseconds; `trust` is that of the connection. */
  verify(
    token: string,
    trust: OpenIdTrust,
    expected: Expectation,
    now: number,
    connectionId: string,
  ): Promise<JWTPayload>
  /** The claims of a userinfo answer that is a JWT (Core §5.3.2); throws OpenIdError. Whose they are is for the caller to compare. */
  verifyUserinfo(token: string, trust: OpenIdTrust, now: number, connectionId: string): Promise<JWTPayload>
  /** What a logout token says (Back-Channel Logout 1.0 §2.6); throws OpenIdError. */
  verifyLogout(
    token: string,
    trust: OpenIdTrust,
    clockSkewSeconds: number,
    now: number,
    connectionId: string,
  ): Promise<LogoutFacts>
}

type HoldUp = (
  token: string,
  trust: OpenIdTrust,
  now: number,
  rules: Rules,
  connectionId: string,
) => ReturnType<typeof check>

/** Whether a token's signature and claims hold, by the keys that the issuer has. Throws OpenIdError. */
function createHoldUp(keySets: KeySets): HoldUp {
  return async (token, trust, now, rules, connectionId) => {
    const tried = { count: 0, isCut: false }
    try {
      const known = await keySets.find(trust.jwksUri, now, false, connectionId)
      return await check(token, known as JSONWebKeySet, rules, tried).catch(async (error: unknown) => {
        // The issuer may have other keys since we looked, under new names or the old one.
        const fresh = isOfAnotherKey(error)
          ? await keySets.find(trust.jwksUri, now, true, connectionId)
          : undefined
        if (fresh === undefined) throw error
        return check(token, fresh, rules, tried)
      })
    } catch (error) {
      throw toOpenIdError(error, tried)
    }
  }
}

// Core §5.3.2: iss and aud SHOULD be there; where they are, they are ours.
function assertOwnUserinfo(payload: JWTPayload, trust: OpenIdTrust): void {
  const fault = faultOfClaims(payload)
  if (fault !== undefined) throw new OpenIdError('userinfo_mismatch', sayFault('userinfo', fault))
  const audiences = payload.aud === undefined ? [trust.clientId] : [payload.aud].flat()
  if ((payload.iss ?? trust.issuer) !== trust.issuer || !audiences.includes(trust.clientId))
    throw new OpenIdError('userinfo_mismatch', say('userinfo_for_other'))
}

/** `fetchText` is the guarded way out; key sets are kept for ten minutes and looked at again where none of them made a signature. */
export function createIdTokenVerifier(fetchText: (url: string) => Promise<string>): IdTokenVerifier {
  const holdUp = createHoldUp(createKeySets(fetchText))
  return {
    async verify(token, trust, expected, now, connectionId) {
      if (token.length > maxTokenLength || token.split('.').length !== 3)
        throw new OpenIdError('token_malformed', say('token_not_jwt', { token: 'id' }))
      const verified = await holdUp(
        token,
        trust,
        now,
        {
          issuer: trust.issuer,
          audience: trust.clientId,
          clockTolerance: expected.clockSkewSeconds,
          currentDate: new Date(now),
          requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
        },
        connectionId,
      )
      judge(verified.payload, verified.protectedHeader, trust, expected, now)
      return verified.payload
    },
    async verifyUserinfo(token, trust, now, connectionId) {
      if (token.length > maxTokenLength || token.split('.').length !== 3)
        throw new OpenIdError('userinfo_mismatch', say('userinfo_unsigned'))
      const rules = { clockTolerance: 300, currentDate: new Date(now) }
      const { payload } = await holdUp(token, trust, now, rules, connectionId).catch((error: unknown) => {
        throw toUserinfoError(error)
      })
      assertOwnUserinfo(payload, trust)
      return payload
    },
    async verifyLogout(token, trust, clockSkewSeconds, now, connectionId) {
      if (token.length > maxTokenLength || token.split('.').length !== 3)
        throw new OpenIdError('token_malformed', say('token_not_jwt', { token: 'logout' }))
      const rules = {
        issuer: trust.issuer,
        audience: trust.clientId,
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(now),
        // Some issuers leave out `exp`, which §2.4 asks for: its age is bounded here in any case.
        requiredClaims: ['iss', 'aud', 'iat', 'jti', 'events'],
      }
      const verified = await holdUp(token, trust, now, rules, connectionId).catch((error: unknown) => {
        throw toLogoutError(error)
      })
      return readLogoutToken(verified.payload, verified.protectedHeader, trust, clockSkewSeconds, now)
    },
  }
}

type Rules = Omit<JWTVerifyOptions, 'algorithms'>

// Keys that may have made the signature are tried; claims are judged by the one that did.
async function check(
  token: string,
  keys: JSONWebKeySet,
  rules: Rules,
  tried: Tried,
): Promise<JWTVerifyResult> {
  const { decodeProtectedHeader, errors, jwtVerify } = await import('jose')
  const header = readHeader(token, decodeProtectedHeader)
  const { alg } = header
  if (typeof alg !== 'string' || !signatureAlgorithms.includes(alg))
    throw new errors.JOSEAlgNotAllowed(describeAlgorithm(alg))
  const verify = (key: CryptoKey) => jwtVerify(token, key, { ...rules, algorithms: [...signatureAlgorithms] })
  return tryKeys(keys, header, verify, tried)
}

function readHeader(
  token: string,
  decode: (token: string) => ProtectedHeaderParameters,
): ProtectedHeaderParameters {
  try {
    return decode(token)
  } catch (error) {
    throw new OpenIdError('token_malformed', say('token_not_jwt', { token: 'id' }), error)
  }
}

function describeAlgorithm(alg: unknown): string {
  return typeof alg === 'string' ? alg.slice(0, 40) : 'none'
}

function toOpenIdError(error: unknown, { count: tried, isCut }: Tried): unknown {
  const code = codeOf(error)
  const claim = memberOf(error, 'claim')
  // Whose text is another says so (toErrorOf).
  const token = 'id'
  const refuse = (own: OpenIdError['code'], found: Sentence): OpenIdError =>
    new OpenIdError(own, found, error, { tried })
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return refuse('token_expired', say('token_over', { token }))
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      if (claim === 'iss') return refuse('token_issuer_mismatch', say('token_issuer', { token }))
      if (claim === 'aud') return refuse('token_audience_mismatch', say('token_audience', { token }))
      if (claim === 'nonce') return refuse('token_nonce_mismatch', say('token_nonce_none', { token }))
      if (claim === 'nbf') return refuse('token_from_the_future', say('token_later', { token }))
      return refuse('token_malformed', say('token_lacks', { token, claim: String(claim) }))
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return refuse('token_algorithm_refused', say('token_algorithm', { token, algorithm: messageOf(error) }))
    case 'ERR_JOSE_NOT_SUPPORTED':
      return refuse('token_algorithm_refused', say('token_header', { token }))
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return refuse('token_signature_invalid', say('token_key_unnamed', { token }))
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return refuse(
        'token_signature_invalid',
        isCut ? say('token_key_cut', { token, most: maxTriedKeys }) : say('token_key_foreign', { token }),
      )
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return refuse('token_malformed', say('token_not_jwt', { token: 'id' }))
  }
  if (error instanceof UnusableKey)
    return refuse('token_signature_invalid', say('token_key_unusable', { token }))
  return code?.startsWith('ERR_J') === true
    ? refuse('token_malformed', say('token_not_jwt', { token: 'id' }))
    : error
}

// The same faults, of another text.
function toUserinfoError(error: unknown): unknown {
  if (!(error instanceof OpenIdError) || error.code === 'issuer_unreachable') return error
  return new OpenIdError('userinfo_mismatch', sayOf('userinfo', error), error, error)
}

function toLogoutError(error: unknown): unknown {
  if (!(error instanceof OpenIdError) || error.code === 'issuer_unreachable') return error
  return new OpenIdError(error.code, sayOf('logout', error), error, error)
}

function sayOf(token: TokenKind, { found }: OpenIdError): readonly Sentence[] {
  return found.map(({ code, parameters }) => ({
    code,
    parameters: 'token' in parameters ? { ...parameters, token } : parameters,
  }))
}

function judge(
  payload: JWTPayload,
  header: ProtectedHeaderParameters,
  trust: OpenIdTrust,
  { nonce, accessToken, clockSkewSeconds }: Expectation,
  now: number,
): void {
  const fault = faultOfClaims(payload)
  if (fault !== undefined) throw new OpenIdError('token_malformed', sayFault('id', fault))
  if (payload.nonce !== nonce) throw new OpenIdError('token_nonce_mismatch', say('id_token_nonce'))
  const isOnlyOurs =
    payload.aud === trust.clientId || (Array.isArray(payload.aud) && payload.aud.length === 1)
  if (payload.azp === undefined ? !isOnlyOurs : payload.azp !== trust.clientId)
    throw new OpenIdError('token_azp_mismatch', say('id_token_azp'))
  const age = now / 1_000 - (payload.iat ?? 0)
  if (age < -clockSkewSeconds) throw new OpenIdError('token_from_the_future', say('id_token_future'))
  if (age > maxAgeSeconds + clockSkewSeconds) throw new OpenIdError('token_expired', say('id_token_old'))
  if (
    payload.at_hash !== undefined &&
    payload.at_hash !== hashAccessToken(accessToken ?? '', String(header.alg))
  )
    throw new OpenIdError('token_at_hash_mismatch', say('id_token_access'))
  if (readName(payload.sub) === undefined)
    throw new OpenIdError('token_subject_missing', say('id_token_nobody'))
}

// Core §3.1.3.6: the left half of the hash that the signature uses.
function hashAccessToken(token: string, algorithm: string): string {
  const size = algorithm === 'EdDSA' ? 'sha512' : `sha${algorithm.slice(-3)}`
  const digest = createHash(size).update(token, 'ascii').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

// The replay memory is an index: a name that is longer than it takes, or cannot be kept, is remembered by its hash.
function toBounded(name: string): string {
  return name.length <= 255 && isKeepableText(name)
    ? name
    : createHash('sha256').update(name).digest('base64url')
}

/** Claims as the sign-in takes an assertion: the same rules decide who it is. `claims` have passed verify. */
export function toVerifiedIdentity(
  claims: JWTPayload,
  trust: OpenIdTrust,
  requestId: string,
): VerifiedAssertion {
  const stableId = readStableId(claims, trust)
  if (hasSpaceAtAnEnd(stableId)) throw new OpenIdError('name_id_spaces', say('id_token_spaced'))
  if (trust.issuer === googleIssuer && typeof claims.hd !== 'string')
    throw new OpenIdError('hosted_domain_missing', say('id_token_private'))
  const facts: AssertionFacts = {
    assertionId: `${trust.issuer} ${toBounded(typeof claims.jti === 'string' ? claims.jti : String(claims.nonce))}`,
    inResponseTo: requestId,
    issueInstant: readDate(claims.iat) ?? 0,
    identityProviderEntityId: trust.issuer,
    nameId: stableId,
    nameIdFormat: null,
    stableId,
    sessionIndex: readSessionId(claims.sid),
    sessionNotOnOrAfter: null,
    authnInstant: readDate(claims.auth_time) ?? null,
    attributes: toAttributes(claims),
    expiresAt: readDate(claims.exp) ?? 0,
  }
  return facts as VerifiedAssertion
}

// Entra: `sub` differs from application to application; `oid` within `tid` is the person.
function readStableId(claims: JWTPayload, { issuer }: OpenIdTrust): string {
  const tenant = findEntraTenant(issuer)
  if (tenant === undefined) return claims.sub as string
  const oid = readName(claims.oid)
  if (claims.tid !== tenant || oid === undefined)
    throw new OpenIdError('token_subject_missing', say('id_token_tenant'))
  return `${tenant}.${oid}`
}

/** OpenID Connect Core §5.1: true, which some issuers send as a text, vouches for an address; saying nothing leaves it as it is said. */
export function isVouched(emailVerified: unknown): boolean {
  return emailVerified === undefined || emailVerified === true || emailVerified === 'true'
}

function toAttributes(claims: JWTPayload): Record<string, readonly string[]> {
  const attributes: Record<string, readonly string[]> = Object.create(null)
  const entries = Object.entries(claims).filter(([name]) => !protocolClaims.has(name))
  const values = entries.reduce((sum, [, value]) => sum + (Array.isArray(value) ? value.length : 1), 0)
  if (entries.length > maxSentAttributes || values > maxValues)
    throw new OpenIdError(
      'claims_too_many',
      say('claims_counted', {
        claims: entries.length,
        values,
        mostClaims: maxSentAttributes,
        mostValues: maxValues,
      }),
    )
  for (const [name, value] of entries) {
    const values = (Array.isArray(value) ? value : [value]).filter((one) =>
      ['string', 'number', 'boolean'].includes(typeof one),
    )
    // An empty list says that there is none, of groups for instance.
    const isEmpty = Array.isArray(value) && value.length === 0
    // A name that was cut in the middle of a character is a name all the same.
    if (values.length > 0 || isEmpty)
      attributes[name.toWellFormed()] = values.map((one) => String(one).toWellFormed())
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
