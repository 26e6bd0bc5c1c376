// Public keys that nobody has the private half of: whoever hands one out needs none to make others try it.
import { randomBytes } from 'node:crypto'

const length = (size: number): Buffer =>
  size < 128
    ? Buffer.from([size])
    : size < 256
      ? Buffer.from([0x81, size])
      : Buffer.from([0x82, size >> 8, size & 255])
const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const whole = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), length(whole.length), whole])
}
const integer = (bytes: Buffer): Buffer =>
  tlv(2, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)
const identifier = (hex: string): Buffer => tlv(6, Buffer.from(hex, 'hex'))
const none = Buffer.from([5, 0])

/** Odd, of exactly so many bits. */
export function oddNumber(bits: number): Buffer {
  const bytes = randomBytes(Math.ceil(bits / 8))
  const high = (bits - 1) % 8
  bytes[0] = ((bytes[0] ?? 0) & ((1 << high) - 1)) | (1 << high)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1
  return bytes
}

/** As it stands in a key: without zeros in front. */
export function toBytes(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

/** Base64 of a certificate with this key, as metadata holds it; its signature is anything. */
export function makeCertificate(modulus: Buffer, exponent: Buffer): string {
  const algorithm = tlv(0x30, identifier('2a864886f70d01010b'), none)
  const key = tlv(
    0x30,
    tlv(0x30, identifier('2a864886f70d010101'), none),
    tlv(3, Buffer.alloc(1), tlv(0x30, integer(modulus), integer(exponent))),
  )
  const name = tlv(0x30, tlv(0x31, tlv(0x30, identifier('550403'), tlv(0x0c, Buffer.from('x')))))
  const time = (text: string): Buffer => tlv(0x17, Buffer.from(text))
  const validity = tlv(0x30, time('250101000000Z'), time('400101000000Z'))
  const serial = integer(Buffer.from([1, ...randomBytes(8)]))
  const body = tlv(0x30, tlv(0xa0, integer(Buffer.from([2]))), serial, algorithm, name, validity, name, key)
  return tlv(0x30, body, algorithm, tlv(3, Buffer.alloc(1), randomBytes(256))).toString('base64')
}

export const toPem = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----`

export const makeJwk = (modulus: Buffer, exponent: Buffer): Record<string, string> => ({
  kty: 'RSA',
  n: modulus.toString('base64url'),
  e: exponent.toString('base64url'),
  alg: 'RS256',
  use: 'sig',
})

/** Metadata with these signing certificates instead of its own. */
export function withCertificates(metadata: string, certificates: readonly string[]): string {
  const keys = certificates.map(
    (one) =>
      `<md:KeyDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${one}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  return metadata.replace(/<(?:\w+:)?KeyDescriptor[\s\S]*<\/(?:\w+:)?KeyDescriptor>/, () => keys.join(''))
}
