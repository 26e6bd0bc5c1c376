// A way from one screen to another, where the one that one is in may be for both.
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useMayOpen } from './session.tsx'

/** In a frame that is not for the other screen its words stand alone, or nothing where there is only the way. */
export function ScreenLink(props: {
  readonly to: string
  readonly isOnlyWay?: boolean
  readonly children: ReactNode
}): ReactNode {
  const { to, isOnlyWay = false, children } = props
  if (useMayOpen()(to)) return <Link to={to}>{children}</Link>
  return isOnlyWay ? null : children
}
