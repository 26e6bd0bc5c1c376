import * as client from 'openid-client'
import { begun, configure, goTo, keep, PRODUCT_URL, sessions, take } from '../../rollcall'

export async function GET(request: Request) {
  const checks = await take(begun, 'login')
  if (checks === undefined) return goTo('/refused?reason=This+sign-in+was+not+begun+here.')
  const came = new URL(`/callback${new URL(request.url).search}`, PRODUCT_URL)
  try {
    const tokens = await client.authorizationCodeGrant(await configure(), came, checks)
    const claims = tokens.claims()!
    const text = (name: string): string => String(claims[name] ?? '')
    await keep(sessions, 'session', {
      id: claims.sub,
      name: text('name'),
      email: text('email'),
      organizationId: text('org_id'),
      organization: text('org_slug'),
      role: text('role'),
      idToken: tokens.id_token!,
    })
    return goTo('/')
  } catch (error) {
    const said = error instanceof client.AuthorizationResponseError && error.error_description
    return goTo(`/refused?reason=${encodeURIComponent(said || (error as Error).message)}`)
  }
}
