// How each identity provider writes a response: prefixes, what it signs, the names of its attributes. Data only.

import { nameIdFormats } from './names.ts'

export type SamlShape =
  | 'okta'
  | 'entra'
  | 'google'
  | 'onelogin'
  | 'adfs'
  | 'ping'
  | 'keycloak'
  | 'jumpcloud'
  | 'generic'

export type Signed = 'response' | 'assertion' | 'both' | 'none'

export interface VendorShape {
  readonly title: string
  /** What its entity ID looks like. */
  readonly entityId: string
  readonly sign: Signed
  readonly nameIdFormat: string | undefined
  readonly protocolPrefix: 'samlp' | 'saml2p'
  /** Empty: the assertion's namespace is the default one. */
  readonly assertionPrefix: 'saml' | 'saml2' | ''
  readonly signaturePrefix: 'ds' | 'dsig' | ''
  /** Prefixes that the exclusive canonicalization keeps in any case. */
  readonly keptPrefixes: readonly string[]
  readonly idPrefix: string
  readonly issuerFormat?: string
  readonly attributeNameFormat?: string
  readonly valueType?: 'xs:string' | 'xs:anyType'
  readonly isAuthnStatementLast: boolean
  readonly validBeforeSeconds: number
  readonly validForSeconds: number
  /** Whether several values of groups come as that many Attribute elements of one name. */
  readonly repeatsAttributes: boolean
  readonly sessionSeconds?: number
  /** Our name to the vendor's; null: this vendor does not send it; absent: sent under our name. */
  readonly attributeNames: Readonly<Record<string, string | null>>
  readonly fixedAttributes: Readonly<Record<string, readonly string[]>>
}

const formats = 'urn:oasis:names:tc:SAML:2.0:attrname-format'
const ws2005 = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const microsoft = 'http://schemas.microsoft.com/identity/claims'
const entraTenant = '5f0c9d4e-3b1a-4a77-9e0e-2d6f8b1c7a90'

const generic: VendorShape = {
  title: 'Generic SAML 2.0',
  entityId: 'https://idp.example.test/metadata',
  sign: 'both',
  nameIdFormat: nameIdFormats.persistent,
  protocolPrefix: 'samlp',
  assertionPrefix: 'saml',
  signaturePrefix: 'ds',
  keptPrefixes: [],
  idPrefix: '_',
  isAuthnStatementLast: false,
  validBeforeSeconds: 60,
  validForSeconds: 300,
  repeatsAttributes: false,
  attributeNames: {},
  fixedAttributes: {},
}

const okta: VendorShape = {
  ...generic,
  title: 'Okta',
  entityId: 'http://www.okta.com/exk8f2kq3vTnW0xYz5d7',
  nameIdFormat: nameIdFormats.unspecified,
  protocolPrefix: 'saml2p',
  assertionPrefix: 'saml2',
  keptPrefixes: ['xs'],
  idPrefix: 'id',
  issuerFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity',
  attributeNameFormat: `${formats}:unspecified`,
  valueType: 'xs:string',
  validBeforeSeconds: 300,
  attributeNames: { displayName: null },
}

const entra: VendorShape = {
  ...generic,
  title: 'Microsoft Entra ID',
  entityId: `https://sts.windows.net/${entraTenant}/`,
  sign: 'assertion',
  nameIdFormat: nameIdFormats.emailAddress,
  assertionPrefix: '',
  signaturePrefix: '',
  isAuthnStatementLast: true,
  validBeforeSeconds: 300,
  validForSeconds: 3_600,
  attributeNames: {
    id: `${microsoft}/objectidentifier`,
    displayName: `${microsoft}/displayname`,
    email: `${ws2005}/emailaddress`,
    firstName: `${ws2005}/givenname`,
    lastName: `${ws2005}/surname`,
    groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  },
  fixedAttributes: {
    [`${microsoft}/tenantid`]: [entraTenant],
    [`${microsoft}/identityprovider`]: [`https://sts.windows.net/${entraTenant}/`],
  },
}

const google: VendorShape = {
  ...generic,
  title: 'Google Workspace',
  entityId: 'https://accounts.google.com/o/saml2?idpid=C01ab23cd',
  sign: 'assertion',
  nameIdFormat: undefined,
  protocolPrefix: 'saml2p',
  assertionPrefix: 'saml2',
  valueType: 'xs:anyType',
  isAuthnStatementLast: true,
  validBeforeSeconds: 300,
  attributeNames: { id: null, displayName: null },
}

const onelogin: VendorShape = {
  ...generic,
  title: 'OneLogin',
  entityId: 'https://app.onelogin.com/saml/metadata/1f4c2a6e-7b0d-4e1f-9a3c-5d8e7f6a0b21',
  sign: 'assertion',
  nameIdFormat: nameIdFormats.emailAddress,
  idPrefix: 'pfx',
  attributeNameFormat: `${formats}:basic`,
  valueType: 'xs:string',
  validBeforeSeconds: 180,
  validForSeconds: 180,
  sessionSeconds: 86_400,
  attributeNames: {
    id: 'PersonImmutableID',
    displayName: null,
    email: 'User.email',
    firstName: 'User.FirstName',
    lastName: 'User.LastName',
    groups: 'memberOf',
  },
}

const adfs: VendorShape = {
  ...generic,
  title: 'AD FS',
  entityId: 'http://adfs.example.test/adfs/services/trust',
  sign: 'assertion',
  nameIdFormat: nameIdFormats.emailAddress,
  assertionPrefix: '',
  isAuthnStatementLast: true,
  validBeforeSeconds: 0,
  validForSeconds: 3_600,
  attributeNames: {
    id: null,
    displayName: null,
    email: `${ws2005}/emailaddress`,
    firstName: `${ws2005}/givenname`,
    lastName: `${ws2005}/surname`,
    groups: 'http://schemas.xmlsoap.org/claims/Group',
  },
}

const ping: VendorShape = {
  ...generic,
  title: 'PingOne',
  entityId: 'https://auth.pingone.eu/0d9a8b7c-6e5f-4a3b-8c2d-1e0f9a8b7c6d',
  sign: 'assertion',
  nameIdFormat: nameIdFormats.unspecified,
  attributeNameFormat: `${formats}:basic`,
  valueType: 'xs:string',
  attributeNames: { displayName: null, groups: 'memberOf' },
}

const keycloak: VendorShape = {
  ...generic,
  title: 'Keycloak',
  entityId: 'https://keycloak.example.test/realms/acme',
  sign: 'response',
  signaturePrefix: 'dsig',
  idPrefix: 'ID_',
  attributeNameFormat: `${formats}:basic`,
  valueType: 'xs:string',
  validBeforeSeconds: 2,
  validForSeconds: 58,
  repeatsAttributes: true,
  sessionSeconds: 36_000,
  attributeNames: {
    displayName: null,
    email: 'urn:oid:1.2.840.113549.1.9.1',
    firstName: 'urn:oid:2.5.4.42',
    lastName: 'urn:oid:2.5.4.4',
    groups: 'Role',
  },
}

const jumpcloud: VendorShape = {
  ...generic,
  title: 'JumpCloud',
  entityId: 'acme-jumpcloud',
  sign: 'response',
  nameIdFormat: nameIdFormats.emailAddress,
  attributeNameFormat: `${formats}:unspecified`,
  valueType: 'xs:string',
  attributeNames: {
    id: null,
    displayName: null,
    firstName: 'firstname',
    lastName: 'lastname',
    groups: 'memberOf',
  },
}

export const vendorShapes: Readonly<Record<SamlShape, VendorShape>> = {
  okta,
  entra,
  google,
  onelogin,
  adfs,
  ping,
  keycloak,
  jumpcloud,
  generic,
}

/** Renames `id`, `email`, `firstName`, `lastName`, `displayName` and `groups` as the vendor does; other names stay. */
export function toVendorAttributes(
  shape: SamlShape,
  attributes: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const { attributeNames, fixedAttributes } = vendorShapes[shape]
  const renamed = Object.entries(attributes).flatMap(([name, values]) => {
    const theirs = Object.hasOwn(attributeNames, name) ? attributeNames[name] : name
    return theirs === null || theirs === undefined ? [] : [[theirs, values] as const]
  })
  return { ...Object.fromEntries(renamed), ...fixedAttributes }
}
