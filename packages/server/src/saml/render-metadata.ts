// What is kept of an identity provider's metadata, as metadata again: whoever reads it keeps the same. Pure.
import type { IdentityProviderMetadata } from './idp-metadata.ts'
import { escapeXml, namespaces } from './xml.ts'

const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const

/** SAML metadata §2.4.3. A line for each part, so that it can stand in a file that people read. */
export function renderIdentityProviderMetadata(metadata: IdentityProviderMetadata): string {
  const { sloUrl, sloBinding, sloResponseUrl, validUntil } = metadata
  const until = validUntil == null ? '' : ` validUntil="${new Date(validUntil).toISOString()}"`
  const signed = metadata.wantsSignedRequests ? ' WantAuthnRequestsSigned="true"' : ''
  const answers = sloResponseUrl == null ? '' : ` ResponseLocation="${escapeXml(sloResponseUrl)}"`
  const slo =
    sloUrl === null ? [] : [renderService('SingleLogoutService', sloBinding ?? null, sloUrl, answers)]
  return [
    `<md:EntityDescriptor xmlns:md="${namespaces.metadata}" entityID="${escapeXml(metadata.entityId)}"${until}>`,
    `  <md:IDPSSODescriptor protocolSupportEnumeration="${namespaces.protocol}"${signed}>`,
    ...metadata.certificates.map(renderKey),
    ...slo,
    renderService('SingleSignOnService', metadata.ssoBinding, metadata.ssoUrl),
    '  </md:IDPSSODescriptor>',
    '</md:EntityDescriptor>',
    '',
  ].join('\n')
}

function renderService(name: string, binding: 'redirect' | 'post' | null, url: string, more = ''): string {
  return `    <md:${name} Binding="${bindings[binding ?? 'redirect']}" Location="${escapeXml(url)}"${more}/>`
}

function renderKey(pem: string): string {
  const base64 = pem.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '')
  const data = `<ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data>`
  const info = `<ds:KeyInfo xmlns:ds="${namespaces.signature}">${data}</ds:KeyInfo>`
  return `    <md:KeyDescriptor use="signing">${info}</md:KeyDescriptor>`
}
