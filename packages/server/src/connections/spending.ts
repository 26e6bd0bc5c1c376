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
    readMetadata: (text) => spending.reading(spender, () => readMetadata(owner, text)),
  }
}
