// A TCP forwarder in front of a database, which fails as networks do: it forgets flows without closing them, or takes everything
// and passes nothing on.
import { connect, createServer, type Socket } from 'node:net'

export interface Forwarder {
  /** The target's URL by way of the forwarder. */
  readonly url: string
  /** The connections that are open now go silent; new ones work. */
  freeze(): void
  /** The server's answers on the connections that are open now are lost; what it is sent arrives. */
  deafen(): void
  /** Nothing is passed on any more, on new connections either. */
  swallow(): void
  /** New connections work again; frozen ones stay as they are. */
  restore(): void
  /** New connections go to another server. */
  lead(target: string): void
  /** The connections that are open now are cut. */
  cut(): void
  /** Connections that were ever asked for. */
  asked(): number
  /** Connections that are passed on now. */
  open(): number
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  isFrozen: boolean
  isDeaf: boolean
}

export async function startForwarder(target: string): Promise<Forwarder> {
  let { hostname, port } = new URL(target)
  const pairs = new Set<Pair>()
  let isSwallowing = false
  let asked = 0
  const listener = createServer((client) => {
    asked += 1
    const pair: Pair = {
      client,
      server: connect(Number(port), hostname),
      isFrozen: isSwallowing,
      isDeaf: false,
    }
    pairs.add(pair)
    const end = (): void => {
      // Nobody is told of an end that the network has lost.
      if (pair.isFrozen) return
      pairs.delete(pair)
      client.destroy()
      pair.server.destroy()
    }
    client.on('data', (part) => {
      if (!pair.isFrozen) pair.server.write(part)
    })
    pair.server.on('data', (part) => {
      if (!pair.isFrozen && !pair.isDeaf) client.write(part)
    })
    for (const socket of [client, pair.server]) {
      socket.on('error', end)
      socket.on('close', end)
    }
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const url = new URL(target)
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const freeze = (): void => {
    for (const pair of pairs) pair.isFrozen = true
  }
  return {
    url: url.href,
    freeze,
    deafen() {
      for (const pair of pairs) pair.isDeaf = true
    },
    swallow() {
      isSwallowing = true
      freeze()
    },
    restore() {
      isSwallowing = false
    },
    lead(next) {
      const { hostname: host, port: at } = new URL(next)
      hostname = host
      port = at
    },
    cut() {
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
    },
    asked: () => asked,
    open: () => [...pairs].filter(({ isFrozen }) => !isFrozen).length,
    async close() {
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
