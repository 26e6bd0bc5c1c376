// The settings in a page of the product: where frames may stand, and the links that open one.
import { z } from '@hono/zod-openapi'
import { body, conflict, created, ok, organizationParams, problem, refused } from './answers.ts'
import { embedIntents } from './embed-intents.ts'
import { time, webUrlSchema } from './fields.ts'
import { operationsOf } from './operation.ts'
import { portalTokenSchema, sessionSchema } from './sessions.ts'

/** Its characters are those of a host: it is written into a policy as it stands, where `*` or `;` would mean more. */
const originPattern =
  /^(?:https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?$/

/** An origin whose pages may show the settings in a frame. */
export const embedOriginSchema = z
  .string()
  .max(300)
  .refine((text) => originPattern.test(text) && URL.parse(text)?.origin === text, {
    message: 'an origin such as https://app.example.com, without a path; http only on localhost',
    params: { kind: 'origin' },
  })
  .openapi({ example: 'https://app.example.com' })

/** Where the settings may be shown in a frame. */
export const embeddingSchema = z
  .strictObject({
    origins: z
      .array(embedOriginSchema)
      .max(50)
      .refine((origins) => new Set(origins).size === origins.length, 'an origin is named once')
      .describe("The origins whose pages may show an organization's settings in a frame"),
  })
  .openapi('Embedding', { description: 'Where the settings may be shown in a frame' })

/** What a frame begins with. */
export const newEmbedSessionSchema = z
  .strictObject({
    origin: embedOriginSchema.describe(
      'Of the page that shows the frame; it must be on the list of the operator',
    ),
    intents: z
      .array(z.enum(embedIntents))
      .min(1)
      .max(embedIntents.length)
      .describe(
        'What the frame is for: nothing else is shown, or answered. `settings`: all that the role may open. The first one is where it begins',
      ),
    role: z
      .enum(['contact', 'admin', 'owner'])
      .describe(
        'For whom it speaks. contact: whoever sets up sign-in, domains and provisioning, as by a set-up link. owner: only for an account that is one',
      ),
    person: z
      .string()
      .min(3)
      .max(320)
      .describe(
        'Whom it is for: the id of a user of the organization, whose role must be at least the one asked for, so that the session ends with whatever ends the person; or the e-mail address of somebody who need not have an account, as a contact is named',
      )
      .openapi({ example: 'ada@acme.com' }),
    returnUrl: webUrlSchema
      .optional()
      .describe('Where the way back from the settings leads; its origin must be on the list of the operator'),
    challenge: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/, 'the SHA-256 of a verifier in base64url, without padding')
      .optional()
      .describe(
        'Binds the link to the page that asks: the SHA-256 of a verifier that this page keeps, in base64url (S256 of RFC 7636 §4.2). The link then opens with that verifier alone',
      ),
  })
  .openapi('NewEmbedSession', { description: "A frame with the organization's settings, for one person" })

/** What opens the link of a frame. */
export const embedTokenSchema = portalTokenSchema
  .pick({ token: true })
  .extend({
    verifier: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{43,128}$/, 'as RFC 7636 §4.1 has it')
      .optional()
      .describe(
        'Of a link that was made with a challenge, whose address has `proof=required`: what the page around keeps. It goes with no other link',
      ),
  })
  .openapi('EmbedToken', { description: 'The secret of the link of a frame' })

/** Where the frame is opened, once and within a minute. */
export const createdEmbedSessionSchema = z
  .object({
    id: z.string().describe('Names the link, and all that it opens, among the portal links'),
    url: z
      .string()
      .describe('The address of the frame: it opens once, within a minute, and only in a page of the origin'),
    expiresAt: time,
  })
  .openapi('CreatedEmbedSession', { description: 'The link of a frame' })

/** The session of a frame, with the half of its credential that no cookie has. */
export const openedEmbedSessionSchema = z
  .object({
    secret: z
      .string()
      .describe(
        'Sent with each request as `Rollcall-Frame`, beside the cookie; kept in memory alone, so that it ends with the tab',
      ),
    session: sessionSchema,
  })
  .openapi('OpenedEmbedSession', { description: 'The session of a frame' })

/** Where the settings may be shown in a frame. */
export type Embedding = z.infer<typeof embeddingSchema>
/** What a frame begins with. */
export type NewEmbedSession = z.infer<typeof newEmbedSessionSchema>

/** The operations on frames: where they may stand, and their links. They are listed and revoked among the portal links. */
export const embeddingOperations = /* @__PURE__ */ operationsOf('Embedding', {
  getEmbedding: {
    method: 'get',
    path: '/embedding',
    access: 'operator',
    summary: 'Where the settings may be shown in a frame',
    responses: { ...ok(embeddingSchema, 'The origins'), ...refused },
  },
  putEmbedding: {
    method: 'put',
    path: '/embedding',
    access: 'operator',
    summary:
      'Say where the settings may be shown in a frame. Frames at an origin that is left out end at once',
    request: { body: body(embeddingSchema) },
    responses: { ...ok(embeddingSchema, 'Changed'), ...refused },
  },
  createEmbedSession: {
    method: 'post',
    path: '/organizations/{slug}/embed-sessions',
    access: 'operator',
    summary: "A link that opens the organization's settings in a frame of the product's page",
    request: { params: organizationParams, body: body(newEmbedSessionSchema) },
    responses: { ...created(createdEmbedSessionSchema), ...refused, ...conflict },
  },
  openEmbedSession: {
    method: 'post',
    path: '/embed-sessions',
    access: 'open',
    summary:
      'Redeem the link of a frame: sets a cookie that this page has in frames of that site alone, and answers the other half',
    request: { body: body(embedTokenSchema) },
    responses: {
      ...ok(openedEmbedSessionSchema, 'Opened'),
      410: problem('Used, ended or revoked'),
      ...refused,
    },
  },
})
