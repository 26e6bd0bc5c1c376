// Where a request goes: what its address means below the base URL, also where it was written in another way, and whether it was meant
// for SCIM but went elsewhere. Pure.
import { isUnder } from '../base/base-path.ts'

/** What an address means. */
export interface Target {
  /** Below the base URL, as this service writes them. */
  readonly segments: readonly string[]
  readonly parameters: URLSearchParams
  /** Whether a segment was written in another way, such as `/users`. */
  readonly isLoose: boolean
}

/** First segments, by the names that clients have for them in lower case. */
const meant: Readonly<Record<string, string>> = {
  users: 'Users',
  user: 'Users',
  groups: 'Groups',
  group: 'Groups',
  bulk: 'Bulk',
  me: 'Me',
  '.search': '.search',
  serviceproviderconfig: 'ServiceProviderConfig',
  serviceproviderconfigs: 'ServiceProviderConfig',
  resourcetypes: 'ResourceTypes',
  resourcetype: 'ResourceTypes',
  schemas: 'Schemas',
  schema: 'Schemas',
}
const known = new Set(Object.values(meant))

/** `path` is what follows `/scim/v2`, `query` what follows the question mark. */
export function readTarget(path: string, query: string): Target {
  const sent = path.split('/').filter((segment) => segment !== '')
  const segments = path.includes('%') ? sent.map(decode) : sent
  const parameters = query === '' ? none : readParameters(query)
  const [first, second] = segments
  const name = first === undefined || known.has(first) ? first : toMeant(first)
  const search = second?.toLowerCase() === '.search' ? '.search' : second
  const isLoose = name !== first || search !== second
  if (name !== undefined && isLoose) segments[0] = name
  if (search !== undefined && isLoose) segments[1] = search
  return { segments, parameters, isLoose }
}

/** Of every address without a query: nobody adds to what was read. */
const none = new URLSearchParams()

function readParameters(query: string): URLSearchParams {
  return new URLSearchParams(hasPlainPlus(query) ? query.replaceAll('+', '%2B') : query)
}

function toMeant(segment: string): string {
  const lower = segment.toLowerCase()
  return Object.hasOwn(meant, lower) ? meant[lower]! : segment
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** A query that writes its spaces as %20 means a plus by `+` (RFC 3986 §3.4); in any other it is a space, as in a form. */
function hasPlainPlus(query: string): boolean {
  return query.includes('+') && query.includes('%20')
}

const endpoint = new RegExp(`/(?:scim|${Object.keys(meant).join('|').replaceAll('.', '\\.')})(?:/|$)`, 'i')

/**
 * Whether a request that no door answers was meant for SCIM, by its address and by what it shows: a base URL that was typed without
 * its version, in another case or twice is the commonest fault of a set-up.
 */
export function isMisplaced(path: string, { method, headers }: Pick<Request, 'method' | 'headers'>): boolean {
  const isBearer = /^Bearer\s/i.test(headers.get('authorization') ?? '')
  if (/^\/+scim(?:[/v\d]|$)/i.test(path)) return isBearer || method !== 'POST'
  return isBearer && endpoint.test(path)
}

/** Whether the path is one of the base URL's own. */
export function isBelowBase(path: string): boolean {
  return isUnder(path, '/scim/v2')
}
