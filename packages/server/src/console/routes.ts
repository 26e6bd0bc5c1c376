// The room `server/console`: hands out the built console, its one page and its files. It knows nobody: who may see what is asked of
// `admin`.
//
// Hands out the console: one page for every address of its own, and the files of the build. Knows nobody: who may see what is
// decided where the page asks, in the management API.
import { randomBytes } from 'node:crypto'
import type { Envelope } from '../base/envelope.ts'
import type { Log } from '../base/log.ts'
import { readAcceptLanguage } from '../http/accept-language.ts'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import type { Site } from '../http/site.ts'
import { notBuiltPage, notFramedPage } from '../pages/failures.ts'
import { renderPage } from '../pages/frame.ts'
import { html, toMarkup } from '../pages/html.ts'
import { type Look, lookFor } from '../pages/look.ts'
import type { ConsoleFile, ConsoleFiles } from './files.ts'
import { framePath, readFramePath } from './frame-origin.ts'

/** Answers the console's page and its files. */
export type ConsoleDoor = WithRoutes<(request: Request) => Promise<Response>>

/** What the console's door is made of. */
export interface ConsoleOptions {
  readonly files: ConsoleFiles
  readonly look: Look
  readonly log: Log
  /** Opens the addresses of pages that may be shown in frames. */
  readonly envelope: Envelope
  /** Whether frames may stand there now. */
  readonly isListed: (origin: string) => Promise<boolean>
  /** How the operator runs the command, for whoever is signed out. */
  readonly command: string
}

/** Where the build writes its files. */
export const assetsPath = '/assets'
/** Where its screens are, beside `/`. */
const screens = ['/organizations', '/installation']

/** Whether the console answers this path. */
export function isConsolePath(path: string): boolean {
  return (
    path === '/' ||
    [...screens, assetsPath, framePath].some((one) => path === one || path.startsWith(`${one}/`))
  )
}

const noncePlace = '__NONCE__'
const basePlace = '__BASE__'
const commandPlace = '__COMMAND__'
const brandPlace = '__BRAND__'
const namePlace = '__NAME__'
const framePlace = '__FRAME__'
/** How the build's page names its files. */
const filesPlace = '"./assets/'
const filesAreFor = 'public, max-age=31536000, immutable'

/** Answers `/`, the addresses of the console's screens and `/assets/*`; 405 for anything that is not a read. */
export function createConsoleDoor(options: ConsoleOptions): ConsoleDoor {
  const answer = async (request: Request): Promise<Response> => {
    if (!['GET', 'HEAD'].includes(request.method))
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const { pathname } = new URL(request.url)
    return pathname.startsWith(`${assetsPath}/`)
      ? sendFile(options, request, pathname.slice(assetsPath.length + 1))
      : pathname.startsWith(`${framePath}/`)
        ? sendFramed(options, request, pathname)
        : sendPage(options, request, null)
  }
  return withRoutes(answer, [
    'GET /',
    ...[...screens, assetsPath, framePath].map((path) => `GET ${path}/{path}`),
  ])
}

/** In the visitor's language. */
const lookOf = ({ look }: ConsoleOptions, { headers }: Request): Look =>
  lookFor(look, readAcceptLanguage(headers.get('accept-language') ?? ''))

// A page that nobody made the address of is shown nowhere, nor one at an origin that is listed no more; and one of a frame is no window of
// its own: whoever opens it there would not know whose settings they are in.
async function sendFramed(options: ConsoleOptions, request: Request, path: string): Promise<Response> {
  const origin = readFramePath(options.envelope, path)
  const own = lookOf(options, request)
  const isFrame = (request.headers.get('sec-fetch-dest') ?? 'iframe') === 'iframe'
  if (origin === undefined || !isFrame || !(await options.isListed(origin)))
    return renderPage(notFramedPage(own), own)
  return sendPage(options, request, origin)
}

/** `origin`: of the page that may show it in a frame; null: nobody may. */
async function sendPage(options: ConsoleOptions, request: Request, origin: string | null): Promise<Response> {
  const { files, look, log } = options
  const page = await files.page()
  if (page === undefined) {
    log.error('the console is not built: run npm run build, and load the page again')
    const own = lookOf(options, request)
    return renderPage(notBuiltPage(own), own)
  }
  // Styles that are made while it runs carry the nonce; scripts come from our own files alone.
  const nonce = randomBytes(16).toString('base64')
  return new Response(render(page, nonce, options, origin), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ${origin ?? "'none'"}`,
      ...headersOf(look),
      'cache-control': 'no-store',
    },
  })
}

function render(
  page: string,
  nonce: string,
  { look: { basePath, brand }, command }: ConsoleOptions,
  origin: string | null,
): string {
  // Customers of a product that has a name read no command of this service, in the page's source either.
  const said = brand.productName === null ? toMarkup(html`${command}`) : ''
  const branded = toMarkup(html`${JSON.stringify(shownOf(brand))}`)
  const name = toMarkup(html`${brand.productName ?? 'Rollcall'}`)
  return page
    .replaceAll(noncePlace, nonce)
    .replaceAll(commandPlace, () => said)
    .replaceAll(framePlace, origin ?? '')
    .replaceAll(namePlace, () => name)
    .replaceAll(brandPlace, () => branded)
    .replaceAll(basePlace, basePath)
    .replaceAll(filesPlace, `"${basePath}${assetsPath}/`)
}

function shownOf(brand: Look['brand']): Look['brand'] {
  const { productName, color, supportEmail, supportUrl, privacyUrl, termsUrl, images } = brand
  return { productName, color, supportEmail, supportUrl, privacyUrl, termsUrl, images }
}

async function sendFile({ files, look }: ConsoleOptions, request: Request, name: string): Promise<Response> {
  const file = await files.find(name)
  if (file === undefined)
    return new Response('There is no such file\n', {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    })
  const { body, encoding } = choose(file, request.headers.get('accept-encoding') ?? '')
  return new Response(body, {
    headers: {
      'content-type': file.type,
      'content-length': String(body.byteLength),
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      vary: 'accept-encoding',
      ...headersOf(look),
      'cache-control': filesAreFor,
    },
  })
}

function choose(
  file: ConsoleFile,
  accepted: string,
): { body: Uint8Array<ArrayBuffer>; encoding: string | undefined } {
  if (file.brotli !== undefined && /\bbr\b/.test(accepted)) return { body: file.brotli, encoding: 'br' }
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted)) return { body: file.gzip, encoding: 'gzip' }
  return { body: file.plain, encoding: undefined }
}

function headersOf({ isSecure }: Site): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
