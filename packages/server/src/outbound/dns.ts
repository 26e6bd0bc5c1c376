// DNS for domains: the TXT records that prove who owns one, and the name servers that answer for it. Owns no rule about what they
// must say.

import { Resolver } from 'node:dns/promises'
import { codeOf } from '../base/unknown.ts'

/** The TXT records of a name, the chunks of each joined; none when the name or the type does not exist. Throws DnsUnavailable. */
export type ResolveTxt = (name: string) => Promise<readonly string[]>

/** The name servers of a zone, in lower case; none where no zone begins at the name. Throws DnsUnavailable. */
export type ResolveNameServers = (name: string) => Promise<readonly string[]>

/** What is asked of DNS. */
export interface Dns {
  readonly txt: ResolveTxt
  readonly nameServers: ResolveNameServers
}

/** No answer was had, so nothing is known about the name: try again later. */
export class DnsUnavailable extends Error {
  constructor(name: string, cause: unknown) {
    super(`DNS gave no answer about ${name}.`, { cause })
    this.name = 'DnsUnavailable'
  }
}

/** How names are looked up. */
export interface DnsOptions {
  /** For the whole question, whatever the number of servers. */
  readonly timeoutMs: number
  /** `address` or `address:port`; those of the machine when absent. */
  readonly servers?: readonly string[]
}

const nothingThere: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND'])

/** Asks name servers and never the hosts file; a new resolver each time, so that one slow name cancels no other. */
export function createDns(options: DnsOptions): Dns {
  return {
    async txt(name) {
      const records = await ask(options, name, (resolver) => resolver.resolveTxt(name))
      return records.map((chunks) => chunks.join(''))
    },
    async nameServers(name) {
      const names = await ask(options, name, (resolver) => resolver.resolveNs(name))
      return names.map((one) => one.toLowerCase())
    },
  }
}

async function ask<T>(
  { timeoutMs, servers }: DnsOptions,
  name: string,
  question: (resolver: Resolver) => Promise<T[]>,
): Promise<T[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
  if (servers !== undefined) resolver.setServers([...servers])
  const timer = setTimeout(() => resolver.cancel(), timeoutMs)
  try {
    return await question(resolver)
  } catch (error) {
    if (nothingThere.has(codeOf(error))) return []
    throw new DnsUnavailable(name, error)
  } finally {
    clearTimeout(timer)
  }
}
