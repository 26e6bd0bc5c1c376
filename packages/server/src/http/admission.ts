// Lets connections in: gives each socket a place, and each request behind a trusted proxy one in the name of its client.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientAddress } from './client-address.ts'
import { maxConnections, maxConnectionsOfOne } from './limits.ts'
import { createPlaces, type Place } from './places.ts'

/** Called with what names a credential once it has proved right. */
export type Hold = (credential: string) => void

export type Admitted = (request: IncomingMessage, response: ServerResponse, hold: Hold) => void

/** Sockets that Node takes beyond ours: each is given a place or closed at once. */
const spare = 256

/** Watches the server's sockets; what it returns answers a request, or hands it on. Each of several workers has its share of the places. */
export function createAdmission(
  server: Server,
  addresses: ClientAddress,
  next: Admitted,
  onRefused: () => void = () => undefined,
  workers = 1,
): (request: IncomingMessage, response: ServerResponse) => void {
  const all = Math.ceil(maxConnections / workers)
  const places = createPlaces({ perOwner: Math.ceil(maxConnectionsOfOne / workers), all })
  const taken = new WeakMap<Socket, Place>()
  server.maxConnections = all + spare
  server.on('connection', (socket) => {
    const drop = (): void => void socket.destroy()
    const address = socket.remoteAddress
    const place = addresses.isProxy(address) ? places.enterProxy(drop) : places.enter(address ?? null, drop)
    if (place === undefined) {
      onRefused()
      return drop()
    }
    taken.set(socket, place)
    socket.once('close', place.leave)
  })

  return (request, response) => {
    const { socket } = request
    const own = taken.get(socket)
    // Told by the socket a moment ago that there is no room for it.
    if (own === undefined) return void socket.destroy()
    const end = own.begin(() => !request.complete)
    response.once('close', end)
    if (!addresses.isProxy(socket.remoteAddress)) return next(request, response, own.hold)
    const forwarded = new Headers({ 'x-forwarded-for': String(request.headers['x-forwarded-for'] ?? '') })
    const client = addresses.find({ address: socket.remoteAddress }, forwarded)
    const place = places.enterBehindProxy(client, () => void socket.destroy())
    if (place === undefined) {
      onRefused()
      return refuse(response)
    }
    place.begin(() => !request.complete)
    response.once('close', place.leave)
    next(request, response, place.hold)
  }
}

function refuse(response: ServerResponse): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '1',
    connection: 'close',
  }
  response.writeHead(429, headers).end('too many requests at once from this network\n')
}
