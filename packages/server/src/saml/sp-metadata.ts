// Our own metadata, one document a connection (SAML metadata §2.4.4). Pure.
import { listEncryptionMethods } from './encryption.ts'
import { escapeXml, namespaces } from './xml.ts'

/** `certificates` are PEM, the signing one first; each also decrypts. */
export function renderServiceProviderMetadata(service: {
  readonly entityId: string
  readonly acsUrl: string
  /** Where browsers bring messages of single logout; null where the identity provider takes none. */
  readonly sloUrl: string | null
  /** Where the identity provider itself brings them. */
  readonly sloSoapUrl: string
  readonly certificates: readonly string[]
  readonly signsRequests: boolean
  readonly allowsAesCbc: boolean
  readonly nameIdFormat: string | null
  /** Whose product it is, for people who look at the identity provider's list; absent where the operator gave it no name. */
  readonly organization?: { readonly name: string; readonly url: string }
}): string {
  const keys = service.certificates.flatMap((pem) => [
    renderKey('signing', pem, []),
    renderKey('encryption', pem, listEncryptionMethods(service.allowsAesCbc)),
  ])
  const front = service.sloUrl === null ? [] : (['HTTP-Redirect', 'HTTP-POST'] as const)
  const slo = [
    ...front.map((binding) => renderLogoutService(binding, service.sloUrl ?? '')),
    renderLogoutService('SOAP', service.sloSoapUrl),
  ].join('')
  const format =
    service.nameIdFormat === null
      ? ''
      : `<md:NameIDFormat>${escapeXml(service.nameIdFormat)}</md:NameIDFormat>`
  const acs = `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(service.acsUrl)}" index="0" isDefault="true"/>`
  const role = `<md:SPSSODescriptor AuthnRequestsSigned="${service.signsRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="${namespaces.protocol}">${keys.join('')}${slo}${format}${acs}</md:SPSSODescriptor>`
  const inside = role + renderOrganization(service.organization)
  const descriptor = `<md:EntityDescriptor xmlns:md="${namespaces.metadata}" entityID="${escapeXml(service.entityId)}">`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${descriptor}${inside}</md:EntityDescriptor>\n`
}

// All three elements are required (SAML metadata §2.3.2.1).
function renderOrganization(
  organization: { readonly name: string; readonly url: string } | undefined,
): string {
  if (organization === undefined) return ''
  const { name, url } = organization
  const parts = { OrganizationName: name, OrganizationDisplayName: name, OrganizationURL: url }
  const elements = Object.entries(parts).map(
    ([element, text]) => `<md:${element} xml:lang="en">${escapeXml(text)}</md:${element}>`,
  )
  return `<md:Organization>${elements.join('')}</md:Organization>`
}

function renderLogoutService(binding: 'HTTP-Redirect' | 'HTTP-POST' | 'SOAP', url: string): string {
  return `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${escapeXml(url)}"/>`
}

function renderKey(use: 'signing' | 'encryption', pem: string, algorithms: readonly string[]): string {
  const base64 = pem.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '')
  const methods = algorithms.map((algorithm) => `<md:EncryptionMethod Algorithm="${algorithm}"/>`).join('')
  return `<md:KeyDescriptor use="${use}"><ds:KeyInfo xmlns:ds="${namespaces.signature}"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods}</md:KeyDescriptor>`
}
