// Sessions of the console, and the links that open them.
import { z } from '@hono/zod-openapi'
import { body, conflict, done, ok, problem, refused } from './answers.ts'
import { embedIntents } from './embed-intents.ts'
import { rungSchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** The secret of a link, from the fragment of its address. */
export const portalTokenSchema = z
  .strictObject({
    token: z.string().max(100).describe('What stands behind `#token=` in the link'),
    replace: z
      .boolean()
      .default(false)
      .describe('End a session of another kind, or of another organization, that this browser has'),
  })
  .openapi('PortalToken', { description: 'The secret of a link' })

/** Who is signed in, on which rung, and to which organization. */
export const sessionSchema = z
  .object({
    kind: z
      .enum(['person', 'administrator', 'setup', 'operator'])
      .describe(
        'person: somebody of the organization. administrator: one of its administrators or owners. setup: a set-up link. operator: the operator',
      ),
    role: z.string().describe('For whom the session speaks'),
    rung: rungSchema,
    label: z.string().describe('As the session is called in lists'),
    userId: z.string().nullable().describe('The person; null for a link and the operator'),
    organization: z
      .object({ slug: z.string().describe('Its slug'), name: z.string().describe('Its name') })
      .nullable()
      .describe('null for the operator, who reaches all'),
    returnUrl: z
      .string()
      .nullable()
      .describe('Where the way back from the settings leads; null: nowhere was said'),
    intents: z
      .array(z.enum(embedIntents))
      .nullable()
      .describe(
        'What the frame that the session is in, or its set-up link, is for; null: for all that it may open',
      ),
    expiresAt: time,
  })
  .openapi('Session', { description: 'Who is signed in' })

/** Where the browser goes on after a mailed link: to the sign-in, or to the question itself. */
export const openedConfirmationSchema = z
  .object({ url: z.string().describe('Where the browser goes next: the sign-in, or the question itself') })
  .openapi('OpenedConfirmation', { description: 'Where a mailed link goes on' })

/** The session of whoever asks. */
export type SessionView = z.infer<typeof sessionSchema>

/** The operations on the caller's own session: open it by a link, read it, end it. */
export const sessionOperations = /* @__PURE__ */ operationsOf('Sessions', {
  openPortalSession: {
    method: 'post',
    path: '/portal-sessions',
    access: 'open',
    summary:
      'Redeem a link: sets the session cookie. A session of another kind or organization that the browser has is 409 unless `replace` says to end it',
    request: { body: body(portalTokenSchema) },
    responses: {
      ...ok(sessionSchema, 'Signed in'),
      410: problem('Used, ended or revoked'),
      ...refused,
      ...conflict,
    },
  },
  confirmRecoveryAddress: {
    method: 'post',
    path: '/recovery-address-confirmations',
    access: 'open',
    summary: 'The new recovery address confirms, by the link that it was mailed',
    request: { body: body(portalTokenSchema) },
    responses: {
      204: { description: 'It holds from now on' },
      410: problem('Used or ended'),
      ...refused,
      ...conflict,
    },
  },
  openAnchorConfirmation: {
    method: 'post',
    path: '/anchor-confirmations',
    access: 'open',
    summary: 'Open a mailed link: says where the browser goes on to confirm, or to mend, how it signs in',
    request: { body: body(portalTokenSchema) },
    responses: {
      ...ok(openedConfirmationSchema, 'The link holds; a cookie remembers it for this browser'),
      410: problem('Used or ended'),
      ...refused,
      ...conflict,
    },
  },
  getSession: {
    method: 'get',
    path: '/session',
    access: 'session',
    summary: 'Who is signed in',
    responses: { ...ok(sessionSchema, 'The session'), ...refused },
  },
  endSession: {
    method: 'delete',
    path: '/session',
    access: 'session',
    summary: 'Sign out: this session, and what applications hold of the person',
    responses: { ...done, ...refused },
  },
  endOwnSessions: {
    method: 'post',
    path: '/session/end-all',
    access: 'session',
    summary: 'Sign out everywhere: every session of one’s own, here and in applications',
    responses: { ...done, ...refused },
  },
})
