import * as client from 'openid-client'
import { begun, configure, goTo, keep, PRODUCT_URL } from '../../rollcall'

export async function GET(request: Request) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  }
  await keep(begun, 'login', checks)
  // Whose sign-in, where it is known: organization, or login_hint with an address. Else Rollcall asks.
  const organization = new URL(request.url).searchParams.get('organization')
  const target = client.buildAuthorizationUrl(await configure(), {
    redirect_uri: `${PRODUCT_URL}/callback`,
    scope: 'openid profile email organization',
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...(organization ? { organization } : {}),
  })
  return goTo(target)
}
