// The room `server/portal`: two small pages where a link or an invitation is redeemed. The secret is in the fragment and is sent by a
// click.
//
// Where portal links and invitations are redeemed: two small pages that need no application and owe nothing to the console.

import { type WithRoutes, withRoutes } from '../http/routes.ts'
import { renderPage } from '../pages/frame.ts'
import { confirmPage, invitationPage, portalPage, recoveryAddressPage } from '../pages/links.ts'
import type { Look } from '../pages/look.ts'

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
export function createPortalDoor(look: Look): PortalDoor {
  const answer = (request: Request): Response => {
    if (!['GET', 'HEAD'].includes(request.method))
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const path = new URL(request.url).pathname as keyof typeof portalPages
    return renderPage(portalPages[path](look), look)
  }
  return withRoutes(
    answer,
    Object.keys(portalPages).map((path) => `GET ${path}`),
  )
}
