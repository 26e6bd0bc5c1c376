// The address that somebody typed, on its way from one of our pages to the next: sealed, because addresses of pages are written down where
// no name of a person belongs, in logs, in histories and in what the next page is told of the last.
import type { Envelope } from '../base/envelope.ts'

const place = 'sign-in hint'
const mark = '~'
const maxHint = 320

/** As it stands in `login_hint`; undefined for what is longer than an address. */
export function sealHint(envelope: Envelope, typed: string): string | undefined {
  return typed.length > maxHint ? undefined : mark + envelope.seal(typed, place)
}

/** What `login_hint` says, whether we sealed it or an application wrote it; undefined for nothing, and for what is none. */
export function readHint(envelope: Envelope, text: string | null): string | undefined {
  if (text === null || text === '') return undefined
  if (!text.startsWith(mark)) return text.length > maxHint ? undefined : text
  try {
    return envelope.open(text.slice(mark.length), place)
  } catch {
    // Of another secret key, or written by somebody else: there is no hint.
    return undefined
  }
}
