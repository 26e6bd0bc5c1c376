// The address that somebody typed, on its way from one of our pages to the next: sealed, because addresses of pages are written down where
// no name of a person belongs, in logs, in histories and in what the next page is told of the last.
import type { Envelope } from '../base/envelope.ts'

const mark = '~'
const maxHint = 320
/** So long somebody is on their way from one page to the next. */
const lifeMs = 600_000

/** Where an address is on its way to, and when. */
export interface HintWay {
  readonly envelope: Envelope
  /** The id of the connection, or `discovery` where none is chosen yet: opened nowhere else. */
  readonly to: string
  readonly now: number
}

const placeOf = ({ to }: HintWay): string => `sign-in hint ${to}`

/** As it stands in `login_hint`; undefined for what is longer than an address. */
export function sealHint(way: HintWay, typed: string): string | undefined {
  return typed.length > maxHint
    ? undefined
    : mark + way.envelope.seal(`${way.now + lifeMs} ${typed}`, placeOf(way))
}

/** What `login_hint` says, whether we sealed it or an application wrote it; undefined for nothing, and for what is none. */
export function readHint(way: HintWay, text: string | null): string | undefined {
  if (text === null || text === '') return undefined
  if (!text.startsWith(mark)) return text.length > maxHint ? undefined : text
  try {
    const [, end, typed] =
      /^(\d+) (.*)$/s.exec(way.envelope.open(text.slice(mark.length), placeOf(way))) ?? []
    return Number(end) > way.now ? typed : undefined
  } catch {
    // Of another secret key or place, or written by somebody else: there is no hint.
    return undefined
  }
}
