// A product in one file: its people sign in, it hears of every change, and its customers' administrators reach their settings.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { createRollcall, verifyWebhook, WebhookVerificationError } from '@rollcall/client'
import * as openid from 'openid-client'

const {
  ROLLCALL_URL = '',
  CLIENT_ID = '',
  CLIENT_SECRET,
  WEBHOOK_SECRET = '',
  OPERATOR_KEY = '',
} = process.env
const port = Number(process.env.PORT ?? 3000)
const own = process.env.PRODUCT_URL ?? `http://127.0.0.1:${port}`
/** Rollcall at http://localhost, for a first try. */
const isPlain = ROLLCALL_URL.startsWith('http:')

const issuer = await openid.discovery(
  new URL(`${ROLLCALL_URL}/oidc`),
  CLIENT_ID,
  undefined,
  openid.ClientSecretBasic(CLIENT_SECRET),
  isPlain ? { execute: [openid.allowInsecureRequests] } : {},
)
const rollcall = createRollcall({ url: ROLLCALL_URL, operatorKey: OPERATOR_KEY })

interface Begun {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}
interface Person {
  readonly id: string
  readonly email: string
  readonly organization: string
}
/** In a product these are rows. */
const begun = new Map<string, Begun>()
const people = new Map<string, Person>()

const readCookie = (request: IncomingMessage, name: string): string =>
  new RegExp(`(?:^|; )${name}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
const writeCookie = (name: string, value: string): string =>
  `${name}=${value}; HttpOnly; SameSite=Lax; Path=/${own.startsWith('https:') ? '; Secure' : ''}`

createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', own)
  const answer = (status: number, body = '', headers: Record<string, string> = {}) =>
    response.writeHead(status, headers).end(body)
  const person = people.get(readCookie(request, 'session'))
  try {
    switch (`${request.method} ${url.pathname}`) {
      // 1. Sign-in.
      case 'GET /login': {
        const one = {
          verifier: openid.randomPKCECodeVerifier(),
          state: openid.randomState(),
          nonce: openid.randomNonce(),
        }
        const id = randomUUID()
        begun.set(id, one)
        const location = openid.buildAuthorizationUrl(issuer, {
          redirect_uri: `${own}/callback`,
          scope: 'openid profile email',
          code_challenge: await openid.calculatePKCECodeChallenge(one.verifier),
          code_challenge_method: 'S256',
          state: one.state,
          nonce: one.nonce,
          // Whose sign-in, where you know it: organization, or login_hint with an address. Else Rollcall asks.
          organization: url.searchParams.get('organization') ?? '',
        })
        return answer(302, '', { location: location.href, 'set-cookie': writeCookie('login', id) })
      }
      case 'GET /callback': {
        const id = readCookie(request, 'login')
        const one = begun.get(id)
        begun.delete(id)
        if (one === undefined) return answer(400, 'This sign-in was not begun here.')
        const tokens = await openid.authorizationCodeGrant(issuer, url, {
          pkceCodeVerifier: one.verifier,
          expectedState: one.state,
          expectedNonce: one.nonce,
        })
        const claims = tokens.claims()
        if (claims === undefined) return answer(400, 'No ID token came.')
        const session = randomUUID()
        people.set(session, {
          id: claims.sub,
          email: String(claims.email),
          organization: String(claims.org_slug),
        })
        return answer(302, '', { location: '/', 'set-cookie': writeCookie('session', session) })
      }
      case 'GET /':
        return person === undefined
          ? answer(302, '', { location: '/login' })
          : answer(200, `${person.email} of ${person.organization}`)
      // 2. Webhooks: the body as it came, before anybody parses it.
      case 'POST /webhooks': {
        const headers = new Headers(request.headers as Record<string, string>)
        const event = await verifyWebhook({ body: await text(request), headers, secret: WEBHOOK_SECRET })
        console.log(event.type, event.subject.id)
        return answer(204)
      }
      // 3. "Settings > Security", for administrators of a customer.
      case 'GET /settings/security': {
        if (person === undefined) return answer(302, '', { location: '/login' })
        const link = await rollcall.call('createPortalLink', {
          params: { slug: person.organization },
          body: { role: 'admin', email: person.email, returnUrl: `${own}/` },
        })
        return answer(302, '', { location: link.url })
      }
      default:
        return answer(404)
    }
  } catch (error) {
    if (error instanceof WebhookVerificationError) return answer(400, error.code)
    console.error(error)
    return answer(500)
  }
}).listen(port, '127.0.0.1')
