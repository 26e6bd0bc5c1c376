// Messages of single logout as they travel: by HTTP-Redirect, by HTTP-POST and by SOAP (SAML bindings §3.2, §3.4, §3.5). What is read of
// them is what a certificate of the connection signed; what nobody signed can be looked at, and believed in nothing.
import { say } from '@rollcall/api/sentences'
import type { Owner } from './elsewhere.ts'
import {
  assertCertificates,
  decodeMessage,
  type GuardedMessage,
  guardLogoutEnvelope,
  guardLogoutMessage,
} from './guard.ts'
import {
  type MessageKind,
  type RedirectMessage,
  readRedirectMessage,
  readUnverifiedMessage,
  renderRedirectUrl,
} from './redirect-binding.ts'
import { SamlError } from './saml-error.ts'
import { findSigner } from './signature-value.ts'
import { verifyBySize } from './verify-response.ts'
import { escapeXml, namespaces, readXml, type XmlElement } from './xml.ts'

/** A message as it came. */
export type Carried =
  | { readonly binding: 'redirect'; readonly rawQuery: string }
  | { readonly binding: 'post'; readonly form: URLSearchParams }
  | { readonly binding: 'soap'; readonly text: string }

/** A message of single logout that came by a redirect or a post. */
export type LogoutMessage = RedirectMessage

/** Longer ones are refused: it goes back as it came (bindings §3.4.3 allows 80 bytes). */
const maxRelayState = 1_024

/** Whether it says that it is an answer, and not a request. */
export function isAnswer(carried: Carried): boolean {
  if (carried.binding === 'soap') return false
  const fields = carried.binding === 'post' ? carried.form : new URLSearchParams(carried.rawQuery)
  return fields.has('SAMLResponse') && !fields.has('SAMLRequest')
}

/** `owner`: whose connection it is. Throws SamlError. */
export async function readSigned(
  carried: Carried,
  certificates: readonly string[],
  owner: Owner,
): Promise<LogoutMessage> {
  const usable = assertCertificates(certificates)
  if (carried.binding === 'redirect') return readRedirectMessage(carried.rawQuery, usable)
  const { kind, relayState, guarded } = open(carried)
  if (!guarded.isSigned) throw new SamlError('signature_missing', say('message_unsigned'))
  return { kind, relayState, xml: await readCovered(guarded, usable, owner) }
}

/** Nothing that it says may be believed. Throws SamlError. */
export function readUnsigned(carried: Carried): {
  readonly kind: MessageKind
  readonly relayState: string | undefined
  readonly root: XmlElement
} {
  if (carried.binding === 'redirect') {
    const { kind, relayState, xml } = readUnverifiedMessage(carried.rawQuery)
    return { kind, relayState, root: readXml(xml) }
  }
  const { kind, relayState, guarded } = open(carried)
  return { kind, relayState, root: guarded.message }
}

interface Opened {
  readonly kind: MessageKind
  readonly relayState: string | undefined
  readonly guarded: GuardedMessage
}

function open(carried: Exclude<Carried, { readonly binding: 'redirect' }>): Opened {
  if (carried.binding === 'soap') {
    const guarded = guardLogoutEnvelope(carried.text)
    if (guarded.message.name !== 'LogoutRequest')
      throw new SamlError('not_a_response', say('message_kind', { name: 'LogoutRequest' }))
    return { kind: 'SAMLRequest', relayState: undefined, guarded }
  }
  const { form } = carried
  const kind: MessageKind = form.has('SAMLResponse') ? 'SAMLResponse' : 'SAMLRequest'
  const own = ['SAMLRequest', 'SAMLResponse', 'RelayState'].map((name) => form.getAll(name))
  if (own.some((values) => values.length > 1) || own.slice(0, 2).flat().length !== 1)
    throw new SamlError('malformed', say('form_message'))
  const relayState = form.get('RelayState') ?? undefined
  if (relayState !== undefined && relayState.length > maxRelayState)
    throw new SamlError('too_large', say('relay_state_long'))
  return { kind, relayState, guarded: guardLogoutMessage(decodeMessage(form.get(kind) ?? '')) }
}

// The value of the signature first, over its small SignedInfo; then what it covers, whose bytes are what is read.
async function readCovered(
  { xml, path, message }: GuardedMessage,
  certificates: readonly string[],
  owner: Owner,
): Promise<string> {
  const signer = await findSigner(xml, path, certificates)
  const way = path.slice(1).map((element, at) => path[at]?.children.indexOf(element) ?? -1)
  const covered =
    signer === undefined
      ? undefined
      : await verifyBySize({ xml, way, signer }, { xml, nodes: message.nodes }, owner)
  if (covered !== undefined) return covered
  throw new SamlError('signature_invalid', say('message_signed_by_other'), undefined, certificates.length)
}

/** How a message goes out: an address, or the fields of a form. */
export type Sent =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> }

/** Signed by RSA-SHA256, as the binding has it: over the query, or inside the XML. */
export async function sendBy(
  binding: 'redirect' | 'post',
  url: string,
  message: LogoutMessage,
  key: string,
): Promise<Sent> {
  if (binding === 'redirect') return { kind: 'redirect', url: renderRedirectUrl(url, message, key) }
  const { kind, relayState } = message
  const signed = Buffer.from(await sign(message, key)).toString('base64')
  return {
    kind: 'post',
    url,
    fields: { [kind]: signed, ...(relayState === undefined ? {} : { RelayState: relayState }) },
  }
}

/** The answer to a request that came by SOAP. */
export async function wrapAnswer(xml: string, key: string): Promise<string> {
  return wrap(await sign({ kind: 'SAMLResponse', xml }, key))
}

/** SOAP 1.1 §4.4: the sender's fault; it says no more than that. */
export function renderFault(text: string): string {
  return wrap(
    `<soap:Fault><faultcode>soap:Client</faultcode><faultstring>${escapeXml(text)}</faultstring></soap:Fault>`,
  )
}

function wrap(inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${namespaces.soap}"><soap:Body>${inner}</soap:Body></soap:Envelope>\n`
}

// Loaded with the first message, see verify-response.ts.
async function sign({ kind, xml }: Pick<LogoutMessage, 'kind' | 'xml'>, key: string): Promise<string> {
  const { signMessage } = await import('./signature-engine.ts')
  return signMessage(xml, kind === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse', key)
}
