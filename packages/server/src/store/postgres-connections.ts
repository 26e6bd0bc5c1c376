// Connections to PostgreSQL: a few shared and pipelined ones, and a pool that lends one at a time. Every client has an
// error handler: without one, a terminated backend would end the process (node-postgres#2762).
import type { Client } from 'pg'
import { StoreUnavailable } from './errors.ts'

export interface Connection {
  readonly client: Client
  isLost: boolean
}

interface Waiter {
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

interface Options {
  readonly create: () => Client
  readonly role: string
  readonly shared: number
  readonly own: number
  readonly onLoss: (error: unknown) => void
}

const waitMs = 5_000
const maxWaiting = 1_000
/** Not more than ten attempts a second while the database is away. */
const retryPauseMs = 250

export interface Connections {
  /** One of the shared connections, connected. */
  shared(): Promise<Connection>
  /** A connection for one caller alone, until `give`. */
  take(): Promise<Connection>
  give(connection: Connection): void
  ping(): Promise<void>
  stats(): { readonly waiting: number; readonly connections: number }
  close(): Promise<void>
}

export function createConnections(options: Options): Connections {
  const dial = createDial(options)
  const shared: (Promise<Connection> | undefined)[] = Array.from({ length: options.shared })
  const idle: Connection[] = []
  const waiting: Waiter[] = []
  let lent = 0
  let turn = 0
  let isClosed = false

  const openShared = (slot: number): Promise<Connection> => {
    const forget = (): void => {
      if (shared[slot] === opening) shared[slot] = undefined
    }
    const opening = dial.open(forget)
    opening.catch(forget)
    shared[slot] = opening
    return opening
  }
  const lend = async (): Promise<Connection> => {
    lent += 1
    try {
      return idle.pop() ?? (await dial.open((lost) => void remove(idle, lost)))
    } catch (error) {
      lent -= 1
      throw error
    }
  }
  const serveNext = (): void => {
    const next = waiting.shift()
    if (next === undefined) return
    clearTimeout(next.timer)
    lend().then(next.resolve, next.reject)
  }
  return {
    shared() {
      if (isClosed) return Promise.reject(new StoreUnavailable('the store is closed', undefined))
      turn = (turn + 1) % options.shared
      return shared[turn] ?? openShared(turn)
    },
    take() {
      if (isClosed) return Promise.reject(new StoreUnavailable('the store is closed', undefined))
      if (lent < options.own) return lend()
      if (waiting.length >= maxWaiting)
        return Promise.reject(new StoreUnavailable('the database is overloaded', undefined, 2))
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          remove(waiting, entry)
          reject(new StoreUnavailable('the database is overloaded', undefined, 2))
        }, waitMs)
        const entry = { resolve, reject, timer }
        waiting.push(entry)
      })
    },
    give(connection) {
      lent -= 1
      if (isClosed) void connection.client.end().catch(() => undefined)
      else if (!connection.isLost) idle.push(connection)
      serveNext()
    },
    async ping() {
      const connection = await this.shared()
      await connection.client.query('SELECT 1').catch((cause: unknown) => {
        throw new StoreUnavailable('the database does not answer', cause)
      })
    },
    stats: () => ({
      waiting: waiting.length,
      connections: lent + idle.length + shared.filter((slot) => slot !== undefined).length,
    }),
    async close() {
      isClosed = true
      const open = await Promise.allSettled(shared.filter((slot) => slot !== undefined))
      const clients = [...open.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), ...idle]
      await Promise.allSettled(clients.map(({ client }) => client.end()))
    },
  }
}

function createDial(options: Options): {
  open(onLost: (connection: Connection) => void): Promise<Connection>
} {
  let failedAt = 0
  return {
    async open(onLost) {
      if (performance.now() - failedAt < retryPauseMs && failedAt > 0) {
        throw new StoreUnavailable('the database cannot be reached', undefined)
      }
      const client = options.create()
      const connection: Connection = { client, isLost: false }
      const lose = (error: unknown): void => {
        if (connection.isLost) return
        connection.isLost = true
        onLost(connection)
        options.onLoss(error)
      }
      client.on('error', lose)
      client.on('end', () => lose(new Error('the connection ended')))
      try {
        await client.connect()
        await client.query(`SET ROLE ${options.role}`)
        failedAt = 0
        return connection
      } catch (cause) {
        failedAt = performance.now()
        client.end().catch(() => undefined)
        throw new StoreUnavailable('the database cannot be reached', cause)
      }
    },
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item)
  if (at >= 0) list.splice(at, 1)
}
