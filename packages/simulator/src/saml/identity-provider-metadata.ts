// The identity provider's own metadata (SAML metadata §2.4.3). Pure.

import { renderAttribute } from '../web/markup.ts'
import { toBareCertificate } from './key.ts'
import { nameIdFormats, urns } from './names.ts'

export interface IdentityProviderMetadata {
  readonly entityId: string
  readonly ssoUrl: string
  readonly sloUrl?: string
  /** PEM, in the order of their use; several during a rollover. */
  readonly certificates: readonly string[]
}

/** One EntityDescriptor, unsigned; every certificate is a signing key of its own. */
export function renderIdentityProviderMetadata(provider: IdentityProviderMetadata): string {
  const keys = provider.certificates.map(
    (pem) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${urns.signature}"><ds:X509Data><ds:X509Certificate>${toBareCertificate(pem)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  const slo =
    provider.sloUrl === undefined
      ? ''
      : `<md:SingleLogoutService Binding="${urns.redirect}"${renderAttribute('Location', provider.sloUrl)}/>`
  const formats = [nameIdFormats.emailAddress, nameIdFormats.persistent].map(
    (format) => `<md:NameIDFormat>${format}</md:NameIDFormat>`,
  )
  const sso = `<md:SingleSignOnService Binding="${urns.redirect}"${renderAttribute('Location', provider.ssoUrl)}/>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${urns.metadata}"${renderAttribute('entityID', provider.entityId)}><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${urns.protocol}">${keys.join('')}${slo}${formats.join('')}${sso}</md:IDPSSODescriptor></md:EntityDescriptor>
`
}
