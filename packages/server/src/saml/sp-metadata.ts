// Our own metadata, one document a connection (SAML metadata §2.4.4). Pure.
import { listEncryptionMethods } from './encryption.ts'
import { escapeXml, namespaces } from './xml.ts'

/** `certificates` are PEM, the signing one first; each also decrypts. */
export function renderServiceProviderMetadata(service: {
  readonly entityId: string
  readonly acsUrl: string
  readonly sloUrl: string | null
  readonly certificates: readonly string[]
  readonly signsRequests: boolean
  readonly allowsAesCbc: boolean
  readonly nameIdFormat: string | null
}): string {
  const keys = service.certificates.flatMap((pem) => [
    renderKey('signing', pem, []),
    renderKey('encryption', pem, listEncryptionMethods(service.allowsAesCbc)),
  ])
  const slo =
    service.sloUrl === null
      ? ''
      : `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${escapeXml(service.sloUrl)}"/>`
  const format =
    service.nameIdFormat === null
      ? ''
      : `<md:NameIDFormat>${escapeXml(service.nameIdFormat)}</md:NameIDFormat>`
  const acs = `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(service.acsUrl)}" index="0" isDefault="true"/>`
  const role = `<md:SPSSODescriptor AuthnRequestsSigned="${service.signsRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="${namespaces.protocol}">${keys.join('')}${slo}${format}${acs}</md:SPSSODescriptor>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor xmlns:md="${namespaces.metadata}" entityID="${escapeXml(service.entityId)}">${role}</md:EntityDescriptor>\n`
}

function renderKey(use: 'signing' | 'encryption', pem: string, algorithms: readonly string[]): string {
  const base64 = pem.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '')
  const methods = algorithms.map((algorithm) => `<md:EncryptionMethod Algorithm="${algorithm}"/>`).join('')
  return `<md:KeyDescriptor use="${use}"><ds:KeyInfo xmlns:ds="${namespaces.signature}"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods}</md:KeyDescriptor>`
}
