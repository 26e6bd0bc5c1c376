// The operator's side: links into the console, sessions, the installation, and what waits for the operator.
import { z } from '@hono/zod-openapi'
import { created, done, idParams, listOf, ok, optionalBody, organizationParams, refused } from './answers.ts'
import { pageQuerySchema, plainTextSchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'
import { eventFilter, eventPageSchema } from './record.ts'

/** A link into the operator's side, which opens once and within five minutes. */
export const createdOperatorLinkSchema = z
  .object({
    url: z.string().describe("Shown once; opens the operator's side, once and for five minutes"),
    expiresAt: time,
  })
  .openapi('CreatedOperatorLink', { description: "A link into the operator's side" })

/** Whose link it is to be, so that its session has a name. */
export const newOperatorLinkSchema = z
  .strictObject({
    name: plainTextSchema.optional().describe('Who it is for: shown in the list of sessions and in events'),
  })
  .openapi('NewOperatorLink', { description: "A link into the operator's side" })

/** A browser in which the operator is signed in. */
export const operatorSessionSchema = z
  .object({
    id: z
      .string()
      .describe('Names the session in paths')
      .openapi({ example: 'ops_01jd3y7k9p2m4n6q8r0s1t2v3w' }),
    name: z.string().nullable().describe('Who the link was for; null: nobody was named'),
    ip: z.string().nullable().describe('Of the browser that opened the link'),
    userAgent: z.string().nullable().describe('Of the browser that opened the link'),
    createdAt: time,
    lastSeenAt: time.describe('Accurate to a minute'),
    expiresAt: time,
    isOwn: z.boolean().describe('The one that asks'),
  })
  .openapi('OperatorSession', { description: 'A session of the operator in a browser' })

/** The service as it runs: version, store, memory in bytes and mail. */
export const installationSchema = z
  .object({
    version: z.string().describe('Of the service'),
    store: z.enum(['embedded', 'postgres']).describe('embedded: SQLite. postgres: PostgreSQL'),
    url: z.string().describe('The public URL'),
    startedAt: time.describe('Of the node that answers'),
    memoryBytes: z.number().int().describe('Resident, of the node that answers'),
    storeMs: z.number().describe('How long the store took for one question'),
    hasMail: z.boolean().describe('Whether mail goes out'),
    isDev: z.boolean().describe('Whether it runs for development'),
    nodeVersion: z.string().describe('Of Node.js'),
    nodes: z
      .array(
        z.object({
          id: z.string().describe('Another one at each start'),
          version: z.string().describe('Of the service'),
          startedAt: time,
          seenAt: time.describe('When it last said that it is there: every ten seconds'),
        }),
      )
      .describe(
        'What serves on one PostgreSQL, and what was heard of last within a day; empty with the embedded store',
      ),
    deliveries: z
      .array(
        z.object({
          kind: z.enum(['webhook', 'logout', 'mail']).describe('What is sent'),
          state: z.enum(['enabled', 'failing', 'disabled']).describe('How the target fares'),
          waiting: z.number().int().describe('How many wait; at most 10,000 are counted'),
          overdueSeconds: z
            .number()
            .describe('For how long the one that is due first has been due; 0 where none is'),
        }),
      )
      .describe('What waits to go out, a row for each target'),
  })
  .openapi('Installation', { description: 'The service as it runs' })

/** Something that waits for an act of the operator, with the organization and since when. */
export const operatorNeedSchema = z
  .object({
    kind: z
      .enum([
        'privileged_refused',
        'owner_unlinked',
        'administrator_unlinked',
        'role_withheld',
        'ownerless',
        'staged',
        'provisional',
        'deactivation_refused',
        'domain_lapsed',
        'domain_taken_over',
        'many_left',
      ])
      .describe(
        "What it is: `privileged_refused` an owner or administrator is kept out by an unconfirmed anchor; `owner_unlinked`, `administrator_unlinked` one is met by a connection that knows no identity of theirs; `role_withheld` a connection may not give a role; `ownerless` no owner is left; `staged`, `provisional` what a set-up left has waited for three days; `deactivation_refused` a provisional key may not let somebody go; `domain_lapsed` a domain's record is gone; `domain_taken_over` it led to another organization before; `many_left` a deprovision alert is open",
      ),
    organization: z
      .object({
        id: z.string().describe('Its id'),
        slug: z.string().describe('Its slug'),
        name: z.string().describe('Its name'),
      })
      .describe('Whose it is'),
    subjectId: z.string().describe('The person, connection, key, domain or alert that it is about'),
    since: time,
    detail: z.record(z.string(), z.string()).describe('What names it: userName, connection, role …'),
  })
  .openapi('OperatorNeed', { description: 'Something that waits for an act of the operator' })

/** Everything that waits for an act of the operator. */
export const operatorNeedsSchema = z
  .object({
    items: z
      .array(operatorNeedSchema)
      .describe('The oldest first, each kind of each organization in its turn'),
    nextCursor: z.string().nullable().describe('null: no more are listed'),
    more: z.number().int().describe('How many wait beside those that are listed'),
  })
  .openapi('OperatorNeeds', { description: 'What waits for an act of the operator' })

/** A key or a certificate that ends within 30 days. */
export const endingSchema = z
  .object({
    kind: z
      .enum(['api_key', 'certificate'])
      .describe(
        "api_key: a directory's. certificate: of an identity provider, the last of a connection that holds",
      ),
    organization: z
      .object({
        id: z.string().describe('Its id'),
        slug: z.string().describe('Its slug'),
        name: z.string().describe('Its name'),
      })
      .describe('Whose it is'),
    subjectId: z.string().describe('The key, or the connection'),
    name: z.string().describe('As the key or the connection is called'),
    endsAt: time.describe('Of a certificate it may be over'),
  })
  .openapi('Ending', { description: 'A key or a certificate that ends within 30 days' })

/** A key or a certificate that ends, as the API answers it. */
export type Ending = z.infer<typeof endingSchema>
/** The service as it runs, as the API answers it. */
export type Installation = z.infer<typeof installationSchema>
/** A session of the operator, as the API answers it. */
export type OperatorSessionView = z.infer<typeof operatorSessionSchema>
/** One thing that waits for the operator. */
export type OperatorNeed = z.infer<typeof operatorNeedSchema>
/** All that waits for the operator. */
export type OperatorNeeds = z.infer<typeof operatorNeedsSchema>

/** The operations on the installation and on the operator's own sessions. */
export const operatorOperations = /* @__PURE__ */ operationsOf('Operator', {
  createOperatorLink: {
    method: 'post',
    path: '/operator-links',
    access: 'operator',
    summary: "A link into the operator's side of the console, once and for five minutes",
    request: { body: optionalBody(newOperatorLinkSchema) },
    responses: { ...created(createdOperatorLinkSchema), ...refused },
  },
  listOperatorSessions: {
    method: 'get',
    path: '/operator-sessions',
    access: 'operator',
    summary: 'Where the operator is signed in',
    responses: { ...ok(listOf(operatorSessionSchema), 'The newest 200'), ...refused },
  },
  endOperatorSession: {
    method: 'delete',
    path: '/operator-sessions/{id}',
    access: 'operator',
    summary: 'End one session of the operator',
    request: { params: idParams },
    responses: { ...done, ...refused },
  },
  endOperatorSessions: {
    method: 'post',
    path: '/operator-sessions/end-all',
    access: 'operator',
    summary: 'End all sessions of the operator, and links that nobody has opened yet',
    responses: { ...done, ...refused },
  },
  getInstallation: {
    method: 'get',
    path: '/installation',
    access: 'operator',
    summary: 'Version, store and health of the installation',
    responses: { ...ok(installationSchema, 'The installation'), ...refused },
  },
  listEndings: {
    method: 'get',
    path: '/installation/endings',
    access: 'operator',
    summary: 'List keys and certificates of all organizations that end within 30 days, the soonest first',
    responses: { ...ok(listOf(endingSchema), 'At most 50, as they were a minute ago at most'), ...refused },
  },
  listOperatorEvents: {
    method: 'get',
    path: '/operator-events',
    access: 'operator',
    summary: "The operator's log: what happened to the installation, the newest first",
    description:
      "Applications, webhook endpoints, signing keys, the brand, the operator's links and sessions, and organizations that began or ended: who, when, before and after. It is kept for good, also where an organization is gone.",
    request: {
      query: pageQuerySchema.extend(eventFilter),
    },
    responses: { ...ok(eventPageSchema, 'A page'), ...refused },
  },
  createOperatorVisit: {
    method: 'post',
    path: '/organizations/{slug}/operator-visits',
    access: 'operator',
    formerly: [{ name: 'recordOperatorVisit' }],
    summary: "Record in the organization's audit log that the operator opened its settings",
    request: { params: organizationParams },
    responses: { ...done, ...refused },
  },
  listOperatorNeeds: {
    method: 'get',
    path: '/operator-needs',
    access: 'operator',
    formerly: [{ name: 'listNeeds' }],
    summary: 'List what waits for an act of the operator, the oldest first',
    description:
      'At most 200, in which each kind of each organization has its turn: however many of one there are, all others are listed.',
    responses: { ...ok(operatorNeedsSchema, 'What needs you'), ...refused },
  },
})
