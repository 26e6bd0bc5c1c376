// The cookie that binds a request to a browser, and what an OpenID Connect request derives from it.
import { createHmac } from 'node:crypto'

/** What names of such cookies begin with. */
export const requestCookiePrefix = 'rollcall_request_'

/** One a request, so that two tabs do not disturb each other. */
export function requestCookieName(requestId: string): string {
  return requestCookiePrefix + requestId.slice(-12)
}

/** Nonce and PKCE verifier: only the browser that began has what they are made of. 43 characters of base64url (RFC 7636 §4.1). */
export function deriveFromCookie(secret: string, what: 'nonce' | 'verifier'): string {
  return createHmac('sha256', secret).update(what).digest('base64url')
}
