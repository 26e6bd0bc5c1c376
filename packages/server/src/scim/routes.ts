// The room `server/scim`: the SCIM door, which is everything under /scim/v2. It speaks SCIM and leaves people to `provisioning`, rows to
// `users`.
//
// 1. URL and headers are measured; `authenticate` makes a scope and a profile of the token; the rate limit counts.
// 2. The table of routes names the handler (`resource-routes`), and only then is the body read.
// 3. The engine (`packages/scim`) turns the body into a resource or into operations.
// 4. `users` and `groups` run one unit of work: read and lock, decide, commit.
// 5. `render-user` and `render-group` make the answer; lists are found by the room `resources`.
// 6. `explain` says what happened, in sentences of a catalogue, and activity keeps it.
//
// The SCIM door: admits a request in a fixed order, finds its handler in one table, renders answers and refusals, and
// leaves a line in activity. Limits, then who asks, then how often, then what, and only then is the body read.
import { type Sentence, say } from '@rollcall/api/sentences'
import {
  type JsonValue,
  type Profile,
  parseJson,
  profiles,
  type Reading,
  renderError,
  ScimError,
  startReading,
  type Tolerance,
} from '@rollcall/scim'
import { keepResponse, redactTarget } from '../activity/redact.ts'
import type { ActivityWriter } from '../activity/writer.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { KeyLookup } from '../directory/key-lookup.ts'
import type { Hold } from '../http/admission.ts'
import { Answer, type Asked } from '../http/asked.ts'
import { type BodyFault, isWhole, readBody } from '../http/body.ts'
import { acceptedCodings } from '../http/codings.ts'
import { maxBodyBytes, maxJsonDepth, maxLargeBodyBytes, type Oversize } from '../http/limits.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Holder } from '../http/places.ts'
import type { Sharer } from '../http/rate-limit.ts'
import { requestIdOf, traceOf } from '../http/request-id.ts'
import { noteRoute } from '../http/request-log.ts'
import { isPathOf, listRoutes, type WithRoutes, withRoutes } from '../http/routes.ts'
import { readUserAgent } from '../http/user-agent.ts'
import { toOrganizationTypes } from '../provisioning/organization-types.ts'
import { refuse, refuseWith } from '../resources/refusals.ts'
import { type Comer, eachWithComer, withComer } from '../store/comer.ts'
import type { Database } from '../store/database.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import { authenticate, type ProvisioningClient } from './authenticate.ts'
import { postBulk } from './bulk.ts'
import { type Formed, findClientByForm } from './client-forms.ts'
import { createDiscovery, discoveryRoutes } from './discovery.ts'
import type { ScimAnswer, ScimHandler } from './exchange.ts'
import { explainReading, explainRefusal } from './explain.ts'
import { explainLearned, findKnownClient, learn } from './known-clients.ts'
import { listAll, searchAll } from './mixed-list.ts'
import { readQuery } from './query.ts'
import { type ResourceRoute, resourceRoutes } from './resource-routes.ts'
import { slowBody } from './slow.ts'
import { isBelowBase, readTarget, type Target } from './target.ts'

interface Route {
  /** Below the base URL; `{id}` stands for one segment. */
  readonly path: string
  readonly methods: Readonly<Record<string, ScimHandler>>
  /** 1 MB where it is not said. */
  readonly maxBodyBytes?: number
}

const notImplemented: ScimHandler = () => {
  throw refuse('endpoint_not_offered')
}

function toRoutes(route: ResourceRoute): readonly Route[] {
  const { endpoint, list, search, create, single, isLarge } = route
  const limit = isLarge ? { maxBodyBytes: maxLargeBodyBytes } : {}
  return [
    { path: endpoint, methods: { GET: list, POST: create }, ...limit },
    { path: `${endpoint}/.search`, methods: { POST: search } },
    { path: `${endpoint}/{id}`, methods: single, ...limit },
  ]
}

/** Every route that asks for a key. HEAD is answered wherever GET is. */
export const scimRoutes: readonly Route[] = [
  ...resourceRoutes.flatMap(toRoutes),
  { path: '', methods: { GET: listAll } },
  { path: '.search', methods: { POST: searchAll } },
  { path: 'Bulk', methods: { POST: postBulk }, maxBodyBytes: maxLargeBodyBytes },
  {
    // A key is a directory's, not a person's: there is nobody that /Me could stand for (RFC 7644 §3.11).
    path: 'Me',
    methods: {
      GET: notImplemented,
      PUT: notImplemented,
      PATCH: notImplemented,
      DELETE: notImplemented,
      POST: notImplemented,
    },
  },
]

/** What the SCIM door is made of. */
export interface ScimOptions {
  readonly database: Database
  readonly keys: KeyLookup
  readonly activity: ActivityWriter
  /** Lets a request of the organization through, perhaps a little later; else the whole seconds after which one may pass. */
  readonly pass: (organizationId: string, sharer: Sharer) => Promise<number>
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  /** `{ROLLCALL_URL}/scim/v2`. */
  readonly scimBaseUrl: string
}

/** A request on its way: what is known of it grows as it is admitted. */
interface Visit extends Target {
  readonly request: Asked
  readonly requestId: string
  readonly at: number
  readonly startedAt: number
  readonly ip: string | null
  readonly hold: Hold | undefined
  readonly target: string
  /** Whether it was sent below the base URL. */
  readonly isBelowBase: boolean
  readonly tolerated: Tolerance[]
  route: string
  reading: Reading | undefined
  /** What was learned of the client with this request. */
  learned: readonly Sentence[]
  organizationId: string | undefined
  keyId: string | null
  bodyText: string | null
  body: JsonValue | undefined
}

/** What app.ts knows of a request before any door. */
export interface ScimPeer {
  readonly ip: string | null
  readonly hold: Hold | undefined
  readonly oversize: Oversize | undefined
}

/** Answers what is under `/scim/v2`. */
export type ScimDoor = WithRoutes<(request: Asked, peer: ScimPeer) => Promise<Answer>>

const routes = [
  ...scimRoutes.flatMap(({ path, methods }) => listRoutes('/scim/v2/', { [path]: methods })),
  ...discoveryRoutes.map((path) => `GET /scim/v2/${path}`),
]

/** Answers everything under /scim/v2, also what is not there, and what was meant for it and went elsewhere: never throws. */
export function createScimDoor(options: ScimOptions): ScimDoor {
  const discovery = createDiscovery(options.scimBaseUrl)
  const door = async (request: Asked, peer: ScimPeer): Promise<Answer> => {
    const visit = beginVisit(request, peer, options.clock())
    let answer: ScimAnswer
    try {
      assertSize(peer.oversize)
      answer = (await discover(visit, discovery, options)) ?? (await serve(visit, options))
    } catch (error) {
      answer = refusalOf(error, visit, options.log)
    }
    finishVisit(visit, answer, options)
    return noteRoute(toAnswer(answer, visit.requestId), routeOf(visit))
  }
  return withRoutes(door, routes)
}

function beginVisit(request: Asked, { ip, hold }: ScimPeer, at: number): Visit {
  const url = request.url
  const pathStart = url.indexOf('/', url.indexOf('//') + 2)
  const queryStart = url.indexOf('?', pathStart)
  const pathEnd = queryStart < 0 ? url.length : queryStart
  const path = url.slice(pathStart, pathEnd)
  const isOurs = isBelowBase(path)
  return {
    ...readTarget(
      isOurs ? path.slice('/scim/v2'.length) : path,
      queryStart < 0 ? '' : url.slice(queryStart + 1),
    ),
    isBelowBase: isOurs,
    tolerated: [],
    request,
    requestId: requestIdOf(request, at),
    at,
    startedAt: performance.now(),
    ip,
    hold,
    target: url.slice(pathStart),
    route: 'unknown',
    reading: undefined,
    learned: [],
    organizationId: undefined,
    keyId: null,
    bodyText: null,
    body: undefined,
  }
}

// Answers without a key; with one it shows the extensions of that organization too.
async function discover(
  visit: Visit,
  discovery: ReturnType<typeof createDiscovery>,
  options: ScimOptions,
): Promise<ScimAnswer | undefined> {
  if (!visit.isBelowBase || !discoveryRoutes.some((path) => path === visit.segments[0])) return undefined
  visit.route = visit.segments[0]!
  if (visit.request.method !== 'GET' && visit.request.method !== 'HEAD') throw methodRefusal(['GET'])
  const known = await authenticate(visit.request.headers, options.keys, visit.at)
  const { types, profile } =
    known.kind === 'known' ? known.client : { types: toOrganizationTypes('[]'), profile: profiles.auto }
  judgeAddress(visit, profile, options)
  const isThere = discoveryRoutes.some((path) => isPathOf(path, visit.segments))
  const found = isThere ? discovery.find(visit.segments, visit.parameters, types, profile) : undefined
  if (found === undefined) throw unknownRoute(options)
  if (found.isLoose) visit.tolerated.push('loose-addresses')
  return found.answer
}

// As it was meant, where the profile takes that.
function judgeAddress(visit: Visit, profile: Profile, options: ScimOptions): void {
  if (!visit.isLoose) return
  if (!profile.tolerances.has('loose-addresses')) throw unknownRoute(options)
  visit.tolerated.push('loose-addresses')
}

async function serve(visit: Visit, options: ScimOptions): Promise<ScimAnswer> {
  if (!visit.isBelowBase && !visit.request.headers.has('authorization')) throw misplaced(options)
  const client = await admit(visit, options)
  if (!visit.isBelowBase) throw misplaced(options)
  judgeAddress(visit, client.profile, options)
  // The last places are kept for the keys that an administrator made or confirmed.
  const comer = client.isProvisional ? { rung: 'contact' as const, by: client.keyId } : undefined
  const line = { organizationId: client.scope.organizationId, name: 'directory' as const }
  const leave = options.database.enter(line, comer)
  if (leave === undefined) throw new Refusal(refuse('queue_full'), { 'retry-after': '1' })
  try {
    const answer = await withComer(toComer(client), () => handle(visit, client, options))
    return typeof answer.body === 'object'
      ? { ...answer, body: whileKnown(eachWithComer(toComer(client), answer.body), visit, options) }
      : answer
  } finally {
    leave()
  }
}

// What is read from the store as the reader takes it ends with the key: the connection is cut, for a whole answer it is none.
async function* whileKnown(
  parts: AsyncIterable<string>,
  visit: Visit,
  options: ScimOptions,
): AsyncGenerator<string> {
  for await (const part of parts) {
    await assertKnown(visit, options)
    yield part
  }
}

async function assertKnown(visit: Visit, { keys, clock }: ScimOptions): Promise<ProvisioningClient> {
  const found = await authenticate(visit.request.headers, keys, clock())
  if (found.kind === 'refused') throw found.error
  return found.client
}

async function handle(visit: Visit, before: ProvisioningClient, options: ScimOptions): Promise<ScimAnswer> {
  const { handler, id, maxBytes, kind } = findHandler(visit, options)
  const isHeld = maxBytes !== undefined && !isWhole(visit.request)
  const body = maxBytes === undefined ? undefined : await readJson(visit, before.profile, maxBytes)
  // Whoever holds a body back does nothing with a key that was revoked meanwhile.
  const client = isHeld ? await assertKnown(visit, options) : before
  if (client.isOpen) learnFrom(visit, client, options)
  const reading = startReading(client.profile)
  visit.reading = reading
  return handler({
    database: options.database,
    client,
    act: {
      actor: client.keyId.startsWith('cli_')
        ? { kind: 'oauth_client', clientId: client.keyId }
        : { kind: 'api_key', keyId: client.keyId },
      rung: 'directory',
      at: visit.at,
      context: {
        requestId: visit.requestId,
        ip: visit.ip,
        userAgent: readUserAgent(visit.request.headers),
      },
    },
    scimBaseUrl: options.scimBaseUrl,
    headers: visit.request.headers,
    parameters: readQuery(visit.parameters, kind, reading),
    id,
    body,
    reading,
    toFault: (error) => logFault(error, visit, options.log),
  })
}

// Who says who it is once, or shows it, is known from then on.
function learnFrom(visit: Visit, { scope, keyId }: ProvisioningClient, { database }: ScimOptions): void {
  const named = findKnownClient(readUserAgent(visit.request.headers))
  const client = named ?? findClientByForm(keyId, toFormed(visit))
  if (client === undefined) return
  learn(database, scope, keyId, client)
  visit.learned = [explainLearned(client, named === undefined)]
}

function toFormed({ request, requestId, target, segments, body }: Visit): Formed {
  const queryStart = target.indexOf('?')
  return {
    requestId,
    method: request.method,
    path: segments.join('/'),
    query: queryStart < 0 ? '' : target.slice(queryStart),
    headers: request.headers,
    body,
  }
}

async function admit(visit: Visit, options: ScimOptions): Promise<ProvisioningClient> {
  const found = await authenticate(visit.request.headers, options.keys, visit.at)
  if (found.kind === 'refused') {
    visit.organizationId = found.facts?.organizationId
    visit.keyId = found.facts?.keyId ?? null
    throw found.error
  }
  visit.organizationId = found.client.scope.organizationId
  visit.keyId = found.client.keyId
  visit.hold?.(toHolder(found.client))
  const waitSeconds = await options.pass(found.client.scope.organizationId, toSharer(found.client))
  if (waitSeconds > 0) {
    throw new Refusal(refuse('rate_exceeded'), { 'retry-after': String(waitSeconds) })
  }
  // Whoever had to wait does nothing with a key that was revoked meanwhile.
  return performance.now() - visit.startedAt < noticeableMs ? found.client : assertKnown(visit, options)
}

// Whoever may make keys that nobody has confirmed may make many: they count as one.
function toHolder({ keyId, isProvisional, scope: { organizationId } }: ProvisioningClient): Holder {
  const parent = isProvisional ? `contacts ${organizationId}` : undefined
  return { credential: `key ${keyId}`, parent, organizationId }
}

// An equal part of the organization's requests a second is a key's own beside others, half at most. Keys that nobody has confirmed have a
// tenth together beside those: a set-up goes on beside a directory, and keeps no request of it waiting. They leave what others would have
// at once.
function toSharer({ keyId, isProvisional }: ProvisioningClient): Sharer {
  return isProvisional
    ? { name: 'unconfirmed', downTo: 3 / 4, share: 1 / 10 }
    : { name: keyId, downTo: 1 / 2, share: 1 / 2 }
}

// Whoever waits for the store beside others of the organization.
function toComer({ keyId, isProvisional }: ProvisioningClient): Comer {
  return isProvisional ? { rung: 'person', by: 'unconfirmed keys' } : { rung: 'directory', by: keyId }
}

const noticeableMs = 100

function assertSize(oversize: Oversize | undefined): void {
  if (oversize === 'url') throw refuse('url_too_long')
  if (oversize === 'headers') throw refuse('headers_too_large')
}

interface Found {
  readonly handler: ScimHandler
  readonly id: string
  /** Undefined where the method has no body. */
  readonly maxBytes: number | undefined
  readonly kind: 'list' | 'one' | 'write'
}

function findHandler(visit: Visit, options: ScimOptions): Found {
  const { segments } = visit
  for (const route of scimRoutes) {
    if (!isPathOf(route.path, segments)) continue
    visit.route = route.path
    const method = visit.request.method === 'HEAD' ? 'GET' : visit.request.method
    const handler = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined
    if (handler === undefined) throw methodRefusal(Object.keys(route.methods))
    const at = route.path.split('/').indexOf('{id}')
    return {
      handler,
      id: at < 0 ? '' : segments[at]!,
      maxBytes: ['POST', 'PUT', 'PATCH'].includes(method) ? (route.maxBodyBytes ?? maxBodyBytes) : undefined,
      kind: method !== 'GET' ? 'write' : at < 0 ? 'list' : 'one',
    }
  }
  throw unknownRoute(options)
}

const mediaType = /^application\/(?:scim\+)?json\s*(?:;.*)?$/i
const otherJson = /^(?:application|text)\/(?:scim\+)?json$/i

function judgeMediaType(visit: Visit, profile: Profile): void {
  const type = visit.request.headers.get('content-type')
  if (type === null || mediaType.test(type)) return
  if (!profile.tolerances.has('loose-media-types') || !isJsonType(type))
    throw refuseWith([say('media_type_was', { type: type.slice(0, 100) })], 'media_type_refused')
  visit.tolerated.push('loose-media-types')
}

// A list, or what stands behind a comma in the place of a semicolon.
function isJsonType(type: string): boolean {
  const names = type
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.includes('='))
  return names.every((name) => otherJson.test(name))
}

async function readJson(visit: Visit, profile: Profile, maxBytes: number): Promise<JsonValue | undefined> {
  judgeMediaType(visit, profile)
  const read = await readBody(visit.request, maxBytes)
  if ('fault' in read) throw refuseBody(read.fault, visit.request, maxBytes)
  visit.bodyText = read.text
  visit.body = read.text === '' ? undefined : parseJson(read.text, maxJsonDepth)
  return visit.body
}

function refuseBody(fault: BodyFault, { headers }: Asked, maxBytes: number): Error {
  const coding = (headers.get('content-encoding') ?? '').slice(0, 40)
  switch (fault) {
    case 'too_large': {
      const packed = coding === '' ? 'no' : 'yes'
      const refusal = refuse('body_too_large', { packed, megabytes: maxBytes / 1_048_576 })
      return new Refusal(refusal, { connection: 'close' })
    }
    case 'coding':
      return new Refusal(refuseWith([say('body_coding_was', { coding })], 'body_coding_refused'), {
        'accept-encoding': acceptedCodings,
      })
    case 'packed':
      return refuseWith([say('body_coding_was', { coding })], 'body_coding_broken')
    case 'slow':
      return new Refusal(slowBody(), { connection: 'close' })
    case 'aborted': {
      const bytes = headers.get('content-length')
      return bytes === null ? refuse('body_cut') : refuse('body_cut_at', { bytes })
    }
    case 'not_utf8':
      return refuse('body_not_utf8')
  }
}

/** A refusal with headers of its own. */
class Refusal extends Error {
  readonly error: ScimError
  readonly headers: Readonly<Record<string, string>>
  constructor(error: ScimError, headers: Readonly<Record<string, string>>) {
    super(error.detail, { cause: error })
    this.error = error
    this.headers = headers
  }
}

const routeOf = ({ route }: Visit): string => `/scim/v2/${route}`

function unknownRoute({ scimBaseUrl }: ScimOptions): ScimError {
  return refuse('endpoint_unknown', { url: scimBaseUrl })
}

// The identity provider was given another base URL than the one that is shown in the console.
function misplaced({ scimBaseUrl }: ScimOptions): ScimError {
  return refuse('address_misplaced', { url: scimBaseUrl })
}

function methodRefusal(methods: readonly string[]): Refusal {
  const allow = (methods.includes('GET') ? [...methods, 'HEAD'] : methods).join(', ')
  return new Refusal(refuse('method_refused', { methods: allow }), { allow })
}

function refusalOf(thrown: unknown, visit: Visit, log: Log): ScimAnswer {
  if (thrown instanceof Refusal) return renderRefusal(thrown.error, thrown.headers)
  if (thrown instanceof ScimError) {
    const challenge = thrown.status === 401 ? { 'www-authenticate': 'Bearer realm="SCIM"' } : {}
    return renderRefusal(thrown, challenge, visit.body)
  }
  if (thrown instanceof StoreUnavailable) {
    log.debug({ err: thrown, requestId: visit.requestId }, 'the store is not available')
    return renderRefusal(refuse('store_away'), { 'retry-after': String(thrown.retryAfterSeconds) })
  }
  if (thrown instanceof StoreUnkeepable) {
    log.debug({ err: thrown, requestId: visit.requestId }, 'a text cannot be kept')
    return renderRefusal(refuse('text_unkeepable'), {}, visit.body)
  }
  return renderRefusal(logFault(thrown, visit, log), {})
}

// What should not have happened; the operator finds it.
function logFault(thrown: unknown, visit: Visit, log: Log): ScimError {
  log.error(
    {
      err: thrown,
      requestId: visit.requestId,
      method: visit.request.method,
      route: routeOf(visit),
      ...traceOf(visit.request),
    },
    'a request failed',
  )
  return refuse('internal', { reference: visit.requestId })
}

function renderRefusal(
  error: ScimError,
  headers: Readonly<Record<string, string>>,
  body?: JsonValue,
): ScimAnswer {
  return {
    status: error.status,
    body: JSON.stringify(renderError(error)),
    headers,
    explanation: [say('refused'), ...explainRefusal(error, body)],
  }
}

function finishVisit(visit: Visit, answer: ScimAnswer, options: ScimOptions): void {
  const durationMs = performance.now() - visit.startedAt
  options.metrics.observeRequest(visit.request.method, routeOf(visit), answer.status, durationMs / 1_000)
  options.log.debug(
    {
      requestId: visit.requestId,
      method: visit.request.method,
      route: visit.route,
      status: answer.status,
      durationMs,
    },
    'scim',
  )
  if (visit.organizationId === undefined) return
  options.activity.note({
    organizationId: visit.organizationId,
    at: visit.at,
    method: visit.request.method,
    path: redactTarget(visit.target),
    status: answer.status,
    durationUs: Math.round(durationMs * 1_000),
    explanation: [
      ...answer.explanation,
      ...explainOf(visit, answer),
      ...visit.learned,
      ...explainCoding(visit, answer),
    ],
    requestId: visit.requestId,
    keyId: visit.keyId,
    ip: visit.ip,
    userAgent: readUserAgent(visit.request.headers),
    requestBody: visit.bodyText,
    responseBody: typeof answer.body === 'object' ? '(streamed)' : keepResponse(answer.body),
  })
}

// Of a refusal only what was refused counts.
function explainOf({ tolerated, reading }: Visit, { status }: ScimAnswer): readonly Sentence[] {
  return explainReading(tolerated, status < 400 ? reading : undefined)
}

// Whoever looks for what was wrong with a body sees in activity what was in it, not what was sent.
function explainCoding({ request, bodyText }: Visit, { status }: ScimAnswer): readonly Sentence[] {
  if (status < 400 || bodyText === null) return []
  const coding = request.headers.get('content-encoding')
  return coding === null ? [] : [say('body_coding_came', { coding: coding.slice(0, 40) })]
}

function toAnswer(answer: ScimAnswer, requestId: string): Answer {
  const headers: Record<string, string> = {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    ...answer.headers,
  }
  if (answer.body !== undefined) headers['content-type'] = 'application/scim+json'
  return new Answer(answer.status, headers, answer.body)
}
