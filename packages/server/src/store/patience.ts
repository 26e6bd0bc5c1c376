// How long whoever asks waits for the database. A request waits at most nine seconds in all, however many units of work it is
// made of: what took a second or longer, or was refused, is counted, in the queue too. A job waits as long as its work takes.
import { AsyncLocalStorage } from 'node:async_hooks'

/** How long whoever asks waits. */
export interface Patience {
  /** A job: its statements may take a minute, on a connection that no request waits behind. */
  readonly isLong: boolean
  /** Milliseconds that the next unit of work may take. */
  left(): number
  /** What was waited for took this long, or was refused after it. */
  spend(milliseconds: number, isRefused?: boolean): void
}

/** One unit of work is given up after this. */
const unitMs = 8_500
const requestMs = 9_000
const jobMs = 75_000
/** What is quicker is not counted: a thousand quick units are no wait. */
const slowMs = 1_000
/** A stream that lives for days gets back what it waited, a second in this many. */
const regainedIn = 6

const current = new AsyncLocalStorage<Patience>()

/** Of a job: as long as it takes. */
const long: Patience = { isLong: true, left: () => jobMs, spend: () => undefined }
/** Of whoever is neither a request nor a job. */
const plain: Patience = { isLong: false, left: () => unitMs, spend: () => undefined }

function createPatience(now: () => number): Patience {
  let [spent, at] = [0, now()]
  const regain = (): void => {
    spent = Math.max(0, spent - (now() - at) / regainedIn)
    at = now()
  }
  return {
    isLong: false,
    left() {
      regain()
      return Math.min(unitMs, requestMs - spent)
    },
    spend(milliseconds, isRefused = false) {
      regain()
      if (isRefused || milliseconds >= slowMs) spent += milliseconds
    },
  }
}

/** Runs a request, or a step of one that answers as it goes, with a patience of its own. */
export function withRequestPatience<T>(work: () => T): T {
  return current.run(
    createPatience(() => performance.now()),
    work,
  )
}

/** Runs a job, or an act on very many people, which takes as long: whoever asked for it waits. */
export function withJobPatience<T>(work: () => T): T {
  return current.run(long, work)
}

/** Goes on with the patience that was there when the work was asked for. */
export function withPatience<T>(patience: Patience, work: () => T): T {
  return current.run(patience, work)
}

/** How long is waited here. */
export function readPatience(): Patience {
  return current.getStore() ?? plain
}
