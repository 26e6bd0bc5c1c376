// Portal and set-up links into an organization's settings.
import { z } from '@hono/zod-openapi'
import {
  body,
  created,
  done,
  listOf,
  ok,
  organizationIdParams,
  organizationParams,
  refused,
} from './answers.ts'
import { addressSchema, type Loose, makerSchema, nullableTime, time } from './fields.ts'
import { operationsOf } from './operation.ts'

export const newPortalLinkSchema = z
  .strictObject({
    role: z.enum(['owner', 'admin']),
    email: addressSchema.optional(),
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional(),
    days: z
      .number()
      .int()
      .min(1)
      .max(30)
      .optional()
      .describe('Makes a set-up link that can be resumed and revoked'),
  })
  .openapi('NewPortalLink')

export const createdPortalLinkSchema = z
  .object({ id: z.string(), url: z.string().describe('Shown once'), expiresAt: time })
  .openapi('CreatedPortalLink')

export const portalLinkSchema = z
  .object({
    id: z.string(),
    role: z.enum(['owner', 'admin']),
    kind: z.enum(['portal', 'setup']),
    email: z.string().nullable(),
    createdAt: time,
    expiresAt: time,
    usedAt: nullableTime,
    revokedAt: nullableTime,
    endedAt: nullableTime.describe('When its reason went'),
    endedReason: z
      .enum(['maker', 'parent', 'operator_key'])
      .nullable()
      .describe('The maker is out, the link it was made from was revoked, or the operator key was changed'),
    createdBy: makerSchema.omit({ isOut: true }),
  })
  .openapi('PortalLink')

export type NewPortalLink = Loose<z.infer<typeof newPortalLinkSchema>>
export type PortalLink = z.infer<typeof portalLinkSchema>

export const linkOperations = /* @__PURE__ */ operationsOf('Portal links', {
  createPortalLink: {
    method: 'post',
    path: '/organizations/{slug}/portal-links',
    access: 'administrator',
    summary: "A link into the organization's settings",
    request: { params: organizationParams, body: body(newPortalLinkSchema) },
    responses: { ...created(createdPortalLinkSchema), ...refused },
  },
  listPortalLinks: {
    method: 'get',
    path: '/organizations/{slug}/portal-links',
    access: 'administrator',
    summary: 'List portal and set-up links',
    request: { params: organizationParams },
    responses: { ...ok(listOf(portalLinkSchema), 'The newest 200'), ...refused },
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
