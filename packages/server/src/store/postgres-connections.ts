// Connections to PostgreSQL: a few shared and pipelined ones, a pool that lends one at a time, and one that is only asked
// whether the database answers. One that owes an answer for too long is given up, and with it all that heard nothing since.
import type { Client } from 'pg'
import { readComer } from './comer.ts'
import type { ObserveWait, StoreWait } from './database.ts'
import { StoreUnavailable } from './errors.ts'
import {
  ask,
  type Connection,
  createDial,
  destroy,
  lookAt,
  part,
  silenceOf,
  unreachable,
} from './postgres-dial.ts'
import { ConnectionSilent, mapPostgresError, withdrawn } from './postgres-errors.ts'
import { type Step, toStep } from './postgres-flush.ts'
import { role } from './postgres-rights.ts'
import { createWatch, type Watch } from './postgres-watch.ts'
import { createWaitingOfAll } from './waiting.ts'

// Without names: the probe's connection may be a pooler's.
const asRequests = toStep(`SELECT pg_catalog.set_config('role', '${role}', true)`)
/** As requests run; a table's name is looked up, and nothing waits for its lock. */
const questionIn = (schema: string): Step => {
  const table = `"${schema.replaceAll('"', '""')}".event_sequence`.replaceAll("'", "''")
  return toStep(
    `SELECT current_setting('transaction_read_only') AS read_only, has_table_privilege('${table}', 'SELECT') AS may`,
  )
}

/** Whoever asked for a connection may be gone when it is there. */
interface Caller {
  isThere: boolean
}

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

const waitMs = 5_000
const maxWaiting = 1_000
/** The same of a job's statement. */
const patientMs = 70_000
/** Looks after which a shared connection is taken for held up: 75 ms. */
const heldLooks = 3
/** Shared connections that are held up and have changed places with one of the pool. */
const maxAside = 4
/** Lent connections that jobs have at once, at most; half of them where there are few. */
const mostPatient = 4
/** Known to be away: nobody waits longer than this to learn whether it is back. */
const awayMs = 1_000
const pingMs = 1_800

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

const always: Caller = { isThere: true }
const closed = (): StoreUnavailable => new StoreUnavailable('the store is closed', undefined)
const overloaded = (): StoreUnavailable => new StoreUnavailable('the database is overloaded', undefined, 2)

/** Opens none until one is asked for. */
export function createConnections(options: Options): Connections {
  const times = options.times ?? usualTimes
  const open = new Set<Connection>()
  const watch = createWatch(look)
  const dial = createDial({
    create: options.create,
    now: watch.now,
    dialMs: times.dial,
    onRefused: options.onRefused,
    onLoss: (error) => {
      if (!isClosed) options.onLoss(error)
    },
  })
  const shared: (Promise<Connection> | undefined)[] = Array.from({ length: options.shared })
  const connected: (Connection | undefined)[] = Array.from({ length: options.shared })
  const boarded = new Map<Connection, Set<Passenger>>()
  /** Held up: lent to what is under way on them. */
  const aside = new Set<Connection>()
  const idle: Connection[] = []
  const waiting = createWaitingOfAll<Waiter>()
  const maxPatient = Math.min(mostPatient, Math.ceil(options.own / 2))
  let lent = 0
  let turn = 0
  let isClosed = false
  let isAway = false
  /** What heard nothing since then is taken for silent. */
  let suspectedSince = Number.NEGATIVE_INFINITY

  /** The one attempt under way while the database is away: who else wants a connection waits for what it says. */
  let reviving: Promise<unknown> | undefined

  const connect = async (onLost: (connection: Connection) => void, caller: Caller): Promise<Connection> => {
    if (isAway && reviving !== undefined) await reviving
    if (!caller.isThere) throw unreachable(undefined)
    const opening = dial.open((lost) => {
      open.delete(lost)
      onLost(lost)
    })
    if (isAway) {
      reviving = opening
      opening
        .catch(() => undefined)
        .finally(() => {
          reviving = undefined
        })
    }
    try {
      const connection = await opening
      isAway = false
      // Lost, or closed, while it said its first words.
      if (connection.isLost) throw unreachable(undefined)
      open.add(connection)
      if (isClosed) {
        void part(connection)
        throw closed()
      }
      if (!connection.isReadOnly) retire((one) => one.isReadOnly)
      return connection
    } catch (error) {
      if (!isClosed) isAway = true
      throw error
    }
  }

  /** Waits in full for a database that was there a moment ago. */
  const patiently = (opening: Promise<Connection>): Promise<Connection> =>
    isAway ? watch.within(awayMs, opening, () => unreachable(undefined)) : opening

  const forget = (slot: number, opening: Promise<Connection>): void => {
    if (shared[slot] !== opening) return
    shared[slot] = undefined
    connected[slot] = undefined
  }
  const fill = (slot: number): Promise<Connection> => {
    const spare = idle.pop()
    const opening =
      spare === undefined
        ? connect((lost) => {
            idleOut(lost)
            forget(slot, opening)
          }, always)
        : Promise.resolve(spare)
    shared[slot] = opening
    opening.then(
      (connection) => {
        if (shared[slot] === opening) connected[slot] = connection
      },
      () => forget(slot, opening),
    )
    return opening
  }
  const idleOut = (connection: Connection): void => {
    remove(idle, connection)
    leaveSlot(connection)
    if (aside.delete(connection)) returned()
  }
  const leaveSlot = (connection: Connection): void => {
    const slot = connected.indexOf(connection)
    if (slot < 0) return
    shared[slot] = undefined
    connected[slot] = undefined
  }

  const isHeld = (connection: Connection | undefined): boolean =>
    connection !== undefined && connection.looks >= heldLooks
  const pickSlot = (): number => {
    for (let step = 1; step <= options.shared; step += 1) {
      const slot = (turn + step) % options.shared
      if (isHeld(connected[slot])) continue
      turn = slot
      return slot
    }
    turn = (turn + 1) % options.shared
    return turn
  }
  // One that owes the least: whoever has waited behind a statement once should not come to stand behind the next.
  const pickFreest = (): number => {
    let best = pickSlot()
    for (const [slot, one] of connected.entries())
      if (!isHeld(one) && owedBy(one) < owedBy(connected[best])) best = slot
    return best
  }
  // One that is still to be connected takes longer than one that is free.
  const owedBy = (connection: Connection | undefined): number => connection?.owed ?? 0.5

  // Reads behind a statement that takes long go elsewhere; where every shared connection is held up, one changes places
  // with one of the pool.
  const relieve = (): void => {
    for (const [connection, passengers] of boarded) {
      if (!isHeld(connection) || passengers.size < 2) continue
      const [, ...behind] = passengers
      const reads = behind.filter(({ leave }) => leave !== undefined)
      if (reads.length === 0 || !hasPlaceElsewhere()) continue
      for (const read of reads) read.leave?.()
    }
  }
  const hasPlaceElsewhere = (): boolean => {
    if (connected.some((one) => !isHeld(one))) return true
    const held = connected[0]
    if (held === undefined || aside.size >= maxAside || lent >= options.own) return false
    leaveSlot(held)
    aside.add(held)
    lent += 1
    return true
  }
  const comeBack = (connection: Connection): void => {
    if (connection.owed > 0) return
    if (aside.delete(connection)) give(connection)
    else if (connection.isRetired && !connection.isLost) void part(connection)
  }

  function look(): void {
    const now = watch.now()
    for (const connection of open) {
      lookAt(connection, now)
      const silence = silenceOf(connection, now)
      const isSuspect = silence >= times.suspected && connection.heardAt < suspectedSince
      if (silence < (connection.isPatient ? patientMs : times.silent) && !isSuspect) continue
      if (!isSuspect) suspectedSince = Math.max(suspectedSince, connection.owedSince)
      isAway = true
      drop(connection, new ConnectionSilent(silence))
      // Nobody knows whether those would answer.
      for (const one of [...open])
        if (one.owed === 0 && one.heardAt < suspectedSince) drop(one, new ConnectionSilent(silence))
    }
    relieve()
  }
  const drop = (connection: Connection, error: Error): void => {
    open.delete(connection)
    idleOut(connection)
    if (probe === connection) probe = undefined
    destroy(connection, error)
  }
  /** Takes no more on those connections; what is under way on them goes on. */
  const retire = (which: (connection: Connection) => boolean): void => {
    for (const connection of [...open].filter(which)) {
      connection.isRetired = true
      leaveSlot(connection)
      if (remove(idle, connection) || (connection.owed === 0 && !isLent(connection))) void part(connection)
    }
  }
  const borrowed = new Set<Connection>()
  const isLent = (connection: Connection): boolean => borrowed.has(connection)

  const lend = async (isPatient: boolean): Promise<Connection> => {
    lent += 1
    try {
      const connection = idle.pop() ?? (await connectOwn())
      connection.isPatient = isPatient
      borrowed.add(connection)
      return connection
    } catch (error) {
      returned()
      throw error
    }
  }
  const connectOwn = async (): Promise<Connection> => {
    const caller: Caller = { isThere: true }
    const opening = connect(idleOut, caller)
    try {
      return await patiently(opening)
    } catch (error) {
      caller.isThere = false
      opening.then(
        (late) => void (lent + idle.length < options.own && !late.isLost ? idle.push(late) : part(late)),
        () => undefined,
      )
      throw error
    }
  }
  const returned = (): void => {
    lent -= 1
    const next = waiting.take()
    if (next === undefined) return
    clearTimeout(next.timer)
    lend(next.isPatient).then(next.resolve, next.reject)
  }
  function give(connection: Connection): void {
    borrowed.delete(connection)
    connection.isPatient = false
    if (isClosed || connection.isRetired) {
      if (!connection.isLost) void part(connection)
    } else if (!connection.isLost) idle.push(connection)
    returned()
  }

  const take = ({ isPatient, organizationId }: Borrower): Promise<Connection> => {
    if (isClosed) return Promise.reject(closed())
    if (lent < options.own) return lend(isPatient)
    if (waiting.size() >= maxWaiting) return Promise.reject(overloaded())
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        leave()
        reject(overloaded())
      }, waitMs)
      const leave = waiting.add(organizationId, readComer(), { isPatient, resolve, reject, timer })
    })
  }
  /** Jobs that have a connection: the others are the requests'. */
  let patient = 0
  const patientWaiting: (() => void)[] = []
  const endPatient = (): void => {
    patient -= 1
    patientWaiting.shift()?.()
  }

  const takePatiently = async (borrower: Borrower): Promise<Connection> => {
    if (patient >= maxPatient) await new Promise<void>((resolve) => void patientWaiting.push(resolve))
    patient += 1
    try {
      return await take(borrower)
    } catch (error) {
      endPatient()
      throw error
    }
  }
  const timed = async (what: StoreWait, waiting: Promise<Connection>): Promise<Connection> => {
    const begunAt = performance.now()
    try {
      return await waiting
    } finally {
      options.onWait?.(what, performance.now() - begunAt)
    }
  }

  let probe: Connection | undefined
  const question = questionIn(options.schema)
  const askProbe = async (): Promise<void> => {
    if (probe?.isLost !== false || probe.isRetired) {
      probe = undefined
      probe = await connect((lost) => {
        if (probe === lost) probe = undefined
      }, always)
    }
    const { rows } = await ask(probe, [asRequests, question], watch.now).catch((cause: unknown) => {
      const mapped = mapPostgresError(cause)
      throw mapped instanceof StoreUnavailable ? mapped : unreachable(cause)
    })
    const { read_only, may } = rows[0] as { readonly read_only: string; readonly may: boolean }
    if (!may) throw withdrawn(undefined)
    if (read_only !== 'on') return
    // Another server may have taken over: the next question goes there.
    noteReadOnly(probe)
    void part(probe)
    probe = undefined
    throw new StoreUnavailable('the database is read-only', undefined, 5)
  }
  let asking: Promise<void> | undefined
  let askedAt = 0
  const askOnce = (): Promise<void> => {
    askedAt = performance.now()
    asking ??= watch
      .within(pingMs, askProbe(), () => {
        if (probe !== undefined) drop(probe, new ConnectionSilent(pingMs))
        return unreachable(new ConnectionSilent(pingMs))
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }
  function noteReadOnly(connection: Connection): boolean {
    if (connection.isReadOnly) {
      // So it was from the start: whether that has changed is asked once a second.
      if (performance.now() - askedAt > awayMs) void askOnce().catch(() => undefined)
      return false
    }
    retire((one) => one !== probe && !one.isReadOnly)
    return true
  }

  return {
    watch,
    isAway: () => isAway,
    noteReadOnly,
    shared() {
      if (isClosed) return Promise.reject(closed())
      const slot = pickSlot()
      const opening = patiently(shared[slot] ?? fill(slot))
      return connected[slot] === undefined ? timed('shared_connection', opening) : opening
    },
    sharedNow() {
      if (isClosed || isAway) return undefined
      return connected[pickSlot()]
    },
    sharedFreest() {
      if (isClosed) return Promise.reject(closed())
      const slot = pickFreest()
      return patiently(shared[slot] ?? fill(slot))
    },
    board(connection, passenger) {
      const passengers = boarded.get(connection) ?? new Set()
      boarded.set(connection, passengers)
      passengers.add(passenger)
      return () => {
        passengers.delete(passenger)
        if (passengers.size > 0) return
        boarded.delete(connection)
        comeBack(connection)
      }
    },
    take(borrower) {
      const { isPatient } = borrower
      const isAtOnce = idle.length > 0 && lent < options.own && !(isPatient && patient >= maxPatient)
      const taking = isPatient ? takePatiently(borrower) : take(borrower)
      return isAtOnce ? taking : timed(isPatient ? 'job_connection' : 'connection', taking)
    },
    give(connection) {
      if (connection.isPatient) endPatient()
      give(connection)
    },
    abandon: (connection) => drop(connection, new Error('nobody waits for it any more')),
    async ping() {
      if (isClosed) throw closed()
      await askOnce()
      // A node that gets no connection for its requests is not ready, whatever this one says.
      await this.shared()
    },
    stats: () => ({ waiting: waiting.size(), connections: open.size }),
    async close() {
      isClosed = true
      for (let one = waiting.take(); one !== undefined; one = waiting.take()) {
        const { reject, timer } = one
        clearTimeout(timer)
        reject(closed())
      }
      await Promise.all([...open].map(farewell))
    },
  }

  /** Lets what is under way end, for a moment. */
  async function farewell(connection: Connection): Promise<void> {
    for (let round = 0; round < farewellRounds && connection.owed > 0 && !connection.isLost; round += 1)
      await new Promise((resolve) => setTimeout(resolve, farewellMs))
    if (connection.owed > 0) drop(connection, new ConnectionSilent(farewellRounds * farewellMs))
    else if (!connection.isRetired) await part(connection)
  }
}

const farewellMs = 20
const farewellRounds = 25

function remove<T>(list: T[], item: T): boolean {
  const at = list.indexOf(item)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}
