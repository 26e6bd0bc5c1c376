// Where portal links and invitations are redeemed: two small pages that need no application and owe nothing to the console.
import { renderPage } from '../http/page.ts'
import { invitationPage, portalPage } from './redeem.ts'

export type PortalDoor = (request: Request) => Response

/** Answers /portal and /invitation. */
export function createPortalDoor(options: { readonly isSecure: boolean }): PortalDoor {
  return (request) => {
    if (!['GET', 'HEAD'].includes(request.method))
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const isPortal = new URL(request.url).pathname === '/portal'
    return renderPage(isPortal ? portalPage : invitationPage, options.isSecure)
  }
}
