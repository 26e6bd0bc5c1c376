// API keys: the bearer secrets of provisioning clients, and the profile that their requests are read with.
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
import { defaultProfile, profileNames } from './defaults.ts'
import { keyNameSchema, lifeFields, nullableTime, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** The name of a set of tolerances that a client's requests are read with. */
export const profileSchema = z
  .enum(profileNames)
  .describe(
    'The named set of SCIM tolerances that requests are read with; auto suits every client that is known',
  )

/** The bearer secret of a provisioning client, without the secret; its times are RFC 3339 in UTC. */
export const apiKeySchema = z
  .object({
    id: z.string().describe('Names the key in paths and events'),
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
    tokens: z
      .array(
        z.object({
          prefix: z
            .string()
            .nullable()
            .describe('How it begins; null of an earlier one where a version before rotated the key'),
          endsAt: nullableTime,
          lastUsedAt: nullableTime.describe('Accurate to a minute'),
        }),
      )
      .describe('Those that work, the newest first: two while the overlap of a rotation lasts'),
    ...lifeFields({ createdBy: 'What kind of actor made it', lastUsedAt: 'Accurate to a minute' }),
  })
  .openapi('ApiKey', { description: 'The bearer secret of a provisioning client, without the secret' })

/** What an API key begins with; without `expiresAt` it holds until it is revoked. */
export const newApiKeySchema = z
  .strictObject({
    name: keyNameSchema,
    expiresAt: time.optional(),
    profile: profileSchema.default(defaultProfile),
  })
  .openapi('NewApiKey', { description: 'What an API key begins with' })

/** A key's new name: nothing else of it changes in place. */
export const apiKeyChangeSchema = z
  .strictObject({ name: keyNameSchema })
  .openapi('ApiKeyChange', { description: 'The new name' })

/** Seven days at most: an overlap is for pasting the new token, not for keeping two. */
export const keyRotationSchema = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(0)
      .describe(
        'How long the old one stays valid beside the new one: not at all unless told, seven days at most',
      ),
  })
  .openapi('KeyRotation', { description: 'How the old token or secret ends' })

/** A new key with its token, which no other answer shows. */
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
  .openapi('CreatedApiKey', { description: 'An API key with its token' })

/** An API key, as the API answers it. */
export type ApiKey = z.infer<typeof apiKeySchema>
/** What an API key begins with, its defaults filled in. */
export type NewApiKey = z.infer<typeof newApiKeySchema>
/** A new API key with its token. */
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>

/** The operations on API keys: create, rename, rotate, confirm and revoke. */
export const apiKeyOperations = /* @__PURE__ */ operationsOf('API keys', {
  createKey: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/keys',
    access: 'setup',
    summary: 'Create an API key; the answer shows its token once',
    request: { params: organizationParams, body: body(newApiKeySchema) },
    responses: {
      ...created(createdApiKeySchema),
      ...refused,
      ...conflict,
      ...tooManyMade,
    },
  },
  updateKey: {
    method: 'patch',
    path: '/organizations/{slug}/provisioning/keys/{id}',
    access: 'setup',
    formerly: [{ name: 'renameKey' }],
    summary: 'Rename an API key',
    request: { params: organizationIdParams, body: body(apiKeyChangeSchema) },
    responses: { ...ok(apiKeySchema, 'Renamed'), ...refused },
  },
  rotateKey: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/keys/{id}/rotate',
    access: 'setup',
    summary:
      'Give an API key a new token; the old one stays valid for the overlap, and one from before it ends at once',
    request: { params: organizationIdParams, body: body(keyRotationSchema) },
    responses: {
      ...ok(createdApiKeySchema, 'Rotated'),
      ...refused,
      ...conflict,
    },
  },
  endEarlierToken: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/keys/{id}/end-earlier-token',
    access: 'setup',
    summary: 'End the token that a rotation left, at once; where there is none, nothing changes',
    request: { params: organizationIdParams },
    responses: { ...ok(apiKeySchema, 'The newest token is the only one that works'), ...refused },
  },
  confirmKey: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/keys/{id}/confirm',
    access: 'administrator',
    summary: 'Confirm an API key that a set-up contact made: it reads and changes everybody from now on',
    request: { params: organizationIdParams },
    responses: { ...ok(apiKeySchema, 'Confirmed'), ...refused },
  },
  revokeKey: {
    method: 'delete',
    path: '/organizations/{slug}/provisioning/keys/{id}',
    access: 'setup',
    summary: 'Revoke an API key at once',
    request: { params: organizationIdParams },
    responses: { 204: { description: 'Revoked' }, ...refused },
  },
})
