// Who is at the other end: the peer's address, or what a trusted proxy says of it.
import ipaddr from 'ipaddr.js'
import type { HeaderReader } from './asked.ts'

/** What the network knows of a request; `peer` is undefined where there is no socket (tests, embedding). */
export interface Peer {
  readonly address: string | undefined
}

/** Finds who is at the other end. */
export interface ClientAddress {
  /** The address, without a port; null when unknown. */
  find(peer: Peer, headers: HeaderReader): string | null
  /** Whether this peer is trusted to say for whom it asks. */
  isProxy(address: string | undefined): boolean
  /** Whether the request comes from this machine itself and through no proxy. */
  isLocal(peer: Peer, headers: HeaderReader): boolean
}

const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'x-forwarded-host', 'via']

/** `trustedProxies` are CIDRs; X-Forwarded-For is read from its end, past each trusted hop. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map((cidr) => ipaddr.parseCIDR(cidr))
  const isTrusted = (address: string): boolean => {
    if (ranges.length === 0 || !ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits))
  }
  return {
    find(peer, headers) {
      const direct = peer.address
      if (direct === undefined) return null
      if (ranges.length === 0) return direct
      let found = direct
      const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
      while (isTrusted(found)) {
        const next = hops.pop()
        if (next === undefined || !ipaddr.isValid(next)) break
        found = next
      }
      return found
    },
    isProxy: (address) => address !== undefined && isTrusted(address),
    isLocal(peer, headers) {
      if (peer.address === undefined || forwarding.some((name) => headers.has(name))) return false
      return ipaddr.isValid(peer.address) && ipaddr.process(peer.address).range() === 'loopback'
    },
  }
}
