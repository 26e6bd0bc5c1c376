// Lets connections in: gives each socket a place, and each request behind a trusted proxy one in the name of its client.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientAddress } from './client-address.ts'
import {
  maxConnections,
  maxConnectionsOfOne,
  maxConnectionsOfOrganization,
  maxStanding,
  stallMs,
} from './limits.ts'
import { createPlaces, type Holder, type Place, type PlaceLimits, type Stage } from './places.ts'
import { createReaders, isOwed, type Readers } from './readers.ts'

/** Called with who it is once a credential has proved right. `isStream`: the answer goes on until somebody ends it. */
export type Hold = (holder: Holder & { readonly isStream?: boolean }) => void

/** Called with each request that has a place. */
export type Admitted = (request: IncomingMessage, response: ServerResponse, hold: Hold) => void

/** What connections are admitted by. */
export interface AdmissionOptions {
  readonly onRefused?: () => void
  readonly limits?: PlaceLimits
  readonly readers?: Readers
}

/** Between two looks at who reads. */
const lookMs = 1_000
/** Sockets that Node takes beyond ours: each is given a place or closed at once. */
const spare = 256

/** Each of several workers has its share of the places. */
export function placesOf(workers: number): PlaceLimits {
  const share = (places: number): number => Math.ceil(places / workers)
  return {
    perOwner: share(maxConnectionsOfOne),
    perOrganization: share(maxConnectionsOfOrganization),
    all: share(maxConnections),
  }
}

/** Where a request is, asked whenever somebody looks. */
function toStage(
  streams: WeakSet<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): () => Stage {
  const isHeldUp = (): boolean => response.headersSent && (streams.has(response) || isOwed(request.socket))
  return () => {
    if (isHeldUp()) return 'answered'
    return request.complete ? 'worked' : 'owed'
  }
}

function toHold(streams: WeakSet<ServerResponse>, response: ServerResponse, place: Place): Hold {
  return (holder) => {
    if (holder.isStream === true) streams.add(response)
    place.hold(holder)
  }
}

/** Watches the server's sockets; what it returns answers a request, or hands it on. */
export function createAdmission(
  server: Server,
  addresses: ClientAddress,
  next: Admitted,
  {
    onRefused = () => undefined,
    limits = placesOf(1),
    readers = createReaders({ stallMs, standing: maxStanding }),
  }: AdmissionOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const places = createPlaces(limits)
  const taken = new WeakMap<Socket, Place>()
  const streams = new WeakSet<ServerResponse>()
  server.maxConnections = limits.all + spare
  server.on('connection', (socket) => {
    const drop = (): void => void socket.destroy()
    const address = socket.remoteAddress
    const place = addresses.isProxy(address) ? places.enterProxy(drop) : places.enter(address ?? null, drop)
    if (place === undefined) {
      onRefused()
      return drop()
    }
    taken.set(socket, place)
    readers.watch(socket)
    socket.once('close', place.leave)
  })
  const timer = setInterval(() => readers.look(performance.now()), lookMs).unref()
  server.once('close', () => clearInterval(timer))

  return (request, response) => {
    const { socket } = request
    const own = taken.get(socket)
    // Told by the socket a moment ago that there is no room for it.
    if (own === undefined) return void socket.destroy()
    const stageOf = toStage(streams, request, response)
    const end = own.begin(stageOf)
    // It comes once; who says so costs a wrapper.
    response.on('close', end)
    if (!addresses.isProxy(socket.remoteAddress))
      return next(request, response, toHold(streams, response, own))
    const forwarded = new Headers({ 'x-forwarded-for': String(request.headers['x-forwarded-for'] ?? '') })
    const client = addresses.find({ address: socket.remoteAddress }, forwarded)
    const place = places.enterBehindProxy(client, () => {
      own.leave()
      socket.destroy()
    })
    if (place === undefined) {
      onRefused()
      return refuse(response)
    }
    place.begin(stageOf)
    response.on('close', place.leave)
    next(request, response, toHold(streams, response, place))
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
