// The three kinds of step that every vendor's conversation about users is made of, whatever it puts into them.

import { patchOpUrn } from '../base/urn.ts'
import { all, isUser, whenAnswered } from './check.ts'
import type { Check, Step } from './vendor.ts'

/** One element of a PATCH body's Operations (RFC 7644 §3.5.2), in the vendor's own spelling. */
export interface Operation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

/** GET of a query for users that must be 200. */
export const matchUsers = (name: string, path: string, check: Check): Step => ({
  name,
  method: 'GET',
  path,
  expect: { statuses: [200], check },
})

/** GET of this conversation's user, which must be 200 with the whole user. */
export const readUser = (name: string, ...checks: readonly Check[]): Step => ({
  name,
  method: 'GET',
  path: '/Users/{id}',
  expect: { statuses: [200], check: all(isUser, ...checks) },
})

/** PATCH of this conversation's user: 204, or 200 with the whole user, which then is checked. */
export const patchUser = (
  name: string,
  operations: readonly Operation[],
  ...checks: readonly Check[]
): Step => ({
  name,
  method: 'PATCH',
  path: '/Users/{id}',
  body: { schemas: [patchOpUrn], Operations: operations },
  expect: { statuses: [200, 204], check: whenAnswered(all(isUser, ...checks)) },
})
