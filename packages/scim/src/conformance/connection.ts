// The way to the server under test: one request, bounded in time and number, and a list of what was made on the way.
// Waits out 429 and 503 when told how long; knows nothing of any requirement.

import type { JsonValue } from '../json.ts'
import { type Answer, type Asked, pick, pickObjects, pickText } from './answer.ts'
import { Mismatch } from './expectation.ts'
import { toPath } from './reference.ts'

/** The part of a `fetch` answer that is used. */
export interface SentAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/** The part of `fetch` that is used, so that `fetch` itself is one. */
export type Send = (
  url: string,
  init: {
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
    readonly redirect: 'manual'
  },
) => Promise<SentAnswer>

/** A timer that can be stopped; `done` resolves at its end. */
export type StartTimer = (ms: number) => { readonly done: Promise<void>; stop(): void }

export interface AskOptions {
  /** JSON; `text` where it has to be something else. */
  readonly body?: JsonValue
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Without the key. */
  readonly isAnonymous?: boolean
}

export interface ConnectionOptions {
  readonly baseUrl: string
  readonly key: string
  readonly send: Send
  readonly startTimer: StartTimer
  readonly maxRequests: number
}

export interface Connection {
  /** `path` is below the base URL, or a whole URL. Throws Mismatch when no answer comes, Exhausted beyond the limit. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>
  /** Requests so far. */
  count(): number
  /** The answers since it was last called, the newest last; at most ten. */
  takeTrail(): readonly Answer[]
  /** Paths of what was created, in that order; what was deleted again is in it too. */
  readonly made: ReadonlySet<string>
}

/** The run has used all the requests that it may. */
export class Exhausted extends Error {
  override readonly name = 'Exhausted'
}

const timeoutMs = 30_000
const maxAttempts = 5
const maxWaitSeconds = 60

/** Sends sequentially or not, as it is asked; `Accept` is scim+json where no header says another. */
export function createConnection(options: ConnectionOptions): Connection {
  const made = new Set<string>()
  let count = 0
  let trail: Answer[] = []
  const once = async (method: string, path: string, wanted: AskOptions): Promise<Answer> => {
    count += 1
    if (count > options.maxRequests) throw new Exhausted(`more than ${options.maxRequests} requests`)
    return exchange(options, method, path, wanted)
  }
  // A connection that is kept may be one that the server is about to close, or closes over the request before.
  const patiently = async (method: string, path: string, wanted: AskOptions): Promise<Answer> => {
    try {
      return await once(method, path, wanted)
    } catch (error) {
      if (!(error instanceof Mismatch) || !/reset|closed|socket|EPIPE/i.test(error.came)) throw error
      return once(method, path, wanted)
    }
  }
  return {
    made,
    count: () => count,
    takeTrail() {
      const taken = trail
      trail = []
      return taken
    },
    async ask(method, path, wanted = {}) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await patiently(method, path, wanted)
        const seconds = waitSecondsOf(answer)
        if (seconds === undefined || attempt === maxAttempts) {
          trail = [...trail, answer].slice(-10)
          for (const one of pathsMade(options.baseUrl, answer)) made.add(one)
          return answer
        }
        await options.startTimer(seconds * 1_000).done
      }
    },
  }
}

function waitSecondsOf({ status, header }: Answer): number | undefined {
  const value = header('retry-after')
  if ((status !== 429 && status !== 503) || value === undefined || !/^\d+$/.test(value)) return undefined
  return Math.min(Number(value), maxWaitSeconds)
}

function toHeaders(key: string, text: string | undefined, wanted: AskOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/scim+json' }
  if (wanted.isAnonymous !== true) headers.authorization = `Bearer ${key}`
  if (text !== undefined) headers['content-type'] = 'application/scim+json'
  return { ...headers, ...wanted.headers }
}

async function exchange(
  { baseUrl, key, send, startTimer }: ConnectionOptions,
  method: string,
  path: string,
  wanted: AskOptions,
): Promise<Answer> {
  const url = /^https?:/i.test(path) ? path : baseUrl + path
  const text = wanted.text ?? (wanted.body === undefined ? undefined : JSON.stringify(wanted.body))
  const asked: Asked = { method, path, body: text }
  const timer = startTimer(timeoutMs)
  const late = timer.done.then(() => {
    throw new Error(`nothing came within ${timeoutMs / 1_000} s`)
  })
  try {
    const headers = toHeaders(key, text, wanted)
    const init = {
      method,
      headers,
      redirect: 'manual',
      ...(text === undefined ? {} : { body: text }),
    } as const
    return await Promise.race([send(url, init).then((sent) => readAnswer(asked, sent)), late])
  } catch (error) {
    throw new Mismatch('an answer', reasonOf(error), noAnswer(asked))
  } finally {
    timer.stop()
  }
}

async function readAnswer(asked: Asked, sent: SentAnswer): Promise<Answer> {
  const text = await sent.text()
  const header = (name: string): string | undefined => sent.headers.get(name) ?? undefined
  return { asked, status: sent.status, header, text, body: parse(text) }
}

// `fetch` says only that it failed; why is in the cause.
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? cause.message || message : message
}

function noAnswer(asked: Asked): Answer {
  return { asked, status: 0, header: () => undefined, text: '', body: undefined }
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

// Also what a wrong server makes where it should not: a PUT that creates, a POST that answers 200.
function pathsMade(baseUrl: string, { asked, status, body }: Answer): readonly string[] {
  if (status < 200 || status >= 300) return []
  const path = asked.path.split('?')[0] as string
  if (asked.method === 'PUT') return [path]
  if (asked.method !== 'POST' || path.endsWith('/.search')) return []
  if (path !== '/Bulk') {
    const id = pickText(body, 'id')
    return id === undefined ? [] : [`${path}/${encodeURIComponent(id)}`]
  }
  return pickObjects(body, 'Operations')
    .filter((one) => pick(one, 'method') === 'POST')
    .flatMap((one) => pickText(one, 'location') ?? [])
    .map((location) => toPath(baseUrl, location))
}
