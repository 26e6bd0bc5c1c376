// Configuration of an application for common libraries, filled in with its own values. A secret never stands in it: it is
// read from the environment.
import type { Application } from '@rollcall/api'

type Facts = Pick<Application, 'issuer' | 'clientId' | 'authentication' | 'redirectUris'>

/** Code, or a file, for one library. */
export interface Configuration {
  readonly id: string
  /** The library by the name that its makers use. */
  readonly library: string
  readonly code: string
}

const scope = 'openid profile email'

/** The configuration of each library that is known; a secret is read from the environment there. */
export function configure(application: Facts): readonly Configuration[] {
  return [
    { id: 'openid-client', library: 'openid-client', code: forOpenidClient(application) },
    { id: 'authjs', library: 'Auth.js', code: forAuthJs(application) },
    { id: 'passport', library: 'Passport', code: forPassport(application) },
    { id: 'spring', library: 'Spring Boot', code: forSpring(application) },
    { id: 'authlib', library: 'Authlib', code: forAuthlib(application) },
  ]
}

// A JSON string is also a string of JavaScript, Python and YAML, whatever stands in it.
const quote = (text: string): string => JSON.stringify(text)
const redirectOf = ({ redirectUris }: Facts): string => redirectUris[0] ?? ''
const hasSecret = ({ authentication }: Facts): boolean => authentication.startsWith('client_secret')

/** Discovery by openid-client 6: without the fourth argument it would send a secret in the body. */
function discover(application: Facts): string {
  const secret = 'process.env.ROLLCALL_CLIENT_SECRET'
  const proof = {
    client_secret_basic: `client.ClientSecretBasic(${secret})`,
    client_secret_post: `client.ClientSecretPost(${secret})`,
    private_key_jwt: 'client.PrivateKeyJwt(privateKey)',
    none: 'client.None()',
  }[application.authentication]
  // Development only: an issuer of a real installation is https.
  const allowed = application.issuer.startsWith('http:')
    ? ', { execute: [client.allowInsecureRequests] }'
    : ''
  const [issuer, clientId] = [quote(application.issuer), quote(application.clientId)]
  return `const config = await client.discovery(new URL(${issuer}),\n  ${clientId}, undefined, ${proof}${allowed})`
}

function forOpenidClient(application: Facts): string {
  return `import * as client from 'openid-client' // 6

${discover(application)}
const verifier = client.randomPKCECodeVerifier() // keep it in the session, for authorizationCodeGrant
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: ${quote(redirectOf(application))}, scope: '${scope}',
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})`
}

function forAuthJs(application: Facts): string {
  const { issuer, clientId, authentication } = application
  const key = authentication === 'private_key_jwt' ? '\n    token: { clientPrivateKey: privateKey },' : ''
  const secret = hasSecret(application) ? ' clientSecret: process.env.ROLLCALL_CLIENT_SECRET,' : ''
  return `import NextAuth from 'next-auth' // 5; register its callback …/api/auth/callback/rollcall

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [{
    id: 'rollcall', name: 'Rollcall', type: 'oidc', checks: ['pkce', 'state', 'nonce'],
    issuer: ${quote(issuer)},
    clientId: ${quote(clientId)},${secret}${key}
    client: { token_endpoint_auth_method: '${authentication}' },
  }],
})`
}

function forPassport(application: Facts): string {
  // Line by line: the house reads what begins a line with "import" as an import of its own.
  const imports = [
    "import * as client from 'openid-client' // 6",
    "import { Strategy } from 'openid-client/passport'",
    "import passport from 'passport'",
  ]
  return `${imports.join('\n')}

${discover(application)}
passport.use('rollcall', new Strategy(
  { config, scope: '${scope}', callbackURL: ${quote(redirectOf(application))} },
  (tokens, done) => done(null, tokens.claims()),
))`
}

function forSpring(application: Facts): string {
  const secret = hasSecret(application) ? `\n            client-secret: \${ROLLCALL_CLIENT_SECRET}` : ''
  // Beans that are not configuration: named, so that nobody looks for them in this file.
  const key =
    application.authentication === 'private_key_jwt'
      ? `# The key is a bean: RestClientAuthorizationCodeTokenResponseClient, with addParametersConverter(
#   new NimbusJwtClientAuthenticationParametersConverter<>(registration -> jwk))\n`
      : ''
  const pkce =
    application.authentication === 'none'
      ? ''
      : `# Spring Boot 3 wants a bean for PKCE, too: DefaultOAuth2AuthorizationRequestResolver, with
#   setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce())\n`
  return `# application.yml, Spring Boot 4
${pkce}${key}spring:
  security:
    oauth2:
      client:
        registration:
          rollcall:
            client-id: ${quote(application.clientId)}${secret}
            client-authentication-method: ${application.authentication}
            authorization-grant-type: authorization_code
            redirect-uri: ${quote(redirectOf(application))}
            scope: ${scope.replaceAll(' ', ', ')}
        provider:
          rollcall:
            issuer-uri: ${quote(application.issuer)}`
}

function forAuthlib(application: Facts): string {
  const { issuer, clientId, authentication } = application
  const secret = hasSecret(application)
    ? `\n    client_secret=os.environ["ROLLCALL_CLIENT_SECRET"],`
    : authentication === 'private_key_jwt'
      ? '\n    client_secret=private_key, client_auth_methods=[PrivateKeyJWT()],  # authlib.oauth2.rfc7523'
      : ''
  const discovery = quote(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  return `oauth = OAuth(app)  # authlib.integrations.flask_client, or starlette_client
oauth.register("rollcall", client_id=${quote(clientId)},${secret}
    server_metadata_url=${discovery},
    client_kwargs={"scope": "${scope}", "code_challenge_method": "S256",
                   "token_endpoint_auth_method": "${authentication}"})
# to sign in: return oauth.rollcall.authorize_redirect(${quote(redirectOf(application))})`
}
