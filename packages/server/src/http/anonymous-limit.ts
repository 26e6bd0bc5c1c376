// What people without a credential may do, by network and in all: begin a sign-in, post a response, ask where to sign in, redeem
// a link. Each such act leaves a row or costs work that nobody answers for.
import type { Clock } from '../base/clock.ts'
import { type Amount, type Amounts, createAmounts } from './amounts.ts'
import { listNetworks, type Network } from './networks.ts'

/** Seconds' worth of acts that one network may do at once. */
const burstSeconds = 20
/** Networks' worth of acts that the installation takes in all. */
const installationShare = 10
const longestWaitSeconds = 60
/** Of an act that ended well, as part of what it was for: a sign-in that ends in a session is nearly free. */
export const givenBack = 0.75

/** Counts what is done without a credential. */
export interface AnonymousLimit {
  /** Counts one act; 0 when it may be done, else the whole seconds after which to try again, and nothing is counted. */
  take(ip: string | null): number
  /**
   * For a request that carries a credential which is not looked at yet: the seconds to wait where its network has used up its
   * own acts, with failed attempts. Others' floods do not hold it up.
   */
  wait(ip: string | null): number
  /** The act, or a part of it, ended as it should: it is not counted after all. */
  giveBack(ip: string | null, acts: number): void
  /** The act cost as much as so many more. */
  charge(ip: string | null, acts: number): void
}

/** What all networks together have done; no network has that name. */
const everybody = 'everybody'

/**
 * `perSecond` for one network (IPv4 /32, IPv6 /64), 20 seconds' worth at once; ten times that for all together. When less than
 * half of what all together may do is left, a network's share shrinks with what is left: so the heaviest are refused first, and
 * whoever comes for the first time last. There a neighbourhood (/24; /56 and /48) is looked at as well.
 */
export function createAnonymousLimit(
  perSecond: number,
  clock: Clock,
  uses: Amounts = createAmounts(),
): AnonymousLimit {
  const burst = perSecond * burstSeconds
  const capacity = burst * installationShare

  /** Acts that have been counted and are not forgotten yet. */
  const look = (name: string, perSecondHere: number, now: number): Amount => {
    const use = uses.find(name, { value: 0, at: now })
    use.value = Math.max(0, use.value - (Math.max(0, now - use.at) * perSecondHere) / 1_000)
    use.at = now
    uses.keep(name, use)
    return use
  }
  const lookAt = ({ name, weight }: Network, now: number): Amount => look(name, perSecond * weight, now)
  const count = (name: string, use: Amount, acts: number): void => {
    use.value = Math.max(0, use.value + acts)
    uses.keep(name, use)
  }
  const toWait = (acts: number): number =>
    Math.min(longestWaitSeconds, Math.max(1, Math.ceil(acts / perSecond)))

  const add = (ip: string | null, acts: number): void =>
    uses.exclusively(() => {
      const now = clock()
      for (const network of listNetworks(ip)) count(network.name, lookAt(network, now), acts)
      count(everybody, look(everybody, perSecond * installationShare, now), acts)
    })

  return {
    take: (ip) =>
      uses.exclusively(() => {
        const now = clock()
        const found = listNetworks(ip).map((network) => ({ network, use: lookAt(network, now) }))
        const own = (found[0] as { use: Amount }).use.value
        if (own + 1 > burst) return toWait(own + 1 - burst)
        const all = look(everybody, perSecond * installationShare, now)
        const left = 1 - all.value / capacity
        if (left * capacity < 1) return 1
        const share = left >= 0.5 ? Number.POSITIVE_INFINITY : Math.max(1, burst * (2 * left) ** 2)
        for (const { network, use } of found) {
          const acts = use.value / network.weight
          if (acts + 1 > share) return toWait(acts + 1 - share)
        }
        for (const { network, use } of found) count(network.name, use, 1)
        count(everybody, all, 1)
        return 0
      }),
    wait: (ip) =>
      uses.exclusively(() => {
        const own = lookAt(listNetworks(ip)[0]!, clock()).value
        return own + 1 > burst ? toWait(own + 1 - burst) : 0
      }),
    giveBack: (ip, acts) => add(ip, -acts),
    charge: (ip, acts) => add(ip, acts),
  }
}
