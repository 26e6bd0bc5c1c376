// What a request is called in the log, in activity, in events and in its answer, and the trace that it belongs to (W3C Trace Context):
// what the caller, or a proxy in front, named it; else a name of ours.
import { createId } from '../base/id.ts'
import { type HeaderReader, StraightRequest } from './asked.ts'
import { toRoute } from './request-log.ts'

const acceptable = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$/
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/

/** A request as the web knows it, or Node's own. */
type AnyRequest = { readonly headers: HeaderReader | Readonly<Record<string, string | string[] | undefined>> }

const given = new WeakMap<object, string>()

/** The same for one request, whoever asks. */
export function requestIdOf(request: AnyRequest, now: number): string {
  if (request instanceof StraightRequest) {
    request.requestId ??= toRequestId(request, now)
    return request.requestId
  }
  const known = given.get(request)
  if (known !== undefined) return known
  const id = toRequestId(request, now)
  given.set(request, id)
  return id
}

function toRequestId(request: AnyRequest, now: number): string {
  const sent = readHeader(request, 'x-request-id')
  return acceptable.test(sent) ? sent : createId('req', now)
}

/** For a line of the log: nothing where no trace was begun. */
export function traceOf(request: AnyRequest): { readonly traceId?: string; readonly parentSpanId?: string } {
  const found = traceparent.exec(readHeader(request, 'traceparent'))
  const [, traceId, parentSpanId] = found ?? []
  return traceId === undefined || parentSpanId === undefined ? {} : { traceId, parentSpanId }
}

/** What a line of the log says of one of Node's requests. */
export function describeRequest(
  request: AnyRequest & {
    readonly method?: string | undefined
    readonly url?: string | undefined
    readonly originalUrl?: string
  },
  now: number,
): object {
  // What stands in front is taken off the address while the library answers.
  const whole = request.originalUrl ?? request.url ?? ''
  const path = whole.split('?')[0] ?? ''
  return {
    requestId: requestIdOf(request, now),
    method: request.method,
    route: toRoute(path),
    ...traceOf(request),
  }
}

function readHeader({ headers }: AnyRequest, name: string): string {
  if (typeof headers.get === 'function') return headers.get(name) ?? ''
  const value = (headers as Readonly<Record<string, string | string[] | undefined>>)[name]
  return typeof value === 'string' ? value : ''
}
