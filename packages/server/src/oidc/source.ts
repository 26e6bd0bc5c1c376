// Where an OpenID Connect session, or a grant, comes from: our own session of that person, which it never outlives. The library
// keeps it in the payload; the adapter writes it into columns as well, so that it can be found by them.
import type { Session } from '../sessions/sessions.ts'

export interface Source {
  readonly sessionId: string
  /** What is kept of our session's token: how it is looked up. */
  readonly hash: string
  readonly connectionId: string | null
  readonly anchorNumber: number | null
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

export function toSource(session: Session, hash: string): Source {
  const { id: sessionId, connectionId, anchorNumber, expiresAt: endsAt } = session
  return { sessionId, hash, connectionId, anchorNumber, endsAt }
}

/** Of a payload or a model; undefined where it was made before sources were kept, or belongs to nobody yet. */
export function sourceOf(kept: unknown): Source | undefined {
  return (kept as { source?: Source } | undefined)?.source
}
