// The shapes of the management API: what goes in and what comes out, camelCase JSON, times RFC 3339 in UTC.
// Owns no route and no behaviour.
import { z } from '@hono/zod-openapi'

const time = z.iso.datetime().describe('RFC 3339, UTC')
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

const nameSchema = z.string().trim().min(1).max(50).openapi({ example: 'Acme' })
const keyNameSchema = z.string().trim().min(1).max(100).openapi({ example: 'Okta production' })

export const provisioningModeSchema = z.enum(['manual', 'scim'])
export const roleSchema = z
  .enum(['member', 'admin'])
  .describe('Never owner: ownership is given to a person by name')
/** The named set of SCIM tolerances that a key's requests are read with. */
export const profileSchema = z.enum(['auto', 'okta', 'entra', 'strict'])

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
    createdAt: time,
    updatedAt: time,
  })
  .openapi('Organization')

export const newOrganizationSchema = z
  .strictObject({
    name: nameSchema,
    slug: slugSchema,
    scimEnabled: z.boolean().default(true),
    requireSso: z.boolean().default(true),
  })
  .openapi('NewOrganization')

export const organizationChangeSchema = z
  .strictObject({
    name: nameSchema,
    defaultRole: roleSchema,
    scimEnabled: z.boolean(),
    requireSso: z.boolean(),
    seatLimit: z.number().int().min(1).max(10_000_000).nullable(),
  })
  .partial()
  .openapi('OrganizationChange')

export const organizationRemovalSchema = z
  .strictObject({ confirm: z.string().describe("The organization's slug, typed out") })
  .openapi('OrganizationRemoval')

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: keyNameSchema,
    prefix: z
      .string()
      .describe('The first characters of the token, to tell keys apart')
      .openapi({ example: 'rc_scim_Ab3x' }),
    profile: profileSchema,
    isActive: z.boolean(),
    createdAt: time,
    createdBy: z.string(),
    expiresAt: nullableTime,
    lastUsedAt: nullableTime.describe('Accurate to a minute'),
    revokedAt: nullableTime,
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
  })
  .openapi('CreatedApiKey')

export const provisioningStatusSchema = z
  .enum(['off', 'connecting', 'active', 'failing'])
  .describe(
    'off: manual mode. connecting: no provisioning client has written yet. failing: most of the newest requests were refused',
  )

export const provisioningSchema = z
  .object({
    mode: provisioningModeSchema,
    scimBaseUrl: z.url(),
    scimEnabled: z.boolean(),
    status: provisioningStatusSchema,
    lastRequestAt: nullableTime,
    keys: z.array(apiKeySchema),
  })
  .openapi('Provisioning')

export const provisioningChangeSchema = z
  .strictObject({ mode: provisioningModeSchema.optional() })
  .openapi('ProvisioningChange')

export const eventSchema = z
  .object({
    id: z.string(),
    type: z.string().openapi({ example: 'user.provisioned' }),
    occurredAt: time,
    actor: z.object({ kind: z.enum(['operator', 'api_key', 'system']), id: z.string().nullable() }),
    subject: z.object({ type: z.enum(['organization', 'api_key', 'user']), id: z.string() }),
    data: z
      .record(z.string(), z.unknown())
      .describe('What changed: before and after of each attribute, never a secret'),
    requestId: z.string().nullable(),
  })
  .openapi('Event')

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
    requestBody: z.string().nullable().describe('Redacted; kept for refusals and the newest 10,000'),
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

/** RFC 9457 with a stable `code`. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().openapi({ example: 'scim_not_enabled' }),
    detail: z.string(),
    requestId: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

export type Organization = z.infer<typeof organizationSchema>
export type NewOrganization = z.infer<typeof newOrganizationSchema>
export type OrganizationChange = z.infer<typeof organizationChangeSchema>
export type ApiKey = z.infer<typeof apiKeySchema>
export type NewApiKey = z.infer<typeof newApiKeySchema>
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>
export type Provisioning = z.infer<typeof provisioningSchema>
export type ProvisioningStatus = z.infer<typeof provisioningStatusSchema>
export type ProvisioningMode = z.infer<typeof provisioningModeSchema>
export type Role = z.infer<typeof roleSchema>
export type EventView = z.infer<typeof eventSchema>
export type ActivityView = z.infer<typeof activitySchema>
export type ProblemBody = z.infer<typeof problemSchema>
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}
