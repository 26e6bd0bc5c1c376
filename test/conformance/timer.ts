// The timer that a run of the catalogue is bounded by, in Node's way.
import type { StartTimer } from '@rollcall/scim/conformance'

export const startTimer: StartTimer = (ms) => {
  let handle: NodeJS.Timeout | undefined
  const done = new Promise<void>((resolve) => {
    handle = setTimeout(resolve, ms)
  })
  return { done, stop: () => clearTimeout(handle) }
}
