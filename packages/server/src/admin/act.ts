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

/** What a handler is about. */
export type Course =
  /** Brings a secret that is taken in the unit itself: nobody has to be known. */
  | { readonly kind: 'open' }
  | {
      /** `look`: shows something, and writes at most what had to be there before it could. What writes is run again, as an act. */
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

/** The store for handlers: every unit that writes looks first whether whoever asked still may. */
export function lendStore(database: Database, clock: Clock): Database {
  // Read before the queue: whoever lets a unit begin later may be on another course.
  const courseOf = (): Course => {
    const course = present.getStore()
    if (course === undefined) throw new Error('a unit of work without an act')
    return course
  }
  // The turn is waited for before the unit begins, for one that waits for it in the database holds a connection meanwhile.
  const lent = async <T extends Tx<never>, R>(
    organizationId: string,
    keep: (tx: T, standing: Standing, now: Clock) => Promise<Stand>,
    run: (work: (tx: T) => Promise<R>) => Promise<R>,
    work: (tx: T) => Promise<R>,
  ): Promise<R> => {
    const course = courseOf()
    if (course.kind === 'open') return run(work)
    if (course.kind === 'look') {
      const looked = await runUnlessItWrites(run, work)
      if (looked !== undefined) return looked.shown
    }
    return database.inTurn(organizationId, () =>
      run(async (tx) => {
        stand(course, await keep(tx, course.standing, clock), clock)
        return work(tx)
      }),
    )
  }
  return {
    ...database,
    // Both are async, so that whoever has no course is refused as a promise is.
    inOrganization: async (scope, work) =>
      lent(scope.organizationId, keepStanding, (unit) => database.inOrganization(scope, unit), work),
    async inInstallation(purpose, work) {
      const run = (unit: typeof work) => database.inInstallation(purpose, unit)
      return ownBooks.has(purpose) ? run(work) : lent('', keepStandingInInstallation, run, work)
    },
  }
}

function stand(course: Known, found: Stand, now: Clock): void {
  if (found === 'ended') throw unauthorized()
  if (found === 'lost') throw new Problem('forbidden', 'This session may not do that any more')
  course.isKept = true
  // The one place that changes an act: until here nobody has written anything with it.
  const act = course.act as { -readonly [K in keyof Act]: Act[K] }
  act.at = Math.max(act.at, now())
}

/** Undefined for a unit that wrote: it is broken off with the first write. */
async function runUnlessItWrites<T extends Tx<never>, R>(
  run: (work: (tx: T) => Promise<R>) => Promise<R>,
  work: (tx: T) => Promise<R>,
): Promise<{ readonly shown: R } | undefined> {
  let isWriting = false
  const write = (): never => {
    isWriting = true
    throw new Error('what only looks does not write')
  }
  try {
    const shown = await run((tx) => work({ ...tx, change: async () => write(), write } as T))
    if (!isWriting) return { shown }
  } catch (error) {
    if (!isWriting) throw error
  }
  return undefined
}
