// A token bucket for each name: a sustained rate, and a burst above it.
import type { Clock } from '../base/clock.ts'
import { type Amounts, createAmounts } from './amounts.ts'

export interface RateLimit {
  /** 0 when the request may pass, else the whole seconds (1 or more) after which one may. */
  take(name: string): number
}

/** `perSecond` sustained, `burst` at once: four seconds' worth unless told. `buckets`: what is left of each name's tokens. */
export function createRateLimit(
  { perSecond, burst = 4 * perSecond }: { readonly perSecond: number; readonly burst?: number },
  clock: Clock,
  buckets: Amounts = createAmounts(),
): RateLimit {
  return {
    take: (name) =>
      buckets.exclusively(() => {
        const now = clock()
        const bucket = buckets.find(name, { value: burst, at: now })
        const elapsed = Math.max(0, now - bucket.at)
        bucket.value = Math.min(burst, bucket.value + (elapsed * perSecond) / 1_000)
        bucket.at = now
        const isFree = bucket.value >= 1
        if (isFree) bucket.value -= 1
        buckets.keep(name, bucket)
        return isFree ? 0 : Math.max(1, Math.ceil((1 - bucket.value) / perSecond))
      }),
  }
}
