// What a connection is told that broke the rules, over a socket.
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Answer, type Asked } from './asked.ts'
import { readBody } from './body.ts'
import { completeHost, createListener } from './listener.ts'
import { answerClientErrors } from './slow.ts'

let server: Server
const faults: string[] = []

beforeAll(async () => {
  const listener = createListener({
    straight: async (asked: Asked) => {
      const read = await readBody(asked, 1_000)
      if ('fault' in read) faults.push(read.fault)
      return new Answer(200, {}, new URL(asked.url).host)
    },
    fetch: async (request) => {
      await request.text()
      return new Response('read')
    },
  })
  server = createServer({
    requestTimeout: 200,
    headersTimeout: 200,
    connectionsCheckingInterval: 20,
    keepAliveTimeout: 100,
    keepAliveTimeoutBuffer: 0,
  })
  const watch = answerClientErrors(server, (target) =>
    target.startsWith('/scim/v2') ? { type: 'application/scim+json', body: '{"status":"408"}' } : undefined,
  )
  server.on('request', (request, response) => {
    watch(request, response)
    completeHost(request)
    void listener(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(() => void server.close())

/** All that comes back until the connection ends. */
function talk(text: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(text))
    let got = ''
    socket.on('data', (part) => {
      got += part.toString()
    })
    socket.once('error', () => undefined).once('close', () => done(got))
  })
}

const unfinished = 'HTTP/1.1\r\nHost: acme.test\r\nContent-Length: 9\r\n\r\n{'

it('H: a body that comes too slowly is 408 in the words of its door, and the door knows why it ended', async () => {
  expect(await talk(`POST /scim/v2/Users ${unfinished}`)).toMatch(
    /^HTTP\/1\.1 408 .*\r\nContent-Type: application\/scim\+json\r\n[^{]*\{"status":"408"\}$/s,
  )
  expect(faults).toEqual(['slow'])
  expect(await talk(`POST /elsewhere ${unfinished}`)).toMatch(/^HTTP\/1\.1 408 [^{]*$/)
})

it.each([
  ['a head that comes too slowly', 'GET / HTTP/1.1\r\nHost: ', /^HTTP\/1\.1 408 /],
  ['what is no HTTP', 'nothing\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['HTTP/2 without asking first', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['HTTP/1.1 without Host', 'GET /scim/v2/a HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
])('%s is answered as Node itself would', async (_, text, answer) => {
  expect(await talk(text)).toMatch(answer)
})

it.each([
  'GET /scim/v2/a HTTP/1.0\r\n\r\n',
  'HEAD /scim/v2/a HTTP/1.0\r\n\r\n',
  'GET /scim/v2/a HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n',
  'GET /healthz HTTP/1.0\r\n\r\n',
  'GET /scim/v2/a HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n',
  'GET /healthz HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n',
])('H02: %j is answered without a host', async (text) => {
  expect(await talk(text)).toMatch(/^HTTP\/1\.1 200 /)
})
