// A token bucket for each name: a sustained rate, and a burst above it.
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { type Amounts, createAmounts } from './amounts.ts'

export interface RateLimit {
  /** 0 when the request may pass, else the whole seconds (1 or more) after which one may. */
  take(name: string): number
  /**
   * The same for whoever may also pass a little later: it has been waited for then, and the answer is 0. Those who come one after
   * another and know no 429 go at the sustained rate. As many wait as pass within that time; further ones are refused at once.
   */
  pass(name: string): Promise<number>
}

const longestWaitMs = 1_000

/** `perSecond` sustained, `burst` at once: four seconds' worth unless told. `buckets`: what is left of each name's tokens. */
export function createRateLimit(
  { perSecond, burst = 4 * perSecond }: { readonly perSecond: number; readonly burst?: number },
  clock: Clock,
  buckets: Amounts = createAmounts(),
): RateLimit {
  // Below zero stand the tokens of those who wait for theirs.
  const draw = (name: string, credit: number): number =>
    buckets.exclusively(() => {
      const now = clock()
      const bucket = buckets.find(name, { value: burst, at: now })
      const elapsed = Math.max(0, now - bucket.at)
      bucket.value = Math.min(burst, bucket.value + (elapsed * perSecond) / 1_000)
      bucket.at = now
      const left = bucket.value - 1
      if (left >= -credit) bucket.value = left
      buckets.keep(name, bucket)
      return left
    })
  const toSeconds = (left: number): number => Math.max(1, Math.ceil(-left / perSecond))
  const credit = (perSecond * longestWaitMs) / 1_000
  return {
    take(name) {
      const left = draw(name, 0)
      return left >= 0 ? 0 : toSeconds(left)
    },
    async pass(name) {
      const left = draw(name, credit)
      if (left < -credit) return toSeconds(left)
      if (left < 0) await wait((-left * 1_000) / perSecond)
      return 0
    },
  }
}
