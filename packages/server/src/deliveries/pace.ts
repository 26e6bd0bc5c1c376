// When a node looks again for what waits.

/** How soon after a commit of this node, or after a look that found something. */
export const tickMs = 150
/** How soon for what other nodes wrote, and for what they left behind. */
export const idleMs = 1_000
/** The same where so many looks in a row have found nothing: whoever writes looks for it. */
const quietMs = 4_000
const quietLooks = 30

/** Milliseconds until the next look after one that found nothing due; `nextAt` is when something will be, as far as is known. */
export function untilNextLook(looksInVain: number, nextAt: number | undefined, now: number): number {
  const longest = looksInVain > quietLooks ? quietMs : idleMs
  return nextAt === undefined ? longest : Math.min(longest, Math.max(tickMs, nextAt - now))
}
