// The door under /oidc. The provider speaks Node's own requests, so that this door does, too: it stands beside the application
// and not inside it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { createId } from '../base/id.ts'
import { readCookies, renderCookie, sessionCookie } from '../http/cookies.ts'
import { renderPage } from '../http/page.ts'
import { endSession } from '../sessions/sessions.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { interact, interactionPath } from './interaction.ts'
import { loadLibrary } from './library.ts'
import { createProvider, type OidcOptions, prepareRequest } from './provider.ts'
import { listKeyRows, openKey } from './signing-keys.ts'

export type OidcDoor = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const maxBodyBytes = 65_536

/** Answers everything under /oidc; never rejects. */
export function createOidcDoor(options: OidcOptions): OidcDoor {
  let current: { readonly keys: string; readonly provider: Provider } | undefined
  // Rotation: the set of keys is read each time, and the provider made anew when it, or its order, changed.
  const getProvider = async (): Promise<Provider> => {
    const library = await loadLibrary()
    const rows = await listKeyRows(options.database, options.envelope, options.clock())
    const keys = rows.map(({ id }) => id).join()
    if (current?.keys !== keys)
      current = {
        keys,
        provider: createProvider(
          library,
          options,
          rows.map((row) => openKey(options.envelope, row)),
        ),
      }
    return current.provider
  }
  return async (request, response) => {
    try {
      await answer(options, await getProvider(), request, response)
    } catch (error) {
      await renderFailure(options, error, response)
    }
  }
}

async function answer(
  options: OidcOptions,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if ((request.url ?? '').length > 8_192) return send(response, new Response('', { status: 414 }))
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes)
    return send(response, new Response('', { status: 413, headers: { connection: 'close' } }))
  if (interactionPath.test(path) && (request.method === 'GET' || request.method === 'HEAD')) {
    prepareHost(request, options)
    return send(response, await interact(options, provider, request, response))
  }
  if (path === '/oidc/session/end/confirm') await endOwnSession(options, request, response)
  prepareRequest(request, options)
  await provider.callback()(request, response)
}

// The interaction's cookies are read and signed under the public URL, too.
function prepareHost(request: IncomingMessage, options: OidcOptions): void {
  const path = request.url
  prepareRequest(request, options)
  request.url = path ?? '/'
}

// Signing out of the product ends our own session in this browser as well: the next sign-in asks the identity provider.
async function endOwnSession(
  { database, cookies }: OidcOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = readCookies(new Headers({ cookie: request.headers.cookie ?? '' }), cookies).get(sessionCookie)
  if (token === undefined || request.method !== 'POST') return
  await endSession(database, token)
  response.appendHeader('set-cookie', renderCookie(cookies, sessionCookie, '', 0))
}

async function send(response: ServerResponse, page: Response): Promise<void> {
  response.statusCode = page.status
  for (const [name, value] of page.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  for (const cookie of page.headers.getSetCookie()) response.appendHeader('set-cookie', cookie)
  response.end(Buffer.from(await page.arrayBuffer()))
}

async function renderFailure(
  { log, cookies, clock }: OidcOptions,
  error: unknown,
  response: ServerResponse,
): Promise<void> {
  const requestId = createId('req', clock())
  const isAway = error instanceof StoreUnavailable
  log[isAway ? 'warn' : 'error']({ err: error, requestId }, 'OpenID Connect: a request failed')
  if (response.headersSent) return void response.end()
  const body = `<div class="panel"><h1>Sign-in is not available at the moment</h1><p>Please try again shortly.</p><p class="soft">Reference <code>${requestId}</code></p></div>`
  const headers = isAway ? ([['retry-after', String(error.retryAfterSeconds)]] as const) : []
  await send(
    response,
    renderPage({ title: 'Not available', body, status: isAway ? 503 : 500, headers }, cookies.isSecure),
  )
}
