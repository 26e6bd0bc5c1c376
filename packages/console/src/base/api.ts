// The room `console/base`: what every part of the console stands on, without a word or a colour. It calls the service and writes addresses.
//
// 1. `api.ts` calls the management API; `links.ts` writes addresses; `base-path.ts` knows what stands before them.
// 2. `brand.ts` has what the operator said of the product, as the page was told when it was loaded.
// 3. `days.ts` counts days and hours.
// Nothing here shows anything.
//
// The management API as the screens use it: a query for each read, a change for each write that names what it makes stale.
import type { CallInput, OperationId, ProblemBody, ResultOf } from '@rollcall/api'
import { createClient, ProblemError } from '@rollcall/api/client'
import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { basePath } from './base-path.ts'
import { askForProof, frameHeaders, isFramed, keepSecret, linkToken, tell } from './frame.ts'

const client = createClient({ baseUrl: `${location.origin}${basePath}`, send })

async function send(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(frameHeaders())) request.headers.set(name, value)
  const answer = await fetch(request)
  // Whatever was asked: the session of the frame is over, and the page around is to know.
  if (isFramed && answer.status === 401 && !request.url.endsWith('/session')) void makeStale(['getSession'])
  return answer
}

/** Redeems the link that opened the frame; false where that is over, or the frame was loaded again. */
export async function enterFrame(): Promise<boolean> {
  if (linkToken === undefined) return false
  try {
    const verifier = await askForProof()
    const body = { token: linkToken, ...(verifier !== undefined && { verifier }) }
    const opened = await client.call('openEmbedSession', { body })
    keepSecret(opened.secret)
    queryClient.setQueryData(['getSession', {}], opened.session)
    return true
  } catch {
    return false
  }
}

/** A file that only a request of ours is given, as a link's own would have nothing of the frame. */
export async function downloadFile(url: string, name: string): Promise<void> {
  const answer = await send(new Request(new URL(url, location.origin)))
  if (!answer.ok) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/**
 * What was read counts as fresh for five seconds; a refusal is an answer, an unreachable service is asked three
 * times.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Asked for without a network, too: that it cannot be reached is an answer, and waiting for ever is none.
      networkMode: 'always',
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // A refusal is an answer; only an unreachable service is asked again.
      retry: (failures, error) =>
        !(error instanceof ProblemError && error.problem.status < 500) && failures < 2,
    },
    mutations: { networkMode: 'always' },
  },
})

/** Reads. `isIdle` leaves it unasked. The page before stays while the next one loads. */
export function useCall<O extends OperationId>(
  operation: O,
  input: CallInput<O>,
  options: { readonly isIdle?: boolean; readonly refetchMs?: number } = {},
): UseQueryResult<ResultOf<O>> {
  return useQuery({
    queryKey: [operation, input],
    queryFn: () => client.call(operation, input),
    enabled: options.isIdle !== true,
    placeholderData: keepPreviousData,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  }) as UseQueryResult<ResultOf<O>>
}

/** Writes; when it is done, every read of `stale` is asked again before the change counts as finished. */
export function useChange<O extends OperationId>(
  operation: O,
  stale: readonly OperationId[],
): UseMutationResult<ResultOf<O>, Error, CallInput<O>> {
  return useMutation({
    mutationFn: (input: CallInput<O>) => client.call(operation, input),
    onSuccess: (_, input) => {
      tellOfChange(operation, input)
      return makeStale(stale)
    },
  })
}

/** What the page around a frame may want to go on with. */
function tellOfChange(operation: OperationId, input: object): void {
  const { body = {}, params = {} } = input as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  if (operation === 'updateConnection' && body.isActive === true)
    tell('connection.activated', { connectionId: params.id })
  if (operation === 'updateProvisioning' && body.mode !== undefined)
    tell('provisioning.switched', { mode: body.mode })
}

/** What takes long: `tell` hears how much of it is done. Throws what the last line says. */
export function callInSteps<O extends OperationId>(
  operation: O,
  input: CallInput<O>,
  tell: (steps: { readonly done: number; readonly total: number }) => void,
): Promise<ResultOf<O>> {
  const inSteps = createClient({
    baseUrl: `${location.origin}${basePath}`,
    async send(request) {
      request.headers.set('accept', 'application/x-ndjson')
      const answer = await send(request)
      const isInSteps = answer.headers.get('content-type')?.includes('ndjson') === true
      return isInSteps && answer.body !== null ? readSteps(answer.body, tell) : answer
    },
  })
  return inSteps.call(operation, input)
}

// The last line as the answer that it would have been alone.
async function readSteps(
  body: ReadableStream<Uint8Array>,
  tell: (steps: { readonly done: number; readonly total: number }) => void,
): Promise<Response> {
  let rest = ''
  for await (const text of readTexts(body)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const step = JSON.parse(line)
      if ('result' in step) return Response.json(step.result)
      if ('error' in step) {
        const { code, detail } = step.error
        const status = code === 'internal_error' ? 500 : 409
        const problem = { type: 'about:blank', title: code, status, code, detail, requestId: step.requestId }
        return Response.json(problem, { status, headers: { 'content-type': 'application/problem+json' } })
      }
      tell(step)
    }
  }
  throw new TypeError('The answer ended before its end')
}

async function* readTexts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield decoder.decode(value, { stream: true })
  }
}

/** Asks for every read of these operations again; done when those that are on screen have answered. */
export async function makeStale(operations: readonly OperationId[]): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey }) => operations.includes(queryKey[0] as OperationId),
  })
}

/** Server-sent events while the screen is open; `hear` is told of each. */
export function useStream(url: string | undefined, hear: (data: unknown) => void): void {
  const latest = useRef(hear)
  latest.current = hear
  useEffect(() => {
    if (url === undefined) return
    const over = new AbortController()
    void follow(url, over.signal, (data) => latest.current(data))
    return () => over.abort()
  }, [url])
}

const againMs = 3_000

// Not by EventSource, whose requests carry no header of ours. A line that breaks is taken up again; a refusal is an answer.
async function follow(url: string, signal: AbortSignal, hear: (data: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const headers = { ...frameHeaders(), accept: 'text/event-stream' }
      const answer = await fetch(url, { headers, signal })
      if (!answer.ok || answer.body === null) return
      // After a break in the line, what came meanwhile is asked for at once.
      hear(undefined)
      await readEvents(answer.body, hear)
    } catch {
      // Out of reach, or over.
    }
    await new Promise((done) => setTimeout(done, againMs))
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, hear: (data: unknown) => void): Promise<void> {
  let text = ''
  for await (const part of readTexts(body)) {
    text += part
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^event: activity\ndata: (.*)$/m.exec(event)?.[1]
      if (data !== undefined) hear(JSON.parse(data))
    }
  }
}

/** The problem that an error carries, or undefined where the service was not reached. */
export function problemOf(error: unknown): ProblemBody | undefined {
  return error instanceof ProblemError ? error.problem : undefined
}
