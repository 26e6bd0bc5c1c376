// Which networks an address belongs to. Whoever rents one address of IPv4, or one /64 of IPv6, is one sender; a neighbourhood of
// them often is one owner.
import ipaddr from 'ipaddr.js'

/** One network that an address is in. */
export interface Network {
  readonly name: string
  /** How many senders' worth it may have: a neighbourhood is larger than one of its members. */
  readonly weight: number
}

const unknown: readonly Network[] = [{ name: 'unknown', weight: 1 }]

/**
 * From the sender outwards: /32 and /24 of IPv4; /64, /56 and /48 of IPv6. An IPv4 address written as IPv6 is the IPv4 address.
 * Whoever has no address that can be read shares one network with all others like that.
 */
export function listNetworks(ip: string | null): readonly Network[] {
  if (ip === null || !ipaddr.isValid(ip)) return unknown
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') {
    const [a, b, c, d] = address.toByteArray()
    return [
      { name: `${a}.${b}.${c}.${d}`, weight: 1 },
      { name: `${a}.${b}.${c}.0/24`, weight: 4 },
    ]
  }
  const [a = 0, b = 0, c = 0, d = 0] = (address as ipaddr.IPv6).parts.map((part) => part)
  const hex = (...parts: number[]): string => parts.map((part) => part.toString(16)).join(':')
  return [
    { name: `${hex(a, b, c, d)}::/64`, weight: 1 },
    { name: `${hex(a, b, c, d & 0xff00)}::/56`, weight: 2 },
    { name: `${hex(a, b, c)}::/48`, weight: 4 },
  ]
}

/** The sender alone: what one customer of a provider has. */
export function toNetwork(ip: string | null): string {
  return listNetworks(ip)[0]!.name
}
