// Activity as server-sent events: a row each, and a comment now and then so that proxies keep the line open.
import type { ActivityView } from '@rollcall/api'
import { followActivity } from '../activity/query.ts'
import type { Clock } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'

/** Ends when the client goes away. */
export function streamActivity(
  database: Database,
  scope: OrganizationScope,
  options: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly outcome: string | undefined
    readonly kind: string | undefined
    /** What of a row is sent. */
    readonly show?: (row: ActivityView) => unknown
  },
): Response {
  const { show = (row) => row } = options
  const gone = new AbortController()
  options.signal.addEventListener('abort', () => gone.abort(), { once: true })
  const rows = followActivity(database, scope, { ...options, signal: gone.signal })
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await rows.next()
      if (next.done === true) return controller.close()
      const text =
        next.value === 'idle'
          ? ': idle\n\n'
          : `id: ${next.value.id}\nevent: activity\ndata: ${JSON.stringify(show(next.value))}\n\n`
      controller.enqueue(encoder.encode(text))
    },
    cancel: () => gone.abort(),
  })
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
