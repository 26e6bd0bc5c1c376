// What is waited for, looked at forty times a second while there is any. Its clock leaves out how long this process itself
// stood still: what arrived meanwhile is read before anybody is said to be silent.
import type { StoreUnavailable } from './errors.ts'

const lookMs = 25
/** More than this between two looks was not waiting for the database. */
const maxStepMs = 500

/** What is waited for. */
export interface Watch {
  /** Milliseconds of the watch's own clock. */
  now(): number
  /**
   * Rejects with what `refuse` makes when the work takes longer; what it comes to then is dropped. `map` is told how long it took
   * and may put another error in the place of one.
   */
  within<T>(
    milliseconds: number,
    work: Promise<T>,
    refuse: () => StoreUnavailable,
    map?: (milliseconds: number, error?: unknown) => unknown,
  ): Promise<T>
}

interface Wait {
  readonly until: number
  readonly expire: () => void
}

/** `look` is called at each look. */
export function createWatch(look: () => void): Watch {
  const waits = new Set<Wait>()
  let timer: NodeJS.Timeout | undefined
  let [clock, lookedAt] = [0, 0]
  const tick = (): void => {
    const at = performance.now()
    clock += Math.min(at - lookedAt, maxStepMs)
    lookedAt = at
    look()
    for (const wait of waits) if (clock >= wait.until) wait.expire()
    if (waits.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    now: () => clock,
    within(milliseconds, work, refuse, map = (_, error) => error) {
      if (timer === undefined) {
        lookedAt = performance.now()
        timer = setInterval(tick, lookMs).unref()
      }
      return new Promise((resolve, reject) => {
        const startedAt = performance.now()
        const end = (error: unknown): void => {
          waits.delete(wait)
          reject(map(performance.now() - startedAt, error))
        }
        const wait: Wait = { until: clock + milliseconds, expire: () => end(refuse()) }
        waits.add(wait)
        work.then((value) => {
          waits.delete(wait)
          map(performance.now() - startedAt)
          resolve(value)
        }, end)
      })
    },
  }
}
