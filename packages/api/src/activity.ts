// What provisioning clients and people who signed in asked for, and what they were answered.
import { z } from '@hono/zod-openapi'
import { organizationParams, pageOrStream, refused, stream } from './answers.ts'
import { followQuery, pageOf, pageQuerySchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

const outcomeSchema = z.enum(['ok', 'refused', 'failed'])
const kindSchema = z.enum(['scim', 'sign_in'])

const valueSchema = z.union([z.string(), z.number()])
/** What the service says, as a code that stays and what it is filled in with. */
export const sentenceSchema = z
  .object({
    code: z.string().describe('Stable; docs/explanations.md lists them'),
    parameters: z
      .record(z.string(), z.union([valueSchema, z.array(valueSchema.nullable()).readonly()]))
      .readonly()
      .describe(
        'What the sentence is filled in with, by name; of several, a number or null at the end: so many more',
      ),
  })
  .openapi('Sentence', { description: 'A sentence as its code and parameters' })

/**
 * A request of a provisioning client, or a sign-in, with what was answered and why; bodies are null where none is
 * kept.
 */
export const activitySchema = z
  .object({
    id: z.string().describe('Unique; sorts by time'),
    occurredAt: time,
    method: z.string().describe('The HTTP method'),
    path: z.string().describe('The path that was asked for'),
    status: z.number().int().describe('The HTTP status that was answered'),
    durationMs: z.number().describe('How long the answer took'),
    outcome: outcomeSchema.describe('ok: it was done. refused: it was not. failed: a fault of the service'),
    explanation: z.string().describe('What happened, in English'),
    sentences: z
      .array(sentenceSchema)
      .readonly()
      .describe('The same, each sentence by its code; empty where an earlier version wrote the entry'),
    requestId: z.string().describe("What the service's log has it under; shown to people as the reference"),
    keyId: z.string().nullable().describe('The API key or OAuth client; null: none'),
    ip: z.string().nullable().describe('Where it came from; null where that is not kept'),
    userAgent: z.string().nullable().describe('What it came from'),
    kind: kindSchema.describe('scim: a request of a provisioning client. sign_in: a sign-in'),
    code: z.string().nullable().describe('Why a sign-in was refused'),
    connectionId: z.string().nullable().describe('Of a sign-in: which connection'),
    requestBody: z.string().nullable().describe('Redacted; kept for refusals and at least the newest 10,000'),
    responseBody: z.string().nullable().describe('What was answered; kept as long'),
  })
  .openapi('Activity', { description: 'A request, or a sign-in, and what was answered' })

/** An entry of the activity, as the API answers it. */
export type ActivityView = z.infer<typeof activitySchema>

const activityFilter = {
  outcome: outcomeSchema.optional().describe('Only what came out like this'),
  kind: kindSchema.optional().describe('Only requests of provisioning clients, or only sign-ins'),
}

/** The operations on the activity: listed, or followed as server-sent events. */
export const activityOperations = /* @__PURE__ */ operationsOf('Record', {
  listActivity: {
    method: 'get',
    path: '/organizations/{slug}/activity',
    access: 'administrator',
    summary: 'What provisioning clients asked and what they were answered, newest first',
    request: {
      params: organizationParams,
      query: pageQuerySchema.extend({
        ...activityFilter,
        search: z
          .string()
          .max(100)
          .optional()
          .describe(
            'Part of a path or explanation, or a whole reference, id of a credential or code of a refusal or sentence, over all that is kept; of what versions before wrote, in the newest 5,000 rows',
          ),
        ...followQuery,
      }),
    },
    responses: { ...pageOrStream(pageOf(activitySchema, 'ActivityPage')), ...refused },
  },
  streamActivity: {
    method: 'get',
    path: '/organizations/{slug}/activity/stream',
    access: 'administrator',
    summary: 'Activity as it comes in, as server-sent events',
    request: { params: organizationParams, query: z.object(activityFilter) },
    responses: { ...stream, ...refused },
  },
})
