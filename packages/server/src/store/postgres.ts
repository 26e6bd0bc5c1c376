// The store on PostgreSQL 15 or newer. Units of work that only write go out in one flush on a few shared, pipelined
// connections; units that read first take a connection of their own until COMMIT. Row-level security stands behind
// every tenant table: requests run as rollcall_app, which cannot bypass it.
import { Client, type ClientConfig, types } from 'pg'
import type { ObserveStore, Tx } from './database.ts'
import { StoreUnavailable } from './errors.ts'
import type { Store } from './fair.ts'
import { type Connection, createConnections } from './postgres-connections.ts'
import { isConnectionLoss, isRolledBack, mapPostgresError } from './postgres-errors.ts'
import { migratePostgres } from './postgres-migrate.ts'
import { role, type UpgradeOptions } from './postgres-upgrade.ts'
import { bindValues, type PreparedStatement, type Reach, type Statement, type Value } from './statement.ts'

const maxAttempts = 3
/** Times and counts fit a JavaScript number; the driver would hand them out as text. */
const bigintOid = 20

/** Connects, brings the database to this version and serves; throws StoreRefusal with what the operator must do. */
export async function openPostgres(options: {
  readonly url: string
  readonly isMigrating: boolean
  readonly observe: ObserveStore
  readonly onConnectionLoss: (error: unknown) => void
  readonly tell: NonNullable<UpgradeOptions['tell']>
  readonly now: () => number
}): Promise<Store> {
  const settings: ClientConfig = {
    connectionString: options.url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    application_name: 'rollcall',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === bigintOid ? Number : types.getTypeParser(oid, format as 'text'),
    } as never,
  }
  // A migration says itself how long it waits, and an index may take its time.
  const patient = {
    ...settings,
    statement_timeout: undefined,
    lock_timeout: undefined,
    idle_in_transaction_session_timeout: undefined,
  }
  await migratePostgres({ ...options, create: () => new Client(patient) })
  const connections = createConnections({
    create: () => new Client({ ...settings, pipeline: true } as ClientConfig),
    role,
    shared: 4,
    own: 8,
    onLoss: options.onConnectionLoss,
  })
  return serve(connections, options.observe)
}

type Connections = ReturnType<typeof createConnections>
type Work<T> = (tx: Tx<Reach>) => Promise<T>

function serve(connections: Connections, observe: ObserveStore): Store {
  const transact = async <T>(organizationId: string, work: Work<T>): Promise<T> => {
    const startedAt = performance.now()
    for (let attempt = 1; ; attempt += 1) {
      const unit = createUnit(connections, organizationId)
      try {
        return await unit.run(work)
      } catch (error) {
        const isUndone = isRolledBack(error) || (!unit.isCommitSent() && isConnectionLoss(error))
        if (attempt === maxAttempts || !isUndone) throw mapPostgresError(error)
      } finally {
        observe(unit.hasWritten() ? 'write' : 'read', performance.now() - startedAt)
      }
    }
  }
  const read = async <Args, Row>(
    organizationId: string,
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    const startedAt = performance.now()
    try {
      return await readOnce(connections, organizationId, statement, args)
    } catch (error) {
      if (!isConnectionLoss(error)) throw mapPostgresError(error)
      return await readOnce(connections, organizationId, statement, args).catch((again: unknown) => {
        throw mapPostgresError(again)
      })
    } finally {
      observe('read', performance.now() - startedAt)
    }
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

/** The organization is validated by its scope; SET LOCAL takes no parameters. */
function beginText(organizationId: string, mode: '' | ' READ ONLY'): string {
  return organizationId === '' ? `BEGIN${mode}` : `BEGIN${mode}; SET LOCAL "app.org" = '${organizationId}'`
}

async function readOnce<Args, Row>(
  connections: Connections,
  organizationId: string,
  statement: Statement<Reach, Args, Row>,
  args: Args,
): Promise<readonly Row[]> {
  const connection = await connections.shared()
  const compiled = statement.compile('postgres')
  const answers = [send(connection, beginText(organizationId, ' READ ONLY'))]
  const rows = query(connection, compiled, bindValues(compiled, args as object, organizationId))
  answers.push(send(connection, 'COMMIT'))
  await settleAll([rows, ...answers])
  return (await rows) as Row[]
}

interface Unit {
  run<T>(work: Work<T>): Promise<T>
  isCommitSent(): boolean
  hasWritten(): boolean
}

function createUnit(connections: Connections, organizationId: string): Unit {
  let own: Connection | undefined
  let pending: { readonly statement: PreparedStatement; readonly values: Value[] }[] = []
  let sent: Promise<unknown>[] = []
  let isCommitSent = false
  let written = 0

  const flush = (connection: Connection): void => {
    for (const write of pending) sent.push(query(connection, write.statement, write.values))
    pending = []
  }
  const all = async <Args, Row>(
    statement: Statement<Reach, Args, Row>,
    args: Args,
  ): Promise<readonly Row[]> => {
    if (own === undefined) {
      own = await connections.take()
      sent.push(send(own, beginText(organizationId, '')))
    }
    flush(own)
    const compiled = statement.compile('postgres')
    const rows = query(own, compiled, bindValues(compiled, args as object, organizationId))
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
  // A shared connection takes the whole transaction in one synchronous stretch, so that no other one can slip in.
  const commit = async (): Promise<void> => {
    const connection = own ?? (await connections.shared())
    if (own === undefined) sent.push(send(connection, beginText(organizationId, '')))
    flush(connection)
    isCommitSent = written > 0
    const end = send(connection, 'COMMIT')
    await settleAll([...sent, end])
    if ((await end) !== 'COMMIT') throw new StoreUnavailable('the transaction was rolled back', undefined)
  }
  return {
    async run(work) {
      try {
        const value = await work(tx)
        if (own !== undefined || pending.length > 0) await commit()
        return value
      } catch (error) {
        if (own !== undefined && !isCommitSent) await send(own, 'ROLLBACK').catch(() => undefined)
        throw error
      } finally {
        if (own !== undefined) connections.give(own)
      }
    },
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

function send(connection: Connection, text: string): Promise<string> {
  return connection.client.query(text).then((result) => {
    const last = Array.isArray(result) ? result.at(-1) : result
    return last.command as string
  })
}

async function query(
  connection: Connection,
  statement: PreparedStatement,
  values: Value[],
): Promise<unknown[]> {
  const named = statement.name === '' ? {} : { name: statement.name }
  const result = await connection.client.query({ ...named, text: statement.sql, values })
  return result.rows
}
