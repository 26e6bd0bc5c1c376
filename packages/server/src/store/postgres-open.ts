// The connections to PostgreSQL that are open, and whether the database is known to be away: then one attempt is made for all who want a
// connection, and nobody waits long for it.
import type { Client } from 'pg'
import { StoreUnavailable } from './errors.ts'
import { type Connection, createDial, type Dial, part, unreachable } from './postgres-dial.ts'
import type { Watch } from './postgres-watch.ts'

/** Known to be away: nobody waits longer than this to learn whether it is back. */
export const awayMs = 1_000

/** Whoever asked for a connection may be gone when it is there. */
export interface Caller {
  isThere: boolean
}

const always: Caller = { isThere: true }

/** Whoever asks for something after `close`. */
export const closed = (): StoreUnavailable => new StoreUnavailable('the store is closed', undefined)

/** How connections are opened, and who is told of them. */
export interface OpenOptions {
  readonly create: () => Client
  /** Milliseconds for connecting and the first answer. */
  readonly dialMs: number
  readonly onLoss: (error: unknown) => void
  /** An attempt to connect failed. */
  readonly onRefused: (error: unknown) => void
  /** A server that takes writes was reached. */
  readonly onWritable: () => void
}

/** Those of one process. */
export class OpenConnections {
  isAway = false
  isClosed = false
  readonly #options: OpenOptions
  readonly #watch: Watch
  readonly #dial: Dial
  readonly #all = new Set<Connection>()
  /** The one attempt under way while the database is away: who else wants a connection waits for what it says. */
  #reviving: Promise<unknown> | undefined

  constructor(options: OpenOptions, watch: Watch) {
    this.#options = options
    this.#watch = watch
    this.#dial = createDial({
      create: options.create,
      now: watch.now,
      dialMs: options.dialMs,
      onRefused: options.onRefused,
      onLoss: (error) => {
        if (!this.isClosed) options.onLoss(error)
      },
    })
  }

  get all(): ReadonlySet<Connection> {
    return this.#all
  }

  delete(connection: Connection): void {
    this.#all.delete(connection)
  }

  /** A new one; `onLost` is told once when it is gone. */
  async connect(onLost: (connection: Connection) => void, caller = always): Promise<Connection> {
    if (this.isAway && this.#reviving !== undefined) await this.#reviving
    if (!caller.isThere) throw unreachable(undefined)
    const opening = this.#dial.open((lost) => {
      this.delete(lost)
      onLost(lost)
    })
    if (this.isAway) this.#revive(opening)
    try {
      return this.#take(await opening)
    } catch (error) {
      if (!this.isClosed) this.isAway = true
      throw error
    }
  }

  /** Waits in full for a database that was there a moment ago. */
  patiently(opening: Promise<Connection>): Promise<Connection> {
    return this.isAway ? this.#watch.within(awayMs, opening, () => unreachable(undefined)) : opening
  }

  #revive(opening: Promise<Connection>): void {
    this.#reviving = opening
    opening
      .catch(() => undefined)
      .finally(() => {
        this.#reviving = undefined
      })
  }

  #take(connection: Connection): Connection {
    this.isAway = false
    // Lost, or closed, while it said its first words.
    if (connection.isLost) throw unreachable(undefined)
    this.#all.add(connection)
    if (this.isClosed) {
      void part(connection)
      throw closed()
    }
    if (!connection.isReadOnly) this.#options.onWritable()
    return connection
  }
}
