// The address of the console's page for frames at one origin. It is sealed: the page may be shown there, and nobody else can make up one
// that may be shown elsewhere.
import type { Envelope } from '../base/envelope.ts'

/** Where such pages are. */
export const framePath = '/embed'

const place = 'frame-origin'

/** Below the public URL. */
export function toFramePath(envelope: Envelope, origin: string): string {
  return `${framePath}/${envelope.seal(origin, place)}`
}

/** Where the page of this path may be shown; undefined for an address that was not made here. */
export function readFramePath(envelope: Envelope, path: string): string | undefined {
  try {
    return envelope.open(path.slice(framePath.length + 1), place)
  } catch {
    return undefined
  }
}
