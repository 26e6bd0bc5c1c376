// The door under /oidc. The provider speaks Node's own requests, so that this door does, too: it stands beside the application
// and not inside it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { Hold } from '../http/admission.ts'
import { givenBack } from '../http/anonymous-limit.ts'
import { countRawHeaders, maxHeaderBytes, maxUrlBytes } from '../http/limits.ts'
import { tooManyRequests } from '../http/problem.ts'
import { redirect } from '../http/redirect.ts'
import { describeRequest, requestIdOf } from '../http/request-id.ts'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import { failedPage, tooManyPage, unreadablePage } from '../pages/failures.ts'
import { renderPage } from '../pages/frame.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import { withRequestPatience } from '../store/patience.ts'
import { translateCookies } from './cookies.ts'
import { interact, interactionPath } from './interaction.ts'
import { loadLibrary } from './library.ts'
import { lookOfRequest } from './look.ts'
import { createProvider, findCredential, isProven, prepareRequest, readAddress } from './provider.ts'
import type { ProviderOptions } from './provider-options.ts'
import { listKeyRows, openKey } from './signing-keys.ts'

/** `routes`: what is answered here; the rest below /oidc is the library's. */
export type ProviderDoor = WithRoutes<
  (request: IncomingMessage, response: ServerResponse, hold?: Hold) => Promise<void>
>

const own = [
  {
    routes: ['GET /oidc/interaction/{uid}', 'POST /oidc/interaction/{uid}'],
    path: interactionPath,
    answer: interact,
  },
] as const

/** All that is answered below /oidc, the library's part as well. */
export const openIdRoutes: readonly string[] = [
  ...own.flatMap(({ routes }) => routes),
  ...[
    '/auth',
    '/auth/{uid}',
    '/token',
    '/me',
    '/jwks',
    '/token/revocation',
    '/.well-known/openid-configuration',
  ]
    .concat('/session/end', '/session/end/confirm', '/session/end/success')
    .map((path) => `* /oidc${path}`),
]

const maxBodyBytes = 65_536

/** Answers everything under /oidc; never rejects. */
export function createProviderDoor(options: ProviderOptions): ProviderDoor {
  let current: { readonly keys: string; readonly provider: Provider } | undefined
  // Rotation: the set of keys is read each time, and the provider made anew when it, or its order, changed.
  const getProvider = async (): Promise<Provider> => {
    const library = await loadLibrary()
    const rows = await listKeyRows(options.database, options.envelope, options.clock())
    // Its cookies are signed with secrets that follow the secret key.
    const keys = [...options.envelope.keyIds, ...rows.map(({ id }) => id)].join()
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
  const door = async (request: IncomingMessage, response: ServerResponse, hold?: Hold): Promise<void> => {
    response.setHeader('x-request-id', requestIdOf(request, options.clock()))
    try {
      await withRequestPatience(() =>
        limited(options, request, response, async () =>
          answer(options, await getProvider(), request, response),
        ),
      )
      const credential = findCredential(request)
      if (credential !== undefined) hold?.({ credential })
    } catch (error) {
      await renderFailure(options, error, request, response)
    }
  }
  return withRoutes(
    door,
    own.flatMap(({ routes }) => routes),
  )
}

// Whoever shows a credential is held up by failures of their own network alone; everybody else is anonymous until the answer
// says who they are.
async function limited(
  options: ProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<void>,
): Promise<void> {
  const { anonymous } = options
  const ip = readAddress(request, options)
  const path = (request.url ?? '').split('?')[0] ?? ''
  const hasCredential = request.headers.authorization !== undefined && !browserPaths.test(path)
  const waitSeconds = hasCredential ? anonymous.wait(ip) : anonymous.take(ip)
  if (waitSeconds > 0) return refuse(options, request, path, waitSeconds, response)
  await work()
  const hasAnswered = isProven(request) || (interactionPath.test(path) && response.statusCode === 303)
  if (hasCredential && !hasAnswered) anonymous.take(ip)
  if (!hasCredential && hasAnswered) anonymous.giveBack(ip, givenBackFor(path))
}

/** Where browsers go; the rest is called by applications. */
const browserPaths = /^\/oidc\/(?:auth|interaction|session)(?:\/|$)/
const resumePath = /^\/oidc\/auth\/[^/]+$/

// With a code the whole of what the application began has ended well.
function givenBackFor(path: string): number {
  if (resumePath.test(path)) return 1 + givenBack
  return interactionPath.test(path) ? givenBack : 1
}

async function refuse(
  options: ProviderOptions,
  request: IncomingMessage,
  path: string,
  waitSeconds: number,
  response: ServerResponse,
): Promise<void> {
  const requestId = requestIdOf(request, options.clock())
  const look = lookOfRequest(options, request)
  if (browserPaths.test(path))
    return send(response, renderPage(tooManyPage(look, waitSeconds, requestId), look))
  const body = JSON.stringify({ error: 'slow_down', error_description: tooManyRequests })
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'retry-after': String(waitSeconds),
  }
  return send(response, new Response(body, { status: 429, headers }))
}

async function answer(
  options: ProviderOptions,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if ((request.url ?? '').length > maxUrlBytes) return send(response, new Response('', { status: 414 }))
  if (countRawHeaders(request.rawHeaders) > maxHeaderBytes)
    return send(response, new Response('', { status: 431 }))
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes)
    return send(response, new Response('', { status: 413, headers: { connection: 'close' } }))
  translateCookies(request, response, options.cookies)
  const ours = own.find((one) => one.path.test(path))
  if (ours !== undefined && ['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
    const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams()
    if (form === 'too_large')
      return send(response, new Response('', { status: 413, headers: { connection: 'close' } }))
    if (form === undefined) return
    const typed = form.get('email')?.trim() ?? ''
    if (isUnkeepableForm(typed)) return refuseUnreadable(options, request, response)
    prepareHost(request, options)
    return send(response, await ours.answer(options, provider, request, response, typed.slice(0, 320)))
  }
  if (request.method === 'POST' && postedPaths.test(path)) return sendOn(options, request, response)
  // RFC 6749 §5.2, RFC 6750 §3.1: what applications call answers in JSON, whatever their library says that it takes.
  if (!browserPaths.test(path)) request.headers.accept = 'application/json'
  prepareRequest(request, options)
  // Whoever has gone away meanwhile gets no answer.
  if (request.destroyed) return
  await provider.callback()(request, response)
}

async function refuseUnreadable(
  options: ProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const look = lookOfRequest(options, request)
  return send(response, renderPage(unreadablePage(look, requestIdOf(request, options.clock())), look))
}

/** Core §3.1.2.1 and RP-Initiated Logout §2: a form is as good as an address. */
const postedPaths = /^\/oidc\/(?:auth|session\/end)$/

// Browsers send our cookies with no form of another site: what it says is asked once more, as an address.
async function sendOn(
  options: ProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await readForm(request)
  if (form === 'too_large')
    return send(response, new Response('', { status: 413, headers: { connection: 'close' } }))
  if (form === undefined) return
  const target = new URL(`${options.url}${request.url ?? ''}`)
  for (const [name, value] of form) target.searchParams.append(name, value)
  const tooLong = target.href.length > options.url.length + maxUrlBytes
  return send(response, tooLong ? new Response('', { status: 414 }) : redirect(target.href))
}

// Undefined: whoever sent it has gone away, and gets no answer.
async function readForm(request: IncomingMessage): Promise<URLSearchParams | 'too_large' | undefined> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length
      if (size > maxBodyBytes) return 'too_large'
      parts.push(part)
    }
  } catch {
    return undefined
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}

// The interaction's cookies are read and signed under the public URL, too.
function prepareHost(request: IncomingMessage, options: ProviderOptions): void {
  const path = request.url
  prepareRequest(request, options)
  request.url = path ?? '/'
}

async function send(response: ServerResponse, page: Response): Promise<void> {
  response.statusCode = page.status
  for (const [name, value] of page.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  for (const cookie of page.headers.getSetCookie()) response.appendHeader('set-cookie', cookie)
  response.end(Buffer.from(await page.arrayBuffer()))
}

async function renderFailure(
  options: ProviderOptions,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { log, clock } = options
  const requestId = requestIdOf(request, clock())
  const look = lookOfRequest(options, request)
  const isUnkeepable = error instanceof StoreUnkeepable
  const isAway = error instanceof StoreUnavailable
  log[isAway || isUnkeepable ? 'debug' : 'error'](
    { err: error, ...describeRequest(request, clock()) },
    'OpenID Connect: a request failed',
  )
  if (response.headersSent) return void response.end()
  const page = isUnkeepable
    ? unreadablePage(look, requestId)
    : failedPage(look, isAway ? error.retryAfterSeconds : null, requestId)
  await send(response, renderPage(page, look))
}
