// An issuer's key set: kept for a while, looked at again when a signature does not hold, and each key tried that may have made it.
// A set holds what its issuer puts there: keys without a name, two of one name, and what is no key at all.

import { say } from '@rollcall/api/sentences'
import type { CryptoKey, createLocalJWKSet, JSONWebKeySet, JWK, ProtectedHeaderParameters } from 'jose'
import { makeRoom } from '../base/bounded.ts'
import { faultOfJwk, maxTriedKeys } from '../base/public-keys.ts'
import { codeOf, memberOf } from '../base/unknown.ts'
import { OpenIdError } from './openid-error.ts'

const keptMs = 600_000
/**
 * Whoever sends tokens that no key made, or while the set cannot be had, has us ask again so often within the time, and no more: counted by
 * connection, so that tokens for one organization keep no other with the same issuer from a new key. When many have asked, each that has
 * not is heard once.
 */
const refetches = { times: 3, inAll: 30, withinMs: 60_000 } as const
const maxKept = 1_000
const maxKeys = 100

/** The key sets of issuers. */
export interface KeySets {
  /**
   * `isFresh`: as the issuer has it now. Undefined where it was asked too often of late. `asker`: the connection, or the organization of
   * a client.
   */
  find(url: string, now: number, isFresh: boolean, asker: string): Promise<JSONWebKeySet> | undefined
}

interface Kept {
  /** The last that could be had, and since when. */
  readonly good: { readonly keys: Promise<JSONWebKeySet>; readonly at: number } | undefined
  /** Being asked for: whoever needs it meanwhile waits for the same. */
  readonly underWay: Promise<JSONWebKeySet> | undefined
  /** The last try failed so. */
  readonly failed: Promise<JSONWebKeySet> | undefined
  /** When, and for whom, it was asked for beyond what its age asks for: afresh, or once more after it could not be had. */
  readonly again: readonly { readonly asker: string; readonly at: number }[]
}

const nothing: Kept = { good: undefined, underWay: undefined, failed: undefined, again: [] }

/** `fetchText` is the guarded way out. */
export function createKeySets(fetchText: (url: string) => Promise<string>): KeySets {
  const kept = new Map<string, Kept>()
  const note = (url: string, change: Partial<Kept>): void => {
    kept.set(url, { ...(kept.get(url) ?? nothing), ...change })
  }
  const ask = (url: string, now: number): Promise<JSONWebKeySet> => {
    const keys = fetchText(url).then(readKeys)
    note(url, { underWay: keys })
    // What could be had before stays when it cannot be had now.
    keys.then(
      () => note(url, { good: { keys, at: now }, underWay: undefined, failed: undefined }),
      () => note(url, { underWay: undefined, failed: keys }),
    )
    return keys
  }
  return {
    find(url, now, isFresh, asker) {
      const known = kept.get(url) ?? nothing
      const { good, underWay, failed } = known
      if (!isFresh && good !== undefined && now - good.at < keptMs) return good.keys
      if (underWay !== undefined) return underWay
      const recent = known.again.filter(({ at }) => now - at < refetches.withinMs)
      const isAgain = isFresh || failed !== undefined
      const own = recent.filter((one) => one.asker === asker).length
      const isSpent = own >= refetches.times || (own > 0 && recent.length >= refetches.inAll)
      if (isAgain && isSpent) return isFresh ? undefined : failed
      if (!kept.has(url)) makeRoom(kept, maxKept)
      note(url, { again: isAgain ? [...recent, { asker, at: now }] : recent })
      return ask(url, now)
    },
  }
}

function readKeys(text: string): JSONWebKeySet {
  const keys = readList(text)
  if (keys === undefined || keys.length > maxKeys)
    throw new OpenIdError('issuer_unreachable', say('issuer_keys_none'))
  return { keys: keys.filter(isUsable) }
}

function readList(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const keys = memberOf(value, 'keys')
    return Array.isArray(keys) ? keys : undefined
  } catch {
    return undefined
  }
}

// A symmetric key in a public place is nobody's secret.
function isUsable(key: unknown): key is JWK {
  const kty = memberOf(key, 'kty')
  return typeof kty === 'string' && kty !== 'oct'
}

/** The keys that may have made the signature: those of its name, else those that have none; each where the token names none. */
export function listCandidates({ keys }: JSONWebKeySet, kid: unknown): JWK[] {
  if (typeof kid !== 'string') return [...keys]
  const named = keys.filter((key) => key.kid === kid)
  return named.length > 0 ? named : keys.filter((key) => typeof key.kid !== 'string')
}

const ofAnotherKey: ReadonlySet<unknown> = new Set([
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWK_INVALID',
  'ERR_JWKS_INVALID',
])

/** Why the next key is tried: this one is of another kind, is none, or did not make the signature. */
export function isOfAnotherKey(error: unknown): boolean {
  return error instanceof UnusableKey || ofAnotherKey.has(codeOf(error))
}

/** A key of the set that cannot be read as one, is too small, or so large that to try it would cost too much. */
export class UnusableKey extends Error {}

/** Of each key that was tried; a set that is kept keeps what was imported of it. */
const finders = new WeakMap<JWK, ReturnType<typeof createLocalJWKSet>>()

// This one key, judged by its kind, use and algorithm as the token's header asks.
async function open(jwk: JWK, { kid: _, ...header }: ProtectedHeaderParameters): Promise<CryptoKey> {
  if (faultOfJwk({ ...jwk }) !== undefined) throw new UnusableKey('unusable')
  const { createLocalJWKSet } = await import('jose')
  const { kid: _named, ...nameless } = jwk
  const find = finders.get(jwk) ?? createLocalJWKSet({ keys: [nameless] })
  finders.set(jwk, find)
  return find(header)
}

/** How many keys were tried for a token, and whether there are others that may have signed it. */
export interface Tried {
  count: number
  isCut: boolean
}

/**
 * What `verify` makes of the token with the key that signed it: those that may have are tried, a few, however many a set holds. Throws why
 * the last one did not.
 */
export async function tryKeys<T>(
  set: JSONWebKeySet,
  header: ProtectedHeaderParameters,
  verify: (key: CryptoKey) => Promise<T>,
  tried: Tried,
): Promise<T> {
  const { errors } = await import('jose')
  let refusal: unknown = new errors.JWKSNoMatchingKey()
  let left = maxTriedKeys
  for (const jwk of listCandidates(set, header.kid)) {
    try {
      const key = await open(jwk, header)
      if (left === 0) {
        tried.isCut = true
        break
      }
      left -= 1
      tried.count += 1
      return await verify(key)
    } catch (error) {
      // What is no refusal of a token is what the platform says of a key.
      const isKnown = error instanceof errors.JOSEError || error instanceof UnusableKey
      const found = isKnown ? error : new UnusableKey('unusable', { cause: error })
      if (!isOfAnotherKey(found)) throw error
      refusal = preferred(refusal, found)
    }
  }
  throw refusal
}

// A key of another kind says less than one that cannot be used, and that less than one that was tried.
function preferred(before: unknown, found: unknown): unknown {
  const weight = (error: unknown): number =>
    error instanceof UnusableKey ? 1 : codeOf(error) === 'ERR_JWKS_NO_MATCHING_KEY' ? 0 : 2
  return weight(found) >= weight(before) ? found : before
}
