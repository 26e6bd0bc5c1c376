// What an act costs before it comes to the store, where organizations take turns: calls to addresses that somebody entered, and texts
// that are read. Of each an organization has so many at once and a minute, each rung of it its own, so that a contact uses up nothing of
// an administrator's; the operator's acts are not counted.
import type { Clock } from '../base/clock.ts'
import type { AmountsOf } from './amounts.ts'
import { Problem } from './problem.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

/** How many calls to addresses that somebody entered go out in a minute. */
export const outboundAMinute = 60
/** How many texts are read in a minute. */
export const readingsAMinute = 300
/** Of one organization and rung, of each kind. */
export const spentAtOnce = 4

/** Budgets by name. */
export interface Spending {
  /** The work, in the name's budget. Throws 429 with `Retry-After` beyond it; without a name nothing is counted. */
  outbound<T>(name: string | undefined, work: () => Promise<T>): Promise<T>
  reading<T>(name: string | undefined, work: () => Promise<T>): Promise<T>
}

/** All budgets full. */
export function createSpending(clock: Clock, amountsOf: AmountsOf): Spending {
  const rateOf = (kind: 'outbound' | 'reading', aMinute: number): RateLimit =>
    createRateLimit({ perSecond: aMinute / 60, burst: aMinute }, clock, amountsOf(kind))
  return {
    outbound: createBudget(
      rateOf('outbound', outboundAMinute),
      `calls to other addresses: ${spentAtOnce} at once and ${outboundAMinute} a minute`,
    ),
    reading: createBudget(
      rateOf('reading', readingsAMinute),
      `metadata, previews, logos and certificates: ${spentAtOnce} at once and ${readingsAMinute} a minute`,
    ),
  }
}

function createBudget(rate: RateLimit, of: string): Spending['outbound'] {
  const underWay = new Map<string, number>()
  const refuse = (waitSeconds: number): Problem =>
    new Problem('too_many_requests', `Too many of this organization at once (${of})`, {
      retryAfterSeconds: waitSeconds,
    })
  return async (name, work) => {
    if (name === undefined) return work()
    const count = underWay.get(name) ?? 0
    if (count >= spentAtOnce) throw refuse(1)
    const waitSeconds = rate.take(name)
    if (waitSeconds > 0) throw refuse(waitSeconds)
    underWay.set(name, count + 1)
    try {
      return await work()
    } finally {
      const left = (underWay.get(name) ?? 1) - 1
      if (left > 0) underWay.set(name, left)
      else underWay.delete(name)
    }
  }
}
