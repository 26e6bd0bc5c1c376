// What is counted of each day: requests of provisioning clients, sign-ins and deliveries, of one organization and of all.
import { z } from '@hono/zod-openapi'
import { sentenceSchema } from './activity.ts'
import { ok, organizationParams, refused } from './answers.ts'
import { nullableTime, time } from './fields.ts'
import { operationsOf } from './operation.ts'

const count = z.number().int()
const dateSchema = z.iso.date().describe('A day in UTC').openapi({ example: '2026-12-01' })

/** What is counted, of whatever time. */
const countFields = {
  reads: count.describe('Requests of provisioning clients that read, and were answered'),
  changes: count.describe('Requests of provisioning clients that changed something'),
  refusals: count.describe('Requests of provisioning clients that were refused or failed'),
  signIns: count.describe('Sign-ins that opened a session; tests are none'),
  refusedSignIns: count.describe('Sign-ins that were refused or failed'),
  deliveries: count.describe('Deliveries to webhook endpoints that were taken'),
  failedAttempts: count.describe('Attempts to deliver that were not taken; most are made again'),
}

/** One day: what came, and what became of it. */
export const dailyCountsSchema = z
  .object({ date: dateSchema, ...countFields })
  .openapi('DailyCounts', { description: 'What is counted of one day in UTC' })

const periodFields = {
  from: dateSchema.describe('The first day'),
  to: dateSchema.describe('The last day, which is today and not over yet'),
  days: z.array(dailyCountsSchema).describe('Every day from the first to the last, the oldest first'),
}

/** What an organization's days come to. */
export const statisticsSchema = z
  .object({
    ...periodFields,
    countedSince: nullableTime.describe(
      'From when on requests and sign-ins are counted: no day before says that nothing came. null: what was there before is still being counted',
    ),
    deliveriesCountedSince: nullableTime.describe('The same of deliveries'),
    refusals: z
      .array(
        z.object({
          kind: z
            .enum(['scim', 'sign_in'])
            .describe('scim: requests of provisioning clients. sign_in: sign-ins'),
          code: z
            .string()
            .describe(
              'Why: the code of the sentence, or of the refused sign-in, by which activity finds them; empty where that is not known',
            ),
          count: count.describe('How many'),
          lastDate: dateSchema.describe('When it came last'),
          sentences: z
            .array(sentenceSchema)
            .describe('Why, and what to do about it as far as that is the same for all; names are left out'),
        }),
      )
      .describe('What was refused, the most frequent first; at most 20'),
  })
  .openapi('Statistics', { description: 'What is counted of an organization, by day' })

const organizationOfCountsSchema = z
  .object({
    id: z.string().describe('Its id'),
    slug: z.string().describe('Its slug'),
    name: z.string().describe('Its name'),
  })
  .describe('Whose it is')

const organizationCountsSchema = z.object({
  organization: organizationOfCountsSchema,
  people: count.describe('People who are active'),
  totals: z.object(countFields).describe('All of its days together'),
  days: z.array(dailyCountsSchema).describe('As many as of all organizations'),
})

/** What the days of all organizations come to. */
export const installationStatisticsSchema = z
  .object({
    ...periodFields,
    countedAt: time.describe('When this was added up: a minute ago at most'),
    countedSince: time
      .nullable()
      .describe(
        'From when on all requests and sign-ins are counted. null: some organization is still being counted',
      ),
    deliveriesCountedSince: nullableTime.describe('The same of deliveries'),
    organizationCount: count.describe('How many organizations there are'),
    people: count.describe('People of all organizations who are active'),
    failing: z
      .array(
        z.object({
          organization: organizationOfCountsSchema,
          refused: count.describe('Of the newest requests, how many were refused or failed'),
          judged: count.describe('How many were looked at: at most 20'),
          lastRefusalAt: nullableTime,
        }),
      )
      .describe('Those whose provisioning fails, the latest refusal first; at most 20'),
    busiest: z
      .array(organizationCountsSchema)
      .describe('Those with the most requests, sign-ins and deliveries; at most 10'),
    mostRefused: z
      .array(organizationCountsSchema.omit({ days: true }))
      .describe('Those with the most refused requests and sign-ins; at most 10'),
  })
  .openapi('InstallationStatistics', { description: 'What is counted of all organizations, by day' })

/** What an organization's days come to, as the API answers it. */
export type Statistics = z.infer<typeof statisticsSchema>
/** What the days of all come to, as the API answers it. */
export type InstallationStatistics = z.infer<typeof installationStatisticsSchema>
/** One day. */
export type DailyCounts = z.infer<typeof dailyCountsSchema>

const query = z.object({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(90)
    .default(30)
    .describe('How many days, today among them; counts are kept for 90'),
})

/** The operations on what is counted. */
export const statisticsOperations = /* @__PURE__ */ operationsOf('Record', {
  getStatistics: {
    method: 'get',
    path: '/organizations/{slug}/statistics',
    access: 'administrator',
    summary: 'Read how much came on each day: requests, sign-ins, deliveries, and what was refused why',
    description: 'Days are in UTC. A request is counted within a second, as its line of activity is written.',
    request: { params: organizationParams, query },
    responses: { ...ok(statisticsSchema, 'The counts'), ...refused },
  },
  getInstallationStatistics: {
    method: 'get',
    path: '/installation/statistics',
    access: 'operator',
    summary: 'Read how much came on each day over all organizations, and of which of them',
    description: 'Days are in UTC. Added up once a minute at most.',
    request: { query },
    responses: { ...ok(installationStatisticsSchema, 'The counts'), ...refused },
  },
})
