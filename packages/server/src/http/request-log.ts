// A line of the log for a request, where the settings ask for one. Never the query, which may hold a secret, nor a body.
import type { Log, RequestLog } from '../base/log.ts'
import { cutProofs } from '../base/secret-names.ts'
import { Answer, type Answered as AnyAnswer } from './asked.ts'

/** What the log says of a request. */
export interface Answered {
  readonly method: string
  readonly path: string
  /** As the door that answered has it in its table. */
  readonly route: string | undefined
  readonly status: number
  readonly requestId: string
  readonly trace: object
  readonly ip: string | null
  readonly startedAt: number
}

/** What stands for one thing among many. */
const ids = /\/(?=[^/]*[\dA-Z])[A-Za-z0-9_-]{20,}(?=\/|$)/g

const routes = new WeakMap<AnyAnswer, string>()

/** Remembers which route gave an answer. */
export function noteRoute<A extends AnyAnswer>(answer: A, route: string | undefined): A {
  if (answer instanceof Answer) answer.route = route
  else if (route !== undefined) routes.set(answer, route)
  return answer
}

/** The route that an answer came from; undefined where none was noted. */
export function routeOf(answer: AnyAnswer): string | undefined {
  return answer instanceof Answer ? answer.route : routes.get(answer)
}

const templates = new WeakMap<AnyAnswer, string>()

/** Remembers a route without any name in it, where the log may show one. */
export function noteTemplate<A extends AnyAnswer>(answer: A, template: string): A {
  templates.set(answer, template)
  return answer
}

/** The route that an answer came from, without any name in it; undefined where none was noted. */
export function templateOf(answer: AnyAnswer): string | undefined {
  return templates.get(answer) ?? routeOf(answer)
}

/** A path with the ids taken out of it, and what may prove who calls: what a route looks like where nobody noted it. */
export function toRoute(path: string): string {
  return cutProofs(path).replace(ids, '/{id}')
}

/** That the store does not answer is said once for all who meet it. */
const isError = (status: number): boolean => status >= 500 && status !== 503

/** `describe` is asked only where a line is written. */
export function createRequestLog(
  log: Log,
  which: RequestLog,
): (status: number, describe: () => Omit<Answered, 'status'>) => void {
  return (status, describe) => {
    if (which === 'off' || (which === 'errors' && !isError(status))) return
    const { path, route, trace, startedAt, ...rest } = describe()
    const ms = Math.round((performance.now() - startedAt) * 10) / 10
    const line = { status, ...rest, route: route ?? toRoute(path), ms, ...trace }
    if (isError(status)) log.warn(line, 'request')
    else log.info(line, 'request')
  }
}
