// Where an OpenID Connect session, or a grant, comes from: our own session of that person, which it never outlives. The library
// keeps it in the payload; the adapter writes it into columns as well, so that it can be found by them.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { findSessionByHash, type Session } from '../sessions/sessions.ts'
import type { Database } from '../store/database.ts'

/** Our own session behind a session or a grant of the library. */
export interface Source {
  readonly sessionId: string
  /** What is kept of our session's token: how it is looked up. */
  readonly hash: string
  readonly connectionId: string | null
  readonly anchorNumber: number | null
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

/** What is kept of our session. */
export function toSource(session: Session, hash: string): Source {
  const { id: sessionId, connectionId, anchorNumber, expiresAt: endsAt } = session
  return { sessionId, hash, connectionId, anchorNumber, endsAt }
}

/** Of a payload or a model; undefined where it was made before sources were kept, or belongs to nobody yet. */
export function sourceOf(kept: unknown): Source | undefined {
  return (kept as { source?: Source } | undefined)?.source
}

type Looked = WeakMap<object, { readonly source: Source; readonly isLive: Promise<boolean> }>
const looked: Looked = new WeakMap()

/**
 * Whether the session of ours that the library's session came by still holds, and is that person's: asked of the store once a
 * request, also of a sign-in that was finished a moment ago, for it may have been ended since.
 */
export function isSourceLive(ctx: KoaContextWithOIDC, database: Database, now: number): Promise<boolean> {
  const { session, prompts } = ctx.oidc
  const source = sourceOf(session)
  const accountId = session?.accountId
  if (source === undefined || accountId === undefined) return Promise.resolve(false)
  const before = looked.get(ctx)
  if (before?.source === source) return before.isLive
  // A silent request shows that a page is open somewhere, not that the person is there.
  const isLive = findSessionByHash(database, source.hash, now, prompts.has('none')).then(
    (own) => own?.id === source.sessionId && own.userId === accountId,
  )
  looked.set(ctx, { source, isLive })
  return isLive
}
