// A request of the SCIM door on its way: what is known of it grows as it is admitted.
import type { Sentence } from '@rollcall/api/sentences'
import type { JsonValue, Reading, ScimError, Tolerance } from '@rollcall/scim'
import type { Hold } from '../http/admission.ts'
import type { Asked } from '../http/asked.ts'
import type { Oversize } from '../http/limits.ts'
import { requestIdOf } from '../http/request-id.ts'
import { isBelowBase, readTarget, type Target } from './target.ts'

/** A request on its way: what is known of it grows as it is admitted. */
export interface Visit extends Target {
  readonly request: Asked
  readonly requestId: string
  readonly at: number
  readonly startedAt: number
  readonly ip: string | null
  readonly hold: Hold | undefined
  readonly target: string
  /** Whether it was sent below the base URL. */
  readonly isBelowBase: boolean
  readonly tolerated: Tolerance[]
  route: string
  reading: Reading | undefined
  /** What was learned of the client with this request. */
  learned: readonly Sentence[]
  organizationId: string | undefined
  keyId: string | null
  bodyText: string | null
  body: JsonValue | undefined
}

/** What app.ts knows of a request before any door. */
export interface ScimPeer {
  readonly ip: string | null
  readonly hold: Hold | undefined
  readonly oversize: Oversize | undefined
}

/** What is known of a request before it is admitted. */
export function beginVisit(request: Asked, { ip, hold }: ScimPeer, at: number): Visit {
  const url = request.url
  const pathStart = url.indexOf('/', url.indexOf('//') + 2)
  const queryStart = url.indexOf('?', pathStart)
  const pathEnd = queryStart < 0 ? url.length : queryStart
  const path = url.slice(pathStart, pathEnd)
  const isOurs = isBelowBase(path)
  return {
    ...readTarget(
      isOurs ? path.slice('/scim/v2'.length) : path,
      queryStart < 0 ? '' : url.slice(queryStart + 1),
    ),
    isBelowBase: isOurs,
    tolerated: [],
    request,
    requestId: requestIdOf(request, at),
    at,
    startedAt: performance.now(),
    ip,
    hold,
    target: url.slice(pathStart),
    route: 'unknown',
    reading: undefined,
    learned: [],
    organizationId: undefined,
    keyId: null,
    bodyText: null,
    body: undefined,
  }
}

/** A refusal with headers of its own. */
export class Refusal extends Error {
  readonly error: ScimError
  readonly headers: Readonly<Record<string, string>>
  constructor(error: ScimError, headers: Readonly<Record<string, string>>) {
    super(error.detail, { cause: error })
    this.error = error
    this.headers = headers
  }
}

/** The route as metrics and logs name it. */
export const routeOf = ({ route }: Visit): string => `/scim/v2/${route}`
