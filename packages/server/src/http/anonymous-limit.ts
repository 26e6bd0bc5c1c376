// What people without a credential may do, by network and in all: begin a sign-in, post a response, ask where to sign in, redeem
// a link. Each such act leaves a row or costs work that nobody answers for.
import { makeRoom } from '../base/bounded.ts'
import type { Clock } from '../base/clock.ts'
import { listNetworks, type Network } from './networks.ts'

/** Seconds' worth of acts that one network may do at once. */
const burstSeconds = 20
/** Networks' worth of acts that the installation takes in all. */
const installationShare = 10
const maxNetworks = 100_000
const longestWaitSeconds = 60
/** Of an act that ended well, as part of what it was for: a sign-in that ends in a session is nearly free. */
export const givenBack = 0.75

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
}

/** Acts that have been counted and are not forgotten yet. */
interface Use {
  acts: number
  at: number
}

/**
 * `perSecond` for one network (IPv4 /32, IPv6 /64), 20 seconds' worth at once; ten times that for all together. When less than
 * half of what all together may do is left, a network's share shrinks with what is left: so the heaviest are refused first, and
 * whoever comes for the first time last. There a neighbourhood (/24; /56 and /48) is looked at as well.
 */
export function createAnonymousLimit(perSecond: number, clock: Clock): AnonymousLimit {
  const burst = perSecond * burstSeconds
  const capacity = burst * installationShare
  const uses = new Map<string, Use>()
  const all: Use = { acts: 0, at: clock() }

  const lookAt = (use: Use, perSecondHere: number, now: number): Use => {
    use.acts = Math.max(0, use.acts - (Math.max(0, now - use.at) * perSecondHere) / 1_000)
    use.at = now
    return use
  }
  const find = ({ name, weight }: Network, now: number): Use => {
    const use = uses.get(name) ?? { acts: 0, at: now }
    if (!uses.delete(name)) makeRoom(uses, maxNetworks)
    uses.set(name, use)
    return lookAt(use, perSecond * weight, now)
  }
  const toWait = (acts: number): number =>
    Math.min(longestWaitSeconds, Math.max(1, Math.ceil(acts / perSecond)))

  return {
    take(ip) {
      const now = clock()
      const networks = listNetworks(ip)
      const found = networks.map((network) => find(network, now))
      const own = (found[0] as Use).acts
      if (own + 1 > burst) return toWait(own + 1 - burst)
      const left = 1 - lookAt(all, perSecond * installationShare, now).acts / capacity
      if (left * capacity < 1) return 1
      const share = left >= 0.5 ? Number.POSITIVE_INFINITY : Math.max(1, burst * (2 * left) ** 2)
      for (const [index, use] of found.entries()) {
        const acts = use.acts / (networks[index] as Network).weight
        if (acts + 1 > share) return toWait(acts + 1 - share)
      }
      for (const use of [...found, all]) use.acts += 1
      return 0
    },
    wait(ip) {
      const own = find(listNetworks(ip)[0] as Network, clock()).acts
      return own + 1 > burst ? toWait(own + 1 - burst) : 0
    },
    giveBack(ip, acts) {
      const now = clock()
      for (const network of listNetworks(ip)) {
        const use = find(network, now)
        use.acts = Math.max(0, use.acts - acts)
      }
      all.acts = Math.max(0, all.acts - acts)
    },
  }
}
