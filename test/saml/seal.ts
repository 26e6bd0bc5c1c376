// Encrypts an assertion by every algorithm that XML Encryption 1.1 has, and by what it has not: written for tests from RFC 8017 and
// by nothing of the service.
import {
  constants,
  createCipheriv,
  createHash,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { type Context, mallory, render } from './context.ts'
import { cut } from './forge.ts'

export const xenc = 'http://www.w3.org/2001/04/xmlenc#'
export const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
export const dsig = 'http://www.w3.org/2000/09/xmldsig#'
export const more = 'http://www.w3.org/2001/04/xmldsig-more#'

export const digestNames = {
  sha1: `${dsig}sha1`,
  sha256: `${xenc}sha256`,
  sha384: `${more}sha384`,
  sha512: `${xenc}sha512`,
} as const
export type Hash = keyof typeof digestNames

export const cipherNames = {
  'aes-256-gcm': `${xenc11}aes256-gcm`,
  'aes-192-gcm': `${xenc11}aes192-gcm`,
  'aes-128-gcm': `${xenc11}aes128-gcm`,
  'aes-256-cbc': `${xenc}aes256-cbc`,
  'aes-192-cbc': `${xenc}aes192-cbc`,
  'aes-128-cbc': `${xenc}aes128-cbc`,
} as const
export type Cipher = keyof typeof cipherNames

/** What is really done, and what the XML says of it; each says what is done unless told. */
export interface Seal {
  readonly cipher?: Cipher
  readonly digest?: string
  readonly mask?: string
  readonly label?: string
  readonly padding?: 'oaep' | 'pkcs1'
  /** In bytes; of the cipher unless told. */
  readonly keyBytes?: number
  /** `EncryptionMethod` elements of key and data. */
  readonly keyMethod?: string
  readonly dataMethod?: string
  readonly recipient?: string
  /** The key where the usual place is taken from. */
  readonly edit?: (parts: SealedParts) => string
  readonly editKey?: (wrapped: Buffer) => Buffer
  readonly editContent?: (content: Buffer) => Buffer
}

export interface SealedParts {
  readonly key: string
  readonly dataMethod: string
  readonly cipherData: string
  /** All of it, as it usually is. */
  readonly whole: string
}

function mgf1(seed: Buffer, length: number, hash: string): Buffer {
  let made = Buffer.alloc(0)
  for (let at = 0; made.length < length; at += 1) {
    const counter = Buffer.from([0, 0, 0, at])
    made = Buffer.concat([
      made,
      createHash(hash)
        .update(Buffer.concat([seed, counter]))
        .digest(),
    ])
  }
  return made.subarray(0, length)
}

const mixed = (one: Buffer, other: Buffer): Buffer =>
  Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))

/** RFC 8017 §7.1.1, of a message for a modulus of so many bytes. */
export function padOaep(message: Buffer, size: number, digest: string, mask: string, label = ''): Buffer {
  const hash = createHash(digest).update(label).digest()
  const zeros = Buffer.alloc(size - message.length - 2 * hash.length - 2)
  const block = Buffer.concat([hash, zeros, Buffer.from([1]), message])
  const seed = randomBytes(hash.length)
  const maskedBlock = mixed(block, mgf1(seed, block.length, mask))
  return Buffer.concat([Buffer.from([0]), mixed(seed, mgf1(maskedBlock, seed.length, mask)), maskedBlock])
}

function encryptContent(cipher: Cipher, secret: Buffer, plain: Buffer): Buffer {
  if (cipher.endsWith('gcm')) {
    const vector = randomBytes(12)
    const made = createCipheriv(cipher as 'aes-256-gcm', secret, vector)
    return Buffer.concat([vector, made.update(plain), made.final(), made.getAuthTag()])
  }
  const vector = randomBytes(16)
  const made = createCipheriv(cipher, secret, vector)
  return Buffer.concat([vector, made.update(plain), made.final()])
}

const keySizes: Readonly<Record<string, number>> = { 256: 32, 192: 24, 128: 16 }

export const method = (algorithm: string, inner = ''): string =>
  `<xenc:EncryptionMethod xmlns:xenc="${xenc}" Algorithm="${algorithm}">${inner}</xenc:EncryptionMethod>`
export const digestMethod = (algorithm: string): string =>
  `<ds:DigestMethod xmlns:ds="${dsig}" Algorithm="${algorithm}"/>`
export const mgf = (algorithm: string): string =>
  `<xenc11:MGF xmlns:xenc11="${xenc11}" Algorithm="${algorithm}"/>`

const value = (bytes: Buffer): string =>
  `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`

/** The EncryptedAssertion around a text; by default as Keycloak does it: AES-256-GCM, rsa-oaep of 1.1 with SHA-256 for both. */
export function seal({ spCertificate }: Context, text: string | Buffer, how: Seal = {}): string {
  const { cipher = 'aes-256-gcm', digest = 'sha256', mask = digest } = how
  const key = new X509Certificate(spCertificate).publicKey
  const secret = randomBytes(keySizes[cipher.slice(4, 7)] ?? 0)
  const sent = how.keyBytes === undefined ? secret : Buffer.concat([secret, secret]).subarray(0, how.keyBytes)
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const wrapped =
    how.padding === 'pkcs1'
      ? publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, sent)
      : publicEncrypt(
          { key, padding: constants.RSA_NO_PADDING },
          padOaep(sent, size, digest, mask, how.label),
        )
  const usual = method(
    `${xenc11}rsa-oaep`,
    digestMethod(digestNames[digest as Hash]) + mgf(`${xenc11}mgf1${mask}`),
  )
  const recipient = how.recipient === undefined ? '' : ` Recipient="${how.recipient}"`
  const keyData = value(how.editKey?.(wrapped) ?? wrapped)
  const keyElement = `<xenc:EncryptedKey xmlns:xenc="${xenc}" Id="_k"${recipient}>${how.keyMethod ?? usual}${keyData}</xenc:EncryptedKey>`
  const content = encryptContent(cipher, secret, Buffer.from(text))
  const cipherData = value(how.editContent?.(content) ?? content)
  const dataMethod = how.dataMethod ?? method(cipherNames[cipher])
  const info = `<ds:KeyInfo xmlns:ds="${dsig}">${keyElement}</ds:KeyInfo>`
  const whole = wrapData(dataMethod + info + cipherData)
  const made = how.edit?.({ key: keyElement, dataMethod, cipherData, whole }) ?? whole
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${made}</saml:EncryptedAssertion>`
}

/** EncryptedData around its children. */
export const wrapData = (inner: string): string =>
  `<xenc:EncryptedData xmlns:xenc="${xenc}" Type="${xenc}Element">${inner}</xenc:EncryptedData>`

/** A response about mallory whose assertion is signed and then sealed. */
export async function sealed(
  context: Context,
  how: Seal = {},
  edit: (assertion: string) => string | Buffer = (assertion) => assertion,
): Promise<string> {
  const whole = await render(context, { sign: 'assertion' })
  const element = cut(whole, 'saml:Assertion')
  const made = seal(context, edit(element), how)
  return whole.replace(element, () => made)
}

/** A response that is signed around what it encrypts, which AES-CBC needs. */
export async function sealedInside(context: Context, how: Seal, nameId = mallory): Promise<string> {
  const element = cut(await render(context, { sign: 'none' }), 'saml:Assertion')
  const own = element.replaceAll(mallory, nameId)
  const made = seal(context, own, how)
  return render(context, {
    sign: 'response',
    mutateBeforeSigning: (xml) => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, () => made),
  })
}
