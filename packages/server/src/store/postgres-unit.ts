// One unit of work on PostgreSQL: what only writes goes out in one flush on a shared connection, what reads first has a connection of its
// own until COMMIT.
import type { UnitTx } from './database.ts'
import { StoreUnavailable } from './errors.ts'
import type { Patience } from './patience.ts'
import type { Passenger } from './postgres-connections.ts'
import type { Connection } from './postgres-dial.ts'
import type { Answer, Step } from './postgres-flush.ts'
import type { Link } from './postgres-link.ts'
import { bindValues, type Reach, type Statement } from './statement.ts'

/** What is done in a unit; which rows it sees is said in front of the transaction. */
export type Work<T> = (tx: UnitTx) => Promise<T>

/** More statements than these have a connection of their own: nobody stands behind them, and it can be given up with them. */
const mostShared = 64

/** One transaction, or what only writes and is one by itself. */
export class Unit {
  /** The connection that it went out on last. */
  connection: Connection | undefined
  /** Only a COMMIT whose answer was lost may have taken effect. */
  isCommitSent = false
  readonly #link: Link
  readonly #organizationId: string
  readonly #patience: Patience
  #own: Connection | undefined
  /** Whoever asks for two things at once gets both on one connection. */
  #taking: Promise<Connection> | undefined
  /** What leaves with the next read or with the COMMIT. */
  #pending: Step[] = []
  #isBegun = false
  #isAbandoned = false
  #written = 0

  constructor(link: Link, organizationId: string, patience: Patience) {
    this.#link = link
    this.#organizationId = organizationId
    this.#patience = patience
  }

  get hasWritten(): boolean {
    return this.#written > 0
  }

  async run<T>(work: Work<T>): Promise<T> {
    try {
      const value = await work(this.#createTx())
      if (this.#own !== undefined || this.#pending.length > 0) await this.#finish()
      return value
    } catch (error) {
      // A COMMIT behind what failed was passed over.
      if (this.#own !== undefined && this.#isBegun)
        await this.#link.ask(this.#own, [this.#link.rollback()]).catch(() => undefined)
      throw error
    } finally {
      if (this.#own !== undefined) this.#link.connections.give(this.#own)
    }
  }

  /** Nobody waits for it any more: it ends as soon as it can. */
  abandon(): void {
    this.#isAbandoned = true
    if (this.#own !== undefined) this.#link.connections.abandon(this.#own)
  }

  #createTx(): UnitTx {
    const all = <Args, Row>(statement: Statement<Reach, Args, Row>, args: Args): Promise<readonly Row[]> =>
      this.#all(statement, args)
    return {
      organizationId: this.#organizationId,
      all,
      change: (statement, args) => {
        this.#written += 1
        return all(statement, args)
      },
      first: async (statement, args) => (await all(statement, args))[0],
      write: (statement, args) => {
        this.#pending.push(this.#toStep(statement, args))
        this.#written += 1
      },
    }
  }

  #toStep<Args>(statement: Statement<Reach, Args, unknown>, args: Args): Step {
    const compiled = statement.compile('postgres')
    return this.#link.toStep(compiled, bindValues(compiled, args, this.#organizationId))
  }

  async #all<Args, Row>(statement: Statement<Reach, Args, Row>, args: Args): Promise<readonly Row[]> {
    const connection = this.#own ?? (await this.#takeOwn())
    return (await this.#flush<Row>(connection, this.#toStep(statement, args))).rows
  }

  #refuseAbandoned(): void {
    if (this.#isAbandoned) throw new StoreUnavailable('the database did not answer in time', undefined)
  }

  #takeOwn(): Promise<Connection> {
    this.#refuseAbandoned()
    const borrower = { isPatient: this.#patience.isLong, organizationId: this.#organizationId }
    this.#taking ??= this.#link.connections.take(borrower).then((taken) => {
      this.#own = taken
      this.connection = taken
      return taken
    })
    return this.#taking
  }

  #settings(connection: Connection): Step {
    return this.#link.settings(connection, this.#organizationId, this.#patience)
  }

  #flush<Row>(connection: Connection, last: Step): Promise<Answer<Row>> {
    this.#refuseAbandoned()
    const steps = this.#isBegun
      ? this.#pending
      : [this.#link.begin(), this.#settings(connection), ...this.#pending]
    steps.push(last)
    this.#isBegun = true
    this.#pending = []
    return this.#link.ask<Row>(connection, steps)
  }

  async #finish(): Promise<void> {
    const { connections } = this.#link
    const isAlone = this.#patience.isLong || this.#pending.length > mostShared
    if (this.#own !== undefined || isAlone) return this.#end(this.#own ?? (await this.#takeOwn()))
    const connection = connections.sharedNow() ?? (await connections.shared())
    this.connection = connection
    this.#refuseAbandoned()
    const passenger: Passenger = {}
    const leave = connections.board(connection, passenger)
    await this.#end(connection).finally(leave)
  }

  async #end(connection: Connection): Promise<void> {
    // Writes alone are a transaction by themselves.
    const isWhole = this.#isBegun || this.#link.alwaysBegins
    const ended = isWhole
      ? this.#flush(connection, this.#link.commit())
      : this.#link.ask(connection, [this.#settings(connection), ...this.#pending])
    this.isCommitSent = this.#written > 0
    const { tag } = await ended
    if (isWhole && tag !== 'COMMIT') throw new StoreUnavailable('the transaction was rolled back', undefined)
  }
}
