// What a logout token must say (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6), beside what every token of the issuer must. Pure.
import { say } from '@rollcall/api/sentences'
import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import { readSessionId } from '../base/texts.ts'
import { faultOfClaims, readDate, readName, sayFault } from './claims.ts'
import { OpenIdError } from './openid-error.ts'
import { findEntraTenant, type OpenIdTrust } from './trust.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** It is used the moment it is made. */
const maxAgeSeconds = 600

/** Whose sessions end: those of a name, of a session at the issuer, or of both. */
export interface LogoutFacts {
  readonly id: string
  /** Null: whoever has that session. */
  readonly nameId: string | null
  /** Null: every session of the name. Empty: those alone that have no name of their own. */
  readonly sid: string | null
  /** In milliseconds; from here on the same token is refused for its age alone. */
  readonly expiresAt: number
}

/** `payload` is of a signature that holds, of this issuer and for this client. Throws OpenIdError. */
export function readLogoutToken(
  payload: JWTPayload,
  header: ProtectedHeaderParameters,
  trust: OpenIdTrust,
  clockSkewSeconds: number,
  now: number,
): LogoutFacts {
  // Some issuers name no kind, or the common one (§2.4 RECOMMENDS logout+jwt); another kind is another token.
  const { typ } = header
  if (typ !== undefined && !(typeof typ === 'string' && /^(?:application\/)?(?:logout\+)?jwt$/i.test(typ)))
    throw new OpenIdError('token_malformed', say('logout_token_kind'))
  const fault = faultOfClaims(payload)
  if (fault !== undefined) throw new OpenIdError('token_malformed', sayFault('logout', fault))
  const { events, nonce } = payload
  const jti = readName(payload.jti)
  const madeAt = readDate(payload.iat) ?? 0
  const event = isObject(events) && Object.hasOwn(events, logoutEvent) ? events[logoutEvent] : undefined
  if (!isObject(event)) throw new OpenIdError('token_malformed', say('logout_token_event'))
  if (nonce !== undefined) throw new OpenIdError('token_malformed', say('logout_token_nonce'))
  if (jti === undefined) throw new OpenIdError('token_malformed', say('logout_token_id'))
  const age = (now - madeAt) / 1_000
  if (age < -clockSkewSeconds) throw new OpenIdError('token_from_the_future', say('logout_token_future'))
  if (age > maxAgeSeconds + clockSkewSeconds) throw new OpenIdError('token_expired', say('logout_token_old'))
  const nameId = readNameId(payload, trust)
  const sid = readSid(payload.sid, nameId !== null)
  if (sid === null && nameId === null)
    throw new OpenIdError('token_subject_missing', say('logout_token_nobody'))
  return { id: jti, nameId, sid, expiresAt: madeAt + (maxAgeSeconds + clockSkewSeconds) * 1_000 }
}

// As a sign-in names the person: at Entra by `oid` within the tenant, for its `sub` is another name.
function readNameId(payload: JWTPayload, { issuer }: OpenIdTrust): string | null {
  const tenant = findEntraTenant(issuer)
  if (tenant === undefined) return nameOf(payload.sub, 'sub')
  const oid = nameOf(payload.oid, 'oid')
  return oid === null ? null : `${tenant}.${oid}`
}

function nameOf(value: unknown, name: string): string | null {
  if (value === undefined) return null
  return readName(value) ?? noName(name)
}

// One that no sign-in keeps is no session of ours: beside a name it ends what has no session's name, and no more.
function readSid(value: unknown, isNamed: boolean): string | null {
  if (value === undefined) return null
  return readSessionId(value) ?? (isNamed && typeof value === 'string' && value !== '' ? '' : noName('sid'))
}

function noName(name: string): never {
  throw new OpenIdError('token_malformed', say('logout_token_name', { name }))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
