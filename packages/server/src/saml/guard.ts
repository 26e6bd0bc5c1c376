// Looks at a response before any library does: size, shape, where signatures stand and what they are made of.
// Decides nothing about who signed it; reads nothing that is later believed.

import { isUtf8 } from 'node:buffer'
import { type Sentence, say } from '@rollcall/api/sentences'
import { faultOfRsaKey, maxTriedKeys } from '../base/public-keys.ts'
import { type Encryption, readEncryption } from './encryption.ts'
import { SamlError } from './saml-error.ts'
import { openCertificate, rsaPssSha256 } from './signature-value.ts'
import { findChild, listChildren, maxXmlBytes, namespaces, readXml, walk, type XmlElement } from './xml.ts'

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

const signatureMethods = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  rsaPssSha256,
])
const digestMethods = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])
const canonicalizations = new Set([exclusive, inclusive])

/** A response whose form is sound. */
export interface GuardedResponse {
  readonly xml: string
  readonly root: XmlElement
  readonly isSigned: boolean
  /** How the assertion is encrypted, where it is. */
  readonly encryption: Encryption | undefined
  /** Whether the assertion itself is signed; false while it is still encrypted. */
  readonly isAssertionSigned: boolean
  /** Whether the assertion's own signature can be checked inside a signed response; see there. */
  readonly isAssertionCheckable: boolean
}

/** Elements, attributes and texts of what a signature covers, and of what is encrypted, beside the text itself. */
const maxPieceNodes = 300
/** Characters of one attribute in them. */
const maxPieceAttribute = 1_024

/** The XML of a base64 message. Throws `too_large` or `malformed`. */
export function decodeMessage(samlResponse: string): string {
  const compact = samlResponse.replace(/[\t\n\r ]+/g, '')
  if (compact.length > maxXmlBytes * 1.4) throw new SamlError('too_large', say('response_too_large'))
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw new SamlError('malformed', say('response_not_base64'))
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.length > maxXmlBytes) throw new SamlError('too_large', say('response_too_large'))
  if (!isUtf8(bytes)) throw new SamlError('malformed', say('response_not_utf8'))
  return bytes.toString('utf8')
}

/** Throws SamlError for everything that a well-behaved identity provider never sends (SAML core §3.2.2, §5.4). */
export function guardResponse(xml: string, allowsAesCbc: boolean): GuardedResponse {
  const root = readXml(xml)
  const isResponse =
    root.namespace === namespaces.protocol &&
    root.name === 'Response' &&
    root.attributes.get('Version') === '2.0'
  if (!isResponse) throw new SamlError('not_a_response', say('response_not_saml'))
  assertIds(root)
  const [plain, encrypted] = countAssertions(root)
  const direct = listChildren(root, namespaces.assertion, 'Assertion')
  const directEncrypted = listChildren(root, namespaces.assertion, 'EncryptedAssertion')
  if (isFailure(root)) throw new SamlError('status_not_success', describeStatus(root))
  if (plain + encrypted !== 1 || direct.length + directEncrypted.length !== 1)
    throw new SamlError('assertion_count', say('response_assertions', { count: plain + encrypted }))
  assertSignatures(root, new Set([root, ...direct]))
  const isSigned = hasSignature(root)
  const isAssertionSigned = direct[0] !== undefined && hasSignature(direct[0])
  const container = directEncrypted[0]
  if (container === undefined && !isSigned && !isAssertionSigned)
    throw new SamlError('signature_missing', say('response_unsigned'))
  return {
    xml,
    root,
    isSigned,
    encryption: container && openContainer(root, container, allowsAesCbc),
    isAssertionSigned,
    isAssertionCheckable: direct[0] !== undefined && !isInclusive(direct[0]),
  }
}

/** The same for an assertion that came out of its encryption. */
export function guardDecryptedAssertion(xml: string): {
  readonly isSigned: boolean
  readonly root: XmlElement
} {
  const root = readXml(xml)
  if (root.namespace !== namespaces.assertion || root.name !== 'Assertion')
    throw new SamlError('assertion_count', say('assertion_decrypted_other'))
  assertIds(root)
  const [plain, encrypted] = countAssertions(root)
  if (plain + encrypted !== 1) throw new SamlError('assertion_count', say('assertion_decrypted_several'))
  assertSignatures(root, new Set([root]))
  return { isSigned: hasSignature(root), root }
}

/** A signed message of another kind, where it stands: itself, or in an envelope. */
export interface GuardedMessage {
  readonly xml: string
  /** From the root down to the message. */
  readonly path: readonly XmlElement[]
  readonly message: XmlElement
  readonly isSigned: boolean
}

const logoutMessages = new Set(['LogoutRequest', 'LogoutResponse'])

/** A message of single logout as it is posted. Throws SamlError. */
export function guardLogoutMessage(xml: string): GuardedMessage {
  const root = readXml(xml)
  return guardMessage(xml, [root], root)
}

/** The same in a SOAP 1.1 envelope (SAML bindings §3.2): one Body with one message, and no header that would have to be understood. */
export function guardLogoutEnvelope(xml: string): GuardedMessage {
  const root = readXml(xml)
  const bodies = listChildren(root, namespaces.soap, 'Body')
  const [body] = bodies
  const message = body?.children[0]
  const isEnvelope = root.namespace === namespaces.soap && root.name === 'Envelope'
  const headers = listChildren(root, namespaces.soap, 'Header')
  const isPlain = root.children.length === headers.length + 1 && headers.length <= 1
  if (!isEnvelope || !isPlain || bodies.length !== 1 || body?.children.length !== 1 || message === undefined)
    throw new SamlError('not_a_response', say('soap_envelope'))
  const demands = headers.flatMap(({ children }) => children)
  if (demands.some(({ attributes }) => ['1', 'true'].includes(attributes.get(mustUnderstand) ?? '')))
    throw new SamlError('not_a_response', say('soap_header'))
  return guardMessage(xml, [root, body, message], message)
}

const mustUnderstand = `{${namespaces.soap}}mustUnderstand`

function guardMessage(xml: string, path: readonly XmlElement[], message: XmlElement): GuardedMessage {
  if (message.namespace !== namespaces.protocol || !logoutMessages.has(message.name))
    throw new SamlError('not_a_response', say('message_not_logout'))
  const root = path[0] ?? message
  assertIds(root)
  const [plain, encrypted] = countAssertions(root)
  const all = [...walk(root)].filter(({ name }) => logoutMessages.has(name))
  if (plain + encrypted > 0 || all.length !== 1)
    throw new SamlError('assertion_count', say('message_holds_others'))
  assertSignatures(root, new Set([message]))
  return { xml, path, message, isSigned: hasSignature(message) }
}

function countAssertions(root: XmlElement): [plain: number, encrypted: number] {
  let [plain, encrypted] = [0, 0]
  for (const element of walk(root)) {
    if (element.name === 'Assertion') plain += 1
    if (element.name === 'EncryptedAssertion') encrypted += 1
    const isForeign = [
      'Response',
      'Assertion',
      'EncryptedAssertion',
      'Signature',
      'Subject',
      'NameID',
    ].includes(element.name)
    if (isForeign && !homeOf(element))
      throw new SamlError('malformed', say('xml_namespace_foreign', { name: element.name }))
  }
  return [plain, encrypted]
}

function homeOf(element: XmlElement): boolean {
  if (element.name === 'Signature') return element.namespace === namespaces.signature
  return element.namespace === (element.name === 'Response' ? namespaces.protocol : namespaces.assertion)
}

// SAML core §1.3.4: identifiers are unique. `Id` and `id` count too: some verifiers look them up.
function assertIds(root: XmlElement): void {
  const seen = new Set<string>()
  for (const element of walk(root)) {
    for (const name of ['ID', 'Id', 'id', 'iD']) {
      const id = element.attributes.get(name)
      if (id === undefined) continue
      if (seen.has(id)) throw new SamlError('duplicate_id', say('xml_id_twice'))
      seen.add(id)
    }
  }
}

function hasSignature(parent: XmlElement): boolean {
  return findChild(parent, namespaces.signature, 'Signature') !== undefined
}

// Inclusive canonicalization takes in the namespaces around an element; the verifier takes those of the first signature in
// the document for all of them. So an assertion signed that way is checked where it stands alone, and not a second time
// inside a response whose signature covers it whole.
function isInclusive(assertion: XmlElement): boolean {
  return [...walk(findChild(assertion, namespaces.signature, 'Signature') ?? assertion)].some(
    ({ name, attributes }) =>
      (name === 'CanonicalizationMethod' || name === 'Transform') &&
      attributes.get('Algorithm') === inclusive,
  )
}

function assertSignatures(root: XmlElement, places: ReadonlySet<XmlElement>): void {
  for (const parent of walk(root)) {
    const signatures = parent.children.filter(({ name }) => name === 'Signature')
    if (signatures.length === 0) continue
    if (!places.has(parent) || signatures.length > 1)
      throw new SamlError('signature_misplaced', say('signature_place'))
    assertSignature(signatures[0]!, parent.attributes.get('ID'))
  }
}

// SAML core §5.4: one Reference, to the parent's ID, enveloped and canonicalized, nothing else.
function assertSignature(signature: XmlElement, parentId: string | undefined): void {
  const ds = namespaces.signature
  const signedInfos = [...walk(signature)].filter(({ name }) => name === 'SignedInfo')
  const references = [...walk(signature)].filter(({ name }) => name === 'Reference' || name === 'Manifest')
  const hasObject = [...walk(signature)].some(({ name }) => name === 'Object')
  const signedInfo = findChild(signature, ds, 'SignedInfo')
  const reference = findChild(signedInfo, ds, 'Reference')
  if (signedInfos.length !== 1 || references.length !== 1 || hasObject || reference === undefined)
    throw new SamlError('signature_misplaced', say('signature_references'))
  if (parentId === undefined || parentId === '' || reference.attributes.get('URI') !== `#${parentId}`)
    throw new SamlError('signature_misplaced', say('signature_of_other'))
  assertSmall(signedInfo as XmlElement)
  assertAlgorithms(signedInfo as XmlElement, reference)
}

function assertAlgorithms(signedInfo: XmlElement, reference: XmlElement): void {
  const ds = namespaces.signature
  const algorithmOf = (parent: XmlElement | undefined, name: string): string => {
    const found = parent === undefined ? [] : listChildren(parent, ds, name)
    return found.length === 1 ? (found[0]?.attributes.get('Algorithm') ?? '') : ''
  }
  const check = (algorithm: string, allowed: ReadonlySet<string>): void => {
    if (!allowed.has(algorithm))
      throw new SamlError('algorithm_refused', say('signature_algorithm'), {
        found: algorithm,
        expected: [...allowed].join(' or '),
      })
  }
  check(algorithmOf(signedInfo, 'SignatureMethod'), signatureMethods)
  check(algorithmOf(signedInfo, 'CanonicalizationMethod'), canonicalizations)
  check(algorithmOf(reference, 'DigestMethod'), digestMethods)
  const transforms = listChildren(findChild(reference, ds, 'Transforms') ?? reference, ds, 'Transform')
  if (transforms.length > 2) throw new SamlError('algorithm_refused', say('signature_transforms'))
  for (const transform of transforms) {
    check(transform.attributes.get('Algorithm') ?? '', new Set([enveloped, exclusive, inclusive]))
    if (transform.children.some(({ name }) => name !== 'InclusiveNamespaces'))
      throw new SamlError('algorithm_refused', say('signature_parameters'))
  }
  const values = [findChild(reference, ds, 'DigestValue')]
  if (values.some((value) => value === undefined || value.children.length > 0))
    throw new SamlError('signature_misplaced', say('signature_digest'))
}

// Before anything is known of who sent it, a library takes these apart: they hold only what belongs there.
function assertSmall(piece: XmlElement): void {
  for (const { attributes } of walk(piece)) {
    for (const value of attributes.values())
      if (value.length > maxPieceAttribute) throw new SamlError('too_deep', say('signature_attribute_long'))
  }
  if (piece.nodes > maxPieceNodes) throw new SamlError('too_deep', say('signature_elements'))
}

function openContainer(root: XmlElement, container: XmlElement, allowsAesCbc: boolean): Encryption {
  assertSmall(container)
  return readEncryption(root, container, allowsAesCbc)
}

/** The same of a response whose signature has held, as that covers it. Throws SamlError. */
export function readCoveredEncryption(xml: string, allowsAesCbc: boolean): Encryption {
  const root = readXml(xml)
  const [container, ...others] = listChildren(root, namespaces.assertion, 'EncryptedAssertion')
  if (container === undefined || others.length > 0)
    throw new SamlError('assertion_count', say('assertion_signed_container'))
  return openContainer(root, container, allowsAesCbc)
}

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

function isFailure(root: XmlElement): boolean {
  const statuses = listChildren(root, namespaces.protocol, 'Status')
  const codes = statuses.flatMap((status) => listChildren(status, namespaces.protocol, 'StatusCode'))
  const [code] = codes
  // Core §3.2.2.2: a code below it says more of a failure; below Success it contradicts it.
  const isWhole = code?.attributes.get('Value') === success && code.children.length === 0
  return statuses.length !== 1 || codes.length !== 1 || !isWhole
}

function describeStatus(root: XmlElement): Sentence {
  const status = findChild(root, namespaces.protocol, 'Status')
  const code = findChild(status, namespaces.protocol, 'StatusCode')
  const inner = findChild(code, namespaces.protocol, 'StatusCode')
  const short = (element: XmlElement | undefined): string =>
    element?.attributes.get('Value')?.split(':').at(-1) ?? ''
  const message = findChild(status, namespaces.protocol, 'StatusMessage')?.text.trim() ?? ''
  const names = [short(code), short(inner)].filter((name) => name !== '').join(' / ')
  return sayStatus(names, message.slice(0, 200))
}

/** A status by its names, with what was said of it; both may be empty. */
export function sayStatus(status: string, message: string): Sentence {
  if (status === '')
    return message === '' ? say('response_status_missing') : say('response_status_missing_said', { message })
  return message === ''
    ? say('response_status', { status })
    : say('response_status_said', { status, message })
}

/**
 * The certificates that may be tried, and no more than that of what is stored; throws `key_too_small` or `key_unusable` when none is left.
 * Metadata that was read before there were bounds may hold others.
 */
export function assertCertificates(certificates: readonly string[]): readonly string[] {
  const keys = certificates.map((pem) => ({ pem, key: openCertificate(pem).key }))
  const ofRsa = keys.filter(({ key }) => key.asymmetricKeyType === 'rsa')
  const usable = ofRsa.filter(({ key }) => faultOfRsaKey(key) === undefined).map(({ pem }) => pem)
  if (usable.length > 0) return usable.slice(0, maxTriedKeys)
  if (ofRsa.some(({ key }) => faultOfRsaKey(key) !== 'short'))
    throw new SamlError('key_unusable', say('certificates_unusable'))
  throw new SamlError('key_too_small', say('certificates_small'))
}
