// Units of work on the embedded store's one connection: they run one after another, and those of a batch share one transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { memberOf, messageOf } from '../base/unknown.ts'
import type { ObserveStore, ObserveWait, UnitTx } from './database.ts'
import { StoreConflict, StoreUnavailable, type UniqueConstraint } from './errors.ts'
import { bindValues, type PreparedStatement, type Reach, type Statement, type Value } from './statement.ts'

/** After so many writes it is asked how long the turn has lasted. */
const writesPerLook = 8
/** Why nothing is written any more. */
export const isGoneReason = 'the file of the store was removed or replaced while it is served'

/** What is done in a unit. */
export type UnitWork<T> = (tx: UnitTx) => Promise<T>

/** A unit that waits for the connection. */
export interface Unit {
  readonly organizationId: string
  /** What is returned gives whoever waits the answer. */
  readonly run: UnitWork<() => void>
  readonly reject: (error: unknown) => void
  readonly queuedAt: number
  /** Others were there before. */
  isWaiting: boolean
}

const namesOf = new WeakMap<StatementSync, readonly string[]>()

/** Rows come as lists and are made objects here: those of the driver take a third longer, and are slow to read. */
export function readRows<Row>(statement: StatementSync, values: readonly Value[]): Row[] {
  let names = namesOf.get(statement)
  if (names === undefined) {
    statement.setReturnArrays(true)
    names = statement.columns().map(({ name }) => name)
    namesOf.set(statement, names)
  }
  const rows: Row[] = []
  for (const list of statement.all(...values) as unknown as unknown[][]) {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at += 1) row[names[at]!] = list[at]
    // What the statement's text asks for is what its type says.
    rows.push(row as Row)
  }
  return rows
}

interface Answer {
  readonly answer: () => void
  readonly fail: (error: unknown) => void
  /** Where it wrote nothing: it may run again, and shares no fate with those that did. */
  readonly again: Unit | undefined
}

interface Batch {
  isOpen: boolean
  readonly answers: Answer[]
}

/** The words of a transaction: parsed once, for they are said with every change. */
interface TransactionWords {
  readonly begin: StatementSync
  readonly commit: StatementSync
  readonly rollback: StatementSync
  readonly savepoint: StatementSync
  readonly release: StatementSync
  readonly rollbackTo: StatementSync
}

/** Prepared once for the connection. */
export function prepareWords(connection: DatabaseSync): TransactionWords {
  return {
    begin: connection.prepare('BEGIN IMMEDIATE'),
    commit: connection.prepare('COMMIT'),
    rollback: connection.prepare('ROLLBACK'),
    savepoint: connection.prepare('SAVEPOINT unit'),
    release: connection.prepare('RELEASE unit'),
    rollbackTo: connection.prepare('ROLLBACK TO unit'),
  }
}

/** What a batch runs with. */
export interface Runner {
  readonly connection: DatabaseSync
  /** Lets others have their turn where this one has lasted; said between two statements, and between two units. */
  readonly takeTurns: () => Promise<void>
  readonly words: TransactionWords
  readonly prepared: (statement: PreparedStatement) => StatementSync
  readonly observe: ObserveStore
  readonly observeWait: ObserveWait
  /** Whether what is written goes where the store is looked for. */
  readonly isThere: () => boolean
  readonly onCommit: () => void
}

/** Runs units one after another in one transaction, and answers them when it is committed. */
export async function runBatch(runner: Runner, units: readonly Unit[]): Promise<void> {
  const { connection, words } = runner
  const batch: Batch = { isOpen: false, answers: [] }
  const failed: Answer[] = []
  for (const unit of units) {
    failed.push(...(await runUnit(runner, unit, batch)))
    await runner.takeTurns()
  }
  if (batch.isOpen) {
    try {
      if (!runner.isThere()) throw new StoreUnavailable(isGoneReason, undefined, 10)
      words.commit.run()
      runner.onCommit()
      for (const { answer } of batch.answers) answer()
    } catch (cause) {
      if (connection.isTransaction) words.rollback.run()
      failed.push(...failAll(batch, toUnavailable(cause)))
    }
  }
  // Each alone: should one of them write this time, it fails alone.
  for (const { again } of failed) if (again !== undefined) await runBatch(runner, [again])
}

function toUnavailable(cause: unknown): StoreUnavailable {
  const mapped = mapError(cause)
  return mapped instanceof StoreUnavailable
    ? mapped
    : new StoreUnavailable('the store could not commit', cause)
}

/** Refuses whoever wrote; returns those that only read, whose answers nobody has yet. */
function failAll(batch: Batch, error: unknown): Answer[] {
  const answers = batch.answers.splice(0)
  for (const { fail, again } of answers) if (again === undefined) fail(error)
  return answers.filter(({ again }) => again !== undefined)
}

/** Returns those of the batch that are to run again. */
async function runUnit(runner: Runner, unit: Unit, batch: Batch): Promise<readonly Answer[]> {
  const { connection, observe, observeWait } = runner
  if (unit.isWaiting) observeWait('writer', performance.now() - unit.queuedAt)
  unit.isWaiting = false
  const tx = new SqliteTx(runner, unit.organizationId, batch)
  let answer: () => void
  try {
    answer = await unit.run(tx)
    await tx.end()
  } catch (thrown) {
    const error = mapError(thrown)
    tx.undo()
    answer = () => unit.reject(error)
  }
  observe(tx.hasWritten ? 'write' : 'read', performance.now() - unit.queuedAt)
  return settle(connection, batch, {
    answer,
    fail: unit.reject,
    again: tx.hasWritten ? undefined : unit,
  })
}

function settle(connection: DatabaseSync, batch: Batch, outcome: Answer): readonly Answer[] {
  if (batch.isOpen && !connection.isTransaction) {
    // SQLite rolled the whole transaction back by itself (full disk, input/output error): nothing of the batch is kept.
    batch.answers.push(outcome)
    batch.isOpen = false
    return failAll(batch, new StoreUnavailable('the store could not write', undefined))
  }
  if (batch.isOpen) batch.answers.push(outcome)
  else outcome.answer()
  return []
}

/**
 * How a unit that fails is undone. The first of a batch that writes began the transaction, so nobody else loses anything when it is
 * rolled back; whoever comes later has a savepoint. One statement alone cannot fail half: SQLite undoes it itself.
 */
type Undoing = 'nothing written' | 'transaction' | 'savepoint' | 'statement'

interface PendingWrite {
  readonly statement: PreparedStatement
  readonly values: Value[]
}

/** What a unit does, as it reaches the connection. */
class SqliteTx implements UnitTx {
  readonly organizationId: string
  readonly #runner: Runner
  readonly #batch: Batch
  #pending: PendingWrite[] = []
  #undoing: Undoing = 'nothing written'
  /** Whoever asks while others have their turn in between waits for what was written before. */
  #flushing: Promise<void> | undefined

  constructor(runner: Runner, organizationId: string, batch: Batch) {
    this.#runner = runner
    this.organizationId = organizationId
    this.#batch = batch
  }

  get hasWritten(): boolean {
    return this.#undoing !== 'nothing written'
  }

  all = async <Args, Row>(statement: Statement<Reach, Args, Row>, args: Args): Promise<readonly Row[]> => {
    if (this.#pending.length > 0 || this.#flushing !== undefined) await this.#flush(false)
    const compiled = statement.compile('sqlite')
    const values = bindValues(compiled, args, this.organizationId)
    const rows = readRows<Row>(this.#runner.prepared(compiled), values)
    // A unit that asks one thing after another keeps nobody from their turn; behind it, so that what is asked stays in its order.
    await this.#runner.takeTurns()
    return rows
  }

  change = <Args, Row>(statement: Statement<Reach, Args, Row>, args: Args): Promise<readonly Row[]> => {
    this.#save(false)
    return this.all(statement, args)
  }

  first = async <Args, Row>(statement: Statement<Reach, Args, Row>, args: Args): Promise<Row | undefined> =>
    (await this.all(statement, args))[0]

  write = <Args>(statement: Statement<Reach, Args, unknown>, args: Args): void => {
    const compiled = statement.compile('sqlite')
    this.#pending.push({ statement: compiled, values: bindValues(compiled, args, this.organizationId) })
  }

  /** Writes what is left, and keeps it. */
  async end(): Promise<void> {
    await this.#flush(true)
    if (this.#undoing === 'savepoint') this.#runner.words.release.run()
  }

  /** As if the unit had not been. */
  undo(): void {
    const { connection, words } = this.#runner
    if (this.#undoing === 'savepoint' && connection.isTransaction) {
      words.rollbackTo.run()
      words.release.run()
    }
    if (this.#undoing !== 'transaction') return
    if (connection.isTransaction) words.rollback.run()
    this.#batch.isOpen = false
  }

  #save(isAlone: boolean): void {
    if (this.#undoing !== 'nothing written') return
    const { words } = this.#runner
    if (!this.#batch.isOpen) words.begin.run()
    else if (!isAlone) words.savepoint.run()
    this.#undoing = this.#batch.isOpen ? (isAlone ? 'statement' : 'savepoint') : 'transaction'
    this.#batch.isOpen = true
  }

  async #flush(isLast: boolean): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing
    if (this.#pending.length === 0) return
    this.#flushing = this.#writePending(isLast)
    try {
      await this.#flushing
    } finally {
      this.#flushing = undefined
    }
  }

  async #writePending(isLast: boolean): Promise<void> {
    this.#save(isLast && this.#pending.length === 1)
    const writes = this.#pending
    this.#pending = []
    for (const [at, { statement, values }] of writes.entries()) {
      if (at % writesPerLook === writesPerLook - 1) await this.#runner.takeTurns()
      this.#runner.prepared(statement).run(...values)
    }
  }
}

const uniqueColumns: readonly (readonly [string, UniqueConstraint])[] = [
  ['user.user_name_key', 'user_name'],
  ['organization.slug', 'organization_slug'],
  ['domain.name', 'domain'],
  ['identity.', 'identity'],
  ['connection_place.acs_path', 'acs_path'],
  ['group.unique_name_key', 'group_name'],
  ['deleted_user.', 'kept_word'],
]

/**
 * An error of SQLite in the store's words: it names the columns of a unique index, and its result codes by number
 * (sqlite.org/rescode.html).
 */
export function mapError(error: unknown): unknown {
  const code = memberOf(error, 'errcode')
  if (typeof code !== 'number') return error
  if (code === 2067 || code === 1555) {
    const message = messageOf(error)
    return new StoreConflict(
      uniqueColumns.find(([column]) => message.includes(column))?.[1] ?? 'other',
      error,
    )
  }
  const primary = code & 0xff
  if (primary === 13) return new StoreUnavailable('the disk is full', error, 10)
  if (primary === 5 || primary === 10) return new StoreUnavailable('the store cannot be written', error)
  return error
}
