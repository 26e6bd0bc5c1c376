// What a logout token must say (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6), beside what every token of the issuer must. Pure.
import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import { OpenIdError } from './openid-error.ts'
import { findEntraTenant, type OidcTrust } from './trust.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** It is used the moment it is made. */
const maxAgeSeconds = 600
const maxName = 255

/** Whose sessions end: those of a name, of a session at the issuer, or of both. */
export interface LogoutFacts {
  readonly id: string
  /** Null: whoever has that session. */
  readonly nameId: string | null
  /** Null: every session of the name. */
  readonly sid: string | null
  /** In milliseconds; from here on the same token is refused for its age alone. */
  readonly expiresAt: number
}

/** `payload` is of a signature that holds, of this issuer and for this client. Throws OpenIdError. */
export function readLogoutToken(
  payload: JWTPayload,
  header: ProtectedHeaderParameters,
  trust: OidcTrust,
  clockSkewSeconds: number,
  now: number,
): LogoutFacts {
  // Some issuers name no kind, or the common one (§2.4 RECOMMENDS logout+jwt); another kind is another token.
  if (header.typ !== undefined && !/^(?:application\/)?(?:logout\+)?jwt$/i.test(header.typ))
    throw new OpenIdError('token_malformed', 'The logout token is a token of another kind (typ)')
  const { events, nonce, jti, iat = 0 } = payload
  const event = isObject(events) && Object.hasOwn(events, logoutEvent) ? events[logoutEvent] : undefined
  if (!isObject(event))
    throw new OpenIdError('token_malformed', 'The logout token lacks the event of a logout')
  if (nonce !== undefined) throw new OpenIdError('token_malformed', 'The logout token has a nonce')
  if (typeof jti !== 'string' || jti === '' || jti.length > maxName)
    throw new OpenIdError('token_malformed', 'The logout token lacks an id of its own (jti)')
  const age = now / 1_000 - iat
  if (age < -clockSkewSeconds)
    throw new OpenIdError('token_from_the_future', 'The logout token is of the future')
  if (age > maxAgeSeconds + clockSkewSeconds)
    throw new OpenIdError('token_expired', 'The logout token was made too long ago')
  const [sid, nameId] = [readName(payload.sid, 'sid'), readNameId(payload, trust)]
  if (sid === null && nameId === null)
    throw new OpenIdError('token_subject_missing', 'The logout token names nobody (sub) and no session (sid)')
  return { id: jti, nameId, sid, expiresAt: (iat + maxAgeSeconds + clockSkewSeconds) * 1_000 }
}

// As a sign-in names the person: at Entra by `oid` within the tenant, for its `sub` is another name.
function readNameId(payload: JWTPayload, { issuer }: OidcTrust): string | null {
  const tenant = findEntraTenant(issuer)
  if (tenant === undefined) return readName(payload.sub, 'sub')
  const oid = readName(payload.oid, 'oid')
  return oid === null ? null : `${tenant}.${oid}`
}

function readName(value: unknown, name: string): string | null {
  if (value === undefined) return null
  if (typeof value === 'string' && value !== '' && value.length <= maxName) return value
  throw new OpenIdError('token_malformed', `The logout token has a ${name} that is no name`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
