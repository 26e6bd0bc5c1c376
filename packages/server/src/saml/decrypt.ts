// Decrypts an assertion with the platform's own primitives. One failure: whatever goes wrong, the same steps are taken to their end
// and nothing is said of which of them it was.

import { isUtf8 } from 'node:buffer'
import crypto from 'node:crypto'
import type { ContentCipher, Encryption, Hash, KeyTransport } from './encryption.ts'

const ivBytes = { gcm: 12, cbc: 16 } as const
const tagBytes = 16

/** The text, or undefined; `key` is a PEM. */
export function decryptAssertion(encryption: Encryption, key: string): string | undefined {
  const { cipher, transport, wrappedKey, content } = encryption
  // RFC 8017 §7.1.2: whoever sends changed keys must not learn what became of one, so that another one takes its place.
  const unwrapped = unwrapKey(wrappedKey, crypto.createPrivateKey(key), transport)
  const isKey = unwrapped?.length === cipher.keyBytes
  const secret = isKey ? unwrapped : crypto.randomBytes(cipher.keyBytes)
  const plain = decryptContent(cipher, secret, content)
  return plain !== undefined && isKey && isUtf8(plain) ? plain.toString('utf8') : undefined
}

function unwrapKey(
  wrapped: Buffer,
  key: crypto.KeyObject,
  { digest, mask }: KeyTransport,
): Buffer | undefined {
  const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING
  try {
    // The platform takes one hash for both; where they differ, it does what is secret, and the padding is read here.
    if (digest === mask) return crypto.privateDecrypt({ key, padding, oaepHash: digest }, wrapped)
    const encoded = crypto.privateDecrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, wrapped)
    return unpadOaep(encoded, digest, mask)
  } catch {
    return undefined
  }
}

/**
 * EME-OAEP decoding (RFC 8017 §7.1.2, step 3) with an empty label. Looks at every byte whatever it finds, and tells nothing but whether
 * all of it was right.
 */
export function unpadOaep(encoded: Buffer, digest: Hash, mask: Hash): Buffer | undefined {
  const label = crypto.createHash(digest).digest()
  const length = label.length
  if (encoded.length < 2 * length + 2) return undefined
  const maskedSeed = encoded.subarray(1, 1 + length)
  const maskedBlock = encoded.subarray(1 + length)
  const seed = xor(maskedSeed, makeMask(maskedBlock, length, mask))
  const block = xor(maskedBlock, makeMask(seed, maskedBlock.length, mask))
  let wrong = encoded[0] ?? 1
  for (let at = 0; at < length; at += 1) wrong |= (block[at] ?? 0) ^ (label[at] ?? 0)
  // Behind the label zeros, a one, and the message: `isBefore` is 1 until that one was seen.
  let isBefore = 1
  let start = 0
  for (let at = length; at < block.length; at += 1) {
    const byte = block[at] ?? 0
    const isOne = isBefore & equals(byte, 1)
    wrong |= isBefore & (1 ^ equals(byte, 0)) & (1 ^ isOne)
    start |= -isOne & (at + 1)
    isBefore &= 1 ^ isOne
  }
  return (wrong | isBefore) === 0 ? block.subarray(start) : undefined
}

// 1 or 0 without a branch, for bytes.
function equals(one: number, other: number): number {
  return ((one ^ other) - 1) >>> 31
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))
}

/** MGF1 (RFC 8017 §B.2.1). */
function makeMask(seed: Buffer, length: number, hash: Hash): Buffer {
  const parts: Buffer[] = []
  const counter = Buffer.alloc(4)
  for (let at = 0, made = 0; made < length; at += 1) {
    counter.writeUInt32BE(at)
    const part = crypto.createHash(hash).update(seed).update(counter).digest()
    parts.push(part)
    made += part.length
  }
  return Buffer.concat(parts).subarray(0, length)
}

function decryptContent({ name, isCbc }: ContentCipher, secret: Buffer, content: Buffer): Buffer | undefined {
  try {
    return isCbc ? decryptCbc(name, secret, content) : decryptGcm(name, secret, content)
  } catch {
    return undefined
  }
}

// XML Encryption 1.1 §5.2.4: the vector, the text, the tag.
function decryptGcm(name: string, secret: Buffer, content: Buffer): Buffer | undefined {
  const end = content.length - tagBytes
  if (end < ivBytes.gcm) return undefined
  const vector = content.subarray(0, ivBytes.gcm)
  const decipher = crypto.createDecipheriv(name as 'aes-256-gcm', secret, vector, { authTagLength: tagBytes })
  decipher.setAuthTag(content.subarray(end))
  return Buffer.concat([decipher.update(content.subarray(ivBytes.gcm, end)), decipher.final()])
}

// §5.2.1: the last byte says how many were added; the others are whatever they are.
function decryptCbc(name: string, secret: Buffer, content: Buffer): Buffer | undefined {
  const decipher = crypto.createDecipheriv(name, secret, content.subarray(0, ivBytes.cbc))
  decipher.setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(content.subarray(ivBytes.cbc)), decipher.final()])
  const added = padded.at(-1) ?? 0
  return added >= 1 && added <= ivBytes.cbc ? padded.subarray(0, padded.length - added) : undefined
}
