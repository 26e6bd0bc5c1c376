// The words that stand in the consoles of identity providers, as far as we name them, each below the public page of its maker that shows
// it, and the day on which that page's text was read (a kept copy may have been older). A word that no such page shows is not here: it is
// described in general words where it is needed.
import type { Connection } from './schemas.ts'

/** A public page of a vendor that shows labels of its console, and the day on which it was read. */
export interface LabelSource {
  readonly title: string
  readonly url: string
  /** A day. */
  readonly lookedAt: string
  readonly labels: readonly string[]
}

const lookedAt = '2026-11-30'

const source = (title: string, url: string, labels: readonly string[]): LabelSource => ({
  title,
  url,
  lookedAt,
  labels,
})

const okta = 'https://help.okta.com/en-us/content/topics/apps'
const entra = 'https://learn.microsoft.com/en-us/entra'
const adfs = 'https://learn.microsoft.com/en-us/windows-server/identity/ad-fs'
const ping = 'https://docs.pingidentity.com/pingone'
const keycloak = 'https://github.com/keycloak/keycloak/blob/26.7.3'

/** By the vendor; in the generic one nothing is known by name. */
export const vendorLabels: Readonly<Record<Connection['identityProvider'], readonly LabelSource[]>> = {
  okta: [
    source('Application Integration Wizard SAML field reference', `${okta}/aiw-saml-reference.htm`, [
      'SAML Settings',
      'Single sign-on URL',
      'Use this for Recipient URL and Destination URL',
      'Audience URI (SP Entity ID)',
      'Name ID format',
      'Application username',
      'Show Advanced Settings',
      'Response',
      'Assertion Signature',
      'Signature Algorithm',
      'Digest Algorithm',
      'Assertion Encryption',
      'Encryption Algorithm',
      'Key Transport Algorithm',
      'Signature Certificate',
      'Enable Single Logout',
      'Single Logout URL',
      'SP Issuer',
      'Honor Force Authentication',
      'Attribute Statements (optional)',
      'Group Attribute Statements (optional)',
    ]),
    source('Create SAML app integrations', `${okta}/apps_app_integration_wizard_saml.htm`, [
      'Applications',
      'Create App Integration',
      'SAML 2.0',
      'Next',
      'Sign On',
      'SAML Signing Certificates',
    ]),
    source(
      'How to download Okta identity provider metadata and SAML signing certificates',
      'https://support.okta.com/help/s/article/how-to-download-okta-identity-provider-metadata-and-saml-signing-certificates',
      ['Actions', 'View IdP metadata'],
    ),
    source('Create OIDC app integrations', `${okta}/apps_app_integration_wizard_oidc.htm`, [
      'OIDC - OpenID Connect',
      'Web Application',
      'General',
      'General Settings',
      'Client Credentials',
      'Client ID',
      'Client secret',
      'Sign-in redirect URIs',
      'Sign-out redirect URIs',
      'Assignments',
    ]),
    source('Add SCIM provisioning to app integrations', `${okta}/apps_app_integration_wizard_scim.htm`, [
      'Provisioning',
      'SCIM',
      'Integration',
      'Edit',
      'Save',
      'SCIM connector base URL',
      'Supported provisioning actions',
      'Push New Users',
      'Push Profile Updates',
      'Push Groups',
      'Authentication Mode',
      'HTTP Header',
      'To App',
    ]),
    source(
      'Connect your SCIM API service to Okta',
      'https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/',
      ['Create Users', 'Update User Attributes', 'Deactivate Users', 'Sync Password'],
    ),
  ],
  entra: [
    source(
      'Enable single sign-on for an enterprise application',
      `${entra}/identity/enterprise-apps/add-application-portal-setup-sso`,
      [
        'Single sign-on',
        'SAML',
        'Basic SAML Configuration',
        'Identifier (Entity ID)',
        'Reply URL (Assertion Consumer Service URL)',
        'SAML Certificates',
      ],
    ),
    source('Configure Vibe HCM for single sign-on', `${entra}/identity/saas-apps/vibehcm-tutorial`, [
      'Enterprise apps',
      'New application',
      'App Federation Metadata Url',
    ]),
    source('Customize SAML token claims', `${entra}/identity-platform/saml-claims-customization`, [
      'Attributes & Claims',
      'Name identifier value',
    ]),
    source(
      'Advanced certificate signing options in a SAML token',
      `${entra}/identity/enterprise-apps/certificate-signing-options`,
      ['SAML Signing Certificate', 'Signing Option', 'Signing Algorithm', 'Sign SAML response and assertion'],
    ),
    source(
      'Configure Microsoft Entra SAML token encryption',
      `${entra}/identity/enterprise-apps/howto-saml-token-encryption`,
      ['Token encryption', 'Import Certificate', 'Activate token encryption'],
    ),
    source(
      'Manage users and groups assignment to an application',
      `${entra}/identity/enterprise-apps/assign-user-or-group-access-portal`,
      ['Users and groups'],
    ),
    source(
      'How the Microsoft identity platform uses the SAML protocol',
      `${entra}/identity-platform/saml-protocol-reference`,
      ['Logout URL'],
    ),
    source(
      'Register an application in a Microsoft Entra tenant',
      `${entra}/identity-platform/quickstart-register-app`,
      [
        'App registrations',
        'New registration',
        'Overview',
        'Application (client) ID',
        'Authentication',
        'Platform configurations',
        'Web',
        'Redirect URI',
        'Certificates & secrets',
        'Client secrets',
        'API permissions',
      ],
    ),
    source(
      'Create a Microsoft Entra application and service principal',
      `${entra}/identity-platform/howto-create-service-principal-portal`,
      ['Directory (tenant) ID'],
    ),
    source('Configure optional claims', `${entra}/identity-platform/optional-claims`, [
      'Token configuration',
      'Add optional claim',
      'Add groups claim',
    ]),
    source(
      'Configure Genesys Cloud for automatic user provisioning',
      `${entra}/identity/saas-apps/purecloud-by-genesys-provisioning-tutorial`,
      [
        'Provisioning',
        'New configuration',
        'Admin Credentials',
        'Tenant URL',
        'Secret Token',
        'Test Connection',
        'Create',
        'Attribute Mapping',
        'Start Provisioning',
      ],
    ),
  ],
  google: [
    source('Set up your own custom SAML app', 'https://support.google.com/a/answer/6087519', [
      'Apps',
      'Web and mobile apps',
      'Add App',
      'Add custom SAML app',
      'Continue',
      'Google Identity Provider details',
      'Service Provider Details',
      'ACS URL',
      'Entity ID',
    ]),
    source(
      'Credential setup of the Datashare toolkit',
      'https://github.com/GoogleCloudPlatform/datashare-toolkit/blob/main/CREDENTIAL_SETUP.md',
      ['OAuth consent screen', 'OAuth client ID', 'Web application', 'Authorized redirect URIs'],
    ),
  ],
  onelogin: [
    source(
      'Connect an OIDC enabled app',
      'https://developers.onelogin.com/openid-connect/connect-to-onelogin',
      [
        'Apps',
        'Add App',
        'OpenId Connect (OIDC)',
        'Configuration',
        'Redirect URI',
        'SSO',
        'Client ID',
        'Client Secret',
        'Save',
      ],
    ),
    source(
      'Configuring SAML',
      'https://onelogin.service-now.com/kb_view_customer.do?sysparm_article=KB0010780',
      ['Parameters', 'Access'],
    ),
    source(
      'Configuring SAML for ServiceNow',
      'https://onelogin.service-now.com/kb?id=kb_article_view&sys_kb_id=de999903db109700d5505eea4b96195f',
      ['Issuer URL'],
    ),
    source('A SCIM API in Node.js', 'https://github.com/onelogin/onelogin-scim-node', ['SCIM Base URL']),
    source('Test your SCIM implementation', 'https://developers.onelogin.com/scim/test-your-scim', [
      'Provisioning',
      'Enable provisioning',
      'Require admin approval before this action',
      'When users are deleted in OneLogin',
      'Suspend',
      'Delete',
    ]),
  ],
  jumpcloud: [
    source(
      'SSO application connector fields',
      'https://jumpcloud.com/support/sso-application-connector-fields',
      [
        'SSO',
        'SP Entity ID',
        'ACS URLs',
        'SP Certificate',
        'SAMLSubject NameID',
        'Export Metadata',
        'Copy Metadata URL',
        'Upload Metadata',
      ],
    ),
    source(
      'SSO using custom SAML application connectors',
      'https://jumpcloud.com/support/sso-using-custom-saml-application-connectors',
      ['SSO Applications', 'Add New Application', 'Custom Application', 'Manage Single Sign-On (SSO)'],
    ),
    source('SSO with OIDC', 'https://jumpcloud.com/support/sso-with-oidc', [
      'Configure SSO with OIDC',
      'Configure Application',
      'Display Label',
      'Grant Types',
    ]),
    source(
      'Identity management using a custom SCIM integration',
      'https://jumpcloud.com/support/provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration',
      ['Identity Management'],
    ),
  ],
  ping: [
    source('Editing an application - SAML', `${ping}/applications/p1_edit_application_saml.html`, [
      'Applications',
      'Overview',
      'Configuration',
      'ACS URLs',
      'Signing key',
      'Encryption',
    ]),
    source('Editing an application - OIDC', `${ping}/applications/p1_edit_application_oidc.html`, [
      'Client ID',
      'Client Secret',
      'Response Type',
      'Grant Type',
      'PKCE Enforcement',
    ]),
    source(
      'Editing an application - Worker',
      'https://docs.pingidentity.com/r/en-us/pingone/pingone_edit_application_worker',
      ['Redirect URIs', 'Signoff URLs', 'Token Endpoint Authentication Method'],
    ),
    source(
      'Creating a SCIM connection',
      'https://docs.pingidentity.com/r/en-us/pingone/p1_create_scim_connection',
      [
        'Integrations',
        'Provisioning',
        'Identity Store',
        'SCIM Outbound',
        'OAuth 2 Bearer Token',
        'OAuth Access Token',
      ],
    ),
    source(
      'Create a provisioning connection',
      `${ping}/pingone_tutorials/p1_tutorial_create_provisioning_connection.html`,
      [
        'New Connection',
        'SCIM Base URL',
        'SCIM Version',
        'Users Resource',
        'Groups Resource',
        'Authentication Method',
        'Test connection',
      ],
    ),
  ],
  adfs: [
    source('Create a relying party trust', `${adfs}/operations/create-a-relying-party-trust`, [
      'AD FS Management',
      'Add Relying Party Trust',
      'Claims aware',
      'Import data about the relying party published online or on a local network',
      'Federation metadata address (host name or URL)',
      'Choose Access Control Policy',
    ]),
    source(
      'Create a rule to send LDAP attributes as claims',
      `${adfs}/operations/create-a-rule-to-send-ldap-attributes-as-claims`,
      [
        'Relying Party Trusts',
        'Edit Claim Issuance Policy',
        'Issuance Transform Rules',
        'Add Rule',
        'Send LDAP Attributes as Claims',
      ],
    ),
    source(
      'Create a rule to transform an incoming claim',
      `${adfs}/operations/create-a-rule-to-transform-an-incoming-claim`,
      ['Transform an Incoming Claim', 'Incoming claim type', 'Outgoing claim type'],
    ),
    source(
      'Set-AdfsRelyingPartyTrust',
      'https://learn.microsoft.com/en-us/powershell/module/adfs/set-adfsrelyingpartytrust',
      [
        'Set-AdfsRelyingPartyTrust -SignatureAlgorithm',
        'Set-AdfsRelyingPartyTrust -SamlResponseSignature',
        'Set-AdfsRelyingPartyTrust -EncryptClaims',
      ],
    ),
    source(
      'Build a web application using OpenID Connect with AD FS',
      `${adfs}/development/enabling-openid-connect-with-ad-fs`,
      ['Application Groups', 'Add Application Group', 'Client Identifier', 'Redirect URI'],
    ),
  ],
  keycloak: [
    source(
      'Messages of the admin console, Keycloak 26.7.3',
      `${keycloak}/js/apps/admin-ui/maven-resources/theme/keycloak.v2/admin/messages/messages_en.properties`,
      [
        'Clients',
        'Create client',
        'Import client',
        'Client type',
        'Settings',
        'Keys',
        'Advanced',
        'Credentials',
        'Client scopes',
        'Save',
        'Configure a new mapper',
        'Add mapper',
        'By configuration',
        'Property',
        'Mappers',
        'Users',
        'Client ID',
        'Client Secret',
        'Client authentication',
        'Valid redirect URIs',
        'Valid post logout redirect URIs',
        'Backchannel logout URL',
        'Backchannel logout session required',
        'ID token signature algorithm',
        'User info signed response algorithm',
        'OpenID Endpoint Configuration',
        'Email verified',
        'Master SAML Processing URL',
        'Fine Grain SAML Endpoint Configuration',
        'Assertion Consumer Service POST Binding URL',
        'Logout Service POST Binding URL',
        'Logout Service Redirect Binding URL',
        'Logout Service SOAP Binding URL',
        'Front channel logout',
        'Name ID format',
        'Include AuthnStatement',
        'Signature algorithm',
        'Sign documents',
        'Sign assertions',
        'Canonicalization method',
        'Client signature required',
        'Encrypt assertions',
        'Encryption Algorithm',
        'Key transport algorithm',
      ],
    ),
    source(
      'Mapper of groups for SAML, Keycloak 26.7.3',
      `${keycloak}/services/src/main/java/org/keycloak/protocol/saml/mappers/GroupMembershipMapper.java`,
      ['Group list', 'Group attribute name', 'Full group path'],
    ),
    source(
      'Mapper of user properties for SAML, Keycloak 26.7.3',
      `${keycloak}/services/src/main/java/org/keycloak/protocol/saml/mappers/UserPropertyAttributeStatementMapper.java`,
      ['User Property'],
    ),
    source(
      'Mapper of groups for OpenID Connect, Keycloak 26.7.3',
      `${keycloak}/services/src/main/java/org/keycloak/protocol/oidc/mappers/GroupMembershipMapper.java`,
      ['Group Membership'],
    ),
  ],
  generic: [],
}

/** Words in asterisks of a text are a vendor's labels: `**Applications** > the application > **General**`. */
export function listLabels(text: string): string[] {
  return [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label = '']) => label)
}
