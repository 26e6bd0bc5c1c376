// The room `server/outbound`: the only way out to the network. Whatever a customer typed, no connection reaches an address that is not
// public.
//
// 1. `target` reads the URL: its scheme, its port, its host.
// 2. The host is resolved once, and `addresses` looks at every address that came.
// 3. A connection is opened to just those (`kept` holds it for a moment); no redirect is followed.
// 4. `answer-body` reads up to a limit, within one deadline. What is refused is an `outbound-error` that names no address.
// Beside that, `dns` asks for TXT records and `mail` speaks SMTP.
//
// The only way out to the network for addresses that customers type: resolve once, check every address, connect to just
// those, follow nothing, read little, in one deadline. Owns the connection; addresses.ts and target.ts own the rules.

import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import type { Client, Dispatcher, Pool } from 'undici'
import { codeOf } from '../base/unknown.ts'
import type { AddressGuard } from './addresses.ts'
import { readAnswerBody } from './answer-body.ts'
import { createKeptConnections, type KeptConnections } from './kept.ts'
import { OutboundError } from './outbound-error.ts'
import { findTarget, type ResolvedAddress, type ResolveHost, type Target } from './target.ts'

export { type OutboundCode, OutboundError } from './outbound-error.ts'

/** A call. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Host, cookies, user agent and coding are not the caller's to set. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a call brought. */
export interface OutboundAnswer {
  readonly status: number
  /** Names in lower case; a repeated header is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** In lower case and without parameters. */
  readonly contentType: string | null
}

/** Every call throws OutboundError, and nothing else, when it is refused or fails; a 3xx is `redirected`. */
export interface Outbound {
  /** A status other than 2xx is `not_ok`. */
  get(url: string, options: { readonly accept: string }): Promise<OutboundAnswer>
  /** Any status but a 3xx is an answer. */
  send(request: OutboundRequest): Promise<OutboundAnswer>
  /** Whether an address may be called as things stand; the call itself asks again. */
  check(url: string): Promise<void>
  /** Ends the calls under way as `unreachable`, and refuses new ones. */
  close(): void
}

/** What calls are made by. */
export interface OutboundOptions {
  readonly guard: AddressGuard
  readonly resolve?: ResolveHost
  /** Of public hosts; a listed host, or any host under ROLLCALL_DEV, may be called on every port. */
  readonly ports?: readonly number[]
  /** PEM; replaces the machine's certificate authorities. */
  readonly ca?: string
  /** For the whole call: DNS, connection and body. */
  readonly timeoutMs?: number
  /** Of the body, as sent and as decoded. */
  readonly maxBodyBytes?: number
  /**
   * Whether connections are kept for some seconds. A message on one that the other side has closed is sent once more, so this is for
   * receivers that know it by its id.
   */
  readonly keepsConnections?: boolean
}

type Settings = Required<Omit<OutboundOptions, 'ca'>> & Pick<OutboundOptions, 'ca'>
type Undici = typeof import('undici')

const ownHeaders = { 'user-agent': 'Rollcall', 'accept-encoding': 'gzip, deflate, br' }
const refusedHeaders: ReadonlySet<string> = new Set(['host', 'cookie', 'connection', 'proxy-authorization'])

/** Public addresses on port 443 by https, 10 seconds and 1 MB, unless told otherwise; proxies of the environment are not used. */
export function createOutbound(options: OutboundOptions): Outbound {
  const settings: Settings = {
    resolve: (host) => lookup(host, { all: true }),
    ports: [443],
    timeoutMs: 10_000,
    maxBodyBytes: 1_048_576,
    keepsConnections: false,
    ...options,
  }
  let connections: KeptConnections | undefined
  const kept = ({ Pool }: Undici): KeptConnections | undefined => {
    if (settings.keepsConnections)
      connections ??= createKeptConnections(
        (target, own) => new Pool(target.origin, { ...toConnect(target, settings), ...own }),
      )
    return connections
  }
  const underWay = new Set<AbortController>()
  let isClosed = false

  async function call(request: OutboundRequest, mustBeOk: boolean): Promise<OutboundAnswer> {
    if (isClosed) throw toStopping()
    const end = new AbortController()
    const timer = setTimeout(() => end.abort(toTimeout(settings.timeoutMs)), settings.timeoutMs)
    underWay.add(end)
    try {
      // DNS cannot be called off: it is left behind instead.
      const target = await unlessAborted(findTarget(request.url, settings), end.signal)
      return await exchange(target, request, { settings, kept, mustBeOk, signal: end.signal })
    } catch (error) {
      throw end.signal.aborted ? end.signal.reason : error
    } finally {
      clearTimeout(timer)
      underWay.delete(end)
    }
  }

  return {
    get: (url, { accept }) => call({ method: 'GET', url, headers: { accept } }, true),
    send: (request) => call(request, false),
    check: async (url) => void (await findTarget(url, settings)),
    close() {
      isClosed = true
      for (const end of underWay) end.abort(toStopping())
      connections?.close()
    },
  }
}

interface Exchange {
  readonly settings: Settings
  readonly kept: (undici: Undici) => KeptConnections | undefined
  readonly mustBeOk: boolean
  readonly signal: AbortSignal
}

async function exchange(target: Target, request: OutboundRequest, how: Exchange): Promise<OutboundAnswer> {
  // Loaded with the first call out, which most services make once a day.
  const undici = await import('undici')
  try {
    const kept = how.kept(undici)?.find(target)
    if (kept === undefined) return await exchangeAlone(undici, target, request, how)
    try {
      const answer = await ask(kept.pool, target, request, how)
      kept.hasAnswered = true
      return answer
    } catch (error) {
      if (!kept.hasAnswered || how.signal.aborted || !isGone(error)) throw error
      // The other side closed it while we asked. Whoever is called here knows a message that comes twice by its id.
      return await exchangeAlone(undici, target, request, how)
    }
  } catch (error) {
    throw toOutboundError(error, target)
  }
}

function isGone(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '')
}

// A client for one call: no connection or TLS session outlives the addresses that were checked for it.
async function exchangeAlone(
  { Client }: Undici,
  target: Target,
  request: OutboundRequest,
  how: Exchange,
): Promise<OutboundAnswer> {
  const client = new Client(target.origin, toConnect(target, how.settings))
  try {
    return await ask(client, target, request, how)
  } finally {
    client.destroy().catch(() => undefined)
  }
}

function toConnect(target: Target, { timeoutMs, ca }: Settings) {
  return {
    allowH2: false,
    connect: {
      lookup: createPinnedLookup(target.addresses),
      rejectUnauthorized: true,
      timeout: timeoutMs,
      ...(isIP(target.host) === 0 && { servername: target.host }),
      ...(ca !== undefined && { ca }),
    },
  }
}

async function ask(
  dispatcher: Pick<Client | Pool, 'request'>,
  target: Target,
  request: OutboundRequest,
  { settings, signal, mustBeOk }: Exchange,
): Promise<OutboundAnswer> {
  const response = await dispatcher.request({
    method: request.method,
    path: target.path,
    headers: toHeaders(request.headers),
    body: request.body ?? null,
    signal,
  })
  try {
    checkStatus(response, target, mustBeOk)
    const headers = toPlainHeaders(response.headers)
    const text = await readAnswerBody(response.body, headers['content-encoding'] ?? '', settings.maxBodyBytes)
    const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
    return { status: response.statusCode, headers, text, contentType: mediaType ?? null }
  } finally {
    // With what was not read of it goes its connection.
    response.body.on('error', () => undefined).destroy()
  }
}

function createPinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses
    if (all === true) callback(null, [...addresses])
    else callback(null, first!.address, first!.family)
  }
}

function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

function toHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { ...Object.fromEntries(given.filter(([name]) => !refusedHeaders.has(name))), ...ownHeaders }
}

function toPlainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value!]),
  )
}

function checkStatus(
  { statusCode, headers }: Dispatcher.ResponseData,
  target: Target,
  mustBeOk: boolean,
): void {
  if (statusCode >= 300 && statusCode < 400) {
    const to = toPlace(headers.location, target)
    throw new OutboundError(
      'redirected',
      `${target.host} answered ${statusCode}${to}. Redirects are not followed.`,
    )
  }
  if (mustBeOk && (statusCode < 200 || statusCode > 299))
    throw new OutboundError('not_ok', `${target.host} answered with status ${statusCode}.`)
}

// Without its query, which may hold a secret, and without what a page could be made to show.
function toPlace(location: string | string[] | undefined, target: Target): string {
  if (typeof location !== 'string' || !URL.canParse(location, target.origin)) return ''
  const { protocol, host, pathname } = new URL(location, target.origin)
  return `, which sends to ${`${protocol}//${host}${pathname}`.slice(0, 200)}`
}

function toOutboundError(error: unknown, { host }: Target): OutboundError {
  if (error instanceof OutboundError) return error
  const code = codeOf(error) ?? ''
  if (
    code.startsWith('CERT_') ||
    code.includes('SIGNED') ||
    code.includes('ISSUER') ||
    code.includes('TLS_CERT')
  )
    return new OutboundError('unreachable', `The TLS certificate of ${host} is not trusted (${code}).`, error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new OutboundError('too_large', `The headers of the answer of ${host} are too large.`, error)
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR'))
    return new OutboundError('not_ok', `The answer of ${host} could not be decoded.`, error)
  return new OutboundError('unreachable', `${host} could not be reached.`, error)
}

function toTimeout(milliseconds: number): OutboundError {
  return new OutboundError('timed_out', `There was no whole answer in ${milliseconds / 1_000} seconds.`)
}

function toStopping(): OutboundError {
  return new OutboundError('unreachable', 'Rollcall is stopping.')
}
