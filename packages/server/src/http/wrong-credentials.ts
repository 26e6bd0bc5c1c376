// Who sends wrong keys, secrets and links is told so 20 times a minute, then 429. Right ones are never held up: directories of
// many customers call from the same few addresses.
import { errorUrn } from '@rollcall/scim'
import type { Clock } from '../base/clock.ts'
import type { Amounts } from './amounts.ts'
import { Answer, toResponse } from './asked.ts'
import { toNetwork } from './networks.ts'
import { Problem, renderProblem } from './problem.ts'
import { createRateLimit } from './rate-limit.ts'

/** At once, and again each minute. */
export const wrongPerMinute = 20

/** Counts one wrong credential from this address; 0, or the whole seconds after which the next is looked at. */
export type CountWrong = (ip: string | null) => number

/** `ip` null: nobody from outside. */
export function createWrongCredentialLimit(clock: Clock, amounts?: Amounts): CountWrong {
  const limit = createRateLimit({ perSecond: wrongPerMinute / 60, burst: wrongPerMinute }, clock, amounts)
  return (ip) => (ip === null ? 0 : limit.take(toNetwork(ip)))
}

const detail = 'Too many wrong credentials came from this network; wait as Retry-After says'

/** How each door words it. */
export type RefusalStyle = 'scim' | 'problem' | 'oauth'

const bodies: Readonly<Record<Exclude<RefusalStyle, 'problem'>, readonly [string, object]>> = {
  scim: ['application/scim+json', { schemas: [errorUrn], status: '429', detail }],
  oauth: ['application/json', { error: 'slow_down', error_description: detail }],
}

/** The answer instead of the one that says what is wrong. */
export function renderTooManyWrong(
  style: Exclude<RefusalStyle, 'scim'>,
  requestId: string,
  waitSeconds: number,
): Response {
  if (style === 'oauth') return toResponse(answerTooManyWrong(style, requestId, waitSeconds))
  const headers = { 'retry-after': String(waitSeconds), 'x-request-id': requestId }
  return renderProblem(new Problem('too_many_attempts', detail), requestId, headers)
}

/** The same as plain values. */
export function answerTooManyWrong(
  style: Exclude<RefusalStyle, 'problem'>,
  requestId: string,
  waitSeconds: number,
): Answer {
  const [type, body] = bodies[style]
  const headers = {
    'content-type': type,
    'cache-control': 'no-store',
    'retry-after': String(waitSeconds),
    'x-request-id': requestId,
  }
  return new Answer(429, headers, JSON.stringify(body))
}
