import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { simulate } from '../run/simulate.ts'
import { createHttpSend } from './http-send.ts'

async function withServer(status: number, text: string, work: (baseUrl: string) => Promise<void>) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    request.resume()
    response.writeHead(status, { 'content-type': 'application/scim+json', location: '/elsewhere' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
  return seen
}

it('puts on the wire exactly the headers of the request and its raw path, a trailing ? included', async () => {
  const seen = await withServer(200, '{}', async (baseUrl) => {
    const { send, close } = createHttpSend()
    const headers = { 'User-Agent': 'Okta SCIM Client 1.0.0', Accept: 'application/scim+json' }
    await send(new Request(`${baseUrl}/scim/v2/Users?`, { headers }))
    await send(new Request(`${baseUrl}/scim/v2/Users?filter=userName+eq+%22a%22&`, { headers }))
    await close()
  })
  expect(seen.map(({ url }) => url)).toEqual([
    '/scim/v2/Users?',
    '/scim/v2/Users?filter=userName+eq+%22a%22&',
  ])
  const { host: _, connection: __, ...sent } = seen[0]!.headers
  expect(sent).toEqual({ 'user-agent': 'Okta SCIM Client 1.0.0', accept: 'application/scim+json' })
})

it('gives back status, headers and body, and follows no redirect', async () => {
  const seen = await withServer(302, '{"a":1}', async (baseUrl) => {
    const { send, close } = createHttpSend()
    const response = await send(new Request(baseUrl, { method: 'POST', body: '{}' }))
    expect([response.status, response.headers.get('location'), await response.json()]).toEqual([
      302,
      '/elsewhere',
      { a: 1 },
    ])
    await close()
  })
  expect(seen).toHaveLength(1)
})

it('can carry an answer without a body', async () => {
  await withServer(204, '', async (baseUrl) => {
    const { send, close } = createHttpSend()
    const response = await send(new Request(baseUrl, { method: 'DELETE' }))
    expect([response.status, await response.text()]).toEqual([204, ''])
    await close()
  })
})

it('makes a simulation end with a sentence where no server listens', async () => {
  let baseUrl = ''
  await withServer(200, '', async (url) => {
    baseUrl = url
  })
  await expect(simulate({ vendor: 'entra', baseUrl, key: 'k', users: 1 })).rejects.toThrow(
    `${baseUrl} does not answer: the connection was refused.`,
  )
})
