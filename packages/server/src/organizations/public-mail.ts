// Which names can be an organization's domain at all: registrable names that no public mail service uses.
import providers from 'email-providers'
import { parse } from 'tldts'
import { toHostname } from '../base/address.ts'

const publicMail = new Set(providers.map((name) => name.toLowerCase()))

/** Why a name cannot be an organization's domain. */
export type NameFault = 'domain_invalid' | 'domain_public'

/** The name in lower-case ASCII (IDNA), or why it cannot be claimed. */
export function readDomainName(text: string): { readonly name: string } | { readonly fault: NameFault } {
  const trimmed = text.trim().toLowerCase().replace(/\.$/, '')
  const hostname = toHostname(trimmed)
  if (hostname === undefined) return { fault: 'domain_invalid' }
  const found = parse(hostname, { allowPrivateDomains: true })
  if (found.hostname === null || found.isIp === true || found.domain === null)
    return { fault: 'domain_invalid' }
  const isPublic = publicMail.has(found.hostname) || publicMail.has(found.domain)
  return isPublic ? { fault: 'domain_public' } : { name: hostname }
}
