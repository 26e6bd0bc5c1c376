// What an authorization request may be: anybody can send one, and each that is in order leaves a row for an hour.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { isKeepableText } from '../base/texts.ts'
import type { Library } from './library.ts'

/** Bytes of `state`, which comes back as it was sent. */
export const maxStateBytes = 2_048
/** Bytes of all parameters together, names included. */
export const maxRequestBytes = 4_096

/** Throws `invalid_request`, which goes back to the application like every other fault of its request. */
export function assertRequestSize({ oidc }: KoaContextWithOIDC, { errors }: Library): void {
  const parameters = Object.entries(oidc.params ?? {}).filter(([, value]) => value !== undefined)
  const state = oidc.params?.state
  if (typeof state === 'string' && Buffer.byteLength(state) > maxStateBytes)
    throw new errors.InvalidRequest(`state must be at most ${maxStateBytes} bytes`)
  if (parameters.some(([, value]) => !isKeepableText(String(value))))
    throw new errors.InvalidRequest('a parameter holds a character that can be kept nowhere')
  const size = parameters.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  )
  if (size > maxRequestBytes)
    throw new errors.InvalidRequest(`an authorization request must be at most ${maxRequestBytes} bytes`)
}
