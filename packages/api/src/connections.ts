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
import { type Loose, nullableTime, time } from './fields.ts'
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
import { relinkPreviewSchema, stagedAnchorSchema } from './staged-anchors.ts'

export const connectionOptions = {
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

export const connectionOptionsSchema = z
  .object({ ...connectionOptions, stableIdAttribute })
  .openapi('ConnectionOptions')

const optionsInput = z.strictObject({ ...connectionOptions, stableIdAttribute }).partial()

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

export type Connection = z.infer<typeof connectionSchema>
export type ConnectionOptions = z.infer<typeof connectionOptionsSchema>
export type NewConnection = Loose<z.infer<typeof newConnectionSchema>>
export type ConnectionChange = Loose<z.infer<typeof connectionChangeSchema>>
export type Relink = Loose<z.infer<typeof relinkSchema>>
export type RelinkResult = z.infer<typeof relinkResultSchema>

const staged = {
  202: {
    description: 'Staged beside the anchor that is in place; nothing that people sign in by has changed',
    content: json(stagedAnchorSchema),
  },
}

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
  previewMetadata: {
    method: 'post',
    path: '/organizations/{slug}/connection-previews',
    access: 'setup',
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
