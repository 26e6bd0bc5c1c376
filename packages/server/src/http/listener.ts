// The room `server/http`: everything between a socket and a door. It knows limits, addresses and headers, and no operation of ours.
//
// 1. `admission` and `places` give the connection a place; `client-address` says who is at the other end.
// 2. `listener` turns Node's request into one of ours; `target` brings its path into one form.
// 3. A door reads the body up to its limit (`body`, `codings`), and refuses characters that nobody can keep (`unkeepable`).
// 4. Before anything costs something, `anonymous-limit`, `rate-limit` and `wrong-credentials` count it.
// 5. The answer goes back through `listener`; `problem` is what a refusal of the management API looks like.
//
// Between Node's HTTP and the doors: the one place where a request of Node's becomes one of ours, and an answer of ours is written.
// What goes to SCIM goes straight; everything else goes through Hono's adapter, whose light Response takes the place of the
// native one in this process. See decision 027.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { messageOf } from '../base/unknown.ts'
import type { Hold } from './admission.ts'
import { type Answer, type Asked, type HeaderReader, StraightRequest } from './asked.ts'

/** What a request that is answered before its end may still send of itself. */
const restMs = 500
const longText = 16_384

/** Who answers: plain values for SCIM, the web's classes for the rest. */
export interface Doors {
  /** Of what is under `/scim/v2`. */
  straight(asked: Asked, incoming: IncomingMessage, hold: Hold | undefined): Promise<Answer>
  fetch(request: Request, incoming: IncomingMessage, hold: Hold | undefined): Promise<Response>
}

/** Turns what Node.js brings into requests of the doors, and their answers back. */
export function createListener(
  doors: Doors,
): (incoming: IncomingMessage, outgoing: ServerResponse, hold?: Hold) => Promise<void> {
  const holds = new WeakMap<IncomingMessage, Hold>()
  const viaFetch = getRequestListener((request, environment) => {
    const incoming = environment.incoming as IncomingMessage
    return doors.fetch(request, incoming, holds.get(incoming))
  })
  return async (incoming, outgoing, hold) => {
    completeHost(incoming)
    const asked = toAsked(incoming)
    if (asked === undefined) {
      if (hold !== undefined) holds.set(incoming, hold)
      return viaFetch(incoming, outgoing)
    }
    if (asked.method !== 'GET') outgoing.once('close', () => dropRest(incoming))
    try {
      await send(await doors.straight(asked, incoming, hold), asked.method, outgoing)
    } catch (error) {
      if (outgoing.headersSent) outgoing.destroy(error instanceof Error ? error : new Error(messageOf(error)))
      else outgoing.writeHead(500).end()
    }
  }
}

/** HTTP/1.0 knows no Host, and what has no authority sends an empty one (RFC 9112 §3.2): load balancers ask so. It says nothing here. */
export function completeHost(incoming: IncomingMessage): void {
  if (incoming.headers.host !== undefined && incoming.headers.host !== '') return
  incoming.headers.host = 'localhost'
  incoming.rawHeaders.push('Host', 'localhost')
}

// What the adapter would have to put in order first (dots, characters that are escaped) is left to it.
const plainTarget = /^\/scim\/v2(?:$|\/[!#$&-;=@-[\]_a-z~]*)?(?:\?[!#$%&-;=?-[\]_a-z~]*)?$/
const dots = /\/\.\.?(?:[/?#]|$)/
const plainHost = /^[a-z0-9._-]+(?::[1-5]?\d{1,4})?$/

function toAsked(incoming: IncomingMessage): StraightRequest | undefined {
  const { url = '', method = 'GET' } = incoming
  if (!plainTarget.test(url) || dots.test(url)) return undefined
  const headers = new RawHeaders(incoming.rawHeaders)
  const host = headers.get('host')
  if (host === null || !plainHost.test(host)) return undefined
  return new StraightRequest(method, `http://${host}${url}`, headers, incoming)
}

/** Read where they came in: most are never asked for. One that was sent twice is both, so that it is not taken for either. */
class RawHeaders implements HeaderReader {
  readonly #raw: readonly string[]
  constructor(raw: readonly string[]) {
    this.#raw = raw
  }
  get(name: string): string | null {
    const raw = this.#raw
    let value: string | null = null
    for (let at = 0; at < raw.length; at += 2) {
      const sent = raw[at]!
      if (sent.length !== name.length || sent.toLowerCase() !== name) continue
      value = value === null ? raw[at + 1]! : `${value}, ${raw[at + 1]}`
    }
    return value
  }
  has(name: string): boolean {
    return this.get(name) !== null
  }
}

async function send(answer: Answer, method: string, outgoing: ServerResponse): Promise<void> {
  const { status, body } = answer
  const headers = answer.headers.all
  if (typeof body === 'object') return stream(answer, body, method, outgoing)
  if (body === undefined) {
    outgoing.writeHead(status, headers).end()
    return
  }
  // A short text goes out in one write with the head; a long one is turned into bytes once.
  const bytes = body.length > longText ? Buffer.from(body) : body
  headers['content-length'] = String(Buffer.byteLength(bytes))
  outgoing.writeHead(status, headers).end(bytes)
}

// A reader who goes away ends the making of the rest.
async function stream(
  { status, headers }: Answer,
  parts: AsyncIterable<string>,
  method: string,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.writeHead(status, headers.all)
  for await (const part of parts) {
    if (outgoing.destroyed || method === 'HEAD') break
    if (!outgoing.write(part)) await drained(outgoing)
  }
  outgoing.end()
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done)
      resolve()
    }
    outgoing.on('drain', done).on('close', done)
  })
}

/** After the answer: what nobody wants is taken for a moment, so that the answer is read, and then the connection ends. */
function dropRest(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return
  const timer = setTimeout(() => incoming.socket.destroySoon(), restMs).unref()
  const stop = (): void => clearTimeout(timer)
  incoming.once('end', stop).once('close', stop).once('error', stop).resume()
}
