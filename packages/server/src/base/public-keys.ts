// Public keys of others, by which they prove themselves: what such a key may be, and key sets (RFC 7517) that are registered with us:
// public keys alone, and one at least that verifies something. What nobody could ever sign in with is told to whoever registers it.
import { createPublicKey, type KeyObject } from 'node:crypto'

/** Signatures with a key pair; never `none`, and never HMAC, whose secret would be anybody's who has the public key. */
export const signatureAlgorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]

type Key = Readonly<Record<string, unknown>>

/** Members of a private or shared key. */
const secret = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const
/**
 * RSA keys that verify something. Shorter ones are weak (RFC 7518 §3.3); longer ones, and those with a large public exponent, are slow:
 * whoever chooses the key would choose what each message costs us. Keys in use have the exponent 65537, old ones 3 or 17.
 */
const rsaBounds = { leastBits: 2_048, mostBits: 8_192, leastExponent: 3n, mostExponent: 65_537n } as const
/** The same in words, behind `has` or `with`. */
export const usableRsa = 'an RSA key of 2048 to 8192 bits with an odd public exponent of at most 65537'
/** So many keys are tried for one message: whose sender does not say which it was. */
export const maxTriedKeys = 10
/** Of a set that is fetched. */
export const maxKeysOfSet = 20

/** Why an RSA key is not used. */
export type RsaFault = 'short' | 'long' | 'exponent'

function faultOfRsa(bits: number, exponent: bigint): RsaFault | undefined {
  if (bits < rsaBounds.leastBits) return 'short'
  if (bits > rsaBounds.mostBits) return 'long'
  const isUsual =
    exponent >= rsaBounds.leastExponent && exponent <= rsaBounds.mostExponent && exponent % 2n === 1n
  return isUsual ? undefined : 'exponent'
}

/** Undefined for a key that may be used, and for every key of another kind. */
export function faultOfRsaKey({ asymmetricKeyDetails: details }: KeyObject): RsaFault | undefined {
  if (details?.modulusLength === undefined || details.publicExponent === undefined) return undefined
  return faultOfRsa(details.modulusLength, details.publicExponent)
}

/** The same of a JWK, which is not made a key for it. */
export function faultOfJwk({ kty, n, e }: Key): RsaFault | undefined {
  if (kty !== 'RSA') return undefined
  // Four characters are three bytes: what is longer than any exponent or modulus in use is not even decoded.
  if (typeof n !== 'string' || n.length > rsaBounds.mostBits / 4) return 'long'
  if (typeof e !== 'string' || e === '' || e.length > 16) return 'exponent'
  const [modulus, exponent] = [n, e].map((text) => Buffer.from(text, 'base64url').toString('hex'))
  const bits = BigInt(`0x0${modulus}`).toString(2).length
  return faultOfRsa(bits, BigInt(`0x0${exponent}`))
}

/** The keys of a set, stored or fetched, that may be used: what was registered before there were bounds verifies nothing any more. */
export function listUsableJwks<T extends Key>(keys: readonly T[]): T[] {
  return keys.filter((key) => faultOfJwk(key) === undefined).slice(0, maxKeysOfSet)
}

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
    const fault = faultOfRsaKey(read)
    if (fault !== undefined) return `${where} is ${faults[fault]}: send ${usableRsa}`
    isUsable ||= verifies.some(
      (one) => algorithms.includes(one) && (key.alg ?? one) === one && (key.use ?? 'sig') === 'sig',
    )
  }
  return isUsable ? undefined : `jwks has no key for ${algorithms.join(', ')}`
}

const faults: Readonly<Record<RsaFault, string>> = {
  short: 'too short',
  long: 'too long',
  exponent: 'a key of an unusual exponent (e)',
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function algorithmsOf({ kty, crv }: Key): readonly string[] {
  if (kty === 'RSA') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  return ofCurve[`${kty} ${crv}`] ?? []
}

function readKey(key: Key): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...key }, format: 'jwk' })
  } catch {
    return undefined
  }
}
