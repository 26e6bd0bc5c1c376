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
import type { Trust } from './trust.ts'
import { collapse, findChild, namespaces, type XmlElement } from './xml.ts'

export type { Trust } from './trust.ts'

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
    const decryption = guarded.isEncrypted ? await findDecryptionKey(guarded, trust) : undefined
    return await verifySignature(samlResponse, guarded, trust, certificates, decryption)
  } catch (error) {
    throw guarded.isCbc && error instanceof SamlError ? undecryptable() : error
  }
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
  readonly isInnerSigned: boolean
}

// One generic error for whatever goes wrong: the reason would be an oracle.
async function findDecryptionKey({ xml, isSigned }: GuardedResponse, trust: Trust): Promise<Decryption> {
  for (const key of trust.decryptionKeys) {
    const plain = await tryDecrypt(xml, key)
    if (plain === undefined) continue
    const inner = guardDecryptedAssertion(plain)
    if (!isSigned && !inner.isSigned)
      throw new SamlError(
        'encrypted_unsigned',
        'The encrypted assertion is not signed, and neither is the response',
      )
    return { key, isInnerSigned: inner.isSigned }
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
  if (decryption !== undefined) return decryption.isInnerSigned
  return guarded.isAssertionSigned && (!guarded.isSigned || guarded.isAssertionCheckable)
}

// Every signature that is there must hold, not only one of them.
async function verifySignature(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  certificates: readonly string[],
  decryption: Decryption | undefined,
): Promise<string> {
  // Loaded with the first response: it takes 20 MB that a service of SCIM alone never needs.
  const { SignatureEngine } = await import('./signature-engine.ts')
  const engine = new SignatureEngine({
    idpCert: [...certificates],
    issuer: trust.entityId,
    callbackUrl: trust.acsUrl,
    audience: false,
    acceptedClockSkewMs: -1,
    wantAuthnResponseSigned: guarded.isSigned,
    wantAssertionsSigned: mustCheckAssertion(guarded, decryption),
    ...(decryption === undefined ? {} : { decryptionPvk: decryption.key }),
  })
  try {
    const { profile } = await engine.validatePostResponseAsync({ SAMLResponse: samlResponse })
    const xml = profile?.getAssertionXml?.()
    if (xml !== undefined) return xml
  } catch {
    // The library's words are for developers; ours follow.
  }
  const what = guarded.isSigned ? 'response' : 'assertion'
  throw new SamlError(
    'signature_invalid',
    `The signature of the ${what} was not made with a certificate of this connection`,
  )
}
