// Single settings read from text: what is wrong with one is added to the faults.
import { basePathOf, findClash } from './base-path.ts'

/** A whole number between two bounds. */
export function readInteger(
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
  name: string,
  faults: string[],
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  faults.push(`${name} must be a whole number from ${min} to ${max}`)
  return fallback
}

/** On or off. */
export function readSwitch(
  text: string | undefined,
  fallback: boolean,
  name: string,
  faults: string[],
): boolean {
  if (text === undefined) return fallback
  if (['1', 'true', 'on'].includes(text.toLowerCase())) return true
  if (['0', 'false', 'off'].includes(text.toLowerCase())) return false
  faults.push(`${name} must be 1/0, true/false or on/off`)
  return fallback
}

/** One of several words. */
export function readChoice<T extends string>(
  text: string | undefined,
  fallback: T,
  choices: readonly T[],
  name: string,
  faults: string[],
): T {
  if (text === undefined) return fallback
  const found = choices.find((one) => one === text)
  if (found !== undefined) return found
  faults.push(`${name} must be one of ${choices.join(', ')}`)
  return fallback
}

/** The public URL, without a slash at its end. */
export function readUrl(text: string, faults: string[]): string {
  const url = URL.parse(text)
  const isPlain =
    url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    faults.push('ROLLCALL_URL must be an http or https URL without user, query or fragment')
    return text
  }
  const basePath = basePathOf(url.href)
  if (!/^(?:\/[\w.~-]+)*$/.test(basePath))
    faults.push('ROLLCALL_URL: its path may have letters, digits and . _ ~ - between single slashes')
  const clash = basePath === '' ? undefined : findClash(basePath)
  if (clash !== undefined)
    faults.push(
      `ROLLCALL_URL: with the path ${basePath} nobody could tell its addresses from the service's own below ${clash}: name another one, such as /rollcall`,
    )
  return url.href.replace(/\/+$/, '')
}

/** An address of mail; undefined where there is none. */
export function readAddress(text: string | undefined, faults: string[]): string | undefined {
  if (text !== undefined && !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text))
    faults.push('ROLLCALL_OPERATOR_MAIL must be one address such as ops@example.com')
  return text
}

/** Addresses and URIs (RFC 9116 §2.5.3), as URIs. */
export function readContacts(text: string | undefined, faults: string[]): readonly string[] {
  const entries = (text ?? '').split(/[\s,]+/).filter((part) => part !== '')
  return entries.map((entry) => {
    if (/^[^\s@<>:;/]+@[^\s@<>:;/]+$/.test(entry)) return `mailto:${entry}`
    const url = URL.parse(entry)
    if (url === null || !['mailto:', 'https:', 'tel:'].includes(url.protocol))
      faults.push(
        `ROLLCALL_SECURITY_CONTACT: ${JSON.stringify(entry)} is no address and no mailto:, https: or tel: URI`,
      )
    return entry
  })
}
