// Which names can be an organization's domain at all: registrable names that no public mail service uses.
import providers from 'email-providers'
import { parse } from 'tldts'

const publicMail = new Set(providers.map((name) => name.toLowerCase()))

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

/** The domain of an address in lower-case ASCII; undefined for what is not an address. */
export function domainOfAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  if (at <= 0 || /[\s<>"]/.test(address)) return undefined
  return toHostname(address.slice(at + 1))
}

// A name and nothing else: what a URL would take for a port, a path or a user is none.
function toHostname(text: string): string | undefined {
  if (text === '' || /[/@:?#\s\\[\]%]/.test(text)) return undefined
  const hostname = URL.parse(`https://${text}/`)?.hostname
  return hostname !== undefined && /^[a-z0-9.-]+$/.test(hostname) ? hostname : undefined
}
