// Single logout messages (SAML core §3.7, profiles §4.4): made, and read from verified bytes. Pure.
import { say } from '@rollcall/api/sentences'
import { hasSpaceAtAnEnd } from '../base/spaces.ts'
import { readSessionId } from '../base/texts.ts'
import type { NameQualifiers } from './assertion.ts'
import { sayStatus } from './guard.ts'
import { SamlError } from './saml-error.ts'
import { collapse, escapeXml, findChild, listChildren, namespaces, readXml, type XmlElement } from './xml.ts'

const { protocol, assertion } = namespaces

interface Envelope {
  readonly id: string
  readonly now: number
  readonly entityId: string
  /** Null: the answer to a request that came by SOAP, which is sent nowhere. */
  readonly destination: string | null
}

function open(name: string, { id, now, entityId, destination }: Envelope, more = ''): string {
  const to = destination === null ? '' : ` Destination="${escapeXml(destination)}"`
  return `<samlp:${name} xmlns:samlp="${protocol}" xmlns:saml="${assertion}" ID="${escapeXml(id)}" Version="2.0" IssueInstant="${new Date(now).toISOString()}"${to}${more}><saml:Issuer>${escapeXml(entityId)}</saml:Issuer>`
}

/** A LogoutRequest (SAML core §3.7.1), unsigned. */
export function renderLogoutRequest(
  envelope: Envelope,
  who: {
    readonly nameId: string
    readonly nameIdFormat: string | null
    readonly qualifiers: NameQualifiers
    readonly sessionIndex: string | null
  },
): string {
  // §3.7.1: the identifier with what was said beside it; some identity providers find nobody otherwise.
  const { nameQualifier, spNameQualifier } = who.qualifiers
  const attributes = [
    ['NameQualifier', nameQualifier],
    ['SPNameQualifier', spNameQualifier],
    ['Format', who.nameIdFormat],
  ] as const
  const said = attributes
    .map(([name, value]) => (value == null ? '' : ` ${name}="${escapeXml(value)}"`))
    .join('')
  const index =
    who.sessionIndex === null ? '' : `<samlp:SessionIndex>${escapeXml(who.sessionIndex)}</samlp:SessionIndex>`
  return `${open('LogoutRequest', envelope)}<saml:NameID${said}>${escapeXml(who.nameId)}</saml:NameID>${index}</samlp:LogoutRequest>`
}

const statusUri = 'urn:oasis:names:tc:SAML:2.0:status:'

/** How a request was answered: all that it meant was ended, some of it, or nothing. */
export type LogoutOutcome = 'done' | 'partial' | 'denied'

const statusOf: Readonly<Record<LogoutOutcome, readonly [string, string?]>> = {
  done: ['Success'],
  partial: ['Responder', 'PartialLogout'],
  denied: ['Requester', 'RequestDenied'],
}

/** `denied`: nobody was signed out, and whoever asked goes on with the others (§3.7.3.2). */
export function renderLogoutResponse(
  envelope: Envelope,
  inResponseTo: string,
  outcome: LogoutOutcome = 'done',
): string {
  const [first, second] = statusOf[outcome]
  const code =
    second === undefined
      ? `<samlp:StatusCode Value="${statusUri}${first}"/>`
      : `<samlp:StatusCode Value="${statusUri}${first}"><samlp:StatusCode Value="${statusUri}${second}"/></samlp:StatusCode>`
  const status = `<samlp:Status>${code}</samlp:Status>`
  return `${open('LogoutResponse', envelope, ` InResponseTo="${escapeXml(inResponseTo)}"`)}${status}</samlp:LogoutResponse>`
}

/** A LogoutRequest that was read. */
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

/** What a message of this connection says of itself. */
export interface Expected {
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
    throw new SamlError('response_too_old', say('logout_request_old'))
  const nameIds = listChildren(root, assertion, 'NameID')
  const nameId = nameIds[0]?.text ?? ''
  if (nameIds.length !== 1 || /^\s*$/.test(nameId))
    throw new SamlError('name_id_missing', say('logout_request_nobody'))
  if (hasSpaceAtAnEnd(nameId)) throw new SamlError('name_id_spaces', say('name_id_spaced'))
  const id = root.attributes.get('ID') ?? ''
  if (id === '' || id.length > 512) throw new SamlError('malformed', say('logout_request_id'))
  return {
    id,
    nameId,
    // One that no sign-in keeps is no session of ours: it ends what has no session's name, and no more.
    sessionIndexes: listChildren(root, protocol, 'SessionIndex').map(({ text }) => readSessionId(text) ?? ''),
    expiresAt: issuedAt + maxAgeMs + expected.skewMs,
  }
}

/**
 * `xml` comes from a signed message. Throws SamlError when it is no answer of this identity provider, is old, or says that somebody is
 * signed in somewhere still. `isOurs`: whether we made a request of this id.
 */
export function assertLogoutResponse(xml: string, expected: Expected, isOurs: (id: string) => boolean): void {
  const root = readEnvelope(xml, 'LogoutResponse', expected)
  const issuedAt = Date.parse(root.attributes.get('IssueInstant') ?? '')
  if (!(Math.abs(expected.now - issuedAt) <= maxAgeMs + expected.skewMs))
    throw new SamlError('response_too_old', say('logout_answer_old'))
  if (!isOurs(root.attributes.get('InResponseTo') ?? ''))
    throw new SamlError('in_response_to_mismatch', say('logout_answer_unasked'))
  const code = findChild(findChild(root, protocol, 'Status'), protocol, 'StatusCode')
  const inner = findChild(code, protocol, 'StatusCode')
  const values = [code, inner].flatMap((one) => one?.attributes.get('Value') ?? [])
  if (values.length === 1 && values[0] === `${statusUri}Success`) return
  const names = values.map((value) => value.replace(statusUri, '').slice(0, 100)).join(' / ')
  throw new SamlError('status_not_success', sayStatus(names, ''))
}

/** The id of a request that nobody signed: to be answered that it is not done, and for nothing else. Throws SamlError. */
export function readUnsignedRequest(root: XmlElement, expected: Expected): string {
  const id = assertEnvelope(root, 'LogoutRequest', expected).attributes.get('ID') ?? ''
  if (id === '' || id.length > 512) throw new SamlError('malformed', say('logout_request_id'))
  return id
}

function readEnvelope(xml: string, name: string, expected: Expected): XmlElement {
  return assertEnvelope(readXml(xml), name, expected)
}

function assertEnvelope(root: XmlElement, name: string, { issuer, destination }: Expected): XmlElement {
  if (root.namespace !== protocol || root.name !== name || root.attributes.get('Version') !== '2.0')
    throw new SamlError('not_a_response', say('message_kind', { name }))
  if (collapse(findChild(root, assertion, 'Issuer')?.text ?? '') !== issuer)
    throw new SamlError('issuer_mismatch', say('message_issuer'))
  if (root.attributes.get('Destination') !== destination)
    throw new SamlError('destination_mismatch', say('message_destination'))
  return root
}
