// The network: one keep-alive agent that sends a request with exactly the headers it has, where fetch would add its own.

import { Agent } from 'undici'

/** Carries one request to its server and back; rejects when no answer comes. It never follows a redirect. */
export type Send = (request: Request) => Promise<Response>

// Okta gives up after 60 s.
const timeoutMs = 60_000

/** Opens an agent with keep-alive and a time-out of 60 s for connecting, headers and body; `close` waits for open requests. */
export function createHttpSend(): { send: Send; close(): Promise<void> } {
  const agent = new Agent({
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
  })
  const send: Send = async (request) => {
    const { origin } = new URL(request.url)
    const body = await request.text()
    const answer = await agent.request({
      origin,
      // Not URL.search, which loses a trailing `?`.
      path: request.url.slice(origin.length),
      method: request.method as 'GET',
      headers: Object.fromEntries(request.headers),
      body: body === '' ? null : body,
    })
    const headers = new Headers()
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of [value].flat()) if (one !== undefined) headers.append(name, one)
    }
    const text = await answer.body.text()
    return new Response(text === '' ? null : text, { status: answer.statusCode, headers })
  }
  return { send, close: () => agent.close() }
}
