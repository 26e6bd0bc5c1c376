// SSO connections: the trust of an organization in one identity provider.
import { z } from '@hono/zod-openapi'
import {
  body,
  conflict,
  created,
  done,
  json,
  listOf,
  ok,
  organizationIdParams,
  organizationParams,
  refused,
} from './answers.ts'
import { type Loose, nullableTime, plainTextSchema, time } from './fields.ts'
import {
  anchorDigestSchema,
  anchorRungSchema,
  identityProviderSchema,
  metadataFields,
  metadataPreviewSchema,
  metadataSourceSchema,
  nullableName,
  oidcSourceSchema,
  sourceFields,
  stableIdAttribute,
} from './metadata.ts'
import { operationsOf } from './operation.ts'
import { formerly } from './renamed.ts'
import { relinkPreviewSchema, stagedAnchorSchema } from './staged-anchors.ts'

/** The options of a SAML connection, each with what it means; `clockSkewSeconds` is in seconds. */
export const connectionOptions = {
  signRequests: z.boolean().describe('Sign AuthnRequests with RSA-SHA256'),
  wantEncryptedAssertions: z.boolean().describe('Refuse assertions that come in the clear'),
  allowAesCbc: z.boolean().describe('Accept AES-CBC, which Okta, OneLogin, AD FS, Ping and Entra still send'),
  allowUnsolicited: z
    .boolean()
    .describe('Use responses that nobody asked for; off, a click on a tile begins a sign-in'),
  forceAuthn: z
    .boolean()
    .describe('Ask for credentials every time; an answer to an older sign-in is refused'),
  nameIdFormat: nullableName.describe(
    'Asked for in the request; null asks for none. New SAML connections of `generic` ask for persistent',
  ),
  ignoreNameIdCase: z
    .boolean()
    .describe(
      'Take a NameID with an @ that differs from the known one in upper and lower case alone for the same; never of an owner or administrator, and of no stable-id attribute',
    ),
  clockSkewSeconds: z
    .number()
    .int()
    .min(0)
    .max(300)
    .describe("How far the identity provider's clock may be from ours"),
}

/** How a connection signs people in, all options of it. */
export const connectionOptionsSchema = z
  .object({ ...connectionOptions, stableIdAttribute })
  .openapi('ConnectionOptions', { description: 'How the connection signs people in' })

const optionsInput = z.strictObject({ ...connectionOptions, stableIdAttribute }).partial()

/** Which protocol a connection speaks: SAML 2.0 or OpenID Connect. */
export const connectionProtocolSchema = z.enum(['saml', 'oidc']).describe('Which protocol it speaks')

/** The trust of an organization in one identity provider, with what is read of it and the addresses to give it. */
export const connectionSchema = z
  .object({
    id: z.string().describe('Names the connection in paths'),
    name: z.string().describe('As people call it; shown where somebody chooses how to sign in'),
    protocol: connectionProtocolSchema,
    oidc: z
      .object({
        issuer: z.string().describe("The issuer's URL"),
        clientId: z.string().describe('What the issuer calls us'),
        hasClientSecret: z.boolean().describe('Whether a client secret is kept, sealed'),
        scopes: z.array(z.string()).describe('What is asked for'),
      })
      .nullable()
      .describe('Of an OpenID Connect connection whose identity provider is known'),
    redirectUri: z.string().nullable().describe('Ours, of an OpenID Connect connection'),
    identityProvider: identityProviderSchema,
    entityId: z.string().describe('Ours: the audience'),
    acsUrl: z.string().describe('Ours: where the identity provider posts its responses'),
    metadataUrl: z.string().describe('Ours'),
    identityProviderMetadata: z
      .object(metadataFields)
      .nullable()
      .describe('Of a SAML connection, what is known of the identity provider; null until it is'),
    identityProviderMetadataUrl: z
      .string()
      .nullable()
      .describe('Where the metadata is fetched daily; null: it was entered by hand'),
    metadataFetchedAt: nullableTime,
    metadataError: z.string().nullable().describe('Why the last fetch failed; null where it did not'),
    isSetupComplete: z.boolean().describe('Whether the identity provider is known'),
    missing: z.array(z.enum(['identity_provider'])).describe('What it still lacks'),
    isActive: formerly(z.boolean().describe('Whether people may sign in by it'), 'active'),
    followsDirectory: z
      .boolean()
      .describe('Whether people whom SCIM provisioned are known here by externalId or userName'),
    anchor: z
      .object({
        number: z.number().int().describe('Counts the anchors of this connection'),
        digest: anchorDigestSchema,
        rung: anchorRungSchema,
      })
      .nullable()
      .describe(
        'The trust anchor that is in place, and who vouches for it; null until the identity provider is known',
      ),
    lastTest: z
      .object({
        at: time,
        mayEnter: z.boolean().describe('Whether its person would have been signed in'),
      })
      .nullable()
      .describe('The newest test sign-in of the anchor in place that ended well; null: nobody has tested it'),
    options: connectionOptionsSchema,
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Connection', { description: 'The trust of the organization in one identity provider' })

/** What a connection begins with: a name and an identity provider at least. */
export const newConnectionSchema = z
  .strictObject({
    ...z.object(sourceFields).partial().shape,
    name: plainTextSchema.describe('As people call it'),
    identityProvider: identityProviderSchema,
    protocol: connectionProtocolSchema.optional().describe('saml when nothing is said'),
    oidc: oidcSourceSchema.optional(),
    isActive: formerly(
      z.boolean().optional().describe('Whether people may sign in by it from the beginning'),
      'active',
    ),
    options: optionsInput.optional().describe("Options that are not as the identity provider's defaults"),
    serviceProvider: z
      .strictObject({
        entityId: z.string().min(1).max(1_024).describe('Our entity ID there'),
        acsPath: z
          .string()
          .regex(/^\/[\w./-]{1,200}$/)
          .describe('The path of our ACS there'),
      })
      .optional()
      .describe(
        'For a connection that worked elsewhere: what it was called there. Only the operator may say so',
      ),
  })
  .openapi('NewConnection', {
    description: 'What a connection begins with; the identity provider may be told later',
  })

/** What of a connection is to change; what it trusts is staged instead where that needs somebody's word. */
export const connectionChangeSchema = z
  .strictObject({
    ...sourceFields,
    name: plainTextSchema.describe('As people call it'),
    identityProvider: identityProviderSchema,
    oidc: oidcSourceSchema,
    isActive: formerly(z.boolean().describe('Whether people may sign in by it'), 'active'),
    followsDirectory: z
      .boolean()
      .describe('Whether people whom SCIM provisioned are known here by externalId or userName'),
    options: optionsInput.describe('The options that are to change'),
  })
  .partial()
  .openapi('ConnectionChange', { description: 'What is to change; what is not named stays' })

/** What is kept of the metadata of an identity provider, as a document that says the same. */
export const metadataDocumentSchema = z
  .object({ metadataXml: z.string().describe('SAML metadata, with all that is used of it') })
  .openapi('MetadataDocument', {
    description: 'What is kept of the metadata of an identity provider, as a document that says the same',
  })

/**
 * By which attribute people are to be recognised, and by which metadata; nothing is changed unless `dryRun` is false.
 */
export const relinkSchema = z
  .strictObject({
    stableIdAttribute: stableIdAttribute.optional(),
    metadataUrl: sourceFields.metadataUrl.optional(),
    metadataXml: sourceFields.metadataXml.optional(),
    dryRun: z.boolean().default(true).describe('Only say what would become of whom'),
  })
  .openapi('Relink', { description: 'What people are to be recognised by' })

/** How many of those who are linked keep their link by the other attribute, and how many lose it. */
export const relinkResultSchema = relinkPreviewSchema
  .extend({ isDryRun: formerly(z.boolean().describe('Whether nothing was changed'), 'dryRun') })
  .openapi('RelinkResult', { description: 'What became, or would become, of the people who are linked' })

/** The address of a test sign-in, for the browser that holds the session of the settings. */
export const testLinkSchema = z
  .object({ url: z.string().describe('Open it in the browser that holds the session of the settings') })
  .openapi('TestLink', { description: 'A link for a test sign-in' })

/** A connection, as the API answers it. */
export type Connection = z.infer<typeof connectionSchema>
/** The options of a connection, all of them set. */
export type ConnectionOptions = z.infer<typeof connectionOptionsSchema>
/** What a connection begins with. */
export type NewConnection = Loose<z.infer<typeof newConnectionSchema>>
/** What of a connection is to change. */
export type ConnectionChange = Loose<z.infer<typeof connectionChangeSchema>>
/** The request to recognise people by another attribute. */
export type Relink = Loose<z.infer<typeof relinkSchema>>
/** What such a change does, or would do. */
export type RelinkResult = z.infer<typeof relinkResultSchema>

const staged = {
  202: {
    description: 'Staged beside the anchor that is in place; nothing that people sign in by has changed',
    content: json(stagedAnchorSchema),
  },
}

/** The operations on connections: create, change, test, read metadata again, relink and delete. */
export const connectionOperations = /* @__PURE__ */ operationsOf('Connections', {
  listConnections: {
    method: 'get',
    path: '/organizations/{slug}/connections',
    access: 'setup',
    summary: 'List SSO connections',
    request: { params: organizationParams },
    responses: { ...ok(listOf(connectionSchema), 'All connections'), ...refused },
  },
  createConnection: {
    method: 'post',
    path: '/organizations/{slug}/connections',
    access: 'setup',
    summary: 'Create a connection from a metadata URL, metadata XML, or three fields',
    request: { params: organizationParams, body: body(newConnectionSchema) },
    responses: { ...created(connectionSchema), ...refused, ...conflict },
  },
  previewConnection: {
    method: 'post',
    path: '/organizations/{slug}/connections/preview',
    access: 'setup',
    formerly: [{ name: 'previewMetadata', path: '/organizations/{slug}/connection-previews' }],
    summary: 'Read metadata and show what is in it; nothing is kept',
    request: { params: organizationParams, body: body(metadataSourceSchema) },
    responses: { ...ok(metadataPreviewSchema, 'What was read'), ...refused, ...conflict },
  },
  getConnection: {
    method: 'get',
    path: '/organizations/{slug}/connections/{id}',
    access: 'setup',
    summary: 'Read a connection',
    request: { params: organizationIdParams },
    responses: { ...ok(connectionSchema, 'The connection'), ...refused },
  },
  getIdentityProviderMetadata: {
    method: 'get',
    path: '/organizations/{slug}/connections/{id}/identity-provider-metadata',
    access: 'setup',
    summary: 'The metadata of the identity provider, as far as it is used, to take it elsewhere',
    request: { params: organizationIdParams },
    responses: { ...ok(metadataDocumentSchema, 'The metadata; 404 while there is none'), ...refused },
  },
  updateConnection: {
    method: 'patch',
    path: '/organizations/{slug}/connections/{id}',
    access: 'setup',
    summary: 'Change a connection; what people are trusted by is staged where it is confirmed or in use',
    request: { params: organizationIdParams, body: body(connectionChangeSchema) },
    responses: { ...ok(connectionSchema, 'Changed'), ...staged, ...refused, ...conflict },
  },
  deleteConnection: {
    method: 'delete',
    path: '/organizations/{slug}/connections/{id}',
    access: 'setup',
    summary: 'Delete a connection with its identities and sessions',
    request: { params: organizationIdParams },
    responses: { ...done, ...refused },
  },
  refreshConnection: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/refresh',
    access: 'setup',
    summary: 'Fetch the metadata again: new certificates hold at once, any other difference is staged',
    request: { params: organizationIdParams },
    responses: { ...ok(connectionSchema, 'Fetched'), ...staged, ...refused, ...conflict },
  },
  testConnection: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/test',
    access: 'setup',
    summary: 'A link for a test sign-in, which creates nobody',
    request: {
      params: organizationIdParams,
      query: z.object({
        digest: anchorDigestSchema.optional().describe('Of the staged anchor, to test that one'),
      }),
    },
    responses: { ...ok(testLinkSchema, 'The link'), ...refused, ...conflict },
  },
  relinkConnection: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/relink',
    access: 'setup',
    summary: 'Change what people are recognised by, and relink them: a dry run first, then it is staged',
    request: { params: organizationIdParams, body: body(relinkSchema) },
    responses: {
      ...ok(relinkResultSchema, 'What was, or would be, done'),
      ...staged,
      ...refused,
      ...conflict,
    },
  },
})
