// Invitations: an address that may become a user.
import { z } from '@hono/zod-openapi'
import {
  body,
  conflict,
  created,
  done,
  ok,
  organizationIdParams,
  organizationParams,
  problem,
  refused,
  tooManyMails,
} from './answers.ts'
import { addressSchema, nullableTime, pageOf, pageQuerySchema, roleSchema, time } from './fields.ts'
import { languageCodes } from './languages.ts'
import { operationsOf } from './operation.ts'
import { formerly } from './renamed.ts'

/** Whom to invite, with which role, and for how many days the invitation holds. */
export const newInvitationSchema = z
  .strictObject({
    email: addressSchema,
    role: roleSchema.default('member'),
    days: z.number().int().min(1).max(30).default(7).describe('How long the invitation holds'),
    language: z.enum(languageCodes).default('en').describe('Of the mail'),
  })
  .openapi('NewInvitation', { description: 'Whom to invite' })

/** An address that may become a user, and how far that is. */
export const invitationSchema = z
  .object({
    id: z.string().describe('Names the invitation in paths'),
    email: z.string().describe('Who is invited'),
    role: roleSchema,
    state: formerly(
      z.enum(['open', 'accepted', 'expired', 'revoked']).describe('open: it can be accepted'),
      'status',
    ),
    createdAt: time,
    expiresAt: time,
    acceptedAt: nullableTime,
    userId: z.string().nullable().describe('The account that it became; null until it is accepted'),
  })
  .openapi('Invitation', { description: 'An address that may become a user' })

/** A new invitation, with its link where no mail was sent. */
export const createdInvitationSchema = z
  .object({
    invitation: invitationSchema,
    url: z.string().nullable().describe('The link, where no mail is configured; null where it was sent'),
  })
  .openapi('CreatedInvitation', { description: 'An invitation, and its link where that was not sent' })

/** The secret of an invitation, which is all that accepting needs. */
export const invitationTokenSchema = z
  .strictObject({ token: z.string().max(100).describe('What stands behind `#token=` in the link') })
  .openapi('InvitationToken', { description: 'The secret of an invitation' })

/** Who was invited to which organization, and where to sign in. */
export const acceptedInvitationSchema = z
  .object({
    email: z.string().describe('Who was invited'),
    organization: z.string().describe("The organization's name"),
    signInUrl: z.string().describe('Where to sign in'),
  })
  .openapi('AcceptedInvitation', { description: 'Where to go on' })

/** Whom to invite, with the defaults filled in. */
export type NewInvitation = z.infer<typeof newInvitationSchema>
/** An invitation, as the API answers it. */
export type Invitation = z.infer<typeof invitationSchema>
/** A new invitation, and its link where that was not sent. */
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>

/** The operations on invitations: invite, list, send again, revoke and accept. */
export const invitationOperations = /* @__PURE__ */ operationsOf('Invitations', {
  createInvitation: {
    method: 'post',
    path: '/organizations/{slug}/invitations',
    access: 'administrator',
    summary: 'Invite somebody by e-mail',
    request: { params: organizationParams, body: body(newInvitationSchema) },
    responses: { ...created(createdInvitationSchema), ...refused, ...conflict, ...tooManyMails },
  },
  listInvitations: {
    method: 'get',
    path: '/organizations/{slug}/invitations',
    access: 'administrator',
    summary: 'List invitations',
    request: { params: organizationParams, query: pageQuerySchema },
    responses: { ...ok(pageOf(invitationSchema, 'InvitationPage'), 'A page'), ...refused },
  },
  revokeInvitation: {
    method: 'delete',
    path: '/organizations/{slug}/invitations/{id}',
    access: 'administrator',
    summary: 'Revoke an invitation',
    request: { params: organizationIdParams },
    responses: { ...done, ...refused, ...conflict },
  },
  resendInvitation: {
    method: 'post',
    path: '/organizations/{slug}/invitations/{id}/resend',
    access: 'administrator',
    summary: 'Send it again with a new link and a new seven days',
    request: { params: organizationIdParams },
    responses: { ...ok(createdInvitationSchema, 'Sent'), ...refused, ...conflict, ...tooManyMails },
  },
  acceptInvitation: {
    method: 'post',
    path: '/invitation-acceptances',
    access: 'open',
    summary: 'Accept an invitation: makes the account, opens no session',
    request: { body: body(invitationTokenSchema) },
    responses: {
      ...ok(acceptedInvitationSchema, 'Accepted'),
      410: problem('Used, ended or revoked'),
      ...refused,
      ...conflict,
    },
  },
})
