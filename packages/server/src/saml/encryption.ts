// What an encrypted assertion says of its encryption (SAML core §2.3.4, XML Encryption 1.1): read, held against what is decrypted
// here, and refused before anything is. What is read is what our metadata publishes: both come from these tables. Pure.
import { say } from '@rollcall/api/sentences'
import { SamlError } from './saml-error.ts'
import { collapse, findChild, listChildren, namespaces, walk, type XmlElement } from './xml.ts'

const xenc = namespaces.encryption
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
const ds = namespaces.signature

/** A cipher of XML Encryption that is decrypted here. */
export interface ContentCipher {
  /** As the platform calls it. */
  readonly name: 'aes-256-gcm' | 'aes-192-gcm' | 'aes-128-gcm' | 'aes-256-cbc' | 'aes-192-cbc' | 'aes-128-cbc'
  readonly keyBytes: number
  readonly isCbc: boolean
}

/** A map: what a message names is looked up in nothing that has a prototype. The best comes first. */
const ciphers: ReadonlyMap<string, ContentCipher> = new Map([
  [`${xenc11}aes256-gcm`, { name: 'aes-256-gcm', keyBytes: 32, isCbc: false }],
  [`${xenc11}aes192-gcm`, { name: 'aes-192-gcm', keyBytes: 24, isCbc: false }],
  [`${xenc11}aes128-gcm`, { name: 'aes-128-gcm', keyBytes: 16, isCbc: false }],
  [`${xenc}aes256-cbc`, { name: 'aes-256-cbc', keyBytes: 32, isCbc: true }],
  [`${xenc}aes192-cbc`, { name: 'aes-192-cbc', keyBytes: 24, isCbc: true }],
  [`${xenc}aes128-cbc`, { name: 'aes-128-cbc', keyBytes: 16, isCbc: true }],
])

/** A hash by the platform's name. */
export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** RSAES-OAEP (RFC 8017 §7.1): the hash of the label, and the one that its mask is made with. */
export interface KeyTransport {
  readonly digest: Hash
  readonly mask: Hash
}

/** XML Encryption 1.1 §5.5.2: this one says its mask, and that of 1.0 has SHA-1 always. */
const oaep11 = `${xenc11}rsa-oaep`
const oaep10 = `${xenc}rsa-oaep-mgf1p`

const digests: ReadonlyMap<string, Hash> = new Map([
  [`${ds}sha1`, 'sha1'],
  [`${xenc}sha256`, 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  [`${xenc}sha512`, 'sha512'],
])
/** Names that no specification has; those who write them (crewjam/saml, xml-encryption of Node) make the mask with the same hash. */
const misnamed: ReadonlyMap<string, Hash> = new Map([
  [`${ds}sha256`, 'sha256'],
  [`${ds}sha512`, 'sha512'],
])
const masks: ReadonlyMap<string, Hash> = new Map([
  [`${xenc11}mgf1sha1`, 'sha1'],
  [`${xenc11}mgf1sha256`, 'sha256'],
  [`${xenc11}mgf1sha384`, 'sha384'],
  [`${xenc11}mgf1sha512`, 'sha512'],
])

/** What a refusal says that is expected. */
export const expectedCipher = 'AES-GCM'
/** Which key transports are accepted, in words. */
export const expectedTransport =
  'RSA-OAEP (rsa-oaep or rsa-oaep-mgf1p) with SHA-1, SHA-256, SHA-384 or SHA-512'

/** For our metadata (SAML metadata §2.4.1.1): what may be used for our key, the best first. */
export function listEncryptionMethods(allowsAesCbc: boolean): string[] {
  const own = [...ciphers].filter(([, { isCbc }]) => allowsAesCbc || !isCbc).map(([uri]) => uri)
  return [...own, oaep11, oaep10]
}

/** What an encrypted assertion says of its encryption. */
export interface Encryption {
  readonly cipher: ContentCipher
  readonly transport: KeyTransport
  readonly wrappedKey: Buffer
  readonly content: Buffer
  /** Whom the key is for, where it says so (XML Encryption §3.5.1). */
  readonly recipient: string | undefined
  /** The text of the certificate whose key decrypts, where it is named. */
  readonly certificate: string | undefined
}

/** Of an EncryptedAssertion inside `root`. Throws SamlError. CBC without a signature around it is an oracle, hence the switch. */
export function readEncryption(root: XmlElement, container: XmlElement, allowsAesCbc: boolean): Encryption {
  const data = findChild(container, xenc, 'EncryptedData')
  const all = (name: string) => [...walk(root)].filter((element) => element.name === name)
  const [keys, values] = [all('EncryptedKey'), all('CipherValue')]
  const [key] = keys
  const isOne = all('EncryptedData').length === 1 && keys.length === 1 && values.length === 2
  if (data === undefined || key === undefined || !isOne || !isAtHome(container, data, key))
    throw new SamlError('decryption_failed', say('assertion_encrypted_pieces'))
  const cipher = readCipher(data, allowsAesCbc)
  const transport = readTransport(key)
  return {
    cipher,
    transport,
    wrappedKey: readCipherValue(key),
    content: readCipherValue(data),
    recipient: key.attributes.get('Recipient'),
    certificate: [...walk(container)].find(({ name }) => name === 'X509Certificate')?.text,
  }
}

// The key stands in the KeyInfo of the data, or beside it, where the data may refer to it (core §2.2.4, XML Encryption §3.5).
function isAtHome(container: XmlElement, data: XmlElement, key: XmlElement): boolean {
  const info = findChild(data, ds, 'KeyInfo')
  if (listChildren(data, ds, 'KeyInfo').length > 1) return false
  if (info !== undefined && listChildren(info, xenc, 'EncryptedKey').includes(key)) return true
  const references = info === undefined ? [] : listChildren(info, ds, 'RetrievalMethod')
  const isNamed = references.every(
    (one) => one.attributes.get('URI') === `#${key.attributes.get('Id') ?? ''}`,
  )
  return listChildren(container, xenc, 'EncryptedKey').includes(key) && references.length <= 1 && isNamed
}

function readMethod(parent: XmlElement): {
  readonly algorithm: string
  readonly children: readonly XmlElement[]
} {
  const [method, ...others] = listChildren(parent, xenc, 'EncryptionMethod')
  const algorithm = others.length > 0 ? 'several' : (method?.attributes.get('Algorithm') ?? '')
  return { algorithm, children: method?.children ?? [] }
}

function readCipher(data: XmlElement, allowsAesCbc: boolean): ContentCipher {
  const { algorithm, children } = readMethod(data)
  const cipher = ciphers.get(algorithm)
  if (cipher?.isCbc === true && !allowsAesCbc) throw new SamlError('aes_cbc_refused', say('assertion_cbc'))
  if (cipher === undefined || children.length > 0)
    throw new SamlError('algorithm_refused', say('assertion_cipher'), {
      found: children.length > 0 ? `${algorithm} with parameters` : algorithm,
      expected: expectedCipher,
    })
  return cipher
}

function readTransport(key: XmlElement): KeyTransport {
  const { algorithm, children } = readMethod(key)
  const digest = readParameter(children, ds, 'DigestMethod')
  const mask = readParameter(children, xenc11, 'MGF')
  const known = children.filter(
    ({ namespace, name }) =>
      (namespace === ds && name === 'DigestMethod') || (namespace === xenc11 && name === 'MGF'),
  )
  const found = known.length === children.length ? toTransport(algorithm, digest, mask) : undefined
  if (found !== undefined) return found
  // OAEPparams, KeySize and whatever else is there by its name: nobody is known to need them.
  const others = children.filter((child) => !known.includes(child)).map(({ name }) => name)
  const said = [algorithm, digest, mask, ...others].filter((one) => one !== undefined)
  throw new SamlError('algorithm_refused', say('assertion_key_transport'), {
    found: said.join(' with '),
    expected: expectedTransport,
  })
}

function readParameter(children: readonly XmlElement[], namespace: string, name: string): string | undefined {
  const [first, ...others] = children.filter((one) => one.namespace === namespace && one.name === name)
  return others.length > 0 ? `several ${name}` : first && (first.attributes.get('Algorithm') ?? '')
}

// Both are SHA-1 where nothing is said (XML Encryption 1.1 §5.5.2).
function toTransport(
  algorithm: string,
  digest: string | undefined,
  mask: string | undefined,
): KeyTransport | undefined {
  const same = digest === undefined ? undefined : misnamed.get(digest)
  if (algorithm === oaep10 && same !== undefined && mask === undefined) return { digest: same, mask: same }
  const own = digest === undefined ? 'sha1' : digests.get(digest)
  const said = mask === undefined ? 'sha1' : masks.get(mask)
  if (own === undefined || said === undefined) return undefined
  const isKnown = algorithm === oaep11 || (algorithm === oaep10 && said === 'sha1')
  return isKnown ? { digest: own, mask: said } : undefined
}

function readCipherValue(parent: XmlElement): Buffer {
  const data = listChildren(parent, xenc, 'CipherData')
  const values = data.flatMap((one) => listChildren(one, xenc, 'CipherValue'))
  const text = collapse(values[0]?.text ?? '').replace(/[\t\n\r ]+/g, '')
  const isText = values.length === 1 && values[0]?.children.length === 0
  if (data.length !== 1 || !isText || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new SamlError('decryption_failed', say('assertion_encrypted_base64'))
  return Buffer.from(text, 'base64')
}
