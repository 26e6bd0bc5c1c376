// A receiver of webhooks on a loopback port that answers as it is told, and remembers what came.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { afterAll } from 'vitest'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: what was sent is looked at freely in tests
  readonly event: any
  /** Milliseconds since 1970. */
  readonly at: number
  /** What it was answered; 0 for none. */
  readonly status: number
}

/** A status, or a way of not answering. */
export type Behaviour =
  | number
  | 'hang'
  | 'reset'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }

export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  /** Those that were answered with 2xx. */
  readonly accepted: readonly Received[]
  /** From now on; asked again for each request. */
  behave(how: (request: { readonly id: string; readonly count: number }) => Behaviour): void
  /** Resolves when the condition holds. */
  until(what: string, holds: () => boolean, withinMs?: number): Promise<void>
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let choose: (request: { id: string; count: number }) => Behaviour = () => 204
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const id = String(request.headers['webhook-id'] ?? '')
      const behaviour = choose({ id, count: received.length + 1 })
      const status = answer(response, behaviour)
      const event = body.startsWith('{') ? JSON.parse(body) : undefined
      received.push({ headers: request.headers, body, id, event, at: Date.now(), status })
      for (const look of waiting) look()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    get accepted() {
      return received.filter(({ status }) => status >= 200 && status < 300)
    },
    behave: (how) => {
      choose = how
    },
    until: (what, holds, withinMs = 15_000) =>
      new Promise((resolve, reject) => {
        const end = (work: () => void): void => {
          clearTimeout(timer)
          waiting.delete(look)
          work()
        }
        const look = (): void => {
          if (holds()) end(resolve)
        }
        const timer = setTimeout(
          () => end(() => reject(new Error(`not in time: ${what} (${received.length} came)`))),
          withinMs,
        )
        waiting.add(look)
        look()
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return receiver
}

function answer(response: ServerResponse, behaviour: Behaviour): number {
  if (behaviour === 'hang') return 0
  if (behaviour === 'reset') {
    response.socket?.resetAndDestroy()
    return 0
  }
  const {
    status,
    headers = {},
    body = '',
  } = typeof behaviour === 'number' ? { status: behaviour } : behaviour
  response.writeHead(status, headers).end(body)
  return status
}

/** Receivers that end with the file. */
export function createReceivers(): () => Promise<Receiver> {
  const running: Receiver[] = []
  afterAll(async () => {
    for (const receiver of running) await receiver.close()
  })
  return async () => {
    const receiver = await startReceiver()
    running.push(receiver)
    return receiver
  }
}
