// The embedded store: one file, one connection, one process. Durable before it answers.
// Units of work run one after another; those that wait together share one COMMIT (group commit), and no answer, reads
// and refusals included, leaves before the COMMIT of its batch.

import { chmodSync, existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite'
import { createPrivateFile } from '../base/private-file.ts'
import { createTurns } from '../base/turns.ts'
import { memberOf, messageOf } from '../base/unknown.ts'
import type { ObserveStore, ObserveWait } from './database.ts'
import { StoreRefusal, StoreUnavailable } from './errors.ts'
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
import {
  isGoneReason,
  mapError,
  prepareWords,
  type Runner,
  readRows,
  runBatch,
  type Unit,
  type UnitWork,
} from './sqlite-units.ts'
import { readWal, type WalState } from './sqlite-wal.ts'
import { bindValues, identityOf, type PreparedStatement, type Reach, type Statement } from './statement.ts'

const maxUnitsPerCommit = 256
/** So long a batch keeps everybody else from their turn. */
const turnMs = 10
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

function serve(connection: DatabaseSync, options: SqliteOptions, isToBeLookedAt: boolean): EmbeddedStore {
  const served = new ServedFile(connection, options)
  return {
    kind: 'embedded',
    isShared: false,
    inOrganization: (scope, work) => served.enqueue(scope.organizationId, work),
    readOrganization: (scope, statement, args) => served.read(scope.organizationId, statement, args),
    inInstallation: (_purpose, work) => served.enqueue('', work),
    readInstallation: (_purpose, statement, args) => served.read('', statement, args),
    ping: () => served.enqueue('', async () => void connection.prepare('SELECT 1').get()),
    stats: () => ({ waiting: served.waiting, connections: 1 }),
    backup: (file) => copySound(connection, file),
    isToBeLookedAt,
    look: (how) => lookAtCopy(connection, options.folder, how),
    close: () => served.close(),
  }
}

/** Writes a copy and looks at it. */
async function copySound(connection: DatabaseSync, file: string): Promise<void> {
  await backup(connection, file)
  const [fault] = await lookElsewhere(file, 'quick')
  if (fault !== undefined) throw new StoreRefusal(`the store is damaged, and so would be its copy: ${fault}`)
}

async function lookAtCopy(
  connection: DatabaseSync,
  folder: string,
  how: 'quick' | 'whole',
): Promise<readonly string[] | undefined> {
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
}

/** Statements of one connection, each prepared when it is first met; by the statement itself: two of one name are two. */
class PreparedStatements {
  readonly #connection: DatabaseSync
  readonly #known = new Map<PreparedStatement, StatementSync>()

  constructor(connection: DatabaseSync) {
    this.#connection = connection
  }

  get(statement: PreparedStatement): StatementSync {
    if (statement.name === '') return this.#connection.prepare(statement.sql)
    const identity = identityOf(statement)
    let found = this.#known.get(identity)
    if (found === undefined) {
      found = this.#connection.prepare(statement.sql)
      this.#known.set(identity, found)
    }
    return found
  }
}

/** The one connection, and the units that wait for it. */
class ServedFile {
  readonly #connection: DatabaseSync
  readonly #observe: ObserveStore
  readonly #statements: PreparedStatements
  readonly #runner: Omit<Runner, 'takeTurns'>
  readonly #idle: Idle
  readonly #watching: NodeJS.Timeout
  #queue: Unit[] = []
  #draining: Promise<void> | undefined
  #isClosed = false
  #isThere = true

  constructor(connection: DatabaseSync, options: SqliteOptions) {
    const { folder, observe, observeWait = () => undefined } = options
    this.#connection = connection
    this.#observe = observe
    const areFilesThere = watchFiles(folder)
    const look = (): boolean => {
      this.#isThere = areFilesThere()
      return this.#isThere
    }
    this.#watching = setInterval(look, watchMs).unref()
    const words = prepareWords(connection)
    this.#idle = this.#watchIdle()
    this.#statements = new PreparedStatements(connection)
    this.#runner = {
      connection,
      words,
      prepared: (statement) => this.#statements.get(statement),
      observe,
      observeWait,
      isThere: look,
      onCommit: this.#idle.count,
    }
  }

  get waiting(): number {
    return this.#queue.length
  }

  enqueue<T>(organizationId: string, work: UnitWork<T>): Promise<T> {
    const refusal = this.#findRefusal()
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        organizationId,
        run: async (tx) => {
          const value = await work(tx)
          return () => resolve(value)
        },
        reject,
        queuedAt: performance.now(),
        isWaiting: this.#draining !== undefined,
      })
      this.#draining ??= this.#drain()
    })
  }

  /** A read alone on an idle connection sees only what is committed: it need not wait for a turn. */
  read<Args, Row>(
    organizationId: string,
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> {
    if (this.#isClosed || !this.#isThere || this.#draining !== undefined)
      return this.enqueue(organizationId, (tx) => tx.all(statement, args))
    const startedAt = performance.now()
    try {
      const compiled = statement.compile('sqlite')
      const values = bindValues(compiled, args, organizationId)
      return Promise.resolve(readRows<Row>(this.#statements.get(compiled), values))
    } catch (error) {
      return Promise.reject(mapError(error))
    } finally {
      this.#observe('read', performance.now() - startedAt)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#watching)
    await this.#draining
    this.#idle.stop()
    this.#connection.close()
  }

  #watchIdle(): Idle {
    const takeOver = this.#connection.prepare('PRAGMA wal_checkpoint(PASSIVE)')
    return watchIdle(() => {
      if (this.#draining !== undefined || this.#isClosed) return
      try {
        takeOver.get()
      } catch {
        // A full disk, say: what is in the log stays there, and the next COMMIT tries again and says so.
      }
    })
  }

  #findRefusal(): StoreUnavailable | undefined {
    if (this.#isClosed) return new StoreUnavailable('the store is closed', undefined)
    return this.#isThere ? undefined : new StoreUnavailable(isGoneReason, undefined, 10)
  }

  // A turn of the event loop gathers the requests that arrived together: they share one COMMIT.
  async #drain(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, maxUnitsPerCommit)
      this.#queue = this.#queue.slice(maxUnitsPerCommit)
      await runBatch({ ...this.#runner, takeTurns: createTurns(turnMs) }, batch)
    }
    this.#draining = undefined
    this.#idle.begin()
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
