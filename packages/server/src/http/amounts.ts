// What limits remember: an amount for each name, and when it was last looked at. In this process's memory; workers of one
// process keep theirs together, in shared-amounts.
import { makeRoom } from '../base/bounded.ts'

/** An amount, and when it was last looked at. */
export interface Amount {
  value: number
  /** Milliseconds since 1970. */
  at: number
}

/** Amounts by name. */
export interface Amounts {
  /** Nobody else looks or changes anything meanwhile. What it does is short, and waits for nothing. */
  exclusively<T>(work: () => T): T
  /** What is kept under the name, to be changed and kept; `fresh` where nothing is. */
  find(name: string, fresh: Amount): Amount
  keep(name: string, amount: Amount): void
}

/** So many names are remembered; beyond that, who has been quiet the longest is forgotten. */
export const maxNames = 100_000

/** Amounts in the memory of this process. */
export function createAmounts(): Amounts {
  // In order of use: a full table forgets who has been quiet the longest, and nobody else.
  const amounts = new Map<string, Amount>()
  return {
    exclusively: (work) => work(),
    find: (name, fresh) => amounts.get(name) ?? fresh,
    keep(name, amount) {
      if (!amounts.delete(name)) makeRoom(amounts, maxNames)
      amounts.set(name, amount)
    },
  }
}

/** The limits that remember something, each with a table of its own. */
export const limitNames = ['scim', 'tokens', 'anonymous', 'wrong', 'outbound', 'reading'] as const
/** The name of a limit. */
export type LimitName = (typeof limitNames)[number]
/** The amounts of one limit. */
export type AmountsOf = (limit: LimitName) => Amounts
