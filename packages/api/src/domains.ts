// Domains of an organization, and the connections that speak for their addresses.
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
  problem,
  refused,
} from './answers.ts'
import { nullableTime, time } from './fields.ts'
import { operationsOf } from './operation.ts'

export const domainSchema = z
  .object({
    id: z.string(),
    name: z.string().openapi({ example: 'acme.com' }),
    txtRecord: z.object({ name: z.string(), value: z.string() }),
    verifiedAt: nullableTime,
    verifiedBy: z.enum(['dns', 'operator']).nullable(),
    lostAt: nullableTime.describe(
      'Since when the record has been gone; after 14 days the domain no longer counts until it is back',
    ),
    connectionIds: z.array(z.string()).describe('The connections that speak for addresses of this domain'),
    people: z
      .number()
      .int()
      .optional()
      .describe('With dryRun: how many addresses of people here the connections could speak for'),
    createdAt: time,
  })
  .openapi('Domain')

export const newDomainSchema = z.strictObject({ name: z.string().min(1).max(253) }).openapi('NewDomain')

export const domainChangeSchema = z
  .strictObject({
    verified: z.boolean().optional().describe("The operator's word in place of the record"),
    connectionIds: z
      .array(z.string().max(64))
      .max(50)
      .optional()
      .describe('The connections that speak for it from now on'),
    dryRun: z.boolean().optional().describe('Changes nothing; says whom the connections could speak for'),
  })
  .openapi('DomainChange')

export type Domain = z.infer<typeof domainSchema>

export const domainOperations = /* @__PURE__ */ operationsOf('Domains', {
  listDomains: {
    method: 'get',
    path: '/organizations/{slug}/domains',
    access: 'setup',
    summary: 'List domains',
    request: { params: organizationParams },
    responses: { ...ok(listOf(domainSchema), 'All domains'), ...refused },
  },
  addDomain: {
    method: 'post',
    path: '/organizations/{slug}/domains',
    access: 'setup',
    summary: 'Add a domain; its TXT record proves it',
    request: { params: organizationParams, body: body(newDomainSchema) },
    responses: { ...created(domainSchema), ...refused, ...conflict },
  },
  verifyDomain: {
    method: 'post',
    path: '/organizations/{slug}/domains/{id}/verify',
    access: 'setup',
    summary: 'Look for the TXT record now',
    request: { params: organizationIdParams },
    responses: {
      ...ok(domainSchema, 'Verified'),
      503: problem('DNS does not answer'),
      ...refused,
      ...conflict,
    },
  },
  assertDomain: {
    method: 'patch',
    path: '/organizations/{slug}/domains/{id}',
    access: 'setup',
    summary: 'Tie a domain to connections; the operator also asserts it, or takes that back',
    request: { params: organizationIdParams, body: body(domainChangeSchema) },
    responses: { ...ok(domainSchema, 'Changed'), ...refused },
  },
  removeDomain: {
    method: 'delete',
    path: '/organizations/{slug}/domains/{id}',
    access: 'setup',
    summary: 'Remove a domain',
    request: { params: organizationIdParams },
    responses: { ...done, ...refused },
  },
})
