// How each identity provider is made to provision here, in the three steps that the console lights up.
import type { Guide, GuideStep, Provider } from './guide.ts'

const key: GuideStep = { text: 'Create an API key on this page. It is shown once.' }
const watch = 'Keep this page open: the step lights up when the request arrives.'

const guide = (
  provider: Provider,
  name: string,
  where: string,
  steps: {
    readonly connect: readonly GuideStep[]
    readonly review: readonly GuideStep[]
    readonly assign: readonly GuideStep[]
  },
  notes: readonly string[] = [],
): Guide => ({
  provider,
  name,
  kind: 'scim',
  where,
  sections: [
    { title: '1. Connect and test', steps: [key, ...steps.connect] },
    { title: '2. Review and enable', steps: steps.review },
    { title: '3. Assign', steps: steps.assign },
  ],
  notes,
})

export const scimGuides: Readonly<Partial<Record<Provider, Guide>>> = {
  okta: guide(
    'okta',
    'Okta',
    'your application > **General** > **App Settings** > **Provisioning**: **SCIM**, then the tab **Provisioning**',
    {
      connect: [
        {
          text: 'On **Provisioning** > **Integration** press **Edit** and fill in. **Authentication Mode** is **HTTP Header**; set **Unique identifier field for users** to `userName`.',
          values: [
            { label: 'SCIM connector base URL', value: 'scimBaseUrl' },
            { label: 'Authorization (Bearer)', value: 'apiKey' },
          ],
        },
        {
          text: 'Under **Supported provisioning actions** tick **Push New Users**, **Push Profile Updates** and **Push Groups**.',
        },
        { text: `Press **Test Connector Configuration**, then **Save**. ${watch}` },
      ],
      review: [
        {
          text: 'On **Provisioning** > **To App** press **Edit** and tick **Create Users**, **Update User Attributes** and **Deactivate Users**. Leave **Sync Password** off.',
        },
        { text: 'The attribute mappings below need no change.' },
      ],
      assign: [
        { text: 'On **Assignments** assign people or groups: their accounts are created at once.' },
        {
          text: 'On **Push Groups** push the groups that should give roles. Push a group that is also assigned to nobody else’s application, as Okta advises.',
        },
        { text: 'Unassign somebody: the account is deactivated at once and signed out.' },
      ],
    },
    ['Okta deactivates and does not delete. Unpushing a group offers to delete it here or to leave it.'],
  ),
  entra: guide(
    'entra',
    'Microsoft Entra ID',
    '**Enterprise applications** > your application > **Provisioning** > **New configuration**',
    {
      connect: [
        {
          text: 'Choose **Bearer authentication**, fill in and press **Test connection**.',
          values: [
            { label: 'Tenant URL', value: 'scimBaseUrl' },
            { label: 'Secret token', value: 'apiKey' },
          ],
        },
        { text: watch },
      ],
      review: [
        {
          text: 'Under **Attribute mapping** the defaults fit. `userPrincipalName` goes to `userName`, `objectId` may go to `externalId` in place of `mailNickname`.',
        },
        { text: 'Leave **Create**, **Update** and **Delete** ticked under **Target object actions**.' },
      ],
      assign: [
        {
          text: 'Under **Users and groups** assign people and groups; in **Settings** keep **Scope** at **Sync only assigned users and groups**.',
        },
        {
          text: 'Use **Provision on demand** to see the first person at once, then press **Start provisioning**. Entra ID works in cycles of about 40 minutes.',
        },
      ],
    },
    [
      'A key that is refused puts the job into quarantine: stop provisioning there before you revoke a key or switch back to manual.',
      'Who is deleted in Entra ID is deactivated first, and deleted 30 days later.',
    ],
  ),
  onelogin: guide(
    'onelogin',
    'OneLogin',
    '**Applications** > **Add App** > **SCIM Provisioner with SAML (SCIM v2 Enterprise)**',
    {
      connect: [
        {
          text: 'On **Configuration** fill in. Leave **Custom Headers** empty.',
          values: [
            { label: 'SCIM Base URL', value: 'scimBaseUrl' },
            { label: 'SCIM Bearer Token', value: 'apiKey' },
          ],
        },
        { text: `Press **Enable** beside **API Status**. ${watch}` },
      ],
      review: [
        {
          text: 'On **Provisioning** tick **Enable provisioning**. Untick **Require admin approval** for what should happen by itself.',
        },
        {
          text: 'Set **When users are deleted in OneLogin** to **Suspend** or **Delete**; both take the person out at once.',
        },
      ],
      assign: [
        {
          text: 'Give the application to users or roles. On **Parameters** > **Groups** tick **Include in User Provisioning** to push groups by rules.',
        },
      ],
    },
  ),
  jumpcloud: guide('jumpcloud', 'JumpCloud', 'your application > **Identity Management**', {
    connect: [
      {
        text: 'Choose **SCIM 2.0**, fill in, and give the address of a person who is not in use as **Test User Email**.',
        values: [
          { label: 'Base URL', value: 'scimBaseUrl' },
          { label: 'Token Key', value: 'apiKey' },
        ],
      },
      { text: `Press **Test Connection**: JumpCloud makes a person, changes and deactivates them. ${watch}` },
    ],
    review: [
      { text: 'Turn on **Group Management** where groups should give roles, then press **Activate**.' },
    ],
    assign: [{ text: 'On **User Groups** tick the groups whose people should have accounts.' }],
  }),
  ping: guide(
    'ping',
    'PingOne',
    '**Integrations** > **Provisioning** > **+** > **New Connection** > **Identity Store** > **SCIM Outbound**',
    {
      connect: [
        {
          text: 'Fill in. **Authentication Method** is **OAuth 2 Bearer Token**, **Users Resource** `/Users`, **Groups Resource** `/Groups`, and **User Filter Expression** `userName Eq "%s"`.',
          values: [
            { label: 'SCIM Base URL', value: 'scimBaseUrl' },
            { label: 'OAuth Access Token', value: 'apiKey' },
          ],
        },
        { text: `Press **Test Connection**. ${watch}` },
      ],
      review: [
        {
          text: 'Under **Actions** allow create, update and disable; set **Remove Action** to **Disable** or **Delete**.',
        },
        {
          text: 'Turn the connection on, add a **Rule** with PingOne as source, and keep its attribute mapping.',
        },
      ],
      assign: [
        {
          text: 'In the rule’s **User Filter** choose whom to provision, and under **Groups** which groups to send.',
        },
      ],
    },
  ),
  keycloak: guide(
    'keycloak',
    'Keycloak',
    'a SCIM client extension for Keycloak: Keycloak itself sends none',
    {
      connect: [
        {
          text: 'In the extension’s settings of your realm fill in; authentication is a bearer token.',
          values: [
            { label: 'Endpoint', value: 'scimBaseUrl' },
            { label: 'Token', value: 'apiKey' },
          ],
        },
      ],
      review: [{ text: 'Turn on propagation of users, and of groups where they should give roles.' }],
      assign: [{ text: 'Start a first synchronisation, or change a person: the request arrives here.' }],
    },
    [
      'Which requests are sent depends on the extension. If something is refused, Activity says what and why.',
    ],
  ),
  generic: guide(
    'generic',
    'Another identity provider',
    'wherever your identity provider adds provisioning by SCIM 2.0',
    {
      connect: [
        {
          text: 'Fill in. The key is sent as `Authorization: Bearer`. Providers that fetch a token use an OAuth client instead, which you register on this page.',
          values: [
            { label: 'Base URL', value: 'scimBaseUrl' },
            { label: 'Bearer token', value: 'apiKey' },
            { label: 'OAuth 2.0 token endpoint', value: 'tokenUrl' },
          ],
        },
        { text: `Test the connection. ${watch}` },
      ],
      review: [
        {
          text: 'Send at least `userName`, `name.givenName`, `name.familyName`, `emails` and `active`. Matching is by `userName`, then `externalId`.',
        },
      ],
      assign: [{ text: 'Assign people and push groups.' }],
    },
    [
      'The key’s profile **Automatic** accepts what all common providers send. **Strict** follows RFC 7643 and RFC 7644 to the letter, **Interoperability profile** the draft of that name as well.',
    ],
  ),
}

/** Where there is nothing to guide to, and why. */
export const withoutScim: Readonly<Partial<Record<Provider, string>>> = {
  google:
    'Google Workspace offers no outbound SCIM for custom applications: keep manual provisioning, where accounts are created at the first sign-in, or provision from another directory.',
  adfs: 'AD FS sends no SCIM. Where its directory is synchronised to Entra ID, provision from there; otherwise keep manual provisioning.',
}
