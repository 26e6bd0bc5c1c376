// A token bucket for each name: a sustained rate, and a burst above it.
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { type Amount, type Amounts, createAmounts } from './amounts.ts'

export interface RateLimit {
  /** 0 when the request may pass, else the whole seconds (1 or more) after which one may. */
  take(name: string): number
}

/** Who draws from a bucket that several share. */
export interface Sharer {
  readonly name: string
  /** The part of the bucket down to which it takes what is there. */
  readonly downTo: number
  /** The part of the sustained rate that is its own, below that. */
  readonly share: number
}

export interface SharedRateLimit {
  /**
   * As of a rate limit, for whoever may also pass a little later: it has been waited for then, and the answer is 0. Those who come one after
   * another and know no 429 go at the sustained rate. As many wait as pass within that time; further ones are refused at once.
   */
  pass(name: string, sharer: Sharer): Promise<number>
}

const longestWaitMs = 1_000

/** `perSecond` sustained, `burst` at once: four seconds' worth unless told. `buckets`: what is left of each name's tokens. */
export function createRateLimit(
  { perSecond, burst = 4 * perSecond }: { readonly perSecond: number; readonly burst?: number },
  clock: Clock,
  buckets: Amounts = createAmounts(),
): RateLimit {
  const draw = (name: string): number =>
    buckets.exclusively(() => {
      const now = clock()
      const bucket = buckets.find(name, { value: burst, at: now })
      const elapsed = Math.max(0, now - bucket.at)
      bucket.value = Math.min(burst, bucket.value + (elapsed * perSecond) / 1_000)
      bucket.at = now
      const left = bucket.value - 1
      if (left >= 0) bucket.value = left
      buckets.keep(name, bucket)
      return left
    })
  const toSeconds = (left: number): number => Math.max(1, Math.ceil(-left / perSecond))
  return {
    take(name) {
      const left = draw(name)
      return left >= 0 ? 0 : toSeconds(left)
    },
  }
}

/**
 * The same where several draw from one bucket. Each takes what is there down to their mark, and below it what their own bucket has, which
 * fills at their share of the rate. Below zero stand the tokens of those who wait for theirs. So whoever is alone has the whole rate, and
 * nobody uses up what another one has a share in, or what is kept for whoever has a lower mark.
 */
export function createSharedRateLimit(
  { perSecond }: { readonly perSecond: number },
  clock: Clock,
  buckets: Amounts = createAmounts(),
): SharedRateLimit {
  const burst = 4 * perSecond
  const filled = (name: string, share: number, now: number): Amount => {
    const { value, at } = buckets.find(name, { value: burst * share, at: now })
    const gained = (Math.max(0, now - at) * perSecond * share) / 1_000
    return { value: Math.min(burst * share, value + gained), at: now }
  }
  /** Seconds to wait for what was drawn, or, where that is longer than anybody waits and nothing was drawn, until it may be drawn. */
  const draw = (name: string, { name: own, downTo, share }: Sharer): number =>
    buckets.exclusively(() => {
      const now = clock()
      const all = filled(name, 1, now)
      all.value -= 1
      const untilOpen = Math.max(0, burst * downTo - all.value) / perSecond
      const ownName = `${name} ${own}`
      const part = filled(ownName, share, now)
      part.value -= 1
      const untilOwn = Math.max(0, -all.value, -part.value / share) / perSecond
      const seconds = Math.min(untilOpen, untilOwn)
      if (seconds > longestWaitMs / 1_000) return seconds
      buckets.keep(name, all)
      if (untilOwn < untilOpen) buckets.keep(ownName, part)
      return seconds
    })
  return {
    async pass(name, sharer) {
      const seconds = draw(name, sharer)
      if (seconds > longestWaitMs / 1_000) return Math.ceil(seconds)
      if (seconds > 0) await wait(seconds * 1_000)
      return 0
    },
  }
}
