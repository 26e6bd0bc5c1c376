// Units of work on PostgreSQL. Those that only write go out in one flush on a few shared, pipelined connections; those that read
// first take a connection of their own until COMMIT. Row-level security stands behind every table of organizations' rows: each unit becomes
// rollcall_app, which cannot bypass it, in its own transaction. Nothing is kept in the session, so that a pooler may hand each
// transaction to another server.
import { setTimeout as wait } from 'node:timers/promises'
import type { ObserveStore, Tx } from './database.ts'
import { StoreRestart, StoreUnavailable } from './errors.ts'
import type { Store } from './fair.ts'
import { type Patience, readPatience } from './patience.ts'
import type { Connections, Passenger } from './postgres-connections.ts'
import { ask, type Connection } from './postgres-dial.ts'
import {
  isConnectionLoss,
  isNameUnknown,
  isReadOnly,
  isRolledBack,
  mapPostgresError,
} from './postgres-errors.ts'
import { type Answer, type Step, toStep as toPlainStep } from './postgres-flush.ts'
import { listOpenTables, type OpenTables, refuseOpen } from './postgres-guard.ts'
import { role } from './postgres-rights.ts'
import type { Tell } from './postgres-start.ts'
import {
  bindValues,
  identityOf,
  nameOf,
  type PreparedStatement,
  type Reach,
  type Statement,
  type Value,
} from './statement.ts'

const maxAttempts = 3
/** A unit that gave way to another one begins again when that one has had this long, and then a little longer each time. */
const restartMs = { first: 2, most: 50 } as const
/** The server ends a statement before its connection would be given up. */
const statementMs = 7_000
const jobStatementMs = 60_000
/** Another connection is looked for at most this often for one read. */
const maxMoves = 4

type Work<T> = (tx: Tx<Reach>) => Promise<T>

/** The connections, and how statements go out on them. */
export interface Link {
  readonly connections: Connections
  /** Says who it is, for which organization, and how long it may take: in front of a transaction. */
  settings(organizationId: string, patience: Patience): Step
  /** Begins one that is made of several stretches. */
  begin(): Step
  /** Whether writes alone need that, too: a transaction of its own would have the level that a database's keeper has set. */
  alwaysBegins: boolean
  commit(): Step
  rollback(): Step
  toStep(statement: PreparedStatement, values: readonly Value[]): Step
  /** In one stretch, so that nobody else's comes in between. Without `begin` it is a transaction by itself. */
  ask(connection: Connection, steps: readonly Step[]): Promise<Answer>
  /** Whether what failed was undone and may go better another time. */
  isWorthRetry(error: unknown, connection: Connection | undefined, isCommitSent: boolean): boolean
}

// Whoever finds a row locked waits for it, and goes on with what it has become: no other level does that.
const [begin, commit, rollback] = ['BEGIN ISOLATION LEVEL READ COMMITTED', 'COMMIT', 'ROLLBACK'].map(
  toText,
) as [PreparedStatement, PreparedStatement, PreparedStatement]

/**
 * A plan is kept for as long as its connection, and made by what the tables hold then. On an empty table every index seems as good as any
 * other, and PostgreSQL makes plans anew only when it has gathered statistics, up to a minute after an import began. So they are made
 * anew each time that as many transactions again have gone by. It needs no right.
 */
const discardPlans = toPlainStep('DISCARD PLANS')

/** Whether they are to be made anew in front of what begins now. */
function isToReplan(connection: Connection): boolean {
  connection.begun += 1
  if (connection.begun < connection.replanAt) return false
  connection.replanAt *= 2
  return true
}

function toText(sql: string): PreparedStatement {
  return { name: sql, sql, slots: [] }
}

/** One statement for all settings of a transaction: nothing of it outlives it. */
function toSettings(schema: string, milliseconds: number): PreparedStatement {
  const settings = [
    `'role', '${role}'`,
    `'app.org', $1`,
    `'statement_timeout', '${milliseconds}'`,
    `'lock_timeout', '5000'`,
    `'idle_in_transaction_session_timeout', '30000'`,
    // Off, the database refuses what policies filter; who makes dumps may have it so.
    `'row_security', 'on'`,
    // The names of the tables are looked up in their schema, whoever the user's own is.
    ...(schema === 'public'
      ? []
      : [`'search_path', '"${schema.replaceAll('"', '""').replaceAll("'", "''")}"'`]),
  ]
  return toText(`SELECT ${settings.map((one) => `pg_catalog.set_config(${one}, true)`).join(', ')}`)
}

/** What units go out by. */
export function createLink(connections: Connections, schema: string, tell: Tell): Link {
  const { now } = connections.watch
  let isNaming = true
  const [usual, long] = [statementMs, jobStatementMs].map((milliseconds) =>
    toSettings(schema, milliseconds),
  ) as [PreparedStatement, PreparedStatement]
  const toStep = (asked: PreparedStatement, values: readonly Value[]): Step => {
    const statement = identityOf(asked)
    return { statement, name: isNaming && statement.name !== '' ? nameOf(statement) : undefined, values }
  }
  return {
    connections,
    settings: (organizationId, { isLong }) => toStep(isLong ? long : usual, [organizationId]),
    begin: () => toStep(begin, []),
    alwaysBegins: false,
    commit: () => toStep(commit, []),
    rollback: () => toStep(rollback, []),
    toStep,
    ask(connection, steps) {
      const first = steps[0]?.statement
      const begins = first === begin || first === usual || first === long
      return ask(connection, begins && isToReplan(connection) ? [discardPlans, ...steps] : steps, now)
    },
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

/** The store over such a link. */
export function serveUnits(link: Link, observe: ObserveStore): Store {
  const { connections } = link
  const tooSlow = (): StoreUnavailable =>
    connections.isAway()
      ? new StoreUnavailable('the database cannot be reached', undefined)
      : new StoreUnavailable('the database did not answer in time', undefined)
  /** In the time that whoever asks has; `abandon` is told when it is over. */
  const inTime = <T>(patience: Patience, work: () => Promise<T>, abandon: () => void): Promise<T> => {
    const left = patience.left()
    if (left <= 0) return Promise.reject(tooSlow())
    const refuse = (): StoreUnavailable => {
      abandon()
      return tooSlow()
    }
    return connections.watch.within(left, work(), refuse, (milliseconds, error) => {
      const mapped = error === undefined ? undefined : mapPostgresError(error)
      patience.spend(milliseconds, mapped instanceof StoreUnavailable)
      return mapped
    })
  }
  const transact = <T>(organizationId: string, work: Work<T>): Promise<T> => {
    const patience = readPatience()
    let unit: Unit | undefined
    let isOver = false
    const attempts = async (): Promise<T> => {
      const startedAt = performance.now()
      let restarts = 0
      for (let attempt = 1; ; attempt += 1) {
        const tried = createUnit(link, organizationId, patience)
        unit = tried
        try {
          return await tried.run(work)
        } catch (error) {
          if (error instanceof StoreRestart && !isOver) {
            // It holds nothing meanwhile, and whoever it gave way to goes on.
            await wait(Math.min(restartMs.first * 2 ** restarts, restartMs.most))
            restarts += 1
            attempt -= 1
            continue
          }
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
    const values = bindValues(compiled, args, organizationId)
    const asked: Read = { organizationId, statement: compiled, values, patience, connection: undefined }
    let isOver = false
    const attempts = async (): Promise<readonly Row[]> => {
      const startedAt = performance.now()
      try {
        const readOnce = patience.isLong ? readAlone : readShared
        return (await readAgain(link, asked, readOnce, () => isOver)) as Row[]
      } finally {
        observe('read', performance.now() - startedAt)
      }
    }
    return inTime(patience, attempts, () => {
      isOver = true
    })
  }
  return {
    kind: 'postgres',
    isShared: true,
    inOrganization: (scope, work) => transact(scope.organizationId, work as unknown as Work<never>),
    readOrganization: (scope, statement, args) => read(scope.organizationId, statement as never, args),
    inInstallation: (_purpose, work) => transact('', work as unknown as Work<never>),
    readInstallation: (_purpose, statement, args) => read('', statement as never, args),
    ping: () => connections.ping(),
    stats: () => connections.stats(),
    close: () => connections.close(),
  }
}

/** As requests run, on the way that they take: throws StoreRefusal where a table would not be kept apart. */
export async function assertGuarded(link: Link): Promise<void> {
  const patience = readPatience()
  const read = { organizationId: '', statement: listOpenTables, values: [], patience, connection: undefined }
  const [found] = (await readAgain(link, read, readAlone, () => false)) as OpenTables[]
  refuseOpen(found)
  link.alwaysBegins = found?.isUsual === false
}

interface Read {
  readonly organizationId: string
  readonly statement: PreparedStatement
  readonly values: Value[]
  readonly patience: Patience
  /** The one that it went out on last. */
  connection: Connection | undefined
}

type ReadOnce = (link: Link, read: Read) => Promise<readonly unknown[]>

/** As often as it is worth, until whoever asked has gone. */
async function readAgain(
  link: Link,
  read: Read,
  readOnce: ReadOnce,
  isOver: () => boolean,
): Promise<readonly unknown[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readOnce(link, read)
    } catch (error) {
      if (attempt === maxAttempts || isOver() || !link.isWorthRetry(error, read.connection, false))
        throw error
    }
  }
}

async function readOn(link: Link, connection: Connection, read: Read): Promise<readonly unknown[]> {
  read.connection = connection
  const settings = link.settings(read.organizationId, read.patience)
  const { rows } = await link.ask(connection, [settings, link.toStep(read.statement, read.values)])
  return rows
}

/** A job's read: nobody waits behind it. */
async function readAlone(link: Link, read: Read): Promise<readonly unknown[]> {
  const connection = await link.connections.take({ isPatient: true, organizationId: read.organizationId })
  return readOn(link, connection, read).finally(() => link.connections.give(connection))
}

/**
 * On a shared connection, and on another one as well when a statement in front of it takes long: the first answer counts,
 * and a failure only when no other answer can come.
 */
async function readShared(link: Link, read: Read): Promise<readonly unknown[]> {
  const { connections } = link
  const connection = connections.sharedNow() ?? (await connections.shared())
  return new Promise((resolve, reject) => {
    let [asked, moves] = [0, 0]
    let isAnswered = false
    const askOn = (on: Connection): void => {
      asked += 1
      const passenger: { leave?: () => void } = moves < maxMoves ? { leave: () => move(passenger) } : {}
      const leave = connections.board(on, passenger)
      readOn(link, on, read).then(
        (rows) => {
          leave()
          isAnswered = true
          resolve(rows)
        },
        (error: unknown) => {
          leave()
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
      connections.sharedFreest().then(askOn, () => undefined)
    }
    askOn(connection)
  })
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
  /** What leaves with the next read or with the COMMIT. */
  let pending: Step[] = []
  let isBegun = false
  let isCommitSent = false
  let isAbandoned = false
  let written = 0

  const refuseAbandoned = (): void => {
    if (isAbandoned) throw new StoreUnavailable('the database did not answer in time', undefined)
  }
  // Whoever asks for two things at once gets both on one connection.
  let taking: Promise<Connection> | undefined
  const takeOwn = (): Promise<Connection> => {
    refuseAbandoned()
    taking ??= connections.take({ isPatient: patience.isLong, organizationId }).then((taken) => {
      own = taken
      used = taken
      return taken
    })
    return taking
  }
  const flush = (connection: Connection, last: Step): Promise<Answer> => {
    refuseAbandoned()
    const steps = isBegun ? pending : [link.begin(), link.settings(organizationId, patience), ...pending]
    steps.push(last)
    isBegun = true
    pending = []
    return link.ask(connection, steps)
  }
  const all = async <Args, Row>(
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    const connection = own ?? (await takeOwn())
    const compiled = statement.compile('postgres')
    const step = link.toStep(compiled, bindValues(compiled, args, organizationId))
    return (await flush(connection, step)).rows as Row[]
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
      pending.push(link.toStep(compiled, bindValues(compiled, args, organizationId)))
      written += 1
    },
  }
  const end = async (connection: Connection): Promise<void> => {
    // Writes alone are a transaction by themselves.
    const isWhole = isBegun || link.alwaysBegins
    const ended = isWhole
      ? flush(connection, link.commit())
      : link.ask(connection, [link.settings(organizationId, patience), ...pending])
    isCommitSent = written > 0
    const { tag } = await ended
    if (isWhole && tag !== 'COMMIT') throw new StoreUnavailable('the transaction was rolled back', undefined)
  }
  const finish = async (): Promise<void> => {
    if (own !== undefined || patience.isLong) return end(own ?? (await takeOwn()))
    const connection = connections.sharedNow() ?? (await connections.shared())
    used = connection
    refuseAbandoned()
    const passenger: Passenger = {}
    const leave = connections.board(connection, passenger)
    await end(connection).finally(leave)
  }
  return {
    async run(work) {
      try {
        const value = await work(tx)
        if (own !== undefined || pending.length > 0) await finish()
        return value
      } catch (error) {
        // A COMMIT behind what failed was passed over.
        if (own !== undefined && isBegun) await link.ask(own, [link.rollback()]).catch(() => undefined)
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
