// An answer that goes on: it holds only as long as the session, the role and the organization of whoever asked for it do. They
// are looked at once a second, which does not count as use; the operator key itself holds as long as the service runs.
import type { OperationId } from '@rollcall/api'
import type { Context } from 'hono'
import { Problem } from '../http/problem.ts'
import { type AdminOptions, type Env, idOfSession, isStillAllowed } from './door.ts'
import { maxStreams } from './stream-places.ts'

const lookMs = 1_000

export interface Held {
  /** Aborts when the client goes, the service stops, or whoever asked may no longer. */
  readonly signal: AbortSignal
  /** Gives the place back: called by whoever ends the answer. */
  end(): void
}

/** Throws 429 `too_many_streams` above ten of a session. Whoever asks with HEAD is shown nothing, and holds nothing. */
export function holdAnswer(context: Context<Env>, id: OperationId, options: AdminOptions): Held {
  if (context.req.raw.method === 'HEAD') return { signal: AbortSignal.abort(), end: () => undefined }
  const caller = context.get('caller')
  const sessionId = idOfSession(caller)
  const release = sessionId === undefined ? () => undefined : options.streams.take(sessionId)
  if (release === undefined)
    throw new Problem(
      429,
      'too_many_streams',
      `This session holds ${maxStreams} streams already: close one, or one of its windows`,
    )
  const over = new AbortController()
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    if (!(await isStillAllowed(context, id, options).catch(() => false))) over.abort()
    isLooking = false
  }
  const timer = isWatched(context) ? setInterval(look, lookMs).unref() : undefined
  const end = (): void => {
    clearInterval(timer)
    release()
  }
  over.signal.addEventListener('abort', end, { once: true })
  for (const signal of [context.req.raw.signal, options.stopping])
    if (signal.aborted) over.abort()
    else signal.addEventListener('abort', () => over.abort(), { signal: over.signal })
  return { signal: over.signal, end: () => over.abort() }
}

/** The key and the control socket hold for every organization that is there. */
function isWatched(context: Context<Env>): boolean {
  return idOfSession(context.get('caller')) !== undefined || context.req.param('slug') !== undefined
}
