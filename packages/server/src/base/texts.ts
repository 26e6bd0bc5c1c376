// Texts that can be kept: PostgreSQL takes no U+0000, and half of a surrogate pair would be kept as another character, so that two names
// become one. Pure.
import { strip } from './spaces.ts'

/** The longest that an id of a session at an identity provider may be, in bytes of UTF-8. */
const maxSessionIdBytes = 1_024

/** Whether a text can be kept as it is: no U+0000 and no half of a surrogate pair. */
export function isKeepableText(text: string): boolean {
  return !hasNul(text) && text.isWellFormed()
}

/** Whether what was read of JSON has a text, as a value or a name, of which this holds. However deep it is. */
export function hasText(value: unknown, isWanted: (text: string) => boolean): boolean {
  const left: unknown[] = [value]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one === 'string' && isWanted(one)) return true
    if (typeof one !== 'object' || one === null) continue
    if (Array.isArray(one)) for (const item of one) left.push(item)
    else for (const [name, item] of Object.entries(one)) left.push(name, item)
  }
  return false
}

/** Whether U+0000 is in it. */
export function hasNul(text: string): boolean {
  return text.includes('\0')
}

/**
 * How a session is called at an identity provider (SessionIndex of SAML, sid of OpenID Connect), the same when somebody signs in and
 * when they are signed out: without white space around it. Null for what is no such name, or too long a one: whoever signs in by it
 * has a session that ends with every logout of theirs.
 */
export function readSessionId(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const name = strip(value)
  const isName = name !== '' && isKeepableText(name) && Buffer.byteLength(name) <= maxSessionIdBytes
  return isName ? name : null
}
