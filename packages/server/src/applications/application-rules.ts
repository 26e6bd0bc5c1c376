// What an application may be: its keys, its addresses, and how it authenticates.
import type { Application } from '@rollcall/api'
import { faultOfKeys } from '../base/public-keys.ts'
import { Problem } from '../http/problem.ts'
import type { ApplicationTable } from '../store/schema.ts'

/** What applications with keys sign their assertions with. */
export const applicationAlgorithms = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'] as const

/** What of an application is one JSON column. */
export type ApplicationSettings = Pick<
  Application,
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'backchannelLogoutUri'
  | 'initiateLoginUri'
  | 'jwks'
  | 'jwksUrl'
  | 'requirePkce'
>

/** A set of before stays as it is until another one is given. */
export function assertKeys(
  authentication: string,
  { jwks, jwksUrl }: Pick<ApplicationSettings, 'jwks' | 'jwksUrl'>,
  given: Partial<Pick<ApplicationSettings, 'jwks'>> = { jwks },
): void {
  const count = [jwks, jwksUrl].filter((one) => one !== null && one !== undefined).length
  if (authentication === 'private_key_jwt' ? count !== 1 : count > 0)
    throw new Problem(
      'keys_missing',
      'private_key_jwt takes jwks or jwksUrl, one of the two; the other ways take none',
    )
  const fault = given.jwks ? faultOfKeys(given.jwks.keys, applicationAlgorithms) : undefined
  if (fault !== undefined) throw new Problem('invalid_request', fault)
}

// As the provider reads addresses, however they are written.
const isOfOwnScheme = (uri: string): boolean => !/^https?:$/.test(URL.parse(uri)?.protocol ?? '')

const isOfMachineByHttps = (uri: string): boolean => {
  const { protocol, hostname = '' } = URL.parse(uri) ?? {}
  return protocol === 'https:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
}

/** The provider knows applications on a device and those on the web, and has other rules for their addresses. */
export function assertAddresses({
  redirectUris,
  postLogoutRedirectUris,
}: Pick<ApplicationSettings, 'redirectUris' | 'postLogoutRedirectUris'>): void {
  const all = [...redirectUris, ...postLogoutRedirectUris]
  const local = all.find(isOfMachineByHttps)
  if (local === undefined || !all.some(isOfOwnScheme)) return
  throw new Problem(
    'addresses_mixed',
    `An application on a device, which has a scheme of its own, is answered on the machine itself by http: ${local}`,
  )
}

/**
 * On a device: with a scheme of its own, or public and answered on the machine itself, where any port will do (RFC 8252 §7.3). To the
 * provider none of these has an https address of the machine: what has one is on the web.
 */
export function isNative({ authentication }: ApplicationTable, settings: ApplicationSettings): boolean {
  const { redirectUris, postLogoutRedirectUris } = settings
  const all = [...redirectUris, ...postLogoutRedirectUris]
  if (all.some(isOfOwnScheme)) return true
  const isOnMachine = redirectUris.every((uri) => URL.parse(uri)?.protocol === 'http:')
  return authentication === 'none' && isOnMachine && !all.some(isOfMachineByHttps)
}

/** Whoever reads a code that is on its way may redeem it, where neither a secret nor PKCE is asked for. */
export function assertPkce(
  authentication: string,
  { requirePkce }: Pick<ApplicationSettings, 'requirePkce'>,
): void {
  if (authentication === 'none' && !requirePkce)
    throw new Problem(
      'pkce_required',
      'requirePkce: a public client (authentication none) proves by PKCE that a code is its own',
    )
}

/** Whether an application of this kind has a secret. */
export function hasSecret(authentication: string): boolean {
  return authentication.startsWith('client_secret')
}
