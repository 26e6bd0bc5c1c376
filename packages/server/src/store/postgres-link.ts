// How statements of units go out on a connection to PostgreSQL: what stands in front of each transaction, how it begins and ends, and
// which failure is worth another attempt.
import type { Patience } from './patience.ts'
import type { Connections } from './postgres-connections.ts'
import { ask, type Connection, canLook, isToReplan } from './postgres-dial.ts'
import { isConnectionLoss, isNameUnknown, isReadOnly, isRolledBack } from './postgres-errors.ts'
import { type Answer, type Step, toStep as toPlainStep } from './postgres-flush.ts'
import { role } from './postgres-rights.ts'
import type { Tell } from './postgres-start.ts'
import { identityOf, nameOf, type PreparedStatement, type Value } from './statement.ts'

/** The server ends a statement before its connection would be given up. */
const statementMs = 7_000
const jobStatementMs = 60_000
/**
 * How often the server looks whether the connection is still there while it works. Without that it finds out when it answers: a unit that
 * was given up, or whose process has ended, would go on to its end, with its locks. Not every platform of a server can look.
 */
const lookMs = 500

/** The connections, and how statements go out on them. */
export interface Link {
  readonly connections: Connections
  /** Says who it is, for which organization, and how long it may take: in front of a transaction on that connection. */
  settings(connection: Connection, organizationId: string, patience: Patience): Step
  /** Begins one that is made of several stretches. */
  begin(): Step
  /** Whether writes alone need that, too: a transaction of its own would have the level that a database's keeper has set. */
  alwaysBegins: boolean
  commit(): Step
  rollback(): Step
  toStep(statement: PreparedStatement, values: readonly Value[]): Step
  /** In one stretch, so that nobody else's comes in between. Without `begin` it is a transaction by itself. */
  ask<Row>(connection: Connection, steps: readonly Step[]): Promise<Answer<Row>>
  /** Whether what failed was undone and may go better another time. */
  isWorthRetry(error: unknown, connection: Connection | undefined, isCommitSent: boolean): boolean
}

// Whoever finds a row locked waits for it, and goes on with what it has become: no other level does that.
const begin = toText('BEGIN ISOLATION LEVEL READ COMMITTED')
const commit = toText('COMMIT')
const rollback = toText('ROLLBACK')

/**
 * A plan is kept for as long as its connection, and made by what the tables hold then. On an empty table every index seems as good as any
 * other, and PostgreSQL makes plans anew only when it has gathered statistics, up to a minute after an import began. So they are made
 * anew each time that as many transactions again have gone by, or as much time, for few transactions can bring many people. It needs no
 * right.
 */
const discardPlans = toPlainStep('DISCARD PLANS')

function toText(sql: string): PreparedStatement {
  return { name: sql, sql, slots: [] }
}

/** By whether the server can look; where that is not known, each transaction asks for it, for a fifth of what all settings cost. */
interface Settings {
  readonly looking: PreparedStatement
  readonly blind: PreparedStatement
  readonly asking: PreparedStatement
}

function toAllSettings(schema: string, milliseconds: number): Settings {
  const of = (every: string): PreparedStatement => toSettings(schema, milliseconds, every)
  return {
    looking: of(`'${lookMs}'`),
    blind: of("'0'"),
    asking: of(`CASE WHEN ${canLook} THEN '${lookMs}' ELSE '0' END`),
  }
}

function chooseSettings(
  { looking, blind, asking }: Settings,
  { canLook: can }: Connection,
): PreparedStatement {
  if (can === undefined) return asking
  return can ? looking : blind
}

/** One statement for all settings of a transaction: nothing of it outlives it. `every` is how often the server looks. */
function toSettings(schema: string, milliseconds: number, every: string): PreparedStatement {
  const settings = [
    `'role', '${role}'`,
    `'app.org', $1`,
    `'statement_timeout', '${milliseconds}'`,
    `'lock_timeout', '5000'`,
    `'idle_in_transaction_session_timeout', '30000'`,
    `'client_connection_check_interval', ${every}`,
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
  const usual = toAllSettings(schema, statementMs)
  const long = toAllSettings(schema, jobStatementMs)
  const beginnings: ReadonlySet<PreparedStatement | undefined> = new Set([
    begin,
    ...Object.values(usual),
    ...Object.values(long),
  ])
  const toStep = (asked: PreparedStatement, values: readonly Value[]): Step => {
    const statement = identityOf(asked)
    return { statement, name: isNaming && statement.name !== '' ? nameOf(statement) : undefined, values }
  }
  return {
    connections,
    settings: (connection, organizationId, { isLong }) =>
      toStep(chooseSettings(isLong ? long : usual, connection), [organizationId]),
    begin: () => toStep(begin, []),
    alwaysBegins: false,
    commit: () => toStep(commit, []),
    rollback: () => toStep(rollback, []),
    toStep,
    ask(connection, steps) {
      const begins = beginnings.has(steps[0]?.statement)
      return ask(
        connection,
        begins && isToReplan(connection.plans, now()) ? [discardPlans, ...steps] : steps,
        now,
      )
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
