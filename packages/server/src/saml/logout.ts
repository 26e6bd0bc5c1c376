// Single logout messages (SAML core §3.7, profiles §4.4): made, and read from verified bytes. Pure.
import { hasSpaceAtAnEnd } from '../base/spaces.ts'
import { SamlError } from './saml-error.ts'
import { collapse, escapeXml, findChild, listChildren, namespaces, readXml, type XmlElement } from './xml.ts'

const { protocol, assertion } = namespaces

interface Envelope {
  readonly id: string
  readonly now: number
  readonly entityId: string
  readonly destination: string
}

function open(name: string, { id, now, entityId, destination }: Envelope, more = ''): string {
  return `<samlp:${name} xmlns:samlp="${protocol}" xmlns:saml="${assertion}" ID="${escapeXml(id)}" Version="2.0" IssueInstant="${new Date(now).toISOString()}" Destination="${escapeXml(destination)}"${more}><saml:Issuer>${escapeXml(entityId)}</saml:Issuer>`
}

export function renderLogoutRequest(
  envelope: Envelope,
  who: {
    readonly nameId: string
    readonly nameIdFormat: string | null
    readonly sessionIndex: string | null
  },
): string {
  const format = who.nameIdFormat === null ? '' : ` Format="${escapeXml(who.nameIdFormat)}"`
  const index =
    who.sessionIndex === null ? '' : `<samlp:SessionIndex>${escapeXml(who.sessionIndex)}</samlp:SessionIndex>`
  return `${open('LogoutRequest', envelope)}<saml:NameID${format}>${escapeXml(who.nameId)}</saml:NameID>${index}</samlp:LogoutRequest>`
}

export function renderLogoutResponse(envelope: Envelope, inResponseTo: string): string {
  const status =
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
  return `${open('LogoutResponse', envelope, ` InResponseTo="${escapeXml(inResponseTo)}"`)}${status}</samlp:LogoutResponse>`
}

export interface LogoutRequest {
  readonly id: string
  readonly nameId: string
  /** Empty: every session of the person (§3.7.1). */
  readonly sessionIndexes: readonly string[]
  /** From here on the same request is refused for its age alone. */
  readonly expiresAt: number
}

/** A request is fresh for this long, whatever it says itself. */
const maxAgeMs = 300_000

interface Expected {
  readonly issuer: string
  readonly destination: string
  readonly now: number
  readonly skewMs: number
}

/** `xml` comes from a signed message. Throws SamlError. */
export function readLogoutRequest(xml: string, expected: Expected): LogoutRequest {
  const root = readEnvelope(xml, 'LogoutRequest', expected)
  const issuedAt = Date.parse(root.attributes.get('IssueInstant') ?? '')
  const end = root.attributes.get('NotOnOrAfter')
  const isOld = !(Math.abs(expected.now - issuedAt) <= maxAgeMs + expected.skewMs)
  if (isOld || (end !== undefined && !(Date.parse(end) + expected.skewMs > expected.now)))
    throw new SamlError('response_too_old', 'The logout request is too old')
  const nameIds = listChildren(root, assertion, 'NameID')
  const nameId = nameIds[0]?.text ?? ''
  if (nameIds.length !== 1 || /^\s*$/.test(nameId))
    throw new SamlError('name_id_missing', 'The logout request names nobody')
  if (hasSpaceAtAnEnd(nameId))
    throw new SamlError('name_id_spaces', 'The NameID begins or ends with white space')
  const id = root.attributes.get('ID') ?? ''
  if (id === '' || id.length > 512) throw new SamlError('malformed', 'The logout request has no usable ID')
  return {
    id,
    nameId,
    sessionIndexes: listChildren(root, protocol, 'SessionIndex').map(({ text }) => collapse(text)),
    expiresAt: issuedAt + maxAgeMs + expected.skewMs,
  }
}

/** `xml` comes from a signed message; throws SamlError when it is no answer of this identity provider. */
export function assertLogoutResponse(xml: string, expected: Expected): void {
  readEnvelope(xml, 'LogoutResponse', expected)
}

function readEnvelope(xml: string, name: string, { issuer, destination }: Expected): XmlElement {
  const root = readXml(xml)
  if (root.namespace !== protocol || root.name !== name || root.attributes.get('Version') !== '2.0')
    throw new SamlError('not_a_response', `The message is not a ${name}`)
  if (collapse(findChild(root, assertion, 'Issuer')?.text ?? '') !== issuer)
    throw new SamlError('issuer_mismatch', 'The message comes from another identity provider')
  if (root.attributes.get('Destination') !== destination)
    throw new SamlError('destination_mismatch', 'The message was sent to another address')
  return root
}
