// Which names can be an organization's domain at all: registrable names that no public mail service uses.
import providers from 'email-providers'
import { parse } from 'tldts'

const publicMail = new Set(providers.map((name) => name.toLowerCase()))

export type NameFault = 'domain_invalid' | 'domain_public'

/** The name in lower-case ASCII (IDNA), or why it cannot be claimed. */
export function readDomainName(text: string): { readonly name: string } | { readonly fault: NameFault } {
  const trimmed = text.trim().toLowerCase().replace(/\.$/, '')
  const url = URL.parse(`https://${trimmed}/`)
  const isBare = url !== null && url.port === '' && url.pathname === '/' && !/[/@:?#\s\\[\]]/.test(trimmed)
  if (!isBare) return { fault: 'domain_invalid' }
  const found = parse(url.hostname, { allowPrivateDomains: true })
  if (found.hostname === null || found.isIp === true || found.domain === null)
    return { fault: 'domain_invalid' }
  const isPublic = publicMail.has(found.hostname) || publicMail.has(found.domain)
  return isPublic ? { fault: 'domain_public' } : { name: url.hostname }
}

/** The domain of an address in lower-case ASCII; undefined for what is not an address. */
export function domainOfAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  if (at <= 0 || /[\s<>"]/.test(address)) return undefined
  const url = URL.parse(`https://${address.slice(at + 1)}/`)
  return url === null || url.hostname === '' || !/^[a-z0-9.-]+$/.test(url.hostname) ? undefined : url.hostname
}
