// How each identity provider is made to sign people in here by OpenID Connect, and out: our addresses go there, client id and secret come
// back.
import { type Guide, type GuideStep, ours, type Provider } from './guide.ts'

const test: GuideStep = {
  text: `Come back to this page and press ${ours.test}. When every check is ticked, enable the connection.`,
}
const back: GuideStep = { text: 'Enter them below, with the secret as it is shown.' }

const guide = (
  provider: Provider,
  name: string,
  where: string,
  steps: {
    readonly create: readonly GuideStep[]
    readonly bringBack: readonly GuideStep[]
    readonly signOut: readonly GuideStep[]
  },
  notes: readonly string[] = [],
): Guide => ({
  provider,
  name,
  kind: 'oidc',
  where,
  sections: [
    { title: 'Create the client', steps: steps.create },
    { title: 'Bring back its id and secret', steps: [...steps.bringBack, back, test] },
    { title: 'Signing out', steps: steps.signOut },
  ],
  notes: [
    ...notes,
    'Client authentication is by a client secret (basic or post), or none for a public client. `private_key_jwt` is not done: an issuer that takes nothing else is refused when it is entered.',
  ],
})

const onwards =
  'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`.'
const itsPage = `${onwards} The person ends on a page of the issuer.`
const noWayBack =
  'A sign-out there does not arrive here by itself: the session here ends by its own time, or when the person is deactivated.'
const backChannel = (label: string): GuideStep => ({
  text: 'The other way, the issuer brings a logout token to this address.',
  values: [{ label, value: 'logoutUri' }],
})

/** How OpenID Connect is set up at each identity provider. */
export const oidcGuides: Readonly<Record<Provider, Guide>> = {
  okta: guide(
    'okta',
    'Okta',
    '**Applications** > **Create App Integration** > **OIDC - OpenID Connect** > **Web Application**',
    {
      create: [
        {
          text: 'Keep the grant type of authorization codes and paste this.',
          values: [{ label: 'Sign-in redirect URIs', value: 'redirectUri' }],
        },
        { text: 'Under **Assignments** choose who may sign in.' },
      ],
      bringBack: [
        {
          text: `On the tab **General**, under **Client Credentials**, are **Client ID** and **Client secret**. ${ours.oktaDomain} below is that of your Okta organization, such as \`acme.okta.com\`; of an authorization server of your own take the issuer, as another issuer.`,
        },
      ],
      signOut: [{ text: itsPage }, { text: noWayBack }],
    },
    [
      'For roles by group, let Okta send a claim `groups` in the ID token, and ask for the scope `groups` where your authorization server has it (`oidc.scopes` in the API).',
    ],
  ),
  entra: guide(
    'entra',
    'Microsoft Entra ID',
    '**App registrations** > **New registration**',
    {
      create: [
        { text: 'Let it be for accounts of this one directory.' },
        {
          text: 'Under **Authentication** > **Platform configurations** choose **Web** and paste this. It is also the address that people come back to after signing out.',
          values: [{ label: 'Redirect URI', value: 'redirectUri' }],
        },
        {
          text: 'Under **Certificates & secrets** > **Client secrets** make a secret, and copy it at once: it is shown in full this one time, and the id beside it is another thing. It ends after two years at most: replace it before.',
        },
      ],
      bringBack: [
        {
          text: 'On **Overview** are **Application (client) ID** and **Directory (tenant) ID**, which is asked for below. Who may sign in is said under **Enterprise apps** > the application > **Users and groups**.',
        },
      ],
      signOut: [
        { text: `${onwards} Entra ID has one, and the person comes back here.` },
        {
          text: 'Entra ID brings no logout tokens: it has front-channel logout alone, which is not done here. A sign-out there does not arrive.',
        },
      ],
    },
    [
      'The issuer of all tenants (`common`) is refused: anybody with a Microsoft account could sign in.',
      'For roles by group, press **Add groups claim** under **Token configuration**. Groups arrive as object ids; with more than 200 Entra ID sends a reference in their place, and roles stay as they are.',
      'Applications that ask for a fresh sign-in need the claim `auth_time` in the ID token: **Token configuration** > **Add optional claim**.',
    ],
  ),
  google: guide(
    'google',
    'Google Workspace',
    'the credentials of a project in the Google Cloud console: **OAuth client ID**, **Web application**',
    {
      create: [
        {
          text: 'Make the **OAuth consent screen** internal: then nobody outside of your organization gets a token.',
        },
        { text: 'Paste this.', values: [{ label: 'Authorized redirect URIs', value: 'redirectUri' }] },
      ],
      bringBack: [{ text: 'The client id and its secret are shown when the client is made.' }],
      signOut: [
        {
          text: 'Google has no sign-out for clients: a sign-out here ends the session here, and a sign-out at Google does not arrive.',
        },
      ],
    },
    [
      'A private Google account is refused: it names no organization (`hd`).',
      'Google sends no groups: give roles here, or provision them from another directory.',
    ],
  ),
  onelogin: guide('onelogin', 'OneLogin', '**Apps** > **Add App** > **OpenId Connect (OIDC)**', {
    create: [
      {
        text: 'On the tab **Configuration** paste this and press **Save**.',
        values: [{ label: 'Redirect URI', value: 'redirectUri' }],
      },
      { text: 'On the tab **Access** give the application to roles.' },
    ],
    bringBack: [{ text: 'On the tab **SSO** are **Client ID**, **Client Secret** and the issuer.' }],
    signOut: [{ text: itsPage }, { text: noWayBack }],
  }),
  jumpcloud: guide(
    'jumpcloud',
    'JumpCloud',
    '**SSO Applications** > **Add New Application** > **Custom Application** > **Manage Single Sign-On (SSO)** > **Configure SSO with OIDC**',
    {
      create: [
        {
          text: 'On the tab **SSO** paste this, choose client authentication by a secret, and tick the standard scopes for e-mail and profile.',
          values: [{ label: 'the field for redirect URIs', value: 'redirectUri' }],
        },
        { text: 'Choose the user groups that may sign in.' },
      ],
      bringBack: [{ text: 'The client id and the secret are shown when the application is activated.' }],
      signOut: [{ text: itsPage }, { text: noWayBack }],
    },
  ),
  ping: guide(
    'ping',
    'PingOne',
    '**Applications** > **Applications**, and there a new OIDC web application',
    {
      create: [
        {
          text: 'On the tab **Configuration** set **Response Type** to code, **Grant Type** to authorization code, **Token Endpoint Authentication Method** to client secret basic or post, and paste this.',
          values: [{ label: 'Redirect URIs', value: 'redirectUri' }],
        },
        { text: '**PKCE Enforcement** may be required: it is sent, with S256.' },
        { text: 'Turn the application on, and give it to the groups that may sign in.' },
      ],
      bringBack: [
        {
          text: 'On the tab **Configuration** are **Client ID**, **Client Secret** and, among its URLs, the issuer.',
        },
      ],
      signOut: [{ text: itsPage }, { text: noWayBack }],
    },
  ),
  adfs: guide(
    'adfs',
    'AD FS',
    '**AD FS Management** > **Application Groups** > **Add Application Group**, with a server application and a web API',
    {
      create: [
        {
          text: 'Paste this, and let the server application have a shared secret. The identifier of the web API is the client identifier.',
          values: [{ label: 'Redirect URI', value: 'redirectUri' }],
        },
        {
          text: 'Permit the scopes `openid`, `profile` and `email` to it. For the address of a person in the ID token, give the web API an **Issuance Transform Rules** entry, **Send LDAP Attributes as Claims**, and permit the scope `allatclaims`, which the connection then asks for as well (`oidc.scopes` in the API).',
        },
      ],
      bringBack: [
        {
          text: '**Client Identifier** is the client id. The issuer is `https://<your federation server>/adfs`.',
        },
      ],
      signOut: [{ text: itsPage }, { text: noWayBack }],
    },
  ),
  keycloak: guide(
    'keycloak',
    'Keycloak',
    '**Clients** > **Create client**, with **Client type** OpenID Connect',
    {
      create: [
        {
          text: 'Choose a **Client ID**, such as `single-sign-on`, turn **Client authentication** on, and paste this. It is also the address that people come back to after signing out.',
          values: [{ label: 'Valid redirect URIs', value: 'redirectUri' }],
        },
        {
          text: 'Leave **ID token signature algorithm** as it is: RS256. HS256 is refused, because its secret would have to be shared.',
        },
      ],
      bringBack: [
        {
          text: 'The client ID is the one that you chose. On the tab **Credentials** is **Client Secret**. The issuer is `https://<your server>/realms/<realm>`; the address of **OpenID Endpoint Configuration** in the settings of the realm does as well.',
        },
      ],
      signOut: [
        { text: `${onwards} Keycloak has one, and the person comes back here.` },
        {
          text: 'The other way, the issuer brings a logout token. In the settings of the client turn **Front channel logout** off, which is on at first: only then the field for this address is shown.',
          values: [{ label: 'Backchannel logout URL', value: 'logoutUri' }],
        },
        {
          text: 'Leave **Backchannel logout session required** on, so that a sign-out ends the one session that it means, and press **Save**: then a sign-out in Keycloak, also by an administrator, ends the session here.',
        },
      ],
    },
    [
      'People made by an administrator are unverified at first, and their address is then not used: set **Email verified** under **Users** > the person.',
      'For roles by group, add a mapper **Group Membership** to the dedicated scope of the client, under **Client scopes**: token claim name `groups`, **Full group path** off. With the path groups are called `/admins`, and rules compare names exactly.',
    ],
  ),
  generic: guide(
    'generic',
    'Another identity provider',
    'wherever your identity provider registers a client of OpenID Connect',
    {
      create: [
        {
          text: 'Register a confidential client for the authorization code flow and paste this.',
          values: [{ label: 'Redirect URI', value: 'redirectUri' }],
        },
        {
          text: 'Let it sign ID tokens with RS256, or with PS256, ES256 or EdDSA. HS256 and `none` are refused.',
        },
      ],
      bringBack: [
        { text: 'Client id, client secret, and the issuer or the address of its discovery document.' },
      ],
      signOut: [
        {
          text: `${onwards} The person ends on a page of the issuer.`,
        },
        backChannel('Back-channel logout URI'),
        { text: 'Logout tokens are taken by `sid`, by `sub`, or by both.' },
      ],
    },
    [
      'For roles by group, let it send the claim `groups`. The scope `groups` is asked for where the issuer lists it (Dex, LemonLDAP::NG); where it has another name, give the scopes of the connection yourself (`oidc.scopes` in the API).',
    ],
  ),
}
