// A token bucket for each name: a sustained rate, and a burst above it.
import { makeRoom } from '../base/bounded.ts'
import type { Clock } from '../base/clock.ts'

const maxBuckets = 100_000

interface Bucket {
  tokens: number
  at: number
}

export interface RateLimit {
  /** 0 when the request may pass, else the whole seconds (1 or more) after which one may. */
  take(name: string): number
}

/** `perSecond` sustained, `burst` at once: four seconds' worth unless told. */
export function createRateLimit(
  { perSecond, burst = 4 * perSecond }: { readonly perSecond: number; readonly burst?: number },
  clock: Clock,
): RateLimit {
  // In order of use: a full table forgets who has been quiet the longest, and nobody else.
  const buckets = new Map<string, Bucket>()
  return {
    take(name) {
      const now = clock()
      const bucket = buckets.get(name) ?? { tokens: burst, at: now }
      if (!buckets.delete(name)) makeRoom(buckets, maxBuckets)
      buckets.set(name, bucket)
      const elapsed = Math.max(0, now - bucket.at)
      bucket.tokens = Math.min(burst, bucket.tokens + (elapsed * perSecond) / 1_000)
      bucket.at = now
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return 0
      }
      return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond))
    },
  }
}
