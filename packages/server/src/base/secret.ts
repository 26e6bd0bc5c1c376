// Secrets that callers show: how they are made, recognised and compared. Only their SHA-256 is ever kept.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const keyPrefix = 'rc_scim_'
const secretLength = 43
const tokenPattern = /^rc_(?:scim|at|cs)_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/
/** What a provisioning client may show: `rc_scim_` an API key, `rc_at_` an access token; `rc_cs_` is a client secret. */
export type TokenPrefix = 'rc_scim_' | 'rc_at_' | 'rc_cs_'

/** The prefix + 43 base62 characters (256 bits) + `_` + the CRC-32 of all that, as 6 base62 characters. */
export function createToken(prefix: TokenPrefix): string {
  const body = prefix + randomBase62(secretLength)
  return `${body}_${checksum(body)}`
}

/** An API key. */
export function createApiKeyToken(): string {
  return createToken(keyPrefix)
}

/** Whether a token has the form of one of these and its checksum is right: decides without any look-up. */
export function isToken(token: string, ...prefixes: readonly TokenPrefix[]): boolean {
  if (!tokenPattern.test(token) || !prefixes.some((prefix) => token.startsWith(prefix))) return false
  const cut = token.length - 7
  return checksum(token.slice(0, cut)) === token.slice(cut + 1)
}

/** The first 12 characters: enough to tell keys apart, of no use to a thief. */
export function toKeyPrefix(token: string): string {
  return token.slice(0, keyPrefix.length + 4)
}

/** `rc_operator_` and 43 base62 characters. */
export function createOperatorKey(): string {
  return `rc_operator_${randomBase62(secretLength)}`
}

/** 43 base62 characters, 256 bits: a cookie, or the secret part of a link. */
export function createSecret(): string {
  return randomBase62(secretLength)
}

/** SHA-256 in hexadecimal. Right for secrets of 256 random bits; not for passwords. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** Compares two hashes of equal length in constant time. */
export function isSameHash(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}

function checksum(text: string): string {
  return toBase62(crc32(text), 6)
}

function toBase62(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let digit = 0; digit < length; digit += 1) {
    text = base62[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(64)) {
      // 248 is the largest multiple of 62 in a byte: above it the draw would favour the first letters.
      if (byte < 248 && text.length < length) text += base62[byte % 62]
    }
  }
  return text
}
