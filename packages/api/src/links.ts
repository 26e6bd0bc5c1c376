// Portal and set-up links into an organization's settings.
import { z } from '@hono/zod-openapi'
import {
  body,
  conflict,
  created,
  done,
  listOf,
  ok,
  organizationIdParams,
  organizationParams,
  refused,
  tooManyMails,
} from './answers.ts'
import { embedIntents, setUpIntents } from './embed-intents.ts'
import { addressSchema, type Loose, makerSchema, nullableTime, orNull, time } from './fields.ts'
import { languageCodes } from './languages.ts'
import { operationsOf } from './operation.ts'
import { formerly } from './renamed.ts'

/** For whom a link into an organization's settings speaks; with `days` it is a set-up link, else it opens once. */
export const newPortalLinkSchema = z
  .strictObject({
    role: z.enum(['owner', 'admin']).describe('For whom it speaks'),
    email: addressSchema.optional().describe('For whom it is, as its sessions are called'),
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .describe('Where the way back from the settings leads'),
    days: z
      .number()
      .int()
      .min(1)
      .max(30)
      .optional()
      .describe('Makes a set-up link that can be resumed and revoked'),
    send: z
      .boolean()
      .optional()
      .describe('Mails a set-up link to `email`; where no mail goes out `message` is what to send'),
    language: z
      .enum(languageCodes)
      .optional()
      .describe('Of what is written with a set-up link; English where it is left out'),
    intents: z
      .array(z.enum(setUpIntents))
      .min(1)
      .max(setUpIntents.length)
      .optional()
      .describe('What a set-up link is for: it reaches those settings alone; left out: all of a set-up'),
  })
  .openapi('NewPortalLink', { description: "A link into the organization's settings" })

/** What is written to whom a set-up link is for, with the link in it. */
const linkMessageSchema = z
  .object({
    subject: z.string().describe('One line'),
    text: z.string().describe('Plain text, with the link in it'),
  })
  .openapi('LinkMessage', { description: 'A message with the link in it, as plain text' })

/** A new link with its address, which is shown once. */
export const createdPortalLinkSchema = z
  .object({
    id: z.string().describe('Names the link in paths'),
    url: z.string().describe('Shown once'),
    expiresAt: time,
    isSent: z.boolean().describe('Whether the mail server took it'),
    message: orNull(linkMessageSchema).describe(
      'What to send with a set-up link, or what was sent; null for a link that opens once',
    ),
  })
  .openapi('CreatedPortalLink', { description: 'The link' })

/** A link into an organization's settings, without its secret, with who made it and why it ended. */
export const portalLinkSchema = z
  .object({
    id: z.string().describe('Names the link in paths'),
    role: z.enum(['owner', 'admin', 'contact']).describe('For whom it speaks; contact: in a frame alone'),
    kind: z
      .enum(['portal', 'setup', 'embed'])
      .describe(
        "portal: opens once. setup: can be resumed until it ends. embed: opens once, in a frame of the product's page",
      ),
    origin: z.string().nullable().describe('Of the page that a frame stands in; null for the other kinds'),
    intents: z
      .array(z.enum(embedIntents))
      .nullable()
      .describe(
        'What a frame or a set-up link is for; null: a portal link, or a set-up link for all of a set-up',
      ),
    email: z.string().nullable().describe('For whom it is'),
    createdAt: time.describe('When it was made, or made anew to be sent again'),
    expiresAt: time,
    sentAt: nullableTime.describe('When it was mailed last'),
    usedAt: nullableTime.describe('When it was opened last'),
    revokedAt: nullableTime,
    endedAt: nullableTime.describe('When its reason went'),
    endedReason: z
      .enum(['maker', 'parent', 'operator_key'])
      .nullable()
      .describe(
        'maker: the maker is out, or the origin of a frame is listed no longer. parent: the link it was made from, or a frame of the same address, was revoked. operator_key: the operator key was changed',
      ),
    maker: formerly(makerSchema.omit({ isOut: true }).describe('Who made it'), 'createdBy'),
  })
  .openapi('PortalLink', { description: 'A link, without its secret' })

/** What a link begins with. */
export type NewPortalLink = Loose<z.infer<typeof newPortalLinkSchema>>
/** A new link, and what to send with it. */
export type CreatedPortalLink = z.infer<typeof createdPortalLinkSchema>
/** A link, as the API answers it. */
export type PortalLink = z.infer<typeof portalLinkSchema>

/** The operations on links into an organization's settings: create, list and revoke. */
export const linkOperations = /* @__PURE__ */ operationsOf('Portal links', {
  createPortalLink: {
    method: 'post',
    path: '/organizations/{slug}/portal-links',
    access: 'administrator',
    summary: "A link into the organization's settings",
    request: { params: organizationParams, body: body(newPortalLinkSchema) },
    responses: { ...created(createdPortalLinkSchema), ...refused, ...conflict, ...tooManyMails },
  },
  listPortalLinks: {
    method: 'get',
    path: '/organizations/{slug}/portal-links',
    access: 'administrator',
    summary: 'List portal and set-up links',
    request: { params: organizationParams },
    responses: {
      ...ok(listOf(portalLinkSchema), 'All that can be opened or were, then the newest 200'),
      ...refused,
    },
  },
  resendPortalLink: {
    method: 'post',
    path: '/organizations/{slug}/portal-links/{id}/resend',
    access: 'administrator',
    summary:
      'Mail a set-up link again: a new secret, for as many days as before; the old one stops. Of whom another made it: a new link of theirs',
    request: { params: organizationIdParams },
    responses: {
      ...ok(createdPortalLinkSchema, 'The new link'),
      ...refused,
      ...conflict,
      ...tooManyMails,
    },
  },
  revokePortalLink: {
    method: 'delete',
    path: '/organizations/{slug}/portal-links/{id}',
    access: 'administrator',
    summary: 'Revoke a link and the sessions that it opened',
    request: { params: organizationIdParams },
    responses: { ...done, ...refused },
  },
})
