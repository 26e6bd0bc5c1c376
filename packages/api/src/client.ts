// A typed client of the management API. Knows URLs and problems; keeps no state and retries nothing.
import type { z } from '@hono/zod-openapi'
import type { OperationId, operations } from './operations.ts'
import { paths } from './paths.ts'
import type { ProblemBody } from './schemas.ts'

export { formerNames } from './paths.ts'

type Operations = typeof operations
type RequestOf<O extends OperationId> = Operations[O] extends { request: infer R } ? R : object
type Part<R, K extends string> =
  R extends Record<K, infer S> ? (S extends z.ZodType ? z.input<S> : never) : undefined
type AnyBodyOf<R> = R extends { body: { content: { 'application/json': { schema: infer S } } } }
  ? S extends z.ZodType
    ? z.input<S>
    : never
  : undefined
type HasOptionalBody<R> = R extends { body: { required: false } } ? true : false
type BodyOf<R> = HasOptionalBody<R> extends true ? undefined : AnyBodyOf<R>
type Answer<T> = T extends { content: { 'application/json': { schema: infer S } } }
  ? S extends z.ZodType
    ? z.output<S>
    : never
  : undefined
/** What an operation answers when it succeeds; undefined for 204. */
export type ResultOf<O extends OperationId> = {
  [S in keyof Operations[O]['responses']]: S extends 200 | 201 | 202 | 204
    ? Answer<Operations[O]['responses'][S]>
    : never
}[keyof Operations[O]['responses']]

type Defined<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] }
/** What an operation takes: its path parameters, query and body, each only where it has one. */
export type CallInput<O extends OperationId> = Defined<{
  params: Part<RequestOf<O>, 'params'>
  body: BodyOf<RequestOf<O>>
}> &
  (HasOptionalBody<RequestOf<O>> extends true ? { body?: AnyBodyOf<RequestOf<O>> } : Record<never, never>) &
  (Part<RequestOf<O>, 'query'> extends undefined
    ? Record<never, never>
    : { query?: Partial<Part<RequestOf<O>, 'query'>> })

/**
 * A refusal of the management API (RFC 9457): `problem.code` is stable and tells one from another, also for the compiler;
 * `problem.detail` is for people.
 */
export class ProblemError extends Error {
  readonly problem: ProblemBody
  constructor(problem: ProblemBody) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Calls the management API by the names of its operations. */
export interface Client {
  /** Calls one operation; throws ProblemError when it is refused and TypeError when the service is out of reach. */
  call<O extends OperationId>(operation: O, input: CallInput<O>): Promise<ResultOf<O>>
}

interface LooseInput {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** `baseUrl` is the public URL of the service, with its path where it has one, without `/api/v1`; `send` is fetch, or anything of its shape. */
export function createClient(options: {
  readonly baseUrl: string
  readonly operatorKey?: string
  readonly send: (request: Request) => Promise<Response>
}): Client {
  return {
    async call(operation, input) {
      const request = toRequest(options.baseUrl, options.operatorKey, operation, input as LooseInput)
      const response = await options.send(request)
      if (response.status === 204) return undefined as never
      const answer: unknown = await response.json().catch(() => undefined)
      if (!response.ok) throw new ProblemError(toProblem(response.status, answer))
      return answer as never
    },
  }
}

function toRequest(
  baseUrl: string,
  operatorKey: string | undefined,
  operation: OperationId,
  input: LooseInput,
): Request {
  const [method = 'GET', pattern = ''] = paths[operation].split(' ')
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => toSegment(input.params?.[name] ?? ''))
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/api/v1${path}`)
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  const headers = new Headers({ accept: 'application/json' })
  if (operatorKey !== undefined) headers.set('authorization', `Bearer ${operatorKey}`)
  if (input.body === undefined) return new Request(url, { method, headers })
  headers.set('content-type', 'application/json')
  return new Request(url, { method, headers, body: JSON.stringify(input.body) })
}

// URLs leave out a part that is empty or made of dots, however it is written: what is left is the address of something else.
function toSegment(name: string): string {
  if (/^\.{0,2}$/.test(name))
    throw new ProblemError(
      toProblem(404, { code: 'not_found', title: 'Not found', detail: `“${name}” is the name of nothing` }),
    )
  return encodeURIComponent(name)
}

// Whoever answers may be a proxy, or a later version: a code that is not known here is passed on as it is.
function toProblem(status: number, answer: unknown): ProblemBody {
  const found: Partial<ProblemBody> = typeof answer === 'object' && answer !== null ? answer : {}
  return {
    type: found.type ?? 'about:blank',
    title: found.title ?? 'Unexpected answer',
    status,
    code: found.code ?? 'unexpected_answer',
    detail: found.detail ?? `The service answered ${status} without saying why`,
    ...(found.requestId === undefined ? {} : { requestId: found.requestId }),
    ...(found.errors === undefined ? {} : { errors: found.errors }),
  } as ProblemBody
}
