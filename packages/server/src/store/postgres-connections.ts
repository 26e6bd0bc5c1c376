// Connections to PostgreSQL: a few shared and pipelined ones, a pool that lends one at a time, and one that is only asked
// whether the database answers. One that owes an answer for too long is given up, and with it all that heard nothing since.
import type { Client } from 'pg'
import type { ObserveWait, StoreWait } from './database.ts'
import { type Connection, destroy, lookAt, part, silenceOf } from './postgres-dial.ts'
import { ConnectionSilent } from './postgres-errors.ts'
import { awayMs, closed, OpenConnections } from './postgres-open.ts'
import { type Borrower, Pool } from './postgres-pool.ts'
import { Probe } from './postgres-probe.ts'
import { isHeld, SharedConnections } from './postgres-shared.ts'
import { createWatch, type Watch } from './postgres-watch.ts'

interface Options {
  readonly create: () => Client
  /** That the tables are in. */
  readonly schema: string
  readonly shared: number
  readonly own: number
  readonly onLoss: (error: unknown) => void
  /** An attempt to connect failed. */
  readonly onRefused: (error: unknown) => void
  readonly times?: ConnectionTimes
  readonly onWait?: ObserveWait
}

/** How long is waited for a database that says nothing, in milliseconds. */
export interface ConnectionTimes {
  /** Connecting, and the first answer. */
  readonly dial: number
  /** An answer that is owed for longer will not come. */
  readonly silent: number
  /** The same, where another connection was given up and nothing was heard since. */
  readonly suspected: number
}

const usualTimes: ConnectionTimes = { dial: 5_000, silent: 8_000, suspected: 1_000 }

/** Something on a shared connection; a read that waits behind another's statement can leave it for another connection. */
export interface Passenger {
  readonly leave?: () => void
}

/** The same of a job's statement. */
const patientMs = 70_000
/** Shared connections that are held up and have changed places with one of the pool. */
const maxAside = 4

/** The connections of one process. */
export interface Connections {
  /** One of the shared connections, connected; one that is not held up where there is one. */
  shared(): Promise<Connection>
  /** The same where it is there already. */
  sharedNow(): Connection | undefined
  /** For what leaves another one: that which owes the least. */
  sharedFreest(): Promise<Connection>
  /** Boards what is sent on a shared connection; call what is returned when it was answered. */
  board(connection: Connection, passenger: Passenger): () => void
  /** A connection for one caller alone, until `give`. */
  take(borrower: Borrower): Promise<Connection>
  give(connection: Connection): void
  /** Gives up a connection whose unit nobody waits for any more. */
  abandon(connection: Connection): void
  /** A write was refused as read-only; whether another connection is worth a try. */
  noteReadOnly(connection: Connection): boolean
  isAway(): boolean
  readonly watch: Watch
  ping(): Promise<void>
  stats(): { readonly waiting: number; readonly connections: number }
  close(): Promise<void>
}

/** Opens none until one is asked for. */
export function createConnections(options: Options): Connections {
  return new ConnectionsOfProcess(options)
}

class ConnectionsOfProcess implements Connections {
  readonly watch: Watch
  readonly #times: ConnectionTimes
  readonly #onWait: ObserveWait | undefined
  readonly #open: OpenConnections
  readonly #shared: SharedConnections
  readonly #pool: Pool
  readonly #probe: Probe
  readonly #boarded = new Map<Connection, Set<Passenger>>()
  /** Held up: lent to what is under way on them. */
  readonly #aside = new Set<Connection>()
  /** What heard nothing since then is taken for silent. */
  #suspectedSince = Number.NEGATIVE_INFINITY

  constructor({ times = usualTimes, onWait, schema, shared, own, ...options }: Options) {
    this.#times = times
    this.#onWait = onWait
    this.watch = createWatch(() => this.#look())
    const onWritable = (): void => this.#retire((one) => one.isReadOnly)
    this.#open = new OpenConnections({ ...options, dialMs: times.dial, onWritable }, this.watch)
    this.#shared = new SharedConnections(shared, (onLost) => this.#connectShared(onLost))
    this.#pool = new Pool(own, this.#open, (lost) => this.#forget(lost))
    this.#probe = new Probe({
      schema,
      watch: this.watch,
      connect: (onLost) => this.#open.connect(onLost),
      drop: (connection, error) => this.#drop(connection, error),
      onReadOnly: (connection) => {
        this.noteReadOnly(connection)
        void part(connection)
      },
    })
  }

  isAway(): boolean {
    return this.#open.isAway
  }

  shared(): Promise<Connection> {
    if (this.#open.isClosed) return Promise.reject(closed())
    const place = this.#shared.pick()
    const opening = this.#open.patiently(this.#shared.at(place))
    return this.#shared.connectedAt(place) === undefined ? this.#timed('shared_connection', opening) : opening
  }

  sharedNow(): Connection | undefined {
    if (this.#open.isClosed || this.#open.isAway) return undefined
    return this.#shared.connectedAt(this.#shared.pick())
  }

  sharedFreest(): Promise<Connection> {
    if (this.#open.isClosed) return Promise.reject(closed())
    return this.#open.patiently(this.#shared.at(this.#shared.pickFreest()))
  }

  board(connection: Connection, passenger: Passenger): () => void {
    const passengers = this.#boarded.get(connection) ?? new Set()
    this.#boarded.set(connection, passengers)
    passengers.add(passenger)
    return () => {
      passengers.delete(passenger)
      if (passengers.size > 0) return
      this.#boarded.delete(connection)
      this.#comeBack(connection)
    }
  }

  take(borrower: Borrower): Promise<Connection> {
    const isAtOnce = this.#pool.hasReady(borrower.isPatient)
    const taking = this.#pool.take(borrower)
    return isAtOnce ? taking : this.#timed(borrower.isPatient ? 'job_connection' : 'connection', taking)
  }

  give(connection: Connection): void {
    this.#pool.give(connection)
  }

  abandon(connection: Connection): void {
    this.#drop(connection, new Error('nobody waits for it any more'))
  }

  noteReadOnly(connection: Connection): boolean {
    if (connection.isReadOnly) {
      // So it was from the start: whether that has changed is asked once a second.
      if (this.#probe.askedAgoMs() > awayMs) void this.#probe.ask().catch(() => undefined)
      return false
    }
    this.#retire((one) => !this.#probe.isOn(one) && !one.isReadOnly)
    return true
  }

  async ping(): Promise<void> {
    if (this.#open.isClosed) throw closed()
    await this.#probe.ask()
    // A node that gets no connection for its requests is not ready, whatever this one says.
    await this.shared()
  }

  stats(): { readonly waiting: number; readonly connections: number } {
    return { waiting: this.#pool.waiting(), connections: this.#open.all.size }
  }

  async close(): Promise<void> {
    this.#open.isClosed = true
    this.#pool.close()
    await Promise.all([...this.#open.all].map((one) => this.#farewell(one)))
  }

  #connectShared(onLost: () => void): Promise<Connection> {
    const spare = this.#pool.takeSpare()
    if (spare !== undefined) return Promise.resolve(spare)
    return this.#open.connect((lost) => {
      this.#forget(lost)
      onLost()
    })
  }

  async #timed(what: StoreWait, waiting: Promise<Connection>): Promise<Connection> {
    const begunAt = performance.now()
    try {
      return await waiting
    } finally {
      this.#onWait?.(what, performance.now() - begunAt)
    }
  }

  #look(): void {
    const now = this.watch.now()
    for (const connection of this.#open.all) {
      lookAt(connection, now)
      const silence = silenceOf(connection, now)
      const isSuspect = silence >= this.#times.suspected && connection.heardAt < this.#suspectedSince
      if (silence < (connection.isPatient ? patientMs : this.#times.silent) && !isSuspect) continue
      if (!isSuspect) this.#suspectedSince = Math.max(this.#suspectedSince, connection.owedSince)
      this.#open.isAway = true
      this.#drop(connection, new ConnectionSilent(silence))
      // Nobody knows whether those would answer.
      for (const one of [...this.#open.all])
        if (one.owed === 0 && one.heardAt < this.#suspectedSince)
          this.#drop(one, new ConnectionSilent(silence))
    }
    this.#relieve()
  }

  // Reads behind a statement that takes long go elsewhere; where every shared connection is held up, one changes places
  // with one of the pool.
  #relieve(): void {
    for (const [connection, passengers] of this.#boarded) {
      if (!isHeld(connection) || passengers.size < 2) continue
      const [, ...behind] = passengers
      const reads = behind.filter(({ leave }) => leave !== undefined)
      if (reads.length === 0 || !this.#hasPlaceElsewhere()) continue
      for (const read of reads) read.leave?.()
    }
  }

  #hasPlaceElsewhere(): boolean {
    if (!this.#shared.areAllHeld()) return true
    const held = this.#shared.connectedAt(0)
    if (held === undefined || this.#aside.size >= maxAside || !this.#pool.reserve()) return false
    this.#shared.leave(held)
    this.#aside.add(held)
    return true
  }

  #comeBack(connection: Connection): void {
    if (connection.owed > 0) return
    if (this.#aside.delete(connection)) this.#pool.give(connection)
    else if (connection.isRetired && !connection.isLost) void part(connection)
  }

  #forget(connection: Connection): void {
    this.#pool.removeIdle(connection)
    this.#shared.leave(connection)
    if (this.#aside.delete(connection)) this.#pool.release()
  }

  #drop(connection: Connection, error: Error): void {
    this.#open.delete(connection)
    this.#forget(connection)
    this.#probe.forget(connection)
    destroy(connection, error)
  }

  /** Takes no more on those connections; what is under way on them goes on. */
  #retire(which: (connection: Connection) => boolean): void {
    for (const connection of [...this.#open.all].filter(which)) {
      connection.isRetired = true
      this.#shared.leave(connection)
      const isUnused = connection.owed === 0 && !this.#pool.isLent(connection)
      if (this.#pool.removeIdle(connection) || isUnused) void part(connection)
    }
  }

  /** Lets what is under way end, for a moment. */
  async #farewell(connection: Connection): Promise<void> {
    for (let round = 0; round < farewellRounds && connection.owed > 0 && !connection.isLost; round += 1)
      await new Promise((resolve) => setTimeout(resolve, farewellMs))
    if (connection.owed > 0) this.#drop(connection, new ConnectionSilent(farewellRounds * farewellMs))
    else if (!connection.isRetired) await part(connection)
  }
}

const farewellMs = 20
const farewellRounds = 25
