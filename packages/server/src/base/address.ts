// The one reader of e-mail addresses: what SAML, OpenID Connect, an import or an invitation names is read here, so that one
// mailbox has one spelling. Pure.
import { domainToASCII, domainToUnicode } from 'node:url'
import { hasAnyUnseen } from '@rollcall/api/unseen'

const maxCharacters = 320

/** An address that may name a person. */
export interface Address {
  /** The domain in lower-case ASCII, the local part as it was sent (NFC). */
  readonly address: string
  /** In lower-case ASCII. */
  readonly domain: string
}

// Directories write proxy addresses and links with their scheme.
const scheme = /^(?:mailto|smtp):/i
// RFC 5322 §3.2.3 within ASCII; beyond it RFC 6531 §3.3, without spaces.
const localPart = /^(?:[\w!#$%&'*+/=?^`{|}~.-]|(?!\p{Z})\P{ASCII})+$/u
// CN=x and its kind: a name of a directory entry, not of a mailbox.
const distinguishedName = /^[a-z][a-z0-9.-]*=/i

/** Undefined for whatever is not plainly one address. */
export function readAddress(text: string): Address | undefined {
  if (text.length > maxCharacters) return undefined
  const bare = text.replace(scheme, '')
  const at = bare.indexOf('@')
  const local = bare.slice(0, Math.max(at, 0)).normalize('NFC')
  if (!localPart.test(local) || hasAnyUnseen(local) || distinguishedName.test(local)) return undefined
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined
  const domain = toHostname(bare.slice(at + 1))
  return domain === undefined ? undefined : { address: `${local}@${domain}`, domain }
}

/** A host name in lower-case ASCII (UTS 46), and nothing else: what a URL would take for a port, a path or a user is none. */
export function toHostname(text: string): string | undefined {
  if (text === '' || text.length > maxCharacters || /[/@:?#\s\\[\]%<>"]/.test(text)) return undefined
  const hostname = domainToASCII(text).toLowerCase()
  const isName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(hostname) && !hostname.includes('..')
  // A number at the end makes it an address of the network (URL standard §3.5).
  return isName && !/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(hostname) ? hostname : undefined
}

/** The domain of an address in lower-case ASCII; undefined for what is not an address. */
export function domainOfAddress(address: string): string | undefined {
  return readAddress(address)?.domain
}

/** The ways in which an address, as compared, may be stored: its domain in ASCII and in its own script. */
export function spellingsOf(addressKey: string): readonly [string, string] {
  const at = addressKey.lastIndexOf('@')
  const domain = addressKey.slice(at + 1)
  const local = addressKey.slice(0, at + 1)
  const ascii = at < 0 ? '' : domainToASCII(domain)
  if (ascii === '' || !ascii.includes('xn--')) return [addressKey, addressKey]
  return [local + ascii, local + domainToUnicode(ascii)]
}

/**
 * Whether nobody could take the address for another one: it is spelled as readAddress spells it, and its letters are Latin and
 * the same after folding. Letters of other scripts look like Latin ones; products compare without case.
 */
export function isPlainAddress(address: string): boolean {
  const read = readAddress(address)
  if (read === undefined) return false
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const domain = address.slice(at + 1).toLowerCase()
  const isCanonical =
    read.address === `${local}@${read.domain}` &&
    (domain === read.domain || domain.normalize('NFC') === domainToUnicode(read.domain))
  const lower = local.toLowerCase()
  const isStable = lower.normalize('NFKC') === lower && lower.toUpperCase().toLowerCase() === lower
  return isCanonical && isStable && /^[\p{ASCII}\p{Script=Latin}\p{Mn}]+$/u.test(local)
}
