// Refusals of the management API (RFC 9457). `detail` may leave the house, `cause` must not.

import { type ProblemCode, problems } from '@rollcall/api'

/** Thrown by rooms behind the management API; admin/ renders it. */
export class Problem extends Error {
  /** The code's, by the table of the contract. */
  readonly status: number
  readonly code: ProblemCode
  readonly errors: readonly { readonly path: string; readonly message: string }[] | undefined
  /** Of a 429. */
  readonly retryAfterSeconds: number | undefined
  /** What a text for people is filled in with. */
  readonly parameters: Readonly<Record<string, string | number>> | undefined
  constructor(
    code: ProblemCode,
    detail: string,
    more: Partial<Pick<Problem, 'errors' | 'retryAfterSeconds' | 'parameters'>> = {},
  ) {
    super(detail)
    this.name = 'Problem'
    this.status = problems[code].status
    this.code = code
    this.errors = more.errors
    this.retryAfterSeconds = more.retryAfterSeconds
    this.parameters = more.parameters
  }
}

/** What every door says to whoever did too much without a credential. */
export const tooManyRequests =
  'Too many requests without a credential came from this network, or from everywhere; wait as Retry-After says'
const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload too large',
  414: 'URI too long',
  415: 'Unsupported media type',
  429: 'Too many requests',
  431: 'Request header fields too large',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Service unavailable',
}

/** A refusal as an answer of type application/problem+json (RFC 9457). */
export function renderProblem(
  problem: Problem,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId,
    ...(problem.parameters === undefined ? {} : { parameters: problem.parameters }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  }
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(problem.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(problem.retryAfterSeconds) }),
      ...headers,
    },
  })
}
