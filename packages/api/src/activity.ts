// What provisioning clients and people who signed in asked for, and what they were answered.
import { z } from '@hono/zod-openapi'
import { json, organizationParams, refused } from './answers.ts'
import { pageOf, pageQuerySchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

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
    kind: z.enum(['scim', 'sign_in']),
    code: z.string().nullable().describe('Why a sign-in was refused'),
    connectionId: z.string().nullable(),
    requestBody: z.string().nullable().describe('Redacted; kept for refusals and at least the newest 10,000'),
    responseBody: z.string().nullable(),
  })
  .openapi('Activity')

export type ActivityView = z.infer<typeof activitySchema>

export const activityOperations = /* @__PURE__ */ operationsOf('Record', {
  listActivity: {
    method: 'get',
    path: '/organizations/{slug}/activity',
    access: 'administrator',
    summary:
      'What provisioning clients asked and what they were answered, newest first; with follow=1 a stream of server-sent events',
    request: {
      params: organizationParams,
      query: pageQuerySchema.extend({
        outcome: z.enum(['ok', 'refused', 'failed']).optional(),
        kind: z.enum(['scim', 'sign_in']).optional(),
        search: z
          .string()
          .max(100)
          .optional()
          .describe(
            'Part of a path or explanation, or a whole reference or id of a credential, over all that is kept; of what versions before wrote, in the newest 5,000 rows',
          ),
        follow: z.enum(['0', '1']).default('0'),
      }),
    },
    responses: {
      200: {
        description: 'A page, or a stream',
        content: {
          ...json(pageOf(activitySchema, 'ActivityPage')),
          'text/event-stream': { schema: z.string() },
        },
      },
      ...refused,
    },
  },
})
