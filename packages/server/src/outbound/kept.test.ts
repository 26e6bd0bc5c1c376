// Connections that are kept for a moment: whose they are, and what becomes of a message on one that is gone.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createAddressGuard } from './addresses.ts'
import { createOutbound } from './outbound.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

interface Receiver {
  readonly url: string
  readonly sockets: Socket[]
  readonly bodies: string[]
  readonly server: Server
}

async function receive(address = '127.0.0.1', port = 0, answers = 'ok'): Promise<Receiver> {
  const sockets: Socket[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      bodies.push(text)
      if (request.url === '/moved') response.writeHead(302, { location: '/' })
      response.end(request.url === '/large' ? 'x'.repeat(200_000) : answers)
    })
  })
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(port, address)
  await once(server, 'listening')
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  open.push({ close })
  return { url: `http://receiver.test:${(server.address() as AddressInfo).port}`, sockets, bodies, server }
}

function reach(addresses: string[], keepsConnections = true) {
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: ['127.0.0.0/8'], isLoopbackAllowed: true }),
    resolve: async () => addresses.map((address) => ({ address, family: 4 })),
    maxBodyBytes: 65_536,
    keepsConnections,
  })
  open.push(outbound)
  return (url: string, body: string) => outbound.send({ method: 'POST', url, headers: {}, body })
}

it('calls the same place on the same connections, and without the setting on one for each call', async () => {
  const receiver = await receive()
  for (const isKept of [true, false]) {
    receiver.sockets.length = 0
    const send = reach(['127.0.0.1'], isKept)
    for (let at = 0; at < 8; at += 1) expect((await send(receiver.url, String(at))).text).toBe('ok')
    // The pool may open a second one before it has seen that the first is free again.
    if (isKept) expect(receiver.sockets.length).toBeLessThan(3)
    else expect(receiver.sockets).toHaveLength(8)
  }
})

it('goes where DNS says, and nowhere else, as soon as it says something else', async () => {
  const first = await receive('127.0.0.1', 0, 'first')
  const { port } = first.server.address() as AddressInfo
  const second = await receive('127.0.0.2', port, 'second')
  const addresses = ['127.0.0.1']
  const send = reach(addresses)
  expect((await send(first.url, 'a')).text).toBe('first')
  addresses[0] = '127.0.0.2'
  expect((await send(first.url, 'b')).text).toBe('second')
  // One that may not be called any more is refused before any connection is looked for.
  addresses[0] = '10.0.0.1'
  await expect(send(first.url, 'c')).rejects.toMatchObject({ code: 'address_refused' })
  expect([first.bodies, second.bodies]).toEqual([['a'], ['b']])
})

it('sends a message once more on a new connection where the kept one was closed under it', async () => {
  const receiver = await receive()
  const send = reach(['127.0.0.1'])
  await send(receiver.url, 'a')
  // Closed when the next message has come, and before it is answered.
  receiver.server.once('request', (request) => request.socket.destroy())
  expect((await send(receiver.url, 'b')).text).toBe('ok')
  expect(receiver.bodies.at(-1)).toBe('b')
  expect(receiver.sockets.length).toBeGreaterThan(1)
})

it('keeps no connection whose answer was not read to its end', async () => {
  const receiver = await receive()
  const send = reach(['127.0.0.1'])
  await expect(send(`${receiver.url}/large`, 'a')).rejects.toMatchObject({ code: 'too_large' })
  await expect(send(`${receiver.url}/moved`, 'b')).rejects.toMatchObject({ code: 'redirected' })
  expect((await send(receiver.url, 'c')).text).toBe('ok')
})
