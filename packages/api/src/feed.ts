// The events API: every event, in the order of commits.
import { z } from '@hono/zod-openapi'
import { pageOrStream, problem, refused, stream } from './answers.ts'
import { feedEventSchema } from './events.ts'
import { followQuery, type Loose, slugSchema } from './fields.ts'
import { operationsOf } from './operation.ts'

/** Where in the feed to go on (`after`), how many events at most, and for how many seconds to wait for one. */
export const feedQuerySchema = z.object({
  after: z
    .string()
    .regex(/^(?:\d{1,15}|latest)$/)
    .optional()
    .describe(
      'A `nextCursor`; `latest`: only what is still to come; without it, from the oldest that is kept',
    ),
  types: z.string().max(2_000).optional().describe('Types, separated by commas'),
  organization: slugSchema.optional().describe('Only events of this organization, by its slug'),
  wait: z.coerce.number().int().min(0).max(20).default(0).describe('Seconds to wait for the next event'),
  limit: z.coerce.number().int().min(1).max(200).default(100).describe('How many at most'),
  ...followQuery,
})

/** Where in the feed a stream begins, and what it is narrowed by. */
export const feedStreamQuerySchema = feedQuerySchema.pick({ after: true, types: true, organization: true })

/** Events in the order of their commits, and the number to go on after. */
export const feedPageSchema = z
  .object({
    items: z.array(feedEventSchema).describe('The events in the order of commits'),
    nextCursor: z.string().describe('Never null: where to go on, also after an empty answer'),
  })
  .openapi('FeedPage', { description: 'Events, and where to go on' })

/** What a reader of the feed asks for. */
export type FeedQuery = Loose<z.infer<typeof feedStreamQuerySchema>>

/** The operations of the events API, the operator's: a page, or a stream. */
export const feedOperations = /* @__PURE__ */ operationsOf('Events', {
  listFeed: {
    method: 'get',
    path: '/events',
    access: 'operator',
    formerly: [{ name: 'followEvents' }],
    summary: 'Every event after a cursor, in the order of commits; waits for the next one',
    request: { query: feedQuerySchema },
    responses: {
      ...pageOrStream(feedPageSchema),
      410: problem('The cursor is older than what is kept'),
      ...refused,
    },
  },
  streamFeed: {
    method: 'get',
    path: '/events/stream',
    access: 'operator',
    summary:
      'Every event after a cursor as server-sent events, each page followed by the cursor to go on from',
    description: 'A `Last-Event-ID` of a stream that ended counts as `after`.',
    request: { query: feedStreamQuerySchema },
    responses: {
      ...stream,
      410: problem('The cursor is older than what is kept'),
      ...refused,
    },
  },
})
