// One step becomes one request, and its response an answer. Owns filling in, timing and waiting out a 429; judges nothing.

import type { Send } from '../base/http-send.ts'
import type { Person } from '../base/person.ts'
import { SimulationError } from '../base/simulation-error.ts'
import type { Answer, Known, Step, Vendor } from '../vendors/vendor.ts'

/** Whom to ask and how; `now` counts milliseconds from any origin and `wait` resolves after so many. */
export interface Line {
  readonly vendor: Vendor
  readonly baseUrl: string
  readonly key: string
  readonly send: Send
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Resolves when the rate allows the next request. */
  readonly slot: () => Promise<void>
}

/** An answer with how long it took, waits for a 429 not counted. */
export interface TimedAnswer {
  readonly answer: Answer
  readonly ms: number
}

const maxAttempts = 6
const maxWaitMs = 60_000
const placeholder = /\{(\w+)\}/g

/** Fills `{id}` and the person's names into a step's path; an id not known yet stays as it is. */
function fillPath(path: string, person: Person, known: Known, encode: (value: string) => string): string {
  const names: Readonly<Record<string, unknown>> = { ...person }
  return path.replace(placeholder, (whole, name: string) => {
    if (name in known) return encodeURIComponent(known[name] ?? '')
    return name in names ? encode(String(names[name])) : whole
  })
}

/** Replaces what is known, such as `{id}`, in each string of a body, at any depth. */
export function fillBody(body: unknown, known: Known): unknown {
  if (typeof body === 'string')
    return body.replace(placeholder, (whole, name: string) => known[name] ?? whole)
  if (Array.isArray(body)) return body.map((element) => fillBody(element, known))
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, fillBody(value, known)]))
}

/** The request of a step, exactly as the vendor sends it; Content-Type is left out where there is no body. */
export function toRequest(
  step: Step,
  person: Person,
  known: Known,
  line: Pick<Line, 'vendor' | 'baseUrl' | 'key'>,
): Request {
  const { vendor, baseUrl, key } = line
  const headers = new Headers({ ...vendor.headers(key), ...step.headers })
  const url = baseUrl.replace(/\/+$/, '') + fillPath(step.path, person, known, vendor.encode)
  if (step.body !== undefined)
    return new Request(url, {
      method: step.method,
      headers,
      body: JSON.stringify(fillBody(step.body, known)),
    })
  headers.delete('content-type')
  return new Request(url, { method: step.method, headers })
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * How long a 429 or 503 asks to wait (RFC 9110 §10.2.3), at most 60 s; undefined when it does not say. A date is
 * measured against the answer's own Date, so that no clock has to agree with the server's.
 */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxWaitMs)
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'there is no such host',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'nothing came within 60 s',
  UND_ERR_HEADERS_TIMEOUT: 'nothing came within 60 s',
  UND_ERR_BODY_TIMEOUT: 'nothing came within 60 s',
}

function unreachable(baseUrl: string, cause: unknown): SimulationError {
  // A refused connection is an AggregateError with a code and an empty message.
  const { code = '', message } = cause as { code?: string; message?: string }
  const reason = reasons[code] ?? (message || code || 'no reason given')
  return new SimulationError(`${new URL(baseUrl).origin} does not answer: ${reason}.`, { cause })
}

async function exchange(step: Step, person: Person, known: Known, line: Line): Promise<TimedAnswer> {
  await line.slot()
  const request = toRequest(step, person, known, line)
  const startedAt = line.now()
  try {
    const response = await line.send(request)
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text, body: parseBody(text) }
    return { answer, ms: line.now() - startedAt }
  } catch (cause) {
    throw unreachable(line.baseUrl, cause)
  }
}

/** Asks once; after a 429 or 503 with Retry-After waits as told and asks again, 6 times in all. */
export async function ask(step: Step, person: Person, known: Known, line: Line): Promise<TimedAnswer> {
  for (let attempt = 1; ; attempt++) {
    const timed = await exchange(step, person, known, line)
    const { status, headers } = timed.answer
    const mayRetry = (status === 429 || status === 503) && attempt < maxAttempts
    const waitMs = mayRetry ? retryAfterMs(headers) : undefined
    if (waitMs === undefined) return timed
    await line.wait(waitMs)
  }
}
