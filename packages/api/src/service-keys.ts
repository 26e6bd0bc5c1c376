// Our own SAML certificates for an organization.
import { z } from '@hono/zod-openapi'
import {
  body,
  conflict,
  created,
  listOf,
  ok,
  organizationIdParams,
  organizationParams,
  refused,
} from './answers.ts'
import { nullableTime, refusalSchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** A certificate of ours for SAML, and whether it is the next, the current or a retiring one. */
export const serviceKeySchema = z
  .object({
    id: z.string().describe('Names the certificate in paths'),
    state: z
      .enum(['current', 'next', 'retiring'])
      .describe(
        'current: it signs. next: published, and not in use yet. retiring: it decrypts until it ends',
      ),
    certificate: z.string().describe('PEM'),
    fingerprint: z.string().describe('SHA-256 of the certificate'),
    notAfter: time,
    createdAt: time,
    retiresAt: nullableTime,
    activation: refusalSchema.describe(
      'Why this caller may not activate it, with 30 days of overlap; null where they may, and where it is active already',
    ),
  })
  .openapi('ServiceKey', { description: 'A SAML certificate of ours' })

/** For how many days the certificate before still decrypts and stays published. */
export const serviceKeyActivationSchema = z
  .strictObject({
    overlapDays: z
      .number()
      .int()
      .min(0)
      .max(90)
      .default(30)
      .describe('How long the one before decrypts and stays published'),
  })
  .openapi('ServiceKeyActivation', { description: 'How the certificate before ends' })

/** A certificate of ours, as the API answers it. */
export type ServiceKey = z.infer<typeof serviceKeySchema>

/** The operations on our certificates: list, create and activate. */
export const serviceKeyOperations = /* @__PURE__ */ operationsOf('Certificates', {
  listServiceKeys: {
    method: 'get',
    path: '/organizations/{slug}/service-keys',
    access: 'setup',
    summary: 'Our SAML certificates for this organization',
    request: { params: organizationParams },
    responses: { ...ok(listOf(serviceKeySchema), 'All that are published'), ...refused },
  },
  createServiceKey: {
    method: 'post',
    path: '/organizations/{slug}/service-keys',
    access: 'setup',
    summary: 'Publish a new certificate that does not sign yet',
    request: { params: organizationParams },
    responses: { ...created(serviceKeySchema), ...refused, ...conflict },
  },
  activateServiceKey: {
    method: 'post',
    path: '/organizations/{slug}/service-keys/{id}/activate',
    access: 'setup',
    summary: 'Sign with the new certificate; the old one decrypts for the overlap',
    request: { params: organizationIdParams, body: body(serviceKeyActivationSchema) },
    responses: { ...ok(serviceKeySchema, 'Activated'), ...refused, ...conflict },
  },
})
