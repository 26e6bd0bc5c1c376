// A token bucket for each name: a sustained rate, and a burst above it.
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { type Amount, type Amounts, createAmounts } from './amounts.ts'

/** A rate for each name. */
export interface RateLimit {
  /** 0 when the request may pass, else the whole seconds (1 or more) after which one may. */
  take(name: string): number
}

/** Who draws from a bucket that several share. */
export interface Sharer {
  readonly name: string
  /** The part of the bucket down to which it takes what is there. */
  readonly downTo: number
  /** The part of the sustained rate that is its own below that, at most: it is no more than the equal part of each who asked lately. */
  readonly share: number
}

/** A rate that may also be waited for. */
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
 * nobody uses up what another one has a share in, or what is kept for whoever has a lower mark. Shares together are never more than the
 * whole, so that nobody's has to wait for somebody else's.
 */
export function createSharedRateLimit(
  { perSecond }: { readonly perSecond: number },
  clock: Clock,
  buckets: Amounts = createAmounts(),
  pause: (milliseconds: number) => Promise<unknown> = wait,
): SharedRateLimit {
  const burst = 4 * perSecond
  const fill = ({ value, at }: Amount, share: number, most: number, now: number): Amount => ({
    value: Math.min(most, value + (Math.max(0, now - at) * perSecond * share) / 1_000),
    at: now,
  })
  /** Seconds to wait for what was drawn, or, where that is longer than anybody waits and nothing was drawn, until it may be drawn. */
  const draw = (name: string, { name: own, downTo, share: most }: Sharer): number =>
    buckets.exclusively(() => {
      const now = clock()
      const ownName = `${name} ${own}`
      const before = buckets.find(ownName, { value: 0, at: Number.NEGATIVE_INFINITY })
      const share = Math.min(most, 1 / countWhoAsked(buckets, name, before.at, now))
      const all = fill(buckets.find(name, { value: burst, at: now }), 1, burst, now)
      // What was saved is of the one burst that there is: once that is used up, and a second's worth more, each goes on at their share.
      const saved = all.value > -perSecond ? burst * share : 0
      const part = fill(before, share, Math.max(1, saved), now)
      const untilOpen = Math.max(0, burst * downTo - (all.value - 1)) / perSecond
      const untilOwn = Math.max(0, 1 - part.value) / share / perSecond
      const seconds = Math.min(untilOpen, untilOwn)
      if (seconds <= longestWaitMs / 1_000) {
        buckets.keep(name, { ...all, value: all.value - 1 })
        if (untilOwn < untilOpen) part.value -= 1
      }
      buckets.keep(ownName, part)
      return seconds
    })
  return {
    async pass(name, sharer) {
      const seconds = draw(name, sharer)
      if (seconds > longestWaitMs / 1_000) return Math.ceil(seconds)
      if (seconds > 0) await pause(seconds * 1_000)
      return 0
    },
  }
}

/**
 * How many have asked since the period before this one began, whoever asks now with them: whoever waits for their turn has asked since.
 * Of a period it is kept how many asked in it, and how many of those had not asked in the one before. `askedAt`: when who asks now did so
 * last.
 */
function countWhoAsked(buckets: Amounts, name: string, askedAt: number, now: number): number {
  const toPeriod = (at: number): number => Math.floor(at / longestWaitMs)
  const period = toPeriod(now)
  const nameOf = (what: 'asked' | 'came', of: number): string => `${name} ${what} ${of % 2}`
  const count = (what: 'asked' | 'came', of: number): number => {
    const { value, at } = buckets.find(nameOf(what, of), { value: 0, at: of * longestWaitMs })
    return at === of * longestWaitMs ? value : 0
  }
  const countOneMore = (what: 'asked' | 'came'): void =>
    buckets.keep(nameOf(what, period), { value: count(what, period) + 1, at: period * longestWaitMs })
  const last = toPeriod(askedAt)
  if (last !== period) countOneMore('asked')
  if (last !== period && last !== period - 1) countOneMore('came')
  return Math.max(1, count('asked', period - 1) + count('came', period))
}
