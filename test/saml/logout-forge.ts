// Makes messages of single logout as they travel by each binding, right and wrong: written for tests, by nothing of the service.
import { createSign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { SamlKey } from '@rollcall/simulator'
import type { Carried } from '../../packages/server/src/saml/logout-message.ts'
import { signXml } from '../../packages/simulator/src/saml/sign-xml.ts'

export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'

export interface LogoutContext {
  readonly idpKey: SamlKey
  readonly attackerKey: SamlKey
  /** The identity provider's entity ID. */
  readonly issuer: string
  /** Ours, where browsers bring messages, and where the identity provider does. */
  readonly address: string
  readonly soapAddress: string
  /** Whom it would sign out. */
  readonly victim: string
  readonly now: number
}

export interface Words {
  readonly name?: 'LogoutRequest' | 'LogoutResponse'
  readonly id?: string
  readonly issuer?: string
  readonly destination?: string | null
  readonly issuedAt?: number
  readonly notOnOrAfter?: number
  readonly nameId?: string
  readonly inResponseTo?: string
  readonly attributes?: string
  readonly inner?: string
}

let made = 0

/** XML, not signed. */
export function write(
  context: Pick<LogoutContext, 'issuer' | 'address' | 'victim' | 'now'>,
  words: Words = {},
): string {
  made += 1
  const { name = 'LogoutRequest', id = `_m${made}.${context.now}`, issuer = context.issuer } = words
  const to = words.destination === undefined ? context.address : words.destination
  const time = (at: number): string => new Date(at).toISOString()
  const attributes = [
    ` ID="${id}" Version="2.0" IssueInstant="${time(words.issuedAt ?? context.now)}"`,
    to === null ? '' : ` Destination="${to}"`,
    words.notOnOrAfter === undefined ? '' : ` NotOnOrAfter="${time(words.notOnOrAfter)}"`,
    words.inResponseTo === undefined ? '' : ` InResponseTo="${words.inResponseTo}"`,
    words.attributes ?? '',
  ].join('')
  const body =
    words.inner ??
    (name === 'LogoutRequest'
      ? `<saml:NameID>${words.nameId ?? context.victim}</saml:NameID>`
      : '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>')
  return `<samlp:${name} xmlns:samlp="${protocol}" xmlns:saml="${assertion}"${attributes}><saml:Issuer>${issuer}</saml:Issuer>${body}</samlp:${name}>`
}

type Algorithm = 'rsa-sha256' | 'rsa-sha1'

/** The same with a signature of its own. */
export function signed(xml: string, key: SamlKey, algorithm: Algorithm = 'rsa-sha256'): string {
  return signXml(xml, /<samlp:(\w+)/.exec(xml)?.[1] ?? '', {
    key,
    prefix: 'ds',
    signatureAlgorithm: algorithm,
    digestAlgorithm: algorithm === 'rsa-sha1' ? 'sha1' : 'sha256',
    canonicalization: 'exclusive',
    keptPrefixes: [],
    hasKeyInfo: true,
  })
}

export const byPost = (
  xml: string,
  kind: 'SAMLRequest' | 'SAMLResponse' = 'SAMLRequest',
  more: Readonly<Record<string, string>> = {},
): Carried => ({
  binding: 'post',
  form: new URLSearchParams({ [kind]: Buffer.from(xml).toString('base64'), ...more }),
})

export const wrapSoap = (inner: string, header = ''): string =>
  `<soap:Envelope xmlns:soap="${soapNamespace}">${header}<soap:Body>${inner}</soap:Body></soap:Envelope>`

export const bySoap = (text: string): Carried => ({ binding: 'soap', text })

export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

/** By HTTP-Redirect, signed over what stands before the signature. */
export function byRedirect(
  xml: string,
  key: SamlKey,
  how: { readonly algorithm?: string; readonly kind?: string; readonly more?: string } = {},
): Carried {
  const message = encodeURIComponent(deflateRawSync(Buffer.from(xml)).toString('base64'))
  const query = `${how.kind ?? 'SAMLRequest'}=${message}&SigAlg=${encodeURIComponent(how.algorithm ?? rsaSha256)}`
  const value = createSign('sha256').update(query).sign(key.privateKeyPem, 'base64')
  return {
    binding: 'redirect',
    rawQuery: `${query}&Signature=${encodeURIComponent(value)}${how.more ?? ''}`,
  }
}
