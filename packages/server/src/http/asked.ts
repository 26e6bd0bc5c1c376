// A request and an answer as plain values: what a door that answers very often needs, and nothing of the web's classes, of which
// each costs more than the look-up behind it. A test hands the door a web Request instead; both are `Asked`.
import type { IncomingMessage } from 'node:http'

/** The headers of a request, by name in lower case. */
export type HeaderReader = Pick<Headers, 'get' | 'has'>

/** One of Node's requests. */
export class StraightRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: HeaderReader
  readonly incoming: IncomingMessage
  /** What it is called, once somebody has asked: kept here, since a table by requests costs the collector more than the request. */
  requestId: string | undefined = undefined
  constructor(method: string, url: string, headers: HeaderReader, incoming: IncomingMessage) {
    this.method = method
    this.url = url
    this.headers = headers
    this.incoming = incoming
  }
}

/** A request: Node's own, told by `incoming`, or the web's. */
export type Asked = Request | StraightRequest

/** The headers of an answer, by name in lower case. */
export interface AnswerHeaders extends HeaderReader {
  set(name: string, value: string): void
}

/** What is asked of an answer on its way out: of ours and of the web's alike. */
export interface Answered {
  readonly status: number
  readonly headers: AnswerHeaders
}

/** Text, whole or as it is made; undefined for an answer without a body. */
export type AnswerBody = string | AsyncIterable<string> | undefined

/** An answer as plain values. */
export class Answer implements Answered {
  readonly status: number
  readonly headers: PlainHeaders
  readonly body: AnswerBody
  /** Which route gave it, once that is noted. */
  route: string | undefined = undefined
  /** The headers become the answer's own; their names are in lower case. */
  constructor(status: number, headers: Record<string, string>, body: AnswerBody) {
    this.status = status
    this.headers = new PlainHeaders(headers)
    this.body = body
  }
}

class PlainHeaders implements AnswerHeaders {
  readonly all: Record<string, string>
  constructor(all: Record<string, string>) {
    this.all = all
  }
  get(name: string): string | null {
    return this.all[name] ?? null
  }
  has(name: string): boolean {
    return this.all[name] !== undefined
  }
  set(name: string, value: string): void {
    this.all[name] = value
  }
}

/** The same as the web has it. */
export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(toBody(body), { status, headers: headers.all })
}

function toBody(body: AnswerBody): string | ReadableStream<Uint8Array> | null {
  if (typeof body !== 'object') return body ?? null
  const parts = body[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next()
      if (next.done === true) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    cancel: async () => void (await parts.return?.()),
  })
}
