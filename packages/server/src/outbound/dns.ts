// DNS for domains: the TXT records that prove who owns one. Owns no rule about what they must say.

import { Resolver } from 'node:dns/promises'
import { codeOf } from '../base/unknown.ts'

/** The TXT records of a name, the chunks of each joined; none when the name or the type does not exist. Throws DnsUnavailable. */
export type ResolveTxt = (name: string) => Promise<readonly string[]>

/** No answer was had, so nothing is known about the name: try again later. */
export class DnsUnavailable extends Error {
  constructor(name: string, cause: unknown) {
    super(`DNS gave no answer about ${name}.`, { cause })
    this.name = 'DnsUnavailable'
  }
}

/** How TXT records are looked up. */
export interface TxtResolverOptions {
  /** For the whole question, whatever the number of servers. */
  readonly timeoutMs: number
  /** `address` or `address:port`; those of the machine when absent. */
  readonly servers?: readonly string[]
}

const nothingThere: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND'])

/** Asks name servers and never the hosts file; a new resolver each time, so that one slow name cancels no other. */
export function createTxtResolver({ timeoutMs, servers }: TxtResolverOptions): ResolveTxt {
  return async (name) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
    if (servers !== undefined) resolver.setServers([...servers])
    const timer = setTimeout(() => resolver.cancel(), timeoutMs)
    try {
      const records = await resolver.resolveTxt(name)
      return records.map((chunks) => chunks.join(''))
    } catch (error) {
      if (nothingThere.has(codeOf(error))) return []
      throw new DnsUnavailable(name, error)
    } finally {
      clearTimeout(timer)
    }
  }
}
