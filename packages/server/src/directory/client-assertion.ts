// Verifies the assertion that an OAuth client authenticates with (RFC 7523 §3): signed by a registered key, for us, by and about
// whom it should be, short-lived. The library verifies signatures; what may be accepted is said here.

import type { createLocalJWKSet, JSONWebKeySet, JWK, JWTPayload, JWTVerifyOptions } from 'jose'
import { readJson } from '../base/json.ts'
import { faultOfJwk, signatureAlgorithms } from '../base/public-keys.ts'
import { memberOf, messageOf } from '../base/unknown.ts'
import { faultOfClaims, readDate } from '../id-tokens/claims.ts'
import { createKeySets } from '../id-tokens/keys.ts'
import type { OAuthClientTable } from '../store/schema.ts'
import type { SpentAssertion } from './access-tokens.ts'
import type { ClientTrust } from './oauth-clients.ts'

const toleranceSeconds = 60
/** How far ahead `exp` may be: for a client that signs for itself, and for another issuer's tokens. */
const maxLifeSeconds = { own: 600, foreign: 86_400 }

/** The text behind a URL, through the guard of the outbound room; throws what that throws. */
export type FetchText = (url: string) => Promise<string>

/** Judges assertions of clients, and remembers the ids that were used. */
export interface AssertionVerifier {
  /** Undefined for every assertion that is not to be accepted; the reason is the log's. */
  verify(
    client: OAuthClientTable,
    assertion: string,
    now: number,
  ): Promise<{ readonly spent: SpentAssertion } | { readonly fault: string }>
}

/** `audiences` are those that an assertion may be for where its client has not said otherwise. */
export function createAssertionVerifier(options: {
  readonly fetchText: FetchText
  readonly audiences: readonly string[]
}): AssertionVerifier {
  const { fetchText } = options
  // One is asked for once by however many assertions need it, and one that cannot be had a few times in a minute.
  const byUrl = createKeySets(fetchText)
  const byIssuer = createKeySets(async (issuer) => fetchText(await discoverKeys(issuer, fetchText)))
  const keysOf = (
    organizationId: string,
    trust: ClientTrust,
    now: number,
    isFresh: boolean,
  ): Promise<JSONWebKeySet> | undefined => {
    if (trust.jwks !== undefined) return Promise.resolve(trust.jwks as unknown as JSONWebKeySet)
    return trust.jwksUrl === undefined
      ? byIssuer.find(trust.issuer ?? '', now, isFresh, organizationId)
      : byUrl.find(trust.jwksUrl, now, isFresh, organizationId)
  }
  return {
    async verify(client, assertion, now) {
      const trust = readJson<ClientTrust>(client.trust)
      const { errors, jwtVerify } = await import('jose')
      const check = async (set: Promise<JSONWebKeySet> | undefined): Promise<JWTPayload> => {
        const keys = await openSet((await set) ?? { keys: [] })
        return (await jwtVerify(assertion, keys, toOptions(client, trust, options.audiences, now))).payload
      }
      try {
        const payload = await check(keysOf(client.organization_id, trust, now, false)).catch(
          (error: unknown) => {
            // The issuer may have new keys since we looked.
            const fresh =
              error instanceof errors.JWKSNoMatchingKey && trust.jwks === undefined
                ? keysOf(client.organization_id, trust, now, true)
                : undefined
            if (fresh === undefined) throw error
            return check(fresh)
          },
        )
        return judge(payload, trust, now)
      } catch (error) {
        return { fault: messageOf(error) }
      }
    },
  }
}

type KeyOf = ReturnType<typeof createLocalJWKSet>

/** A set that is kept keeps what was imported of it. */
const opened = new WeakMap<JSONWebKeySet, KeyOf>()

// One key is tried, the one that the assertion names. What was registered, or fetched, before there were bounds is none.
async function openSet(set: JSONWebKeySet): Promise<KeyOf> {
  const { createLocalJWKSet } = await import('jose')
  const keys = opened.get(set) ?? createLocalJWKSet({ keys: set.keys.filter((key) => !isSlow(key)) })
  opened.set(set, keys)
  return keys
}

const isSlow = (key: JWK): boolean => faultOfJwk({ ...key }) !== undefined

function toOptions(
  client: OAuthClientTable,
  trust: ClientTrust,
  audiences: readonly string[],
  now: number,
): JWTVerifyOptions {
  return {
    algorithms: [...signatureAlgorithms],
    issuer: trust.issuer ?? client.id,
    subject: trust.subject ?? client.id,
    audience: trust.audience ?? [...audiences],
    clockTolerance: toleranceSeconds,
    currentDate: new Date(now),
    requiredClaims: ['iss', 'sub', 'aud', 'exp'],
  }
}

// What the library leaves open: how long an assertion may live, and that it counts once. Entra's `uti` is its jti.
function judge(
  payload: JWTPayload,
  trust: ClientTrust,
  now: number,
): { readonly spent: SpentAssertion } | { readonly fault: string } {
  const fault = faultOfClaims(payload)
  if (fault === 'text') return { fault: 'the assertion holds a text that is none (U+0000)' }
  if (fault !== undefined) return { fault: `the assertion has a date that is none (${fault})` }
  const [exp, iat] = [readDate(payload.exp) ?? 0, readDate(payload.iat) ?? 0]
  const ahead = (exp - now) / 1_000
  const most = trust.issuer === undefined ? maxLifeSeconds.own : maxLifeSeconds.foreign
  if (ahead > most + toleranceSeconds) return { fault: `exp is more than ${most} seconds ahead` }
  if (iat > now + toleranceSeconds * 1_000) return { fault: 'iat is in the future' }
  const jti = payload.jti ?? payload.uti
  if (typeof jti !== 'string' || jti === '' || jti.length > 500) return { fault: 'jti is missing' }
  return { spent: { jti, expiresAt: exp + toleranceSeconds * 1_000 } }
}

// OpenID Connect Discovery 1.0 §4: the document must be the issuer's own.
async function discoverKeys(issuer: string, fetchText: FetchText): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const found: unknown = JSON.parse(await fetchText(url))
  const keysUrl = memberOf(found, 'jwks_uri')
  if (memberOf(found, 'issuer') !== issuer || typeof keysUrl !== 'string')
    throw new Error('the discovery document is not of this issuer')
  return keysUrl
}
