// The store on PostgreSQL 15 or newer. Units of work that only write go out in one flush on a few shared, pipelined
// connections; units that read first take a connection of their own until COMMIT. Row-level security stands behind
// every tenant table: each unit becomes rollcall_app, which cannot bypass it, in its own transaction. Nothing is kept in the
// session, so that a pooler may hand each transaction to another server.
import { Client, type ClientConfig, types } from 'pg'
import type { ObserveStore, Tx } from './database.ts'
import { StoreUnavailable } from './errors.ts'
import type { Store } from './fair.ts'
import { migrations } from './migrations/index.ts'
import { type Patience, readPatience } from './patience.ts'
import {
  type Connections,
  type ConnectionTimes,
  createConnections,
  type Passenger,
} from './postgres-connections.ts'
import { ask, type Connection } from './postgres-dial.ts'
import {
  isConnectionLoss,
  isNameUnknown,
  isReadOnly,
  isRolledBack,
  mapPostgresError,
} from './postgres-errors.ts'
import { migratePostgres } from './postgres-migrate.ts'
import { startNode } from './postgres-nodes.ts'
import { role } from './postgres-rights.ts'
import { contractPostgres, type UpgradeOptions } from './postgres-upgrade.ts'
import {
  bindValues,
  nameOf,
  type PreparedStatement,
  type Reach,
  type Statement,
  type Value,
} from './statement.ts'

const maxAttempts = 3
/** Times and counts fit a JavaScript number; the driver would hand them out as text. */
const bigintOid = 20
/** The server ends a statement before its connection would be given up. */
const statementMs = 7_000
const jobStatementMs = 60_000
/** Another connection is looked for at most this often for one read. */
const maxMoves = 2

function settingsOf(url: string): ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'rollcall',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === bigintOid ? Number : types.getTypeParser(oid, format as 'text'),
    } as never,
  }
}

/** Contracts what no older node needs any more, where migrations are a step of their own; returns the nodes that the rest waits for. */
export function contractStore(url: string): Promise<readonly string[]> {
  return contractPostgres({ isMigrating: true, create: () => new Client(settingsOf(url)) })
}

/** Connects, brings the database to this version and serves; throws StoreRefusal with what the operator must do. */
export async function openPostgres(options: {
  readonly url: string
  readonly isMigrating: boolean
  readonly observe: ObserveStore
  readonly onConnectionLoss: (error: unknown) => void
  /** What the operator should know. */
  readonly tell: NonNullable<UpgradeOptions['tell']>
  /** Of a node that serves; absent: a command, or a test. */
  readonly version?: string
  readonly now: () => number
  readonly times?: ConnectionTimes
}): Promise<Store> {
  const settings = settingsOf(options.url)
  const upgrade = { ...options, create: () => new Client(settings) }
  await migratePostgres(upgrade)
  const connections = createConnections({
    create: () => new Client({ ...settings, pipeline: true } as ClientConfig),
    shared: 4,
    own: 8,
    onLoss: options.onConnectionLoss,
    ...(options.times === undefined ? {} : { times: options.times }),
  })
  const store = serve(createLink(connections, options.tell), options.observe)
  return options.version === undefined ? store : asNode(store, options.version, upgrade)
}

/** The store of a node that other nodes know of. */
async function asNode(store: Store, version: string, upgrade: UpgradeOptions): Promise<Store> {
  const { isMigrating, tell = () => undefined } = upgrade
  const node = await startNode({
    run: (work) => store.inInstallation('jobs', work),
    version,
    migration: migrations.length,
    tell,
    ...(isMigrating ? { contract: () => contractPostgres(upgrade) } : {}),
  })
  return {
    ...store,
    ping: () =>
      node.isGivenUp()
        ? Promise.reject(new StoreUnavailable('a newer version has taken this node for gone', undefined))
        : store.ping(),
    async close() {
      await node.stop()
      await store.close()
    },
  }
}

type Work<T> = (tx: Tx<Reach>) => Promise<T>

/** The connections, and how statements go out on them. */
interface Link {
  readonly connections: Connections
  /** Begins a transaction: who it is, for which organization, and how long it may take. */
  begin(connection: Connection, organizationId: string, patience: Patience, mode?: ' READ ONLY'): Answers
  send(connection: Connection, text: string): Promise<string>
  query(connection: Connection, statement: PreparedStatement, values: Value[]): Promise<unknown[]>
  /** Whether what failed was undone and may go better another time. */
  isWorthRetry(error: unknown, connection: Connection | undefined, isCommitSent: boolean): boolean
}

type Answers = readonly Promise<unknown>[]

/** Nothing of it outlives the transaction. */
const enter: PreparedStatement = {
  name: 'enter',
  sql: `SELECT set_config('role', '${role}', true), set_config('app.org', $1, true), set_config('statement_timeout', $2, true), set_config('lock_timeout', '5000', true), set_config('idle_in_transaction_session_timeout', '30000', true)`,
  slots: [],
}

function createLink(connections: Connections, tell: NonNullable<UpgradeOptions['tell']>): Link {
  const { now } = connections.watch
  let isNaming = true
  const send = async (connection: Connection, text: string): Promise<string> => {
    const result = await ask(connection, { text }, now)
    return (Array.isArray(result) ? result.at(-1) : result).command
  }
  const query = async (
    connection: Connection,
    statement: PreparedStatement,
    values: Value[],
  ): Promise<unknown[]> => {
    const named = isNaming && statement.name !== '' ? { name: nameOf(statement) } : {}
    return (await ask(connection, { ...named, text: statement.sql, values }, now)).rows
  }
  return {
    connections,
    send,
    query,
    begin: (connection, organizationId, { isLong }, mode = undefined) => [
      send(connection, mode === undefined ? 'BEGIN' : `BEGIN${mode}`),
      query(connection, enter, [organizationId, String(isLong ? jobStatementMs : statementMs)]),
    ],
    isWorthRetry(error, connection, isCommitSent) {
      if (isReadOnly(error)) return connection !== undefined && connections.noteReadOnly(connection)
      if (isNameUnknown(error) && connection?.isPooled === true && isNaming) {
        isNaming = false
        tell(
          {},
          'a pooler hands transactions to servers that do not know our prepared statements: they go without names from now on',
        )
      }
      return isRolledBack(error) || (!isCommitSent && isConnectionLoss(error))
    },
  }
}

function serve(link: Link, observe: ObserveStore): Store {
  const { connections } = link
  const tooSlow = (): StoreUnavailable =>
    connections.isAway()
      ? new StoreUnavailable('the database cannot be reached', undefined)
      : new StoreUnavailable('the database did not answer in time', undefined)
  /** In the time that whoever asks has; `abandon` is told when it is over. */
  const inTime = async <T>(patience: Patience, work: () => Promise<T>, abandon: () => void): Promise<T> => {
    const startedAt = performance.now()
    const left = patience.left()
    if (left <= 0) throw tooSlow()
    try {
      const value = await connections.watch.within(left, work(), () => {
        abandon()
        return tooSlow()
      })
      patience.spend(performance.now() - startedAt)
      return value
    } catch (error) {
      const mapped = mapPostgresError(error)
      patience.spend(performance.now() - startedAt, mapped instanceof StoreUnavailable)
      throw mapped
    }
  }
  const transact = <T>(organizationId: string, work: Work<T>): Promise<T> => {
    const patience = readPatience()
    let unit: Unit | undefined
    let isOver = false
    const attempts = async (): Promise<T> => {
      const startedAt = performance.now()
      for (let attempt = 1; ; attempt += 1) {
        const tried = createUnit(link, organizationId, patience)
        unit = tried
        try {
          return await tried.run(work)
        } catch (error) {
          const isWorth = link.isWorthRetry(error, tried.connection(), tried.isCommitSent())
          if (attempt === maxAttempts || isOver || !isWorth) throw error
        } finally {
          observe(tried.hasWritten() ? 'write' : 'read', performance.now() - startedAt)
        }
      }
    }
    return inTime(patience, attempts, () => {
      isOver = true
      unit?.abandon()
    })
  }
  const read = <Args, Row>(
    organizationId: string,
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    const patience = readPatience()
    const compiled = statement.compile('postgres')
    const asked: Read = {
      organizationId,
      statement: compiled,
      values: bindValues(compiled, args as object, organizationId),
      patience,
    }
    let isOver = false
    const attempts = async (): Promise<readonly Row[]> => {
      const startedAt = performance.now()
      try {
        for (let attempt = 1; ; attempt += 1) {
          const used: { connection?: Connection } = {}
          try {
            const rows = patience.isLong ? readAlone(link, asked, used) : readShared(link, asked, used)
            return (await rows) as Row[]
          } catch (error) {
            if (attempt === maxAttempts || isOver || !link.isWorthRetry(error, used.connection, false))
              throw error
          }
        }
      } finally {
        observe('read', performance.now() - startedAt)
      }
    }
    return inTime(patience, attempts, () => {
      isOver = true
    })
  }
  return {
    dialect: 'postgres',
    inOrganization: (scope, work) => transact(scope.organizationId, work as unknown as Work<never>),
    readOrganization: (scope, statement, args) => read(scope.organizationId, statement as never, args),
    inInstallation: (_purpose, work) => transact('', work as unknown as Work<never>),
    readInstallation: (_purpose, statement, args) => read('', statement as never, args),
    ping: () => connections.ping(),
    stats: () => connections.stats(),
    close: () => connections.close(),
  }
}

interface Read {
  readonly organizationId: string
  readonly statement: PreparedStatement
  readonly values: Value[]
  readonly patience: Patience
}

async function readOn(link: Link, connection: Connection, read: Read): Promise<unknown[]> {
  const begun = link.begin(connection, read.organizationId, read.patience, ' READ ONLY')
  const rows = link.query(connection, read.statement, read.values)
  await settleAll([...begun, rows, link.send(connection, 'COMMIT')])
  return rows
}

/** A job's read: nobody waits behind it. */
async function readAlone(link: Link, read: Read, used: { connection?: Connection }): Promise<unknown[]> {
  const connection = await link.connections.take(true)
  used.connection = connection
  return readOn(link, connection, read).finally(() => link.connections.give(connection))
}

/**
 * On a shared connection, and on another one as well when a statement in front of it takes long: the first answer counts,
 * and a failure only when no other answer can come.
 */
async function readShared(link: Link, read: Read, used: { connection?: Connection }): Promise<unknown[]> {
  const { connections } = link
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>()
  let [asked, moves] = [0, 0]
  let isAnswered = false
  const askOn = (connection: Connection): void => {
    asked += 1
    used.connection = connection
    const passenger: { leave?: () => void } = moves < maxMoves ? { leave: () => move(passenger) } : {}
    const leave = connections.board(connection, passenger)
    readOn(link, connection, read)
      .finally(leave)
      .then(
        (rows) => {
          isAnswered = true
          resolve(rows)
        },
        (error: unknown) => {
          asked -= 1
          if (asked === 0) reject(error)
        },
      )
  }
  const move = (passenger: { leave?: () => void }): void => {
    delete passenger.leave
    if (isAnswered) return
    moves += 1
    // Until the other one is there, the first copy goes on; where it is not to be had, that one has to do.
    connections.shared().then(askOn, () => undefined)
  }
  askOn(await connections.shared())
  return promise
}

interface Unit {
  run<T>(work: Work<T>): Promise<T>
  /** Nobody waits for it any more: it ends as soon as it can. */
  abandon(): void
  /** The one that it went out on last. */
  connection(): Connection | undefined
  isCommitSent(): boolean
  hasWritten(): boolean
}

function createUnit(link: Link, organizationId: string, patience: Patience): Unit {
  const { connections } = link
  let own: Connection | undefined
  let used: Connection | undefined
  let pending: { readonly statement: PreparedStatement; readonly values: Value[] }[] = []
  let sent: Promise<unknown>[] = []
  let isCommitSent = false
  let isAbandoned = false
  let written = 0

  const refuseAbandoned = (): void => {
    if (isAbandoned) throw new StoreUnavailable('the database did not answer in time', undefined)
  }
  const takeOwn = async (): Promise<Connection> => {
    refuseAbandoned()
    const connection = await connections.take(patience.isLong)
    own = connection
    used = connection
    refuseAbandoned()
    sent.push(...link.begin(connection, organizationId, patience))
    return connection
  }
  const flush = (connection: Connection): void => {
    for (const write of pending) sent.push(link.query(connection, write.statement, write.values))
    pending = []
  }
  const all = async <Args, Row>(
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    const connection = own ?? (await takeOwn())
    refuseAbandoned()
    flush(connection)
    const compiled = statement.compile('postgres')
    const rows = link.query(connection, compiled, bindValues(compiled, args as object, organizationId))
    const earlier = sent
    sent = []
    await settleAll([...earlier, rows])
    return (await rows) as Row[]
  }
  const tx = {
    organizationId,
    all,
    change<Args, Row>(statement: Statement<Reach, Args, Row>, args: Args) {
      written += 1
      return all(statement, args)
    },
    first: async <Args, Row>(statement: Statement<Reach, Args, Row>, args: Args) =>
      (await all(statement, args))[0],
    write<Args>(statement: Statement<Reach, Args, unknown>, args: Args) {
      const compiled = statement.compile('postgres')
      pending.push({ statement: compiled, values: bindValues(compiled, args as object, organizationId) })
      written += 1
    },
  }
  const end = async (connection: Connection): Promise<void> => {
    refuseAbandoned()
    flush(connection)
    isCommitSent = written > 0
    const ended = link.send(connection, 'COMMIT')
    await settleAll([...sent, ended])
    if ((await ended) !== 'COMMIT') throw new StoreUnavailable('the transaction was rolled back', undefined)
  }
  // A shared connection takes the whole transaction in one synchronous stretch, so that no other one can slip in.
  const commit = async (): Promise<void> => {
    if (own !== undefined || patience.isLong) return end(own ?? (await takeOwn()))
    const connection = await connections.shared()
    used = connection
    refuseAbandoned()
    const passenger: Passenger = {}
    const leave = connections.board(connection, passenger)
    sent.push(...link.begin(connection, organizationId, patience))
    await end(connection).finally(leave)
  }
  return {
    async run(work) {
      try {
        const value = await work(tx)
        if (own !== undefined || pending.length > 0) await commit()
        return value
      } catch (error) {
        if (own !== undefined && !isCommitSent) await link.send(own, 'ROLLBACK').catch(() => undefined)
        throw error
      } finally {
        if (own !== undefined) connections.give(own)
      }
    },
    abandon() {
      isAbandoned = true
      if (own !== undefined) connections.abandon(own)
    },
    connection: () => used,
    // Only a COMMIT whose answer was lost may have taken effect.
    isCommitSent: () => isCommitSent,
    hasWritten: () => written > 0,
  }
}

/** Waits for all and throws the first failure in the order of sending: the later ones only echo it. */
async function settleAll(answers: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(answers)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
