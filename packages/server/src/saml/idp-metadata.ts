// Reads an identity provider's metadata (SAML metadata §2.4.3) into what a connection needs. Pure: fetching is elsewhere.
import { X509Certificate } from 'node:crypto'
import type { metadataWarningCodes } from '@rollcall/api'
import { faultOfRsaKey, type RsaFault, usableRsa } from '../base/public-keys.ts'
import { isStorable, maxStoredUrlBytes } from '../base/stored-url.ts'
import { findCertificates } from './certificates.ts'
import { SamlError } from './saml-error.ts'
import { describeWrongText, webPage } from './wrong-text.ts'
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

/** What stood in metadata and is not used, for an administrator to see. */
export interface MetadataWarning {
  readonly code: (typeof metadataWarningCodes)[number]
  /** What it was: an address, a number, a time. */
  readonly detail: string | null
}

/** What an identity provider says of itself, or an administrator by hand. */
export interface IdentityProviderMetadata {
  readonly entityId: string
  readonly ssoUrl: string
  /** How requests travel there; `post` only where there is no redirect. */
  readonly ssoBinding: 'redirect' | 'post'
  /** By HTTP-Redirect, or by HTTP-POST where it says so; null where there is no single logout. */
  readonly sloUrl: string | null
  /** Null: redirect, or there is none. Absent in what was stored before HTTP-POST was read. */
  readonly sloBinding?: 'post' | null
  /** Where answers to its requests go, if elsewhere (metadata §2.2.2). Absent in what was stored before it was read. */
  readonly sloResponseUrl?: string | null
  /** PEM, for signing; at least one has an RSA key of 2048 bits or more. */
  readonly certificates: readonly string[]
  readonly wantsSignedRequests: boolean
  readonly warnings?: readonly MetadataWarning[]
  /** In milliseconds; until when it says that it holds (metadata §2.3.2). */
  readonly validUntil?: number | null
}

/** Why metadata is not usable; `message` tells an administrator what to do. */
export class MetadataError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MetadataError'
  }
}

/** Throws MetadataError. `isDev` allows http addresses. Parts that are optional and cannot be used are left out, with a warning. */
export function readIdentityProviderMetadata(
  xml: string,
  isDev: boolean,
  now = Date.now(),
): IdentityProviderMetadata {
  const entity = findEntity(readDocument(xml))
  const warnings: MetadataWarning[] = []
  const role = chooseRole(entity, isDev, warnings)
  const validUntil = readValidUntil([entity, role])
  if (validUntil !== null && validUntil <= now)
    warnings.push({ code: 'expired', detail: new Date(validUntil).toISOString() })
  if (listChildren(entity, namespaces.signature, 'Signature').length > 0)
    warnings.push({ code: 'signature_unchecked', detail: null })
  return {
    entityId: assertEntityId(entity.attributes.get('entityID') ?? ''),
    ...chooseSso(role, isDev, warnings),
    ...chooseSlo(role, isDev, warnings),
    certificates: chooseCertificates(role, warnings),
    wantsSignedRequests: ['true', '1'].includes(role.attributes.get('WantAuthnRequestsSigned') ?? ''),
    warnings: warnings.slice(0, maxWarnings),
    validUntil,
  }
}

/** The same from three fields. Throws MetadataError. */
export function toIdentityProviderMetadata(
  fields: { readonly entityId: string; readonly ssoUrl: string; readonly certificates: readonly string[] },
  isDev: boolean,
): IdentityProviderMetadata {
  const ssoUrl = toUrl(fields.ssoUrl, isDev)
  if (ssoUrl === undefined)
    throw new MetadataError(`The SSO URL must be an https address of at most ${maxStoredUrlBytes} bytes`)
  return {
    entityId: assertEntityId(fields.entityId),
    ssoUrl,
    ssoBinding: 'redirect',
    sloUrl: null,
    sloBinding: null,
    sloResponseUrl: null,
    certificates: assertCertificates(fields.certificates.flatMap(readPasted)),
    wantsSignedRequests: false,
    warnings: [],
    validUntil: null,
  }
}

function readDocument(xml: string): XmlElement {
  const text = xml.replace(/^[\uFEFF\s]+/, '').trimEnd()
  try {
    return readXml(text, metadataBounds)
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    throw new MetadataError(describeWrongText(text) ?? `This is not SAML metadata: ${error.message}`)
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
  if (found === undefined && root.name.toLowerCase() === 'html') throw new MetadataError(webPage)
  if (found === undefined) throw new MetadataError('This is not SAML metadata: it has no EntityDescriptor')
  if (providers.length > 1)
    throw new MetadataError(
      `The metadata describes ${providers.length} identity providers; paste the one to connect`,
    )
  return found
}

const saml2 = 'urn:oasis:names:tc:SAML:2.0:protocol'

// An entity may describe itself in several roles, of other versions of SAML too: the first that speaks this one and can be asked.
function chooseRole(entity: XmlElement, isDev: boolean, warnings: MetadataWarning[]): XmlElement {
  const all = listChildren(entity, namespaces.metadata, 'IDPSSODescriptor')
  const roles = all.filter((role) =>
    (role.attributes.get('protocolSupportEnumeration') ?? saml2).split(/\s+/).includes(saml2),
  )
  const role = roles.find((one) => listServices(one, 'SingleSignOnService', isDev).length > 0) ?? roles[0]
  if (role === undefined)
    throw new MetadataError(
      all.length > 0
        ? 'The identity provider speaks no SAML 2.0 (protocolSupportEnumeration of its IDPSSODescriptor)'
        : 'The metadata describes no identity provider (IDPSSODescriptor); is it the metadata of a service provider?',
    )
  if (all.length > 1) warnings.push({ code: 'several_roles', detail: String(all.length) })
  return role
}

interface Service {
  readonly binding: string
  readonly url: string
  readonly element: XmlElement
}

/** Those that can be used. */
function listServices(role: XmlElement, name: string, isDev: boolean): Service[] {
  return listChildren(role, namespaces.metadata, name).flatMap((element) => {
    const url = toUrl(element.attributes.get('Location') ?? '', isDev)
    return url === undefined ? [] : [{ binding: element.attributes.get('Binding') ?? '', url, element }]
  })
}

/** Addresses of this binding that cannot be used. */
function listUnusable(role: XmlElement, name: string, binding: string, isDev: boolean): string[] {
  return listChildren(role, namespaces.metadata, name)
    .filter((element) => element.attributes.get('Binding') === binding)
    .map((element) => element.attributes.get('Location') ?? '')
    .filter((location) => toUrl(location, isDev) === undefined)
}

function chooseSso(
  role: XmlElement,
  isDev: boolean,
  warnings: MetadataWarning[],
): Pick<IdentityProviderMetadata, 'ssoUrl' | 'ssoBinding'> {
  const services = listServices(role, 'SingleSignOnService', isDev)
  const byRedirect = services.find(({ binding }) => binding === redirect)
  const found = byRedirect ?? services.find(({ binding }) => binding === post)
  const wrong = listUnusable(role, 'SingleSignOnService', redirect, isDev)
  if (found === undefined)
    throw new MetadataError(
      wrong.length > 0 || listUnusable(role, 'SingleSignOnService', post, isDev).length > 0
        ? `The SSO URL must be an https address of at most ${maxStoredUrlBytes} bytes`
        : 'The metadata has no SingleSignOnService with the HTTP-Redirect or the HTTP-POST binding',
    )
  if (byRedirect === undefined && wrong[0] !== undefined)
    warnings.push({ code: 'sso_redirect_unusable', detail: toDetail(wrong[0]) })
  return { ssoUrl: found.url, ssoBinding: byRedirect === undefined ? 'post' : 'redirect' }
}

function chooseSlo(
  role: XmlElement,
  isDev: boolean,
  warnings: MetadataWarning[],
): Pick<IdentityProviderMetadata, 'sloUrl' | 'sloBinding' | 'sloResponseUrl'> {
  const services = listServices(role, 'SingleLogoutService', isDev)
  const byRedirect = services.find(({ binding }) => binding === redirect)
  const found = byRedirect ?? services.find(({ binding }) => binding === post)
  for (const binding of [redirect, post])
    for (const wrong of listUnusable(role, 'SingleLogoutService', binding, isDev))
      warnings.push({ code: 'slo_unusable', detail: toDetail(wrong) })
  const all = listChildren(role, namespaces.metadata, 'SingleLogoutService')
  const bindings = all.map((element) => element.attributes.get('Binding') ?? '')
  if (found === undefined && all.length > 0 && !bindings.some((one) => one === redirect || one === post)) {
    const names = bindings.map((one) => one.split(':').at(-1))
    warnings.push({ code: 'slo_binding', detail: toDetail([...new Set(names)].join(', ')) })
  }
  if (found === undefined) return { sloUrl: null, sloBinding: null, sloResponseUrl: null }
  const answers = found.element.attributes.get('ResponseLocation')
  const sloResponseUrl = answers === undefined ? undefined : toUrl(answers, isDev)
  if (answers !== undefined && sloResponseUrl === undefined)
    warnings.push({ code: 'slo_unusable', detail: toDetail(answers) })
  return {
    sloUrl: found.url,
    sloBinding: byRedirect === undefined ? 'post' : null,
    sloResponseUrl: sloResponseUrl ?? null,
  }
}

// Of one element with a chain the first signs; those that issued it are trusted by nobody here.
function chooseCertificates(role: XmlElement, warnings: MetadataWarning[]): string[] {
  const found = listCertificates(role).flatMap((text, at) => {
    const { certificates } = findCertificates(text)
    const [first, ...chain] = certificates
    if (first === undefined) warnings.push({ code: 'certificate_unreadable', detail: String(at + 1) })
    if (chain.length > 0) warnings.push({ code: 'certificate_chain', detail: String(chain.length) })
    if (first !== undefined && isSlow(first)) {
      warnings.push({ code: 'certificate_unusable', detail: String(at + 1) })
      return []
    }
    return first === undefined ? [] : [first]
  })
  const unique = [...new Map(found.map((one) => [one.fingerprint256, one])).values()]
  // Those that can sign count first, where there are too many.
  const ordered = unique.toSorted((one, other) => Number(isLarge(other)) - Number(isLarge(one)))
  const extra = ordered.length - maxCertificates
  if (extra > 0) warnings.push({ code: 'certificates_extra', detail: String(extra) })
  const kept = new Set(ordered.slice(0, maxCertificates))
  const isAnyUnreadable = warnings.some(({ code }) => code === 'certificate_unreadable')
  if (unique.length === 0 && warnings.some(({ code }) => code === 'certificate_unusable'))
    throw new MetadataError(slow)
  if (unique.length === 0 && isAnyUnreadable) throw new MetadataError(unreadable)
  return assertCertificates(unique.filter((one) => kept.has(one)))
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
  const placeholder = /\{[^{}]*\}|%7B[^%]*%7D/i.exec(trimmed)?.[0]
  if (placeholder !== undefined)
    throw new MetadataError(
      `The entity ID has a placeholder, ${placeholder}: this is the metadata of every tenant, and no assertion names it. Take that of your own application: ` +
        'in Entra ID the App Federation Metadata Url at Enterprise applications > the application > Single sign-on > SAML Certificates',
    )
  return trimmed
}

function toUrl(text: string, isDev: boolean): string | undefined {
  const url = URL.parse(text.trim())
  const isSound =
    url !== null && url.username === '' && url.password === '' && url.hash === '' && isStorable(url.href)
  return isSound && (url.protocol === 'https:' || (isDev && url.protocol === 'http:')) ? url.href : undefined
}

function toDetail(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

// Metadata §2.3.2, §2.4.1: of the entity or of the role, whichever is earlier.
function readValidUntil(elements: readonly XmlElement[]): number | null {
  const times = elements.map((one) => Date.parse(one.attributes.get('validUntil') ?? ''))
  const known = times.filter((time) => !Number.isNaN(time))
  return known.length === 0 ? null : Math.min(...known)
}

const maxCertificates = 10
/** Of one kind there may be very many. */
const maxWarnings = 50

function isLarge({ publicKey }: X509Certificate): boolean {
  return publicKey.asymmetricKeyType === 'rsa' && faultOfRsaKey(publicKey) === undefined
}

// What a key of that kind costs, each message would cost us.
function isSlow({ publicKey }: X509Certificate): boolean {
  const slowFaults: readonly (RsaFault | undefined)[] = ['long', 'exponent']
  return slowFaults.includes(faultOfRsaKey(publicKey))
}

const slow = `A certificate has a key that is too long, or of an unusual exponent. Let the identity provider sign with ${usableRsa}`

/** PEM of each, once. Throws MetadataError. */
function assertCertificates(certificates: readonly X509Certificate[]): string[] {
  const unique = [...new Set(certificates.map((one) => one.toString().trim()))]
  if (unique.length === 0) throw new MetadataError('There is no signing certificate')
  if (unique.length > maxCertificates)
    throw new MetadataError(`There are more than ${maxCertificates} certificates`)
  if (!certificates.some(isLarge))
    throw new MetadataError('No certificate has an RSA key of at least 2048 bits')
  return unique
}

const unreadable =
  'A certificate cannot be read: paste it as PEM (-----BEGIN CERTIFICATE-----) or as its base64 text'

// Whoever pastes means all of it: what cannot be read is said, and what is no certificate by its name.
function readPasted(text: string): readonly X509Certificate[] {
  const { certificates, unreadable: wrong, other } = findCertificates(text)
  if (other?.includes('PRIVATE KEY') === true)
    throw new MetadataError(
      'This holds a private key, which belongs to the identity provider alone and should be replaced there if it was sent around. Paste its certificate',
    )
  if (other !== undefined && certificates.length === 0)
    throw new MetadataError(
      `This is a ${other}, not a certificate: paste what begins with -----BEGIN CERTIFICATE-----`,
    )
  if (certificates.length === 0 || wrong > 0) throw new MetadataError(unreadable)
  if (certificates.some(isSlow)) throw new MetadataError(slow)
  return certificates
}

/** What is shown of a certificate: SHA-256 fingerprint, and the end of its validity. */
export function describeCertificate(pem: string): {
  readonly fingerprint: string
  readonly notAfter: number
} {
  const certificate = new X509Certificate(pem)
  return { fingerprint: certificate.fingerprint256, notAfter: Date.parse(certificate.validTo) }
}
