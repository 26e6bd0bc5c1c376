// How many streams a session holds at once on this node: few, so that nobody holds the places of others.

/** Streams and waiting answers of one session. */
export const maxStreams = 10

export interface StreamPlaces {
  /** Gives the place back; undefined where all of the session's are taken. */
  take(sessionId: string): (() => void) | undefined
}

export function createStreamPlaces(): StreamPlaces {
  const taken = new Map<string, number>()
  return {
    take(sessionId) {
      const held = taken.get(sessionId) ?? 0
      if (held >= maxStreams) return undefined
      taken.set(sessionId, held + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        const left = (taken.get(sessionId) ?? 1) - 1
        if (left > 0) taken.set(sessionId, left)
        else taken.delete(sessionId)
      }
    },
  }
}
