// How each vendor's console calls what a refusal asks for. Where it is not known what a field is called, it is described.
import type { Connection } from '@rollcall/api'

export type Vendor = Connection['identityProvider']

export interface Fields {
  /** Inside a sentence. */
  readonly name: string
  /** Where the settings of the one application are. */
  readonly app: string
  readonly acs: string
  readonly audience: string
  /** How to send a stable, non-empty NameID. */
  readonly nameId: string
  /** How to choose signature algorithms. */
  readonly signing: string
  /** How assertions are encrypted, and with which algorithms. */
  readonly encryption: string
  /** What is sent of a person. */
  readonly attributes: string
  /** What ends a session elsewhere. */
  readonly logout: string
}

export const vendorFields: Readonly<Record<Vendor, Fields>> = {
  okta: {
    name: 'Okta',
    app: 'Applications > the application > General > SAML Settings',
    acs: 'Single sign on URL',
    audience: 'Audience URI (SP Entity ID)',
    nameId: 'Name ID format and Application username',
    signing: 'Show Advanced Settings > Signature Algorithm and Digest Algorithm',
    encryption: 'Show Advanced Settings > Assertion Encryption and Encryption Algorithm',
    attributes: 'Attribute Statements',
    logout: 'Show Advanced Settings > Enable Single Logout, Single Logout URL',
  },
  entra: {
    name: 'Entra ID',
    app: 'Enterprise applications > the application > Single sign-on',
    acs: 'Reply URL (Assertion Consumer Service URL)',
    audience: 'Identifier (Entity ID)',
    nameId: 'Attributes & Claims > Unique User Identifier (Name ID)',
    signing: 'SAML Signing Certificate > Signing Option and Signing Algorithm',
    encryption: 'Security > Token encryption',
    attributes: 'Attributes & Claims',
    logout: 'Basic SAML Configuration > Logout Url',
  },
  google: {
    name: 'Google Workspace',
    app: 'Apps > Web and mobile apps > the app > Service provider details',
    acs: 'ACS URL',
    audience: 'Entity ID',
    nameId: 'Service provider details > Name ID',
    signing: 'Service provider details > Signed response',
    encryption: 'Service provider details, which have no encryption',
    attributes: 'SAML attribute mapping',
    logout: 'Service provider details, which have no single logout',
  },
  onelogin: {
    name: 'OneLogin',
    app: 'Applications > the application > Configuration',
    acs: 'ACS (Consumer) URL and its Validator',
    audience: 'Audience (EntityID)',
    nameId: 'Configuration > SAML nameID format',
    signing: 'SSO > SAML Signature Algorithm (SHA-256)',
    encryption: 'Configuration > Encrypt assertion and SAML encryption method',
    attributes: 'Parameters',
    logout: 'Configuration > Single Logout URL',
  },
  jumpcloud: {
    name: 'JumpCloud',
    app: 'SSO Applications > the application > SSO',
    acs: 'ACS URLs',
    audience: 'SP Entity ID',
    nameId: 'SAMLSubject NameID',
    signing: 'Sign (Assertion or Response) and Signature Algorithm',
    encryption: 'SSO, the encryption of assertions',
    attributes: 'Attributes > User Attribute Mapping',
    logout: 'SSO, the logout URL',
  },
  ping: {
    name: 'Ping',
    app: 'Applications > the application > Configuration',
    acs: 'ACS URLs',
    audience: 'Entity ID',
    nameId: 'Attribute Mappings > saml_subject',
    signing: 'Signing Algorithm',
    encryption: 'Enable Encryption and its algorithm',
    attributes: 'Attribute Mappings',
    logout: 'SLO Endpoint, SLO Response Endpoint and SLO Binding',
  },
  adfs: {
    name: 'AD FS',
    app: 'Relying Party Trusts > the trust > Properties',
    acs: 'Endpoints > SAML Assertion Consumer',
    audience: 'Identifiers > Relying party identifiers',
    nameId: 'Claim Issuance Policy > a rule that gives the Name ID',
    signing: 'Advanced > Secure hash algorithm, and Set-AdfsRelyingPartyTrust -SamlResponseSignature',
    encryption: 'Encryption > Encryption certificate, and Set-AdfsRelyingPartyTrust -EncryptClaims',
    attributes: 'Claim Issuance Policy',
    logout: 'Endpoints > SAML Logout',
  },
  keycloak: {
    name: 'Keycloak',
    app: 'Clients > the client > Settings',
    acs: 'Advanced > Assertion Consumer Service POST Binding URL, and Valid redirect URIs',
    audience: 'Client ID',
    nameId: 'Name ID format',
    signing: 'Signature algorithm, Sign documents and Sign assertions',
    encryption: 'Keys > Encrypt assertions, and its encryption and key transport algorithms',
    attributes: 'Client scopes > the dedicated scope > Mappers',
    logout: 'Advanced > Logout Service Redirect Binding URL, and Settings > Front channel logout',
  },
  generic: {
    name: 'the identity provider',
    app: 'the application that stands for this connection',
    acs: 'assertion consumer service (ACS) URL',
    audience: 'audience (service provider entity ID)',
    nameId: 'NameID',
    signing: 'signature algorithm',
    encryption: 'encryption of assertions',
    attributes: 'attributes (claims)',
    logout: 'single logout service URL',
  },
}

/** Sentences begin with a capital letter, also where a name that is not one stands first. */
export function toSentences(text: string): string {
  return text.replace(
    /(^|[.?!] )(the identity provider)/g,
    (_, before: string) => `${before}The identity provider`,
  )
}
