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
import { type Profile, profiles, type ScimError, startReading } from '@rollcall/scim'
import { noteTokenUse } from '../directory/key-tokens.ts'
import type { Answer, Asked } from '../http/asked.ts'
import { isWhole } from '../http/body.ts'
import { maxBodyBytes, maxLargeBodyBytes, type Oversize } from '../http/limits.ts'
import type { Holder } from '../http/places.ts'
import type { Sharer } from '../http/rate-limit.ts'
import { noteRoute } from '../http/request-log.ts'
import { isPathOf, listRoutes, type WithRoutes, withRoutes } from '../http/routes.ts'
import { readUserAgent } from '../http/user-agent.ts'
import { toOrganizationTypes } from '../provisioning/organization-types.ts'
import { refuse } from '../resources/refusals.ts'
import { type Comer, eachWithComer, withComer } from '../store/comer.ts'
import type { Line } from '../store/database.ts'
import { authenticate, type ProvisioningClient } from './authenticate.ts'
import { postBulk } from './bulk.ts'
import { type Formed, findClientByForm } from './client-forms.ts'
import { createDiscovery, discoveryRoutes } from './discovery.ts'
import type { ScimAnswer, ScimHandler } from './exchange.ts'
import { finishVisit, logFault, refusalOf, type ScimOptions, toAnswer } from './finish-visit.ts'
import { explainLearned, findKnownClient, learn } from './known-clients.ts'
import { listAll, searchAll } from './mixed-list.ts'
import { readQuery } from './query.ts'
import { readJson } from './read-body.ts'
import { type ResourceRoute, resourceRoutes } from './resource-routes.ts'
import { beginVisit, Refusal, routeOf, type ScimPeer, type Visit } from './visit.ts'

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
      answer = await (isDiscovery(visit) ? discover(visit, discovery, options) : serve(visit, options))
    } catch (error) {
      answer = refusalOf(error, visit, options.log)
    }
    finishVisit(visit, answer, options)
    return noteRoute(toAnswer(answer, visit.requestId), routeOf(visit))
  }
  return withRoutes(door, routes)
}

function isDiscovery({ isBelowBase: isOurs, segments: [first] }: Visit): boolean {
  return isOurs && discoveryRoutes.some((path) => path === first)
}

// Answers without a key; with one it shows the extensions of that organization too.
async function discover(
  visit: Visit,
  discovery: ReturnType<typeof createDiscovery>,
  options: ScimOptions,
): Promise<ScimAnswer> {
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
  const { line, placed, comer } = countedOf(client)
  const leave = options.database.enter(line, placed)
  if (leave === undefined) throw new Refusal(refuse('queue_full'), { 'retry-after': '1' })
  try {
    const answer = await withComer(comer, () => handle(visit, client, options))
    return typeof answer.body === 'object'
      ? { ...answer, body: whileKnown(eachWithComer(comer, answer.body), visit, options) }
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
  if (client.rotatedHash !== null) noteTokenUse(options.database, client.scope, client.rotatedHash, visit.at)
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
  const { holder, sharer } = countedOf(found.client)
  visit.hold?.(holder)
  const waitSeconds = await options.pass(found.client.scope.organizationId, sharer)
  if (waitSeconds > 0) {
    throw new Refusal(refuse('rate_exceeded'), { 'retry-after': String(waitSeconds) })
  }
  // Whoever had to wait does nothing with a key that was revoked meanwhile.
  return performance.now() - visit.startedAt < noticeableMs ? found.client : assertKnown(visit, options)
}

/** As whom the requests of a client count, where there is only so much of something. */
interface Counted {
  readonly holder: Holder
  readonly sharer: Sharer
  readonly line: Line
  /** The last places are kept for the keys that an administrator made or confirmed. */
  readonly placed: Comer | undefined
  readonly comer: Comer
}

const counted = new WeakMap<ProvisioningClient, Counted>()

function countedOf(client: ProvisioningClient): Counted {
  let found = counted.get(client)
  if (found === undefined) {
    found = {
      holder: toHolder(client),
      sharer: toSharer(client),
      line: { organizationId: client.scope.organizationId, name: 'directory' },
      placed: client.isProvisional ? { rung: 'contact', by: client.keyId } : undefined,
      comer: toComer(client),
    }
    counted.set(client, found)
  }
  return found
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
