// What is known of one thing: names, and what stands beside them.
import type { ReactNode } from 'react'

/** The list; a `Fact` a line. */
export function Facts(props: { readonly children: ReactNode }): ReactNode {
  return <dl className="rc-dl">{props.children}</dl>
}

/** One line of the list. */
export function Fact(props: {
  readonly name: ReactNode
  /** Whether it is something to copy, such as an ID. */
  readonly isMono?: boolean
  readonly children: ReactNode
}): ReactNode {
  return (
    <>
      <dt>{props.name}</dt>
      <dd {...(props.isMono === true ? { className: 'rc-mono' } : {})}>{props.children}</dd>
    </>
  )
}
