// The TXT record that proves a domain: what it says, whether it is there, and what stands in its place where it is not. Owns no row.

import type { Domain } from '@rollcall/api'
import { escapeUnseen } from '@rollcall/api/unseen'
import { getDomain } from 'tldts'
import { ownDomainRecord } from '../brand/brand.ts'
import { Problem } from '../http/problem.ts'
import type { Dns, ResolveTxt } from '../outbound/dns.ts'
import type { DomainTable, KeptFound } from '../store/schema.ts'
import { findDnsProvider } from './dns-providers.ts'

type WithRecord = Pick<DomainTable, 'name' | 'token' | 'record_host' | 'record_prefix'>

const maxValues = 5
const maxValueLength = 200

/** What stood where the record should be. */
export type FoundInstead = Omit<KeptFound, 'at'>

/** What proves a domain: the one that it began with, whatever the brand says today. */
export function recordOf({ name, token, record_host, record_prefix }: WithRecord): Domain['txtRecord'] {
  const { host, prefix } = ownDomainRecord
  return { name: `${record_host ?? host}.${name}`, value: `${record_prefix ?? prefix}=${token}` }
}

// Some consoles keep the quotation marks that others ask for; whoever could write them could write the record.
function holdsValue(texts: readonly string[], value: string): boolean {
  return texts.some(
    (text) =>
      text
        .trim()
        .replace(/^"(.*)"$/s, '$1')
        .trim() === value,
  )
}

/** Looks for the record that proves a domain. Throws 503 `dns_unavailable`. */
export async function findRecord(row: WithRecord, resolve: ResolveTxt): Promise<boolean> {
  const { name, value } = recordOf(row)
  try {
    return holdsValue(await resolve(name), value)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('dns_unavailable', 'DNS does not answer; try again shortly')
  }
}

/** Looks for the record and, where it is not there, around it: six questions at most. Undefined: it is there. Throws 429. */
export async function lookForRecord(row: WithRecord, dns: Dns): Promise<FoundInstead | undefined> {
  const { name, value } = recordOf(row)
  let texts: readonly string[]
  try {
    texts = await dns.txt(name)
  } catch (error) {
    if (error instanceof Problem) throw error
    return { outcome: 'no_answer', values: [], dnsProvider: null, zone: null, host: null }
  }
  if (holdsValue(texts, value)) return undefined
  const { zone, servers } = await findZone(row.name, dns)
  const [doubled, atDomain] = await Promise.all(
    [`${name}.${zone ?? row.name}`, row.name].map(async (other) =>
      holdsValue(await dns.txt(other).catch(() => []), value),
    ),
  )
  return {
    outcome: toOutcome(doubled === true, atDomain === true, texts),
    // A stranger's words, which are read beside ours.
    values: texts.slice(0, maxValues).map((text) => escapeUnseen(text.slice(0, maxValueLength))),
    dnsProvider: findDnsProvider(servers) ?? null,
    zone,
    host: zone === null ? null : name.slice(0, -(zone.length + 1)),
  }
}

function toOutcome(
  isDoubled: boolean,
  isAtDomain: boolean,
  texts: readonly string[],
): FoundInstead['outcome'] {
  if (isDoubled) return 'doubled_name'
  if (isAtDomain) return 'at_domain'
  return texts.length > 0 ? 'other_values' : 'nothing'
}

// The domain itself, or the nearest name above it that has name servers of its own; never above what can be registered.
async function findZone(
  name: string,
  dns: Dns,
): Promise<{ readonly zone: string | null; readonly servers: readonly string[] }> {
  const least = getDomain(name, { allowPrivateDomains: true }) ?? name
  const above = name
    .split('.')
    .map((_, at, labels) => labels.slice(at).join('.'))
    .filter((one) => one.endsWith(least))
  for (const zone of above.length > 3 ? [...above.slice(0, 2), least] : above) {
    const servers = await dns.nameServers(zone).catch(() => [])
    if (servers.length > 0) return { zone, servers }
  }
  return { zone: null, servers: [] }
}
