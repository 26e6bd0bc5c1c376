// Follows the stream of requests and sign-ins.
import { useRef } from 'react'
import { makeStale, useStream } from '../../base/api.ts'
import { links } from '../../base/links.ts'

const refreshMs = 500

/** Asks for the list again whenever something happens; however much comes in, twice a second at most. */
export function useLiveList(slug: string, isFollowing: boolean): void {
  const refresh = useRef<ReturnType<typeof setTimeout>>(undefined)
  useStream(isFollowing ? links.activityStream(slug) : undefined, () => {
    refresh.current ??= setTimeout(() => {
      refresh.current = undefined
      void makeStale(['listActivity'])
    }, refreshMs)
  })
}
