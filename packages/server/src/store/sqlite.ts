// The embedded store: one file, one connection, one process. Durable before it answers.
// Units of work run one after another; those that wait together share one COMMIT (group commit), and no answer, reads
// and refusals included, leaves before the COMMIT of its batch.
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite'
import { createPrivateFile } from '../base/private-file.ts'
import type { ObserveStore, OrganizationScope, Tx } from './database.ts'
import { StoreConflict, StoreRefusal, StoreUnavailable, type UniqueConstraint } from './errors.ts'
import type { Store } from './fair.ts'
import { migrateSqlite } from './sqlite-migrate.ts'
import { bindValues, type PreparedStatement, type Reach, type Statement } from './statement.ts'

/** The file's name inside the data folder. */
export const embeddedFileName = 'rollcall.db'

const maxUnitsPerCommit = 256

interface Unit {
  readonly organizationId: string
  readonly work: (tx: Tx<Reach>) => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  readonly queuedAt: number
}

export interface EmbeddedStore extends Store {
  /** Writes a consistent copy to a new file while the service goes on; resolves when the copy is whole. */
  backup(file: string): Promise<void>
}

/** Opens the file in `folder`, making both where they are missing; throws StoreRefusal when another process has it. */
export function openSqlite(options: {
  readonly folder: string
  readonly isMigrating: boolean
  readonly observe: ObserveStore
  readonly now: () => number
}): EmbeddedStore {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const connection = openConnection(join(options.folder, embeddedFileName))
  try {
    migrateSqlite(connection, options)
  } catch (error) {
    connection.close()
    throw error
  }
  return serve(connection, options.observe)
}

function openConnection(file: string): DatabaseSync {
  if (existsSync(file)) chmodSync(file, 0o600)
  else createPrivateFile(file)
  const connection = new DatabaseSync(file)
  try {
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0')
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    connection.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -12288')
    connection.exec('BEGIN IMMEDIATE; COMMIT')
    return connection
  } catch (cause) {
    connection.close()
    throw refusalOf(file, cause)
  }
}

function refusalOf(file: string, cause: unknown): StoreRefusal {
  const code = (cause as { errcode?: number }).errcode ?? 0
  if ((code & 0xff) === 5) {
    return new StoreRefusal(
      `Another process is serving ${file}. Stop it first, or set ROLLCALL_DATA to another folder (one process a folder; several nodes need PostgreSQL).`,
      cause,
    )
  }
  return new StoreRefusal(`${file} cannot be opened as a store: ${(cause as Error).message}`, cause)
}

function serve(connection: DatabaseSync, observe: ObserveStore): EmbeddedStore {
  const statements = new Map<string, StatementSync>()
  let queue: Unit[] = []
  let draining: Promise<void> | undefined
  let isClosed = false

  const prepared = (statement: PreparedStatement): StatementSync => {
    if (statement.name === '') return connection.prepare(statement.sql)
    let found = statements.get(statement.name)
    if (found === undefined) {
      found = connection.prepare(statement.sql)
      statements.set(statement.name, found)
    }
    return found
  }

  const enqueue = <T>(organizationId: string, work: Unit['work']): Promise<T> => {
    if (isClosed) return Promise.reject(new StoreUnavailable('the store is closed', undefined))
    return new Promise<T>((resolve, reject) => {
      queue.push({
        organizationId,
        work,
        resolve: resolve as Unit['resolve'],
        reject,
        queuedAt: performance.now(),
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
      await runBatch(connection, batch, prepared, observe)
    }
    draining = undefined
  }

  // A read alone on an idle connection sees only what is committed: it need not wait for a turn.
  const read = <Args, Row>(
    organizationId: string,
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    if (isClosed || draining !== undefined) return enqueue(organizationId, (tx) => tx.all(statement, args))
    const startedAt = performance.now()
    try {
      const compiled = statement.compile('sqlite')
      const rows = prepared(compiled).all(...bindValues(compiled, args as object, organizationId))
      return Promise.resolve(rows as Row[])
    } catch (error) {
      return Promise.reject(mapError(error))
    } finally {
      observe('read', performance.now() - startedAt)
    }
  }

  return {
    dialect: 'sqlite',
    inOrganization: (scope: OrganizationScope, work) => enqueue(scope.organizationId, work as Unit['work']),
    readOrganization: (scope, statement, args) => read(scope.organizationId, statement as never, args),
    inInstallation: (_purpose, work) => enqueue('', work as Unit['work']),
    readInstallation: (_purpose, statement, args) => read('', statement as never, args),
    ping: () => enqueue('', async () => void connection.prepare('SELECT 1').get()),
    stats: () => ({ waiting: queue.length, connections: 1 }),
    backup: async (file) => {
      createPrivateFile(file)
      await backup(connection, file)
    },
    async close() {
      isClosed = true
      await draining
      connection.close()
    },
  }
}

interface Batch {
  isOpen: boolean
  readonly answers: { readonly answer: () => void; readonly fail: (error: unknown) => void }[]
}

async function runBatch(
  connection: DatabaseSync,
  units: readonly Unit[],
  prepared: (statement: PreparedStatement) => StatementSync,
  observe: ObserveStore,
): Promise<void> {
  const batch: Batch = { isOpen: false, answers: [] }
  for (const unit of units) await runUnit(connection, unit, batch, prepared, observe)
  if (!batch.isOpen) return
  try {
    connection.exec('COMMIT')
    for (const { answer } of batch.answers) answer()
  } catch (cause) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    const error = new StoreUnavailable('the store could not commit', cause)
    for (const { fail } of batch.answers) fail(error)
  }
}

async function runUnit(
  connection: DatabaseSync,
  unit: Unit,
  batch: Batch,
  prepared: (statement: PreparedStatement) => StatementSync,
  observe: ObserveStore,
): Promise<void> {
  const tx = createTx(connection, unit.organizationId, batch, prepared)
  let answer: () => void
  try {
    const value = (await unit.work(tx)) as never
    tx.flush()
    if (tx.hasSavepoint()) connection.exec('RELEASE unit')
    answer = () => unit.resolve(value)
  } catch (thrown) {
    const error = mapError(thrown)
    if (tx.hasSavepoint() && connection.isTransaction) connection.exec('ROLLBACK TO unit; RELEASE unit')
    answer = () => unit.reject(error)
  }
  observe(tx.hasSavepoint() ? 'write' : 'read', performance.now() - unit.queuedAt)
  settle(connection, batch, { answer, fail: unit.reject })
}

function settle(connection: DatabaseSync, batch: Batch, outcome: Batch['answers'][number]): void {
  if (batch.isOpen && !connection.isTransaction) {
    // SQLite rolled the whole transaction back by itself (full disk, input/output error): nothing of the batch is kept.
    const error = new StoreUnavailable('the store could not write', undefined)
    for (const { fail } of batch.answers) fail(error)
    outcome.fail(error)
    batch.answers.length = 0
    batch.isOpen = false
  } else if (batch.isOpen) batch.answers.push(outcome)
  else outcome.answer()
}

interface SqliteTx extends Tx<Reach> {
  readonly organizationId: string
  flush(): void
  hasSavepoint(): boolean
}

function createTx(
  connection: DatabaseSync,
  organizationId: string,
  batch: Batch,
  prepared: (statement: PreparedStatement) => StatementSync,
): SqliteTx {
  let pending: { readonly statement: PreparedStatement; readonly values: (string | number | null)[] }[] = []
  let isSaved = false
  const save = (): void => {
    if (!batch.isOpen) connection.exec('BEGIN IMMEDIATE')
    batch.isOpen = true
    if (!isSaved) connection.exec('SAVEPOINT unit')
    isSaved = true
  }
  const flush = (): void => {
    if (pending.length === 0) return
    save()
    const writes = pending
    pending = []
    for (const { statement, values } of writes) prepared(statement).run(...values)
  }
  const all = async <Args, Row>(
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    flush()
    const compiled = statement.compile('sqlite')
    return prepared(compiled).all(...bindValues(compiled, args as object, organizationId)) as Row[]
  }
  return {
    organizationId,
    all,
    change(statement, args) {
      save()
      return all(statement, args)
    },
    first: async (statement, args) => (await all(statement, args))[0],
    write(statement, args) {
      const compiled = statement.compile('sqlite')
      pending.push({ statement: compiled, values: bindValues(compiled, args as object, organizationId) })
    },
    flush,
    hasSavepoint: () => isSaved,
  }
}

const uniqueColumns: readonly (readonly [string, UniqueConstraint])[] = [
  ['user.user_name_key', 'user_name'],
  ['organization.slug', 'organization_slug'],
  ['domain.name', 'domain'],
  ['identity.', 'identity'],
  ['connection_place.acs_path', 'acs_path'],
  ['group.unique_name_key', 'group_name'],
]

// SQLite names the columns of a unique index, and its result codes by number (sqlite.org/rescode.html).
function mapError(error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode
  if (code === undefined) return error
  if (code === 2067 || code === 1555) {
    const message = (error as Error).message
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
