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
import { formerly } from './renamed.ts'

/** What stood in the DNS where the record should be. */
const recordCheckSchema = z.object({
  checkedAt: nullableTime.describe('When it was looked for last; null: not yet'),
  nextAt: nullableTime.describe(
    'When it is looked for again by itself: after 5 minutes at first, then ever more seldom, for 14 days. null: not any more, until it is verified by hand',
  ),
  outcome: z
    .enum(['not_looked', 'nothing', 'other_values', 'doubled_name', 'at_domain', 'no_answer'])
    .describe(
      'doubled_name: the record stands below the domain written twice. at_domain: it stands at the domain itself. no_answer: DNS did not answer',
    ),
  values: z
    .array(z.string())
    .describe(
      'Other texts that stand at the name: 5, of each 200 characters; one that is not seen is written as in JSON',
    ),
  dnsProvider: z.string().nullable().describe('Who runs the DNS of the domain, by its name servers'),
  zone: z.string().nullable().describe('The name that these name servers answer for'),
  host: z
    .string()
    .nullable()
    .describe('The name of the record inside this zone, as most consoles ask for it'),
})

/** A domain of an organization, with the record that proves it and the connections that speak for its addresses. */
export const domainSchema = z
  .object({
    id: z.string().describe('Names the domain in paths'),
    name: z.string().describe('The domain itself').openapi({ example: 'acme.com' }),
    txtRecord: z
      .object({
        name: z.string().describe('Where the record stands'),
        value: z.string().describe('The text of the record'),
      })
      .describe('The DNS record that proves it'),
    verifiedAt: nullableTime,
    verifiedBy: z
      .enum(['dns', 'operator'])
      .nullable()
      .describe('dns: the record was found. operator: the operator asserted it. null: it is not proven'),
    lostAt: nullableTime.describe(
      'Since when the record has been gone; after 14 days the domain no longer counts until it is back',
    ),
    recordCheck: recordCheckSchema
      .nullable()
      .describe('What was seen when the record was looked for last; null while it is there'),
    connectionIds: z.array(z.string()).describe('The connections that speak for addresses of this domain'),
    people: z
      .number()
      .int()
      .optional()
      .describe('With dryRun: how many addresses of people here the connections could speak for'),
    createdAt: time,
  })
  .openapi('Domain', { description: 'A domain of the organization' })

/** The domain that is added, as a name of the DNS. */
export const newDomainSchema = z
  .strictObject({ name: z.string().min(1).max(253).describe('A registrable domain name such as acme.com') })
  .openapi('NewDomain', { description: 'The domain that is added' })

/** The operator's word that a domain is proved, or the connections that speak for it; never both. */
export const domainChangeSchema = z
  .strictObject({
    isVerified: formerly(
      z.boolean().optional().describe("The operator's word in place of the record"),
      'verified',
    ),
    connectionIds: z
      .array(z.string().max(64))
      .max(50)
      .optional()
      .describe('The connections that speak for it from now on'),
    dryRun: z.boolean().optional().describe('Changes nothing; says whom the connections could speak for'),
  })
  .openapi('DomainChange', { description: 'Either `isVerified` or `connectionIds`' })

/** A domain, as the API answers it. */
export type Domain = z.infer<typeof domainSchema>

/** The operations on domains: add, verify, assert, tie to connections and remove. */
export const domainOperations = /* @__PURE__ */ operationsOf('Domains', {
  listDomains: {
    method: 'get',
    path: '/organizations/{slug}/domains',
    access: 'setup',
    summary: 'List domains',
    request: { params: organizationParams },
    responses: { ...ok(listOf(domainSchema), 'All domains'), ...refused },
  },
  createDomain: {
    method: 'post',
    path: '/organizations/{slug}/domains',
    access: 'setup',
    formerly: [{ name: 'addDomain' }],
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
  updateDomain: {
    method: 'patch',
    path: '/organizations/{slug}/domains/{id}',
    access: 'setup',
    formerly: [{ name: 'assertDomain' }],
    summary: 'Tie a domain to connections; the operator also asserts it, or takes that back',
    request: { params: organizationIdParams, body: body(domainChangeSchema) },
    responses: { ...ok(domainSchema, 'Changed'), ...refused },
  },
  deleteDomain: {
    method: 'delete',
    path: '/organizations/{slug}/domains/{id}',
    access: 'setup',
    formerly: [{ name: 'removeDomain' }],
    summary: 'Remove a domain',
    request: { params: organizationIdParams },
    responses: { ...done, ...refused },
  },
})
