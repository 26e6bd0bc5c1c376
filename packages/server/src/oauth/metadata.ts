// The metadata of the authorization server that provisioning clients get their tokens from (RFC 8414), for clients that are given
// no more than its issuer, the public URL. Nothing in it is secret, and nothing of it changes while the service runs.
import { basePathOf } from '../base/base-path.ts'
import { signatureAlgorithms } from '../base/public-keys.ts'
import { tokenPath } from './token.ts'

const wellKnown = '/.well-known/oauth-authorization-server'

/** Answers the metadata of the authorization server. */
export interface MetadataDoor {
  readonly routes: readonly string[]
  /** Whether the path is where RFC 8414 §3.1 looks for the metadata of the issuer, or below the issuer itself. */
  isAt(path: string): boolean
  answer(request: Request): Response
}

/** `issuer` is the public URL. */
export function createMetadataDoor(issuer: string): MetadataDoor {
  const text = JSON.stringify({
    issuer,
    token_endpoint: issuer + tokenPath,
    grant_types_supported: ['client_credentials'],
    // None: nobody signs in here (RFC 8414 §2 wants the member all the same).
    response_types_supported: [],
    scopes_supported: ['scim'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
  })
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  const ofIssuer = wellKnown + basePathOf(issuer)
  return {
    routes: [`GET ${wellKnown}`],
    isAt: (path) => path === wellKnown || path === ofIssuer,
    answer({ method }) {
      if (method === 'GET' || method === 'HEAD') return new Response(text, { headers })
      const refusal = { error: 'invalid_request', error_description: 'The metadata answers GET, HEAD' }
      return new Response(JSON.stringify(refusal), {
        status: 405,
        headers: { ...headers, allow: 'GET, HEAD' },
      })
    },
  }
}
