// Webhook endpoints and their deliveries.
import { z } from '@hono/zod-openapi'
import { body, conflict, created, done, idParams, listOf, ok, refused } from './answers.ts'
import { eventTypes } from './events.ts'
import {
  type Loose,
  nullableTime,
  pageOf,
  pageQuerySchema,
  secretRotationSchema,
  slugs,
  time,
  webUrlSchema,
} from './fields.ts'
import { operationsOf } from './operation.ts'

const eventTypeFilter = z.union([z.literal('*'), z.enum(eventTypes), z.literal('webhook.test')])

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

export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>
export type NewWebhookEndpoint = Loose<z.infer<typeof newWebhookEndpointSchema>>
export type WebhookEndpointChange = Loose<z.infer<typeof webhookEndpointChangeSchema>>
export type CreatedWebhookEndpoint = z.infer<typeof createdWebhookEndpointSchema>
export type Delivery = z.infer<typeof deliverySchema>
export type Resend = Loose<z.infer<typeof resendSchema>>

export const webhookOperations = /* @__PURE__ */ operationsOf('Webhooks', {
  listWebhookEndpoints: {
    method: 'get',
    path: '/webhook-endpoints',
    access: 'operator',
    summary: 'List webhook endpoints',
    responses: { ...ok(listOf(webhookEndpointSchema), 'All endpoints'), ...refused },
  },
  createWebhookEndpoint: {
    method: 'post',
    path: '/webhook-endpoints',
    access: 'operator',
    summary: 'Create a webhook endpoint; the answer shows its secret once',
    request: { body: body(newWebhookEndpointSchema) },
    responses: { ...created(createdWebhookEndpointSchema), ...conflict, ...refused },
  },
  getWebhookEndpoint: {
    method: 'get',
    path: '/webhook-endpoints/{id}',
    access: 'operator',
    summary: 'Read a webhook endpoint',
    request: { params: idParams },
    responses: { ...ok(webhookEndpointSchema, 'The endpoint'), ...refused },
  },
  updateWebhookEndpoint: {
    method: 'patch',
    path: '/webhook-endpoints/{id}',
    access: 'operator',
    summary: 'Change a webhook endpoint, switch it off or on again',
    request: { params: idParams, body: body(webhookEndpointChangeSchema) },
    responses: { ...ok(webhookEndpointSchema, 'Changed'), ...refused },
  },
  deleteWebhookEndpoint: {
    method: 'delete',
    path: '/webhook-endpoints/{id}',
    access: 'operator',
    summary: 'Delete a webhook endpoint and what waits for it',
    request: { params: idParams },
    responses: { ...done, ...refused },
  },
  rotateWebhookSecret: {
    method: 'post',
    path: '/webhook-endpoints/{id}/rotate',
    access: 'operator',
    summary: 'Give an endpoint a new secret; both sign for the overlap',
    request: { params: idParams, body: body(secretRotationSchema) },
    responses: { ...ok(createdWebhookEndpointSchema, 'Rotated'), ...refused },
  },
  testWebhookEndpoint: {
    method: 'post',
    path: '/webhook-endpoints/{id}/test',
    access: 'operator',
    summary: 'Send a test event to one endpoint',
    request: { params: idParams },
    responses: { ...ok(queuedSchema, 'Queued'), ...conflict, ...refused },
  },
  resendDeliveries: {
    method: 'post',
    path: '/webhook-endpoints/{id}/resend',
    access: 'operator',
    summary: 'Send one event, or all of a time range, again under the same webhook-id',
    request: { params: idParams, body: body(resendSchema) },
    responses: { ...ok(queuedSchema, 'Queued'), ...conflict, ...refused },
  },
  listDeliveries: {
    method: 'get',
    path: '/webhook-endpoints/{id}/deliveries',
    access: 'operator',
    summary: 'What was sent to an endpoint and what it answered, newest first',
    request: {
      params: idParams,
      query: pageQuerySchema.extend(deliveryQuerySchema.shape),
    },
    responses: { ...ok(pageOf(deliverySchema, 'DeliveryPage'), 'A page'), ...refused },
  },
})
