// Where a person is signed in, and how all of that ends.
import { z } from '@hono/zod-openapi'
import { listOf, ok, optionalBody, organizationIdParams, refused } from './answers.ts'
import { plainTextSchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** Where a person is signed in, here or in an application, and until when. */
export const userSessionSchema = z
  .object({
    id: z.string().describe('Tells sessions apart'),
    kind: z
      .enum(['rollcall', 'application'])
      .describe('rollcall: a session here. application: one in an application'),
    application: z
      .object({ id: z.string().describe('Which application'), name: z.string().describe('As it is called') })
      .nullable()
      .describe('null for a session here'),
    connection: z
      .object({ id: z.string().describe('Which connection'), name: z.string().describe('As it is called') })
      .nullable()
      .describe('By which the person came; null where it is not known any more'),
    ip: z.string().nullable().describe('Of the browser that began it'),
    userAgent: z.string().nullable().describe('Of the browser that began it'),
    createdAt: time.nullable(),
    lastSeenAt: time.nullable().describe('To a minute; null for an application, which does not say'),
    expiresAt: time,
    isCurrent: z.boolean().describe('The session that asks'),
  })
  .openapi('UserSession', { description: 'Where a person is signed in' })

/** Why a person's sessions end, for the audit log. */
export const endSessionsSchema = z
  .strictObject({ reason: plainTextSchema.optional().describe('For the event') })
  .openapi('EndSessions', { description: 'Why sessions end' })

/** How many sessions ended here, and how many applications the person was signed in to. */
export const endedSessionsSchema = z
  .object({
    sessions: z.number().int().describe('Sessions here; of one person more than 10,000 are not counted'),
    applications: z.number().int().describe('Applications that the person was signed in to'),
  })
  .openapi('EndedSessions', { description: 'What has ended' })

/** A session of a person, as the API answers it. */
export type UserSession = z.infer<typeof userSessionSchema>

/** The operations on a person's sessions: list them and end them all. */
export const userSessionOperations = /* @__PURE__ */ operationsOf('Users', {
  listUserSessions: {
    method: 'get',
    path: '/organizations/{slug}/users/{id}/sessions',
    access: 'self',
    summary: 'Where a person is signed in: here, and in which applications; one’s own for anybody',
    request: { params: organizationIdParams },
    responses: { ...ok(listOf(userSessionSchema), 'Sessions, the newest first'), ...refused },
  },
  endUserSessions: {
    method: 'post',
    path: '/organizations/{slug}/users/{id}/sessions/end-all',
    access: 'self',
    formerly: [{ path: '/organizations/{slug}/users/{id}/end-sessions' }],
    summary: 'End every session of a person, here and in applications; they may sign in again',
    description:
      'An owner’s are ended by an owner, the operator, or themselves: 403 `owner_required` for others.',
    request: { params: organizationIdParams, body: optionalBody(endSessionsSchema) },
    responses: { ...ok(endedSessionsSchema, 'What has ended'), ...refused },
  },
})
