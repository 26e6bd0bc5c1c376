// The HTTP-Redirect binding (SAML bindings §3.4): messages in a query string, signed over its bytes. Pure.

import { createSign } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { say } from '@rollcall/api/sentences'
import { SamlError } from './saml-error.ts'
import { findMaker, isSignatureMethod, openCertificate } from './signature-value.ts'
import { maxXmlBytes } from './xml.ts'

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
/** The parameter that a message travels in. */
export type MessageKind = 'SAMLRequest' | 'SAMLResponse'

/** The address with the message, signed with RSA-SHA256. */
export function renderRedirectUrl(
  location: string,
  message: { readonly kind: MessageKind; readonly xml: string; readonly relayState?: string | undefined },
  signingKey: string,
): string {
  const deflated = deflateRawSync(Buffer.from(message.xml)).toString('base64')
  const parts = [`${message.kind}=${encodeURIComponent(deflated)}`]
  if (message.relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(message.relayState)}`)
  parts.push(`SigAlg=${encodeURIComponent(rsaSha256)}`)
  const signed = parts.join('&')
  const signature = createSign('RSA-SHA256').update(signed).sign(signingKey, 'base64')
  return `${location}${location.includes('?') ? '&' : '?'}${signed}&Signature=${encodeURIComponent(signature)}`
}

/** A message of the query string, with what its signature is over. */
export interface RedirectMessage {
  readonly kind: MessageKind
  readonly xml: string
  readonly relayState: string | undefined
}

/**
 * The message of a raw query string, whose signature was made with one of the certificates (PEM). The signature covers
 * the bytes as they were sent (§3.4.4.1), so they are not decoded first. Throws SamlError.
 */
export async function readRedirectMessage(
  rawQuery: string,
  certificates: readonly string[],
): Promise<RedirectMessage> {
  const raw = readQuery(rawQuery)
  const kind: MessageKind = raw.has('SAMLResponse') ? 'SAMLResponse' : 'SAMLRequest'
  const message = raw.get(kind)
  const algorithm = decode(raw.get('SigAlg') ?? '')
  const signature = raw.get('Signature')
  if (message === undefined || (kind === 'SAMLResponse' && raw.has('SAMLRequest')))
    throw new SamlError('malformed', say('query_message'))
  if (signature === undefined) throw new SamlError('signature_missing', say('message_unsigned'))
  if (!isSignatureMethod(algorithm)) throw new SamlError('algorithm_refused', say('message_algorithm'))
  const relayState = raw.get('RelayState')
  const signed = [
    `${kind}=${message}`,
    ...(relayState === undefined ? [] : [`RelayState=${relayState}`]),
    `SigAlg=${raw.get('SigAlg')}`,
  ]
  const bytes = Buffer.from(decode(signature), 'base64')
  const opened = certificates.map(openCertificate)
  if ((await findMaker(opened, algorithm, signed.join('&'), bytes)) === undefined)
    throw new SamlError('signature_invalid', say('message_signed_by_other'), undefined, opened.length)
  return {
    kind,
    xml: inflate(decode(message)),
    relayState: relayState === undefined ? undefined : decode(relayState),
  }
}

/** The same without a look at who made it; nothing that it says may be believed. Throws SamlError. */
export function readUnverifiedMessage(rawQuery: string): RedirectMessage {
  const raw = readQuery(rawQuery)
  const kind: MessageKind = raw.has('SAMLResponse') ? 'SAMLResponse' : 'SAMLRequest'
  const relayState = raw.get('RelayState')
  return {
    kind,
    xml: inflate(decode(raw.get(kind) ?? '')),
    relayState: relayState === undefined ? undefined : decode(relayState),
  }
}

function readQuery(rawQuery: string): Map<string, string> {
  const raw = new Map<string, string>()
  for (const part of rawQuery.split('&')) {
    const [name = '', value = ''] = [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]
    if (raw.has(name)) throw new SamlError('malformed', say('query_twice', { name }))
    raw.set(name, value)
  }
  return raw
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    throw new SamlError('malformed', say('query_encoding'))
  }
}

function inflate(base64: string): string {
  try {
    return inflateRawSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxXmlBytes }).toString('utf8')
  } catch {
    throw new SamlError('malformed', say('message_not_deflated'))
  }
}
