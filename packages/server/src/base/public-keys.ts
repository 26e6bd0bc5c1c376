// Key sets (RFC 7517) that others register with us, to prove themselves by what they sign: public keys alone, and one at least that
// verifies something. What nobody could ever sign in with is told to whoever registers it.
import { createPublicKey, type KeyObject } from 'node:crypto'

type Key = Readonly<Record<string, unknown>>

/** Members of a private or shared key. */
const secret = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const
/** Shorter ones verify nothing (RFC 7518 §3.3). */
const leastBits = 2_048

const ofCurve: Readonly<Record<string, readonly string[]>> = {
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ['EdDSA', 'Ed25519'],
}

/**
 * What is wrong with a key set, in words for whoever sent it. Keys of kinds that are not known are left alone, as RFC 7517 §5 wants it;
 * one of the others has to verify one of `algorithms`.
 */
export function faultOfKeys(keys: readonly Key[], algorithms: readonly string[]): string | undefined {
  let isUsable = false
  for (const [at, key] of keys.entries()) {
    const where = `jwks.keys[${at}]`
    if (key.kty === 'oct' || secret.some((name) => name in key))
      return `${where} is a private or a shared key: jwks may hold public keys only`
    const odd = ['kty', 'alg', 'kid', 'use', 'crv'].find((name) => name in key && !isText(key[name]))
    if (odd !== undefined || !isText(key.kty))
      return `${where}.${odd ?? 'kty'} must be a text that is not empty`
    const verifies = algorithmsOf(key)
    if (verifies.length === 0) continue
    const read = readKey(key)
    if (read === undefined) return `${where} cannot be read as a key`
    if ((read.asymmetricKeyDetails?.modulusLength ?? leastBits) < leastBits)
      return `${where} is too short: an RSA key has ${leastBits} bits at least`
    isUsable ||= verifies.some(
      (one) => algorithms.includes(one) && (key.alg ?? one) === one && (key.use ?? 'sig') === 'sig',
    )
  }
  return isUsable ? undefined : `jwks has no key for ${algorithms.join(', ')}`
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function algorithmsOf({ kty, crv }: Key): readonly string[] {
  if (kty === 'RSA') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  return ofCurve[`${kty} ${crv}`] ?? []
}

function readKey(key: Key): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...key }, format: 'jwk' } as never)
  } catch {
    return undefined
  }
}
