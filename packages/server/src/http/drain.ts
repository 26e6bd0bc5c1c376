// How a server stops without taking a connection from under a request. From the word on every answer says that its connection ends with it;
// a connection that asks nothing is closed once it has been quiet for a moment, so that whoever was about to ask gets their answer.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'

const lookMs = 25
/** Whoever uses a connection without pause asks again within so many looks. Looks are counted, and not time: between two of them what
 * came in is read, however late they come. */
const quietLooks = 12
/** Those that wait to be accepted when the port closes are reset by the system: they are let in first, for no longer than this. */
const acceptMs = 1_000
/** A turn of the event loop in which hardly anybody can have come since it asked who waits. */
const shortTurnMs = 1

/** The end of a server. */
export interface Drain {
  /** Answers say `Connection: close` from now on; everything is served as before. */
  announce(): void
  /** Stops listening; resolves when no connection is left, at the latest after so many milliseconds. */
  end(withinMs: number): Promise<void>
}

interface Use {
  requests: number
  /** What had come in when the last request was answered: more than that is the beginning of another one. */
  readBytes: number
  /** Looks at which nothing went on. */
  quiet: number
}

/** Each turn of the event loop accepts one connection: after a turn without one nobody waits. `countCome` says how many came. */
function untilNobodyWaits(countCome: () => number): Promise<void> {
  return new Promise((resolve) => {
    const until = performance.now() + acceptMs
    let [before, turnedAt] = [-1, 0]
    const look = (): void => {
      const now = performance.now()
      const came = countCome()
      if ((came === before && now - turnedAt < shortTurnMs) || now > until) return void resolve()
      before = came
      turnedAt = now
      setImmediate(look)
    }
    // The first one may still be in the turn in which this was asked.
    setImmediate(look)
  })
}

/** Before any other listener of the server's requests. */
export function createDrain(server: Server): Drain {
  const uses = new Map<Socket, Use>()
  const underWay = new Set<ServerResponse>()
  let isEnding = false
  let came = 0

  const close = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('connection', 'close')
  }
  server.on('connection', (socket: Socket) => {
    came += 1
    uses.set(socket, { requests: 0, readBytes: 0, quiet: 0 })
    socket.once('close', () => uses.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const use = uses.get(socket)
    if (use !== undefined) use.requests += 1
    underWay.add(response)
    if (isEnding) close(response)
    response.on('close', () => {
      underWay.delete(response)
      if (use === undefined) return
      use.requests -= 1
      use.readBytes = socket.bytesRead
      use.quiet = 0
    })
  })

  const announce = (): void => {
    isEnding = true
    for (const response of underWay) close(response)
  }
  const closeQuiet = (): void => {
    for (const [socket, use] of uses) {
      const isQuiet = use.requests === 0 && socket.bytesRead === use.readBytes
      use.quiet = isQuiet ? use.quiet + 1 : 0
      if (use.quiet >= quietLooks) socket.destroy()
    }
  }

  return {
    announce,
    async end(withinMs) {
      const until = performance.now() + withinMs
      admitNobodyElse(server)
      await untilNobodyWaits(() => came)
      // Not before: whoever is told to come back with a new connection would come to this port.
      announce()
      return new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), until - performance.now())
        const sweep = setInterval(closeQuiet, lookMs)
        // The server's own close would end idle connections at once.
        NetServer.prototype.close.call(server, () => {
          clearTimeout(timer)
          clearInterval(sweep)
          server.close()
          resolve()
        })
      })
    },
  }
}

/**
 * Lets nobody else queue to be accepted: whoever comes now asks once more in a second, and finds a closed port. Node has no word for it, but
 * a second `listen` on the handle tells the system another length of the queue.
 */
function admitNobodyElse(server: Server): void {
  const { _handle: handle } = server as { _handle?: { listen?(backlog: number): number } | null }
  handle?.listen?.(0)
}
