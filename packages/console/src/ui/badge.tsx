// A short state in a colour of its own; the word says it too.
import type { ReactNode } from 'react'

/** What a state means to the reader, from good to off. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'off'

/** A word in the colour of its tone; `isLive` adds a light that pulses. */
export function Badge(props: {
  readonly tone: Tone
  readonly isLive?: boolean
  readonly children: ReactNode
}): ReactNode {
  return (
    <span className={`rc-badge rc-${props.tone}`}>
      {props.isLive === true && <span className="rc-pulse" aria-hidden="true" />}
      {props.children}
    </span>
  )
}
