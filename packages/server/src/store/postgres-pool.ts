// Connections that are lent to one caller at a time, and who waits for one. Jobs have some of them at most: the others are the requests'.
import { readComer } from './comer.ts'
import { StoreUnavailable } from './errors.ts'
import { type Connection, part } from './postgres-dial.ts'
import { type Caller, closed, type OpenConnections } from './postgres-open.ts'
import { createWaitingOfAll } from './waiting.ts'

/** For whom a connection is lent. */
export interface Borrower {
  /** Of a job. */
  readonly isPatient: boolean
  /** Empty for what belongs to none. */
  readonly organizationId: string
}

interface Waiter {
  readonly isPatient: boolean
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

const waitMs = 5_000
const maxWaiting = 1_000
/** Lent connections that jobs have at once, at most; half of them where there are few. */
const mostPatient = 4

const overloaded = (): StoreUnavailable => new StoreUnavailable('the database is overloaded', undefined, 2)

/** The connections that jobs may have at once. */
class JobPlaces {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#taken >= this.#most
  }

  async enter(): Promise<void> {
    if (this.isFull) await new Promise<void>((resolve) => void this.#waiting.push(resolve))
    this.#taken += 1
  }

  leave(): void {
    this.#taken -= 1
    this.#waiting.shift()?.()
  }
}

/** A number of places, each lent with a connection; one that comes back is kept for the next. */
export class Pool {
  readonly #places: number
  readonly #open: OpenConnections
  readonly #onLost: (connection: Connection) => void
  readonly #jobs: JobPlaces
  readonly #idle: Connection[] = []
  readonly #borrowed = new Set<Connection>()
  readonly #waiting = createWaitingOfAll<Waiter>()
  #lent = 0

  constructor(places: number, open: OpenConnections, onLost: (connection: Connection) => void) {
    this.#places = places
    this.#open = open
    this.#onLost = onLost
    this.#jobs = new JobPlaces(Math.min(mostPatient, Math.ceil(places / 2)))
  }

  /** One that nobody has, for another use. */
  takeSpare(): Connection | undefined {
    return this.#idle.pop()
  }

  isLent(connection: Connection): boolean {
    return this.#borrowed.has(connection)
  }

  /** Whether it was kept for the next who asks; it is not any more. */
  removeIdle(connection: Connection): boolean {
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    return at >= 0
  }

  waiting(): number {
    return this.#waiting.size()
  }

  /** Whether whoever asks now is lent one that is connected. */
  hasReady(isPatient: boolean): boolean {
    return this.#idle.length > 0 && this.#lent < this.#places && !(isPatient && this.#jobs.isFull)
  }

  /** Takes a place without a connection of the pool; false where there is none. `release` gives it back. */
  reserve(): boolean {
    if (this.#lent >= this.#places) return false
    this.#lent += 1
    return true
  }

  release(): void {
    this.#lent -= 1
    const next = this.#waiting.take()
    if (next === undefined) return
    clearTimeout(next.timer)
    this.#lend(next.isPatient).then(next.resolve, next.reject)
  }

  async take(borrower: Borrower): Promise<Connection> {
    if (!borrower.isPatient) return this.#takeInTurn(borrower)
    await this.#jobs.enter()
    try {
      return await this.#takeInTurn(borrower)
    } catch (error) {
      this.#jobs.leave()
      throw error
    }
  }

  give(connection: Connection): void {
    if (connection.isPatient) this.#jobs.leave()
    this.#borrowed.delete(connection)
    connection.isPatient = false
    if (this.#open.isClosed || connection.isRetired) {
      if (!connection.isLost) void part(connection)
    } else if (!connection.isLost) this.#idle.push(connection)
    this.release()
  }

  /** Whoever waits gets none any more. */
  close(): void {
    for (let one = this.#waiting.take(); one !== undefined; one = this.#waiting.take()) {
      clearTimeout(one.timer)
      one.reject(closed())
    }
  }

  #takeInTurn({ isPatient, organizationId }: Borrower): Promise<Connection> {
    if (this.#open.isClosed) return Promise.reject(closed())
    if (this.#lent < this.#places) return this.#lend(isPatient)
    if (this.#waiting.size() >= maxWaiting) return Promise.reject(overloaded())
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        leave()
        reject(overloaded())
      }, waitMs)
      const leave = this.#waiting.add(organizationId, readComer(), { isPatient, resolve, reject, timer })
    })
  }

  async #lend(isPatient: boolean): Promise<Connection> {
    this.#lent += 1
    try {
      const connection = this.#idle.pop() ?? (await this.#connect())
      connection.isPatient = isPatient
      this.#borrowed.add(connection)
      return connection
    } catch (error) {
      this.release()
      throw error
    }
  }

  async #connect(): Promise<Connection> {
    const caller: Caller = { isThere: true }
    const opening = this.#open.connect(this.#onLost, caller)
    try {
      return await this.#open.patiently(opening)
    } catch (error) {
      caller.isThere = false
      opening.then(
        (late) => this.#keepLate(late),
        () => undefined,
      )
      throw error
    }
  }

  #keepLate(late: Connection): void {
    if (this.#lent + this.#idle.length < this.#places && !late.isLost) this.#idle.push(late)
    else void part(late)
  }
}
