// How each identity provider is made to sign people in here: where our values go, what to send, where its metadata is.
import type { Guide, GuideStep, Provider } from './guide.ts'

const test: GuideStep = {
  text: 'Come back to this page and press **Test sign-in**. When every check is ticked, enable the connection.',
}
const attributes = (rows: readonly (readonly [string, string])[]): GuideStep => ({
  text: 'Send these attributes. Others are ignored, and the attribute mapping can read other names.',
  table: { head: ['Attribute', 'Value'], rows },
})

export const ssoGuides: Readonly<Record<Provider, Guide>> = {
  okta: {
    provider: 'okta',
    name: 'Okta',
    kind: 'sso',
    where: '**Applications** > **Applications** > **Create App Integration** > **SAML 2.0**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          { text: 'Give it the name of the product and press **Next**.' },
          {
            text: 'Under **SAML Settings** paste these values. Leave **Use this for Recipient URL and Destination URL** ticked.',
            values: [
              { label: 'Single sign-on URL', value: 'acsUrl' },
              { label: 'Audience URI (SP Entity ID)', value: 'entityId' },
            ],
          },
          {
            text: 'Set **Name ID format** to **Persistent** or **EmailAddress**, and **Application username** to **Email**.',
          },
          attributes([
            ['id', '`user.id`'],
            ['email', '`user.email`'],
            ['firstName', '`user.firstName`'],
            ['lastName', '`user.lastName`'],
            ['groups', 'Group attribute statement, filter **Matches regex** `.*` (optional)'],
          ]),
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          { text: 'On the **Sign On** tab copy the **Metadata URL** and paste it below.' },
          { text: 'On the **Assignments** tab assign yourself and whoever may sign in.' },
          test,
        ],
      },
    ],
    notes: [
      'Okta signs the response and the assertion; both are checked. If you turn on assertion encryption, allow AES-CBC in the options.',
    ],
  },
  entra: {
    provider: 'entra',
    name: 'Microsoft Entra ID',
    kind: 'sso',
    where:
      '**Enterprise applications** > **New application** > **Create your own application** > **Single sign-on** > **SAML**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          { text: 'Choose **Integrate any other application you don’t find in the gallery (Non-gallery)**.' },
          {
            text: 'Under **Basic SAML Configuration** paste these values and save.',
            values: [
              { label: 'Identifier (Entity ID)', value: 'entityId' },
              { label: 'Reply URL (Assertion Consumer Service URL)', value: 'acsUrl' },
            ],
          },
          {
            text: 'Leave **Attributes & Claims** as they are: e-mail address, names and `objectidentifier` are sent by default. For roles by group, add a group claim.',
          },
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'Under **SAML Certificates** copy the **App Federation Metadata Url** and paste it below.',
          },
          { text: 'Under **Users and groups** assign yourself and whoever may sign in.' },
          test,
        ],
      },
    ],
    notes: [
      'Recognise people by `http://schemas.microsoft.com/identity/claims/objectidentifier`: e-mail addresses in Entra ID can be edited.',
      'Groups arrive as object ids. With more than 150 groups Entra ID leaves the claim out: then let SCIM push the groups.',
    ],
  },
  google: {
    provider: 'google',
    name: 'Google Workspace',
    kind: 'sso',
    where: '**Apps** > **Web and mobile apps** > **Add app** > **Add custom SAML app**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'Give it a name. On the next page press **Download metadata**: you paste the content of that file below, as XML.',
          },
          {
            text: 'Paste these values.',
            values: [
              { label: 'ACS URL', value: 'acsUrl' },
              { label: 'Entity ID', value: 'entityId' },
            ],
          },
          {
            text: 'Set **Name ID format** to **EMAIL** and **Name ID** to **Basic Information > Primary email**.',
          },
          attributes([
            ['email', 'Primary email'],
            ['firstName', 'First name'],
            ['lastName', 'Last name'],
          ]),
        ],
      },
      {
        title: 'Turn it on',
        steps: [
          {
            text: 'Under **User access** turn the application **ON** for everyone, or for the units that may sign in.',
          },
          test,
        ],
      },
    ],
    notes: ['Google has no public metadata URL: when its certificate changes, paste the new XML here.'],
  },
  onelogin: {
    provider: 'onelogin',
    name: 'OneLogin',
    kind: 'sso',
    where: '**Applications** > **Add App** > **SAML Custom Connector (Advanced)**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'On the **Configuration** tab paste these values.',
            values: [
              { label: 'Audience (EntityID)', value: 'entityId' },
              { label: 'ACS (Consumer) URL', value: 'acsUrl' },
              { label: 'ACS (Consumer) URL Validator', value: 'acsUrl' },
            ],
          },
          {
            text: 'The validator is a regular expression: put `^` before the address, `$` behind it, and a backslash before each dot.',
          },
          { text: 'Set **SAML initiator** to **Service Provider** and **SAML nameID format** to **Email**.' },
          attributes([
            ['id', 'UUID, **Include in SAML assertion** ticked'],
            ['email', 'Email, ticked'],
            ['firstName', 'First Name, ticked'],
            ['lastName', 'Last Name, ticked'],
          ]),
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'On the **SSO** tab set **SAML Signature Algorithm** to **SHA-256** and copy the **Issuer URL**: it is the metadata URL.',
          },
          { text: 'Give the application to your users or roles.' },
          test,
        ],
      },
    ],
    notes: ['Older certificates sign with SHA-1, which is refused.'],
  },
  jumpcloud: {
    provider: 'jumpcloud',
    name: 'JumpCloud',
    kind: 'sso',
    where:
      '**Access** > **SSO Applications** > **Add New Application** > **Custom Application** > **SSO with SAML**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'On the **SSO** tab paste these values. **IdP Entity ID** is a name of your choice, such as your domain.',
            values: [
              { label: 'SP Entity ID', value: 'entityId' },
              { label: 'ACS URLs', value: 'acsUrl' },
            ],
          },
          {
            text: 'Set **SAMLSubject NameID** to **email**, tick **Sign Assertion** and **Declare Redirect Endpoint**.',
          },
          attributes([
            ['email', 'email'],
            ['firstName', 'firstname'],
            ['lastName', 'lastname'],
          ]),
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          { text: 'Press **Activate**, then **Export Metadata**, and paste the XML below.' },
          { text: 'On the **User Groups** tab choose who may sign in.' },
          test,
        ],
      },
    ],
    notes: [],
  },
  ping: {
    provider: 'ping',
    name: 'PingOne',
    kind: 'sso',
    where: '**Applications** > **Applications** > **+** > **SAML Application**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'Choose **Manually enter** and paste these values.',
            values: [
              { label: 'ACS URLs', value: 'acsUrl' },
              { label: 'Entity ID', value: 'entityId' },
            ],
          },
          attributes([
            ['saml_subject', 'User ID'],
            ['id', 'User ID'],
            ['email', 'Email Address'],
            ['firstName', 'Given Name'],
            ['lastName', 'Family Name'],
          ]),
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'On the **Configuration** tab copy the **IDP Metadata URL**, or press **Download Metadata**.',
          },
          {
            text: 'Turn the application on with the switch at its top, and give it to groups under **Access**.',
          },
          test,
        ],
      },
    ],
    notes: [
      'If assertions are encrypted, sign the response too (Sign Assertion & Response) and allow AES-CBC in the options.',
    ],
  },
  adfs: {
    provider: 'adfs',
    name: 'AD FS',
    kind: 'sso',
    where: '**AD FS Management** > **Add Relying Party Trust** > **Claims aware**',
    sections: [
      {
        title: 'Create the trust',
        steps: [
          {
            text: 'Choose **Import data about the relying party published online** and paste our metadata address.',
            values: [{ label: 'Federation metadata address', value: 'spMetadataUrl' }],
          },
          {
            text: 'Under **Edit Claim Issuance Policy** add **Send LDAP Attributes as Claims**: E-Mail-Addresses as E-Mail Address, Given-Name as Given Name, Surname as Surname.',
          },
          {
            text: 'Add **Transform an Incoming Claim**: from E-Mail Address to Name ID, format **Email**. Without it AD FS answers `InvalidNameIDPolicy`.',
          },
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'Its metadata is at `https://<your federation server>/FederationMetadata/2007-06/FederationMetadata.xml`. Paste the address, or the XML where the server is not reachable from outside.',
          },
          test,
        ],
      },
    ],
    notes: [
      'AD FS signs the assertion. To sign the response as well: `Set-ADFSRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion`.',
      'It encrypts when it knows our certificate: sign the response as well, as above, and allow AES-CBC in the options.',
    ],
  },
  keycloak: {
    provider: 'keycloak',
    name: 'Keycloak',
    kind: 'sso',
    where: '**Clients** > **Create client** > type **SAML**',
    sections: [
      {
        title: 'Create the client',
        steps: [
          {
            text: 'Paste these values.',
            values: [
              { label: 'Client ID', value: 'entityId' },
              { label: 'Valid redirect URIs', value: 'acsUrl' },
            ],
          },
          { text: 'Leave **Master SAML Processing URL** empty: sign-outs would be posted there as well.' },
          {
            text: 'On the **Advanced** tab, under **Fine Grain SAML Endpoint Configuration**, paste these.',
            values: [
              { label: 'Assertion Consumer Service POST Binding URL', value: 'acsUrl' },
              { label: 'Logout Service POST Binding URL', value: 'sloUrl' },
              { label: 'Logout Service Redirect Binding URL', value: 'sloUrl' },
              { label: 'Logout Service SOAP Binding URL', value: 'sloSoapUrl' },
            ],
          },
          {
            text: 'Leave **Front channel logout** on: a person’s sign-out in Keycloak arrives here by their browser. An administrator’s arrives by SOAP, which Keycloak brings itself.',
          },
          {
            text: 'On the **Keys** tab turn **Client signature required** off, or turn on **Sign our requests** here and import our certificate.',
          },
          { text: 'Leave **Sign documents** on and turn **Sign assertions** on.' },
          {
            text: 'Leave **Encrypt assertions** off on the **Keys** tab, or on, as it is in a client that was imported from our metadata: what Keycloak chooses by itself there (AES-GCM, RSA-OAEP) is read. AES-CBC is read where the connection allows it, RSA 1.5 never.',
          },
          attributes([
            ['id', 'User Property `id`'],
            ['email', 'User Property `email`'],
            ['firstName', 'User Property `firstName`'],
            ['lastName', 'User Property `lastName`'],
            ['groups', 'Group list (optional), **Full group path** off: rules compare names exactly'],
          ]),
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'Paste the metadata URL of your realm: `https://<your server>/realms/<realm>/protocol/saml/descriptor`.',
          },
          test,
        ],
      },
    ],
    notes: [],
  },
  generic: {
    provider: 'generic',
    name: 'Another identity provider',
    kind: 'sso',
    where: 'wherever your identity provider adds a SAML 2.0 application',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'Paste these values, or our metadata where it can be read.',
            values: [
              { label: 'ACS URL, recipient, destination', value: 'acsUrl' },
              { label: 'Entity ID, audience', value: 'entityId' },
              { label: 'Metadata', value: 'spMetadataUrl' },
            ],
          },
          {
            text: 'Sign the assertion or the response, with RSA-SHA256 or better. NameID: persistent is best, an e-mail address is accepted.',
          },
          attributes([
            ['id', 'an id that never changes'],
            ['email', 'e-mail address'],
            ['firstName', 'given name'],
            ['lastName', 'family name'],
            ['groups', 'names of groups (optional)'],
          ]),
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [{ text: 'As a URL, as XML, or by hand: entity ID, sign-in address, certificate.' }, test],
      },
    ],
    notes: [
      'Where requests come from the identity provider (a click on a tile), a sign-in of ours begins: nothing needs to be set for it.',
    ],
  },
}
