// Connections that are kept for a moment, for what calls the same place again and again. Each belongs to one origin and to the very
// addresses that were resolved and checked for the call: where DNS says something else, another one is made.
import type { Pool } from 'undici'
import type { Target } from './target.ts'

/** A receiver that is called without pause gets new connections this often, so that no certificate is trusted for longer. */
const lifeMs = 60_000
/** Unused ones are closed by then. */
const idleMs = 4_000
const perPlace = 16
const maxPlaces = 256

/** A connection that is kept. */
export interface Kept {
  readonly pool: Pool
  readonly bornAt: number
  usedAt: number
  /** Whether anything was answered on it: a connection may have been closed since. */
  hasAnswered: boolean
}

/** Connections that are kept, by where they lead. */
export interface KeptConnections {
  find(target: Target): Kept
  close(): void
}

/** `create` makes the connections of a place. */
export function createKeptConnections(
  create: (
    target: Target,
    options: { readonly connections: number; readonly keepAliveTimeout: number },
  ) => Pool,
): KeptConnections {
  const places = new Map<string, Kept>()
  const give = (key: string): void => {
    const kept = places.get(key)
    places.delete(key)
    // What is under way on it ends well.
    kept?.pool.close().catch(() => undefined)
  }
  const sweep = (now: number): void => {
    for (const [key, { usedAt, bornAt }] of places)
      if (now - usedAt > 2 * idleMs || now - bornAt > lifeMs) give(key)
    const [oldest] = places.keys()
    if (places.size >= maxPlaces && oldest !== undefined) give(oldest)
  }
  return {
    find(target) {
      const now = performance.now()
      const key = `${target.origin} ${target.addresses.map(({ address }) => address).toSorted()}`
      const known = places.get(key)
      if (known !== undefined && now - known.bornAt <= lifeMs) {
        known.usedAt = now
        return known
      }
      give(key)
      sweep(now)
      const pool = create(target, { connections: perPlace, keepAliveTimeout: idleMs })
      const kept = { pool, bornAt: now, usedAt: now, hasAnswered: false }
      places.set(key, kept)
      return kept
    },
    close() {
      for (const { pool } of places.values()) pool.destroy().catch(() => undefined)
      places.clear()
    },
  }
}
