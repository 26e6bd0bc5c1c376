// Units of work on PostgreSQL. Those that only write go out in one flush on a few shared, pipelined connections; those that read
// first take a connection of their own until COMMIT. Row-level security stands behind every table of organizations' rows: each unit becomes
// rollcall_app, which cannot bypass it, in its own transaction. Nothing is kept in the session, so that a pooler may hand each
// transaction to another server.
import { setTimeout as wait } from 'node:timers/promises'
import type { ObserveStore } from './database.ts'
import { StoreRestart, StoreUnavailable } from './errors.ts'
import type { Store } from './fair.ts'
import { type Patience, readPatience } from './patience.ts'
import type { Connection } from './postgres-dial.ts'
import { mapPostgresError } from './postgres-errors.ts'
import { listOpenTables, type OpenTables, refuseOpen } from './postgres-guard.ts'
import type { Link } from './postgres-link.ts'
import { Unit, type Work } from './postgres-unit.ts'
import { bindValues, type PreparedStatement, type Reach, type Statement, type Value } from './statement.ts'

const maxAttempts = 3
/** A unit that gave way to another one begins again when that one has had this long, and then a little longer each time. */
const restartMs = { first: 2, most: 50 } as const
/** Another connection is looked for at most this often for one read. */
const maxMoves = 4

/** What units are served with. */
interface Served {
  readonly link: Link
  readonly observe: ObserveStore
}

/** The store over such a link. */
export function serveUnits(link: Link, observe: ObserveStore): Store {
  const { connections } = link
  const served: Served = { link, observe }
  return {
    kind: 'postgres',
    isShared: true,
    inOrganization: (scope, work) => transact(served, scope.organizationId, work),
    readOrganization: (scope, statement, args) => read(served, scope.organizationId, statement, args),
    inInstallation: (_purpose, work) => transact(served, '', work),
    readInstallation: (_purpose, statement, args) => read(served, '', statement, args),
    ping: () => connections.ping(),
    stats: () => connections.stats(),
    close: () => connections.close(),
  }
}

function tooSlow({ connections }: Link): StoreUnavailable {
  return connections.isAway()
    ? new StoreUnavailable('the database cannot be reached', undefined)
    : new StoreUnavailable('the database did not answer in time', undefined)
}

/** In the time that whoever asks has; `abandon` is told when it is over. */
function inTime<T>(link: Link, patience: Patience, work: () => Promise<T>, abandon: () => void): Promise<T> {
  const left = patience.left()
  if (left <= 0) return Promise.reject(tooSlow(link))
  const refuse = (): StoreUnavailable => {
    abandon()
    return tooSlow(link)
  }
  return link.connections.watch.within(left, work(), refuse, (milliseconds, error) => {
    const mapped = error === undefined ? undefined : mapPostgresError(error)
    patience.spend(milliseconds, mapped instanceof StoreUnavailable)
    return mapped
  })
}

function transact<T>({ link, observe }: Served, organizationId: string, work: Work<T>): Promise<T> {
  const patience = readPatience()
  let unit: Unit | undefined
  let isOver = false
  const attempts = async (): Promise<T> => {
    const startedAt = performance.now()
    let restarts = 0
    for (let attempt = 1; ; attempt += 1) {
      const tried = new Unit(link, organizationId, patience)
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
        const isWorth = link.isWorthRetry(error, tried.connection, tried.isCommitSent)
        if (attempt === maxAttempts || isOver || !isWorth) throw error
      } finally {
        observe(tried.hasWritten ? 'write' : 'read', performance.now() - startedAt)
      }
    }
  }
  return inTime(link, patience, attempts, () => {
    isOver = true
    unit?.abandon()
  })
}

function read<Args, Row>(
  { link, observe }: Served,
  organizationId: string,
  statement: Statement<Reach, Args, Row>,
  args: Args,
): Promise<readonly Row[]> {
  const patience = readPatience()
  const compiled = statement.compile('postgres')
  const values = bindValues(compiled, args, organizationId)
  const asked: Read = { organizationId, statement: compiled, values, patience, connection: undefined }
  let isOver = false
  const attempts = async (): Promise<readonly Row[]> => {
    const startedAt = performance.now()
    try {
      const readOnce: ReadOnce = patience.isLong ? readAlone : readShared
      return await readAgain<Row>(link, asked, readOnce, () => isOver)
    } finally {
      observe('read', performance.now() - startedAt)
    }
  }
  return inTime(link, patience, attempts, () => {
    isOver = true
  })
}

/** As requests run, on the way that they take: throws StoreRefusal where a table would not be kept apart. */
export async function assertGuarded(link: Link): Promise<void> {
  const patience = readPatience()
  const read = { organizationId: '', statement: listOpenTables, values: [], patience, connection: undefined }
  const [found] = await readAgain<OpenTables>(link, read, readAlone, () => false)
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

type ReadOnce = <Row>(link: Link, read: Read) => Promise<readonly Row[]>

/** As often as it is worth, until whoever asked has gone. */
async function readAgain<Row>(
  link: Link,
  read: Read,
  readOnce: ReadOnce,
  isOver: () => boolean,
): Promise<readonly Row[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readOnce<Row>(link, read)
    } catch (error) {
      if (attempt === maxAttempts || isOver() || !link.isWorthRetry(error, read.connection, false))
        throw error
    }
  }
}

async function readOn<Row>(link: Link, connection: Connection, read: Read): Promise<readonly Row[]> {
  read.connection = connection
  const settings = link.settings(connection, read.organizationId, read.patience)
  const { rows } = await link.ask<Row>(connection, [settings, link.toStep(read.statement, read.values)])
  return rows
}

/** A job's read: nobody waits behind it. */
async function readAlone<Row>(link: Link, read: Read): Promise<readonly Row[]> {
  const connection = await link.connections.take({ isPatient: true, organizationId: read.organizationId })
  return readOn<Row>(link, connection, read).finally(() => link.connections.give(connection))
}

/**
 * On a shared connection, and on another one as well when a statement in front of it takes long: the first answer counts,
 * and a failure only when no other answer can come.
 */
async function readShared<Row>(link: Link, read: Read): Promise<readonly Row[]> {
  const { connections } = link
  const connection = connections.sharedNow() ?? (await connections.shared())
  return new Promise((resolve, reject) => {
    let [asked, moves] = [0, 0]
    let isAnswered = false
    const askOn = (on: Connection): void => {
      asked += 1
      const passenger: { leave?: () => void } = moves < maxMoves ? { leave: () => move(passenger) } : {}
      const leave = connections.board(on, passenger)
      readOn<Row>(link, on, read).then(
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
