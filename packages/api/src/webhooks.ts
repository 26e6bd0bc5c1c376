// Webhook endpoints and their deliveries.
import { z } from '@hono/zod-openapi'
import { body, conflict, created, done, idParams, listOf, ok, refused } from './answers.ts'
import { eventTypes } from './events.ts'
import {
  type Loose,
  nullableTime,
  pageOf,
  pageQuerySchema,
  plainTextSchema,
  secretRotationSchema,
  slugs,
  time,
  webUrlSchema,
} from './fields.ts'
import { operationsOf } from './operation.ts'

const eventTypeFilter = z
  .union([z.literal('*'), z.enum(eventTypes), z.literal('webhook.test')])
  .describe('A type of docs/events.md, or `*` for every type')

/** Where events are sent, which ones, and how deliveries are signed, without the secret. */
export const webhookEndpointSchema = z
  .object({
    id: z
      .string()
      .describe('Names the endpoint in paths')
      .openapi({ example: 'whe_01jd7w2b4m8k6x9q3v5c7z1f0a' }),
    url: z.string().describe('Where events are posted'),
    description: z.string().nullable().describe('For people; null: none'),
    algorithm: z
      .enum(['hmac-sha256', 'ed25519'])
      .describe('Standard Webhooks signature v1 (a shared secret) or v1a (our key pair)'),
    publicKey: z.string().nullable().describe('`whpk_…`, of an ed25519 endpoint'),
    eventTypes: z.array(z.string()).describe('`*`: every type'),
    organizations: z.array(z.string()).nullable().describe('Slugs; null: every organization'),
    state: z.enum(['enabled', 'disabled']).describe('Whether anything is sent'),
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
  .openapi('WebhookEndpoint', { description: 'Where events are sent, without the secret' })

/** What an endpoint begins with; without organizations it gets the events of all. */
export const newWebhookEndpointSchema = z
  .strictObject({
    url: webUrlSchema.describe('Where events are posted'),
    description: plainTextSchema.optional().describe('For people'),
    eventTypes: z
      .array(eventTypeFilter)
      .min(1)
      .max(100)
      .default(['*'])
      .describe('Which events; every type unless told'),
    organizations: slugs.optional().describe('Slugs; every organization unless told'),
    algorithm: z
      .enum(['hmac-sha256', 'ed25519'])
      .default('hmac-sha256')
      .describe('Standard Webhooks signature v1 (a shared secret) or v1a (our key pair)'),
  })
  .openapi('NewWebhookEndpoint', { description: 'What a webhook endpoint begins with' })

/** What of an endpoint is to change; what is not named stays. */
export const webhookEndpointChangeSchema = z
  .strictObject({
    url: webUrlSchema.describe('Where events are posted'),
    description: plainTextSchema.nullable().describe('For people; null: none'),
    eventTypes: z.array(eventTypeFilter).min(1).max(100).describe('Which events'),
    organizations: slugs.nullable().describe('Slugs; null: every organization'),
    state: z.enum(['enabled', 'disabled']).describe('Whether anything is sent'),
  })
  .partial()
  .openapi('WebhookEndpointChange', { description: 'What is to change; what is not named stays' })

/** A new endpoint with its secret, which is null where it signs with a key pair. */
export const createdWebhookEndpointSchema = webhookEndpointSchema
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('`whsec_…`, shown in this answer and never again; null for ed25519'),
  })
  .openapi('CreatedWebhookEndpoint', { description: 'A webhook endpoint with its secret' })

/** How many deliveries were queued. */
export const queuedSchema = z
  .object({ queued: z.number().int().describe('Deliveries that were queued') })
  .openapi('Queued', { description: 'How much will be sent' })

/** Which events are sent again: one by its id, or all of a range of time. */
export const resendSchema = z
  .strictObject({
    eventId: z.string().max(64).optional().describe('One event'),
    from: time.optional().describe('The first time of a range'),
    to: time.optional().describe('The last time of a range'),
  })
  .openapi('Resend', {
    description: 'Either eventId, or from and to: all events of the time that the endpoint is subscribed to',
  })

/** What a list of deliveries is narrowed by. */
export const deliveryQuerySchema = z.object({
  state: z.enum(['pending', 'delivered', 'failed']).optional().describe('Only deliveries in this state'),
  eventId: z.string().max(64).optional().describe('Only deliveries of this event'),
})

/** An event on its way to an endpoint, with every attempt so far. */
export const deliverySchema = z
  .object({
    id: z.string().describe('Tells deliveries apart'),
    eventId: z.string().describe('The `webhook-id`: the same each time'),
    eventType: z.string().describe('What happened'),
    organization: z
      .object({ id: z.string().describe('Its id'), slug: z.string().describe('Its slug') })
      .nullable()
      .describe("Whose event it is; null: the installation's"),
    subjectId: z.string().describe('What the event is about'),
    state: z
      .enum(['pending', 'delivered', 'failed'])
      .describe('pending: it is tried again. delivered: it was accepted. failed: it is tried no more'),
    attempts: z.number().int().describe('How often it was tried'),
    createdAt: time,
    nextAttemptAt: nullableTime,
    deliveredAt: nullableTime,
    request: z.string().nullable().describe('The body; null once the event is older than what is kept'),
    log: z
      .array(
        z.object({
          at: time,
          status: z
            .number()
            .int()
            .nullable()
            .describe('The HTTP status that was answered; null: nothing was'),
          durationMs: z.number().int().describe('How long the attempt took'),
          error: z.string().nullable().describe('Why nothing was answered; null: something was'),
          response: z.string().nullable().describe('The first 1,000 characters'),
        }),
      )
      .describe('The newest 10 attempts, the newest first'),
  })
  .openapi('Delivery', { description: 'An event on its way to an endpoint' })

/** An endpoint, as the API answers it. */
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>
/** What an endpoint begins with. */
export type NewWebhookEndpoint = Loose<z.infer<typeof newWebhookEndpointSchema>>
/** What of an endpoint is to change. */
export type WebhookEndpointChange = Loose<z.infer<typeof webhookEndpointChangeSchema>>
/** A new endpoint with its secret. */
export type CreatedWebhookEndpoint = z.infer<typeof createdWebhookEndpointSchema>
/** A delivery, as the API answers it. */
export type Delivery = z.infer<typeof deliverySchema>
/** Which events are sent again. */
export type Resend = Loose<z.infer<typeof resendSchema>>

/** The operations on webhook endpoints and their deliveries, all of them the operator's. */
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
  rotateWebhookEndpoint: {
    method: 'post',
    path: '/webhook-endpoints/{id}/rotate',
    access: 'operator',
    formerly: [{ name: 'rotateWebhookSecret' }],
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
