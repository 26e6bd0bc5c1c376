// A token bucket for each organization: a sustained rate, and a burst above it.
import type { Clock } from '../base/clock.ts'

const burstFactor = 4
const maxBuckets = 100_000

interface Bucket {
  tokens: number
  at: number
}

export interface RateLimit {
  /** 0 when the request may pass, else the whole seconds (1 or more) after which one may. */
  take(organizationId: string): number
}

/** `perSecond` requests sustained, four times that at once. */
export function createRateLimit(perSecond: number, clock: Clock): RateLimit {
  const buckets = new Map<string, Bucket>()
  const size = perSecond * burstFactor
  return {
    take(organizationId) {
      const now = clock()
      let bucket = buckets.get(organizationId)
      if (bucket === undefined) {
        if (buckets.size >= maxBuckets) buckets.clear()
        bucket = { tokens: size, at: now }
        buckets.set(organizationId, bucket)
      }
      const elapsed = Math.max(0, now - bucket.at)
      bucket.tokens = Math.min(size, bucket.tokens + (elapsed * perSecond) / 1_000)
      bucket.at = now
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return 0
      }
      return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond))
    },
  }
}
