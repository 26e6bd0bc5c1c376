// The store as handlers get it: whatever they write, they write as the act of somebody. Each unit of work that a handler opens, wherever
// below, looks first whether what the act stands on still holds (sessions/standing.ts), refuses as the door would now, and gives the act its
// time, so that the record has acts in the order of their commits. A handler has no other store: no new operation can forget it.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../base/clock.ts'
import type { Act } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { keepStanding, keepStandingInInstallation, type Stand, type Standing } from '../sessions/standing.ts'
import type { Database, Purpose, Tx } from '../store/database.ts'
import { unauthorized } from './permissions.ts'
import { createTurns } from './turns.ts'

/** What a handler is about. */
export type Course =
  /** Brings a secret that is taken in the unit itself: nobody has to be known. */
  | { readonly kind: 'open' }
  | {
      /** `look`: shows something, and writes at most what had to be there before it could. */
      readonly kind: 'look' | 'act'
      readonly standing: Standing
      readonly act: Act
      /** Whether a unit of work has looked at what it stands on. */
      isKept: boolean
    }

type Known = Course & { readonly kind: 'look' | 'act' }

const present = new AsyncLocalStorage<Course>()

/** Runs a handler, and what it leaves running, on this course. */
export function onCourse<T>(course: Course, work: () => T): T {
  return present.run(course, work)
}

/** Books that the service keeps for itself while it shows something: events get their numbers as they are read. */
const ownBooks: ReadonlySet<Purpose> = new Set<Purpose>(['feed'])

export function lendStore(database: Database, clock: Clock): Database {
  // Read before the queue: whoever lets a unit begin later may be on another course.
  const courseOf = (): Course => {
    const course = present.getStore()
    if (course === undefined) throw new Error('a unit of work without an act')
    return course
  }
  const turns = createTurns()
  // Of one node; between nodes the turn is a lock of the database. Without a place in the queue each act that waits for that would
  // hold a connection meanwhile. Embedded, units come one after another as it is.
  const inTurn = <R>(organizationId: string, unit: () => Promise<R>): Promise<R> => {
    const course = courseOf()
    if (course.kind !== 'act' || database.kind === 'embedded') return unit()
    return turns.run(organizationId, makerOf(course.standing), unit)
  }
  const lent = <T extends Tx<never>, R>(
    keep: (tx: T, standing: Standing, now: Clock) => Promise<Stand>,
    work: (tx: T) => Promise<R>,
  ): ((tx: T) => Promise<R>) => {
    const course = courseOf()
    if (course.kind === 'open') return work
    const look = async (tx: T): Promise<void> => stand(course, await keep(tx, course.standing, clock), clock)
    if (course.kind === 'act')
      return async (tx) => {
        await look(tx)
        return work(tx)
      }
    return async (tx) => {
      const watched = watchWrites(tx)
      const shown = await work(watched.tx)
      if (watched.hasWritten()) await look(tx)
      return shown
    }
  }
  return {
    ...database,
    // Both are async, so that whoever has no course is refused as a promise is.
    inOrganization: async (scope, work) => {
      const unit = lent(keepStanding, work)
      return inTurn(scope.organizationId, () => database.inOrganization(scope, unit))
    },
    async inInstallation(purpose, work) {
      if (ownBooks.has(purpose)) return database.inInstallation(purpose, work)
      const unit = lent(keepStandingInInstallation, work)
      return inTurn('', () => database.inInstallation(purpose, unit))
    },
  }
}

/** Who waits for whose act: the operator is one, and so is a person with all their sessions. */
function makerOf(standing: Standing): string {
  return standing.kind === 'session' ? (standing.userId ?? standing.hash) : 'operator'
}

function stand(course: Known, found: Stand, now: Clock): void {
  if (found === 'ended') throw unauthorized()
  if (found === 'lost') throw new Problem(403, 'forbidden', 'This session may not do that any more')
  course.isKept = true
  // The one place that changes an act: until here nobody has written anything with it.
  const act = course.act as { -readonly [K in keyof Act]: Act[K] }
  act.at = Math.max(act.at, now())
}

function watchWrites<T extends Tx<never>>(tx: T): { readonly tx: T; hasWritten(): boolean } {
  let isWritten = false
  const noting =
    <A extends unknown[], R>(write: (...args: A) => R) =>
    (...args: A): R => {
      isWritten = true
      return write(...args)
    }
  return {
    tx: { ...tx, change: noting(tx.change), write: noting(tx.write) } as T,
    hasWritten: () => isWritten,
  }
}
