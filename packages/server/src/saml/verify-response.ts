// Verifies a response: the guard looks first, the library checks signatures and decrypts, and everything that is believed
// is read from the bytes that the signature covers. The only place, beside openid/, that makes a VerifiedAssertion.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { decrypt } from 'xml-encryption'
import { type AssertionFacts, readAssertion } from './assertion.ts'
import {
  assertCertificates,
  decodeMessage,
  type GuardedResponse,
  guardDecryptedAssertion,
  guardResponse,
} from './guard.ts'
import { SamlError } from './saml-error.ts'
import type { Verification } from './signature-engine.ts'
import { cutOut, findSigner } from './signature-value.ts'
import type { Trust } from './trust.ts'
import { verifyElsewhere } from './verify-elsewhere.ts'
import { collapse, findChild, namespaces, walk, type XmlElement } from './xml.ts'

export type { Trust } from './trust.ts'

/** A response of the usual size is verified at once; to take a larger one to another thread is cheaper than to wait for it. */
const maxNodesHere = 500
const maxCharactersHere = 32 * 1_024

declare const verified: unique symbol

/** What the identity provider said of a person, signed and meant for us. */
export interface VerifiedAssertion extends AssertionFacts {
  readonly [verified]: true
}

/** A response that passed the guard: its form is sound, nothing in it may be believed yet. */
export interface OpenedResponse {
  readonly samlResponse: string
  readonly guarded: GuardedResponse
  /** What it claims to answer; undefined for an unsolicited one. */
  readonly claimedRequest: string | undefined
  readonly isEncrypted: boolean
}

/** Throws SamlError. */
export function openResponse(samlResponse: string, allowsAesCbc: boolean): OpenedResponse {
  const guarded = guardResponse(decodeMessage(samlResponse), allowsAesCbc)
  const assertion = findChild(guarded.root, namespaces.assertion, 'Assertion')
  const subject = findChild(assertion, namespaces.assertion, 'Subject')
  const confirmation = findChild(subject, namespaces.assertion, 'SubjectConfirmation')
  const data = findChild(confirmation, namespaces.assertion, 'SubjectConfirmationData')
  const claimedRequest = guarded.root.attributes.get('InResponseTo') ?? data?.attributes.get('InResponseTo')
  return { samlResponse, guarded, claimedRequest, isEncrypted: guarded.isEncrypted }
}

/** `samlResponse` as it came, in base64; see verifyOpened. */
export function verifyResponse(samlResponse: string, trust: Trust, now: number): Promise<VerifiedAssertion> {
  return new Promise((resolve) =>
    resolve(verifyOpened(openResponse(samlResponse, trust.allowsAesCbc), trust, now)),
  )
}

/** `now` in milliseconds. Throws SamlError, one code for each rule; the state of requests and replays is judged elsewhere. */
export async function verifyOpened(
  opened: OpenedResponse,
  trust: Trust,
  now: number,
): Promise<VerifiedAssertion> {
  const { guarded, samlResponse } = opened
  assertResponse(guarded, trust)
  if (trust.requiresEncryption === true && !guarded.isEncrypted)
    throw new SamlError(
      'encryption_missing',
      'The assertion is not encrypted, and this connection asks for that',
    )
  const certificates = assertCertificates(trust.identityProvider.certificates)
  const signedXml = await openSignedBytes(samlResponse, guarded, trust, certificates)
  const facts = readAssertion(signedXml, trust, now)
  const asked = guarded.root.attributes.get('InResponseTo') ?? null
  if (asked !== facts.inResponseTo)
    throw new SamlError(
      'in_response_to_mismatch',
      'The response and its signed confirmation answer different requests',
      { found: asked ?? 'none', expected: facts.inResponseTo ?? 'none' },
    )
  return facts as VerifiedAssertion
}

// With AES-CBC a changed ciphertext must not tell how far it came (a padding oracle): it is decrypted only where the signature of
// the response around it holds whole, with one key, and there is one code for whatever goes wrong.
async function openSignedBytes(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  certificates: readonly string[],
): Promise<string> {
  if (guarded.isCbc && !guarded.isSigned)
    throw new SamlError(
      'encrypted_unsigned',
      'The assertion is encrypted with AES-CBC, and the response around it is not signed: it was not opened',
    )
  try {
    // Whoever signed nothing with a key of this connection has nothing decrypted and nothing digested.
    const signers = await findSigners(guarded, certificates)
    const keys = guarded.isEncrypted ? chooseKeys(guarded, trust) : []
    if (guarded.isCbc) await assertSignedWhole(samlResponse, guarded, trust, signers, keys[0])
    const decryption = guarded.isEncrypted ? await findDecryption(guarded, keys) : undefined
    if (decryption?.inner.isSigned === true)
      signers.push(await assertSigner(decryption.plain, [decryption.inner.root], certificates, 'assertion'))
    return await verifySignature(samlResponse, guarded, trust, signers, decryption)
  } catch (error) {
    throw guarded.isCbc && error instanceof SamlError ? undecryptable() : error
  }
}

// The signatures that stand in the clear, each with the certificate that made its value.
async function findSigners(
  { xml, root, isSigned, ...guarded }: GuardedResponse,
  certificates: readonly string[],
): Promise<string[]> {
  const signers: string[] = []
  if (isSigned) signers.push(await assertSigner(xml, [root], certificates, 'response'))
  const assertion = findChild(root, namespaces.assertion, 'Assertion')
  if (assertion !== undefined && guarded.isAssertionSigned && (!isSigned || guarded.isAssertionCheckable))
    signers.push(await assertSigner(xml, [root, assertion], certificates, 'assertion'))
  return signers
}

async function assertSigner(
  xml: string,
  path: readonly XmlElement[],
  certificates: readonly string[],
  what: 'response' | 'assertion',
): Promise<string> {
  const signer = await findSigner(xml, path, certificates)
  if (signer === undefined) throw unsigned(what)
  return signer
}

function unsigned(what: 'response' | 'assertion'): SamlError {
  return new SamlError(
    'signature_invalid',
    `The signature of the ${what} was not made with a certificate of this connection`,
  )
}

function undecryptable(): SamlError {
  return new SamlError(
    'decryption_failed',
    'The assertion cannot be decrypted with a key of this organization',
  )
}

// SAML bindings §3.5.5.2: a signed message names where it was sent.
function assertResponse({ root, isSigned }: GuardedResponse, trust: Trust): void {
  const destination = root.attributes.get('Destination')
  if (destination === undefined ? isSigned : destination !== trust.acsUrl)
    throw new SamlError('destination_mismatch', 'The response was sent to another address', {
      found: destination ?? 'none',
      expected: trust.acsUrl,
    })
  const issuer = findChild(root, namespaces.assertion, 'Issuer')
  if (issuer !== undefined) assertIssuer(issuer, trust)
}

function assertIssuer(issuer: XmlElement, trust: Trust): void {
  const found = collapse(issuer.text)
  if (found !== trust.identityProvider.entityId)
    throw new SamlError('issuer_mismatch', 'The response comes from another identity provider', {
      found,
      expected: trust.identityProvider.entityId,
    })
}

interface Decryption {
  readonly key: string
  readonly plain: string
  readonly inner: ReturnType<typeof guardDecryptedAssertion>
}

// The one whose certificate the sender names comes first, else the current one. Trying another one is left to AES-GCM, which knows
// by itself whether it was the right one.
function chooseKeys({ root, isCbc }: GuardedResponse, trust: Trust): readonly string[] {
  const named = readNamedCertificate(root)
  const isNamed = (key: string): boolean => named?.checkPrivateKey(createPrivateKey(key)) === true
  const keys = trust.decryptionKeys
  const first = named === undefined ? undefined : keys.find(isNamed)
  const ordered = first === undefined ? keys : [first, ...keys.filter((key) => key !== first)]
  return isCbc ? ordered.slice(0, 1) : ordered
}

function readNamedCertificate(root: XmlElement): X509Certificate | undefined {
  const container = findChild(root, namespaces.assertion, 'EncryptedAssertion')
  const element = container && [...walk(container)].find(({ name }) => name === 'X509Certificate')
  if (element === undefined) return undefined
  try {
    return new X509Certificate(Buffer.from(element.text, 'base64'))
  } catch {
    return undefined
  }
}

// The library decrypts nothing before the signature of the response, with the digest of what it covers, has held.
async function assertSignedWhole(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  signers: readonly string[],
  key: string | undefined,
): Promise<void> {
  const wanted = toVerification(samlResponse, guarded, trust, signers, key)
  const opened = key === undefined ? undefined : await verify(wanted, guarded, trust, 0)
  if (opened === undefined) throw undecryptable()
}

// One generic error for whatever goes wrong: the reason would be an oracle.
async function findDecryption(
  { xml, root, isSigned }: GuardedResponse,
  keys: readonly string[],
): Promise<Decryption> {
  const container = findChild(root, namespaces.assertion, 'EncryptedAssertion')
  const encrypted = container === undefined ? xml : cutOut(xml, [root], [container])
  for (const key of keys) {
    const plain = await tryDecrypt(encrypted, key)
    if (plain === undefined) continue
    const inner = guardDecryptedAssertion(plain)
    if (!isSigned && !inner.isSigned)
      throw new SamlError(
        'encrypted_unsigned',
        'The encrypted assertion is not signed, and neither is the response',
      )
    return { key, plain, inner }
  }
  throw new SamlError(
    'decryption_failed',
    'The assertion cannot be decrypted with a key of this organization',
  )
}

function tryDecrypt(xml: string, key: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    decrypt(xml, { key, warnInsecureAlgorithm: false }, (error: Error | null, plain?: string) =>
      resolve(error === null && typeof plain === 'string' ? plain : undefined),
    )
  })
}

function mustCheckAssertion(guarded: GuardedResponse, decryption: Decryption | undefined): boolean {
  if (decryption !== undefined) return decryption.inner.isSigned
  return guarded.isAssertionSigned && (!guarded.isSigned || guarded.isAssertionCheckable)
}

// Every signature that is there must hold, not only one of them.
async function verifySignature(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  signers: readonly string[],
  decryption: Decryption | undefined,
): Promise<string> {
  const wanted = {
    ...toVerification(samlResponse, guarded, trust, signers, decryption?.key),
    wantsAssertionSigned: mustCheckAssertion(guarded, decryption),
  }
  const xml = await verify(wanted, guarded, trust, decryption?.inner.root.nodes ?? 0)
  if (xml !== undefined) return xml
  throw unsigned(guarded.isSigned ? 'response' : 'assertion')
}

function toVerification(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  signers: readonly string[],
  decryptionKey: string | undefined,
): Verification {
  return {
    samlResponse,
    signers: [...new Set(signers)],
    issuer: trust.entityId,
    callbackUrl: trust.acsUrl,
    wantsResponseSigned: guarded.isSigned,
    wantsAssertionSigned: false,
    decryptionKey,
  }
}

function verify(
  wanted: Verification,
  guarded: GuardedResponse,
  trust: Trust,
  innerNodes: number,
): Promise<string | undefined> {
  const nodes = guarded.root.nodes + innerNodes
  const isLarge = nodes > maxNodesHere || guarded.xml.length > maxCharactersHere
  return isLarge ? verifyElsewhere(trust.entityId, wanted) : verifyHere(wanted)
}

// Loaded with the first response: it takes 20 MB that a service of SCIM alone never needs.
async function verifyHere(wanted: Verification): Promise<string | undefined> {
  const { verifySignatures } = await import('./signature-engine.ts')
  return verifySignatures(wanted)
}
