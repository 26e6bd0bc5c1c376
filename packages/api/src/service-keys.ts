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

export const serviceKeySchema = z
  .object({
    id: z.string(),
    state: z.enum(['current', 'next', 'retiring']),
    certificate: z.string().describe('PEM'),
    fingerprint: z.string(),
    notAfter: time,
    createdAt: time,
    retiresAt: nullableTime,
    activation: refusalSchema.describe(
      'Why this caller may not activate it, with 30 days of overlap; null where they may, and where it is active already',
    ),
  })
  .openapi('ServiceKey')

export const serviceKeyActivationSchema = z
  .strictObject({ overlapDays: z.number().int().min(0).max(90).default(30) })
  .openapi('ServiceKeyActivation')

export type ServiceKey = z.infer<typeof serviceKeySchema>

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
