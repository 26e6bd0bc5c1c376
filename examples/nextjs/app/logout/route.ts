import * as client from 'openid-client'
import { configure, goTo, PRODUCT_URL, sessions, take } from '../../rollcall'

export async function POST() {
  const session = await take(sessions, 'session')
  if (session === undefined) return goTo('/')
  const back = { id_token_hint: session.idToken, post_logout_redirect_uri: `${PRODUCT_URL}/` }
  return goTo(client.buildEndSessionUrl(await configure(), back))
}
