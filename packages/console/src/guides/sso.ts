// How each identity provider is made to sign people in here by SAML, and out: where our values go, what to send, where its metadata is.
import { asTheProduct, type Guide, type GuideSection, type GuideStep, ours, type Provider } from './guide.ts'

const test: GuideStep = {
  text: `Come back to this page and press ${ours.test}. When every check is ticked, enable the connection.`,
}
const attributes = (rows: readonly (readonly [string, string])[]): GuideStep => ({
  text: 'Send these attributes. Others are ignored, and the attribute mapping can read other names.',
  table: { head: ['Attribute', 'Value'], rows },
})

const later: GuideStep = {
  text: 'A sign-out here goes on to the identity provider once its metadata names a logout address. Where you set this up later, bring its metadata back once more.',
}
const signingOut = (...steps: readonly GuideStep[]): GuideSection => ({ title: 'Signing out', steps })
/** What our side does in any case. */
const here =
  'Whoever signs out here is signed out here, whatever the identity provider answers. Our logout messages are signed with RSA-SHA256; one that comes unsigned ends nothing, and activity says so.'

/** How SAML 2.0 is set up at each identity provider. */
export const ssoGuides: Readonly<Record<Provider, Guide>> = {
  okta: {
    provider: 'okta',
    name: 'Okta',
    kind: 'sso',
    where: '**Applications** > **Create App Integration** > **SAML 2.0**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          { text: `Name it ${asTheProduct} and press **Next**.` },
          {
            text: 'Under **SAML Settings** paste these values. Leave **Use this for Recipient URL and Destination URL** ticked.',
            values: [
              { label: 'Single sign-on URL', value: 'acsUrl' },
              { label: 'Audience URI (SP Entity ID)', value: 'entityId' },
            ],
          },
          {
            text: 'Set **Name ID format** to a persistent one or to that of e-mail addresses, and **Application username** to the e-mail address.',
          },
          {
            text: 'Under **Attribute Statements (optional)** send these. Others are ignored, and the attribute mapping can read other names.',
            table: {
              head: ['Attribute', 'Value'],
              rows: [
                ['id', '`user.id`'],
                ['email', '`user.email`'],
                ['firstName', '`user.firstName`'],
                ['lastName', '`user.lastName`'],
                [
                  'groups',
                  'under **Group Attribute Statements (optional)**, with a filter that matches the groups to send (optional)',
                ],
              ],
            },
          },
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'On the tab **Sign On**, under **SAML Signing Certificates**, open **Actions** > **View IdP metadata** beside the active certificate. Paste the address of that page below.',
          },
          { text: 'On the tab **Assignments** assign yourself and whoever may sign in.' },
          test,
        ],
      },
      signingOut(
        {
          text: `Okta takes signed sign-outs of an application. On the tab **General**, under **SAML Settings**, press **Edit** and go on to **Show Advanced Settings**. There upload our certificate (${ours.certificates} on this page) as **Signature Certificate**, tick **Enable Single Logout**, and paste these.`,
          values: [
            { label: 'Single Logout URL', value: 'sloUrl' },
            { label: 'SP Issuer', value: 'entityId' },
          ],
        },
        {
          text: 'A sign-out in Okta itself arrives here only where Okta was told to send it to the application: its API calls that `participateSlo`, and the address is the same.',
        },
        later,
      ),
    ],
    notes: [
      `Okta signs the response and the assertion; both are checked. If you turn on **Assertion Encryption**, turn on ${ours.allowAesCbc} in the options.`,
      'Set **Honor Force Authentication** to yes where applications ask for a fresh sign-in.',
      here,
    ],
  },
  entra: {
    provider: 'entra',
    name: 'Microsoft Entra ID',
    kind: 'sso',
    where: '**Enterprise apps** > **New application**, then **Single sign-on** > **SAML**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          { text: 'Create an application of your own that is not in the gallery.' },
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
      signingOut(
        {
          text: 'Entra ID sends and takes single logout by HTTP-Redirect alone. Under **App registrations** > the application > **Authentication** paste this.',
          values: [{ label: 'Logout URL', value: 'sloUrl' }],
        },
        {
          text: 'Nothing else is needed: its metadata names its own logout address, and no certificate of ours is asked for.',
        },
      ),
    ],
    notes: [
      'Recognise people by `http://schemas.microsoft.com/identity/claims/objectidentifier`, before the first of them signs in (`options.stableIdAttribute` in the API): e-mail addresses in Entra ID can be edited.',
      'Groups arrive as object ids. With more than 150 groups Entra ID leaves the claim out: then let SCIM push the groups.',
      `If you turn on **Token encryption**, set **Signing Option** to **Sign SAML response and assertion** and turn on ${ours.allowAesCbc} in the options.`,
      here,
    ],
  },
  google: {
    provider: 'google',
    name: 'Google Workspace',
    kind: 'sso',
    where: '**Apps** > **Web and mobile apps** > **Add App** > **Add custom SAML app**',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'Give it a name and press **Continue**. Under **Google Identity Provider details** download the metadata: you paste the content of that file below, as XML.',
          },
          {
            text: 'Under **Service Provider Details** paste these values.',
            values: [
              { label: 'ACS URL', value: 'acsUrl' },
              { label: 'Entity ID', value: 'entityId' },
            ],
          },
          { text: 'Let the Name ID be the primary e-mail address, in the format of e-mail addresses.' },
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
          { text: 'Turn the app on for everyone, or for the units that may sign in: it is off at first.' },
          test,
        ],
      },
      signingOut({
        text: 'Google Workspace has no single logout for applications: **Service Provider Details** has no field for it. A sign-out here ends the session here, and a sign-out at Google does not arrive.',
      }),
    ],
    notes: [
      'Google has no public metadata URL: when its certificate changes, paste the new XML here.',
      'Whoever shares a computer signs out at Google as well: its session stays, and the next sign-in here goes straight through it.',
    ],
  },
  onelogin: {
    provider: 'onelogin',
    name: 'OneLogin',
    kind: 'sso',
    where: '**Apps** > **Add App**, then the advanced custom connector for SAML',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'On the tab **Configuration** paste these values.',
            values: [
              { label: 'the field for the audience (entity ID)', value: 'entityId' },
              { label: 'the field for the ACS (consumer) URL', value: 'acsUrl' },
              { label: 'the field for the validator of the ACS URL', value: 'acsUrl' },
            ],
          },
          {
            text: 'The validator is a regular expression: put `^` before the address, `$` behind it, and a backslash before each dot.',
          },
          {
            text: 'Let the service provider be the one that initiates, and let the NameID have the format of e-mail addresses.',
          },
          {
            text: 'On the tab **Parameters** send these, each included in the assertion. Others are ignored, and the attribute mapping can read other names.',
            table: {
              head: ['Attribute', 'Value'],
              rows: [
                ['id', 'UUID'],
                ['email', 'Email'],
                ['firstName', 'First Name'],
                ['lastName', 'Last Name'],
              ],
            },
          },
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          {
            text: 'On the tab **SSO** choose SHA-256 as the signature algorithm and copy the **Issuer URL**: it is the metadata URL.',
          },
          { text: 'On the tab **Access** give the application to roles.' },
          test,
        ],
      },
      signingOut(
        {
          text: 'On the tab **Configuration** paste this, and let OneLogin sign what it sends about logout.',
          values: [{ label: 'the field for the single logout URL', value: 'sloUrl' }],
        },
        later,
      ),
    ],
    notes: [
      'Older certificates sign with SHA-1, which is refused.',
      `If you turn on the encryption of assertions, let OneLogin sign the response as well, and turn on ${ours.allowAesCbc} in the options.`,
      here,
    ],
  },
  jumpcloud: {
    provider: 'jumpcloud',
    name: 'JumpCloud',
    kind: 'sso',
    where:
      '**SSO Applications** > **Add New Application** > **Custom Application** > **Manage Single Sign-On (SSO)**, with SAML',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'On the tab **SSO** paste these values, or give our metadata to **Upload Metadata**. The entity ID of JumpCloud’s own side is a name of your choice, such as your domain.',
            values: [
              { label: 'SP Entity ID', value: 'entityId' },
              { label: 'ACS URLs', value: 'acsUrl' },
            ],
          },
          {
            text: 'Set **SAMLSubject NameID** to the e-mail address. Let JumpCloud sign the assertion, or the response, with RSA-SHA256.',
          },
          { text: 'Let its metadata declare the redirect endpoint, where there is such a choice.' },
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
          {
            text: 'Press **Copy Metadata URL** and paste it below: it is read again every day. **Export Metadata** gives the same as a file, whose XML you can paste.',
          },
          { text: 'Choose the user groups that may sign in.' },
          test,
        ],
      },
      signingOut({
        text: 'The public pages of JumpCloud show no field for single logout. Expect a sign-out here to end the session here alone; where its metadata names a logout address after all, a sign-out here goes on to it.',
      }),
    ],
    notes: [here],
  },
  ping: {
    provider: 'ping',
    name: 'PingOne',
    kind: 'sso',
    where: '**Applications** > **Applications**, and there a new SAML application',
    sections: [
      {
        title: 'Create the application',
        steps: [
          {
            text: 'Enter the configuration by hand and paste these values.',
            values: [
              { label: 'ACS URLs', value: 'acsUrl' },
              { label: 'the field for the entity ID', value: 'entityId' },
            ],
          },
          attributes([
            ['saml_subject', 'User ID'],
            ['id', 'User ID'],
            ['email', 'Email Address'],
            ['firstName', 'Given Name'],
            ['lastName', 'Family Name'],
          ]),
          {
            text: 'For **Signing key** take an RSA certificate and RSA_SHA256 or RSA_SHA512: signatures with ECDSA are refused.',
          },
        ],
      },
      {
        title: 'Bring back its metadata',
        steps: [
          { text: 'On the tab **Configuration** copy the URL of its metadata, or download it.' },
          { text: 'Turn the application on, and give it to the groups that may sign in.' },
          test,
        ],
      },
      signingOut(
        {
          text: 'PingOne does single logout both ways. On the tab **Configuration** paste these, choose redirect or POST as the binding, and give our certificate as the one that verifies.',
          values: [
            { label: 'the field for the SLO endpoint', value: 'sloUrl' },
            { label: 'the field for the SLO response endpoint', value: 'sloUrl' },
          ],
        },
        later,
      ),
    ],
    notes: [
      `If you turn on **Encryption**, sign the assertion and the response, and turn on ${ours.allowAesCbc} in the options.`,
      here,
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
            text: 'Choose **Import data about the relying party published online or on a local network** and paste our metadata address.',
            values: [{ label: 'Federation metadata address (host name or URL)', value: 'spMetadataUrl' }],
          },
          {
            text: 'Under **Edit Claim Issuance Policy** press **Add Rule** and take **Send LDAP Attributes as Claims**: E-Mail-Addresses as E-Mail Address, Given-Name as Given Name, Surname as Surname.',
          },
          {
            text: 'Add another one, **Transform an Incoming Claim**: **Incoming claim type** is E-Mail Address, **Outgoing claim type** is Name ID in the format of e-mail addresses. Without it AD FS answers `InvalidNameIDPolicy`.',
          },
          {
            text: `From our metadata AD FS knows our certificate and encrypts by AES-CBC what it sends, which is refused at first. Switch that off: \`Set-AdfsRelyingPartyTrust -TargetName NAME -EncryptClaims $false\`. Or keep it, let AD FS sign the response as well: \`Set-AdfsRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion\`, and turn on ${ours.allowAesCbc} in the options.`,
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
      signingOut({
        text: 'Nothing more is needed where the trust was made from our metadata: our logout address and the certificate of our signatures came with it. In a trust that was made by hand, add an endpoint for SAML logout (POST or redirect) and our signing certificate.',
        values: [{ label: 'the endpoint for SAML logout', value: 'sloUrl' }],
      }),
    ],
    notes: ['AD FS signs the assertion by itself, and that is enough where nothing is encrypted.', here],
  },
  keycloak: {
    provider: 'keycloak',
    name: 'Keycloak',
    kind: 'sso',
    where: '**Clients** > **Create client**, with **Client type** SAML',
    sections: [
      {
        title: 'Create the client',
        steps: [
          {
            text: 'Paste these values. Or take **Import client** with our metadata as a file, which fills in everything up to the attributes, and read on there.',
            values: [
              { label: 'Client ID', value: 'entityId' },
              { label: 'Valid redirect URIs', value: 'acsUrl' },
            ],
          },
          { text: 'Leave **Master SAML Processing URL** empty: sign-outs would be posted there as well.' },
          {
            text: 'On the tab **Advanced**, under **Fine Grain SAML Endpoint Configuration**, paste this.',
            values: [{ label: 'Assertion Consumer Service POST Binding URL', value: 'acsUrl' }],
          },
          {
            text: `On the tab **Keys** turn **Client signature required** off, or import our certificate there, as it is in an imported client: ${ours.signRequests} is switched on here when the metadata of the realm, which asks for that, is first read.`,
          },
          { text: 'Leave **Sign documents** on and turn **Sign assertions** on.' },
          {
            text: 'Leave **Encrypt assertions** off on the tab **Keys**, or on, as it is in a client that was imported from our metadata: what Keycloak chooses by itself there (AES-GCM, RSA-OAEP) is read. AES-CBC is read where the connection allows it, RSA 1.5 never.',
          },
          {
            text: 'On the tab **Client scopes** open the dedicated scope, whose name is that of the client with `-dedicated` behind it, and send these attributes: for each press **Configure a new mapper** (from the second on **Add mapper** > **By configuration**), take its type, and give it the name of the attribute as name and as SAML attribute name. Others are ignored, and the attribute mapping can read other names.',
            table: {
              head: ['Attribute', 'Value'],
              rows: [
                ['id', '**User Property**, its **Property** `id`'],
                ['email', '**User Property**, its **Property** `email`'],
                ['firstName', '**User Property**, its **Property** `firstName`'],
                ['lastName', '**User Property**, its **Property** `lastName`'],
                [
                  'groups',
                  '**Group list** (optional), its **Group attribute name** `groups`, **Full group path** off: rules compare names exactly, and with the path they are called `/admins`',
                ],
              ],
            },
          },
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
      signingOut(
        {
          text: 'On the tab **Advanced**, under **Fine Grain SAML Endpoint Configuration**, paste these. An imported client has them.',
          values: [
            { label: 'Logout Service POST Binding URL', value: 'sloUrl' },
            { label: 'Logout Service Redirect Binding URL', value: 'sloUrl' },
            { label: 'Logout Service SOAP Binding URL', value: 'sloSoapUrl' },
          ],
        },
        {
          text: 'Turn **Front channel logout** off where Keycloak itself reaches these addresses: it then brings every sign-out by SOAP, a person’s own and an administrator’s. Where it is on, as in a client that was imported, a person’s own arrives by their browser, and an administrator’s does not arrive.',
        },
        {
          text: 'Leave **Sign documents** on for logout, too: a logout message that is not signed ends nothing here.',
        },
      ),
    ],
    notes: [
      'Keycloak names people by their user name unless told otherwise. Where those can change, recognise people by `id`, before the first of them signs in (`options.stableIdAttribute` in the API).',
      here,
    ],
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
            text: 'Sign the assertion or the response, with RSA-SHA256 or better. RSA-PSS with SHA-256 is read; ECDSA and other forms of RSA-PSS are refused.',
          },
          {
            text: 'NameID: persistent is best, and asked for; an e-mail address is accepted. One that is transient names nobody: choose a stable-id attribute, or another format.',
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
      signingOut(
        {
          text: 'Paste these as single logout service, or let it read our metadata, which has them and the certificate of our signatures. Messages come and go signed.',
          values: [
            { label: 'Logout by HTTP-Redirect or HTTP-POST, and its response', value: 'sloUrl' },
            { label: 'Logout by SOAP', value: 'sloSoapUrl' },
          ],
        },
        {
          text: 'Our own logout messages go by a browser. An identity provider whose metadata names a logout address by SOAP alone is not told of a sign-out here; what it brings by SOAP is taken.',
        },
        {
          text: 'Switch on that it signs logout messages (SimpleSAMLphp: `sign.logout`): what is not signed ends nothing here.',
        },
        later,
      ),
    ],
    notes: [
      'Where requests come from the identity provider (a click on a tile), a sign-in of ours begins: nothing needs to be set for it.',
      here,
    ],
  },
}
