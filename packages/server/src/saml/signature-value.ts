// Checks a signature's value before anything is digested: over the canonical SignedInfo, which is small whatever the message
// holds. What no certificate signed costs no more than reading it; and the certificate is known before the content is looked at.
import { constants, type KeyObject, verify, X509Certificate } from 'node:crypto'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { makeRoom } from '../base/bounded.ts'
import { findChild, namespaces, type XmlElement } from './xml.ts'

const ds = namespaces.signature
/** RSASSA-PSS with MGF1, SHA-256 for both and a salt of its length (RFC 9231 §2.3.10). */
export const rsaPssSha256 = 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'

interface Scheme {
  readonly hash: string
  readonly padding: number
}
// A map: what a message names is looked up in nothing that has a prototype.
const schemes: ReadonlyMap<string, Scheme> = new Map([
  [
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    { hash: 'RSA-SHA256', padding: constants.RSA_PKCS1_PADDING },
  ],
  [
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    { hash: 'RSA-SHA512', padding: constants.RSA_PKCS1_PADDING },
  ],
  [rsaPssSha256, { hash: 'RSA-SHA256', padding: constants.RSA_PKCS1_PSS_PADDING }],
])

// On another thread: ten keys of the largest size, one after the other, hold nobody else up.
const verifyAside = promisify(verify)

/** Whether `key` made this signature value by the algorithm of that name; false for an algorithm that is not accepted. */
async function isValueBy(algorithm: string, key: KeyObject, bytes: string, value: Buffer): Promise<boolean> {
  const scheme = schemes.get(algorithm)
  if (scheme === undefined) return false
  const { hash, padding } = scheme
  const isPss = padding === constants.RSA_PKCS1_PSS_PADDING
  const how = { key, padding, ...(isPss ? { saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}) }
  // What cannot be tried with the key was not made with it.
  return verifyAside(hash, Buffer.from(bytes), how, value).catch(() => false)
}

/** The first of the certificates whose key made this signature value. */
export async function findMaker(
  certificates: readonly Certificate[],
  algorithm: string,
  bytes: string,
  value: Buffer,
): Promise<Certificate | undefined> {
  for (const certificate of certificates)
    if (await isValueBy(algorithm, certificate.key, bytes, value)) return certificate
  return undefined
}

/** Whether it is accepted. */
export function isSignatureMethod(algorithm: string): boolean {
  return schemes.has(algorithm)
}

/** A certificate (PEM) and what is in it. */
export interface Certificate {
  readonly pem: string
  /** Base64 of the whole, as KeyInfo names it. */
  readonly text: string
  readonly key: KeyObject
}

/** One connection has a few, and they are the same at each sign-in. */
const maxKept = 2_000
const kept = new Map<string, Certificate>()

/** Throws where the PEM is none. */
export function openCertificate(pem: string): Certificate {
  const known = kept.get(pem)
  if (known !== undefined) return known
  const parsed = new X509Certificate(pem)
  const opened = { pem, text: parsed.raw.toString('base64'), key: parsed.publicKey }
  makeRoom(kept, maxKept)
  kept.set(pem, opened)
  return opened
}

/**
 * The certificate that signed what `path` leads to: from the root of `xml` down to the signed element, whose guard has passed.
 * The one that KeyInfo names is tried first. Undefined: none did.
 */
export async function findSigner(
  xml: string,
  path: readonly XmlElement[],
  certificates: readonly string[],
): Promise<string | undefined> {
  const signature = findChild(path.at(-1), ds, 'Signature')
  const signedInfo = findChild(signature, ds, 'SignedInfo')
  const signatureValue = findChild(signature, ds, 'SignatureValue')
  if (signature === undefined || signedInfo === undefined || signatureValue === undefined) return undefined
  const algorithmOf = (name: string): string =>
    findChild(signedInfo, ds, name)?.attributes.get('Algorithm') ?? ''
  const method = algorithmOf('SignatureMethod')
  const canonical = (await loadCanonicalizer())(
    cutOut(xml, [...path, signature], [signedInfo]),
    algorithmOf('CanonicalizationMethod'),
  )
  if (canonical === undefined) return undefined
  const value = Buffer.from(signatureValue.text, 'base64')
  const ordered = inOrder(certificates.map(openCertificate), readKeyInfo(signature))
  return (await findMaker(ordered, method, canonical, value))?.pem
}

function readKeyInfo(signature: XmlElement): string {
  const data = findChild(findChild(signature, ds, 'KeyInfo'), ds, 'X509Data')
  return findChild(data, ds, 'X509Certificate')?.text.replace(/\s+/g, '') ?? ''
}

function inOrder(certificates: readonly Certificate[], named: string): Certificate[] {
  const isNamed = ({ text }: Certificate): boolean => text === named
  return [...certificates.filter(isNamed), ...certificates.filter((one) => !isNamed(one))]
}

/** The document with nothing in it but these elements, and of those around them the tags. */
export function cutOut(xml: string, around: readonly XmlElement[], wanted: readonly XmlElement[]): string {
  const opening = around.map(({ span }) => xml.slice(span.start, span.inner))
  const closing = opening.map((tag) => `</${/^<([^\s/>]+)/.exec(tag)?.[1] ?? ''}>`)
  const whole = wanted.map(({ span }) => xml.slice(span.start, span.end))
  return [...opening, ...whole, ...closing.toReversed()].join('')
}

type Canonicalize = (xml: string, algorithm: string) => string | undefined

let loading: Promise<Canonicalize> | undefined

function loadCanonicalizer(): Promise<Canonicalize> {
  loading ??= createCanonicalizer()
  return loading
}

interface SignedXml {
  signatureNode: unknown
  canonicalizationAlgorithm: string
  getCanonSignedInfoXml(document: unknown): string
}

// The verifier's own canonicalization, so that what is checked here is what it checks: the very modules that it uses. Loaded with
// the first signature, see verify-response.ts.
async function createCanonicalizer(): Promise<Canonicalize> {
  const ofVerifier = createRequire(import.meta.resolve('@node-saml/node-saml'))
  const { DOMParser }: { DOMParser: new () => { parseFromString(xml: string, type: string): DomDocument } } =
    ofVerifier('@xmldom/xmldom')
  const { SignedXml }: { SignedXml: new () => SignedXml } = ofVerifier('xml-crypto')
  return (xml, algorithm) => {
    try {
      const document = new DOMParser().parseFromString(xml, 'text/xml')
      const [signature] = Array.from(document.getElementsByTagNameNS(ds, 'Signature'))
      const engine = new SignedXml()
      // What loadSignature would look for in the whole of the signature, by path expressions.
      engine.signatureNode = signature
      engine.canonicalizationAlgorithm = algorithm
      return engine.getCanonSignedInfoXml(document)
    } catch {
      return undefined
    }
  }
}

interface DomDocument {
  getElementsByTagNameNS(namespace: string, name: string): ArrayLike<unknown>
}
