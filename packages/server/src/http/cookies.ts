// Cookies: __Host- names, HttpOnly, Secure, SameSite=Lax; the plain name only where the service itself is plain HTTP on
// this machine or in development. Such a cookie is sent to the whole host (Path=/): where the public URL has a path, its name says
// whose it is.
import { createHash } from 'node:crypto'
import { basePathOf } from '../base/base-path.ts'
import type { Site } from './site.ts'

/** How cookies of this installation are named and secured. */
export interface CookieRules extends Site {
  /** At the end of each name; empty where the public URL has no path. */
  readonly suffix: string
}

/** From the public URL; development allows plain cookies everywhere. */
export function createCookieRules(url: string, isDev: boolean): CookieRules {
  const { protocol, hostname } = new URL(url)
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  const basePath = basePathOf(url)
  const suffix = basePath === '' ? '' : `_${createHash('sha256').update(basePath).digest('hex').slice(0, 12)}`
  return { isSecure: protocol === 'https:' || !(isDev || isLocal), suffix, basePath }
}

/** As the browser keeps it. */
export function toCookieName({ isSecure, suffix }: CookieRules, name: string): string {
  return `${isSecure ? '__Host-' : ''}${name}${suffix}`
}

/** All cookies of the request by name, prefix and suffix taken off; one that comes twice is left out, for no one can say whose it is. */
export function readCookies(headers: Headers, rules: CookieRules): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  const twice = new Set<string>()
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const cut = part.indexOf('=')
    const name = part.slice(0, Math.max(cut, 0)).trim()
    const prefix = rules.isSecure ? '__Host-' : ''
    if (cut < 1 || !name.startsWith(prefix) || !name.endsWith(rules.suffix)) continue
    const plain = name.slice(prefix.length, name.length - rules.suffix.length)
    if (cookies.has(plain)) twice.add(plain)
    cookies.set(plain, part.slice(cut + 1).trim())
  }
  for (const name of twice) cookies.delete(name)
  return cookies
}

/** A Set-Cookie value. `maxAgeSeconds` 0 removes the cookie. */
export function renderCookie(rules: CookieRules, name: string, value: string, maxAgeSeconds: number): string {
  const secure = rules.isSecure ? '; Secure' : ''
  return `${toCookieName(rules, name)}=${value}; Path=/; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}; HttpOnly; SameSite=Lax${secure}`
}

/**
 * The same for a page of ours in a frame of another site's page: browsers keep it apart for each site that shows us (CHIPS), and send it
 * nowhere else. They take such a cookie over plain HTTP from this machine alone.
 */
export function renderFrameCookie(
  rules: CookieRules,
  name: string,
  value: string,
  maxAgeSeconds: number,
): string {
  return renderCookie(rules, name, value, maxAgeSeconds).replace(
    /SameSite=Lax(?:; Secure)?$/,
    'SameSite=None; Partitioned; Secure',
  )
}

/** The cookie of a session of any kind. */
export const sessionCookie = 'rollcall_session'

/** Of the session of a frame; one each, so that two frames of a page do not disturb each other. */
export const frameCookiePrefix = 'rollcall_frame_'

/** The header with the half of a frame's credential that no cookie has: `<end of the session's id>.<secret>`. */
export const frameHeader = 'rollcall-frame'

/** What a browser shows of itself: the cookie of a session, or both halves of a frame's. */
export type Shown =
  | { readonly token: string | undefined }
  | { readonly token: string | undefined; readonly secret: string }

/** Whoever sends the header of a frame is in that frame, whatever other cookies come along. */
export function readShown(headers: Headers, rules: CookieRules): Shown {
  const cookies = readCookies(headers, rules)
  const header = headers.get(frameHeader)
  if (header === null) return { token: cookies.get(sessionCookie) }
  const [id = '', secret = ''] = header.split('.')
  return { token: cookies.get(frameCookiePrefix + id), secret }
}

/** Of the browser that opened a mailed link: what it confirms is asked of it once it has signed in. */
export const confirmationCookie = 'rollcall_confirmation'

/** Of the browser whose proven sign-in waits for an answer; one each. */
export function pendingCookieName(id: string): string {
  return `rollcall_pending_${id.slice(-12)}`
}

/**
 * Whether a request that changes something was sent by our own pages: browsers name the origin of every such request,
 * and other origins cannot forge it.
 */
export function isSameOrigin(headers: Headers, url: string): boolean {
  return headers.get('origin') === new URL(url).origin
}
