// The typed client: every operation of the management API, with retries; lists and events as async iterators. Keeps no state.
import type { FeedEvent, OperationId } from '@rollcall/api'
import { type CallInput, createClient, formerNames, ProblemError, type ResultOf } from '@rollcall/api/client'
import { type Failure, mayRetry, toWaitMs } from './retry.ts'
import type { EventPage, EventType } from './types.ts'

export interface RollcallOptions {
  /** Public URL of the service, without `/api/v1`. */
  readonly url: string
  readonly operatorKey: string
  /** The runtime's own unless told. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** How often a call that failed is repeated; 3 unless told. */
  readonly maxRetries?: number
  /** Waits; resolves early when the signal aborts. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
}

/** Operations that answer a page: `{ items, nextCursor }` with a cursor that is null at the end. */
export type ListOperation = {
  [O in OperationId]: ResultOf<O> extends { items: unknown[]; nextCursor: string | null }
    ? O extends 'listFeed' | 'listArchivedEvents'
      ? never
      : O
    : never
}[OperationId]
type ItemOf<O extends ListOperation> = ResultOf<O> extends { items: (infer I)[] } ? I : never

/** A name that an operation had before. */
export type FormerName = keyof typeof formerNames
/** What that operation is called now. */
export type NowOf<F extends FormerName> = (typeof formerNames)[F]

export interface EventsWish {
  /** A cursor; without it from the oldest event that is kept, `latest`: only what is still to come. */
  readonly after?: string
  readonly types?: readonly EventType[]
  /** The slug of one organization. */
  readonly organization?: string
  readonly signal?: AbortSignal
}

export interface Rollcall {
  /** Calls one operation; throws ProblemError when it is refused, TypeError when the service stays out of reach. */
  call<O extends OperationId>(operation: O, input: CallInput<O>): Promise<ResultOf<O>>
  /** @deprecated The operation has another name now. This one answers until 1.0; CHANGELOG.md has both. */
  call<F extends FormerName>(operation: F, input: CallInput<NowOf<F>>): Promise<ResultOf<NowOf<F>>>
  /** Every item of a list, a page at a time. */
  list<O extends ListOperation>(operation: O, input: CallInput<O>): AsyncGenerator<ItemOf<O>, void, undefined>
  /** Every answer of the events API, also empty ones, until `signal` aborts; throws ProblemError `cursor_expired` (410). */
  eventPages(wish?: EventsWish): AsyncGenerator<EventPage, void, undefined>
  /** Each event as it is committed, with the cursor to keep once it is applied. */
  events(
    wish?: EventsWish,
  ): AsyncGenerator<{ readonly event: FeedEvent; readonly cursor: string }, void, undefined>
}

const longPollSeconds = 20
const pauseAfterFailureMs = 1_000

export function createRollcall(options: RollcallOptions): Rollcall {
  const { url, operatorKey, maxRetries = 3, sleep = wait } = options
  const send = options.fetch ?? ((request) => fetch(request))
  const clientWith = (signal: AbortSignal | undefined) =>
    createClient({
      baseUrl: url,
      operatorKey,
      send: (request) => sendWithRetries(request, { send, maxRetries, sleep, signal }),
    })
  const client = clientWith(undefined)

  async function* eventPages(wish: EventsWish = {}): AsyncGenerator<EventPage> {
    const { signal, types, organization } = wish
    const patient = clientWith(signal)
    for (let after = wish.after; !isOver(signal); ) {
      const query = {
        wait: longPollSeconds,
        ...(after === undefined ? {} : { after }),
        ...(types === undefined ? {} : { types: types.join(',') }),
        ...(organization === undefined ? {} : { organization }),
      }
      let page: EventPage
      try {
        page = await patient.call('listFeed', { query })
      } catch (error) {
        if (isOver(signal)) return
        // A refusal stays one; a service that is away comes back.
        if (error instanceof ProblemError && error.problem.status < 500) throw error
        await sleep(pauseAfterFailureMs, signal)
        continue
      }
      yield page
      after = page.nextCursor
    }
  }

  async function* events(wish: EventsWish = {}): ReturnType<Rollcall['events']> {
    let cursor = wish.after ?? '0'
    for await (const { items, nextCursor } of eventPages(wish)) {
      // Inside a page only its end is a place to go on from: what was not kept comes again, under the same id.
      for (const [at, event] of items.entries())
        yield { event, cursor: at === items.length - 1 ? nextCursor : cursor }
      cursor = nextCursor
    }
  }

  return {
    call: (operation: OperationId | FormerName, input: object) =>
      client.call(isFormer(operation) ? formerNames[operation] : operation, input as never),
    list: ((operation: OperationId, input: { query?: object }) =>
      listItems(client, operation, input)) as Rollcall['list'],
    eventPages,
    events,
  }
}

const isFormer = (operation: string): operation is FormerName => Object.hasOwn(formerNames, operation)

async function* listItems(
  client: ReturnType<typeof createClient>,
  operation: OperationId,
  input: { query?: object },
): AsyncGenerator<unknown> {
  for (let cursor: string | undefined; ; ) {
    const query = { ...input.query, ...(cursor === undefined ? {} : { cursor }) }
    const page = (await client.call(operation, { ...input, query } as never)) as {
      items: unknown[]
      nextCursor: string | null
    }
    yield* page.items
    if (page.nextCursor === null) return
    cursor = page.nextCursor
  }
}

interface Sending {
  readonly send: (request: Request) => Promise<Response>
  readonly maxRetries: number
  readonly sleep: NonNullable<RollcallOptions['sleep']>
  readonly signal: AbortSignal | undefined
}

async function sendWithRetries(request: Request, how: Sending): Promise<Response> {
  const { signal } = how
  for (let attempt = 1; ; attempt += 1) {
    let failure: Failure
    let outcome: Response | Error
    try {
      const copy = request.clone()
      outcome = await how.send(signal === undefined ? copy : new Request(copy, { signal }))
      if (outcome.status < 400) return outcome
      const { status, headers } = outcome
      failure = { kind: 'status', status, retryAfter: headers.get('retry-after') }
    } catch (error) {
      outcome = error instanceof Error ? error : new Error(String(error))
      failure = { kind: 'network' }
    }
    const isLast = attempt > how.maxRetries || isOver(signal) || !mayRetry(request.method, failure)
    if (isLast && outcome instanceof Error) throw outcome
    if (isLast) return outcome as Response
    await how.sleep(toWaitMs(failure, attempt, Math.random(), Date.now()), signal)
  }
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
  })
}
