// Organizations: the customers of the operator.
import { z } from '@hono/zod-openapi'
import { activitySchema } from './activity.ts'
import { body, conflict, created, listOf, ok, organizationParams, refused, tooManyMails } from './answers.ts'
import { nameSchema, nullableTime, pageOf, pageQuerySchema, roleSchema, slugSchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'
import { provisioningModeSchema, provisioningStatusSchema } from './provisioning.ts'
import { formerly } from './renamed.ts'

/** `mail`: owners and administrators who are kept out may have a link mailed. `operator`: the operator alone lets them in. */
const ownerRecoverySchema = z
  .enum(['mail', 'operator'])
  .describe(
    'mail: owners and administrators whom a connection keeps out may have a link mailed. operator: the operator alone lets them in',
  )

/** A customer of the operator, with what was sold and how it is set up. */
export const organizationSchema = z
  .object({
    id: z
      .string()
      .describe('Stays the same for good, also when the slug is given to another organization later')
      .openapi({ example: 'org_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
    name: nameSchema,
    slug: slugSchema,
    isScimEnabled: formerly(
      z.boolean().describe('Whether the operator sells SCIM provisioning to this organization'),
      'scimEnabled',
    ),
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
  .openapi('Organization', { description: 'A customer of the operator' })

/** What an organization's set-up is made of, in the order in which it is done. */
export const setUpStepSchema = z
  .enum(['single_sign_on', 'domain', 'provisioning', 'roles', 'confirmation'])
  .describe(
    'single_sign_on: a connection that people can sign in with. domain: one that is verified. provisioning: SCIM, with a first request that was answered well. roles: groups that give roles. confirmation: an administrator has looked at what stands, and in SCIM mode has confirmed the first sync',
  )

/** How far the set-up of an organization is. */
export const setUpSchema = z
  .object({
    steps: z
      .array(
        z.object({
          step: setUpStepSchema,
          state: z
            .enum(['done', 'under_way', 'open'])
            .describe('under_way: begun, and something is still missing'),
          by: z
            .enum(['contact', 'administrator'])
            .describe('Who does it. contact: whoever has a set-up link, or an administrator'),
          isOptional: z.boolean().describe('Whether the set-up is done without it'),
        }),
      )
      .describe('Without `provisioning` where SCIM is not sold to the organization'),
    next: setUpStepSchema
      .nullable()
      .describe('The first that is not done, optional ones aside; null: all is done'),
  })
  .openapi('SetUp', { description: 'How far the set-up of an organization is' })

/** The same of one organization, with whether an administrator was asked to confirm it. */
export const setUpDetailSchema = setUpSchema
  .extend({
    question: z
      .object({
        mayBeMailed: z
          .boolean()
          .describe('Whether mail goes out from here and nobody was asked within the last day'),
        sentAt: nullableTime.describe('When a mail last asked for the confirmation, within 30 days'),
        recipients: z.number().int().nullable().describe('How many people that mail went to'),
      })
      .describe('The mail by which somebody who sets up asks that what stands is confirmed'),
  })
  .openapi('SetUpDetail', {
    description: 'How far the set-up of an organization is, and whether an administrator was asked',
  })

/** A question that was mailed. */
export const setUpQuestionSchema = z
  .object({
    sentAt: time,
    recipients: z
      .number()
      .int()
      .describe('Owners and administrators; the operator alone where there are none'),
  })
  .openapi('SetUpQuestion', { description: 'A mail that asked for a confirmation' })

/** A refusal that somebody met who sets up: a request with their key, or a sign-in by their connection. */
export const setUpRefusalSchema = activitySchema
  .pick({
    id: true,
    occurredAt: true,
    kind: true,
    explanation: true,
    sentences: true,
    requestId: true,
    keyId: true,
    connectionId: true,
  })
  .openapi('SetUpRefusal', {
    description: 'A refused request or sign-in of a set-up, in sentences that name no account',
  })

/** An organization as a list shows it: with how its provisioning fares. */
export const organizationSummarySchema = organizationSchema
  .extend({
    health: z
      .object({
        status: provisioningStatusSchema,
        lastRequestAt: nullableTime,
        lastRefusalAt: nullableTime,
        refused: z.number().int().describe('Of the newest requests, how many were refused or failed'),
        judged: z.number().int().describe('How many were looked at: at most 20'),
        hasOpenAlert: z
          .boolean()
          .describe('Whether more people left at once than is usual, and nobody has decided'),
      })
      .describe('How its provisioning fares, a second behind at most'),
    setUp: setUpSchema.describe('How far its set-up is'),
    activePeople: z.number().int().describe('People who are active'),
    dailyRequests: z
      .array(z.number().int())
      .describe('Requests of its provisioning clients on each of the last 30 days (UTC), today last'),
  })
  .openapi('OrganizationSummary', {
    description: 'An organization in a list, with how its provisioning fares',
  })

/** What an organization begins with; the slug is its name in addresses and may change hands after a removal. */
export const newOrganizationSchema = z
  .strictObject({
    name: nameSchema,
    slug: slugSchema,
    isScimEnabled: formerly(
      z.boolean().default(true).describe('Whether the operator sells SCIM provisioning to it'),
      'scimEnabled',
    ),
    requireSso: z
      .boolean()
      .default(true)
      .describe('Whether SCIM mode asks for an active SSO connection first'),
  })
  .openapi('NewOrganization', { description: 'What an organization begins with' })

const originSchema = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine(
    (text) => URL.parse(text)?.origin === text,
    'an origin such as https://app.example.com, without a path',
  )

/** What of an organization is to change; some fields are the operator's alone. */
export const organizationChangeSchema = z
  .strictObject({
    origins: z
      .array(originSchema)
      .max(50)
      .describe('Where return_to may lead after a sign-in: origins without a path'),
    name: nameSchema,
    defaultRole: roleSchema,
    isScimEnabled: formerly(
      z.boolean().describe("Whether the operator sells SCIM provisioning to it; the operator's to change"),
      'scimEnabled',
    ),
    requireSso: z
      .boolean()
      .describe("Whether SCIM mode asks for an active SSO connection first; the operator's to change"),
    seatLimit: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .nullable()
      .describe(
        "Beyond it people are still provisioned, and an event says so; null: none. The operator's to change",
      ),
    defaultApplication: z
      .string()
      .max(64)
      .nullable()
      .describe(
        "Where a click on a tile in the identity provider's dashboard ends: an application's id, or null",
      ),
    ownerRecovery: ownerRecoverySchema,
  })
  .partial()
  .openapi('OrganizationChange', { description: 'What is to change; what is not named stays' })

/** The slug typed out: a removal takes everything that the organization has. */
export const organizationRemovalSchema = z
  .strictObject({ confirm: z.string().max(200).describe("The organization's slug, typed out") })
  .openapi('OrganizationRemoval', { description: 'The confirmation of a removal' })

/** An organization, as the API answers it. */
export type Organization = z.infer<typeof organizationSchema>
/** An organization of a list. */
export type OrganizationSummary = z.infer<typeof organizationSummarySchema>
/** How far a set-up is. */
export type SetUp = z.infer<typeof setUpSchema>
/** How far a set-up is, and whether an administrator was asked. */
export type SetUpDetail = z.infer<typeof setUpDetailSchema>
/** A question that was mailed. */
export type SetUpQuestion = z.infer<typeof setUpQuestionSchema>
/** What an organization begins with, its defaults filled in. */
export type NewOrganization = z.infer<typeof newOrganizationSchema>
/** What of an organization is to change. */
export type OrganizationChange = z.infer<typeof organizationChangeSchema>

/** The operations on organizations: create, list, read, change and remove. */
export const organizationOperations = /* @__PURE__ */ operationsOf('Organizations', {
  createOrganization: {
    method: 'post',
    path: '/organizations',
    access: 'operator',
    summary: 'Create an organization',
    request: { body: body(newOrganizationSchema) },
    responses: {
      ...created(organizationSchema),
      ...refused,
      ...conflict,
    },
  },
  listOrganizations: {
    method: 'get',
    path: '/organizations',
    access: 'operator',
    summary: 'List organizations, or search them by name and slug',
    request: {
      query: pageQuerySchema.extend({
        search: z.string().max(100).optional().describe('Part of a name or slug'),
        status: provisioningStatusSchema
          .optional()
          .describe('Only those whose provisioning fares so; a page may be empty and say where to go on'),
        sort: z
          .enum(['createdAt', 'name', 'lastRequestAt'])
          .default('createdAt')
          .describe('createdAt: the oldest first. lastRequestAt: whoever asked last first'),
      }),
    },
    responses: {
      ...ok(pageOf(organizationSummarySchema, 'OrganizationPage'), 'A page'),
      ...refused,
    },
  },
  getOrganization: {
    method: 'get',
    path: '/organizations/{slug}',
    access: 'setup',
    summary: 'Read an organization',
    request: { params: organizationParams },
    responses: {
      ...ok(organizationSchema, 'The organization'),
      ...refused,
    },
  },
  getSetUp: {
    method: 'get',
    path: '/organizations/{slug}/set-up',
    access: 'setup',
    summary: 'Read how far the set-up is, and who does what is left',
    request: { params: organizationParams },
    responses: { ...ok(setUpDetailSchema, 'The steps'), ...refused },
  },
  askAdministrators: {
    method: 'post',
    path: '/organizations/{slug}/set-up/ask-administrators',
    access: 'setup',
    summary:
      'Mail owners and administrators what of the set-up waits for a confirmation, once a day: words and recipients are the service’s own',
    request: { params: organizationParams },
    responses: { ...ok(setUpQuestionSchema, 'Whom it went to'), ...refused, ...conflict, ...tooManyMails },
  },
  listSetUpRefusals: {
    method: 'get',
    path: '/organizations/{slug}/set-up/refusals',
    access: 'setup',
    summary:
      'What the caller’s own keys and connections were refused for, until an administrator confirms them',
    request: { params: organizationParams },
    responses: {
      ...ok(listOf(setUpRefusalSchema), 'The newest twenty among the newest hundred of each kind'),
      ...refused,
    },
  },
  updateOrganization: {
    method: 'patch',
    path: '/organizations/{slug}',
    access: 'administrator',
    summary: 'Change an organization',
    request: { params: organizationParams, body: body(organizationChangeSchema) },
    responses: {
      ...ok(organizationSchema, 'Changed'),
      ...refused,
      ...conflict,
    },
  },
  deleteOrganization: {
    method: 'delete',
    path: '/organizations/{slug}',
    access: 'operator',
    summary: 'Delete an organization with all its people, keys and records',
    request: { params: organizationParams, body: body(organizationRemovalSchema) },
    responses: { 204: { description: 'Deleted' }, ...refused, ...conflict },
  },
})
