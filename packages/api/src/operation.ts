// How a row of a noun becomes a route. A row has its name once, as its key: paths, permissions, the typed client and the OpenAPI
// document take it from there.
import { createRoute, type RouteConfig } from '@hono/zod-openapi'

/**
 * Who may call an operation. `operator`: the operator alone. `administrator`: also administrators and owners, of their own
 * organization. `setup`: also a set-up link. `self`: administrators and owners, and a person who is asked about. `session`: anybody who is
 * signed in. `open`: everybody.
 */
export type Access = 'operator' | 'administrator' | 'setup' | 'self' | 'session' | 'open'

/** The methods of operations. */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/**
 * What an operation had before it got an even name, and answers to until 1.0: a name in the typed client, a method, a path. What is not
 * said is as it is now (decision 054).
 */
export interface Former {
  readonly name?: string
  readonly method?: Method
  readonly path?: `/${string}`
}

interface Row extends Pick<RouteConfig, 'request' | 'responses'> {
  readonly method: Method
  /** Kept to the letter by its type. */
  readonly path: `/${string}`
  readonly access: Access
  readonly summary: string
  readonly description?: string
  readonly formerly?: readonly Former[]
}

/** The routes that rows become, each with its name. */
export type Operations<R extends Readonly<Record<string, Row>>> = {
  readonly [I in keyof R & string]: Pick<
    R[I],
    Extract<keyof R[I], 'method' | 'path' | 'request' | 'responses'>
  > & {
    readonly operationId: I
    readonly summary: string
    readonly description: string
    readonly 'x-access': Access
    readonly formerly?: readonly Former[]
    getRoutingPath(): string
  }
}

const whoMayCall: Readonly<Record<Access, string>> = {
  operator: 'For the operator.',
  administrator: 'For administrators and owners of the organization, and for the operator.',
  setup: 'For set-up links, administrators and owners of the organization, and for the operator.',
  self: 'For administrators and owners of the organization, the person themselves, and the operator.',
  session: 'For whoever is signed in.',
  open: 'For everybody: the body has a secret of its own.',
}

const byKey = [{ operatorKey: [] }]
const byKeyOrSession = [{ operatorKey: [] }, { session: [] }]

const securityOf = (access: Access) =>
  access === 'open' ? [] : access === 'operator' ? byKey : byKeyOrSession

/** The routes of one noun; `tag` is its heading in the OpenAPI document. */
export function operationsOf<R extends Readonly<Record<string, Row>>>(tag: string, rows: R): Operations<R> {
  const routes = Object.entries(rows).map(([operationId, { access, description, ...row }]) => [
    operationId,
    createRoute({
      ...row,
      operationId,
      description: [description, whoMayCall[access]].filter((one) => one !== undefined).join(' '),
      tags: [tag],
      security: securityOf(access),
      'x-access': access,
    }),
  ])
  return Object.fromEntries(routes)
}
