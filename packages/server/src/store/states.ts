// One line in the log for each state of the store, not one for each request that it refused: when it begins, and when nothing
// has been refused for it for a while and something was answered since.
import type { Log } from '../base/log.ts'
import type { Database } from './database.ts'
import { StoreUnavailable } from './errors.ts'
import type { Store } from './fair.ts'

interface State {
  readonly reason: string
  readonly since: number
  lastAt: number
  refused: number
}

/** Tells of the store's states. */
export interface StoreStates {
  /** Says once that units are refused, and for what. */
  refused(error: StoreUnavailable): void
  answered(): void
  /** A connection was lost, and perhaps nobody noticed. */
  lost(error: unknown): void
}

/** Several words for one state: the database, or the way to it, does not do what it is asked. */
const away = new Set([
  'the database cannot be reached',
  'the database did not answer in time',
  'the database is overloaded',
  'the transaction was rolled back',
])
const keyOf = (reason: string): string => (away.has(reason) ? 'away' : reason)

/** A state is over when it has not been seen for this long. */
const overMs = 5_000
const lookMs = 1_000
/** What the store says of itself when it stops is no state. */
const silentReasons = new Set(['the store is closed'])

/** All is well so far. */
export function createStoreStates(log: Log, now: () => number): StoreStates {
  const states = new Map<string, State>()
  let answeredAt = Number.NEGATIVE_INFINITY
  let lostAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    for (const [key, { reason, since, lastAt, refused }] of states) {
      if (now() - lastAt < overMs || answeredAt < lastAt) continue
      states.delete(key)
      const seconds = Math.round((lastAt - since) / 1_000)
      log.warn({ reason, refused, seconds }, 'the store answers again')
    }
    if (states.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    refused(error) {
      const reason = error.message
      if (silentReasons.has(reason)) return
      const state = states.get(keyOf(reason))
      if (state !== undefined) {
        state.lastAt = now()
        state.refused += 1
        return
      }
      states.set(keyOf(reason), { reason, since: now(), lastAt: now(), refused: 1 })
      log.warn(
        { err: error },
        `the store is not available: ${reason}; what needs it is answered 503 until it is`,
      )
      timer ??= setInterval(look, lookMs).unref()
    },
    answered() {
      if (states.size > 0) answeredAt = now()
    },
    lost(error) {
      // What was lost together, or one after another, is one state; while requests are refused that has been said.
      const isNews = now() - lostAt > overMs && states.size === 0
      lostAt = now()
      if (isNews) log.warn({ err: error }, 'a connection to PostgreSQL was lost; another one is made')
    },
  }
}

/** The store, with its states told. */
export function createReportedStore<S extends Store>(store: S, states: StoreStates): S {
  const answered = <T>(value: T): T => {
    states.answered()
    return value
  }
  const refused = (error: unknown): never => {
    if (error instanceof StoreUnavailable) states.refused(error)
    throw error
  }
  const told = <T>(unit: Promise<T>): Promise<T> => unit.then(answered<T>, refused)
  const reported: Pick<
    Database,
    'inOrganization' | 'readOrganization' | 'inInstallation' | 'readInstallation'
  > = {
    inOrganization: (scope, work) => told(store.inOrganization(scope, work)),
    readOrganization: (scope, statement, args) => told(store.readOrganization(scope, statement, args)),
    inInstallation: (purpose, work) => told(store.inInstallation(purpose, work)),
    readInstallation: (purpose, statement, args) => told(store.readInstallation(purpose, statement, args)),
  }
  return { ...store, ...reported }
}

/** How loudly a failed piece of work is logged: the state of the store has been said already. */
export function levelOf(error: unknown): 'debug' | 'warn' {
  return error instanceof StoreUnavailable ? 'debug' : 'warn'
}
