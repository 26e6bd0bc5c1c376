// The ID token of a sign-in, for its issuer to know at the sign-out whose session is meant (RP-Initiated Logout 1.0 §2: id_token_hint). It
// stays in the browser whose it is, sealed, and comes back to the sign-out alone; nothing is kept of it here.

import type { Envelope } from '../base/envelope.ts'
import { readJson } from '../base/json.ts'
import type { CookieRules } from '../http/cookies.ts'

/** Browsers keep 4 KB with the name; without a hint the issuer asks the person. */
const maxCharacters = 3_800
/** As long as a session may live. */
const maxAgeSeconds = 86_400

interface Hint {
  readonly token: string
  /** Who gave it, and whose sign-in it was: it goes to nobody else. */
  readonly issuer: string
  readonly nameId: string
}

/** A Set-Cookie value; undefined where the token is too long for one. */
export function renderIdTokenCookie(
  { envelope, cookies }: { readonly envelope: Envelope; readonly cookies: CookieRules },
  connectionId: string,
  hint: Hint,
): string | undefined {
  const sealed = trySeal(envelope, hint, connectionId)
  return sealed === undefined || sealed.length > maxCharacters
    ? undefined
    : render(cookies, sealed, maxAgeSeconds)
}

// A node that may not seal at the moment keeps nobody from signing in for it.
function trySeal(envelope: Envelope, hint: Hint, connectionId: string): string | undefined {
  try {
    return envelope.seal(JSON.stringify(hint), placeOf(connectionId))
  } catch {
    return undefined
  }
}

/** The header that removes the cookie. */
export function clearIdTokenCookie(cookies: CookieRules): string {
  return render(cookies, '', 0)
}

/** Undefined where this browser has none of this connection's sign-in of that name. */
export function readIdToken(
  { envelope, cookies }: { readonly envelope: Envelope; readonly cookies: CookieRules },
  headers: Headers,
  connectionId: string,
  session: Pick<Hint, 'issuer' | 'nameId'>,
): string | undefined {
  const name = `${nameOf(cookies)}=`
  const parts = (headers.get('cookie') ?? '').split(';').map((part) => part.trim())
  for (const part of parts.filter((one) => one.startsWith(name))) {
    try {
      const hint = readJson<Hint>(envelope.open(part.slice(name.length), placeOf(connectionId)))
      if (hint.nameId === session.nameId && hint.issuer === session.issuer) return hint.token
    } catch {
      // Of another connection, or not ours.
    }
  }
  return undefined
}

// No __Host- name, which is sent with every request: it is sealed, so that whoever puts another one in its place gains nothing.
function nameOf({ isSecure, suffix }: CookieRules): string {
  return `${isSecure ? '__Secure-' : ''}rollcall_id_token${suffix}`
}

function render(cookies: CookieRules, value: string, maxAge: number): string {
  const secure = cookies.isSecure ? '; Secure' : ''
  return `${nameOf(cookies)}=${value}; Path=${cookies.basePath}/sign-out; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`
}

function placeOf(connectionId: string): string {
  return `id-token/${connectionId}`
}
