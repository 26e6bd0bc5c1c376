// The room `server/portal`: two small pages where a link or an invitation is redeemed. The secret is in the fragment and is sent by a
// click.
//
// Where portal links and invitations are redeemed: two small pages that need no application and owe nothing to the console.

import { listWanted } from '../http/accept-language.ts'
import { type CookieRules, readCookies } from '../http/cookies.ts'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import { renderPage } from '../pages/frame.ts'
import { confirmPage, invitationPage, portalPage, recoveryAddressPage } from '../pages/links.ts'
import { type Look, lookFor } from '../pages/look.ts'

/** Answers the two pages. */
export type PortalDoor = WithRoutes<(request: Request) => Response>

/** Where a secret is taken out of the fragment. */
export const portalPages = {
  '/portal': portalPage,
  '/invitation': invitationPage,
  '/confirm': confirmPage,
  '/recovery': recoveryAddressPage,
} as const

/** Answers each of these paths. */
export function createPortalDoor(look: Look, cookies: CookieRules): PortalDoor {
  const answer = (request: Request): Response => {
    if (!['GET', 'HEAD'].includes(request.method))
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const url = new URL(request.url)
    const path = url.pathname as keyof typeof portalPages
    const { headers } = request
    const own = lookFor(look, listWanted({ url, headers }, readCookies(headers, cookies)))
    return renderPage(portalPages[path](own), own)
  }
  return withRoutes(
    answer,
    Object.keys(portalPages).map((path) => `GET ${path}`),
  )
}
