// The HTTP-Redirect binding: messages in the query of a URL, deflated, signed beside (SAML bindings §3.4).

import { createSign, createVerify, X509Certificate } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'
import { urns } from './names.ts'

const maxMessageBytes = 262_144

/** What an AuthnRequest asks for (SAML core §3.4.1); `isSigned` says that a signature is there, not that it is good. */
export interface AuthnRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl: string | undefined
  readonly destination: string | undefined
  readonly forceAuthn: boolean
  readonly nameIdFormat: string | undefined
  readonly isSigned: boolean
  readonly relayState: string | undefined
}

/** Reads the SAMLRequest of a URL to which a service provider sent a browser; throws what a person can read. */
export function readAuthnRequest(url: string): AuthnRequest {
  const { searchParams } = new URL(url)
  const message = searchParams.get('SAMLRequest')
  if (message === null) throw new Error('The address carries no SAMLRequest.')
  const root = readMessage(message)
  if (root.localName !== 'AuthnRequest' || root.namespaceURI !== urns.protocol)
    throw new Error('The SAMLRequest is not an AuthnRequest of SAML 2.0.')
  const policy = root.getElementsByTagNameNS(urns.protocol, 'NameIDPolicy')[0]
  const forceAuthn = root.getAttribute('ForceAuthn')
  return {
    id: root.getAttribute('ID') ?? '',
    issuer: root.getElementsByTagNameNS(urns.assertion, 'Issuer')[0]?.textContent?.trim() ?? '',
    acsUrl: root.getAttribute('AssertionConsumerServiceURL') || undefined,
    destination: root.getAttribute('Destination') || undefined,
    forceAuthn: forceAuthn === 'true' || forceAuthn === '1',
    nameIdFormat: policy?.getAttribute('Format') || undefined,
    isSigned: searchParams.has('SigAlg') && searchParams.has('Signature'),
    relayState: searchParams.get('RelayState') ?? undefined,
  }
}

/** Reads the id and the issuer of a LogoutRequest in a URL; undefined where it carries none. */
export function readLogoutRequest(url: string): { readonly id: string; readonly issuer: string } | undefined {
  const message = new URL(url).searchParams.get('SAMLRequest')
  if (message === null) return undefined
  const root = readMessage(message)
  if (root.localName !== 'LogoutRequest') return undefined
  const issuer = root.getElementsByTagNameNS(urns.assertion, 'Issuer')[0]?.textContent?.trim() ?? ''
  return { id: root.getAttribute('ID') ?? '', issuer }
}

/** Adds the message to the address and signs the query with RSA-SHA256 (SAML bindings §3.4.4.1). */
export function renderRedirect(
  destination: string,
  message: {
    readonly name: 'SAMLRequest' | 'SAMLResponse'
    readonly xml: string
    readonly relayState?: string
  },
  privateKeyPem: string,
): string {
  const relayState =
    message.relayState === undefined ? '' : `&RelayState=${encodeURIComponent(message.relayState)}`
  const deflated = deflateRawSync(message.xml).toString('base64')
  const signed = `${message.name}=${encodeURIComponent(deflated)}${relayState}&SigAlg=${encodeURIComponent(urns.rsaSha256)}`
  const signature = createSign('sha256').update(signed).sign(privateKeyPem, 'base64')
  const join = destination.includes('?') ? '&' : '?'
  return `${destination}${join}${signed}&Signature=${encodeURIComponent(signature)}`
}

/** Whether the query was signed with RSA-SHA256 by this certificate's key; over the parameters as they were encoded. */
export function isRedirectSignatureValid(url: string, certificatePem: string): boolean {
  const raw = new Map(
    new URL(url).search
      .slice(1)
      .split('&')
      .map((part) => [part.slice(0, part.indexOf('=')), part] as const),
  )
  const { searchParams } = new URL(url)
  if (searchParams.get('SigAlg') !== urns.rsaSha256) return false
  const signed = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg'].flatMap(
    (name) => raw.get(name) ?? [],
  )
  return createVerify('sha256')
    .update(signed.join('&'))
    .verify(new X509Certificate(certificatePem).publicKey, searchParams.get('Signature') ?? '', 'base64')
}

function readMessage(message: string) {
  const faults: string[] = []
  const parser = new DOMParser({ errorHandler: (_level: string, fault: string) => faults.push(fault) })
  let xml: string
  try {
    xml = inflateRawSync(Buffer.from(message, 'base64'), { maxOutputLength: maxMessageBytes }).toString()
  } catch {
    throw new Error('The SAML message is not deflated base64.')
  }
  const root = parser.parseFromString(xml, 'text/xml')?.documentElement
  if (root === null || root === undefined || faults.length > 0)
    throw new Error('The SAML message is not well-formed XML.')
  return root
}
