// How accounts of an organization come to be: the mode, the guard and its alerts, what SCIM may send beyond the core schemas.

import { z } from '@hono/zod-openapi'
import { sentenceSchema } from './activity.ts'
import {
  body,
  conflict,
  listOf,
  ok,
  organizationIdParams,
  organizationParams,
  refused,
  stream,
} from './answers.ts'
import { apiKeySchema } from './api-keys.ts'
import { defaultDeprovisionGuard } from './defaults.ts'
import {
  isKeepable,
  type Loose,
  nullableTime,
  orNull,
  pageOf,
  pageQuerySchema,
  time,
  tooMuch,
} from './fields.ts'
import { operationsOf } from './operation.ts'
import { formerly } from './renamed.ts'
import { userSchema } from './users.ts'

/** How accounts come to be: `manual` by sign-ins, or `scim` by the directory. */
export const provisioningModeSchema = z
  .enum(['manual', 'scim'])
  .describe('manual: people are invited, or come by a sign-in. scim: the directory provisions them')

/** How provisioning fares, judged by the latest requests. */
export const provisioningStatusSchema = z
  .enum(['off', 'connecting', 'active', 'failing'])
  .describe(
    'off: manual mode. connecting: no provisioning client has written yet. failing: most of the newest requests were refused, or the credential of the newest',
  )

/** What becomes of somebody who signs in and whom the directory did not bring. */
export const unknownSignInsSchema = z
  .enum(['create', 'refuse'])
  .describe('SCIM mode: what becomes of somebody who signs in and was not provisioned')

/** What becomes of somebody whom the directory removes and never wrote. */
export const unclaimedDeleteSchema = z
  .enum(['deactivate', 'refuse'])
  .describe('What a DELETE by the directory does to somebody who was there before it and whom it never wrote')

/** What becomes of an account that the directory creates with an address that another account has. */
export const sameAddressSchema = z
  .enum(['tell', 'link'])
  .describe(
    'Somebody new has the e-mail address or externalId of one earlier account under another userName: activity tells of it, or they are linked',
  )

/** How many people may leave within a time before somebody is warned; `windowSeconds` is in seconds. */
export const deprovisionGuardSchema = z
  .strictObject({
    people: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(defaultDeprovisionGuard.people)
      .describe('How many people'),
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(defaultDeprovisionGuard.percent)
      .describe('What part of the active people, in percent'),
    windowSeconds: z
      .number()
      .int()
      .min(60)
      .max(86_400)
      .default(defaultDeprovisionGuard.windowSeconds)
      .describe('Within how many seconds'),
  })
  .openapi('DeprovisionGuard', {
    description: 'Alerts when more people than both leave within the window; null switches it off',
  })

/** More people left within the time than the guard expects. */
export const deprovisionAlertSchema = z
  .object({
    id: z.string().describe('Names the alert in paths'),
    state: z
      .enum(['open', 'restored', 'dismissed'])
      .describe(
        'open: nobody has decided yet. restored: the people were brought back. dismissed: they were meant to leave',
      ),
    startedAt: time.describe('The first deactivation or deletion of the batch'),
    endedAt: time.describe('The newest one so far'),
    people: z.number().int().describe('How many people were deactivated or deleted'),
    out: z
      .number()
      .int()
      .nullable()
      .optional()
      .describe(
        'Of an open alert: how many of them cannot sign in now, counted when it is asked; null: they are too many to be counted, or left too long ago',
      ),
    restored: z
      .number()
      .int()
      .describe(
        'How many of them were brought back: by all restorations that were begun; 0 while the alert is open',
      ),
    skipped: z
      .number()
      .int()
      .describe(
        'Could not be restored: their name was given to somebody else, or they were let go anew after the batch',
      ),
  })
  .openapi('DeprovisionAlert', { description: 'More people left at once than the guard expects' })

/** How accounts of an organization come to be and end, with its keys, its set-up so far and its counts. */
export const provisioningSchema = z
  .object({
    mode: provisioningModeSchema,
    unknownSignIns: unknownSignInsSchema,
    scimBaseUrl: z.url().describe('What the provisioning client is given as the base URL'),
    isScimEnabled: formerly(
      z.boolean().describe('Whether the operator sells SCIM provisioning to this organization'),
      'scimEnabled',
    ),
    status: provisioningStatusSchema,
    lastRequestAt: nullableTime,
    frequentRefusal: z
      .object({
        count: z.number().int().describe('How many of the newest requests were refused like this'),
        of: z.number().int().describe('How many requests were looked at: at most 20'),
        sentences: z
          .array(sentenceSchema)
          .readonly()
          .describe('Why, and what to do, as far as it holds for all of them and names nobody; may be empty'),
      })
      .nullable()
      .describe('While provisioning is failing: the most frequent refusal of the newest requests'),
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
    counts: z
      .object({
        users: z.number().int().describe('Users, also those who may not sign in'),
        active: z.number().int().describe('Users who may sign in'),
        groups: z.number().int().describe('Groups that the directory pushed'),
      })
      .describe('How many there are'),
    keys: z.array(apiKeySchema).describe('API keys: all that work, then the newest 200 that have ended'),
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
    deprovisionGuard: orNull(deprovisionGuardSchema),
    alert: orNull(deprovisionAlertSchema).describe('The open deprovision alert; null: none is'),
  })
  .openapi('Provisioning', { description: 'How accounts of the organization come to be' })

/** What of it is to change; what is not named stays. */
export const provisioningChangeSchema = z
  .strictObject({
    mode: provisioningModeSchema,
    unknownSignIns: unknownSignInsSchema,
    unclaimedDelete: unclaimedDeleteSchema,
    sameAddress: sameAddressSchema,
    // Without its name, whose shape is never null; what is wrong inside is told to the field.
    deprovisionGuard: z
      .strictObject(deprovisionGuardSchema.shape)
      .nullable()
      .describe('null switches the guard off'),
  })
  .partial()
  .openapi('ProvisioningChange', { description: 'What is to change; what is not named stays' })

/** What a switch of the mode would change, and what is missing for it. */
export const provisioningPreviewSchema = z
  .object({
    mode: provisioningModeSchema,
    isPossible: z.boolean().describe('Whether the switch would be made; `missing` says what it lacks'),
    missing: z
      .array(z.enum(['scim_not_enabled', 'sso_required']))
      .describe('What the switch lacks, by the codes of its refusals'),
    keysThatStop: z.number().int().describe('Active API keys that would be answered 403'),
    users: z.number().int().describe('People who stay as they are until a provisioning client claims them'),
    unclaimed: z.number().int().describe('People whom no provisioning client has claimed'),
    signIns: z.string().describe('What would become of somebody unknown who signs in'),
  })
  .openapi('ProvisioningPreview', { description: 'What a switch of the mode would change' })

/** Schemas beyond the core ones that directories of the organization may send (RFC 7643 §3.3). */
export const schemaExtensionsSchema = z
  .strictObject({
    extensions: z
      .array(
        z.strictObject({
          resourceType: z.enum(['User', 'Group']).describe('What the extension belongs to'),
          schema: z
            .record(z.string(), z.unknown())
            .refine(isKeepable, tooMuch)
            .describe('A SCIM schema (RFC 7643 §7): id, name, description, attributes'),
        }),
      )
      .max(10)
      .describe('All extensions of the organization'),
  })
  .openapi('SchemaExtensions', { description: 'What directories may send beyond the core schemas' })

/** The provisioning of an organization, as the API answers it. */
export type Provisioning = z.infer<typeof provisioningSchema>
/** How provisioning fares. */
export type ProvisioningStatus = z.infer<typeof provisioningStatusSchema>
/** How accounts come to be. */
export type ProvisioningMode = z.infer<typeof provisioningModeSchema>
/** How many people may leave within a time. */
export type DeprovisionGuard = z.infer<typeof deprovisionGuardSchema>
/** A warning that more left, as the API answers it. */
export type DeprovisionAlert = z.infer<typeof deprovisionAlertSchema>
/** The schemas that directories may send beyond the core ones. */
export type SchemaExtensions = z.infer<typeof schemaExtensionsSchema>
/** What a switch of the mode would change. */
export type ProvisioningPreview = z.infer<typeof provisioningPreviewSchema>
/** What of provisioning is to change. */
export type ProvisioningChange = Loose<z.infer<typeof provisioningChangeSchema>>

/** The operations on provisioning: its mode, its first sync, its guard and its alerts. */
export const provisioningOperations = /* @__PURE__ */ operationsOf('Provisioning', {
  getProvisioning: {
    method: 'get',
    path: '/organizations/{slug}/provisioning',
    access: 'setup',
    summary: 'Read how accounts come to be: mode, status, base URL, keys',
    request: { params: organizationParams },
    responses: {
      ...ok(provisioningSchema, 'Provisioning'),
      ...refused,
    },
  },
  updateProvisioning: {
    method: 'patch',
    path: '/organizations/{slug}/provisioning',
    access: 'setup',
    formerly: [{ method: 'put' }],
    summary: 'Switch the provisioning mode, or change how accounts come to be; what is not named stays',
    request: { params: organizationParams, body: body(provisioningChangeSchema) },
    responses: {
      ...ok(provisioningSchema, 'Switched'),
      ...refused,
      ...conflict,
    },
  },
  previewProvisioning: {
    method: 'get',
    path: '/organizations/{slug}/provisioning/preview',
    access: 'setup',
    summary: 'What a switch of the mode would change',
    request: { params: organizationParams, query: z.object({ mode: provisioningModeSchema }) },
    responses: { ...ok(provisioningPreviewSchema, 'The preview'), ...refused },
  },
  streamProvisioning: {
    method: 'get',
    path: '/organizations/{slug}/provisioning/stream',
    access: 'setup',
    formerly: [{ name: 'followProvisioning' }],
    summary:
      'Server-sent events: a line for each request of a provisioning client, without whom it was about',
    request: { params: organizationParams },
    responses: { ...stream, ...refused },
  },
  listUnclaimed: {
    method: 'get',
    path: '/organizations/{slug}/provisioning/unclaimed',
    access: 'administrator',
    summary: 'People whom no provisioning client has claimed',
    request: { params: organizationParams, query: pageQuerySchema },
    responses: { ...ok(pageOf(userSchema, 'UnclaimedPage'), 'A page'), ...refused },
  },
  getSchemaExtensions: {
    method: 'get',
    path: '/organizations/{slug}/schema-extensions',
    access: 'administrator',
    summary: 'Read the schema extensions of the organization',
    request: { params: organizationParams },
    responses: { ...ok(schemaExtensionsSchema, 'The extensions'), ...refused },
  },
  putSchemaExtensions: {
    method: 'put',
    path: '/organizations/{slug}/schema-extensions',
    access: 'operator',
    summary: 'Replace the schema extensions: what directories may send beyond the core schemas',
    request: { params: organizationParams, body: body(schemaExtensionsSchema) },
    responses: { ...ok(schemaExtensionsSchema, 'Replaced'), ...refused },
  },
  listAlerts: {
    method: 'get',
    path: '/organizations/{slug}/provisioning/alerts',
    access: 'administrator',
    summary: 'Deprovision alerts, open ones first: more people left than the guard expects',
    request: { params: organizationParams },
    responses: {
      ...ok(listOf(deprovisionAlertSchema), 'Open ones first, each the newest first; 100 in all'),
      ...refused,
    },
  },
  restoreAlert: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/alerts/{id}/restore',
    access: 'administrator',
    summary: 'Bring back everybody whom an alert is about, in one act',
    request: { params: organizationIdParams },
    responses: { ...ok(deprovisionAlertSchema, 'Restored'), ...conflict, ...refused },
  },
  dismissAlert: {
    method: 'post',
    path: '/organizations/{slug}/provisioning/alerts/{id}/dismiss',
    access: 'administrator',
    summary: 'The people of an alert were meant to leave: the final purge goes on',
    request: { params: organizationIdParams },
    responses: { ...ok(deprovisionAlertSchema, 'Dismissed'), ...conflict, ...refused },
  },
})
