// The connection that is only asked whether the database answers, and whether requests could be served by it.
import { StoreUnavailable } from './errors.ts'
import { ask, type Connection, unreachable } from './postgres-dial.ts'
import { ConnectionSilent, mapPostgresError, withdrawn } from './postgres-errors.ts'
import { type Step, toStep } from './postgres-flush.ts'
import { role } from './postgres-rights.ts'
import type { Watch } from './postgres-watch.ts'

const pingMs = 1_800

// Without names: the probe's connection may be a pooler's.
const asRequests = toStep(`SELECT pg_catalog.set_config('role', '${role}', true)`)
/** As requests run; a table's name is looked up, and nothing waits for its lock. */
const questionIn = (schema: string): Step => {
  const table = `"${schema.replaceAll('"', '""')}".event_sequence`.replaceAll("'", "''")
  return toStep(
    `SELECT current_setting('transaction_read_only') AS read_only, has_table_privilege('${table}', 'SELECT') AS may`,
  )
}

/** What the probe stands on. */
export interface ProbeOptions {
  /** That the tables are in. */
  readonly schema: string
  readonly watch: Watch
  readonly connect: (onLost: (connection: Connection) => void) => Promise<Connection>
  /** Gives up one that does not answer. */
  readonly drop: (connection: Connection, error: Error) => void
  /** It answers, and takes no writes: another server may have taken over. Ends this connection too. */
  readonly onReadOnly: (connection: Connection) => void
}

/** One at a time, connected when it is first asked. */
export class Probe {
  readonly #options: ProbeOptions
  readonly #question: Step
  #connection: Connection | undefined
  #asking: Promise<void> | undefined
  #askedAt = 0

  constructor(options: ProbeOptions) {
    this.#options = options
    this.#question = questionIn(options.schema)
  }

  isOn(connection: Connection): boolean {
    return this.#connection === connection
  }

  forget(connection: Connection): void {
    if (this.isOn(connection)) this.#connection = undefined
  }

  /** Milliseconds since it was asked last. */
  askedAgoMs(): number {
    return performance.now() - this.#askedAt
  }

  /** Throws StoreUnavailable where no request would be served; whoever asks meanwhile hears the same answer. */
  ask(): Promise<void> {
    const { watch, drop } = this.#options
    this.#askedAt = performance.now()
    this.#asking ??= watch
      .within(pingMs, this.#askNow(), () => {
        if (this.#connection !== undefined) drop(this.#connection, new ConnectionSilent(pingMs))
        return unreachable(new ConnectionSilent(pingMs))
      })
      .finally(() => {
        this.#asking = undefined
      })
    return this.#asking
  }

  async #askNow(): Promise<void> {
    const connection = await this.#connect()
    const { rows } = await ask<{ readonly read_only: string; readonly may: boolean }>(
      connection,
      [asRequests, this.#question],
      this.#options.watch.now,
    ).catch((cause: unknown) => {
      const mapped = mapPostgresError(cause)
      throw mapped instanceof StoreUnavailable ? mapped : unreachable(cause)
    })
    if (rows[0]?.may !== true) throw withdrawn(undefined)
    if (rows[0].read_only !== 'on') return
    // The next question goes to whoever has taken over.
    this.#options.onReadOnly(connection)
    this.#connection = undefined
    throw new StoreUnavailable('the database is read-only', undefined, 5)
  }

  async #connect(): Promise<Connection> {
    const connection = this.#connection
    if (connection?.isLost === false && !connection.isRetired) return connection
    this.#connection = undefined
    this.#connection = await this.#options.connect((lost) => this.forget(lost))
    return this.#connection
  }
}
