// Where a call goes: a URL that was read, and the addresses its host resolved to, all of them checked. Owns the rules on
// scheme, port and address; opens no connection.
import { isIP } from 'node:net'
import { type AddressGuard, type AddressVerdict, toHostName } from './addresses.ts'
import { OutboundError } from './outbound-error.ts'

/** An address that a host resolved to. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** Every address of a host; asked once for a call. */
export type ResolveHost = (host: string) => Promise<readonly ResolvedAddress[]>

/** Where a call goes. */
export interface Target {
  readonly host: string
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** What the connection is pinned to; never empty. */
  readonly addresses: readonly ResolvedAddress[]
}

/** What a target has to satisfy. */
export interface TargetRules {
  readonly guard: AddressGuard
  readonly resolve: ResolveHost
  readonly ports: readonly number[]
}

/** Throws OutboundError unless scheme, port and every single address of the host may be reached. */
export async function findTarget(text: string, { guard, resolve, ports }: TargetRules): Promise<Target> {
  const url = readUrl(text)
  const host = toHostName(url.hostname)
  const addresses =
    isIP(host) === 0 ? await resolveHost(host, resolve) : [{ address: host, family: isIP(host) }]
  const verdicts = addresses.map(({ address }) => guard.judge(host, address))
  if (verdicts.includes('refused'))
    throw new OutboundError(
      'address_refused',
      `${host} resolves to an address that is not public. The operator can allow it in ROLLCALL_OUTBOUND_ALLOW.`,
    )
  checkScheme(url, verdicts)
  checkPort(url, verdicts, guard, ports)
  return {
    host,
    origin: `${url.protocol}//${toAuthority(host)}:${toPort(url)}`,
    path: url.pathname + url.search,
    addresses,
  }
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    throw new OutboundError('url_invalid', 'This is not a URL. It must begin with https://.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new OutboundError(
      'scheme_refused',
      `${url.protocol} is not allowed. The URL must begin with https://.`,
    )
  if (url.username !== '' || url.password !== '')
    throw new OutboundError('url_invalid', 'The URL must not hold a user name or a password.')
  if (toHostName(url.hostname).split('.').includes(''))
    throw new OutboundError('url_invalid', `${url.hostname} is not a host name.`)
  return url
}

async function resolveHost(host: string, resolve: ResolveHost): Promise<readonly ResolvedAddress[]> {
  let addresses: readonly ResolvedAddress[]
  try {
    addresses = await resolve(host)
  } catch (cause) {
    throw new OutboundError('not_resolved', `${host} could not be found in DNS.`, cause)
  }
  if (addresses.length === 0) throw new OutboundError('not_resolved', `${host} has no address in DNS.`)
  return addresses
}

function checkScheme(url: URL, verdicts: readonly AddressVerdict[]): void {
  if (url.protocol === 'https:' || !verdicts.includes('public')) return
  throw new OutboundError('scheme_refused', 'http:// is not encrypted. The URL must begin with https://.')
}

function checkPort(
  url: URL,
  verdicts: readonly AddressVerdict[],
  guard: AddressGuard,
  ports: readonly number[],
): void {
  const port = toPort(url)
  if (ports.includes(port) || guard.isLoopbackAllowed || !verdicts.includes('public')) return
  throw new OutboundError('port_refused', `Port ${port} is not allowed. Allowed: ${ports.join(', ')}.`)
}

function toPort(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
}

function toAuthority(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
