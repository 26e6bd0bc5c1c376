// Webhook endpoints, their deliveries, and the feed of events, bound to their operations. All of it is the operator's.

import { type FeedQuery, operations } from '@rollcall/api'
import type { Context } from 'hono'
import { pause } from '../base/pause.ts'
import { type FeedPage, readFeed, sequenceEvents } from '../events/feed.ts'
import { Problem } from '../http/problem.ts'
import { getOrganization } from '../organizations/organizations.ts'
import type { Database } from '../store/database.ts'
import { listDeliveries, queueAgain, queueTest } from '../webhooks/deliveries.ts'
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from '../webhooks/endpoints.ts'
import {
  type AdminOptions,
  type App,
  assertStillAllowed,
  type Env,
  gated,
  toList,
  toMutablePage,
} from './door.ts'
import { sayDeprecated } from './former.ts'
import { type Held, holdAnswer } from './hold.ts'
import { streamText } from './stream.ts'

/** Answers the operations on webhook endpoints and deliveries. */
export function bindWebhooks(app: App, options: AdminOptions): void {
  const { database, webhookRules: rules } = options
  app.openapi(gated(operations.listWebhookEndpoints, options), async (context) =>
    context.json(toList(await listEndpoints(database)), 200),
  )
  app.openapi(gated(operations.createWebhookEndpoint, options), async (context) => {
    const input = context.req.valid('json')
    return context.json(await createEndpoint(rules, context.get('act'), input), 201)
  })
  app.openapi(gated(operations.getWebhookEndpoint, options), async (context) =>
    context.json(await getEndpoint(database, context.req.valid('param').id), 200),
  )
  app.openapi(gated(operations.updateWebhookEndpoint, options), async (context) => {
    const { id } = context.req.valid('param')
    const change = context.req.valid('json')
    return context.json(await updateEndpoint(rules, context.get('act'), id, change), 200)
  })
  app.openapi(gated(operations.deleteWebhookEndpoint, options), async (context) => {
    await deleteEndpoint(database, context.get('act'), context.req.valid('param').id)
    return context.body(null, 204)
  })
  app.openapi(gated(operations.rotateWebhookEndpoint, options), async (context) => {
    const { id } = context.req.valid('param')
    const { overlapSeconds } = context.req.valid('json')
    return context.json(await rotateSecret(rules, context.get('act'), id, overlapSeconds), 200)
  })
  app.openapi(gated(operations.testWebhookEndpoint, options), async (context) =>
    context.json(await queueTest(database, context.req.valid('param').id, context.get('act').at), 200),
  )
  app.openapi(gated(operations.resendDeliveries, options), async (context) => {
    const { id } = context.req.valid('param')
    const input = context.req.valid('json')
    return context.json(await queueAgain(database, id, input, context.get('act').at), 200)
  })
  app.openapi(gated(operations.listDeliveries, options), async (context) => {
    const { id } = context.req.valid('param')
    return context.json(toMutablePage(await listDeliveries(database, id, context.req.valid('query'))), 200)
  })
}

/** How soon after its commit an event is seen by somebody who waits for it. */
const pollMs = 150
const idleMs = 15_000
/** How many events a stream reads at once. */
const streamedAtOnce = 100

/** Answers the events API. */
export function bindFeed(app: App, options: AdminOptions): void {
  const { database } = options
  const follow = async (context: Context<Env>, query: FeedQuery): Promise<Response> => {
    const last = context.req.header('last-event-id')
    const after = query.after ?? (/^\d{1,15}$/.test(last ?? '') ? last : undefined)
    const wish = await readWish(database, { ...query, after }, streamedAtOnce)
    return streamFeed(database, wish, holdAnswer(context, 'streamFeed', options))
  }
  app.openapi(gated(operations.streamFeed, options), (context) => follow(context, context.req.valid('query')))
  app.openapi(gated(operations.listFeed, options), async (context) => {
    const query = context.req.valid('query')
    if (query.follow === '1')
      return sayDeprecated(await follow(context, query), context, options.url, 'streamFeed')
    const wish = await readWish(database, query, query.limit)
    // Whoever waits is answered when the service stops, so that it need not wait for them.
    const held = holdAnswer(context, 'listFeed', options)
    const page = await waitForPage(database, wish, query.wait * 1_000, held.signal).finally(held.end)
    await assertStillAllowed(context, 'listFeed', options)
    return context.json({ items: [...page.items], nextCursor: String(page.position) }, 200)
  })
}

type Wish = Parameters<typeof readFeed>[2]

async function readWish(database: Database, query: FeedQuery, limit: number): Promise<Wish> {
  const { head, pruned } = await sequenceEvents(database)
  const asked = query.after
  const after = asked === undefined ? pruned : asked === 'latest' ? head : Number(asked)
  if (after < pruned)
    throw new Problem(
      'cursor_expired',
      'The events after this cursor are no longer kept. Read the lists once, and go on from `after=latest`',
    )
  if (after > head) throw new Problem('invalid_request', 'after: not a cursor of this installation')
  const types = query.types?.split(',').map((one) => one.trim())
  const { organization } = query
  return {
    after,
    limit,
    types: types === undefined ? undefined : new Set(types),
    organizationId:
      organization === undefined ? undefined : (await getOrganization(database, organization)).row.id,
  }
}

/** The next events, at once or as soon as there are some; an empty page when nothing came in time. */
async function waitForPage(
  database: Database,
  wish: Wish,
  waitMs: number,
  signal: AbortSignal,
): Promise<FeedPage> {
  const until = performance.now() + waitMs
  for (let after = wish.after; ; ) {
    const { head } = await sequenceEvents(database)
    const page = await readFeed(database, head, { ...wish, after })
    if (page.items.length > 0 || performance.now() >= until || signal.aborted) return page
    after = page.position
    await pause(Math.min(pollMs, until - performance.now()), signal)
    if (signal.aborted) return { items: [], position: after }
  }
}

function streamFeed(database: Database, wish: Wish, held: Held): Response {
  let after = wish.after
  return streamText(held, async () => {
    const page = await waitForPage(database, { ...wish, after }, idleMs, held.signal)
    after = page.position
    if (page.items.length === 0) return ': idle\n\n'
    const text = page.items
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('')
    return `${text}id: ${after}\nevent: cursor\ndata: ${after}\n\n`
  })
}
