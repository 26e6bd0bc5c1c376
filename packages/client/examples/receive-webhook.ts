// A receiver of webhooks that runs wherever there is fetch: Node, Bun, Deno, edge runtimes.
import { type FeedEvent, verifyWebhook, WebhookVerificationError } from '@rollcall/client'

export function createReceiver(
  secrets: readonly string[],
  apply: (event: FeedEvent) => Promise<void>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const event = await verifyWebhook({
        body: await request.text(),
        headers: request.headers,
        secret: secrets,
      })
      await apply(event)
      return new Response(null, { status: 204 })
    } catch (error) {
      if (error instanceof WebhookVerificationError) return new Response(error.code, { status: 400 })
      // Whatever else went wrong is ours: Rollcall tries again.
      return new Response('try again', { status: 503 })
    }
  }
}
