// The shapes of the management API: what goes in and what comes out, camelCase JSON, times RFC 3339 in UTC.
// Owns no route and no behaviour.
import { z } from '@hono/zod-openapi'
import { actorSchema, changeSchema, eventTypes, feedEventSchema } from './events.ts'
import { type ProblemCode, type ProblemStatus, problemCodes, problems } from './problems.ts'

const time = z.iso.datetime().max(40).describe('RFC 3339, UTC')
const nullableTime = time.nullable()

/** 3 to 50 characters: lower-case letters, digits and inner hyphens. */
export const slugSchema = z
  .string()
  .min(3)
  .max(50)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, no hyphen at either end',
  )
  .openapi({ example: 'acme' })

const nameSchema = z.string().trim().min(1).max(200).openapi({ example: 'Acme' })
/** Read by the service, in the same way as addresses from everywhere else: the domain may be in its own script. */
const addressSchema = z.string().min(3).max(320).openapi({ format: 'email', example: 'ada@acme.com' })
const keyNameSchema = z.string().trim().min(1).max(200).openapi({ example: 'Okta production' })

export const provisioningModeSchema = z.enum(['manual', 'scim'])
export const roleSchema = z
  .enum(['member', 'admin'])
  .describe('Never owner: ownership is given to a person by name')
/** The named set of SCIM tolerances that a key's requests are read with. */
export const userRoleSchema = z.enum(['owner', 'admin', 'member'])
export const profileSchema = z.enum([
  'auto',
  'okta',
  'entra',
  'onelogin',
  'jumpcloud',
  'ping',
  'strict',
  'interop',
])

/** `mail`: owners and administrators who are kept out may have a link mailed. `operator`: the operator alone lets them in. */
const ownerRecoverySchema = z.enum(['mail', 'operator'])

export const organizationSchema = z
  .object({
    id: z.string().openapi({ example: 'org_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
    name: nameSchema,
    slug: slugSchema,
    scimEnabled: z.boolean().describe('Whether the operator sells SCIM provisioning to this organization'),
    requireSso: z.boolean().describe('Whether SCIM mode asks for an active SSO connection first'),
    provisioningMode: provisioningModeSchema,
    defaultRole: roleSchema,
    seatLimit: z
      .number()
      .int()
      .nullable()
      .describe('Beyond it people are still provisioned; an event says so'),
    origins: z.array(z.string()).describe('Where return_to may lead after a sign-in'),
    ownerRecovery: ownerRecoverySchema.describe(
      'Whether an owner or administrator whom a connection keeps out may have a link mailed',
    ),
    defaultApplication: z
      .string()
      .nullable()
      .describe("Where a click on a tile in the identity provider's dashboard ends: an application's id"),
    ownerlessAt: nullableTime.describe('Since when the last owner has been deactivated'),
    handedOverAt: nullableTime.describe(
      'Since when an administrator answers for a connection: a set-up link changes no more what is in force',
    ),
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Organization')

export const provisioningStatusSchema = z
  .enum(['off', 'connecting', 'active', 'failing'])
  .describe(
    'off: manual mode. connecting: no provisioning client has written yet. failing: most of the newest requests were refused, or the credential of the newest',
  )

export const organizationSummarySchema = organizationSchema
  .extend({
    health: z
      .object({
        status: provisioningStatusSchema,
        lastRequestAt: nullableTime,
        lastRefusalAt: nullableTime,
        refused: z.number().int().describe('Of the newest requests, how many were refused or failed'),
        judged: z.number().int().describe('How many were looked at: at most 20'),
      })
      .describe('How its provisioning fares, a second behind at most'),
  })
  .openapi('OrganizationSummary')

export const newOrganizationSchema = z
  .strictObject({
    name: nameSchema,
    slug: slugSchema,
    scimEnabled: z.boolean().default(true),
    requireSso: z.boolean().default(true),
  })
  .openapi('NewOrganization')

const originSchema = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine(
    (text) => URL.parse(text)?.origin === text,
    'an origin such as https://app.example.com, without a path',
  )

export const organizationChangeSchema = z
  .strictObject({
    origins: z.array(originSchema).max(50),
    name: nameSchema,
    defaultRole: roleSchema,
    scimEnabled: z.boolean(),
    requireSso: z.boolean(),
    seatLimit: z.number().int().min(1).max(10_000_000).nullable(),
    defaultApplication: z.string().max(64).nullable(),
    ownerRecovery: ownerRecoverySchema,
  })
  .partial()
  .openapi('OrganizationChange')

export const organizationRemovalSchema = z
  .strictObject({ confirm: z.string().max(200).describe("The organization's slug, typed out") })
  .openapi('OrganizationRemoval')

export const rungSchema = z
  .enum(['person', 'connection', 'directory', 'contact', 'administrator', 'owner', 'operator'])
  .describe('Where somebody stands: contact is whoever holds a set-up link')

export const makerSchema = z
  .object({
    id: z.string().nullable().describe('Of the user or the link; null for the operator'),
    name: z.string().nullable(),
    rung: rungSchema.nullable().describe('null from before it was kept'),
    isOut: z
      .boolean()
      .describe(
        'Whoever made, rotated or confirmed it, or made the link in whose session that was done, is out: a person who was deactivated, blocked, deleted or has lost the role, or a link that was revoked or ended',
      ),
  })
  .openapi('Maker')

const makerFields = {
  maker: makerSchema,
  isProvisional: z
    .boolean()
    .describe(
      'Made by a set-up contact and confirmed by no administrator: it sees and changes only what it made or claimed',
    ),
  confirmedAt: z.iso.datetime().nullable(),
}

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: keyNameSchema,
    prefix: z
      .string()
      .describe('The first characters of the token, to tell keys apart')
      .openapi({ example: 'rc_scim_Ab3x' }),
    profile: profileSchema,
    knownClient: z
      .enum(['okta', 'entra', 'onelogin', 'google'])
      .nullable()
      .describe(
        'Of profile auto: the client that its requests come from, by their User-Agent or their form. They are read as auto reads, and answered as that client expects',
      ),
    isActive: z.boolean(),
    createdAt: time,
    createdBy: z.string(),
    expiresAt: nullableTime,
    lastUsedAt: nullableTime.describe('Accurate to a minute'),
    revokedAt: nullableTime,
    ...makerFields,
  })
  .openapi('ApiKey')

export const newApiKeySchema = z
  .strictObject({ name: keyNameSchema, expiresAt: time.optional(), profile: profileSchema.default('auto') })
  .openapi('NewApiKey')

export const apiKeyChangeSchema = z.strictObject({ name: keyNameSchema }).openapi('ApiKeyChange')

/** Seven days at most: an overlap is for pasting the new token, not for keeping two. */
export const keyRotationSchema = z
  .strictObject({ overlapSeconds: z.number().int().min(0).max(604_800).default(0) })
  .openapi('KeyRotation')

export const createdApiKeySchema = z
  .object({
    token: z.string().describe('Shown in this answer and never again').openapi({ example: 'rc_scim_…' }),
    key: apiKeySchema,
    endedSecrets: z
      .number()
      .int()
      .describe(
        'Of a rotation: tokens of an earlier overlap that ended at once. A key has two that work at most',
      ),
  })
  .openapi('CreatedApiKey')

/** What is kept as it was sent, as JSON. */
const maxKeptCharacters = 65_536
const isKeepable = (value: unknown): boolean => JSON.stringify(value).length <= maxKeptCharacters
const webUrlSchema = z.url({ protocol: /^https?$/ }).max(2_000)
const tooMuch = { message: `Too large: at most ${maxKeptCharacters} characters of JSON` }

const jwksSchema = z
  .strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20) })
  .refine(isKeepable, tooMuch)
  .describe('Public keys as a JSON Web Key Set (RFC 7517), 64 KB at most')
export const oauthMethodSchema = z.enum(['client_secret', 'private_key_jwt'])
const trustFields = {
  jwks: jwksSchema.optional(),
  jwksUrl: webUrlSchema.optional().describe('Where the public keys are, https'),
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .describe(
      'Of another issuer, such as https://login.microsoftonline.com/{tenant}/v2.0; without it the client signs for itself',
    ),
  subject: z.string().min(1).max(500).optional().describe("The issuer's name for the client"),
  audience: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('What the assertion is for; the token endpoint without it'),
}
export const oauthClientSchema = z
  .object({
    id: z.string().openapi({ example: 'cli_01jd3y7k9p2m4n6q8r0s1t2v3w' }),
    name: z.string(),
    profile: profileSchema,
    method: oauthMethodSchema,
    ...trustFields,
    tokenUrl: z.url(),
    isActive: z.boolean(),
    createdAt: time,
    createdBy: z.string(),
    expiresAt: nullableTime,
    lastUsedAt: nullableTime.describe('When it last got a token'),
    revokedAt: nullableTime,
    ...makerFields,
  })
  .openapi('OAuthClient')
export const newOAuthClientSchema = z
  .strictObject({
    name: keyNameSchema,
    profile: profileSchema.default('auto'),
    method: oauthMethodSchema,
    ...trustFields,
    expiresAt: time.optional(),
  })
  .openapi('NewOAuthClient')
export const createdOAuthClientSchema = z
  .object({
    secret: z.string().nullable().describe('Shown in this answer and never again; null for private_key_jwt'),
    client: oauthClientSchema,
  })
  .openapi('CreatedOAuthClient')

export const unknownSignInsSchema = z
  .enum(['create', 'refuse'])
  .describe('SCIM mode: what becomes of somebody who signs in and was not provisioned')

export const unclaimedDeleteSchema = z
  .enum(['deactivate', 'refuse'])
  .describe('What a DELETE by the directory does to somebody who was there before it and whom it never wrote')
export const sameAddressSchema = z
  .enum(['tell', 'link'])
  .describe(
    'Somebody new has the e-mail address or externalId of one earlier account under another userName: activity tells of it, or they are linked',
  )

export const deprovisionGuardSchema = z
  .strictObject({
    people: z.number().int().min(1).max(1_000_000).default(50),
    percent: z.number().min(0).max(100).default(10),
    windowSeconds: z.number().int().min(60).max(86_400).default(3_600),
  })
  .describe('Alerts when more people than both leave within the window; null switches it off')
  .openapi('DeprovisionGuard')

export const deprovisionAlertSchema = z
  .object({
    id: z.string(),
    state: z.enum(['open', 'restored', 'dismissed']),
    startedAt: time.describe('The first deactivation or deletion of the batch'),
    endedAt: time.describe('The newest one so far'),
    people: z.number().int(),
    restored: z.number().int(),
    skipped: z.number().int().describe('Could not be restored: their name was given to somebody else'),
  })
  .openapi('DeprovisionAlert')

export const provisioningSchema = z
  .object({
    mode: provisioningModeSchema,
    unknownSignIns: unknownSignInsSchema,
    scimBaseUrl: z.url(),
    scimEnabled: z.boolean(),
    status: provisioningStatusSchema,
    lastRequestAt: nullableTime,
    setup: z
      .object({
        startedAt: nullableTime,
        connectedAt: nullableTime,
        userAt: nullableTime,
        groupAt: nullableTime,
      })
      .describe(
        'Since the switch to SCIM: when it began, the first request that was answered well, the first write of a user, of a group',
      ),
    counts: z.object({ users: z.number().int(), active: z.number().int(), groups: z.number().int() }),
    keys: z.array(apiKeySchema),
    rolesUnderWay: z
      .number()
      .int()
      .describe(
        'People whose roles are still to follow a change of a large group, or of the rules; in slices',
      ),
    unclaimedDelete: unclaimedDeleteSchema,
    isUnclaimedDeleteChosen: z
      .boolean()
      .describe('False where the organization is from before this setting and nobody has chosen yet'),
    sameAddress: sameAddressSchema,
    deprovisionGuard: deprovisionGuardSchema.nullable(),
    alert: deprovisionAlertSchema.nullable().describe('The open deprovision alert'),
  })
  .openapi('Provisioning')

export const provisioningChangeSchema = z
  .strictObject({
    mode: provisioningModeSchema,
    unknownSignIns: unknownSignInsSchema,
    unclaimedDelete: unclaimedDeleteSchema,
    sameAddress: sameAddressSchema,
    deprovisionGuard: deprovisionGuardSchema.nullable(),
  })
  .partial()
  .openapi('ProvisioningChange')

export const provisioningPreviewSchema = z
  .object({
    mode: provisioningModeSchema,
    isPossible: z.boolean(),
    missing: z.array(z.enum(['scim_not_enabled', 'sso_required'])),
    keysThatStop: z.number().int().describe('Active API keys that would be answered 403'),
    users: z.number().int().describe('People who stay as they are until a provisioning client claims them'),
    unclaimed: z.number().int(),
    signIns: z.string().describe('What would become of somebody unknown who signs in'),
  })
  .openapi('ProvisioningPreview')

export const domainSchema = z
  .object({
    id: z.string(),
    name: z.string().openapi({ example: 'acme.com' }),
    txtRecord: z.object({ name: z.string(), value: z.string() }),
    verifiedAt: nullableTime,
    verifiedBy: z.enum(['dns', 'operator']).nullable(),
    lostAt: nullableTime.describe(
      'Since when the record has been gone; after 14 days the domain no longer counts until it is back',
    ),
    connectionIds: z.array(z.string()).describe('The connections that speak for addresses of this domain'),
    people: z
      .number()
      .int()
      .optional()
      .describe('With dryRun: how many addresses of people here the connections could speak for'),
    createdAt: time,
  })
  .openapi('Domain')

export const newDomainSchema = z.strictObject({ name: z.string().min(1).max(253) }).openapi('NewDomain')
export const domainChangeSchema = z
  .strictObject({
    verified: z.boolean().optional().describe("The operator's word in place of the record"),
    connectionIds: z
      .array(z.string().max(64))
      .max(50)
      .optional()
      .describe('The connections that speak for it from now on'),
    dryRun: z.boolean().optional().describe('Changes nothing; says whom the connections could speak for'),
  })
  .openapi('DomainChange')

export const identityProviderSchema = z.enum([
  'okta',
  'entra',
  'google',
  'onelogin',
  'jumpcloud',
  'ping',
  'adfs',
  'keycloak',
  'generic',
])

const nullableName = z.string().min(1).max(512).nullable()
const connectionOptions = {
  signRequests: z.boolean().describe('Sign AuthnRequests with RSA-SHA256'),
  wantEncryptedAssertions: z.boolean(),
  allowAesCbc: z.boolean().describe('Accept AES-CBC, which Okta, OneLogin, AD FS, Ping and Entra still send'),
  allowUnsolicited: z
    .boolean()
    .describe('Use responses that nobody asked for; off, a click on a tile begins a sign-in'),
  forceAuthn: z.boolean(),
  nameIdFormat: nullableName.describe(
    'Asked for in the request; null asks for none. New SAML connections of `generic` ask for persistent',
  ),
  ignoreNameIdCase: z
    .boolean()
    .describe(
      'Take a NameID with an @ that differs from the known one in upper and lower case alone for the same; never of an owner or administrator, and of no stable-id attribute',
    ),
  clockSkewSeconds: z.number().int().min(0).max(300),
}
const stableIdAttribute = nullableName.describe(
  'The attribute that names a person for good; null: the NameID',
)
export const connectionOptionsSchema = z
  .object({ ...connectionOptions, stableIdAttribute })
  .openapi('ConnectionOptions')
const optionsInput = z.strictObject({ ...connectionOptions, stableIdAttribute }).partial()

export const anchorRungSchema = z
  .enum(['contact', 'administrator', 'owner'])
  .describe('The highest who put it in place or confirmed it; the operator counts as an owner')
export const anchorDigestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 over what is trusted; of what is staged, also over what it replaces beside it')

/** What metadata holds beside what is used of it. */
export const metadataWarningCodes = [
  'sso_redirect_unusable',
  'slo_unusable',
  'slo_binding',
  'certificate_unreadable',
  'certificate_unusable',
  'certificate_chain',
  'certificates_extra',
  'several_roles',
  'signature_unchecked',
  'expired',
] as const

const metadataFields = {
  entityId: z.string(),
  ssoUrl: z.string(),
  sloUrl: z.string().nullable(),
  certificates: z.array(z.object({ fingerprint: z.string(), notAfter: time })),
  validUntil: time.nullable().describe('Until when the metadata says that it holds'),
  warnings: z
    .array(z.object({ code: z.enum(metadataWarningCodes), detail: z.string().nullable() }))
    .describe('Parts that stood in it and are not used, and what an administrator should know of it'),
}

export const connectionProtocolSchema = z.enum(['saml', 'oidc'])
export const connectionSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    protocol: connectionProtocolSchema,
    oidc: z
      .object({
        issuer: z.string(),
        clientId: z.string(),
        hasClientSecret: z.boolean(),
        scopes: z.array(z.string()),
      })
      .nullable()
      .describe('Of an OpenID Connect connection whose identity provider is known'),
    redirectUri: z.string().nullable().describe('Ours, of an OpenID Connect connection'),
    identityProvider: identityProviderSchema,
    entityId: z.string().describe('Ours: the audience'),
    acsUrl: z.string(),
    metadataUrl: z.string().describe('Ours'),
    identityProviderMetadata: z.object(metadataFields).nullable(),
    identityProviderMetadataUrl: z.string().nullable(),
    metadataFetchedAt: nullableTime,
    metadataError: z.string().nullable(),
    isSetupComplete: z.boolean(),
    missing: z.array(z.enum(['identity_provider'])),
    active: z.boolean(),
    followsDirectory: z
      .boolean()
      .describe('Whether people whom SCIM provisioned are known here by externalId or userName'),
    anchor: z
      .object({ number: z.number().int(), digest: anchorDigestSchema, rung: anchorRungSchema })
      .nullable()
      .describe(
        'The trust anchor that is in place, and who vouches for it; null until the identity provider is known',
      ),
    options: connectionOptionsSchema,
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Connection')

export const metadataPreviewSchema = z.object(metadataFields).openapi('MetadataPreview')

const sourceFields = {
  metadataUrl: z.url().max(2_000),
  metadataXml: z.string().max(1_000_000),
  entityId: z.string().min(1).max(1_024),
  ssoUrl: z.url().max(2_000),
  certificates: z.array(z.string().max(20_000)).min(1).max(10),
}

/** One of the presets, or the issuer itself. */
export const oidcSourceSchema = z
  .strictObject({
    preset: z
      .enum(['okta', 'entra', 'google'])
      .optional()
      .describe(
        'okta: `domain` such as acme.okta.com. entra: `domain` is the tenant id. google: nothing more',
      ),
    domain: z.string().min(1).max(253).optional(),
    issuer: z.url().max(500).optional(),
    clientId: z.string().min(1).max(500),
    clientSecret: z.string().min(1).max(1_000).optional().describe('Sealed; shown in no answer'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
      .max(20)
      .optional()
      .describe('Not named: as they are, at the same issuer and client id; else openid, profile, email'),
  })
  .openapi('OidcSource')

export const metadataSourceSchema = z.strictObject(sourceFields).partial().openapi('MetadataSource')

export const newConnectionSchema = z
  .strictObject({
    ...z.object(sourceFields).partial().shape,
    name: z.string().trim().min(1).max(200),
    identityProvider: identityProviderSchema,
    protocol: connectionProtocolSchema.optional().describe('saml when nothing is said'),
    oidc: oidcSourceSchema.optional(),
    active: z.boolean().optional(),
    options: optionsInput.optional(),
    serviceProvider: z
      .strictObject({
        entityId: z.string().min(1).max(1_024),
        acsPath: z.string().regex(/^\/[\w./-]{1,200}$/),
      })
      .optional()
      .describe(
        'For a connection that worked elsewhere: what it was called there. Only the operator may say so',
      ),
  })
  .openapi('NewConnection')

export const connectionChangeSchema = z
  .strictObject({
    ...sourceFields,
    name: z.string().trim().min(1).max(200),
    identityProvider: identityProviderSchema,
    oidc: oidcSourceSchema,
    active: z.boolean(),
    followsDirectory: z.boolean(),
    options: optionsInput,
  })
  .partial()
  .openapi('ConnectionChange')

const anchorWordSchema = z
  .object({
    kind: z.enum(['operator', 'api_key', 'oauth_client', 'system', 'user', 'portal_link']),
    id: z.string().nullable(),
    rung: z.enum(['person', 'connection', 'directory', 'contact', 'administrator', 'owner', 'operator']),
    at: time,
    name: z
      .string()
      .nullable()
      .describe('The userName, where it is a person; null for whoever may not see people'),
  })
  .openapi('AnchorWord')

const differenceSchema = z
  .array(changeSchema)
  .describe(
    'What differs from what is in place; certificates by their SHA-256 fingerprints, of a client secret only that it is replaced',
  )

export const relinkPreviewSchema = z
  .object({
    identities: z.number().int(),
    relinked: z.number().int(),
    dropped: z
      .number()
      .int()
      .describe('People whose new stable id is not known: their next sign-in links them anew'),
    kept: z
      .number()
      .int()
      .describe('Owners and administrators: nothing moves them; they prove themselves under the new anchor'),
    sample: z.array(
      z.object({
        userId: z.string(),
        userName: z.string(),
        before: z.string(),
        after: z.string().nullable(),
      }),
    ),
  })
  .openapi('RelinkPreview')

export const asleepSchema = z
  .object({
    count: z.number().int(),
    people: z
      .array(z.object({ id: z.string(), userName: z.string(), role: z.string() }))
      .describe('At most 50; empty for whoever may not see people'),
  })
  .openapi('Asleep')

/** A 403 told ahead: by its code, so that nobody is offered what would be refused. */
const refusalSchema = z.enum(['administrator_required', 'owner_required']).nullable()

export const stagedAnchorSchema = z
  .object({
    digest: anchorDigestSchema,
    number: z.number().int().nullable().describe('null: it is the anchor that is in place already'),
    host: z.string().describe('Where people would be sent'),
    changes: differenceSchema,
    staged: anchorWordSchema.nullable(),
    testedAt: nullableTime.describe('When a test sign-in of exactly this last succeeded'),
    mustBeTested: z
      .boolean()
      .describe(
        'Whether this caller puts it in place only once that is so: the client secret or the scopes are replaced, and an owner signs in by it',
      ),
    asleep: asleepSchema.describe(
      'Owners and administrators who would be refused until they confirm it, were it put in place by this caller',
    ),
    relink: relinkPreviewSchema
      .nullable()
      .describe('Where entity ID, issuer or stable id changes: what becomes of the people who are linked'),
    mayApply: z.boolean().describe('Whether this caller may put it in place'),
    mayCallCompromised: z
      .boolean()
      .describe(
        'Whether this caller may say of what is in place that it is compromised: not where somebody above vouches for it',
      ),
    discard: refusalSchema.describe('Why this caller may not discard it; null where they may'),
  })
  .openapi('StagedAnchor')

export const anchorDetailSchema = z
  .object({
    present: z
      .object({
        number: z.number().int(),
        digest: anchorDigestSchema,
        rung: anchorRungSchema,
        host: z.string(),
        put: anchorWordSchema.nullable().describe('null: from before there were versions'),
        confirmed: anchorWordSchema.nullable(),
        metadataUrlRung: anchorRungSchema
          .nullable()
          .describe(
            'Who entered the metadata URL: new certificates that come from another host than that of the SSO URL are staged where somebody above vouches for what is in place',
          ),
        asleep: asleepSchema.describe('Who is refused until somebody of their rung confirms it'),
        mayConfirm: z.boolean().describe('Whether a confirmation by this caller would raise it'),
      })
      .nullable(),
    staged: stagedAnchorSchema.nullable(),
    earlier: z
      .object({
        number: z.number().int(),
        digest: anchorDigestSchema,
        rung: anchorRungSchema,
        host: z.string(),
        changes: differenceSchema.describe('What bringing it back would change'),
        withdrawn: anchorWordSchema,
        until: time.describe('Until when it can be brought back'),
        isCompromised: z.boolean(),
        mayRestore: z.boolean().describe('Whether this caller may bring it back now'),
      })
      .nullable()
      .describe('The anchor that the present one replaced'),
    refusals: z
      .object({
        change: refusalSchema.describe('Of its name and options'),
        switchOn: refusalSchema,
        switchOff: refusalSchema,
        delete: refusalSchema,
      })
      .describe('What this caller would be refused, by the code of the refusal; null where they may'),
  })
  .openapi('AnchorDetail')

export const anchorSourceSchema = z
  .strictObject({
    ...sourceFields,
    oidc: oidcSourceSchema,
    stableIdAttribute,
    nameIdFormat: connectionOptions.nameIdFormat,
  })
  .partial()
  .openapi('AnchorSource')

export const anchorApplySchema = z
  .strictObject({
    digest: anchorDigestSchema,
    compromised: z
      .boolean()
      .optional()
      .describe(
        'The anchor that it replaces is in foreign hands: nobody brings it back but who stands above the caller. 403 where somebody above vouches for it',
      ),
  })
  .openapi('AnchorApply')

export const anchorConfirmSchema = z.strictObject({ digest: anchorDigestSchema }).openapi('AnchorConfirm')

const cameSchema = z.object({
  count: z.number().int(),
  items: z.array(z.object({ id: z.string(), name: z.string() })).describe('At most 50'),
})
export const anchorRestoredSchema = z
  .object({
    connection: connectionSchema,
    sessionsEnded: z.number().int().describe('People whose sessions began under the withdrawn anchor'),
    came: z
      .object({ accounts: cameSchema, links: cameSchema, keys: cameSchema })
      .describe('What came while the withdrawn anchor was in place: look whether it shall stay'),
  })
  .openapi('AnchorRestored')

export const relinkSchema = z
  .strictObject({
    stableIdAttribute: stableIdAttribute.optional(),
    metadataUrl: sourceFields.metadataUrl.optional(),
    metadataXml: sourceFields.metadataXml.optional(),
    dryRun: z.boolean().default(true),
  })
  .openapi('Relink')

export const relinkResultSchema = relinkPreviewSchema.extend({ dryRun: z.boolean() }).openapi('RelinkResult')

export const testLinkSchema = z
  .object({ url: z.string().describe('Open it in the browser that holds the session of the settings') })
  .openapi('TestLink')

export const serviceKeySchema = z
  .object({
    id: z.string(),
    state: z.enum(['current', 'next', 'retiring']),
    certificate: z.string().describe('PEM'),
    fingerprint: z.string(),
    notAfter: time,
    createdAt: time,
    retiresAt: nullableTime,
    activation: refusalSchema.describe(
      'Why this caller may not activate it, with 30 days of overlap; null where they may, and where it is active already',
    ),
  })
  .openapi('ServiceKey')

export const serviceKeyActivationSchema = z
  .strictObject({ overlapDays: z.number().int().min(0).max(90).default(30) })
  .openapi('ServiceKeyActivation')

export const newPortalLinkSchema = z
  .strictObject({
    role: z.enum(['owner', 'admin']),
    email: addressSchema.optional(),
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional(),
    days: z
      .number()
      .int()
      .min(1)
      .max(30)
      .optional()
      .describe('Makes a set-up link that can be resumed and revoked'),
  })
  .openapi('NewPortalLink')

export const createdPortalLinkSchema = z
  .object({ id: z.string(), url: z.string().describe('Shown once'), expiresAt: time })
  .openapi('CreatedPortalLink')

export const createdOperatorLinkSchema = z
  .object({
    url: z.string().describe("Shown once; opens the operator's side, once and for five minutes"),
    expiresAt: time,
  })
  .openapi('CreatedOperatorLink')

export const newOperatorLinkSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Who it is for: shown in the list of sessions and in events'),
  })
  .openapi('NewOperatorLink')

export const operatorSessionSchema = z
  .object({
    id: z.string().openapi({ example: 'ops_01jd3y7k9p2m4n6q8r0s1t2v3w' }),
    name: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: time,
    lastSeenAt: time.describe('Accurate to a minute'),
    expiresAt: time,
    isOwn: z.boolean().describe('The one that asks'),
  })
  .openapi('OperatorSession')

export const installationSchema = z
  .object({
    version: z.string(),
    store: z.enum(['embedded', 'postgres']),
    url: z.string(),
    startedAt: time.describe('Of the node that answers'),
    memoryBytes: z.number().int().describe('Resident, of the node that answers'),
    storeMs: z.number().describe('How long the store took for one question'),
    hasMail: z.boolean(),
    isDev: z.boolean(),
    nodeVersion: z.string(),
  })
  .openapi('Installation')

export const portalLinkSchema = z
  .object({
    id: z.string(),
    role: z.enum(['owner', 'admin']),
    kind: z.enum(['portal', 'setup']),
    email: z.string().nullable(),
    createdAt: time,
    expiresAt: time,
    usedAt: nullableTime,
    revokedAt: nullableTime,
    endedAt: nullableTime.describe('When its reason went'),
    endedReason: z
      .enum(['maker', 'parent', 'operator_key'])
      .nullable()
      .describe('The maker is out, the link it was made from was revoked, or the operator key was changed'),
    createdBy: makerSchema.omit({ isOut: true }),
  })
  .openapi('PortalLink')

export const portalTokenSchema = z
  .strictObject({
    token: z.string().max(100),
    replace: z
      .boolean()
      .default(false)
      .describe('End a session of another kind, or of another organization, that this browser has'),
  })
  .openapi('PortalToken')

export const sessionSchema = z
  .object({
    kind: z.enum(['person', 'administrator', 'setup', 'operator']),
    role: z.string(),
    rung: rungSchema,
    label: z.string(),
    userId: z.string().nullable(),
    organization: z
      .object({ slug: z.string(), name: z.string() })
      .nullable()
      .describe('null for the operator, who reaches all'),
    returnUrl: z.string().nullable(),
    expiresAt: time,
  })
  .openapi('Session')

export const userSessionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['rollcall', 'application']),
    application: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe('null for a session here'),
    connection: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe('By which the person came; null where it is not known any more'),
    ip: z.string().nullable().describe('Of the browser that began it'),
    userAgent: z.string().nullable(),
    createdAt: time.nullable(),
    lastSeenAt: time.nullable().describe('To a minute; null for an application, which does not say'),
    expiresAt: time,
    isCurrent: z.boolean().describe('The session that asks'),
  })
  .openapi('UserSession')

export const endSessionsSchema = z
  .strictObject({ reason: z.string().trim().min(1).max(200).optional() })
  .openapi('EndSessions')

export const endedSessionsSchema = z
  .object({ sessions: z.number().int(), applications: z.number().int() })
  .openapi('EndedSessions')

export const identitySchema = z
  .object({
    connectionId: z.string(),
    identityProvider: z.string().describe('Its entity ID'),
    stableId: z.string(),
    nameId: z.string(),
    linkedAt: time,
    lastSignInAt: time,
  })
  .openapi('Identity')

export const userSourceSchema = z.enum(['invited', 'sso', 'scim', 'imported'])

const userFields = {
  id: z.string(),
  userName: z.string(),
  email: z.string().nullable(),
  displayName: z.string().nullable(),
  givenName: z.string().nullable(),
  familyName: z.string().nullable(),
  externalId: z.string().nullable(),
  role: userRoleSchema,
  roleOrigin: z.enum(['default', 'group', 'hand']),
  active: z.boolean().describe('Whether the person may sign in'),
  blockedAt: nullableTime.describe("An administrator's block"),
  source: userSourceSchema,
  managedBy: z.enum(['scim']).nullable(),
  addressOnlyFound: z
    .boolean()
    .describe(
      'The e-mail address, or the userName, was only found in a sign-in, and nobody has said that it is theirs: whoever proves it has it',
    ),
  createdAt: time,
  updatedAt: time,
  deactivatedAt: nullableTime,
  lastSignInAt: nullableTime,
}
export const userSchema = z.object(userFields).openapi('User')
export const userDetailSchema = z
  .object({
    ...userFields,
    identities: z.array(identitySchema),
    groups: z.array(z.object({ id: z.string(), displayName: z.string() })),
    extensions: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .describe('Values of schema extensions, by the URN of the schema'),
  })
  .openapi('UserDetail')

export const groupSchema = z
  .object({
    id: z.string().openapi({ example: 'grp_01jd3y7k9p2m4n6q8r0s1t2v3w' }),
    displayName: z.string(),
    externalId: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Group')
export const groupQuerySchema = z.object({
  search: z.string().max(100).optional().describe('Beginning of a name, or an external id'),
})
export const memberSchema = z
  .object({
    id: z.string(),
    type: z.enum(['user', 'group']),
    display: z.string().describe('The displayName of a user, else the userName; the displayName of a group'),
    userName: z.string().nullable().describe('Of a user; null of a group'),
  })
  .openapi('Member')

export const schemaExtensionsSchema = z
  .strictObject({
    extensions: z
      .array(
        z.strictObject({
          resourceType: z.enum(['User', 'Group']),
          schema: z
            .record(z.string(), z.unknown())
            .refine(isKeepable, tooMuch)
            .describe('A SCIM schema (RFC 7643 §7): id, name, description, attributes'),
        }),
      )
      .max(10),
  })
  .openapi('SchemaExtensions')

const personName = z.string().trim().min(1).max(200)
export const userChangeSchema = z
  .strictObject({
    role: userRoleSchema,
    displayName: personName,
    givenName: personName,
    familyName: personName,
  })
  .partial()
  .openapi('UserChange')

export const unlinkSchema = z.strictObject({ connectionId: z.string().max(64) }).openapi('Unlink')

export const userQuerySchema = z.object({
  search: z.string().max(100).optional().describe('Beginning of a name or address, or an external id'),
  active: z.enum(['true', 'false']).optional(),
  source: userSourceSchema.optional(),
  role: userRoleSchema.optional(),
})

export const newInvitationSchema = z
  .strictObject({
    email: addressSchema,
    role: roleSchema.default('member'),
    days: z.number().int().min(1).max(30).default(7),
  })
  .openapi('NewInvitation')

export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    status: z.enum(['open', 'accepted', 'expired', 'revoked']),
    createdAt: time,
    expiresAt: time,
    acceptedAt: nullableTime,
    userId: z.string().nullable(),
  })
  .openapi('Invitation')

export const createdInvitationSchema = z
  .object({
    invitation: invitationSchema,
    url: z.string().nullable().describe('The link, where no mail is configured; null where it was sent'),
  })
  .openapi('CreatedInvitation')

export const invitationTokenSchema = z.strictObject({ token: z.string().max(100) }).openapi('InvitationToken')
export const acceptedInvitationSchema = z
  .object({ email: z.string(), organization: z.string(), signInUrl: z.string() })
  .openapi('AcceptedInvitation')

export const openedConfirmationSchema = z
  .object({ url: z.string().describe('Where the browser goes next: the sign-in, or the question itself') })
  .openapi('OpenedConfirmation')

export const recoveryAddressSchema = z
  .object({
    address: z
      .string()
      .nullable()
      .describe('Where a link goes that recovers this person; null: there is none'),
    shownAt: nullableTime.describe('When the person saw it'),
    pendingAddress: z.string().nullable().describe('One that has not confirmed yet'),
  })
  .openapi('RecoveryAddress')
export const recoveryAddressChangeSchema = z
  .strictObject({ address: z.string().min(3).max(320) })
  .openapi('RecoveryAddressChange')

export const operatorNeedSchema = z
  .object({
    kind: z.enum([
      'privileged_refused',
      'owner_unlinked',
      'administrator_unlinked',
      'role_withheld',
      'ownerless',
      'staged',
      'provisional',
      'deactivation_refused',
      'domain_lapsed',
      'domain_taken_over',
    ]),
    organization: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    subjectId: z.string().describe('The person, connection, key or domain that it is about'),
    since: time,
    detail: z.record(z.string(), z.string()).describe('What names it: userName, connection, role …'),
  })
  .openapi('OperatorNeed')

export const operatorNeedsSchema = z
  .object({
    items: z.array(operatorNeedSchema),
    more: z.number().int().describe('How many wait beside those that are listed'),
  })
  .openapi('OperatorNeeds')

export const userImportSchema = z
  .strictObject({
    dryRun: z.boolean().default(true),
    format: z.enum(['csv', 'json']).default('json'),
    csv: z.string().max(32_000_000).optional(),
    users: z.array(z.record(z.string(), z.unknown())).max(100_000).optional(),
  })
  .openapi('UserImport')

export const importResultSchema = z
  .object({
    dryRun: z.boolean(),
    rows: z.number().int(),
    created: z.number().int(),
    existing: z.number().int(),
    faults: z.array(z.object({ row: z.number().int(), message: z.string() })).describe('The first 100'),
    faulty: z.number().int(),
  })
  .openapi('ImportResult')

export const roleMappingSchema = z
  .strictObject({ group: z.string().min(1).max(512), role: roleSchema })
  .openapi('RoleMapping')
export const roleMappingsSchema = z
  .strictObject({
    mappings: z.array(roleMappingSchema).max(200).describe('In order: the first that matches gives the role'),
  })
  .openapi('RoleMappings')

const sources = z.array(z.string().min(1).max(512)).max(20)
/** What an attribute rule can fill; `groups` feeds the role mappings and is not stored on the user. */
export const mappingTargets = [
  'userName',
  'email',
  'givenName',
  'familyName',
  'displayName',
  'groups',
  'title',
  'nickName',
  'preferredLanguage',
  'locale',
  'timezone',
  'employeeNumber',
  'department',
  'division',
  'organization',
  'costCenter',
] as const
export const mappingTargetSchema = z.enum(mappingTargets)
export const attributeRulesSchema = z
  .partialRecord(mappingTargetSchema, sources)
  .describe(
    'Names of attributes to try in order; NameID stands for the NameID. What is not named keeps its default',
  )
export const attributeMappingSchema = z
  .strictObject({ rules: attributeRulesSchema })
  .openapi('AttributeMapping')
export const attributeMappingViewSchema = z
  .object({ rules: attributeRulesSchema, defaults: z.record(z.string(), sources) })
  .openapi('AttributeMappingView')
/** Attributes, or claims, that one sign-in may bring. */
export const maxSentAttributes = 200
export const mappingPreviewRequestSchema = z
  .strictObject({
    rules: attributeRulesSchema.optional().describe('Rules to try; unsaid: the stored ones'),
    userId: z.string().max(64).optional().describe("A person, whose last sign-in's attributes are used"),
    nameId: z.string().max(512).optional(),
    attributes: z
      .record(z.string().max(512), z.array(z.string().max(2_000)).max(200))
      .refine((attributes) => Object.keys(attributes).length <= maxSentAttributes, {
        message: `Too many: at most ${maxSentAttributes} attributes, as of a sign-in`,
      })
      .optional()
      .describe(`At most ${maxSentAttributes}, as of a sign-in; the body at most 128 KB`),
  })
  .openapi('MappingPreviewRequest')
export const mappingPreviewSchema = z
  .object({
    values: z.record(z.string(), z.string()),
    groups: z.array(z.string()).nullable(),
    sources: z.record(z.string(), z.string()),
    role: z.string(),
  })
  .openapi('MappingPreview')

export const eventSchema = z
  .object({
    id: z.string(),
    type: z.string().openapi({ example: 'user.provisioned' }),
    occurredAt: time,
    actor: actorSchema,
    subject: z.object({ type: z.string(), id: z.string() }),
    data: z
      .record(z.string(), z.unknown())
      .describe('What changed: before and after of each attribute, never a secret'),
    requestId: z.string().nullable(),
  })
  .openapi('Event')

export const archivedEventsSchema = z
  .object({ sequence: z.number().int(), hash: z.string(), at: time })
  .openapi('ArchivedEvents')

export const eventArchivePageSchema = z
  .object({
    after: z.number().int().describe('The entry before the first of these'),
    archived: archivedEventsSchema.nullable().describe('Where the log begins in the store'),
    items: z.array(
      z.object({
        sequence: z.number().int(),
        hash: z
          .string()
          .describe(
            'SHA-256 of the JSON array of the hash before, the sequence and the columns of the event',
          ),
        event: z.object({
          id: z.string(),
          type: z.string(),
          occurred_at: z.number().int().describe('Milliseconds since 1970'),
          actor_kind: z.string(),
          actor_id: z.string().nullable(),
          subject_type: z.string(),
          subject_id: z.string(),
          data: z.string().describe('JSON'),
          context: z.string().describe('JSON'),
          request_id: z.string().nullable(),
        }),
      }),
    ),
    isLast: z.boolean(),
  })
  .openapi('EventArchivePage')

export const archivedUntilSchema = z
  .object({ sequence: z.number().int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) })
  .openapi('ArchivedUntil')

export const droppedEventsSchema = z
  .object({ dropped: z.number().int(), isDone: z.boolean().describe('Otherwise ask again') })
  .openapi('DroppedEvents')

export const eventVerificationSchema = z
  .object({
    isIntact: z.boolean(),
    sealed: z.number().int(),
    unsealed: z.number().int().describe('Events of about the last half minute'),
    archived: archivedEventsSchema
      .nullable()
      .describe('Up to this entry the log was archived; the chain goes on from its hash'),
    since: nullableTime.describe('Of the first sealed event'),
    head: z
      .object({ sequence: z.number().int(), hash: z.string() })
      .nullable()
      .describe('Note it elsewhere: a later check with `head=sequence:hash` shows a cut tail'),
    noted: z
      .enum(['found', 'archived'])
      .nullable()
      .describe(
        'Of `head`: it is in the chain, or in an archive, whose files tell. Null where none was asked for, or the chain is broken',
      ),
    brokenAt: z.object({ sequence: z.number().int(), eventId: z.string(), reason: z.string() }).nullable(),
  })
  .openapi('EventVerification')

export const activitySchema = z
  .object({
    id: z.string(),
    occurredAt: time,
    method: z.string(),
    path: z.string(),
    status: z.number().int(),
    durationMs: z.number(),
    outcome: z.enum(['ok', 'refused', 'failed']),
    explanation: z.string(),
    requestId: z.string(),
    keyId: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    kind: z.enum(['scim', 'sign_in']),
    code: z.string().nullable().describe('Why a sign-in was refused'),
    connectionId: z.string().nullable(),
    requestBody: z.string().nullable().describe('Redacted; kept for refusals and at least the newest 10,000'),
    responseBody: z.string().nullable(),
  })
  .openapi('Activity')

/** A page of a list: `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(
  item: T,
  name: string,
): z.ZodType<{ items: z.infer<T>[]; nextCursor: string | null }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).openapi(name) as never
}

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
})

const eventTypeFilter = z.union([z.literal('*'), z.enum(eventTypes), z.literal('webhook.test')])
const slugs = z.array(slugSchema).min(1).max(1_000)

export const webhookEndpointSchema = z
  .object({
    id: z.string().openapi({ example: 'whe_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
    url: z.string(),
    description: z.string().nullable(),
    algorithm: z
      .enum(['hmac-sha256', 'ed25519'])
      .describe('Standard Webhooks signature v1 (a shared secret) or v1a (our key pair)'),
    publicKey: z.string().nullable().describe('`whpk_…`, of an ed25519 endpoint'),
    eventTypes: z.array(z.string()).describe('`*`: every type'),
    organizations: z.array(z.string()).nullable().describe('Slugs; null: every organization'),
    state: z.enum(['enabled', 'disabled']),
    disabledReason: z
      .enum(['operator', 'gone', 'failing'])
      .nullable()
      .describe('gone: it answered 410. failing: nothing was accepted for three days'),
    failingSince: nullableTime.describe('Since when nothing has been accepted'),
    nextAttemptAt: nullableTime.describe('Of an endpoint that fails: when it is tried again'),
    lastDeliveredAt: nullableTime,
    createdAt: time,
    updatedAt: time,
  })
  .openapi('WebhookEndpoint')
export const newWebhookEndpointSchema = z
  .strictObject({
    url: webUrlSchema,
    description: z.string().trim().min(1).max(200).optional(),
    eventTypes: z.array(eventTypeFilter).min(1).max(100).default(['*']),
    organizations: slugs.optional(),
    algorithm: z.enum(['hmac-sha256', 'ed25519']).default('hmac-sha256'),
  })
  .openapi('NewWebhookEndpoint')
export const webhookEndpointChangeSchema = z
  .strictObject({
    url: webUrlSchema,
    description: z.string().trim().min(1).max(200).nullable(),
    eventTypes: z.array(eventTypeFilter).min(1).max(100),
    organizations: slugs.nullable(),
    state: z.enum(['enabled', 'disabled']),
  })
  .partial()
  .openapi('WebhookEndpointChange')
export const createdWebhookEndpointSchema = webhookEndpointSchema
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('`whsec_…`, shown in this answer and never again; null for ed25519'),
  })
  .openapi('CreatedWebhookEndpoint')
export const secretRotationSchema = z
  .strictObject({ overlapSeconds: z.number().int().min(0).max(604_800).default(86_400) })
  .openapi('SecretRotation')
export const queuedSchema = z
  .object({ queued: z.number().int().describe('Deliveries that were queued') })
  .openapi('Queued')
export const resendSchema = z
  .strictObject({
    eventId: z.string().max(64).optional(),
    from: time.optional(),
    to: time.optional(),
  })
  .describe('Either eventId, or from and to: all events of the time that the endpoint is subscribed to')
  .openapi('Resend')
export const deliveryQuerySchema = z.object({
  state: z.enum(['pending', 'delivered', 'failed']).optional(),
  eventId: z.string().max(64).optional(),
})
export const deliverySchema = z
  .object({
    id: z.string(),
    eventId: z.string().describe('The `webhook-id`: the same each time'),
    eventType: z.string(),
    organization: z.object({ id: z.string(), slug: z.string() }).nullable(),
    subjectId: z.string(),
    state: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number().int(),
    createdAt: time,
    nextAttemptAt: nullableTime,
    deliveredAt: nullableTime,
    request: z.string().nullable().describe('The body; null once the event is older than what is kept'),
    log: z
      .array(
        z.object({
          at: time,
          status: z.number().int().nullable(),
          durationMs: z.number().int(),
          error: z.string().nullable(),
          response: z.string().nullable().describe('The first 1,000 characters'),
        }),
      )
      .describe('The newest 10 attempts, the newest first'),
  })
  .openapi('Delivery')

export const feedQuerySchema = z.object({
  after: z
    .string()
    .regex(/^(?:\d{1,15}|latest)$/)
    .optional()
    .describe(
      'A `nextCursor`; `latest`: only what is still to come; without it, from the oldest that is kept',
    ),
  types: z.string().max(2_000).optional().describe('Types, separated by commas'),
  organization: slugSchema.optional(),
  wait: z.coerce.number().int().min(0).max(20).default(0).describe('Seconds to wait for the next event'),
  limit: z.coerce.number().int().min(1).max(200).default(100),
  follow: z.enum(['0', '1']).default('0').describe('1: server-sent events'),
})
export const feedPageSchema = z
  .object({
    items: z.array(feedEventSchema),
    nextCursor: z.string().describe('Never null: where to go on, also after an empty answer'),
  })
  .openapi('FeedPage')

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/
/** https, http on the machine itself, or a scheme of the application's own: a reversed domain name (RFC 8252 §7.1). */
function isRedirectUri(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || text.includes('#') || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:'
    ? loopback.test(url.hostname)
    : /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:$/.test(url.protocol)
}
const redirectUriSchema = z
  .string()
  .max(2_000)
  .refine(
    isRedirectUri,
    'https, http on localhost, or a scheme such as com.example.app; no fragment (RFC 6749 §3.1.2)',
  )
const clientAuthenticationSchema = z
  .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
  .describe('none: a public client, such as a single-page or mobile application')
const applicationFields = {
  name: z.string().trim().min(1).max(200),
  authentication: clientAuthenticationSchema,
  redirectUris: z
    .array(redirectUriSchema)
    .min(1)
    .max(50)
    .describe('Compared letter by letter; of an application on a device, any port of this machine will do'),
  postLogoutRedirectUris: z.array(redirectUriSchema).max(50),
  backchannelLogoutUri: webUrlSchema
    .refine((uri) => !uri.includes('#'), 'no fragment (OpenID Connect Back-Channel Logout 1.0 §2.2)')
    .nullable()
    .describe('Told when a person is out'),
  initiateLoginUri: webUrlSchema
    .nullable()
    .describe("Where a sign-in that begins elsewhere starts: a tile in the identity provider's dashboard"),
  jwks: jwksSchema.nullable(),
  jwksUrl: webUrlSchema.nullable(),
  requirePkce: z
    .boolean()
    .describe(
      'Whether PKCE is asked for (RFC 7636). False only for a client with a secret or a key that cannot send it, such as AWS ALB and Amazon Cognito',
    ),
  organizations: slugs.nullable().describe('Slugs; null: every organization'),
}
export const applicationSchema = z
  .object({
    id: z.string().openapi({ example: 'app_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
    clientId: z.string().describe('The same as id'),
    issuer: z.string(),
    ...applicationFields,
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Application')
export const newApplicationSchema = z
  .strictObject({
    name: applicationFields.name,
    authentication: clientAuthenticationSchema.default('client_secret_basic'),
    redirectUris: applicationFields.redirectUris,
    postLogoutRedirectUris: applicationFields.postLogoutRedirectUris.default([]),
    backchannelLogoutUri: applicationFields.backchannelLogoutUri.default(null),
    initiateLoginUri: applicationFields.initiateLoginUri.default(null),
    jwks: applicationFields.jwks.default(null),
    jwksUrl: applicationFields.jwksUrl.default(null),
    requirePkce: applicationFields.requirePkce.default(true),
    organizations: applicationFields.organizations.default(null),
  })
  .openapi('NewApplication')
export const applicationChangeSchema = z
  .strictObject(applicationFields)
  .omit({ authentication: true })
  .partial()
  .openapi('ApplicationChange')
export const createdApplicationSchema = applicationSchema
  .extend({
    clientSecret: z
      .string()
      .nullable()
      .describe('Shown in this answer and never again; null where there is none'),
  })
  .openapi('CreatedApplication')
export const signingKeySchema = z
  .object({
    id: z.string().describe('The `kid`'),
    algorithm: z.enum(['RS256', 'ES256']),
    state: z.enum(['current', 'next', 'retiring']),
    createdAt: time,
    activeAt: time,
    retiresAt: nullableTime,
  })
  .openapi('SigningKey')
export const signingKeyRotationSchema = z
  .strictObject({
    delaySeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(3_600)
      .describe('How long it is published before it signs'),
  })
  .openapi('SigningKeyRotation')

/** What a program tells refusals apart by; the document says of each when it is answered and what to do. */
const problemCodeSchema = z.enum(problemCodes).openapi('ProblemCode', {
  description: 'Stable: a code goes on meaning what it means. New ones may come with a new version',
  example: 'scim_not_enabled',
  'x-enum-descriptions': problemCodes.map((code) => {
    const { status, about, remedy } = problems[code]
    return `${status}. ${about} ${remedy}`
  }),
})

/** RFC 9457 with a stable `code`. */
export const problemSchema: z.ZodType<ProblemFields> = z
  .object({
    type: z.string().describe('about:blank: `code` tells refusals apart'),
    title: z.string().describe("The status's own words"),
    status: z.number().int().describe('The HTTP status once more; each code has one'),
    code: problemCodeSchema,
    detail: z.string().describe('For people: what was refused, and why'),
    requestId: z.string().optional().describe("What the service's log has the request under"),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Of invalid_request: the fields that are wrong'),
  })
  .openapi('Problem')

export type Organization = z.infer<typeof organizationSchema>
export type OrganizationSummary = z.infer<typeof organizationSummarySchema>
export type Installation = z.infer<typeof installationSchema>
export type MetadataPreview = z.infer<typeof metadataPreviewSchema>
export type Identity = z.infer<typeof identitySchema>
export type NewOrganization = z.infer<typeof newOrganizationSchema>
export type OrganizationChange = z.infer<typeof organizationChangeSchema>
export type ApiKey = z.infer<typeof apiKeySchema>
export type NewApiKey = z.infer<typeof newApiKeySchema>
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>
export type Provisioning = z.infer<typeof provisioningSchema>
export type ProvisioningStatus = z.infer<typeof provisioningStatusSchema>
export type ProvisioningMode = z.infer<typeof provisioningModeSchema>
export type DeprovisionGuard = z.infer<typeof deprovisionGuardSchema>
export type DeprovisionAlert = z.infer<typeof deprovisionAlertSchema>
export type OidcSource = Loose<z.infer<typeof oidcSourceSchema>>
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>
export type NewWebhookEndpoint = Loose<z.infer<typeof newWebhookEndpointSchema>>
export type WebhookEndpointChange = Loose<z.infer<typeof webhookEndpointChangeSchema>>
export type CreatedWebhookEndpoint = z.infer<typeof createdWebhookEndpointSchema>
export type Delivery = z.infer<typeof deliverySchema>
export type Resend = Loose<z.infer<typeof resendSchema>>
export type FeedQuery = Loose<z.infer<typeof feedQuerySchema>>
export type Application = z.infer<typeof applicationSchema>
export type NewApplication = Loose<z.infer<typeof newApplicationSchema>>
export type ApplicationChange = Loose<z.infer<typeof applicationChangeSchema>>
export type CreatedApplication = z.infer<typeof createdApplicationSchema>
export type SigningKey = z.infer<typeof signingKeySchema>
export type Role = z.infer<typeof roleSchema>
export type ArchivedEvents = z.infer<typeof archivedEventsSchema>
export type EventArchivePage = z.infer<typeof eventArchivePageSchema>
export type DroppedEvents = z.infer<typeof droppedEventsSchema>
export type EventVerification = z.infer<typeof eventVerificationSchema>
export type EventView = z.infer<typeof eventSchema>
export type ActivityView = z.infer<typeof activitySchema>
export type Domain = z.infer<typeof domainSchema>
export type Connection = z.infer<typeof connectionSchema>
export type ConnectionOptions = z.infer<typeof connectionOptionsSchema>
export type NewConnection = Loose<z.infer<typeof newConnectionSchema>>
export type ConnectionChange = Loose<z.infer<typeof connectionChangeSchema>>
export type Asleep = z.infer<typeof asleepSchema>
export type RelinkPreview = z.infer<typeof relinkPreviewSchema>
export type StagedAnchor = z.infer<typeof stagedAnchorSchema>
export type AnchorDetail = z.infer<typeof anchorDetailSchema>
export type AnchorSource = Loose<z.infer<typeof anchorSourceSchema>>
export type AnchorRestored = z.infer<typeof anchorRestoredSchema>
export type AnchorWord = z.infer<typeof anchorWordSchema>
export type Relink = Loose<z.infer<typeof relinkSchema>>
export type RelinkResult = z.infer<typeof relinkResultSchema>
export type ServiceKey = z.infer<typeof serviceKeySchema>
export type NewPortalLink = Loose<z.infer<typeof newPortalLinkSchema>>
export type PortalLink = z.infer<typeof portalLinkSchema>
export type SessionView = z.infer<typeof sessionSchema>
export type OperatorSessionView = z.infer<typeof operatorSessionSchema>
export type UserSession = z.infer<typeof userSessionSchema>
export type User = z.infer<typeof userSchema>
export type UserDetail = z.infer<typeof userDetailSchema>
export type UserChange = Loose<z.infer<typeof userChangeSchema>>
export type NewInvitation = z.infer<typeof newInvitationSchema>
export type Invitation = z.infer<typeof invitationSchema>
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>
export type RecoveryAddress = z.infer<typeof recoveryAddressSchema>
export type OperatorNeed = z.infer<typeof operatorNeedSchema>
export type OperatorNeeds = z.infer<typeof operatorNeedsSchema>
export type UserImport = Loose<z.infer<typeof userImportSchema>>
export type ImportResult = z.infer<typeof importResultSchema>
export type OAuthClient = z.infer<typeof oauthClientSchema>
export type NewOAuthClient = Loose<z.infer<typeof newOAuthClientSchema>>
export type CreatedOAuthClient = z.infer<typeof createdOAuthClientSchema>
export type Group = z.infer<typeof groupSchema>
export type Member = z.infer<typeof memberSchema>
export type SchemaExtensions = z.infer<typeof schemaExtensionsSchema>
export type RoleMappings = z.infer<typeof roleMappingsSchema>
export type MappingPreviewRequest = Loose<z.infer<typeof mappingPreviewRequestSchema>>
export type MappingPreview = z.infer<typeof mappingPreviewSchema>
export type ProvisioningPreview = z.infer<typeof provisioningPreviewSchema>
export type ProvisioningChange = Loose<z.infer<typeof provisioningChangeSchema>>

/** Optional members as zod infers them: absent, or undefined. */
type Loose<T> = { readonly [K in keyof T]: T[K] | (undefined extends T[K] ? undefined : never) }
/**
 * A refusal, told apart by `code`, which fixes `status`. A later version of the service may answer a code that this one does not know: a
 * `switch` over `code` keeps its `default`.
 */
export type ProblemBody =
  | { readonly [C in ProblemCode]: ProblemOf<C, ProblemStatus<C>> }[ProblemCode]
  /** The client's own word for an answer that is none of the service's, such as that of a proxy. */
  | ProblemOf<'unexpected_answer', number>
interface ProblemOf<C extends string, S extends number>
  extends Readonly<Omit<ProblemFields, 'code' | 'status'>> {
  readonly code: C
  readonly status: S
}
export interface ProblemFields {
  type: string
  title: string
  status: number
  code: ProblemCode
  detail: string
  requestId?: string | undefined
  errors?: { path: string; message: string }[] | undefined
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}
