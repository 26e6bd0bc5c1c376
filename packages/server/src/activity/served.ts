// What requests of provisioning clients say of how provisioning fares, and how each of them ended. Pure.
import { judgedRequests, type ServedRequests } from '../organizations/health.ts'

/** What a door says of a request or a sign-in, as far as it counts here. */
interface Asked {
  readonly kind?: 'scim' | 'sign_in'
  readonly keyId: string | null
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
}

/** A request of a provisioning client, as far as it says how provisioning fares. */
export interface Served {
  readonly keyId: string | null
  readonly at: number
  readonly isOk: boolean
  readonly wrote: 'user' | 'group' | null
}

/** The newest of each key, so that none of them hides another. */
export function listServed(notes: readonly Asked[]): readonly Served[] {
  const requests = notes.filter(({ kind = 'scim' }) => kind === 'scim')
  const newest = [...Map.groupBy(requests, ({ keyId }) => keyId).values()].map((own) =>
    own.slice(-judgedRequests),
  )
  const kept = new Set(newest.flat())
  return requests.filter((note) => kept.has(note)).map(toServed)
}

function toServed({ keyId, at, method, path, status }: Asked): Served {
  const isOk = toOutcome(method, status) === 'ok'
  const isWrite = isOk && !['GET', 'HEAD', 'DELETE'].includes(method)
  const what = path.includes('/Users') ? 'user' : path.includes('/Groups') ? 'group' : null
  return { keyId, at, isOk, wrote: isWrite ? what : null }
}

/**
 * What a batch says of provisioning; undefined where it was only people signing in. `unheard`: keys whose word on how it fares counts for
 * nothing beside those that are confirmed.
 */
export function toServedRequests(
  served: readonly Served[],
  unheard: ReadonlySet<string>,
): ServedRequests | undefined {
  const last = served.at(-1)
  if (last === undefined) return undefined
  const isHeard = ({ keyId }: Served): boolean => keyId === null || !unheard.has(keyId)
  const judged = served.filter(isHeard).slice(-judgedRequests)
  const wrote = (what: 'user' | 'group'): number | null =>
    served.find((one) => one.wrote === what)?.at ?? null
  return {
    shift: 2 ** judged.length,
    bits: judged.reduce((bits, { isOk }) => bits * 2 + (isOk ? 0 : 1), 0),
    requests: judged.length,
    at: last.at,
    refusedAt: judged.findLast(({ isOk }) => !isOk)?.at ?? null,
    connectedAt: served.find(({ isOk }) => isOk)?.at ?? null,
    userAt: wrote('user'),
    groupAt: wrote('group'),
  }
}

/** 404 is how a client learns that somebody is not there (RFC 7644 §3.4.1): an answer to a read or a DELETE, no fault. */
export function toOutcome(method: string, status: number): 'ok' | 'refused' | 'failed' {
  if (status >= 500) return 'failed'
  if (status < 400 || (status === 404 && ['GET', 'HEAD', 'DELETE'].includes(method))) return 'ok'
  return 'refused'
}
