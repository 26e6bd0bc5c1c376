// The end of a request: refusals as answers, and the line that activity keeps.
import { type Sentence, say } from '@rollcall/api/sentences'
import { type JsonValue, renderError, ScimError } from '@rollcall/scim'
import { keepResponse, redactTarget } from '../activity/redact.ts'
import type { ActivityWriter } from '../activity/writer.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { KeyLookup } from '../directory/key-lookup.ts'
import { Answer } from '../http/asked.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Sharer } from '../http/rate-limit.ts'
import { traceOf } from '../http/request-id.ts'
import { readUserAgent } from '../http/user-agent.ts'
import { refuse } from '../resources/refusals.ts'
import type { Database } from '../store/database.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import type { ScimAnswer } from './exchange.ts'
import { explainReading, explainRefusal } from './explain.ts'
import { Refusal, routeOf, type Visit } from './visit.ts'

/** What the SCIM door is made of. */
export interface ScimOptions {
  readonly database: Database
  readonly keys: KeyLookup
  readonly activity: ActivityWriter
  /** Lets a request of the organization through, perhaps a little later; else the whole seconds after which one may pass. */
  readonly pass: (organizationId: string, sharer: Sharer) => Promise<number>
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  /** `{ROLLCALL_URL}/scim/v2`. */
  readonly scimBaseUrl: string
}

/** The answer to whatever was thrown. */
export function refusalOf(thrown: unknown, visit: Visit, log: Log): ScimAnswer {
  if (thrown instanceof Refusal) return renderRefusal(thrown.error, thrown.headers)
  if (thrown instanceof ScimError) {
    const challenge = thrown.status === 401 ? { 'www-authenticate': 'Bearer realm="SCIM"' } : {}
    return renderRefusal(thrown, challenge, visit.body)
  }
  if (thrown instanceof StoreUnavailable) {
    log.debug({ err: thrown, requestId: visit.requestId }, 'the store is not available')
    return renderRefusal(refuse('store_away'), { 'retry-after': String(thrown.retryAfterSeconds) })
  }
  if (thrown instanceof StoreUnkeepable) {
    log.debug({ err: thrown, requestId: visit.requestId }, 'a text cannot be kept')
    return renderRefusal(refuse('text_unkeepable'), {}, visit.body)
  }
  return renderRefusal(logFault(thrown, visit, log), {})
}

/** What should not have happened; the operator finds it. */
export function logFault(thrown: unknown, visit: Visit, log: Log): ScimError {
  log.error(
    {
      err: thrown,
      requestId: visit.requestId,
      method: visit.request.method,
      route: routeOf(visit),
      ...traceOf(visit.request),
    },
    'a request failed',
  )
  return refuse('internal', { reference: visit.requestId })
}

function renderRefusal(
  error: ScimError,
  headers: Readonly<Record<string, string>>,
  body?: JsonValue,
): ScimAnswer {
  return {
    status: error.status,
    body: JSON.stringify(renderError(error)),
    headers,
    explanation: [say('refused'), ...explainRefusal(error, body)],
  }
}

/** Counts a request, and leaves its line in activity. */
export function finishVisit(visit: Visit, answer: ScimAnswer, options: ScimOptions): void {
  const durationMs = performance.now() - visit.startedAt
  options.metrics.observeRequest(visit.request.method, routeOf(visit), answer.status, durationMs / 1_000)
  if (options.log.isLevelEnabled('debug')) logVisit(visit, answer, durationMs, options.log)
  if (visit.organizationId === undefined) return
  options.activity.note({
    organizationId: visit.organizationId,
    at: visit.at,
    method: visit.request.method,
    path: redactTarget(visit.target),
    status: answer.status,
    durationUs: Math.round(durationMs * 1_000),
    explanation: explain(visit, answer),
    requestId: visit.requestId,
    keyId: visit.keyId,
    ip: visit.ip,
    userAgent: readUserAgent(visit.request.headers),
    requestBody: visit.bodyText,
    responseBody: typeof answer.body === 'object' ? '(streamed)' : keepResponse(answer.body),
  })
}

function logVisit(
  { requestId, request, route }: Visit,
  { status }: ScimAnswer,
  durationMs: number,
  log: Log,
): void {
  log.debug({ requestId, method: request.method, route, status, durationMs }, 'scim')
}

function explain(visit: Visit, answer: ScimAnswer): readonly Sentence[] {
  const more = [...explainOf(visit, answer), ...visit.learned, ...explainCoding(visit, answer)]
  return more.length === 0 ? answer.explanation : [...answer.explanation, ...more]
}

// Of a refusal only what was refused counts.
function explainOf({ tolerated, reading }: Visit, { status }: ScimAnswer): readonly Sentence[] {
  return explainReading(tolerated, status < 400 ? reading : undefined)
}

// Whoever looks for what was wrong with a body sees in activity what was in it, not what was sent.
function explainCoding({ request, bodyText }: Visit, { status }: ScimAnswer): readonly Sentence[] {
  if (status < 400 || bodyText === null) return []
  const coding = request.headers.get('content-encoding')
  return coding === null ? [] : [say('body_coding_came', { coding: coding.slice(0, 40) })]
}

/** An answer with the headers of all answers. */
export function toAnswer(answer: ScimAnswer, requestId: string): Answer {
  const headers: Record<string, string> = {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    ...answer.headers,
  }
  if (answer.body !== undefined) headers['content-type'] = 'application/scim+json'
  return new Answer(answer.status, headers, answer.body)
}
