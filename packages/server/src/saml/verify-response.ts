// The room `server/saml`: SAML 2.0 from bytes to a `VerifiedAssertion`, and back to bytes. It is pure: it asks no store and no network, and
// time is an argument.
//
// 1. `xml` reads strictly, and refuses what SAML never needs.
// 2. `guard` looks at size, form, and where signatures stand.
// 3. `signature-value` and `signature-engine` check signatures and give the very bytes that they cover; `decrypt` opens what was encrypted.
// 4. `assertion` reads those bytes and holds them against the connection's terms (`trust`).
// 5. What is large runs on a thread of its own (`verify-elsewhere`). Each refusal is a `saml-error` from a closed list.
// The other way: `authn-request`, `logout`, `sp-metadata` and `redirect-binding` make what we send; `idp-metadata` reads what we are given.
//
// Verifies a response: the guard looks first, the library checks signatures, and everything that is believed
// is read from the bytes that the signature covers. The only place, beside id-tokens/, that makes a VerifiedAssertion.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { say } from '@rollcall/api/sentences'
import { type AssertionFacts, readAssertion } from './assertion.ts'
import { decryptAssertion } from './decrypt.ts'
import type { Owner } from './elsewhere.ts'
import type { Encryption } from './encryption.ts'
import {
  assertCertificates,
  decodeMessage,
  type GuardedResponse,
  guardDecryptedAssertion,
  guardResponse,
  readCoveredEncryption,
} from './guard.ts'
import { SamlError } from './saml-error.ts'
import type { Verification } from './signature-engine.ts'
import { findSigner } from './signature-value.ts'
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
  return { samlResponse, guarded, claimedRequest, isEncrypted: guarded.encryption !== undefined }
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
  if (trust.requiresEncryption === true && guarded.encryption === undefined)
    throw new SamlError('encryption_missing', say('assertion_in_clear'))
  const certificates = assertCertificates(trust.identityProvider.certificates)
  const { encryption } = guarded
  const signedXml =
    encryption === undefined
      ? await openPlain(samlResponse, guarded, trust, certificates)
      : await openEncrypted(guarded, encryption, trust, certificates)
  const facts = readAssertion(signedXml, trust, now)
  const asked = guarded.root.attributes.get('InResponseTo') ?? null
  if (asked !== facts.inResponseTo)
    throw new SamlError('in_response_to_mismatch', say('response_confirmations'), {
      found: asked ?? 'none',
      expected: facts.inResponseTo ?? 'none',
    })
  return facts as VerifiedAssertion
}

// With AES-CBC a changed ciphertext must not tell how far it came (a padding oracle): it is decrypted only where the signature of
// the response around it holds whole, with one key, and there is one code for whatever goes wrong.
async function openEncrypted(
  guarded: GuardedResponse,
  encryption: Encryption,
  trust: Trust,
  certificates: readonly string[],
): Promise<string> {
  const { isCbc } = encryption.cipher
  assertRecipient(encryption, trust)
  if (isCbc && !guarded.isSigned) throw new SamlError('encrypted_unsigned', say('response_cbc_unsigned'))
  try {
    // Where there is a signature around it, nothing is decrypted but what that covers, and nothing before it has held.
    const covered = guarded.isSigned ? await openCovered(guarded, trust, certificates) : encryption
    const plain = decryptByOneOf(covered, chooseKeys(covered, trust))
    return await openInner(plain, guarded, trust, certificates)
  } catch (error) {
    throw isCbc && error instanceof SamlError ? undecryptable(error.tried) : error
  }
}

function assertRecipient({ recipient }: Encryption, { entityId, acsUrl }: Trust): void {
  if (recipient === undefined || recipient === entityId || recipient === acsUrl) return
  throw new SamlError('decryption_failed', say('assertion_key_recipient'), {
    found: recipient,
    expected: entityId,
  })
}

async function openCovered(
  { xml, root }: GuardedResponse,
  trust: Trust,
  certificates: readonly string[],
): Promise<Encryption> {
  const signer = await assertSigner(xml, [root], certificates, 'response')
  const signed = await verifyBySize({ xml, way: [], signer }, { xml, nodes: root.nodes }, ownerOf(trust))
  if (signed === undefined) throw unsigned('response')
  return readCoveredEncryption(signed, trust.allowsAesCbc)
}

// One error for whatever goes wrong: the reason would be an oracle.
function decryptByOneOf(encryption: Encryption, keys: readonly string[]): string {
  for (const key of keys) {
    const plain = decryptAssertion(encryption, key)
    if (plain !== undefined) return plain
  }
  throw undecryptable()
}

async function openInner(
  plain: string,
  { isSigned }: GuardedResponse,
  trust: Trust,
  certificates: readonly string[],
): Promise<string> {
  const inner = guardDecryptedAssertion(plain)
  if (!inner.isSigned) {
    if (isSigned) return plain
    throw new SamlError('encrypted_unsigned', say('response_encrypted_unsigned'))
  }
  const signer = await assertSigner(plain, [inner.root], certificates, 'assertion')
  const signed = await verifyBySize(
    { xml: plain, way: [], signer },
    { xml: plain, nodes: inner.root.nodes },
    ownerOf(trust),
  )
  if (signed === undefined) throw unsigned('assertion')
  return signed
}

// Whoever signed nothing with a key of this connection has nothing digested.
async function openPlain(
  samlResponse: string,
  guarded: GuardedResponse,
  trust: Trust,
  certificates: readonly string[],
): Promise<string> {
  const wanted = {
    samlResponse,
    signers: [...new Set(await findSigners(guarded, certificates))],
    issuer: trust.entityId,
    callbackUrl: trust.acsUrl,
    wantsResponseSigned: guarded.isSigned,
    // Every signature that is there must hold, not only one of them.
    wantsAssertionSigned: mustCheckAssertion(guarded),
  }
  const xml = await verifyBySize(wanted, { xml: guarded.xml, nodes: guarded.root.nodes }, ownerOf(trust))
  if (xml === undefined) throw unsigned(guarded.isSigned ? 'response' : 'assertion')
  return xml
}

function mustCheckAssertion({ isSigned, isAssertionSigned, isAssertionCheckable }: GuardedResponse): boolean {
  return isAssertionSigned && (!isSigned || isAssertionCheckable)
}

// The signatures that are there, each with the certificate that made its value.
async function findSigners(guarded: GuardedResponse, certificates: readonly string[]): Promise<string[]> {
  const { xml, root } = guarded
  const signers: string[] = []
  if (guarded.isSigned) signers.push(await assertSigner(xml, [root], certificates, 'response'))
  const assertion = findChild(root, namespaces.assertion, 'Assertion')
  if (assertion !== undefined && mustCheckAssertion(guarded))
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
  if (signer === undefined) throw unsigned(what, certificates.length)
  return signer
}

function unsigned(what: 'response' | 'assertion', tried = 0): SamlError {
  return new SamlError('signature_invalid', say('response_signed_by_other', { part: what }), undefined, tried)
}

function undecryptable(tried = 0): SamlError {
  return new SamlError('decryption_failed', say('assertion_undecryptable'), undefined, tried)
}

// SAML bindings §3.5.5.2: a signed message names where it was sent.
function assertResponse({ root, isSigned }: GuardedResponse, trust: Trust): void {
  const destination = root.attributes.get('Destination')
  if (destination === undefined ? isSigned : destination !== trust.acsUrl)
    throw new SamlError('destination_mismatch', say('response_destination'), {
      found: destination ?? 'none',
      expected: trust.acsUrl,
    })
  const issuer = findChild(root, namespaces.assertion, 'Issuer')
  if (issuer !== undefined) assertIssuer(issuer, trust)
}

function assertIssuer(issuer: XmlElement, trust: Trust): void {
  const found = collapse(issuer.text)
  if (found !== trust.identityProvider.entityId)
    throw new SamlError('issuer_mismatch', say('response_issuer'), {
      found,
      expected: trust.identityProvider.entityId,
    })
}

// The one whose certificate the sender names comes first, else the current one. Trying another one is left to AES-GCM, which knows
// by itself whether it was the right one.
function chooseKeys({ certificate, cipher }: Encryption, { decryptionKeys: keys }: Trust): readonly string[] {
  const named = certificate === undefined ? undefined : tryCertificate(certificate)
  const isNamed = (key: string): boolean => named?.checkPrivateKey(createPrivateKey(key)) === true
  const first = named === undefined ? undefined : keys.find(isNamed)
  const ordered = first === undefined ? keys : [first, ...keys.filter((key) => key !== first)]
  return cipher.isCbc ? ordered.slice(0, 1) : ordered
}

function tryCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(text, 'base64'))
  } catch {
    return undefined
  }
}

const ownerOf = ({ organizationId, entityId }: Trust): Owner => ({ organizationId, part: entityId })

/** `owner`: whose turn it takes where it goes to another thread. */
export function verifyBySize(
  wanted: Verification,
  { xml, nodes }: { readonly xml: string; readonly nodes: number },
  owner: Owner,
): Promise<string | undefined> {
  const isLarge = nodes > maxNodesHere || xml.length > maxCharactersHere
  return isLarge ? verifyElsewhere(owner, wanted) : verifyHere(wanted)
}

// Loaded with the first response: it takes 20 MB that a service of SCIM alone never needs.
async function verifyHere(wanted: Verification): Promise<string | undefined> {
  const { verifySignatures } = await import('./signature-engine.ts')
  return verifySignatures(wanted)
}
