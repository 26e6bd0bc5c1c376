// What a client of SCIM is told whose body came too slowly: its connection ends, so it is told beside the door.
import { renderError, type ScimError } from '@rollcall/scim'
import { isUnder } from '../base/base-path.ts'
import { serverTimeouts } from '../http/limits.ts'
import { refuse } from '../resources/refusals.ts'

/** The same words stand in activity. */
export function slowBody(): ScimError {
  return refuse('body_slow', { seconds: serverTimeouts.requestTimeout / 1_000 })
}

/** Undefined for a target outside of `/scim/v2`. */
export function renderSlow(target: string): { readonly type: string; readonly body: string } | undefined {
  if (!isUnder(target.split('?')[0]!, '/scim/v2')) return undefined
  return { type: 'application/scim+json', body: JSON.stringify(renderError(slowBody())) }
}
