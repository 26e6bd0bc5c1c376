// What takes long, answered as it goes: a line of JSON for each step, and at the end the result or what went wrong.
import type { TypedResponse } from 'hono'
import { Problem } from '../http/problem.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { AdminOptions } from './door.ts'

/** `run` tells how much is done, and of how much where `total` cannot say it yet; the work goes on when the client goes away, and a line is made only when one is read. */
export function streamProgress(
  { log }: Pick<AdminOptions, 'log'>,
  requestId: string,
  total: number,
  run: (onProgress: (done: number, all?: number) => void) => Promise<unknown>,
): Response & TypedResponse<never, 200, 'json'> {
  let news = Promise.withResolvers<void>()
  let done = 0
  let all = total
  let end: object | undefined
  const tell = (): void => {
    news.resolve()
    news = Promise.withResolvers()
  }
  void run((count, of = total) => {
    done = count
    all = of
    tell()
  })
    .then(
      (result) => ({ result }),
      (error: unknown) => {
        if (!(error instanceof Problem))
          log.error({ err: error, requestId }, 'what was answered as it went failed')
        return { error: describe(error), requestId }
      },
    )
    .then((last) => {
      end = last
      tell()
    })
  let isOver = false
  let told = -1
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (isOver) return controller.close()
      while (end === undefined && told === done) await news.promise
      const line = end ?? { done, total: all }
      isOver = end !== undefined
      told = done
      controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
    },
  })
  const headers = {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  }
  // What is answered line by line has the type of no one schema.
  return new Response(body, { status: 200, headers }) as never
}

function describe(error: unknown): { readonly code: string; readonly detail: string } {
  if (error instanceof Problem) return { code: error.code, detail: error.message }
  if (error instanceof StoreUnavailable)
    return {
      code: 'store_unavailable',
      detail: 'The service cannot reach its store; send the request again shortly',
    }
  return { code: 'internal_error', detail: 'Internal error; the log has it' }
}
