// Where each vendor's console has what a refusal asks for. Words in asterisks are labels of that console, and each has its source in
// packages/api/src/vendor-labels.ts; what no source shows is described. A place with labels is said in quotation marks.
import type { Connection } from '@rollcall/api'
import type { SentenceCode } from '@rollcall/api/sentences'

/** An identity provider by the name that the contract has for it. */
export type Vendor = Connection['identityProvider']

/** What both protocols have: each is a place inside a sentence. */
interface CommonFields {
  /** The vendor, inside a sentence. */
  readonly name: string
  /** Where the settings of the one application are. */
  readonly app: string
  /** What names a person for good. */
  readonly nameId: string
  /** What is sent of a person. */
  readonly attributes: string
  /** Who may use the application. */
  readonly assignment: string
  /** What ends a session elsewhere. */
  readonly logout: string
}

/** Where each fact stands in a vendor's console, for SAML. */
export interface Fields extends CommonFields {
  readonly acs: string
  readonly audience: string
  /** How to choose signature algorithms. */
  readonly signing: string
  /** How assertions are encrypted, and with which algorithms. */
  readonly encryption: string
  /** Whether the response says that the person signed in. */
  readonly authnStatement: string
  /** How what is signed is put in order first. */
  readonly canonicalization: string
  /** Whether the person is asked again where that is asked for, and what says when they were. */
  readonly freshness: string
}

/** Where each fact stands in a vendor's console, for OpenID Connect. */
export interface OpenIdFields extends CommonFields {
  /** Where the issuer, or its discovery document, is shown. */
  readonly issuer: string
  /** The client's id and secret. */
  readonly credentials: string
  readonly redirectUri: string
  /** How ID tokens are signed, and how long they hold. */
  readonly tokens: string
  /** What is known of one person. */
  readonly person: string
}

type Places<Of> = Readonly<Record<Vendor, Of>>
type Seldom = 'authnStatement' | 'canonicalization' | 'freshness'
type SamlPlaces = Omit<Fields, Seldom> & Partial<Fields>

const samlPlaces: Places<SamlPlaces> = {
  okta: {
    name: 'Okta',
    app: '**Applications** > the application > **General** > **SAML Settings**',
    acs: '**Single sign-on URL**',
    audience: '**Audience URI (SP Entity ID)**',
    nameId: '**Name ID format** and **Application username**',
    signing:
      '**Show Advanced Settings** > **Response**, **Assertion Signature**, **Signature Algorithm** and **Digest Algorithm**',
    encryption:
      '**Show Advanced Settings** > **Assertion Encryption**, **Encryption Algorithm** and **Key Transport Algorithm**',
    attributes: '**Attribute Statements (optional)**',
    assignment: '**Assignments**',
    logout: '**Show Advanced Settings** > **Enable Single Logout** and **Single Logout URL**',
    freshness: '**Show Advanced Settings** > **Honor Force Authentication**',
  },
  entra: {
    name: 'Entra ID',
    app: '**Enterprise apps** > the application > **Single sign-on**',
    acs: '**Reply URL (Assertion Consumer Service URL)**',
    audience: '**Identifier (Entity ID)**',
    nameId: '**Attributes & Claims** > **Name identifier value**',
    signing: '**SAML Signing Certificate** > **Signing Option** and **Signing Algorithm**',
    encryption: '**Token encryption**',
    attributes: '**Attributes & Claims**',
    assignment: '**Users and groups**',
    logout: '**App registrations** > the application > **Authentication** > **Logout URL**',
  },
  google: {
    name: 'Google Workspace',
    app: '**Apps** > **Web and mobile apps** > the app > **Service Provider Details**',
    acs: '**ACS URL**',
    audience: '**Entity ID**',
    nameId: 'the fields for the Name ID in the service provider details',
    signing: 'the choice of what is signed in the service provider details',
    encryption: 'the service provider details, which have no field for encryption',
    attributes: 'the attribute mapping of the app',
    assignment: 'the user access of the app',
    logout: 'the service provider details, which have no field for single logout',
  },
  onelogin: {
    name: 'OneLogin',
    app: '**Apps** > the application > **Configuration**',
    acs: 'the fields for the assertion consumer service URL and for its validator',
    audience: 'the field for the audience (entity ID)',
    nameId: 'the fields for the NameID and its format',
    signing: 'the SAML signature algorithm, on the tab for single sign-on',
    encryption: 'the fields for the encryption of assertions',
    attributes: '**Parameters**',
    assignment: '**Access**',
    logout: 'the field for the single logout URL',
  },
  jumpcloud: {
    name: 'JumpCloud',
    app: '**SSO Applications** > the application > **SSO**',
    acs: '**ACS URLs**',
    audience: '**SP Entity ID**',
    nameId: '**SAMLSubject NameID**',
    signing: 'the fields for what is signed and with which algorithm',
    encryption: 'the fields for the encryption of assertions',
    attributes: 'the mapping of user attributes',
    assignment: 'the user groups of the application',
    logout: 'the application, as far as it has a field for single logout',
  },
  ping: {
    name: 'Ping',
    app: '**Applications** > the application > **Configuration**',
    acs: '**ACS URLs**',
    audience: 'the field for the entity ID',
    nameId: 'the attribute mapping of the subject (saml_subject)',
    signing: '**Signing key**, with what it signs and by which algorithm',
    encryption: '**Encryption**, with its algorithm',
    attributes: 'the attribute mappings of the application',
    assignment: 'the groups that may use the application',
    logout: 'the fields for the SLO endpoint, for its response endpoint and for its binding',
  },
  adfs: {
    name: 'AD FS',
    app: '**Relying Party Trusts** > the trust',
    acs: 'the endpoint of the trust for assertions (SAML assertion consumer)',
    audience: 'the identifiers of the trust',
    nameId: '**Edit Claim Issuance Policy** > a rule with the Name ID as **Outgoing claim type**',
    signing:
      '**Set-AdfsRelyingPartyTrust -SignatureAlgorithm** and **Set-AdfsRelyingPartyTrust -SamlResponseSignature**',
    encryption: '**Set-AdfsRelyingPartyTrust -EncryptClaims**, and the encryption certificate of the trust',
    attributes: '**Edit Claim Issuance Policy**',
    assignment: 'the access control policy of the trust',
    logout: 'the endpoint of the trust for logout (SAML logout)',
  },
  keycloak: {
    name: 'Keycloak',
    app: '**Clients** > the client > **Settings**',
    acs: '**Advanced** > **Assertion Consumer Service POST Binding URL**, and **Valid redirect URIs**',
    audience: '**Client ID**',
    nameId: '**Name ID format**',
    signing: '**Signature algorithm**, **Sign documents** and **Sign assertions**',
    encryption: '**Keys** > **Encrypt assertions**, **Encryption Algorithm** and **Key transport algorithm**',
    attributes: '**Client scopes** > the dedicated scope > **Mappers**',
    assignment: 'the roles and flows of the realm, which say who may use the client',
    logout:
      '**Advanced** > **Logout Service Redirect Binding URL**, and **Settings** > **Front channel logout**',
    authnStatement: '**Settings** > **Include AuthnStatement**',
    freshness: '**Settings** > **Include AuthnStatement**',
    canonicalization: '**Settings** > **Canonicalization method** (EXCLUSIVE)',
  },
  generic: {
    name: 'the identity provider',
    app: 'the application that stands for this connection',
    acs: 'the assertion consumer service (ACS) URL',
    audience: 'the audience (service provider entity ID)',
    nameId: 'the NameID',
    signing: 'the signature algorithm and what is signed',
    encryption: 'the encryption of assertions',
    attributes: 'the attributes (claims)',
    assignment: 'the people who may use the application',
    logout: 'the single logout service URL',
  },
}

const openIdPlaces: Places<OpenIdFields> = {
  okta: {
    name: 'Okta',
    app: '**Applications** > the application > **General**',
    issuer: 'the address of the organization, without a path',
    credentials: '**Client Credentials** > **Client ID** and **Client secret**',
    redirectUri: '**General Settings** > **Sign-in redirect URIs**',
    tokens: 'the ID token, on the tab **Sign On**',
    nameId: 'the subject (sub) of the ID token',
    attributes: 'the scopes of the application, and the claims on its tab **Sign On**',
    assignment: '**Assignments**',
    person: 'the profile of the person',
    logout: '**General Settings** > **Sign-out redirect URIs**',
  },
  entra: {
    name: 'Entra ID',
    app: '**App registrations** > the application',
    issuer: '**App registrations** > the application > **Overview** > **Directory (tenant) ID**',
    credentials:
      '**Overview** > **Application (client) ID**, and **Certificates & secrets** > **Client secrets**',
    redirectUri: '**Authentication** > **Platform configurations** > **Web** > **Redirect URI**',
    tokens: '**Token configuration**',
    nameId: 'the object id (oid) and the tenant (tid) in the ID token',
    attributes: '**API permissions** and **Token configuration**',
    assignment: '**Enterprise apps** > the application > **Users and groups**',
    person: 'the profile of the person',
    logout: '**Authentication** > **Platform configurations** > **Web** > **Redirect URI**',
  },
  google: {
    name: 'Google',
    app: '**OAuth client ID** of the Google Cloud project',
    issuer: 'the issuer, which is https://accounts.google.com for everybody',
    credentials: '**OAuth client ID**, with its client secret',
    redirectUri: '**Authorized redirect URIs**',
    tokens: 'the ID token, which has no settings',
    nameId: 'the subject (sub) of the ID token',
    attributes: '**OAuth consent screen**, with its scopes',
    assignment: '**OAuth consent screen**, which is internal to one organization',
    person: 'the account of the person',
    logout: 'the client, which has no address for signing out',
  },
  onelogin: {
    name: 'OneLogin',
    app: '**Apps** > the application > **Configuration**',
    issuer: 'the issuer, on the tab **SSO**',
    credentials: '**SSO** > **Client ID** and **Client Secret**',
    redirectUri: '**Configuration** > **Redirect URI**',
    tokens: 'the ID token, on the tab **SSO**',
    nameId: 'the subject (sub) of the ID token',
    attributes: '**Parameters**',
    assignment: '**Access**',
    person: 'the profile of the person',
    logout: 'the field for the address after a logout',
  },
  jumpcloud: {
    name: 'JumpCloud',
    app: '**SSO Applications** > the application > **SSO**',
    issuer: 'the issuer of the OpenID Connect endpoints of JumpCloud',
    credentials: 'the client id and the client secret, shown when the application was activated',
    redirectUri: 'the field for redirect URIs',
    tokens: 'the ID token of the application',
    nameId: 'the subject (sub) of the ID token',
    attributes: 'the standard scopes and the mapping of user attributes',
    assignment: 'the user groups of the application',
    person: 'the profile of the person',
    logout: 'the application, as far as it has an address for signing out',
  },
  ping: {
    name: 'Ping',
    app: '**Applications** > the application > **Configuration**',
    issuer: 'the issuer, among the URLs of the application',
    credentials: '**Configuration** > **Client ID** and **Client Secret**',
    redirectUri: '**Configuration** > **Redirect URIs**',
    tokens: 'the ID token of the application',
    nameId: 'the attribute mapping of the subject (sub)',
    attributes: 'the attribute mappings and scopes of the application',
    assignment: 'the groups that may use the application',
    person: 'the profile of the person',
    logout: '**Configuration** > **Signoff URLs**',
  },
  adfs: {
    name: 'AD FS',
    app: '**Application Groups** > the group',
    issuer: 'the address of the federation service, with /adfs behind it',
    credentials: '**Client Identifier**, and the shared secret of the server application',
    redirectUri: '**Redirect URI**',
    tokens: 'the token-signing certificate of the federation service',
    nameId: 'the subject (sub) of the ID token',
    attributes: '**Issuance Transform Rules** of the web API',
    assignment: 'the access control policy of the web API',
    person: 'the account of the person in the directory',
    logout: 'the logout address of the server application',
  },
  keycloak: {
    name: 'Keycloak',
    app: '**Clients** > the client > **Settings**',
    issuer: '**OpenID Endpoint Configuration** of the realm',
    credentials: '**Settings** > **Client ID**, and **Credentials** > **Client Secret**',
    redirectUri: '**Settings** > **Valid redirect URIs**',
    tokens: '**Advanced** > **ID token signature algorithm**',
    nameId: 'the subject (sub) of the ID token',
    attributes: '**Client scopes** > the dedicated scope > **Mappers**',
    assignment: 'the roles and flows of the realm, which say who may use the client',
    person: '**Users** > the person > **Email verified**',
    logout: '**Settings** > **Backchannel logout URL** and **Valid post logout redirect URIs**',
  },
  generic: {
    name: 'the identity provider',
    app: 'the client that stands for this connection',
    issuer: 'the issuer of its discovery document',
    credentials: 'the client id and the client secret',
    redirectUri: 'the redirect URI',
    tokens: 'the signature algorithm of ID tokens',
    nameId: 'the subject (sub) of the ID token',
    attributes: 'the scopes and claims',
    assignment: 'the people who may use the client',
    person: 'the profile of the person',
    logout: 'the back-channel logout URI and the redirect URI after a logout',
  },
}

/** As they are written, with the labels in asterisks. */
export const vendorPlaces = { saml: samlPlaces, oidc: openIdPlaces }

const allPlaces: Readonly<Record<'saml' | 'oidc', Places<Readonly<Record<string, string>>>>> = {
  saml: mapValues(samlPlaces, (places) => ({
    authnStatement: places.app,
    canonicalization: places.signing,
    freshness: places.app,
    ...places,
  })),
  oidc: mapValues(openIdPlaces, (places) => ({ ...places })),
}

/** Each place by its code in the catalogue of sentences, as it stands inside a sentence. */
export function listPlaces(): readonly (readonly [code: string, text: string])[] {
  return Object.entries(allPlaces).flatMap(([protocol, vendors]) =>
    Object.entries(vendors).flatMap(([vendor, places]) =>
      Object.entries(places).map(
        ([field, text]) => [`place_${protocol}_${vendor}_${field}`, toPlace(text)] as const,
      ),
    ),
  )
}

// A place that the catalogue of sentences does not have yet does not compile here: `npm run contract` writes the English ones.
type SamlCodes = { readonly [Field in keyof Fields]: SentenceCode & `place_saml_${Vendor}_${Field}` }
type OpenIdCodes = {
  readonly [Field in keyof OpenIdFields]: SentenceCode & `place_oidc_${Vendor}_${Field}`
}
interface CommonCodes {
  readonly name: SamlCodes['name'] | OpenIdCodes['name']
  readonly nameId: SamlCodes['nameId'] | OpenIdCodes['nameId']
  readonly attributes: SamlCodes['attributes'] | OpenIdCodes['attributes']
  readonly assignment: SamlCodes['assignment'] | OpenIdCodes['assignment']
}

/** The codes of a vendor's places, for SAML: what sentences are filled in with. */
export function samlPlacesOf(vendor: Vendor): SamlCodes {
  const at = <Field extends keyof Fields>(field: Field) => `place_saml_${vendor}_${field}` as const
  return {
    name: at('name'),
    app: at('app'),
    nameId: at('nameId'),
    attributes: at('attributes'),
    assignment: at('assignment'),
    logout: at('logout'),
    acs: at('acs'),
    audience: at('audience'),
    signing: at('signing'),
    encryption: at('encryption'),
    authnStatement: at('authnStatement'),
    canonicalization: at('canonicalization'),
    freshness: at('freshness'),
  }
}

/** The same for OpenID Connect. */
export function openIdPlacesOf(vendor: Vendor): OpenIdCodes {
  const at = <Field extends keyof OpenIdFields>(field: Field) => `place_oidc_${vendor}_${field}` as const
  return {
    name: at('name'),
    app: at('app'),
    nameId: at('nameId'),
    attributes: at('attributes'),
    assignment: at('assignment'),
    logout: at('logout'),
    issuer: at('issuer'),
    credentials: at('credentials'),
    redirectUri: at('redirectUri'),
    tokens: at('tokens'),
    person: at('person'),
  }
}

/** What both protocols have, of the one that the connection speaks. */
export function commonPlacesOf(row: {
  readonly identity_provider: Vendor
  readonly protocol: Connection['protocol']
}): CommonCodes {
  const { name, nameId, attributes, assignment } =
    row.protocol === 'oidc' ? openIdPlacesOf(row.identity_provider) : samlPlacesOf(row.identity_provider)
  return { name, nameId, attributes, assignment }
}

function toPlace(text: string): string {
  return text.includes('**') ? `"${text.replaceAll('**', '')}"` : text
}

function mapValues<Key extends string, From, To>(
  values: Readonly<Record<Key, From>>,
  map: (value: From) => To,
): Record<Key, To> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, map(value as From)]),
  ) as Record<Key, To>
}
