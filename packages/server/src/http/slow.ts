// What Node says of a connection that broke the rules of HTTP or of time. A body that comes too slowly is answered in the words of
// its door; all else as Node itself would.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

const slow = new WeakSet<Duplex>()

/** Whether the connection was cut off because its body came too slowly. */
export function isSlow(socket: Duplex): boolean {
  return slow.has(socket)
}

/** The bytes of a 408 for this target; undefined where the door has no words for it. */
export type RenderSlow = (target: string) => { readonly type: string; readonly body: string } | undefined

const statuses: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
}

/** Watches a server; the returned function is told of each request. */
export function answerClientErrors(
  server: Server,
  renderSlow: RenderSlow,
): (request: IncomingMessage, response: ServerResponse) => void {
  const under = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>()
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const visit = under.get(socket)
    const isUnderWay = visit !== undefined && !visit.request.complete
    const isBodySlow = isUnderWay && error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    if (isBodySlow) slow.add(socket)
    const isAnswered = visit !== undefined && !visit.response.writableFinished && visit.response.headersSent
    if (!socket.writable || isAnswered) return void socket.destroy(error)
    const words = isBodySlow ? renderSlow(visit.request.url ?? '') : undefined
    const head = `HTTP/1.1 ${statuses[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n`
    const text =
      words === undefined
        ? `${head}\r\n`
        : `${head}Content-Type: ${words.type}\r\nCache-Control: no-store\r\nContent-Length: ${Buffer.byteLength(words.body)}\r\n\r\n${words.body}`
    socket.end(text, () => socket.destroy(error))
  })
  return (request, response) => {
    const visit = under.get(request.socket)
    if (visit === undefined) under.set(request.socket, { request, response })
    else {
      visit.request = request
      visit.response = response
    }
  }
}
