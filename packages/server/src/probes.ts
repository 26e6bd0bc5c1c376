// What is answered beside the doors: whether the service is alive and ready, its metrics, and whom to tell of a hole.

import { hashSecret, isSameHash } from './base/secret.ts'
import type { AppOptions } from './doors.ts'
import { Problem, renderProblem } from './http/problem.ts'
import { renderSecurityText, securityTextPath } from './http/security-text.ts'
import type { Probes } from './places.ts'
import { StoreUnavailable } from './store/errors.ts'

const readyWithinMs = 2_000

/** Path -> its answer. */
export function createProbes(options: AppOptions): Probes {
  const { securityContacts, url, clock } = options
  return {
    '/healthz': () => plain(200, 'alive\n'),
    '/readyz': createReadiness(options),
    '/metrics': (request) => renderMetrics(options, request),
    ...(securityContacts.length === 0
      ? {}
      : { [securityTextPath]: () => plain(200, renderSecurityText(securityContacts, url, clock())) }),
  }
}

function mayReadMetrics({ operatorKey, metricsKey }: AppOptions, request: Request): boolean {
  const token = /^Bearer[ \t]+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token === undefined) return false
  if (operatorKey.matches(token)) return true
  return metricsKey !== undefined && isSameHash(hashSecret(token), hashSecret(metricsKey))
}

async function renderMetrics(options: AppOptions, request: Request): Promise<Response> {
  if (!mayReadMetrics(options, request))
    return renderProblem(
      new Problem('unauthorized', 'Send the operator key, or ROLLCALL_METRICS_KEY where it is set'),
      '',
    )
  const { type, text } = await options.metrics.render()
  return new Response(text, { headers: { 'content-type': type } })
}

/** Anybody may ask, as often as they like: those who ask at once share one question to the store. */
function createReadiness({ database, isLeaving }: AppOptions): () => Promise<Response> {
  let pinging: Promise<string | undefined> | undefined
  return async () => {
    pinging ??= findFault(database.ping(), readyWithinMs).finally(() => {
      pinging = undefined
    })
    const fault = await pinging
    if (isLeaving()) return plain(503, 'stopping\n', { 'retry-after': '1' })
    return fault === undefined ? plain(200, 'ready\n') : plain(503, `${fault}\n`, { 'retry-after': '1' })
  }
}

/** Why the store is not ready, in its own words, which name nothing but its state. */
async function findFault(work: Promise<void>, milliseconds: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const silence = 'the store does not answer'
  const timer = setTimeout(() => resolve(silence), milliseconds)
  work.then(
    () => resolve(undefined),
    (error: unknown) => resolve(error instanceof StoreUnavailable ? error.message : silence),
  )
  return promise.finally(() => clearTimeout(timer))
}

/** A few words as text, which nothing keeps. */
export function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}
