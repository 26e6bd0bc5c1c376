// One connection to PostgreSQL: how it is made, what is owed on it, how it is given up. Every client has an error handler:
// without one, a terminated backend would end the process (node-postgres#2762).
import type { Client } from 'pg'
import { StoreUnavailable } from './errors.ts'
import { ConnectionSilent } from './postgres-errors.ts'
import { type Answer, type Step, sendStretch } from './postgres-flush.ts'

/** One connection to PostgreSQL. */
export interface Connection {
  readonly client: Client
  /** The server behind it is not always the same one: a pooler stands between. */
  readonly isPooled: boolean
  /** The server took no writes when the connection was made. */
  readonly isReadOnly: boolean
  /**
   * Whether the server can look while it works whether its client is still there, which it cannot on every platform; undefined behind a
   * pooler, where each transaction may have another server.
   */
  readonly canLook: boolean | undefined
  isLost: boolean
  /** Takes nothing new; ends when what is under way has ended. */
  isRetired: boolean
  /** Answers that are owed. */
  owed: number
  /** Since when the next one is, by the watch's clock. */
  owedSince: number
  /** When anything was heard last. */
  heardAt: number
  /** Looks of the watch at which the same answer was owed. */
  looks: number
  /** Bytes that had come in at the last look: a long answer is no silence. */
  bytes: number
  /** Its unit is a job's, which may take long. */
  isPatient: boolean
  readonly plans: Plans
}

/** When a connection's plans are made anew. */
export interface Plans {
  /** Transactions that began on it, and after how many that is. */
  begun: number
  replanAt: number
  /** By when it is at the latest, by the watch's clock, and how much later the next time. */
  replanBy: number
  replanPauseMs: number
}

/** Transactions on one connection, and milliseconds; then each time that as many again have gone by. */
const firstReplan = 64
const firstReplanMs = 1_000
const longestReplanMs = 60_000

/** Of a new connection. */
export function createPlans(now: number): Plans {
  const [replanBy, replanPauseMs] = [now + firstReplanMs, 2 * firstReplanMs]
  return { begun: 0, replanAt: firstReplan, replanBy, replanPauseMs }
}

/** Whether they are to be made anew in front of the transaction that begins now, which is counted. */
export function isToReplan(plans: Plans, now: number): boolean {
  plans.begun += 1
  const isMany = plans.begun >= plans.replanAt
  if (!isMany && now < plans.replanBy) return false
  if (isMany) plans.replanAt *= 2
  plans.replanBy = now + plans.replanPauseMs
  plans.replanPauseMs = Math.min(2 * plans.replanPauseMs, longestReplanMs)
  return true
}

/** Makes connections. */
export interface Dial {
  /** Connects; `onLost` is told once when the connection is gone. */
  open(onLost: (connection: Connection) => void): Promise<Connection>
}

interface DialOptions {
  readonly create: () => Client
  readonly now: () => number
  /** Connecting, and the first answer. */
  readonly dialMs: number
  readonly onLoss: (error: unknown) => void
  /** Of an attempt, before the next one is made. */
  readonly onRefused: (error: unknown) => void
}

/** Not more than ten attempts a second while the database is away. */
const retryPauseMs = 250
const goodbyeMs = 300

/** The store is away because nothing answers. */
export const unreachable = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable('the database cannot be reached', cause)

/** Connects by these settings. */
export function createDial({ create, now, dialMs, onLoss, onRefused }: DialOptions): Dial {
  let failedAt = 0
  let failure: unknown
  return {
    async open(onLost) {
      if (failedAt > 0 && performance.now() - failedAt < retryPauseMs) throw unreachable(failure)
      const client = create()
      let connection: Connection | undefined
      const lose = (error: unknown): void => {
        if (connection === undefined || connection.isLost) return
        connection.isLost = true
        onLost(connection)
        if (!connection.isRetired) onLoss(error)
      }
      client.on('error', lose)
      client.on('end', () => lose(new Error('the connection ended')))
      const timer = setTimeout(() => streamOf(client).destroy(new ConnectionSilent(dialMs)), dialMs)
      try {
        await client.connect()
        connection = toConnection(client, await greet(client), now())
        failedAt = 0
        return connection
      } catch (cause) {
        failedAt = performance.now()
        failure = cause
        onRefused(cause)
        client.end().catch(() => undefined)
        throw unreachable(cause)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

interface Greeting {
  readonly pid: number
  readonly read_only: string
  readonly can_look: boolean
}

/** Of a server, in its own words: whether it runs where a look at the connection is possible. */
export const canLook = "pg_catalog.version() ~ 'linux|darwin|bsd'"

async function greet(client: Client): Promise<Greeting> {
  const { rows } = await client.query<Greeting>(
    `SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only') AS read_only, ${canLook} AS can_look`,
  )
  return rows[0]!
}

/** Whether a pooler stands between: it makes up the number that it names at the start. */
export function isPooled(client: Client, pid: number): boolean {
  return pid !== client.processID
}

function toConnection(client: Client, { pid, read_only, can_look }: Greeting, now: number): Connection {
  const isBehindPooler = isPooled(client, pid)
  return {
    client,
    isPooled: isBehindPooler,
    canLook: isBehindPooler ? undefined : can_look,
    isReadOnly: read_only === 'on',
    isLost: false,
    isRetired: false,
    owed: 0,
    owedSince: now,
    heardAt: now,
    looks: 0,
    bytes: 0,
    isPatient: false,
    plans: createPlans(now),
  }
}

/** Sends all in one stretch, and keeps book of what is owed. */
export function ask<Row = object>(
  connection: Connection,
  steps: readonly Step[],
  now: () => number,
): Promise<Answer<Row>> {
  if (connection.owed === 0) {
    connection.owedSince = now()
    connection.looks = 0
  }
  connection.owed += 1
  return new Promise((resolve, reject) => {
    sendStretch<Row>(connection.client, steps, (error, answer) => {
      connection.owed -= 1
      connection.looks = 0
      connection.owedSince = now()
      if (!connection.isLost) connection.heardAt = connection.owedSince
      if (error === undefined) resolve(answer)
      else reject(error)
    })
  })
}

/** At each look of the watch. */
export function lookAt(connection: Connection, now: number): void {
  if (connection.owed === 0) return
  connection.looks += 1
  const bytes = streamOf(connection.client).bytesRead
  if (bytes !== connection.bytes) {
    connection.bytes = bytes
    connection.heardAt = now
  }
}

/** Milliseconds for which nothing has come although an answer is owed. */
export function silenceOf(connection: Connection, now: number): number {
  return connection.owed === 0 ? 0 : now - Math.max(connection.owedSince, connection.heardAt)
}

/** Ends it at once: whoever waits on it is told that the connection is gone. */
export function destroy(connection: Connection, error: Error): void {
  connection.isRetired = true
  streamOf(connection.client).destroy(error)
}

/** Ends it with a goodbye, which a network that has gone silent never takes. */
export function part(connection: Connection): Promise<void> {
  connection.isRetired = true
  const timer = setTimeout(() => streamOf(connection.client).destroy(), goodbyeMs)
  return connection.client
    .end()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer))
}

// What the driver has and its types do not name.
declare module 'pg' {
  interface ClientBase {
    readonly processID: number | null
  }
}

interface Stream {
  readonly bytesRead: number
  destroy(error?: Error): void
}

function streamOf(client: Client): Stream {
  return client.connection.stream as Stream & typeof client.connection.stream
}
