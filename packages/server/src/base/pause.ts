// Waiting between two looks at the store.
import { setTimeout as wait } from 'node:timers/promises'

/** Ends after so many milliseconds, or as soon as the signal is aborted; never throws. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined)
}
