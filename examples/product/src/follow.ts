// Following the directory: webhooks bring changes at once, and the events API whatever was missed while this product was down.
import { ProblemError, type Rollcall, verifyWebhook, WebhookVerificationError } from '@rollcall/client'
import { type Request, type Response, Router, text } from 'express'
import type { ProductDatabase } from './database.ts'

/** POST /webhooks. */
export function createWebhooks(secret: string, database: ProductDatabase): Router {
  const router = Router()
  router.post(
    '/webhooks',
    text({ type: () => true, limit: '1mb' }),
    async (request: Request, response: Response) => {
      try {
        const event = await verifyWebhook({ body: String(request.body), headers: request.headers, secret })
        database.applyEvent(event)
        response.status(204).end()
      } catch (error) {
        if (!(error instanceof WebhookVerificationError)) throw error
        response.status(400).json({ error: error.code })
      }
    },
  )
  return router
}

/** Until the signal aborts. Each page and its cursor are kept together, so that a crash loses nothing. */
export async function followEvents(
  rollcall: Rollcall,
  database: ProductDatabase,
  signal: AbortSignal,
): Promise<void> {
  let after = database.findCursor()
  for (;;) {
    try {
      const wish = { signal, ...(after === undefined ? {} : { after }) }
      for await (const { items, nextCursor } of rollcall.eventPages(wish))
        database.applyPage(items, nextCursor)
      return
    } catch (error) {
      // Away for longer than events are kept: read the lists once, then go on from now.
      if (!(error instanceof ProblemError) || error.problem.code !== 'cursor_expired') throw error
      after = await readLists(rollcall, database)
    }
  }
}

/** Everybody as they are now; returns a cursor from before the lists were read, so that nothing falls between. */
async function readLists(rollcall: Rollcall, database: ProductDatabase): Promise<string> {
  const { nextCursor } = await rollcall.call('listFeed', { query: { after: 'latest' } })
  for await (const { id, slug } of rollcall.list('listOrganizations', {}))
    for await (const user of rollcall.list('listUsers', { params: { slug } }))
      database.saveUser({ id, slug }, { ...user, active: user.isActive })
  return nextCursor
}
