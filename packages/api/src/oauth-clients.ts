// OAuth 2.0 clients of the directory: provisioning clients that fetch tokens.
import { z } from '@hono/zod-openapi'
import {
  body,
  conflict,
  created,
  ok,
  organizationIdParams,
  organizationParams,
  refused,
  tooManyMade,
} from './answers.ts'
import { apiKeyChangeSchema, keyRotationSchema, profileSchema } from './api-keys.ts'
import { defaultProfile } from './defaults.ts'
import { jwksSchema, keyNameSchema, type Loose, lifeFields, pageOf, time, webUrlSchema } from './fields.ts'
import { operationsOf } from './operation.ts'

/** How a client of the token endpoint proves itself: a secret of ours, or a key pair of its own (RFC 7523). */
export const oauthMethodSchema = z
  .enum(['client_secret', 'private_key_jwt'])
  .describe("client_secret: a secret of ours. private_key_jwt: a key pair of the client's (RFC 7523)")

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

/** A provisioning client that fetches tokens by OAuth 2.0, without its secret. */
export const oauthClientSchema = z
  .object({
    id: z.string().describe('The `client_id`').openapi({ example: 'cli_01jd3y7k9p2m4n6q8r0s1t2v3w' }),
    name: z.string().describe('As people call it'),
    profile: profileSchema,
    method: oauthMethodSchema,
    ...trustFields,
    tokenUrl: z.url().describe('Where it fetches tokens'),
    ...lifeFields({ createdBy: 'What kind of actor registered it', lastUsedAt: 'When it last got a token' }),
  })
  .openapi('OAuthClient', { description: 'A provisioning client that fetches tokens, without its secret' })

/** What such a client begins with; with private_key_jwt its keys, or where they are. */
export const newOAuthClientSchema = z
  .strictObject({
    name: keyNameSchema,
    profile: profileSchema.default(defaultProfile),
    method: oauthMethodSchema,
    ...trustFields,
    expiresAt: time.optional(),
  })
  .openapi('NewOAuthClient', { description: 'What an OAuth 2.0 client begins with' })

/** A new client with its secret, which is null for private_key_jwt. */
export const createdOAuthClientSchema = z
  .object({
    secret: z.string().nullable().describe('Shown in this answer and never again; null for private_key_jwt'),
    client: oauthClientSchema,
  })
  .openapi('CreatedOAuthClient', { description: 'An OAuth 2.0 client with its secret' })

/** An OAuth 2.0 client, as the API answers it. */
export type OAuthClient = z.infer<typeof oauthClientSchema>
/** What an OAuth 2.0 client begins with. */
export type NewOAuthClient = Loose<z.infer<typeof newOAuthClientSchema>>
/** A new OAuth 2.0 client with its secret. */
export type CreatedOAuthClient = z.infer<typeof createdOAuthClientSchema>

/** The operations on OAuth 2.0 clients: create, list, rename, rotate, confirm and revoke. */
export const oauthClientOperations = /* @__PURE__ */ operationsOf('OAuth clients', {
  listOAuthClients: {
    method: 'get',
    path: '/organizations/{slug}/provisioning/clients',
    access: 'setup',
    summary: 'List the OAuth 2.0 clients of the directory',
    request: { params: organizationParams },
    responses: {
      ...ok(
        pageOf(oauthClientSchema, 'OAuthClientPage'),
        'All that work, then the newest 200 that have ended',
      ),
      ...refused,
    },
  },
  createOAuthClient: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/clients',
    access: 'setup',
    summary: 'Register an OAuth 2.0 client; the answer shows its secret once',
    request: { params: organizationParams, body: body(newOAuthClientSchema) },
    responses: {
      ...created(createdOAuthClientSchema),
      ...refused,
      ...conflict,
      ...tooManyMade,
    },
  },
  updateOAuthClient: {
    method: 'patch',
    path: '/organizations/{slug}/provisioning/clients/{id}',
    access: 'setup',
    formerly: [{ name: 'renameOAuthClient' }],
    summary: 'Rename an OAuth 2.0 client',
    request: { params: organizationIdParams, body: body(apiKeyChangeSchema) },
    responses: { ...ok(oauthClientSchema, 'Renamed'), ...refused },
  },
  rotateOAuthClient: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/clients/{id}/rotate',
    access: 'setup',
    formerly: [
      {
        name: 'rotateOAuthClientSecret',
        path: '/organizations/{slug}/provisioning/clients/{id}/rotate-secret',
      },
    ],
    summary:
      'Give an OAuth 2.0 client a new secret; the old one, and the access tokens that it got, stay valid for the overlap',
    request: { params: organizationIdParams, body: body(keyRotationSchema) },
    responses: {
      ...ok(createdOAuthClientSchema, 'Rotated'),
      ...refused,
      ...conflict,
    },
  },
  confirmOAuthClient: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/clients/{id}/confirm',
    access: 'administrator',
    formerly: [
      {
        name: 'confirmOAuthClientByOldPath',
        path: '/organizations/{slug}/provisioning/oauth-clients/{id}/confirm',
      },
    ],
    summary: 'Confirm an OAuth 2.0 client that a set-up contact registered',
    request: { params: organizationIdParams },
    responses: { ...ok(oauthClientSchema, 'Confirmed'), ...refused },
  },
  revokeOAuthClient: {
    method: 'delete',
    path: '/organizations/{slug}/provisioning/clients/{id}',
    access: 'setup',
    summary: 'Revoke an OAuth 2.0 client and all its tokens at once',
    request: { params: organizationIdParams },
    responses: { 204: { description: 'Revoked' }, ...refused },
  },
})
