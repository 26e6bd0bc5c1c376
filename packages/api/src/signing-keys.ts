// The keys that sign ID tokens.
import { z } from '@hono/zod-openapi'
import { body, conflict, created, listOf, ok, refused } from './answers.ts'
import { nullableTime, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** A key that signs ID tokens, and whether it is the next, the current or a retiring one. */
export const signingKeySchema = z
  .object({
    id: z.string().describe('The `kid`'),
    algorithm: z.enum(['RS256', 'ES256']).describe('What it signs by'),
    state: z
      .enum(['current', 'next', 'retiring'])
      .describe(
        'current: it signs. next: published, and signs from `activeAt`. retiring: published until `retiresAt`',
      ),
    createdAt: time,
    activeAt: time,
    retiresAt: nullableTime,
  })
  .openapi('SigningKey', { description: 'A key that signs ID tokens' })

/** For how many seconds the new key is published before it signs. */
export const signingKeyRotationSchema = z
  .strictObject({
    delaySeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(3_600)
      .describe('How long it is published before it signs'),
  })
  .openapi('SigningKeyRotation', { description: 'When the new key begins to sign' })

/** A signing key, as the API answers it. */
export type SigningKey = z.infer<typeof signingKeySchema>

/** The operations on signing keys: list and rotate. */
export const signingKeyOperations = /* @__PURE__ */ operationsOf('Applications', {
  listSigningKeys: {
    method: 'get',
    path: '/signing-keys',
    access: 'operator',
    summary: 'The keys that sign ID tokens',
    responses: { ...ok(listOf(signingKeySchema), 'All that are published'), ...refused },
  },
  createSigningKey: {
    method: 'post',
    path: '/signing-keys',
    access: 'operator',
    formerly: [{ name: 'rotateSigningKey' }],
    summary: 'Publish a new signing key; it signs after the delay, the old one stays published for a day',
    request: { body: body(signingKeyRotationSchema) },
    responses: { ...created(signingKeySchema), ...conflict, ...refused },
  },
})
