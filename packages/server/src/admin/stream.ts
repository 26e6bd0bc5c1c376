// Answers as server-sent events: what comes in, and a comment now and then so that proxies keep the line open. Each holds only as
// long as hold.ts says.
import type { ActivityView } from '@rollcall/api'
import { followActivity } from '../activity/query.ts'
import type { Clock } from '../base/clock.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { Held } from './hold.ts'

/** `next` gives the next lines, or undefined when there are no more. Nothing is sent once `held` is over. */
export function streamText(held: Held, next: () => Promise<string | undefined>): Response {
  const encoder = new TextEncoder()
  let isClosed = false
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const close = (): void => {
        if (isClosed) return
        isClosed = true
        controller.close()
      }
      // Whoever does not read is shut out all the same.
      if (held.signal.aborted) close()
      else held.signal.addEventListener('abort', close, { once: true })
    },
    async pull(controller) {
      const text = await next().catch((error: unknown) => {
        // What failed is over: to close it as well, when whoever asked goes, would throw where nobody catches.
        isClosed = true
        held.end()
        throw error
      })
      if (isClosed) return
      if (text === undefined) held.end()
      else controller.enqueue(encoder.encode(text))
    },
    cancel() {
      isClosed = true
      held.end()
    },
  })
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}

/** Activity as it comes in, as server-sent events. */
export function streamActivity(
  database: Database,
  scope: OrganizationScope,
  held: Held,
  options: {
    readonly clock: Clock
    readonly outcome: ActivityView['outcome'] | undefined
    readonly kind: ActivityView['kind'] | undefined
    /** What of a row is sent. */
    readonly show?: (row: ActivityView) => unknown
  },
): Response {
  const { show = (row) => row } = options
  const rows = followActivity(database, scope, { ...options, signal: held.signal })
  return streamText(held, async () => {
    const next = await rows.next()
    if (next.done === true) return undefined
    return next.value === 'idle'
      ? ': idle\n\n'
      : `id: ${next.value.id}\nevent: activity\ndata: ${JSON.stringify(show(next.value))}\n\n`
  })
}
