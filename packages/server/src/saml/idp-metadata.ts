// Reads an identity provider's metadata (SAML metadata §2.4.3) into what a connection needs. Pure: fetching is elsewhere.
import { X509Certificate } from 'node:crypto'
import { SamlError } from './saml-error.ts'
import {
  collapse,
  findChild,
  listChildren,
  metadataBounds,
  namespaces,
  readXml,
  walk,
  type XmlElement,
} from './xml.ts'

const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** What an identity provider says of itself, or an administrator by hand. */
export interface IdentityProviderMetadata {
  readonly entityId: string
  readonly ssoUrl: string
  /** How requests travel there; `post` only where there is no redirect. */
  readonly ssoBinding: 'redirect' | 'post'
  /** HTTP-Redirect binding; null where there is no single logout. */
  readonly sloUrl: string | null
  /** PEM, for signing; at least one has an RSA key of 2048 bits or more. */
  readonly certificates: readonly string[]
  readonly wantsSignedRequests: boolean
}

/** Why metadata is not usable; `message` tells an administrator what to do. */
export class MetadataError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MetadataError'
  }
}

/** Throws MetadataError. `isDev` allows http addresses. */
export function readIdentityProviderMetadata(xml: string, isDev: boolean): IdentityProviderMetadata {
  const entity = findEntity(readDocument(xml))
  const role = listChildren(entity, namespaces.metadata, 'IDPSSODescriptor')[0]
  if (role === undefined)
    throw new MetadataError(
      'The metadata describes no identity provider (IDPSSODescriptor); is it the metadata of a service provider?',
    )
  const byRedirect = findService(role, 'SingleSignOnService', redirect)
  const sso = byRedirect ?? findService(role, 'SingleSignOnService', post)
  if (sso === undefined)
    throw new MetadataError(
      'The metadata has no SingleSignOnService with the HTTP-Redirect or the HTTP-POST binding',
    )
  return {
    entityId: assertEntityId(entity.attributes.get('entityID') ?? ''),
    ssoUrl: assertUrl(sso, 'SSO URL', isDev),
    ssoBinding: byRedirect === undefined ? 'post' : 'redirect',
    sloUrl: toOptionalUrl(findService(role, 'SingleLogoutService', redirect), isDev),
    certificates: assertCertificates(listCertificates(role)),
    wantsSignedRequests: ['true', '1'].includes(role.attributes.get('WantAuthnRequestsSigned') ?? ''),
  }
}

/** The same from three fields. Throws MetadataError. */
export function toIdentityProviderMetadata(
  fields: { readonly entityId: string; readonly ssoUrl: string; readonly certificates: readonly string[] },
  isDev: boolean,
): IdentityProviderMetadata {
  return {
    entityId: assertEntityId(fields.entityId),
    ssoUrl: assertUrl(fields.ssoUrl, 'SSO URL', isDev),
    ssoBinding: 'redirect',
    sloUrl: null,
    certificates: assertCertificates(fields.certificates),
    wantsSignedRequests: false,
  }
}

function readDocument(xml: string): XmlElement {
  try {
    return readXml(xml.replace(/^\uFEFF/, '').trim(), metadataBounds)
  } catch (error) {
    if (error instanceof SamlError) throw new MetadataError(`This is not SAML metadata: ${error.message}`)
    throw error
  }
}

function findEntity(root: XmlElement): XmlElement {
  const entities = [...walk(root)].filter(
    ({ namespace, name }) => namespace === namespaces.metadata && name === 'EntityDescriptor',
  )
  const providers = entities.filter(
    (one) => findChild(one, namespaces.metadata, 'IDPSSODescriptor') !== undefined,
  )
  const found = providers[0] ?? entities[0]
  if (found === undefined) throw new MetadataError('This is not SAML metadata: it has no EntityDescriptor')
  if (providers.length > 1)
    throw new MetadataError(
      `The metadata describes ${providers.length} identity providers; paste the one to connect`,
    )
  return found
}

function findService(role: XmlElement, name: string, binding: string): string | undefined {
  return listChildren(role, namespaces.metadata, name)
    .find((service) => service.attributes.get('Binding') === binding)
    ?.attributes.get('Location')
}

function listCertificates(role: XmlElement): string[] {
  return listChildren(role, namespaces.metadata, 'KeyDescriptor')
    .filter((key) => (key.attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((key) => [...walk(key)].filter(({ name }) => name === 'X509Certificate'))
    .map(({ text }) => text)
}

function assertEntityId(entityId: string): string {
  const trimmed = collapse(entityId)
  if (trimmed === '' || trimmed.length > 1_024)
    throw new MetadataError('The entity ID (issuer) must have 1 to 1024 characters')
  // It is part of an index, whose rows are bounded in bytes.
  if (Buffer.byteLength(trimmed) > 1_024)
    throw new MetadataError('The entity ID (issuer) must have at most 1024 bytes of UTF-8')
  return trimmed
}

function assertUrl(text: string, what: string, isDev: boolean): string {
  const url = URL.parse(text.trim())
  const isSound = url !== null && url.username === '' && url.password === '' && url.hash === ''
  if (isSound && (url.protocol === 'https:' || (isDev && url.protocol === 'http:'))) return url.href
  throw new MetadataError(`The ${what} must be an https address`)
}

function toOptionalUrl(text: string | undefined, isDev: boolean): string | null {
  return text === undefined ? null : assertUrl(text, 'SLO URL', isDev)
}

const maxCertificates = 10

/** PEM of each, once. Throws MetadataError. */
function assertCertificates(certificates: readonly string[]): string[] {
  const parsed = certificates.map(readCertificate)
  const unique = [...new Set(parsed.map((one) => one.toString().trim()))]
  if (unique.length === 0) throw new MetadataError('There is no signing certificate')
  if (unique.length > maxCertificates)
    throw new MetadataError(`There are more than ${maxCertificates} certificates`)
  const isLarge = parsed.some(
    ({ publicKey }) =>
      publicKey.asymmetricKeyType === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048,
  )
  if (!isLarge) throw new MetadataError('No certificate has an RSA key of at least 2048 bits')
  return unique
}

// Pasted certificates come with and without their armour, and with line breaks anywhere.
function readCertificate(text: string): X509Certificate {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '')
  try {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new Error('not base64')
    return new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    throw new MetadataError(
      'A certificate cannot be read: paste it as PEM (-----BEGIN CERTIFICATE-----) or as its base64 text',
    )
  }
}

/** What is shown of a certificate: SHA-256 fingerprint, and the end of its validity. */
export function describeCertificate(pem: string): {
  readonly fingerprint: string
  readonly notAfter: number
} {
  const certificate = new X509Certificate(pem)
  return { fingerprint: certificate.fingerprint256, notAfter: Date.parse(certificate.validTo) }
}
