// Verifies a response: the guard looks first, the library checks signatures and decrypts, and everything that is believed
// is read from the bytes that the signature covers. The only place, beside openid/, that makes a VerifiedAssertion.
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
import { collapse, findChild, namespaces, type XmlElement } from './xml.ts'

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

// With AES-CBC a changed ciphertext must not tell how far it came: one code for all of it.
async function openSignedBytes(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  certificates: readonly string[],
): Promise<string> {
  try {
    // Whoever signed nothing with a key of this connection has nothing decrypted and nothing digested.
    const signers = await findSigners(guarded, certificates)
    const decryption = guarded.isEncrypted ? await findDecryption(guarded, trust) : undefined
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

// One generic error for whatever goes wrong: the reason would be an oracle.
async function findDecryption({ xml, root, isSigned }: GuardedResponse, trust: Trust): Promise<Decryption> {
  const container = findChild(root, namespaces.assertion, 'EncryptedAssertion')
  const encrypted = container === undefined ? xml : cutOut(xml, [root], [container])
  for (const key of trust.decryptionKeys) {
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
  const wanted: Verification = {
    samlResponse,
    signers: [...new Set(signers)],
    issuer: trust.entityId,
    callbackUrl: trust.acsUrl,
    wantsResponseSigned: guarded.isSigned,
    wantsAssertionSigned: mustCheckAssertion(guarded, decryption),
    decryptionKey: decryption?.key,
  }
  const nodes = guarded.root.nodes + (decryption?.inner.root.nodes ?? 0)
  const isLarge = nodes > maxNodesHere || guarded.xml.length > maxCharactersHere
  const xml = await (isLarge ? verifyElsewhere(trust.entityId, wanted) : verifyHere(wanted))
  if (xml !== undefined) return xml
  throw unsigned(guarded.isSigned ? 'response' : 'assertion')
}

// Loaded with the first response: it takes 20 MB that a service of SCIM alone never needs.
async function verifyHere(wanted: Verification): Promise<string | undefined> {
  const { verifySignatures } = await import('./signature-engine.ts')
  return verifySignatures(wanted)
}
