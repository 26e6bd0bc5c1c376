// Which addresses Rollcall may open a connection to. Pure: asks no DNS and opens nothing (outbound.ts does both). A list
// of what is allowed, not of what is forbidden: global unicast, and what the operator named.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [Address, number]

/** `listed`: named in ROLLCALL_OUTBOUND_ALLOW; `loopback`: only under ROLLCALL_DEV. */
export type AddressVerdict = 'public' | 'listed' | 'loopback' | 'refused'

/** Judges addresses before they are called. */
export interface AddressGuard {
  readonly isLoopbackAllowed: boolean
  /** What an address that `host` resolved to counts as; a text that is no plain IP address is refused. */
  judge(host: string, address: string): AddressVerdict
  mayReach(host: string, address: string): boolean
}

/** What the operator allows beyond public addresses. */
export interface AddressRules {
  /** CIDRs, addresses and host names; a host name allows whatever address it resolves to. */
  readonly allow: readonly string[]
  readonly isLoopbackAllowed: boolean
}

const globalUnicastV6: Range = ipaddr.parseCIDR('2000::/3')
// Global by its number, but it is the platform beneath the machine that answers there (Azure's wire server).
const platformV4 = '168.63.129.16'
const hostPattern = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/

/** Throws on an entry that is neither a CIDR nor an address nor a host name: a mistyped rule must not pass unseen. */
export function createAddressGuard({ allow, isLoopbackAllowed }: AddressRules): AddressGuard {
  const entries = allow.map((entry) => entry.trim()).filter((entry) => entry !== '')
  const ranges = entries.map(readRange).filter((range) => range !== undefined)
  const hosts = new Set(entries.filter((entry) => readRange(entry) === undefined).map(readHost))
  const isListed = (address: Address): boolean => ranges.some((range) => isWithin(address, range))

  function judgeAddress(address: Address): AddressVerdict {
    const embedded = findEmbedded(address)
    if (embedded !== undefined) return judgeTranslated(address, embedded)
    if (isListed(address)) return 'listed'
    if (isLoopbackAllowed && address.range() === 'loopback') return 'loopback'
    return isGlobalUnicast(address) ? 'public' : 'refused'
  }

  // Whoever lists a translator's prefix has not thereby listed what lies behind it: the embedded address counts too.
  function judgeTranslated(outer: Address, embedded: ipaddr.IPv4): AddressVerdict {
    const inner = judgeAddress(embedded)
    const isSameHost = outer.range() === 'ipv4Mapped'
    if (isSameHost && (inner === 'listed' || inner === 'loopback')) return inner
    return isListed(outer) && inner !== 'refused' ? 'listed' : 'refused'
  }

  function judge(host: string, address: string): AddressVerdict {
    if (isIP(address) === 0 || address.includes('%')) return 'refused'
    const name = toHostName(host)
    if (hosts.has(name)) return 'listed'
    const verdict = judgeAddress(ipaddr.parse(address))
    // RFC 6761 §6.3: these names mean loopback, whatever a resolver says.
    const isLocal = name === 'localhost' || name.endsWith('.localhost')
    return isLocal && verdict === 'public' ? 'refused' : verdict
  }

  return { isLoopbackAllowed, judge, mayReach: (host, address) => judge(host, address) !== 'refused' }
}

/** Lower case, without the brackets of an IPv6 address and without the dot of the DNS root. */
export function toHostName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

function readRange(entry: string): Range | undefined {
  if (isIP(entry) !== 0) {
    const address = ipaddr.parse(entry)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  }
  const [base = '', bits = '', ...rest] = entry.split('/')
  if (isIP(base) === 0 || !/^\d{1,3}$/.test(bits) || rest.length > 0) return undefined
  return Number(bits) <= (isIP(base) === 4 ? 32 : 128) ? ipaddr.parseCIDR(entry) : undefined
}

function readHost(entry: string): string {
  const name = toHostName(entry)
  // A name of numbers alone is a mistyped address, and would never match a host.
  if (!hostPattern.test(name) || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(name))
    throw new Error(`ROLLCALL_OUTBOUND_ALLOW: "${entry}" is neither a CIDR nor a host name`)
  return name
}

function isWithin(address: Address, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match(base, bits)
}

function isGlobalUnicast(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' ? address.toString() !== platformV4 : isWithin(address, globalUnicastV6)
}

/** The IPv4 address inside a mapped, compatible, NAT64, 6to4 or Teredo address (RFC 4291, 6052, 8215, 3056, 4380). */
function findEmbedded(address: Address): ipaddr.IPv4 | undefined {
  if (address.kind() === 'ipv4') return undefined
  const { parts } = address as ipaddr.IPv6
  const [a = 0, b = 0, c = 0] = parts
  if (a === 0x2002) return toIPv4(b, c)
  // RFC 4380 §4: the client's address is written with every bit turned.
  if (a === 0x2001 && b === 0) return toIPv4(parts[6]! ^ 0xffff, parts[7]! ^ 0xffff)
  const isNat64 = a === 0x64 && b === 0xff9b
  const isZeroes = parts.slice(0, 4).every((part) => part === 0) && !isUnspecifiedOrLoopback(parts)
  return isNat64 || isZeroes ? toIPv4(parts[6]!, parts[7]!) : undefined
}

function isUnspecifiedOrLoopback(parts: readonly number[]): boolean {
  return parts.slice(0, 7).every((part) => part === 0) && parts[7]! <= 1
}

function toIPv4(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
}
