// The embedded store: one file, one connection, one process. Durable before it answers.
// Units of work run one after another; those that wait together share one COMMIT (group commit), and no answer, reads
// and refusals included, leaves before the COMMIT of its batch.

import { chmodSync, existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite'
import { createPrivateFile } from '../base/private-file.ts'
import { createTurns } from '../base/turns.ts'
import { memberOf, messageOf } from '../base/unknown.ts'
import type { ObserveStore, ObserveWait, OrganizationScope, Tx } from './database.ts'
import { StoreConflict, StoreRefusal, StoreUnavailable, type UniqueConstraint } from './errors.ts'
import type { Store } from './fair.ts'
import {
  assertNoTraces,
  embeddedFileName,
  makeLookFolder,
  markFolder,
  openFolder,
  removeLeftovers,
  watchFiles,
} from './sqlite-folder.ts'
import { listFaults, lookElsewhere } from './sqlite-look.ts'
import { migrateSqlite } from './sqlite-migrate.ts'
import { finishMoving } from './sqlite-move.ts'
import { tellSizes } from './sqlite-sizes.ts'
import { readWal, type WalState } from './sqlite-wal.ts'
import {
  bindValues,
  identityOf,
  type PreparedStatement,
  type Reach,
  type Statement,
  type Value,
} from './statement.ts'

const maxUnitsPerCommit = 256
/** So long a batch keeps everybody else from their turn. */
const turnMs = 10
/** After so many writes it is asked how long the turn has lasted. */
const writesPerLook = 8
/**
 * Pages in the write-ahead log at which a COMMIT takes them over into the file. Fewer write the same pages again and again, more hold
 * everybody up for longer: 16 MB are some 30 ms.
 */
const pagesPerCheckpoint = 4_000
/** Pages in memory that are changed and not written. */
const pagesPerSpill = 1_000
/** After so many COMMITs they are taken over when nobody has asked for anything for a moment, so that fewer wait for it. */
const commitsPerIdleCheckpoint = 64
const idleMs = 100
/** How often it is looked for, beside before each COMMIT, whether the files are still there. */
const watchMs = 1_000
/** A larger store is looked at on a copy once it serves. */
const lookedAtFirstBytes = 1_073_741_824
const isGoneReason = 'the file of the store was removed or replaced while it is served'

interface Unit {
  readonly organizationId: string
  readonly work: (tx: Tx<Reach>) => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  readonly queuedAt: number
  /** Others were there before. */
  isWaiting: boolean
}

/** The embedded store, with what only it can do. */
export interface EmbeddedStore extends Store {
  /** Writes a consistent copy into an empty file while the service goes on, and looks at it; throws StoreRefusal where it is damaged. */
  backup(file: string): Promise<void>
  /** What is wrong with the store, seen on a copy; undefined where the disk has no room for one. */
  look(how: 'quick' | 'whole'): Promise<readonly string[] | undefined>
  /** Whether the last process ended without closing it, and nobody has looked at it since. */
  readonly isToBeLookedAt: boolean
}

/** How the embedded store is opened. */
export interface SqliteOptions {
  readonly folder: string
  readonly isMigrating: boolean
  readonly observe: ObserveStore
  readonly observeWait?: ObserveWait
  readonly now: () => number
  /** For the operator. */
  readonly tell?: (what: object, message: string) => void
}

/** Opens the file in `folder`, making both where they are missing; throws StoreRefusal when another process has it. */
export function openSqlite(options: SqliteOptions): EmbeddedStore {
  const { folder, tell = () => undefined } = options
  assertNoTraces(folder)
  openFolder(folder)
  const file = join(folder, embeddedFileName)
  const wal = readWal(`${file}-wal`)
  const connection = openConnection(file)
  try {
    tellOfWal(wal, tell)
    const isLookedAt = wal.isLeft && lookAtOnce(connection, file)
    migrateSqlite(connection, options)
    finishMoving(connection)
    if (options.isMigrating) tellSizes(connection)
    markFolder(folder)
    removeLeftovers(folder)
    return serve(connection, options, wal.isLeft && !isLookedAt)
  } catch (error) {
    connection.close()
    throw error
  }
}

function tellOfWal({ dropped, isHeaderBroken }: WalState, tell: NonNullable<SqliteOptions['tell']>): void {
  if (isHeaderBroken)
    tell({}, 'the write-ahead log could not be read: what it held and the store did not is lost')
  if (dropped > 0)
    tell(
      { transactions: dropped },
      'the end of the write-ahead log could not be read: that many transactions are dropped. A power cut while they were written does this, else the disk is damaged',
    )
}

/** Throws StoreRefusal for a damaged store; false where it is too large to be waited for. */
function lookAtOnce(connection: DatabaseSync, file: string): boolean {
  if (statSync(file).size > lookedAtFirstBytes) return false
  const [fault] = listFaults(connection, 'quick')
  if (fault === undefined) return true
  throw new StoreRefusal(
    `${file} is damaged: ${fault}. Nothing is served from it. rollcall check lists what is wrong; restore a backup (rollcall restore FILE) into another folder`,
  )
}

function openConnection(file: string): DatabaseSync {
  if (existsSync(file)) chmodSync(file, 0o600)
  else createPrivateFile(file)
  const connection = new DatabaseSync(file)
  try {
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0')
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    connection.exec(`PRAGMA wal_autocheckpoint = ${pagesPerCheckpoint}`)
    connection.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -12288')
    // What a large transaction changes goes into the log while it works, so that its COMMIT, which is one step, has little left.
    connection.exec(`PRAGMA cache_spill = ${pagesPerSpill}`)
    connection.exec('BEGIN IMMEDIATE; COMMIT')
    return connection
  } catch (cause) {
    connection.close()
    throw refusalOf(file, cause)
  }
}

function refusalOf(file: string, cause: unknown): StoreRefusal {
  const code = Number(memberOf(cause, 'errcode') ?? 0)
  if ((code & 0xff) === 5) {
    return new StoreRefusal(
      `Another process is serving ${file}. Stop it first, or set ROLLCALL_DATA to another folder (one process a folder; several nodes need PostgreSQL).`,
      cause,
    )
  }
  return new StoreRefusal(`${file} cannot be opened as a store: ${messageOf(cause)}`, cause)
}

function serve(
  connection: DatabaseSync,
  { folder, observe, observeWait = () => undefined }: SqliteOptions,
  isToBeLookedAt: boolean,
): EmbeddedStore {
  // By the statement itself: two of one name are two.
  const statements = new Map<PreparedStatement, StatementSync>()
  let queue: Unit[] = []
  let draining: Promise<void> | undefined
  let isClosed = false
  const areFilesThere = watchFiles(folder)
  let isThere = true
  const look = (): boolean => {
    isThere = areFilesThere()
    return isThere
  }
  const watching = setInterval(look, watchMs).unref()

  const words = prepareWords(connection)
  const takeOver = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const idle = watchIdle(() => {
    if (draining !== undefined || isClosed) return
    try {
      takeOver.get()
    } catch {
      // A full disk, say: what is in the log stays there, and the next COMMIT tries again and says so.
    }
  })
  const prepared = (statement: PreparedStatement): StatementSync => {
    if (statement.name === '') return connection.prepare(statement.sql)
    const identity = identityOf(statement)
    let found = statements.get(identity)
    if (found === undefined) {
      found = connection.prepare(statement.sql)
      statements.set(identity, found)
    }
    return found
  }

  const findRefusal = (): StoreUnavailable | undefined => {
    if (isClosed) return new StoreUnavailable('the store is closed', undefined)
    return isThere ? undefined : new StoreUnavailable(isGoneReason, undefined, 10)
  }

  const enqueue = <T>(organizationId: string, work: Unit['work']): Promise<T> => {
    const refusal = findRefusal()
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise<T>((resolve, reject) => {
      queue.push({
        organizationId,
        work,
        resolve: resolve,
        reject,
        queuedAt: performance.now(),
        isWaiting: draining !== undefined,
      })
      draining ??= drain()
    })
  }

  // A turn of the event loop gathers the requests that arrived together: they share one COMMIT.
  const drain = async (): Promise<void> => {
    await new Promise(setImmediate)
    while (queue.length > 0) {
      const batch = queue.slice(0, maxUnitsPerCommit)
      queue = queue.slice(maxUnitsPerCommit)
      const runner = {
        connection,
        takeTurns: createTurns(turnMs),
        words,
        prepared,
        observe,
        observeWait,
        isThere: look,
        onCommit: idle.count,
      }
      await runBatch(runner, batch)
    }
    draining = undefined
    idle.begin()
  }

  // A read alone on an idle connection sees only what is committed: it need not wait for a turn.
  const read = <Args, Row>(
    organizationId: string,
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    if (isClosed || !isThere || draining !== undefined)
      return enqueue(organizationId, (tx) => tx.all(statement, args))
    const startedAt = performance.now()
    try {
      const compiled = statement.compile('sqlite')
      const rows = readRows(prepared(compiled), bindValues(compiled, args, organizationId))
      return Promise.resolve(rows as Row[])
    } catch (error) {
      return Promise.reject(mapError(error))
    } finally {
      observe('read', performance.now() - startedAt)
    }
  }

  return {
    kind: 'embedded',
    isShared: false,
    inOrganization: (scope: OrganizationScope, work) => enqueue(scope.organizationId, work as Unit['work']),
    readOrganization: (scope, statement, args) => read(scope.organizationId, statement, args),
    inInstallation: (_purpose, work) => enqueue('', work),
    readInstallation: (_purpose, statement, args) => read('', statement, args),
    ping: () => enqueue('', async () => void connection.prepare('SELECT 1').get()),
    stats: () => ({ waiting: queue.length, connections: 1 }),
    backup: async (file) => {
      await backup(connection, file)
      const [fault] = await lookElsewhere(file, 'quick')
      if (fault !== undefined)
        throw new StoreRefusal(`the store is damaged, and so would be its copy: ${fault}`)
    },
    isToBeLookedAt,
    async look(how) {
      const place = makeLookFolder(folder)
      if (place === undefined) return undefined
      try {
        const copy = join(place, 'copy.db')
        createPrivateFile(copy)
        await backup(connection, copy)
        return await lookElsewhere(copy, how)
      } finally {
        rmSync(place, { recursive: true, force: true })
      }
    },
    async close() {
      isClosed = true
      clearInterval(watching)
      await draining
      idle.stop()
      connection.close()
    },
  }
}

interface Idle {
  /** Something was committed. */
  count(): void
  /** Nobody asks for anything just now. */
  begin(): void
  stop(): void
}

/** Takes the log over in a pause; one that does not come is nobody's loss, for a COMMIT does it then. */
function watchIdle(takeOver: () => void): Idle {
  let commits = 0
  let timer: NodeJS.Timeout | undefined
  return {
    count() {
      commits += 1
    },
    begin() {
      clearTimeout(timer)
      if (commits < commitsPerIdleCheckpoint) return
      timer = setTimeout(() => {
        commits = 0
        takeOver()
      }, idleMs).unref()
    },
    stop: () => clearTimeout(timer),
  }
}

const namesOf = new WeakMap<StatementSync, readonly string[]>()

/** Rows come as lists and are made objects here: those of the driver take a third longer, and are slow to read. */
function readRows(statement: StatementSync, values: readonly Value[]): object[] {
  let names = namesOf.get(statement)
  if (names === undefined) {
    statement.setReturnArrays(true)
    names = statement.columns().map(({ name }) => name)
    namesOf.set(statement, names)
  }
  const rows: object[] = []
  for (const list of statement.all(...values) as unknown as unknown[][]) {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at += 1) row[names[at]!] = list[at]
    rows.push(row)
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

function prepareWords(connection: DatabaseSync): TransactionWords {
  return {
    begin: connection.prepare('BEGIN IMMEDIATE'),
    commit: connection.prepare('COMMIT'),
    rollback: connection.prepare('ROLLBACK'),
    savepoint: connection.prepare('SAVEPOINT unit'),
    release: connection.prepare('RELEASE unit'),
    rollbackTo: connection.prepare('ROLLBACK TO unit'),
  }
}

interface Runner {
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

async function runBatch(runner: Runner, units: readonly Unit[]): Promise<void> {
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
  const tx = createTx(runner, unit.organizationId, batch)
  let answer: () => void
  try {
    const value = (await unit.work(tx)) as never
    await tx.end()
    answer = () => unit.resolve(value)
  } catch (thrown) {
    const error = mapError(thrown)
    tx.undo()
    answer = () => unit.reject(error)
  }
  observe(tx.hasWritten() ? 'write' : 'read', performance.now() - unit.queuedAt)
  return settle(connection, batch, {
    answer,
    fail: unit.reject,
    again: tx.hasWritten() ? undefined : unit,
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

interface SqliteTx extends Tx<Reach> {
  readonly organizationId: string
  /** Writes what is left, and keeps it. */
  end(): Promise<void>
  /** As if the unit had not been. */
  undo(): void
  hasWritten(): boolean
}

/**
 * How a unit that fails is undone. The first of a batch that writes began the transaction, so nobody else loses anything when it is
 * rolled back; whoever comes later has a savepoint. One statement alone cannot fail half: SQLite undoes it itself.
 */
type Undoing = 'nothing written' | 'transaction' | 'savepoint' | 'statement'

function createTx(runner: Runner, organizationId: string, batch: Batch): SqliteTx {
  const { connection, words, prepared, takeTurns } = runner
  let pending: { readonly statement: PreparedStatement; readonly values: Value[] }[] = []
  let undoing: Undoing = 'nothing written'
  const save = (isAlone: boolean): void => {
    if (undoing !== 'nothing written') return
    if (!batch.isOpen) words.begin.run()
    else if (!isAlone) words.savepoint.run()
    undoing = batch.isOpen ? (isAlone ? 'statement' : 'savepoint') : 'transaction'
    batch.isOpen = true
  }
  // Whoever asks while others have their turn in between waits for what was written before.
  let flushing: Promise<void> | undefined
  const flush = async (isLast = false): Promise<void> => {
    while (flushing !== undefined) await flushing
    if (pending.length === 0) return
    flushing = writePending(isLast)
    try {
      await flushing
    } finally {
      flushing = undefined
    }
  }
  const writePending = async (isLast: boolean): Promise<void> => {
    save(isLast && pending.length === 1)
    const writes = pending
    pending = []
    for (const [at, { statement, values }] of writes.entries()) {
      if (at % writesPerLook === writesPerLook - 1) await takeTurns()
      prepared(statement).run(...values)
    }
  }
  const all = async <Args, Row>(
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    if (pending.length > 0 || flushing !== undefined) await flush()
    const compiled = statement.compile('sqlite')
    return readRows(prepared(compiled), bindValues(compiled, args, organizationId)) as Row[]
  }
  return {
    organizationId,
    all,
    change(statement, args) {
      save(false)
      return all(statement, args)
    },
    first: async (statement, args) => (await all(statement, args))[0],
    write(statement, args) {
      const compiled = statement.compile('sqlite')
      pending.push({ statement: compiled, values: bindValues(compiled, args, organizationId) })
    },
    async end() {
      await flush(true)
      if (undoing === 'savepoint') words.release.run()
    },
    undo() {
      if (undoing === 'savepoint' && connection.isTransaction) {
        words.rollbackTo.run()
        words.release.run()
      }
      if (undoing !== 'transaction') return
      if (connection.isTransaction) words.rollback.run()
      batch.isOpen = false
    },
    hasWritten: () => undoing !== 'nothing written',
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

// SQLite names the columns of a unique index, and its result codes by number (sqlite.org/rescode.html).
function mapError(error: unknown): unknown {
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
