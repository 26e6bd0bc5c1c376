// What a request for one resource asks for: its body, and which attributes the answer shows (RFC 7644 §3.9).
import { type JsonValue, readSelection, type Selection } from '@rollcall/scim'
import { refuse } from '../resources/refusals.ts'
import type { ScimRequest } from './exchange.ts'

/** The attributes that are asked for; undefined where nothing was said. */
export function wantedOf(
  { parameters, client, reading }: ScimRequest,
  kind: 'user' | 'group',
): Selection | undefined {
  if (parameters.size === 0) return undefined
  const attributes = parameters.get('attributes') ?? undefined
  const excluded = parameters.get('excludedAttributes') ?? undefined
  return readSelection(client.types[kind], attributes, excluded, client.profile, reading)
}

/** The body. Throws 400 where there is none. */
export function bodyOf({ body }: ScimRequest): JsonValue {
  if (body === undefined) throw refuse('body_missing')
  return body
}
