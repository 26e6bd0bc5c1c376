// An answer that goes on: it holds only as long as the session, the role and the organization of whoever asked for it do. They
// are looked at once a second, which does not count as use; the operator key itself holds as long as the service runs.
import type { OperationId } from '@rollcall/api'
import type { Context } from 'hono'
import { Problem } from '../http/problem.ts'
import { holderOf } from '../sessions/holder.ts'
import { type AdminOptions, type Env, idOfSession, isStillAllowed, toHolder } from './door.ts'
import type { Caller } from './permissions.ts'
import { maxStreams, maxStreamsOfOrganization, maxStreamsOfPerson, type Streamer } from './stream-places.ts'

const lookMs = 1_000

/** The place of an answer that goes on. */
export interface Held {
  /** Aborts when the client goes, the service stops, or whoever asked may no longer. */
  readonly signal: AbortSignal
  /** Gives the place back: called by whoever ends the answer. */
  end(): void
}

/** Throws 429 `too_many_streams` where who asks, or who stands behind them, holds enough. Whoever asks with HEAD is shown nothing, and holds nothing. */
export function holdAnswer(context: Context<Env>, id: OperationId, options: AdminOptions): Held {
  if (context.req.raw.method === 'HEAD') return { signal: AbortSignal.abort(), end: () => undefined }
  const caller = context.get('caller')
  const over = new AbortController()
  const streamer = toStreamer(caller)
  const release =
    streamer === undefined ? () => undefined : options.streams.take(streamer, () => over.abort())
  if (release === undefined)
    throw new Problem(
      'too_many_streams',
      `So many streams are held already: ${maxStreams} of a session or a link, ${maxStreamsOfPerson} of a person, ${maxStreamsOfOrganization} of an organization. Close one, or one of the windows`,
    )
  if (caller.kind !== 'nobody') context.env.hold?.({ ...toHolder(caller), isStream: true })
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

/** The key and the control socket are nobody's session. */
function toStreamer(caller: Caller): Streamer | undefined {
  const sessionId = idOfSession(caller)
  if (sessionId === undefined) return undefined
  if (caller.kind !== 'session') return { sessionId, parent: undefined, organizationId: undefined }
  const { organizationId } = caller.session.scope
  return { sessionId, parent: holderOf(caller.session), organizationId }
}

/** The key and the control socket hold for every organization that is there. */
function isWatched(context: Context<Env>): boolean {
  return idOfSession(context.get('caller')) !== undefined || context.req.param('slug') !== undefined
}
