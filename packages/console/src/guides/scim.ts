// How each identity provider is made to provision here, in the three steps that the console lights up.
import { type Guide, type GuideStep, ours, type Provider } from './guide.ts'

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

/** How provisioning is set up at each identity provider that has a SCIM client. */
export const scimGuides: Readonly<Partial<Record<Provider, Guide>>> = {
  okta: guide(
    'okta',
    'Okta',
    'your SAML application > **General** > **Edit** > **Provisioning**: **SCIM**, then the tab **Provisioning**',
    {
      connect: [
        {
          text: 'On **Provisioning** > **Integration** press **Edit** and fill in. **Authentication Mode** is **HTTP Header**, and the field of the unique identifier for users is `userName`.',
          values: [
            { label: 'SCIM connector base URL', value: 'scimBaseUrl' },
            { label: 'the field for the bearer token', value: 'apiKey' },
          ],
        },
        {
          text: 'Under **Supported provisioning actions** tick **Push New Users**, **Push Profile Updates** and **Push Groups**.',
        },
        { text: `Test the configuration of the connector, then press **Save**. ${watch}` },
      ],
      review: [
        {
          text: 'On **Provisioning** > **To App** press **Edit** and tick **Create Users**, **Update User Attributes** and **Deactivate Users**. Leave **Sync Password** off, and press **Save**.',
        },
        { text: 'The attribute mappings further down on that tab need no change.' },
      ],
      assign: [
        { text: 'On **Assignments** assign people or groups: their accounts are created at once.' },
        {
          text: 'On **Push Groups** push the groups that should give roles. Do not use one group for both: assign the application by some groups and push others, as Okta advises.',
        },
        { text: 'Unassign somebody: the account is deactivated at once and signed out.' },
      ],
    },
    [
      'Okta deactivates and does not delete. Unpushing a group offers to delete it here or to leave it.',
      'Where the product is listed in Okta’s catalogue of applications, the Okta Integration Network (OIN), add it from there instead of creating an application. It asks for the same address and key.',
    ],
  ),
  entra: guide(
    'entra',
    'Microsoft Entra ID',
    '**Enterprise apps** > your application > **Provisioning** > **New configuration**',
    {
      connect: [
        {
          text: 'Under **Admin Credentials** fill in, press **Test Connection**, then **Create**.',
          values: [
            { label: 'Tenant URL', value: 'scimBaseUrl' },
            { label: 'Secret Token', value: 'apiKey' },
          ],
        },
        { text: watch },
      ],
      review: [
        {
          text: 'Under **Attribute Mapping** the defaults fit. `userPrincipalName` goes to `userName`, `objectId` may go to `externalId` in place of `mailNickname`.',
        },
        { text: 'Leave the actions on the target as they are: create, update and delete.' },
      ],
      assign: [
        {
          text: 'Under **Users and groups** assign people and groups; keep the scope at what is assigned.',
        },
        {
          text: 'Provision one person on demand to see them at once, then press **Start Provisioning** on the overview. Entra ID works in cycles of about 40 minutes.',
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
    '**Apps** > **Add App**, then the SCIM provisioner with SAML (SCIM v2 Enterprise)',
    {
      connect: [
        {
          text: 'On the tab **Configuration** fill in. No custom headers are needed.',
          values: [
            { label: 'SCIM Base URL', value: 'scimBaseUrl' },
            { label: 'the field for the bearer token', value: 'apiKey' },
          ],
        },
        { text: `Enable the connection to the API. ${watch}` },
      ],
      review: [
        {
          text: 'On the tab **Provisioning** tick **Enable provisioning**. Under **Require admin approval before this action** untick what should happen by itself.',
        },
        {
          text: 'Set **When users are deleted in OneLogin** to **Suspend** or **Delete**; both take the person out at once.',
        },
      ],
      assign: [
        {
          text: 'Give the application to users or roles (**Access**). To push groups by rules, include the groups on the tab **Parameters** in user provisioning.',
        },
      ],
    },
  ),
  jumpcloud: guide('jumpcloud', 'JumpCloud', 'your application > **Identity Management**', {
    connect: [
      {
        text: 'Choose SCIM 2.0, fill in, and give the address of a person who is not in use as that of the test user.',
        values: [
          { label: 'the field for the base URL', value: 'scimBaseUrl' },
          { label: 'the field for the token', value: 'apiKey' },
        ],
      },
      {
        text: `Test the connection: JumpCloud makes a person and a group, and deletes or deactivates them. ${watch}`,
      },
    ],
    review: [{ text: 'Turn on the management of groups where they should give roles, then activate it.' }],
    assign: [{ text: 'Choose the user groups whose people should have accounts.' }],
  }),
  ping: guide(
    'ping',
    'PingOne',
    '**Integrations** > **Provisioning** > **New Connection** > **Identity Store** > **SCIM Outbound**',
    {
      connect: [
        {
          text: 'Fill in. **Authentication Method** is **OAuth 2 Bearer Token**, **Users Resource** `/Users`, **Groups Resource** `/Groups`, and the filter for users `userName Eq "%s"`.',
          values: [
            { label: 'SCIM Base URL', value: 'scimBaseUrl' },
            { label: 'OAuth Access Token', value: 'apiKey' },
          ],
        },
        { text: `Press **Test connection**. ${watch}` },
      ],
      review: [
        {
          text: 'Allow it to create, update and disable, and let a removal disable or delete.',
        },
        {
          text: 'Turn the connection on, add a rule with PingOne as source, and keep its attribute mapping.',
        },
      ],
      assign: [
        {
          text: 'In the rule choose whom to provision (its filter for users), and which groups to send.',
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
            { label: 'the field for the endpoint', value: 'scimBaseUrl' },
            { label: 'the field for the token', value: 'apiKey' },
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
      `The key’s profile ${ours.automatic} accepts what all common providers send. ${ours.strict} follows these to the letter, ${ours.interop} the draft of that name as well.`,
    ],
  ),
}

/** Where there is nothing to guide to, and why. */
export const withoutScim: Readonly<Partial<Record<Provider, string>>> = {
  google:
    'Google Workspace offers no outbound SCIM for custom applications: keep manual provisioning, where accounts are created at the first sign-in, or provision from another directory.',
  adfs: 'AD FS sends no SCIM. Where its directory is synchronised to Entra ID, provision from there; otherwise keep manual provisioning.',
}
