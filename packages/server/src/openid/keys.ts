// An issuer's key set: kept for a while, looked at again when a signature does not hold, and each key tried that may have made it.
// A set holds what its issuer puts there: keys without a name, two of one name, and what is no key at all.
import type { createLocalJWKSet, FlattenedJWSInput, JSONWebKeySet, JWK, JWSHeaderParameters } from 'jose'
import { makeRoom } from '../base/bounded.ts'
import { OpenIdError } from './openid-error.ts'

const keptMs = 600_000
/** Whoever sends tokens that no key made, or while the set cannot be had, has us ask again so often within the time, and no more. */
const refetches = { times: 3, withinMs: 60_000 } as const
const maxKept = 1_000
const maxKeys = 100

export interface KeySets {
  /** `isFresh`: as the issuer has it now. Undefined where it was asked too often of late. */
  find(url: string, now: number, isFresh: boolean): Promise<JSONWebKeySet> | undefined
}

interface Kept {
  /** The last that could be had, and since when. */
  readonly good: { readonly keys: Promise<JSONWebKeySet>; readonly at: number } | undefined
  /** Being asked for: whoever needs it meanwhile waits for the same. */
  readonly underWay: Promise<JSONWebKeySet> | undefined
  /** The last try failed so. */
  readonly failed: Promise<JSONWebKeySet> | undefined
  /** When it was asked for beyond what its age asks for: afresh, or once more after it could not be had. */
  readonly againAt: readonly number[]
}

const nothing: Kept = { good: undefined, underWay: undefined, failed: undefined, againAt: [] }

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
    find(url, now, isFresh) {
      const known = kept.get(url) ?? nothing
      const { good, underWay, failed } = known
      if (!isFresh && good !== undefined && now - good.at < keptMs) return good.keys
      if (underWay !== undefined) return underWay
      const recent = known.againAt.filter((at) => now - at < refetches.withinMs)
      const isAgain = isFresh || failed !== undefined
      if (isAgain && recent.length >= refetches.times) return isFresh ? undefined : failed
      if (!kept.has(url)) makeRoom(kept, maxKept)
      note(url, { againAt: isAgain ? [...recent, now] : recent })
      return ask(url, now)
    },
  }
}

function readKeys(text: string): JSONWebKeySet {
  const keys = readList(text)
  if (keys === undefined || keys.length > maxKeys)
    throw new OpenIdError('issuer_unreachable', "The issuer's keys cannot be read: jwks_uri gives no key set")
  return { keys: keys.filter(isUsable) }
}

function readList(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const keys = typeof value === 'object' && value !== null ? (value as { keys?: unknown }).keys : undefined
    return Array.isArray(keys) ? keys : undefined
  } catch {
    return undefined
  }
}

// A symmetric key in a public place is nobody's secret.
function isUsable(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false
  const { kty } = key as { kty?: unknown }
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
  return error instanceof UnusableKey || ofAnotherKey.has((error as { code?: string }).code)
}

/** A key of the set that cannot be read as one, or is too small. */
export class UnusableKey extends Error {}

type KeyOf = ReturnType<typeof createLocalJWKSet>

/** For the verifier: this one key, judged by its kind, use and algorithm as the token's header asks. */
export async function toKeyOf(jwk: JWK): Promise<KeyOf> {
  const { createLocalJWKSet } = await import('jose')
  const { kid: _, ...nameless } = jwk
  const find = createLocalJWKSet({ keys: [nameless] })
  return (({ kid: _named, ...header }: JWSHeaderParameters, token: FlattenedJWSInput) =>
    find(header as JWSHeaderParameters, token)) as KeyOf
}
