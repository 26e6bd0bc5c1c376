// The rules of connections in somebody's budget: each call to an address that they entered, and each text that is read for them.
import type { Spending } from '../http/spending.ts'
import { readMetadata } from '../saml/read-elsewhere.ts'
import type { ConnectionRules } from './metadata-source.ts'

/** `spender` is whose budget it is, undefined where nothing is counted; `owner` the organization whose turn it is to have a text read. */
export function withSpending<Rules extends ConnectionRules>(
  rules: Rules,
  spending: Spending,
  { spender, owner }: { readonly spender: string | undefined; readonly owner: string },
): Rules {
  return {
    ...rules,
    fetchMetadata: (url) => spending.outbound(spender, () => rules.fetchMetadata(url)),
    fetchDiscovery: (url) => spending.outbound(spender, () => rules.fetchDiscovery(url)),
    // Of each spender its own turns, so that what waits for a contact keeps nobody above from being read.
    readMetadata: (text) =>
      spending.reading(spender, () => readMetadata({ organizationId: owner, part: spender ?? '' }, text)),
  }
}

/** The same rules for a job, whose acts are not counted: what is read for one organization waits for no other one. */
export function ofOrganization<Rules extends ConnectionRules>(rules: Rules, owner: string): Rules {
  return { ...rules, readMetadata: (text) => readMetadata({ organizationId: owner, part: 'job' }, text) }
}
